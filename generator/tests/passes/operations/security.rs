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
        ("security: [{z: [], c: []}]", &[""], r#"[["c"]]"#, &[""]),
        ("security: [{a: []}]", &["security: [{z: []}], "], r#"[["a"]]"#, &[r#" needs [["a"], ["b"], ["c"], []]"#]),
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
        ("{type: apiKey, in: header, name: X Key}", r#"Other("apiKey")"#),
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
    let told = told(
        "security: [{s: []}]
paths: {}
components: {securitySchemes: {s: {$ref: '#/components/securitySchemes/t'}, t: {type: http, scheme: basic}}}",
    );
    assert_eq!(told.modelled.model.schemes[0].kind, told.modelled.model.schemes[1].kind);
    assert_eq!(format!("{:?}", told.modelled.model.security), r#"[["s"]]"#);
}

#[test]
fn schemes_keep_their_names_and_what_cannot_be_had_is_noted() {
    let flow =
        |url: &str| format!("{{type: oauth2, flows: {{clientCredentials: {{tokenUrl: '{url}', scopes: {{}}}}}}}}");
    let told = told(&format!(
        "security: [{{'API Key (main)': []}}]
paths: {{/x: {{get: {{operationId: op, parameters: [{{$ref: '#/components/parameters/a~1b'}}], responses: {{}}}}}}}}
components: {{parameters: {{a/b: {{in: query, name: q, schema: {{type: string}}}}}}, securitySchemes: {{'API Key (main)': {{type: apiKey, in: query, name: key}}, one: {}, other: {}, wrong: {{type: apiKey, in: header, name: 'a b'}}}}}}",
        flow("/one"),
        flow("/other")
    ));
    assert_eq!(told.operations, ["GET op(&q?: text) -> empty"]);
    assert_eq!(format!("{:?}", told.modelled.model.security), r#"[["API Key (main)"]]"#);
    assert_eq!(
        told.notes,
        [
            "/components/securitySchemes/other: client credentials get tokens from the first of these schemes, for all of them: say `token_url` for this one, or give it a token of its own",
            "/components/securitySchemes/wrong: the header `a b` has no name that a header can have: callers cannot send this key"
        ]
    );
}

#[test]
fn servers_that_cannot_be_called_are_noted() {
    let unclear = "a client must be told the address";
    let cases: &[(&str, &str, String)] = &[
        ("https://a/v1", "https://a/v1", String::new()),
        ("/v1", "/v1", String::new()),
        (
            "{base}",
            "https://b",
            "`{base}` has variables at their defaults: a client must be told another address".to_owned(),
        ),
        (" HTTPS://a ", "https://a", String::new()),
        ("//a/v1", "https://a/v1", String::new()),
        ("wss://a", "", "`wss://a` is no address of HTTP: it is left out".to_owned()),
        ("localhost:8080", "", "`localhost:8080` is no address of HTTP: it is left out".to_owned()),
        ("https://{x}.a", "https://{x}.a", format!("`https://{{x}}.a` has no default for `x`: {unclear}")),
        ("https://{none}.a", "https://{none}.a", format!("`https://{{none}}.a` has no default for `none`: {unclear}")),
        (
            "https://a?b=c",
            "https://a?b=c",
            format!("`https://a?b=c` has a query, a fragment, a blank or a user in it: {unclear}"),
        ),
        (
            "a.example/v1",
            "a.example/v1",
            "`a.example/v1` has no scheme, so it is a path, as the specification says; begin it with `https://` if it is a host".to_owned(),
        ),
    ];
    for (url, expected, note) in cases {
        let told = told(&format!(
            "servers: [{{url: '{url}', variables: {{base: {{default: 'https://b'}}, none: {{description: d}}}}}}]\npaths: {{}}"
        ));
        let addresses: Vec<String> = told.modelled.model.servers.iter().map(|server| server.address()).collect();
        assert_eq!(addresses, Vec::from_iter(Some(*expected).filter(|url| !url.is_empty())), "{url}");
        let note = Some(format!("/servers/0: {note}")).filter(|_| !note.is_empty());
        assert_eq!(told.notes, Vec::from_iter(note), "{url}");
    }
    let told = told(
        "servers: [{url: 'https://a'}]\npaths: {/x: {get: {operationId: op, servers: [{url: 'https://b'}, {url: 'https://c'}], responses: {}}}}",
    );
    assert_eq!(told.operations, ["GET op() -> empty on https://b"]);
    assert_eq!(told.notes, ["/paths/~1x/get/servers: it has 2 servers of its own: the first is called"]);
    let cases: &[(&str, &str, &str)] = &[
        (
            "[{url: 'https://a'}, {url: /v2}, {url: 'https://c'}]",
            "",
            "/servers/1: `/v2` has no scheme and is not the first: a client must be told the address",
        ),
        (
            "[{url: '/{v}', variables: {v: {default: v1}}}]",
            "",
            "/servers/0: `/{v}` has variables at their defaults: a client must be told another address",
        ),
        (
            "[{url: 'https://a'}]",
            "servers: [{url: 'https://{r}.b', variables: {r: {default: eu}}}], ",
            "/paths/~1x/get/servers/0: its variables are at their defaults: a call cannot choose others",
        ),
    ];
    for (document, operation, note) in cases {
        let told = super::told(&format!(
            "servers: {document}\npaths: {{/x: {{get: {{operationId: op, {operation}responses: {{}}}}}}}}"
        ));
        assert_eq!(told.notes, [*note], "{document}");
    }
    let told = super::told("servers: [{url: 'https://a'}, {url: 'https://a?b=c'}, {url: 'https://u@c'}]\npaths: {}");
    let offered: Vec<bool> = told.modelled.model.servers.iter().map(|server| server.is_offered()).collect();
    assert_eq!(offered, [true, false, false]);
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
fn what_the_server_sends_besides_payloads_is_noted() {
    let told = told(
        "paths: {/x: {post: {operationId: op, responses: {}, callbacks: {onA: {'{$url}': {post: {parameters: [{in: header, name: X-A, schema: {type: string}}], responses: {'200': {description: d, content: {application/json: {schema: {type: integer}}}}}, callbacks: {onB: {'{$url}': {post: {requestBody: {content: {application/json: {schema: {type: object, properties: {b: {type: string}}}}}}, responses: {}}}}}}}}}}}}",
    );
    let webhooks: Vec<&str> = told.modelled.model.webhooks.iter().map(|webhook| webhook.name.as_str()).collect();
    assert_eq!(webhooks, ["op onA post onB"]);
    let at = "/paths/~1x/post/callbacks/onA/{$url}/post";
    assert_eq!(
        told.notes,
        [
            format!("{at}/parameters: parameters of what the server sends by itself have no types here"),
            format!("{at}/responses: what is answered to the server has no types here"),
            format!("{at}: it has no body, so there is no type for it"),
        ]
    );
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
