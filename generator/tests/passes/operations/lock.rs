//! What the lock keeps of operations.

use super::super::support::{Step, step};
use super::lines;

fn after(before: Option<&Step>, release: &str, document: &str) -> Step {
    let lock = before.map(|step| step.lock.as_str()).unwrap_or_default();
    step(release, document, "", lock).unwrap_or_else(|error| panic!("{document}\n{error}"))
}

/// An operation that takes some parameters and answers in some ways.
fn document(parameters: &str, body: &str, responses: &str) -> String {
    format!(
        "paths: {{/x: {{post: {{operationId: op, parameters: [{parameters}], requestBody: {{required: true, content: {{{body}}}}}, responses: {{{responses}}}}}}}}}
components: {{schemas: {{T: {{type: object, properties: {{a: {{type: string}}}}}}, U: {{type: object, properties: {{b: {{type: string}}}}}}}}}}"
    )
}

#[test]
fn names_stay_though_their_reasons_go() {
    let text = "schema: {type: string}";
    let json = |schema: &str| format!("application/json: {{schema: {{$ref: '#/components/schemas/{schema}'}}}}");
    let replies = format!(
        "'200': {{description: d, content: {{{}}}}}, '202': {{description: d, content: {{{}}}}}",
        json("T"),
        json("U")
    );
    let bodies = format!("{}, text/plain: {{}}", json("T"));
    let both =
        format!("{{in: query, name: id, {text}}}, {{in: header, name: id, {text}}}, {{in: cookie, name: sid, {text}}}");
    let first = after(None, "1.0.0", &document(&both, &bodies, &replies));
    let line = "(&id?: text, @id_header?: text, $sid?: text)";
    let reply = "OpReply { Ok 200: T, Accepted 202: U }";
    assert_eq!(
        lines(&first.modelled),
        [format!("POST op{line} <- json T -> {reply}"), format!("POST op_text{line} <- text -> {reply}")]
    );
    // Without the query parameter the header keeps its name, and what is gone stays where it was.
    let second =
        after(Some(&first), "1.1.0", &document(&format!("{{in: header, name: id, {text}}}"), &bodies, &replies));
    assert_eq!(
        lines(&second.modelled)[0],
        "POST op(&id?: text, @id_header?: text, $sid?: text) <- json T -> OpReply { Ok 200: T, Accepted 202: U }"
    );
    assert_eq!(second.modelled.dropped, ["op: id", "op: sid"]);
    assert_eq!(second.modelled.breaking, []);
    // A way to write the body that is gone, and another reply, break callers.
    let fewer = format!("'200': {{description: d, content: {{{}}}}}", json("T"));
    let third = after(Some(&first), "1.1.0", &document(&both, &json("T"), &fewer));
    let breaking: Vec<String> = third.modelled.breaking.iter().map(ToString::to_string).collect();
    assert_eq!(
        breaking,
        [
            "op: its reply was `200=T|202=U` and is `T`",
            "U: the type is gone; if it has another name now, a rule (`types`) can keep this one",
            "op|text: the document has this operation no more"
        ]
    );
    // Nothing new: nothing is appended.
    let again = after(Some(&first), "1.1.0", &document(&both, &bodies, &replies));
    assert_eq!(again.lock, first.lock);
}
