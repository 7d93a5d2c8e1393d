//! Refuses names that cannot be printed: no identifiers, two of one kind, or in the way of what the files import.

use std::collections::{BTreeMap, HashSet};

use crate::error::{Error, Problem};
use crate::model::{DefKind, Reply};
use crate::name::{ARGUMENTS, METHODS, PAGED_METHODS, is_taken_type};

use super::Context;
use super::ident::is_valid;

/// Checks every name that will be printed.
pub(super) fn names(context: &Context<'_>) -> Result<(), Error> {
    let mut check = Check::default();
    types(context, &mut check);
    operations(context, &mut check);
    for (tag, names) in &context.names.tags {
        check.identifier(&names.module, &format!("the module of tag `{tag}`"));
        if names.feature == "default" {
            let what = "cannot be called `default`, which Cargo keeps for itself";
            check.problem(format!("the feature of tag `{tag}` {what}"));
        }
        if names.module == "shared" {
            check.problem("no tag's module may be called `shared`, which holds the types of several tags".to_owned());
        }
    }
    Error::check((), check.problems)
}

#[derive(Default)]
struct Check {
    problems: Vec<Problem>,
    /// Types and request types, which meet in the files of operations.
    types: BTreeMap<String, String>,
}

impl Check {
    fn problem(&mut self, message: String) {
        self.problems.push(Problem::new(message));
    }

    fn identifier(&mut self, name: &str, what: &str) {
        if !is_valid(name) {
            self.problem(format!("{what} cannot be called `{name}`: that is no Rust identifier"));
        }
    }

    fn new_type(&mut self, name: &str, what: &str) {
        self.identifier(name, what);
        if is_taken_type(name) {
            self.problem(format!("{what} cannot be called `{name}`: generated files import that name from elsewhere"));
        }
        if let Some(other) = self.types.insert(name.to_owned(), what.to_owned()) {
            self.problem(format!("{other} and {what} are both called `{name}`"));
        }
    }

    fn distinct<'a>(&mut self, names: impl IntoIterator<Item = &'a String>, reserved: &[&str], what: &str) {
        let mut seen: HashSet<&str> = reserved.iter().copied().collect();
        for name in names {
            self.identifier(name, what);
            if !seen.insert(name) {
                self.problem(format!("two names of {what} are `{name}`, or the generated code needs it itself"));
            }
        }
    }
}

fn types(context: &Context<'_>, check: &mut Check) {
    if context.names.types.len() != context.model.defs.len() {
        return check.problem("the names do not belong to the model: the numbers of types differ".to_owned());
    }
    for (def, names) in context.model.defs.iter().zip(&context.names.types) {
        let place = def.places.first().map_or_else(String::new, |place| format!(" of {}", place.operation));
        let what = format!("type `{}`{place}", names.name);
        check.new_type(&names.name, &what);
        for alias in &names.aliases {
            check.new_type(alias, &format!("the former name of {what}"));
        }
        let (count, reserved) = match &def.kind {
            DefKind::Struct(object) => (object.fields.len(), [].as_slice()),
            DefKind::Enum(values) => (values.values.len(), ["Unknown"].as_slice()),
            DefKind::Union(union) => (union.variants.len(), ["Unknown"].as_slice()),
        };
        if names.members.len() != count {
            check.problem(format!("{what} has {count} members and {} names for them", names.members.len()));
        }
        check.distinct(&names.members, reserved, &what);
        for tag in &def.tags {
            tag_exists(context, tag, &what, check);
        }
    }
}

fn operations(context: &Context<'_>, check: &mut Check) {
    if context.names.operations.len() != context.model.operations.len() {
        return check.problem("the names do not belong to the model: the numbers of operations differ".to_owned());
    }
    let mut methods = BTreeMap::new();
    for (operation, names) in context.model.operations.iter().zip(&context.names.operations) {
        let what = format!("operation `{}`", operation.id);
        check.identifier(&names.method, &what);
        if let Some(other) = methods.insert(names.method.clone(), operation.id.clone()) {
            check.problem(format!("operations `{other}` and `{}` are both called `{}`", operation.id, names.method));
        }
        if context.needs_request(operation) {
            check.new_type(&names.request, &format!("the request of {what}"));
        }
        if let (Reply::Several(answers), None) = (&operation.reply, &operation.alternative) {
            check.new_type(&names.reply, &format!("the reply of {what}"));
            check.distinct(&names.answers, &[], &format!("the reply of {what}"));
            if answers.len() != names.answers.len() {
                check.problem(format!(
                    "{what} has {} replies and {} names for them",
                    answers.len(),
                    names.answers.len()
                ));
            }
        }
        let counts = [
            ("path parameters", operation.path_params.len(), names.path.len()),
            ("query parameters", operation.query.len(), names.query.len()),
            ("headers", operation.headers.len(), names.headers.len()),
            ("cookies", operation.cookies.len(), names.cookies.len()),
            ("parts", operation.parts().len(), names.parts.len()),
        ];
        for (kind, expected, found) in counts {
            if expected != found {
                check.problem(format!("{what} has {expected} {kind} and {found} names for them"));
            }
        }
        let named = names.path.iter().chain(&names.query).chain(&names.headers).chain(&names.cookies);
        let path = operation.path_params.iter().map(|_| true);
        let others = operation.params().skip(operation.path_params.len()).map(|param| operation.takes(param));
        let params = named.zip(path.chain(others));
        let parts = operation.parts().iter().map(|part| operation.takes_part(part));
        let all: Vec<(&String, bool)> = params.chain(names.parts.iter().zip(parts)).collect();
        check.distinct(all.iter().map(|(name, _)| *name), ARGUMENTS, &what);
        let setters = all.iter().filter(|(_, taken)| !taken).map(|(name, _)| *name);
        let methods = if operation.paging.is_some() { PAGED_METHODS } else { METHODS };
        check.distinct(setters, methods, &what);
        tag_exists(context, &operation.tag, &what, check);
    }
}

fn tag_exists(context: &Context<'_>, tag: &str, what: &str, check: &mut Check) {
    if !context.names.tags.contains_key(tag) {
        check.problem(format!("{what} has tag `{tag}`, which has no names"));
    }
}
