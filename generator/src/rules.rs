//! The rules: facts about one document that it does not say, as data with reasons.
//!
//! A rule is for some releases; inside them, one that matches nothing is an error.

use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;
use std::str::FromStr;

use serde::Deserialize;

use crate::error::{Error, Problem};
use crate::model::{Part, Place, Ty};

/// All rules, as written in `specs/rules.yaml`.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields, expecting = "a map of lists of rules")]
pub struct Rules {
    /// Numbers that may have a fraction; every other number is an integer.
    pub fractions: Vec<Rule<()>>,
    /// Members that are moments.
    pub times: Vec<Rule<TimeUnit>>,
    /// What the numbers of members count.
    pub units: Vec<Rule<String>>,
    /// Members that must not be shown.
    pub secrets: Vec<Rule<()>>,
    /// Objects whose members beyond the listed ones are kept.
    pub rest: Vec<Rule<()>>,
    /// Query parameters that are `true` or `false`.
    pub booleans: Vec<Rule<()>>,
    /// Lists that page: from page 1, with up to 100 items each.
    pub paging: Vec<Rule<()>>,
    /// Lists that page so only if asked.
    pub paging_if_asked: Vec<Rule<()>>,
    /// Parameters that have a hand-written type.
    pub externs: Vec<Rule<Extern>>,
    /// Places that are one type, and its name.
    pub types: Vec<TypeRule>,
    /// Names of members, variants, methods and setters.
    pub names: Vec<NameRule>,
    /// Variants that are boxed, because they have grown much larger than the others or will.
    pub boxed: Vec<BoxRule>,
    /// The document's dialect.
    pub dialect: Dialect,
    /// Where an operation is explained: `{id}` is its id in lower case.
    pub reference: Option<String>,
    /// The generated crate.
    #[serde(rename = "crate")]
    pub krate: Crate,
}

/// What the document cannot say of the crate.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields, expecting = "a map")]
pub struct Crate {
    /// Its name in `Cargo.toml`.
    pub name: String,
    /// Its docs, in Markdown.
    pub about: String,
    /// The modules that people write.
    pub hand_written: Vec<crate::emit::HandWritten>,
}

/// How a document departs from OpenAPI.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Dialect {
    /// It does not.
    #[default]
    None,
    /// As Logto writes it: literals in `format`, patterns with slashes, `number` for integers.
    Logto,
}

/// What a rule is for, and why.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, expecting = "a rule: a map with a `reason`")]
pub struct Rule<T: Default> {
    /// Why, in a sentence.
    pub reason: String,
    /// The names of the members or parameters.
    #[serde(default)]
    pub members: Vec<String>,
    /// The operations; empty: all.
    #[serde(default)]
    pub operations: Vec<String>,
    /// The part of the operation; absent: all.
    #[serde(default)]
    pub part: Option<PartName>,
    /// The member that the place must lie in; absent: anywhere.
    #[serde(default)]
    pub within: Option<String>,
    /// The first and last release that it is for.
    #[serde(default)]
    pub releases: Releases,
    /// What it says.
    #[serde(default)]
    pub is: T,
    /// The members and operations that matched.
    #[serde(skip)]
    used: RefCell<BTreeSet<String>>,
}

/// A part of an operation, as a rule names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum PartName {
    /// Replies.
    Reply,
    /// Request bodies.
    Body,
    /// Parameters.
    Parameter,
}

/// The unit of a moment.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TimeUnit {
    /// Milliseconds since the epoch.
    #[default]
    Milliseconds,
    /// Seconds since the epoch.
    Seconds,
    /// An ISO 8601 text.
    Iso,
    /// Not a moment, though a broader rule says so.
    Number,
}

/// A hand-written type of a parameter.
#[derive(Debug, Default, Clone, Deserialize)]
#[serde(deny_unknown_fields, expecting = "a map with `type` and `name`")]
pub struct Extern {
    /// Its path from the crate's root.
    #[serde(rename = "type")]
    pub path: String,
    /// The setter's or argument's name.
    pub name: String,
}

/// Places that are one type.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, expecting = "a rule: a map with `name`, `places` and `reason`")]
pub struct TypeRule {
    /// Its name.
    pub name: String,
    /// Where it stands; more than one: they are unified.
    pub places: Vec<String>,
    /// Why, in a sentence.
    pub reason: String,
    /// The first and last release that it is for.
    #[serde(default)]
    pub releases: Releases,
}

/// A name that people chose.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, expecting = "a rule: a map with `of`, `name` and `reason`")]
pub struct NameRule {
    /// What is named: `Type/member`, `Type/variant` or `Operation/parameter`.
    pub of: String,
    /// Its name in Rust.
    pub name: String,
    /// Why, in a sentence.
    pub reason: String,
    /// The first and last release that it is for.
    #[serde(default)]
    pub releases: Releases,
    #[serde(skip)]
    pub(crate) used: Cell<bool>,
}

