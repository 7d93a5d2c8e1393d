//! Names of operations: methods, request types, arguments, setters, and the enums of several replies.

use std::collections::{BTreeMap, BTreeSet};

use super::ident::{is_taken, pascal, snake};
use super::members::{Case, Wish, settle};
use super::status;
use crate::error::Problem;
use crate::lock::Lock;
use crate::model::{Answer, Model, Operation, Part, Place, Reply};
use crate::names::{OperationNames, TypeNames};
use crate::rules::Rules;

/// Methods that a request type has; a setter cannot have their names.
pub const METHODS: &[&str] = &["body", "clone", "into_future", "options", "response", "send"];

/// Methods that the request type of a paged list has.
pub const PAGED_METHODS: &[&str] = &[
    "all",
    "body",
    "clone",
    "collect_consistent",
    "into_future",
    "items",
    "lenient",
    "options",
    "page",
    "page_size",
    "pages",
    "response",
    "send",
];

/// Arguments that a method has besides; another cannot have their names.
pub const ARGUMENTS: &[&str] = &["body"];

/// Methods that the client has; an operation cannot have their names.
const CLIENT_METHODS: &[&str] = &["builder", "clone", "from_env", "origin", "request", "token"];

/// The names of every operation, and what a person should know of them.
pub(super) fn of_operations(
    model: &Model,
    types: &[TypeNames],
    rules: &Rules,
    lock: &Lock,
    problems: &mut Vec<Problem>,
) -> (Vec<OperationNames>, Vec<Problem>) {
    let mut namer = Namer { model, rules, lock, notes: Vec::new(), methods: BTreeMap::new(), types: BTreeSet::new() };
    for names in types {
        namer.types.extend(names.aliases.iter().chain([&names.name]).cloned());
    }
    namer.types.extend(model.operations.iter().filter_map(|operation| lock.answers(&operation.id)).map(str::to_owned));
    let mut names: Vec<OperationNames> = model.operations.iter().map(|operation| namer.inside(operation)).collect();
    // What people chose and what was released comes first.
    for (index, operation) in model.operations.iter().enumerate() {
        if let Some((method, request)) = namer.fixed(operation) {
            if let Some(other) = namer.methods.insert(method.clone(), index) {
                let message = format!(
                    "the method `{method}` stands for two operations, this one and `{}`: name one under `names` in specs/rules.yaml",
                    model.operations[other].id
                );
                problems.push(Problem::at(operation.id.clone(), message));
            }
            namer.types.extend(request.clone());
            names[index].method = method;
            names[index].request = request.unwrap_or_default();
        }
    }
    let mut preferred = (String::new(), String::new());
    for (index, operation) in model.operations.iter().enumerate() {
        let stem = match operation.alternative {
            None => operation.id.clone(),
            Some(_) => preferred.0.clone(),
        };
        if names[index].method.is_empty() {
            names[index].method = namer.method(operation, index, &stem);
        }
        if names[index].request.is_empty() {
            names[index].request = namer.ty(operation, &names[index].method, &["Request", "Call", "CallRequest"]);
        }
        if operation.alternative.is_none() {
            preferred.0 = names[index].method.clone();
            preferred.1 = match (&operation.reply, lock.answers(&operation.id)) {
                (Reply::Several(_), Some(released)) => released.to_owned(),
                (Reply::Several(_), None) => {
                    namer.ty(operation, &names[index].method, &["Reply", "Answer", "AnyReply"])
                }
                _ => String::new(),
            };
        }
        names[index].reply = preferred.1.clone();
    }
    (names, namer.notes)
}

struct Namer<'a> {
    model: &'a Model,
    rules: &'a Rules,
    lock: &'a Lock,
    notes: Vec<Problem>,
    /// The methods that are given, and to which operation.
    methods: BTreeMap<String, usize>,
    /// The types that are given.
    types: BTreeSet<String>,
}

