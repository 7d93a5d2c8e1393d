//! The name lock: places to public names, and since which release each exists.
//!
//! The file is a list of sections, one for each release, oldest first; generating appends and never rewrites. The last line
//! about a thing counts.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::fmt::Write as _;

use crate::error::{Error, Problem};
use crate::model::{Place, Presence};
use crate::rules::version;

mod entry;
mod fresh;

pub use entry::Entry;
pub(crate) use entry::words;
use entry::{escape, subject, thing};

/// The first line of a new lock.
const HEADER: &str = "# Released names, by the release that brought them. Generating appends; a line is edited only to rename on purpose.\n";

/// The names that were released.
#[derive(Debug, Default, Clone)]
pub struct Lock {
    text: String,
    releases: Vec<String>,
    lines: HashSet<String>,
    /// The last line about each thing.
    last: HashMap<String, String>,
    /// What was told to be gone and did not come back.
    gone: BTreeSet<String>,
    types: HashMap<Place, String>,
    homes: BTreeMap<String, (Place, usize)>,
    /// Since which section a type stands in a request.
    sent: BTreeMap<String, usize>,
    members: BTreeMap<String, BTreeMap<String, Member>>,
    variants: BTreeMap<String, BTreeMap<String, LockedVariant>>,
    operations: BTreeMap<String, (String, String)>,
    operation_tags: BTreeMap<String, String>,
    parameters: BTreeMap<String, BTreeMap<String, Member>>,
    parts: BTreeMap<String, BTreeMap<String, Member>>,
    exchanged: BTreeMap<(String, String), String>,
    answers: BTreeMap<String, Answers>,
    tags: BTreeMap<String, (String, String)>,
    client: BTreeMap<(String, String), String>,
    aliases: BTreeMap<String, String>,
}

/// A released member of a struct, parameter of an operation, or part of its multipart body.
#[derive(Debug, Clone)]
pub struct Member {
    /// Its name in Rust.
    pub name: String,
    /// Whether some release did not require it, or let it be null.
    pub optional: bool,
    /// Whether the last release required it, and let it be null.
    pub presence: Presence,
    /// Its type, in the lock's writing.
    pub ty: String,
}

/// The released enum of several replies.
#[derive(Debug, Clone, Default)]
struct Answers {
    name: String,
    /// Its variants, by status.
    variants: BTreeMap<String, String>,
}

/// A released variant of an enum or a union.
#[derive(Debug, Clone)]
pub struct LockedVariant {
    /// Its name in Rust.
    pub name: String,
    /// What it holds, in the lock's writing; empty for a variant of an enum.
    pub ty: String,
}

impl Member {
    fn new(name: &str, presence: &str, ty: &str) -> Result<Self, String> {
        let sign = presence;
        let presence = Presence::from_sign(sign).ok_or_else(|| format!("`{sign}` does not say what must be given"))?;
        let optional = presence != Presence::Required;
        Ok(Self { name: name.to_owned(), optional, presence, ty: ty.to_owned() })
    }
}