/// A variant that is boxed.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, expecting = "a rule: a map with `of` and `reason`")]
pub struct BoxRule {
    /// `Type/variant`.
    pub of: String,
    /// Why, in a sentence.
    pub reason: String,
    #[serde(skip)]
    used: Cell<bool>,
}

/// The releases that a rule is for; both ends inclusive, absent: open.
#[derive(Debug, Default, Clone, Deserialize)]
#[serde(deny_unknown_fields, expecting = "a map with `from`, `until` or both")]
pub struct Releases {
    /// The first.
    #[serde(default)]
    pub from: Option<String>,
    /// The last.
    #[serde(default)]
    pub until: Option<String>,
}

impl Releases {
    /// Whether a release is inside.
    pub fn contains(&self, release: &str) -> bool {
        if self.from.is_none() && self.until.is_none() {
            return true;
        }
        let release = version(release);
        self.from.as_deref().is_none_or(|from| version(from) <= release)
            && self.until.as_deref().is_none_or(|until| release <= version(until))
    }
}

/// The numbers of a version, for comparing.
pub fn version(text: &str) -> Vec<u64> {
    text.split(['.', '-', '+']).map_while(|part| part.parse().ok()).collect()
}

impl<T: Default> Rule<T> {
    fn matches(&self, place: &Place, release: &str) -> bool {
        let part = match self.part {
            None => true,
            Some(PartName::Reply) => matches!(place.part, Part::Reply | Part::Component),
            Some(PartName::Body) => matches!(place.part, Part::Body | Part::SentComponent),
            Some(PartName::Parameter) => place.part == Part::Parameter,
        };
        // A schema of `components` that is a scalar is known by its own name.
        let member =
            || place.path.iter().rev().find(|step| *step != "[]").or(place.path.is_empty().then_some(&place.operation));
        let found = part
            && (self.operations.is_empty() || self.operations.contains(&place.operation))
            && (self.members.is_empty() || member().is_some_and(|member| self.members.contains(member)))
            && self.within.as_ref().is_none_or(|within| place.path.contains(within))
            && self.releases.contains(release);
        if found {
            let mut used = self.used.borrow_mut();
            used.extend(member().cloned());
            used.insert(place.operation.clone());
        }
        found
    }

    /// More conditions make a rule stronger than a broader one.
    fn weight(&self) -> usize {
        usize::from(!self.operations.is_empty()) + usize::from(self.part.is_some()) + usize::from(self.within.is_some())
    }
}

