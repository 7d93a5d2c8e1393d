//! Ids, tags, and the names of methods and types that come from them.

use super::{check, told};

fn operations(of: &[(&str, &str, &str)]) -> String {
    let mut paths = String::from("paths:\n");
    let mut known: Vec<&str> = Vec::new();
    for (path, _, _) in of {
        if known.contains(path) {
            continue;
        }
        known.push(path);
        paths.push_str(&format!("  '{path}':\n"));
        for (_, method, id) in of.iter().filter(|(other, _, _)| other == path) {
            let id = if id.is_empty() { String::new() } else { format!("operationId: '{id}', ") };
            paths.push_str(&format!("    {method}: {{{id}responses: {{'204': {{description: d}}}}}}\n"));
        }
    }
    paths
}

/// The methods, each with its id.
fn methods(of: &[(&str, &str, &str)]) -> (Vec<String>, Vec<String>) {
    let told = told(&operations(of));
    let names = told.modelled.names.operations.iter().zip(&told.modelled.model.operations);
    let notes = told.notes.into_iter().filter(|note| !note.contains("no parameter of this name"));
    (names.map(|(names, operation)| format!("{} = {}", names.method, operation.id)).collect(), notes.collect())
}

/// Operations as path, method and id; the methods that they become; the notes.
type Ids<'a> = (&'a [(&'a str, &'a str, &'a str)], &'a [&'a str], &'a [&'a str]);

#[test]
fn ids() {
    let cases: &[Ids] = &[
        // Signs, digits, other scripts.
        (
            &[
                ("/a", "get", "repos/get-content"),
                ("/b", "get", "Users.List"),
                ("/c", "get", "2fa_check"),
                ("/d", "get", "größe holen"),
            ],
            &[
                "repos_get_content = repos/get-content",
                "users_list = Users.List",
                "n2fa_check = 2fa_check",
                "größe_holen = größe holen",
            ],
            &[],
        ),
        // None: method and path.
        (
            &[
                ("/", "get", ""),
                ("/users/{id}/posts", "get", ""),
                ("/users", "post", ""),
                ("/v1/user-groups", "delete", "  "),
            ],
            &[
                "get_root = get_root",
                "post_users = post_users",
                "get_users_id_posts = get_users_id_posts",
                "delete_v1_user_groups = delete_v1_user_groups",
            ],
            &[
                "/paths/~1/get: an operation without operationId is called by its method and path (and at 3 more: `/paths/~1users/post`, `/paths/~1users~1{id}~1posts/get`, …)",
            ],
        ),
        // None, and the words are the same.
        (
            &[("/users/id", "get", ""), ("/users/{id}", "get", "")],
            &["get_users_id = get_users_id", "get_users_by_id = get_users_by_id"],
            &[
                "/paths/~1users~1id/get: an operation without operationId is called by its method and path (and at 1 more: `/paths/~1users~1{id}/get`)",
            ],
        ),
        // One that has the name of another that has none.
        (
            &[("/a", "get", ""), ("/b", "get", "get_a")],
            &["get_slash_a = get_slash_a", "get_a = get_a"],
            &["/paths/~1a/get: an operation without operationId is called by its method and path"],
        ),
        // The same twice.
        (
            &[("/a/{id}", "get", "getA"), ("/b", "get", "getA")],
            &["get_a = getA", "get_a_get_b = getA_get_b"],
            &["/paths/~1b/get/operationId: another operation is `getA`, too: this one is called `getA_get_b`"],
        ),
        // The same in snake case.
        (
            &[("/a", "get", "getA"), ("/a", "post", "get_a"), ("/b", "get", "get-a")],
            &["get_a = getA", "get_a_post = get_a", "get_a_get = get-a"],
            &[
                "/paths/~1a/post: `get_a` is taken: the method of `get_a` is called `get_a_post`",
                "/paths/~1b/get: `get_a` is taken: the method of `get-a` is called `get_a_get`",
            ],
        ),
        // What a client has itself, and keywords.
        (
            &[("/a", "get", "token"), ("/b", "get", "Builder"), ("/c", "get", "match")],
            &["token_operation = token", "builder_operation = Builder", "r#match = match"],
            &[
                "/paths/~1a/get: `token` is taken: the method of `token` is called `token_operation`",
                "/paths/~1b/get: `builder` is taken: the method of `Builder` is called `builder_operation`",
            ],
        ),
    ];
    for (operations, expected, notes) in cases {
        let (methods, noted) = methods(operations);
        assert_eq!(methods, *expected);
        assert_eq!(noted, *notes);
    }
}

#[test]
fn request_types_do_not_take_the_names_of_schemas() {
    let made = told(
        "paths: {/x: {post: {operationId: createUser, parameters: [{in: query, name: a, schema: {type: string}}], requestBody: {required: true, content: {application/json: {schema: {$ref: '#/components/schemas/CreateUserRequest'}}}}, responses: {'200': {description: d, content: {application/json: {schema: {$ref: '#/components/schemas/CreateUserReply'}}}}, '202': {description: d, content: {text/plain: {}}}}}}}
components: {schemas: {CreateUserRequest: {type: object, properties: {a: {type: string}}}, CreateUserReply: {type: object, properties: {b: {type: string}}}}}",
    );
    assert_eq!(
        made.operations,
        [
            "POST create_user(&a?: text) <- json CreateUserRequest -> CreateUserAnswer { Ok 200: CreateUserReply, Accepted 202: text }"
        ]
    );
    assert_eq!(made.modelled.names.operations[0].request, "CreateUserCall");
}

#[test]
fn tags() {
    let long = "A tag that somebody has mistaken for the place of a whole sentence about what its operations do";
    let cases: &[(&str, &str)] = &[
        // Nothing said: the first word of the path.
        ("[]", "x = x x"),
        ("['']", "x = x x"),
        ("['', Users]", "Users = users users"),
        ("['Organization roles']", "Organization roles = organization_roles organization-roles"),
        ("['mod']", "mod = mod_tag mod-tag"),
        ("['shared']", "shared = shared_tag shared-tag"),
        ("['!?']", "!? = not_question not-question"),
        ("['v2/users']", "v2/users = v2_users v2-users"),
    ];
    for (tags, expected) in cases {
        let told = told(&format!("paths: {{/x: {{get: {{operationId: op, tags: {tags}, responses: {{}}}}}}}}"));
        let tags: Vec<String> = told
            .modelled
            .names
            .tags
            .iter()
            .map(|(tag, names)| format!("{tag} = {} {}", names.module, names.feature))
            .collect();
        assert_eq!(tags, [*expected]);
    }
    let told = told(&format!("paths: {{/x: {{get: {{operationId: op, tags: ['{long}'], responses: {{}}}}}}}}"));
    assert_eq!(told.modelled.names.tags[long].module, "a_tag_that_somebody_has_mistaken_for_the_place_of_a_whole");
}

#[test]
fn all_methods() {
    check(&[(
        "paths: {/x: {get: {responses: {}}, put: {responses: {}}, post: {responses: {}}, delete: {responses: {}}, options: {responses: {}}, head: {responses: {}}, patch: {responses: {}}, trace: {responses: {}}}}",
        &[
            "DELETE delete_x() -> empty",
            "GET get_x() -> empty",
            "HEAD head_x() -> empty",
            "OPTIONS options_x() -> empty",
            "PATCH patch_x() -> empty",
            "POST post_x() -> empty",
            "PUT put_x() -> empty",
            "TRACE trace_x() -> empty",
        ],
    )]);
}
