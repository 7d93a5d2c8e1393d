//! What small documents become as code: lines that a file must have, and lines that it must not.

use logto_generator::load::Files;
use logto_generator::{Output, Project, project};

fn printed(document: &str) -> Output {
    let document = format!("openapi: 3.1.0\ninfo: {{title: t, version: '1'}}\n{document}").into_bytes();
    let project_of = Project { document, name: "printed".to_owned(), ..Project::default() };
    project(&project_of, &Files::NONE, &mut |_| ()).expect("it can be generated")
}

/// Checks what a file of a document's crate has (`+`) and has not (`-`).
fn check(cases: &[(&str, &str, &[&str])]) {
    for (document, path, lines) in cases {
        let output = printed(document);
        let file = output.files.iter().find(|file| file.path == *path);
        let paths: Vec<&str> = output.files.iter().map(|file| file.path.as_str()).collect();
        let text = &file.unwrap_or_else(|| panic!("no {path} among {paths:?}")).text;
        for line in *lines {
            let (wanted, line) = line.split_at(1);
            assert_eq!(text.contains(line), wanted == "+", "{document}\n{line}\n{text}");
        }
    }
}

#[test]
fn each_token_of_several_has_a_method() {
    let with = |schemes: &str| format!("paths: {{}}\ncomponents: {{securitySchemes: {{{schemes}}}}}");
    let one = with("userAuth: {type: http, scheme: bearer}");
    let two = with(
        "userAuth: {type: http, scheme: bearer}, scope: {type: openIdConnect, openIdConnectUrl: 'https://x/y'}, key: {type: apiKey, in: query, name: k}",
    );
    check(&[
        (&one, "src/client.rs", &["+pub fn bearer_token(", "-bearer_token_for"]),
        (
            &two,
            "src/client.rs",
            &[
                "+pub fn bearer_token(",
                "+/// A bearer token for `userAuth` alone, that stays as it is.\n    pub fn user_auth(self, token: impl Into<Secret>) -> Self {\n        Self(self.0.bearer_token_for(\"userAuth\", token))",
                "+pub fn scope_token(self, token: impl Into<Secret>) -> Self {\n        Self(self.0.bearer_token_for(\"scope\", token))",
                "+pub fn key(self, key: impl Into<Secret>)",
            ],
        ),
    ]);
}

#[test]
fn servers_of_one_name_are_told_apart() {
    let urls = [
        "https://a.x/v1-2",
        "https://a.x/v1/2",
        "https://a.x/v1_2",
        "https://a.x/v1.2",
        "http://a.x/v1.2",
        "https://b.x",
    ];
    let servers: Vec<String> = urls.iter().map(|url| format!("{{url: '{url}'}}")).collect();
    check(&[(
        &format!("servers: [{}]\npaths: {{}}", servers.join(", ")),
        "src/client.rs",
        &[
            "+/// `https://a.x/v1-2`.\n    ADotXSlashV1Dash2,",
            "+/// `https://a.x/v1/2`.\n    ADotXSlashV1Slash2,",
            "+/// `https://a.x/v1_2`.\n    ADotXSlashV1Underscore2,",
            "+/// `https://a.x/v1.2`.\n    ADotXSlashV1Dot2,",
            "+/// `http://a.x/v1.2`.\n    HttpAXV12,",
            "+/// `https://b.x`.\n    BX,",
        ],
    )]);
}

#[test]
fn words_say_something() {
    let schemas = "components: {schemas: {UserName: {title: User name, type: object, properties: {a: {type: string, enum: ['', b]}}}, U: {title: U, oneOf: [{$ref: '#/components/schemas/A'}, {$ref: '#/components/schemas/B'}]}, A: {type: object, required: [id], properties: {id: {type: string}, a: {type: string}}}, B: {type: object, properties: {id: {type: string}, b: {type: string}}}}}";
    let reply = |name: &str| {
        format!(
            "responses: {{'200': {{description: d, content: {{application/json: {{schema: {{$ref: '#/components/schemas/{name}'}}}}}}}}}}"
        )
    };
    let document = format!(
        "paths: {{/x: {{get: {{operationId: x, tags: ['a ` <T>'], {}}}, put: {{operationId: y, tags: ['a ` <T>'], {}}}}}}}\n{schemas}",
        reply("UserName"),
        reply("U")
    );
    check(&[
        (
            &document,
            "src/types/a_less_t_greater.rs",
            &[
                "+//! Types of a \\` \\<T\\> alone.",
                "+/// The empty text.\n    Empty,",
                "+/// Schema `UserName`.\n#[derive",
                "+/// An object with `id`, if it fits no other variant better.\n    A(A),",
                "+/// An object, if it fits no other variant better.\n    B(B),",
                "-fits.",
            ],
        ),
        (&document, "src/operations/a_less_t_greater.rs", &["+//! a \\` \\<T\\>."]),
    ]);
}

#[test]
fn documents_without_tags_go_by_their_paths() {
    let get = |id: &str| {
        format!(
            "{{get: {{operationId: {id}, responses: {{'200': {{description: d, content: {{application/json: {{schema: {{type: object, properties: {{{id}: {{type: string}}}}}}}}}}}}}}}}}}"
        )
    };
    let document = format!(
        "paths: {{/v1/users: {}, '/v1/users/{{id}}': {}, /v1/roles.json: {}, '/v1/{{id}}': {}}}",
        get("a"),
        get("b"),
        get("c"),
        get("d")
    );
    check(&[
        (
            &document,
            "src/operations/mod.rs",
            &["+a file for each first word of their paths.", "+\nmod roles;\nmod users;\nmod v1;\n", "-feature"],
        ),
        (&document, "src/types/users.rs", &["+//! Types of users.\n"]),
        (&document, "src/types/mod.rs", &["-feature"]),
    ]);
    assert!(!printed(&document).cargo_toml.contains("users"), "no feature stands for a word of a path");
}

#[test]
fn paths_with_many_parameters_are_no_warning() {
    let names = ["a", "b", "c", "d", "e", "f", "g"];
    let document = |count: usize| {
        let path: String = names[..count].iter().map(|name| format!("/{{{name}}}")).collect();
        let all: Vec<String> = names[..count]
            .iter()
            .map(|name| format!("{{name: {name}, in: path, required: true, schema: {{type: string}}}}"))
            .collect();
        format!(
            "paths: {{'{path}': {{get: {{operationId: x, tags: [t], parameters: [{}], responses: {{}}}}}}}}",
            all.join(", ")
        )
    };
    check(&[
        (&document(6), "src/operations/t.rs", &["-too_many_arguments"]),
        (&document(7), "src/operations/t.rs", &["+clippy::too_many_arguments"]),
    ]);
}

#[test]
fn a_scheme_names_the_methods_that_set_it() {
    let schemes = "key: {type: apiKey, in: header, name: X-Key}, 'App Id': {type: apiKey, in: query, name: app}, user: {type: http, scheme: basic}, token: {type: http, scheme: bearer}";
    let document =
        format!("servers: [{{url: 'https://a.x'}}]\npaths: {{}}\ncomponents: {{securitySchemes: {{{schemes}}}}}");
    check(&[(
        &document,
        "src/client.rs",
        &[
            "+set_by: &[\"key\"]",
            "+set_by: &[\"app_id\"]",
            "+set_by: &[\"basic\"]",
            "+set_by: &[\"bearer_token\", \"token_source\"]",
        ],
    )]);
}