impl Rules {
    /// Reads the rules.
    ///
    /// # Errors
    ///
    /// The text is not YAML, or not of this form, or a rule has no reason.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let fail = |message: String| Error::from(Problem::at("specs/rules.yaml", message));
        if text.trim().is_empty() {
            return Ok(Self::default());
        }
        let rules: Self = serde_yaml::from_str(text).map_err(|e| fail(e.to_string()))?;
        let types = rules.types.iter().map(|rule| (rule.name.clone(), &rule.reason));
        let names = rules.names.iter().map(|rule| (rule.of.clone(), &rule.reason));
        let boxed = rules.boxed.iter().map(|rule| (rule.of.clone(), &rule.reason));
        let mut reasons: Vec<(String, &String)> = types.chain(names).chain(boxed).collect();
        reasons.extend(reasons_of(&rules.times));
        for list in
            [&rules.fractions, &rules.secrets, &rules.rest, &rules.booleans, &rules.paging, &rules.paging_if_asked]
        {
            reasons.extend(reasons_of(list));
        }
        reasons.extend(reasons_of(&rules.units));
        reasons.extend(reasons_of(&rules.externs));
        if let Some((name, _)) = reasons.iter().find(|(_, reason)| reason.trim().is_empty()) {
            return Err(fail(format!("the rule for `{name}` has no reason: say why it is needed")));
        }
        for rule in &rules.types {
            for place in &rule.places {
                Place::from_str(place).map_err(fail)?;
            }
        }
        Ok(rules)
    }

    /// The type that rules give to a number or text at a place.
    pub fn scalar(&self, place: &Place, release: &str) -> Option<Ty> {
        if self.is_secret(place, release) {
            return Some(Ty::Secret);
        }
        let unit = first(&self.times, place, release)?.is;
        match unit {
            TimeUnit::Milliseconds => Some(Ty::Millis),
            TimeUnit::Seconds => Some(Ty::Seconds),
            TimeUnit::Iso => Some(Ty::DateTime),
            TimeUnit::Number => None,
        }
    }

    /// Whether any rule says more of a text, a number or a boolean than its schema.
    pub fn say_scalars(&self) -> bool {
        !(self.times.is_empty() && self.units.is_empty() && self.secrets.is_empty() && self.booleans.is_empty())
    }

    /// What the number at a place counts.
    pub fn unit(&self, place: &Place, release: &str) -> Option<&str> {
        first(&self.units, place, release).map(|rule| rule.is.as_str())
    }

    /// Whether what stands at a place must not be shown.
    pub fn is_secret(&self, place: &Place, release: &str) -> bool {
        first(&self.secrets, place, release).is_some()
    }

    /// Whether members beyond the listed ones are kept.
    pub fn keeps_rest(&self, place: &Place, release: &str) -> bool {
        first(&self.rest, place, release).is_some()
    }

    /// Whether a query parameter is a boolean.
    pub fn is_boolean(&self, place: &Place, release: &str) -> bool {
        first(&self.booleans, place, release).is_some()
    }

    /// Whether a list pages.
    pub fn pages(&self, place: &Place, release: &str) -> bool {
        first(&self.paging, place, release).is_some()
    }

    /// Whether a list pages only if asked.
    pub fn pages_if_asked(&self, place: &Place, release: &str) -> bool {
        first(&self.paging_if_asked, place, release).is_some()
    }

    /// The hand-written type of a parameter.
    pub fn extern_type(&self, place: &Place, release: &str) -> Option<&Extern> {
        first(&self.externs, place, release).map(|rule| &rule.is)
    }

    /// The name that people chose for `of`.
    pub fn name(&self, of: &str, release: &str) -> Option<&str> {
        let rule = self.names.iter().find(|rule| rule.of == of && rule.releases.contains(release))?;
        rule.used.set(true);
        Some(&rule.name)
    }

    /// Whether people want a variant boxed.
    pub fn is_boxed(&self, of: &str) -> bool {
        let rule = self.boxed.iter().find(|rule| rule.of == of);
        rule.inspect(|rule| rule.used.set(true)).is_some()
    }

    /// The members whose numbers may have a fraction.
    pub fn fraction_members(&self, release: &str) -> Vec<String> {
        let rules = self.fractions.iter().filter(|rule| rule.releases.contains(release));
        rules.flat_map(|rule| rule.members.iter().cloned()).collect()
    }

    /// What is wrong with rules that should have matched and did not.
    pub fn unused(&self, release: &str) -> Vec<Problem> {
        let mut problems = Vec::new();
        unused(&self.times, "times", release, &mut problems);
        unused(&self.units, "units", release, &mut problems);
        unused(&self.secrets, "secrets", release, &mut problems);
        unused(&self.rest, "rest", release, &mut problems);
        unused(&self.booleans, "booleans", release, &mut problems);
        unused(&self.paging, "paging", release, &mut problems);
        unused(&self.paging_if_asked, "paging_if_asked", release, &mut problems);
        unused(&self.externs, "externs", release, &mut problems);
        for rule in self.boxed.iter().filter(|rule| !rule.used.get()) {
            problems.push(stale(&format!("boxed: {}", rule.of), release));
        }
        for rule in self.names.iter().filter(|rule| rule.releases.contains(release) && !rule.used.get()) {
            problems.push(stale(&format!("names: {}", rule.of), release));
        }
        problems
    }
}

/// What each rule is for, and why.
fn reasons_of<T: Default>(rules: &[Rule<T>]) -> impl Iterator<Item = (String, &String)> {
    rules
        .iter()
        .map(|rule| (rule.members.iter().chain(&rule.operations).cloned().collect::<Vec<_>>().join(", "), &rule.reason))
}

/// The strongest rule that matches.
fn first<'a, T: Default>(rules: &'a [Rule<T>], place: &Place, release: &str) -> Option<&'a Rule<T>> {
    rules.iter().filter(|rule| rule.matches(place, release)).max_by_key(|rule| rule.weight())
}

fn unused<T: Default>(rules: &[Rule<T>], list: &str, release: &str, problems: &mut Vec<Problem>) {
    for rule in rules.iter().filter(|rule| rule.releases.contains(release)) {
        let used = rule.used.borrow();
        let entries = rule.members.iter().chain(&rule.operations);
        problems.extend(
            entries.filter(|entry| !used.contains(*entry)).map(|entry| stale(&format!("{list}: {entry}"), release)),
        );
    }
}

pub(crate) fn stale(what: &str, release: &str) -> Problem {
    Problem::at(
        "specs/rules.yaml",
        format!("`{what}` matches nothing in release {release}: remove it, or give it the releases that it is for"),
    )
}