impl Lock {
    /// Reads a lock. An empty text is an empty lock.
    ///
    /// # Errors
    ///
    /// A line that is not one of a lock, with its number.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let mut lock = Lock { text: text.to_owned(), ..Lock::default() };
        let mut problems = Vec::new();
        for (index, line) in text.lines().enumerate() {
            if let Err(why) = lock.read(line) {
                problems.push(Problem::at("specs/names.lock", why).on_line(index + 1));
            }
        }
        Error::check(lock, problems)
    }

    fn read(&mut self, line: &str) -> Result<(), String> {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            return Ok(());
        }
        if let Some(release) = line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            self.releases.push(release.to_owned());
            return Ok(());
        }
        let Some(release) = self.releases.len().checked_sub(1) else {
            return Err("a name stands before the first `[release]`".to_owned());
        };
        self.lines.insert(line.to_owned());
        let subject = subject(line);
        self.gone.remove(&subject);
        self.last.insert(subject, line.to_owned());
        let words = words(line);
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        match words.as_slice() {
            ["type", name, place] => {
                let place: Place = line.rsplit(' ').next().unwrap_or(place).parse()?;
                self.gone.remove(&thing(&["type", name]));
                self.homes.entry((*name).to_owned()).or_insert_with(|| (place.clone(), release));
                if place.is_sent() {
                    self.sent.entry((*name).to_owned()).or_insert(release);
                }
                self.types.insert(place, (*name).to_owned());
            }
            ["member", of, json, name, presence, ty] => {
                let members = self.members.entry((*of).to_owned()).or_default();
                let before = members.get(*json).is_some_and(|member| member.optional);
                let mut member = Member::new(name, presence, ty)?;
                member.optional |= before;
                members.insert((*json).to_owned(), member);
            }
            ["variant", of, step, name, rest @ ..] => {
                let ty = rest.first().copied().unwrap_or_default().to_owned();
                let variant = LockedVariant { name: (*name).to_owned(), ty };
                self.variants.entry((*of).to_owned()).or_default().insert((*step).to_owned(), variant);
            }
            ["operation", id, method, request, tag @ ..] => {
                self.operations.insert((*id).to_owned(), ((*method).to_owned(), (*request).to_owned()));
                if let [tag] = tag {
                    self.operation_tags.insert((*id).to_owned(), (*tag).to_owned());
                }
            }
            [what @ ("parameter" | "part"), of, json, name, presence, ty] => {
                let list = if *what == "part" { &mut self.parts } else { &mut self.parameters };
                let member = Member::new(name, presence, ty)?;
                list.entry((*of).to_owned()).or_default().insert((*json).to_owned(), member);
            }
            ["gone", "type", name] => {
                let of_it = format!("type {} ", escape(name));
                self.last.retain(|_, line| !line.starts_with(&of_it));
                self.gone.insert(thing(&["type", name]));
            }
            ["gone", what @ ("parameter" | "part"), of, json] => {
                let list = if *what == "part" { &mut self.parts } else { &mut self.parameters };
                list.entry((*of).to_owned()).or_default().remove(*json);
            }
            ["gone", "member", of, json] => {
                self.members.entry((*of).to_owned()).or_default().remove(*json);
            }
            ["gone", "variant", of, step] => {
                self.variants.entry((*of).to_owned()).or_default().remove(*step);
            }
            ["gone", what @ ("operation" | "tag"), name] => {
                self.gone.insert(thing(&[what, name]));
            }
            [what @ ("body" | "reply"), id, ty] => {
                self.exchanged.insert(((*what).to_owned(), (*id).to_owned()), (*ty).to_owned());
            }
            ["answer", of, status, name, variant] => {
                let answers = self.answers.entry((*of).to_owned()).or_default();
                answers.name = (*name).to_owned();
                answers.variants.insert((*status).to_owned(), (*variant).to_owned());
            }
            ["tag", tag, module, feature] => {
                self.tags.insert((*tag).to_owned(), ((*module).to_owned(), (*feature).to_owned()));
            }
            [what @ ("builder" | "server"), name, takes] => {
                self.client.insert(((*what).to_owned(), (*name).to_owned()), (*takes).to_owned());
            }
            ["gone", what @ ("builder" | "server"), name] => {
                self.client.remove(&((*what).to_owned(), (*name).to_owned()));
            }
            ["alias", old, new] => {
                self.aliases.insert((*old).to_owned(), (*new).to_owned());
            }
            _ => return Err(format!("`{line}` is not a line of a name lock: take back the edit")),
        }
        Ok(())
    }

    /// The same lock where a type that people renamed has the members and variants that it had under its old names.
    #[must_use]
    pub fn with_renamed(mut self, renamed: &[(String, String)]) -> Self {
        let known: Vec<(String, String)> = self.aliases.iter().map(|(old, new)| (old.clone(), new.clone())).collect();
        for (old, new) in known.iter().chain(renamed) {
            let members = self.members.get(old).cloned().unwrap_or_default();
            let own = self.members.entry(new.clone()).or_default();
            members.into_iter().for_each(|(json, member)| {
                own.entry(json).or_insert(member);
            });
            let variants = self.variants.get(old).cloned().unwrap_or_default();
            let own = self.variants.entry(new.clone()).or_default();
            variants.into_iter().for_each(|(step, variant)| {
                own.entry(step).or_insert(variant);
            });
            if let (Some(old), None) = (self.homes.get(old).cloned(), self.homes.get(new)) {
                self.homes.insert(new.clone(), old);
            }
        }
        self
    }

    /// The name of the type at a place.
    pub fn type_at(&self, place: &Place) -> Option<&str> {
        let name = self.types.get(place)?;
        Some(self.aliases.get(name).unwrap_or(name))
    }

    /// The first place of each type.
    pub fn homes(&self) -> impl Iterator<Item = (&str, &Place)> {
        self.homes.iter().map(|(name, (place, _))| (name.as_str(), place))
    }

    /// Whether a type was released before a release.
    pub fn type_is_older(&self, name: &str, release: &str) -> bool {
        self.homes
            .get(name)
            .is_some_and(|(_, since)| self.releases.get(*since).is_some_and(|since| version(since) < version(release)))
    }

    /// Whether a type stood in a request before a release.
    pub fn was_sent(&self, name: &str, release: &str) -> bool {
        self.sent
            .get(name)
            .is_some_and(|since| self.releases.get(*since).is_some_and(|since| version(since) < version(release)))
    }

    /// The released members of a type.
    pub fn members(&self, of: &str) -> impl Iterator<Item = (&str, &Member)> {
        self.members.get(of).into_iter().flatten().map(|(json, member)| (json.as_str(), member))
    }

    /// A released member.
    pub fn member(&self, of: &str, json: &str) -> Option<&Member> {
        self.members.get(of)?.get(json)
    }

    /// The released variants of a type.
    pub fn variants(&self, of: &str) -> impl Iterator<Item = (&str, &LockedVariant)> {
        self.variants.get(of).into_iter().flatten().map(|(step, variant)| (step.as_str(), variant))
    }

    /// A released variant.
    pub fn variant(&self, of: &str, step: &str) -> Option<&LockedVariant> {
        self.variants.get(of)?.get(step)
    }

    /// The method and request type of an operation.
    pub fn operation(&self, id: &str) -> Option<(&str, &str)> {
        self.operations.get(id).map(|(method, request)| (method.as_str(), request.as_str()))
    }

    /// The tag of an operation, where the lock says it.
    pub fn operation_tag(&self, id: &str) -> Option<&str> {
        self.operation_tags.get(id).map(String::as_str)
    }

    /// Whether a type, an operation or a tag was told to be gone.
    pub fn is_gone(&self, what: &str, name: &str) -> bool {
        self.gone.contains(&thing(&[what, name]))
    }

    /// The operations that were released.
    pub fn operations(&self) -> impl Iterator<Item = &str> {
        self.operations.keys().map(String::as_str)
    }

    /// A released parameter of an operation.
    pub fn parameter(&self, of: &str, json: &str) -> Option<&Member> {
        self.parameters.get(of)?.get(json)
    }

    /// What was the `body` or the `reply` of an operation.
    pub fn exchanged(&self, what: &str, id: &str) -> Option<&str> {
        self.exchanged.get(&(what.to_owned(), id.to_owned())).map(String::as_str)
    }

    /// The enum of several replies of an operation.
    pub fn answers(&self, id: &str) -> Option<&str> {
        self.answers.get(id).map(|answers| answers.name.as_str())
    }

    /// The variant of one of several replies of an operation.
    pub fn answer(&self, id: &str, status: &str) -> Option<&str> {
        self.answers.get(id)?.variants.get(status).map(String::as_str)
    }

    /// The released parameters of an operation, by their keys.
    pub fn parameters(&self, of: &str) -> impl Iterator<Item = (&str, &Member)> {
        self.parameters.get(of).into_iter().flatten().map(|(json, member)| (json.as_str(), member))
    }

    /// The released parts of the multipart body of an operation, by name on the wire.
    pub fn parts(&self, of: &str) -> impl Iterator<Item = (&str, &Member)> {
        self.parts.get(of).into_iter().flatten().map(|(json, member)| (json.as_str(), member))
    }

    /// The tags that were released, with their features.
    pub fn tags(&self) -> impl Iterator<Item = (&str, &str)> {
        self.tags.iter().map(|(tag, (_, feature))| (tag.as_str(), feature.as_str()))
    }

    /// The module and feature of a tag.
    pub fn tag(&self, tag: &str) -> Option<(&str, &str)> {
        self.tags.get(tag).map(|(module, feature)| (module.as_str(), feature.as_str()))
    }

    /// The released methods of the builder (`builder`) and servers (`server`), with what they take.
    pub fn client(&self) -> impl Iterator<Item = (&str, &str, &str)> {
        self.client.iter().map(|((what, name), takes)| (what.as_str(), name.as_str(), takes.as_str()))
    }

    /// Names that were released and now stand for another.
    pub fn aliases(&self) -> impl Iterator<Item = (&str, &str)> {
        self.aliases.iter().map(|(old, new)| (old.as_str(), new.as_str()))
    }

    /// The last release in the lock.
    pub fn last_release(&self) -> Option<&str> {
        self.releases.last().map(String::as_str)
    }

    /// The same lock as it was at a release: without the sections of later ones.
    ///
    /// # Errors
    ///
    /// None for a text that was a lock before.
    pub fn until(&self, release: &str) -> Result<Self, Error> {
        let is_later = |line: &&str| {
            let section = line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
            section.is_some_and(|section| version(section) > version(release))
        };
        let text: Vec<&str> = self.text.lines().take_while(|line| !is_later(line)).collect();
        Self::parse(&text.join("\n"))
    }

    /// The lines that the lock lacks. What is again as it once was needs a line too: the last one counts.
    fn missing(&self, entries: &[Entry]) -> Vec<String> {
        let lines: Vec<String> = entries.iter().map(ToString::to_string).collect();
        let all: HashSet<&String> = lines.iter().collect();
        let stands = |line: &str| self.last.get(&subject(line)).is_some_and(|last| last == line || all.contains(last));
        lines.iter().filter(|line| !self.lines.contains(*line) || !stands(line)).cloned().collect()
    }

    /// The lock with the entries that it lacks, under a release.
    ///
    /// # Errors
    ///
    /// The release is older than the last one in the lock.
    pub fn append(&self, entries: &[Entry], release: &str) -> Result<(String, usize), Error> {
        let last = self.last_release();
        if last.is_some_and(|last| version(release) < version(last)) {
            let message = format!(
                "the lock already holds names of release {}, and the document is {release}: take a document that is not older",
                last.unwrap_or_default()
            );
            return Err(Problem::at("specs/names.lock", message).into());
        }
        let missing = self.missing(entries);
        let mut text = self.text.clone();
        if text.is_empty() {
            text.push_str(HEADER);
        }
        if !missing.is_empty() && last != Some(release) {
            let _ = writeln!(text, "\n[{release}]");
        }
        for line in &missing {
            text.push_str(line);
            text.push('\n');
        }
        Ok((text, missing.len()))
    }
}