impl Namer<'_> {
    /// The method that people chose or that was released, and the request type where it was.
    fn fixed(&self, operation: &Operation) -> Option<(String, Option<String>)> {
        let key = operation.key();
        let released = self.lock.operation(&key);
        let ruled = self.rules.name(&key, &self.model.release);
        let method = ruled.or(released.map(|(method, _)| method))?;
        Some((method.to_owned(), released.map(|(_, request)| request.to_owned())))
    }

    /// A method of its own: the words of the id, then those of what tells it from others.
    fn method(&mut self, operation: &Operation, index: usize, stem: &str) -> String {
        let alternative = operation.alternative.as_deref().unwrap_or_default();
        let wish = snake(&format!("{stem} {alternative}"));
        let plain = wish.trim_start_matches("r#").trim_end_matches('_');
        let way = operation.method.to_lowercase();
        let place = snake(&format!("{way} {}", operation.path));
        let mut wishes = vec![wish.clone()];
        if CLIENT_METHODS.contains(&plain) {
            wishes = vec![format!("{plain}_operation")];
        }
        wishes.extend([format!("{plain}_{way}"), format!("{plain}_{place}"), format!("{plain}_{place}_operation")]);
        let free = wishes.iter().find(|name| !self.methods.contains_key(*name)).cloned();
        // Ids that differ in signs only, on paths that do: the last word is all there is.
        let name = free.unwrap_or_else(|| format!("{plain}_{place}_again"));
        if name != wish {
            let what = format!("`{wish}` is taken: the method of `{}` is called `{name}`", operation.id);
            self.notes.push(Problem::at(operation.pointer(), what));
        }
        self.methods.insert(name.clone(), index);
        name
    }

    /// A type of its own beside an operation.
    fn ty(&mut self, operation: &Operation, method: &str, words: &[&str]) -> String {
        let alternative = operation.alternative.as_deref().map(pascal).unwrap_or_default();
        let stems = [format!("{}{alternative}", pascal(&operation.id)), pascal(method.trim_start_matches("r#"))];
        let wishes = stems.iter().flat_map(|stem| words.iter().map(move |word| format!("{stem}{word}")));
        let mut wishes = wishes.chain([format!("{}Of{}", stems[1], pascal(words[0]))]);
        let free = wishes.find(|name| !self.types.contains(name) && !is_taken(name));
        let name = free.unwrap_or_else(|| format!("{}{}", stems[1], words.concat()));
        self.types.insert(name.clone());
        name
    }

    /// The names inside of an operation: arguments, setters, variants.
    fn inside(&self, operation: &Operation) -> OperationNames {
        let (id, release) = (&operation.id, &self.model.release);
        let wish = |json: &str, key: &str, word: &'static str, is_argument: bool| {
            let ruled = self.rules.name(&format!("{id}/{key}"), release).map(str::to_owned);
            let fixed = ruled.or_else(|| self.lock.parameter(id, key).map(|member| member.name.clone()));
            let taken = match (is_argument, &operation.paging) {
                (true, _) => ARGUMENTS,
                (false, Some(_)) => PAGED_METHODS,
                (false, None) => METHODS,
            };
            Wish::new(json, fixed, || snake(json)).of(word, taken)
        };
        let place = |json: &str| Place { operation: id.clone(), part: Part::Parameter, path: vec![json.to_owned()] };
        let mut keys = operation.param_keys().into_iter();
        let mut wishes = Vec::new();
        let lists = [
            ("path", &operation.path_params),
            ("query", &operation.query),
            ("header", &operation.headers),
            ("cookie", &operation.cookies),
        ];
        for (word, params) in lists {
            for (param, key) in params.iter().zip(keys.by_ref()) {
                let known = self.rules.extern_type(&place(&param.json), release).filter(|_| word == "query");
                wishes.push(match known {
                    Some(known) => Wish::new(&param.json, Some(known.name.clone()), String::new),
                    None => wish(&param.json, &key, word, word == "path" || operation.takes(param)),
                });
            }
        }
        let parts = operation.parts();
        wishes.extend(parts.iter().map(|part| wish(&part.json, &part.json, "part", operation.takes_part(part))));
        let mut names = settle(&wishes, &[], Case::Snake).into_iter();
        let mut take = |count: usize| names.by_ref().take(count).collect::<Vec<_>>();
        OperationNames {
            path: take(operation.path_params.len()),
            query: take(operation.query.len()),
            headers: take(operation.headers.len()),
            cookies: take(operation.cookies.len()),
            parts: take(parts.len()),
            answers: match &operation.reply {
                Reply::Several(answers) => answers.iter().map(|answer| self.answer(id, answer)).collect(),
                _ => Vec::new(),
            },
            ..OperationNames::default()
        }
    }

    /// The variant of a reply: its status in words.
    fn answer(&self, id: &str, answer: &Answer) -> String {
        let status = answer.status.to_string();
        let word = || status::word(&status).unwrap_or_else(|| "Other".to_owned());
        self.lock.answer(id, &status).map_or_else(word, str::to_owned)
    }
}
