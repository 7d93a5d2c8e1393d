//! Replies: successes, failures, headers, media types.

use super::{check, told};

/// An operation with replies.
fn with(method: &str, responses: &str) -> String {
    format!(
        "paths: {{/x: {{{method}: {{operationId: op, responses: {{{responses}}}}}}}}}
components: {{schemas: {{T: {{type: object, properties: {{a: {{type: string}}}}}}, U: {{type: object, properties: {{b: {{type: string}}}}}}, E: {{type: object, properties: {{e: {{type: string}}}}}}}}}}"
    )
}

fn document(method: &str, responses: &str) -> String {
    let mut text = with(method, responses);
    for (short, schema) in [("T", "T"), ("U", "U"), ("E", "E")] {
        let json = format!(
            "{{description: d, content: {{application/json: {{schema: {{$ref: '#/components/schemas/{schema}'}}}}}}}}"
        );
        text = text.replace(&format!(": <{short}>"), &format!(": {json}"));
    }
    text.replace(": <>", ": {description: d}")
}

#[test]
fn successes() {
    let cases: &[(&str, &str)] = &[
        ("'200': <T>", "T"),
        ("'204': <>", "empty"),
        ("'200': <T>, '204': <>", "T or nothing"),
        ("'200': <T>, '201': <T>", "T"),
        ("'200': <T>, '202': <U>", "OpReply { Ok 200: T, Accepted 202: U }"),
        ("'200': <T>, '202': <U>, '204': <>", "OpReply { Ok 200: T, Accepted 202: U, NoContent 204: empty }"),
        ("'201': <T>, 2XX: <U>", "OpReply { Created 201: T, Success 2XX: U }"),
        ("2XX: <T>", "T"),
        ("20X: <T>, 40x: <E>", "T ! 4XX: E"),
        ("'299': <T>, '200': <U>", "OpReply { Ok 200: U, Status299 299: T }"),
        ("default: <T>", "T"),
        ("default: <>", "empty"),
        ("default: <T>, '404': <E>", "T ! 404: E"),
        ("'200': {description: d, content: {text/csv: {}}}, '202': <T>", "OpReply { Ok 200: text, Accepted 202: T }"),
        (
            "'200': {description: d, content: {image/png: {}}}, '202': <T>",
            "OpReply { Ok 200: binary, Accepted 202: T }",
        ),
        ("'200': {description: d, content: {application/json: {}}}", "content"),
        (
            "'200': {description: d, content: {application/json: {}}}, '201': <T>",
            "OpReply { Ok 200: any, Created 201: T }",
        ),
        ("'200': {description: d, content: {application/hal+json: {schema: {type: integer}}}}", "int"),
        ("'200': {description: d, content: {'*/*': {schema: {type: array, items: {type: string}}}}}", "[text]"),
        (
            "'200': {description: d, content: {application/vnd.x.object: {schema: {type: array, items: {type: string}}}}}",
            "[text]",
        ),
        ("'200': {description: d, content: {text/plain: {}}}", "text"),
        ("'200': {description: d, content: {application/xml: {}}}, '204': <>", "text"),
        ("'200': {description: d, content: {application/pdf: {}}}", "binary"),
        ("'200': {description: d, content: {text/event-stream: {}}}", "binary"),
        ("'200': {description: d, content: {'*/*': {}}}", "binary"),
        // Redirects, and what is none.
        ("'302': <>", "redirect"),
        ("'200': {description: d, content: {text/html: {}}}, '302': <>", "redirect"),
        ("'200': <>, '302': <>", "redirect"),
        ("2XX: {description: d, content: {application/xhtml+xml: {}, text/html: {}}}, 3XX: <>", "redirect"),
        ("'200': {description: d, content: {application/octet-stream: {}}}, '302': <>", "binary"),
        ("'200': {description: d, content: {application/x-ndjson: {}}}, '307': <>", "binary"),
        ("'200': {description: d, content: {text/csv: {}}}, '302': <>", "text"),
        ("'200': {description: d, content: {text/html: {}, application/zip: {}}}, '302': <>", "binary"),
        ("'200': {description: d, content: {application/json: {}}}, '302': <>", "content"),
        ("'204': <>, '302': <>", "empty"),
        ("'202': {description: d, content: {text/plain: {}}}, '307': <>", "text"),
        ("'200': <T>, '304': <>", "T"),
        ("'204': <>, '304': <>, '404': <E>", "empty ! 404: E"),
        ("'200': <T>, '301': <E>", "T ! 301: E"),
        // What cannot have a body.
        ("'204': <T>", "empty"),
    ];
    for (responses, expected) in cases {
        let document = document("get", responses);
        assert_eq!(told(&document).operations, [format!("GET op() -> {expected}")], "{document}");
    }
    assert_eq!(told(&document("head", "'200': <T>")).operations, ["HEAD op() -> empty"]);
}

