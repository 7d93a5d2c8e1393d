//! Logto's error bodies.

use serde_json::{Value, json};

use crate::answer::Answer;

use super::validate::{Issue, Part};

/// `{code, message}`.
pub(super) fn error(status: u16, code: &str, message: &str) -> Answer {
    Answer::json(status, &json!({ "code": code, "message": message }))
}

/// `{code, data, message}`.
pub(super) fn error_with(status: u16, code: &str, data: Value, message: &str) -> Answer {
    Answer::json(status, &json!({ "code": code, "data": data, "message": message }))
}

/// `{message}` alone, as the server writes malformed JSON and what it did not expect.
pub(super) fn bare(status: u16, message: &str) -> Answer {
    Answer::json(status, &json!({ "message": message }))
}

/// A path that is not known, or a body that is too large.
pub(super) fn not_found_text() -> Answer {
    Answer::text(404, "text/plain; charset=utf-8", "Not Found")
}

/// A path that is known, with a method that is not.
pub(super) fn wrong_method(allow: &str) -> Answer {
    Answer::text(405, "text/plain; charset=utf-8", "Method Not Allowed").with("Allow", allow)
}

/// No entity with this id. Users have a code of their own. `message` follows `Accept-Language`, `code` does not.
pub(super) fn missing_entity(collection: &str, id: &str, language: &str) -> Answer {
    if collection == "users" {
        let message = match language {
            "fr" => "La ressource n'existe pas.",
            _ => "The resource does not exist.",
        };
        return error(404, "entity.not_found", message);
    }
    let name = collection.replace('-', "_");
    let message = match language {
        "de" => format!("{name} mit ID `{id}` existiert nicht."),
        _ => format!("The {name} with ID `{id}` does not exist."),
    };
    error(404, "entity.not_exists_with_id", &message)
}

/// `page` or `page_size` is out of range.
pub(super) fn invalid_pagination() -> Answer {
    error(400, "guard.invalid_pagination", "The request pagination value is invalid.")
}

/// A list of values that must not be empty, or a number that the database does not take.
pub(super) fn empty_values() -> Answer {
    error(422, "entity.invalid_input", "Invalid input. Value list must not be empty.")
}

/// A request that cannot be read, with what is wrong in it.
pub(super) fn invalid_input(details: &str) -> Answer {
    error_with(400, "request.invalid_input", json!({}), &format!("Input is invalid. {details}"))
}

/// A request that does not fit the document, as the server's validator tells it.
pub(super) fn guard(issues: &[&Issue]) -> Answer {
    let part = issues.first().map_or(Part::Body, |issue| issue.part);
    let list: Vec<Value> = issues.iter().map(|issue| issue_json(issue)).collect();
    let details: Vec<String> = issues
        .iter()
        .map(|issue| {
            let message = issue.zod_message().replace(", received", " but received");
            let message = match issue.expected() {
                Some(expected) if message == "Required" => format!("Expected {expected} but received undefined"),
                _ => message,
            };
            let key = issue.path.join(".");
            format!("Error in key path \"{key}\": ({}) {message}.", issue.zod_code())
        })
        .collect();
    let body = json!({
        "code": "guard.invalid_input",
        "data": { "issues": list, "name": "ZodError" },
        "details": details.join("\n"),
        "message": format!("The request {} is invalid.", part.noun()),
    });
    Answer::json(400, &body)
}

fn issue_json(issue: &Issue) -> Value {
    let mut value = json!({ "code": issue.zod_code(), "path": issue.path, "message": issue.zod_message() });
    if let Some(expected) = issue.expected() {
        value["expected"] = json!(expected);
        value["received"] = json!(issue.received());
    }
    value
}
