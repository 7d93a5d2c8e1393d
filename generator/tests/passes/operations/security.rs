//! Security, servers, webhooks and callbacks.

use super::told;

/// Operations with security of their own, and what the document says.
fn with(document: &str, operations: &[&str]) -> String {
    let paths: Vec<String> = operations
        .iter()
        .enumerate()
        .map(|(index, security)| format!("/x{index}: {{get: {{operationId: op{index}, {security}responses: {{}}}}}}"))
        .collect();
    format!(
        "{document}
paths: {{{}}}
components: {{securitySchemes: {{a: {{type: http, scheme: bearer}}, b: {{type: http, scheme: Basic}}, c: {{type: apiKey, in: header, name: X-Key}}, d: {{type: http, scheme: digest}}}}}}",
        paths.join(", ")
    )
}

#[test]
fn what_operations_need() {
    let cases: &[(&str, &[&str], &str, &[&str])] = &[
        ("", &[""], "[]", &[""]),
        (
            "security: [{a: []}]",
            &["", "security: [], ", "security: [{}], ", "security: [{a: []}], "],
            r#"[["a"]]"#,
            &["", " needs []", " needs []", ""],
        ),
        (
            "security: [{a: []}]",
            &["security: [{a: []}, {b: [], c: []}], ", "security: [{b: []}, {}], "],
            r#"[["a"]]"#,
            &[r#" needs [["a"], ["b", "c"]]"#, r#" needs [["b"], []]"#],
        ),
        // Nothing said: what most operations say.
        ("", &["security: [{a: []}], ", "security: [{a: []}], ", ""], r#"[["a"]]"#, &["", "", " needs []"]),
        // What is not declared, and what a call cannot be given.
        ("security: [{z: []}, {a: []}]", &[""], r#"[["a"]]"#, &[""]),
        ("security: [{d: []}]", &[""], "[]", &[""]),
        ("security: [{d: [], a: []}]", &[""], r#"[["a"]]"#, &[""]),
    ];
    for (document, operations, default, expected) in cases {
        let told = told(&with(document, operations));
        assert_eq!(format!("{:?}", told.modelled.model.security), *default, "{document}");
        let lines: Vec<String> =
            expected.iter().enumerate().map(|(index, needs)| format!("GET op{index}() -> empty{needs}")).collect();
        assert_eq!(told.operations, lines, "{document}");
    }
    let told = told(&with("security: [{z: []}, {a: []}]", &[""]));
    assert_eq!(
        told.notes,
        [
            "/components/securitySchemes/d: calls cannot be given what `digest` asks for: add it to the HTTP client",
            "/security/0: no security scheme is called `z`: this alternative is left out"
        ]
    );
}

#[test]
fn schemes() {
    let cases: &[(&str, &str)] = &[
        ("{type: http, scheme: BEARER}", "Token { token_url: None, scopes: [] }"),
        ("{type: http, scheme: basic}", "Basic"),
        ("{type: http, scheme: Token}", r#"HeaderKey("Authorization")"#),
        ("{type: http, scheme: Digest}", r#"Other("Digest")"#),
        ("{type: apiKey, in: header, name: X-Key}", r#"HeaderKey("X-Key")"#),
        ("{type: apiKey, in: query, name: key}", r#"QueryKey("key")"#),
        ("{type: apiKey, in: cookie, name: sid}", r#"CookieKey("sid")"#),
        (
            "{type: oauth2, flows: {clientCredentials: {tokenUrl: /oauth/token, scopes: {read: r, write: w}}}}",
            r#"Token { token_url: Some("/oauth/token"), scopes: ["read", "write"] }"#,
        ),
        (
            "{type: oauth2, flows: {implicit: {authorizationUrl: 'https://x/a', scopes: {}}}}",
            "Token { token_url: None, scopes: [] }",
        ),
        ("{type: openIdConnect, openIdConnectUrl: 'https://x/y'}", "Token { token_url: None, scopes: [] }"),
        ("{type: mutualTLS}", r#"Other("mutualTLS")"#),
    ];
    for (scheme, expected) in cases {
        let told = told(&format!("paths: {{}}\ncomponents: {{securitySchemes: {{s: {scheme}}}}}"));
        let kinds: Vec<String> =
            told.modelled.model.schemes.iter().map(|scheme| format!("{:?}", scheme.kind)).collect();
        assert_eq!(kinds, [*expected], "{scheme}");
    }
}

#[test]
fn servers() {
    let cases: &[(&str, &str, &str, &str)] = &[
        ("[{url: 'https://a'}]", "", "", ""),
        ("[{url: 'https://a'}]", "servers: [{url: 'https://b'}], ", "", " on https://b"),
        ("[{url: 'https://a'}]", "servers: [{url: 'https://a/'}], ", "", ""),
        ("[{url: 'https://a'}, {url: 'https://b'}]", "servers: [{url: 'https://b'}], ", "", ""),
        (
            "[{url: 'https://a'}]",
            "servers: [{url: 'https://{r}.b', variables: {r: {default: eu}}}], ",
            "",
            " on https://eu.b",
        ),
        ("[{url: 'https://a'}]", "", "servers: [{url: /v2}], ", " on /v2"),
        ("[{url: 'https://a'}]", "servers: [{url: /v3}], ", "servers: [{url: /v2}], ", " on /v3"),
    ];
    for (document, operation, item, expected) in cases {
        let told = told(&format!(
            "servers: {document}\npaths: {{/x: {{{item}get: {{operationId: op, {operation}responses: {{}}}}}}}}"
        ));
        assert_eq!(told.operations, [format!("GET op() -> empty{expected}")], "{operation}{item}");
    }
}

#[test]
fn webhooks_and_callbacks_are_types() {
    let told = told(
        "paths: {/x: {post: {operationId: subscribe, responses: {}, callbacks: {onEvent: {'{$request.body#/url}': {post: {requestBody: {content: {application/json: {schema: {type: object, properties: {at: {type: string}}}}}}, responses: {}}}}}}}}
webhooks: {newPet: {post: {requestBody: {content: {application/json: {schema: {$ref: '#/components/schemas/Pet'}}}}, responses: {}}}, plain: {post: {requestBody: {content: {text/plain: {}}}, responses: {}}}}
components: {schemas: {Pet: {type: object, properties: {name: {type: string}}}, Unused: {type: object, properties: {no: {type: string}}}}}",
    );
    let webhooks: Vec<&str> = told.modelled.model.webhooks.iter().map(|webhook| webhook.name.as_str()).collect();
    assert_eq!(webhooks, ["newPet", "subscribe onEvent"]);
    assert_eq!(
        super::super::support::types(&told.modelled),
        ["Pet { name?: text }", "SubscribeOnEventEvent { at?: text }"]
    );
    assert_eq!(told.notes, ["/webhooks/plain/post/requestBody: a payload without JSON of a type has no type here"]);
}