#[test]
fn what_a_call_cannot_give_is_noted() {
    let cases = [
        ("'101': <>", "101: left out: a connection that becomes one of another protocol cannot be made"),
        ("'103': <>", "103: left out: callers see no interim reply, only the final one"),
        ("'304': <>", "304: a reply that nothing has changed is an error of the call, of this status"),
        ("20X: <T>", "20X: `20X` is no range of OpenAPI: it is read as `2XX`"),
        ("2: <T>", "2: `2` is no status, no range such as `4XX`, and not `default`: this reply is left out"),
        ("'307': <T>", "307/content: the body of a redirect is not read"),
        (
            "'200': {description: d, links: {next: {operationId: op}}}",
            "200/links: links are left out: values for the next call are in the reply",
        ),
        (
            "'200': {description: d, content: {application/xml: {schema: {$ref: '#/components/schemas/T'}}}}",
            "200/content/application~1xml: there are no types for what is `application/xml`: it is a text here",
        ),
        (
            "'200': {description: d, content: {application/json: {schema: {type: integer}}, json: {}}}",
            "200/content/json: left out: `json` is no media type",
        ),
        (
            "'200': <>, '302': <>",
            "200: read as the page of the redirect beside it: a call that ends with this status is an error",
        ),
        (
            "'200': {description: d, content: {application/zip: {}}}, '302': <>",
            "302: a redirect beside a reply of another kind is an error of the call",
        ),
        (
            "'200': {description: d, content: {text/plain: {schema: {type: integer}}}}",
            "200/content/text~1plain: there are no types for what is `text/plain`: it is a text here",
        ),
        ("'200': <T>, '302': <>", "302: a redirect beside a reply of another kind is an error of the call"),
        ("'204': <T>", "204/content: a reply to HEAD or of status 204 or 205 never has a body: none is read"),
        (
            "'200': {description: d, content: {application/json: {schema: {type: integer}}, 'text/*': {}}}",
            "200/content/text~1*: left out: a server cannot be asked for a media type with a `*`",
        ),
    ];
    for (responses, note) in cases {
        assert_eq!(
            told(&document("get", responses)).notes,
            [format!("/paths/~1x/get/responses/{note}")],
            "{responses}"
        );
    }
}

#[test]
fn failures() {
    let cases: &[(&str, &str)] = &[
        ("'200': <T>, '404': <E>, 4XX: <U>, default: <E>", "T ! 404: E ! 4XX: U ! default: E"),
        ("'200': <T>, '404': <>", "T"),
        ("'200': <T>, '404': {description: d, content: {text/plain: {}}}", "T"),
        ("'200': <T>, '404': {description: d, content: {application/json: {schema: {}}}}", "T"),
        (
            "'200': <T>, '400': {description: d, content: {application/problem+json: {schema: {type: object, properties: {title: {type: string}}}}}}",
            "T ! 400: BadRequestFailure",
        ),
    ];
    for (responses, expected) in cases {
        let document = document("get", responses);
        assert_eq!(told(&document).operations, [format!("GET op() -> {expected}")], "{document}");
    }
}

#[test]
fn inline_types_of_several_replies_are_their_own() {
    let inline = |member: &str| {
        format!(
            "{{description: d, content: {{application/json: {{schema: {{type: object, properties: {{{member}: {{type: string}}}}}}}}}}}}"
        )
    };
    let responses =
        format!("'200': {}, '201': {}, '202': {}, '404': {}", inline("a"), inline("b"), inline("a"), inline("c"));
    let told = told(&document("post", &responses));
    assert_eq!(
        told.operations,
        [
            "POST op() -> OpAnswer { Ok 200: OpReply, Created 201: OpCreated, Accepted 202: OpReply } ! 404: NotFoundFailure"
        ]
    );
}

#[test]
fn other_media_types_are_asked_for() {
    let content = "'200': {description: d, content: {application/json: {schema: {$ref: '#/components/schemas/T'}}, application/xml: {schema: {$ref: '#/components/schemas/T'}}, text/csv: {}, application/pdf: {}, text/event-stream: {}, application/vnd.u+json: {schema: {$ref: '#/components/schemas/U'}}}}";
    check(&[(
        &document("get", content),
        &[
            "GET op() -> T",
            "GET op_vnd_u_json() -> U by application/vnd.u+json",
            "GET op_pdf() -> binary by application/pdf",
            "GET op_stream() -> binary by text/event-stream",
            "GET op_csv() -> text by text/csv",
        ],
    )]);
}

#[test]
fn headers() {
    let headers = "{description: d, headers: {X-Limit: {schema: {type: integer}}, ETag: {$ref: '#/components/headers/ETag'}, Content-Type: {schema: {type: string}}}}";
    let document = format!(
        "{}\n",
        with(
            "get",
            &format!("'200': {headers}, '404': {{description: d, headers: {{X-Lost: {{schema: {{type: string}}}}}}}}")
        )
        .replace("components: {", "components: {headers: {ETag: {schema: {type: string}}}, ")
    );
    assert_eq!(told(&document).operations, ["GET op() -> empty # ETag: text # X-Limit: int"]);
}

/// `Accept` names what can be read: successes first, then failures; and a text where the document has it beside JSON.
#[test]
fn what_is_asked_for() {
    let ok = |content: &str| format!("'200': {{description: d, content: {{{content}}}}}");
    let text = "{schema: {type: string}}";
    let (json_and_text, t) = (
        format!("text/plain: {text}, application/json: {text}, text/json: {text}"),
        "{schema: {$ref: '#/components/schemas/T'}}",
    );
    let cases: &[(String, &[&str], bool)] = &[
        ("'204': <>".to_owned(), &[], false),
        ("'200': <T>".to_owned(), &["application/json"], false),
        (ok("'application/vnd.acme.hub+json;version=67': {schema: {type: integer}}"), &["application/vnd.acme.hub+json;version=67"], false),
        (ok("'text/plain; charset=iso-8859-1': {schema: {type: string}}"), &["text/plain; charset=iso-8859-1"], false),
        (ok("application/pdf: {}"), &["application/pdf"], false),
        (ok("text/csv: {}, application/xml: {}"), &["application/xml", "text/csv"], false),
        (ok(&json_and_text), &["application/json", "text/json", "text/plain"], true),
        (ok("text/plain: {schema: {type: integer}}, application/json: {schema: {type: integer}}"), &["application/json", "text/plain"], true),
        // An object is JSON whatever it is called, and a text of another schema has a method of its own.
        (ok(&format!("text/plain: {t}, application/json: {t}")), &["application/json"], false),
        (ok(&format!("application/json: {t}, text/csv: {text}")), &["application/json"], false),
        (ok("'*/*': {schema: {type: object, properties: {a: {type: string}}}}"), &["application/json", "*/*"], false),
        ("'200': <T>, '404': {description: d, content: {application/problem+json: {}}}, default: {description: d, content: {text/plain: {}}}".to_owned(), &["application/json", "application/problem+json", "text/plain"], false),
        ("'204': <>, 4XX: <E>".to_owned(), &["application/json"], false),
        ("'302': <>, '400': <E>".to_owned(), &["application/json"], false),
    ];
    for (responses, accepts, or_text) in cases {
        let told = told(&document("get", responses));
        let operation = &told.modelled.model.operations[0];
        assert_eq!(operation.accepts, *accepts, "{responses}");
        assert_eq!(operation.or_text, *or_text, "{responses}");
    }
    let told =
        told(&document("get", &format!("{}, '400': <E>", ok(&format!("application/json: {t}, text/csv: {text}")))));
    let other = &told.modelled.model.operations[1];
    assert_eq!(other.accepts, ["text/csv", "application/json"]);
}
