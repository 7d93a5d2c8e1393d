//! What names say of the values, members and operations that they stand for.

use logto_generator::name::{pascal, snake};

use super::support::{operations, step, types};

#[test]
fn signs_never_say_the_opposite() {
    let cases = [
        ("!=", "NotEqual"),
        ("==", "Equal"),
        ("=", "Equal"),
        ("<", "Less"),
        ("<=", "LessOrEqual"),
        (">=", "GreaterOrEqual"),
        ("!<", "NotLess"),
        ("!>", "NotGreater"),
        ("=~", "Match"),
        ("!~", "NotMatch"),
        ("!active", "NotActive"),
        ("active", "Active"),
        ("!", "Not"),
        ("", "Empty"),
        (" ", "Space"),
        ("&", "And"),
        ("|", "Or"),
        ("/", "Slash"),
        ("-", "Minus"),
        ("-created", "MinusCreated"),
        ("?", "Question"),
        ("Wow!", "Wow"),
        ("a != b", "ANotEqualB"),
        ("→", "Sign2192"),
    ];
    for (text, name) in cases {
        assert_eq!(pascal(text), name, "{text}");
    }
}

#[test]
fn capitals_that_are_one_word_stay_together() {
    let cases = [
        ("IPv4", "ipv4"),
        ("podIPs", "pod_ips"),
        ("requireSignedURLs", "require_signed_urls"),
        ("OAuthScope", "oauth_scope"),
        ("rememberOAuthScope", "remember_oauth_scope"),
        ("userIDs", "user_ids"),
        ("listAPIsByID", "list_apis_by_id"),
        ("iOS", "ios"),
        ("HTTPServer", "http_server"),
        ("internalIPv6Address", "internal_ipv6_address"),
    ];
    for (text, name) in cases {
        assert_eq!(snake(text), name, "{text}");
    }
}

fn enum_of(values: &str, more: &str) -> String {
    let document = format!(
        "paths: {{/x: {{get: {{operationId: getThing, responses: {{'200': {{description: d, content: {{application/json: {{schema: {{$ref: '#/components/schemas/Root'}}}}}}}}}}}}}}}}
components: {{schemas: {{Root: {{type: string, enum: [{values}]{more}}}}}}}"
    );
    let made = step("1.0.0", &document, "", "").unwrap_or_else(|error| panic!("{document}\n{error}"));
    types(&made.modelled).concat()
}

#[test]
fn values_have_names_of_their_own() {
    let long = "'The card was declined by its issuer. Please ask the customer for another way to pay or let them call their bank.'";
    let cases = [
        // What is spelled as its name is has the name.
        ("'b/', b, /b", "", "Root { BSlash | B | SlashB }"),
        // Beside a plus, a dash before a number is a sign; elsewhere it is none.
        ("GMT+1, GMT-1", "", "Root { GmtPlus1 | GmtMinus1 }"),
        ("utf-8, svg+xml, x-icon", "", "Root { Utf8 | SvgPlusXml | XIcon }"),
        ("4f0e, 99ab", ", x-enum-varnames: [Admin, MEMBER_OF_TEAM]", "Root { Admin | MemberOfTeam }"),
        ("4f0e, 99ab", ", x-enumNames: {99ab: Guest}", "Root { V4f0e | Guest }"),
        // Names that do not fit the values are none.
        ("a, b", ", x-enum-varnames: [One]", "Root { A | B }"),
        (long, "", "Root { TheCardWasDeclinedByItsIssuerPleaseAskTheCustomerFor }"),
    ];
    for (values, more, expected) in cases {
        assert_eq!(enum_of(values, more), expected, "{values}{more}");
    }
}

#[test]
fn short_names_of_methods() {
    let paths = "paths:
  /items/: {get: {operationId: read_items_items__get, responses: {'204': {description: d}}}}
  /v2/items: {get: {operationId: read_items_v2_items_get, responses: {'204': {description: d}}}}
  /api/v1/users: {post: {operationId: create_user_api_v1_users_post, responses: {'204': {description: d}}}}
  /users: {get: {operationId: get_users_get, responses: {'204': {description: d}}}}
  /a: {get: {operationId: longNameOfA, x-speakeasy-name-override: list, x-speakeasy-group: things, responses: {'204': {description: d}}}}
  /b: {get: {operationId: longNameOfB, x-fern-sdk-method-name: list, x-fern-sdk-group-name: [other, things], responses: {'204': {description: d}}}}
  /c: {get: {operationId: longNameOfC, x-fern-sdk-method-name: fetch, responses: {'204': {description: d}}}}";
    let made = step("1.0.0", paths, "", "").unwrap_or_else(|error| panic!("{error}"));
    let mut methods = operations(&made.modelled);
    methods.sort();
    let expected = [
        "create_user() -> empty",
        "fetch() -> empty",
        "get_users_get() -> empty",
        "other_things_list() -> empty",
        "read_items() -> empty",
        "read_items_v2_items_get() -> empty",
        "things_list() -> empty",
    ];
    assert_eq!(methods, expected);
}

#[test]
fn variants_are_called_after_what_they_alone_have() {
    let part = |own: &str| {
        format!(
            "{{type: object, required: [key, {own}], properties: {{key: {{type: string}}, {own}: {{type: string}}}}}}"
        )
    };
    let document = format!(
        "paths: {{/x: {{get: {{operationId: getThing, responses: {{'200': {{description: d, content: {{application/json: {{schema: {{$ref: '#/components/schemas/Root'}}}}}}}}}}}}}}}}
components: {{schemas: {{Root: {{oneOf: [{{type: object, required: [key], properties: {{key: {{type: string}}}}}}, {}, {}]}}, Error: {{type: object}}}}}}",
        part("by_id"),
        part("by_name")
    );
    let made = step("1.0.0", &document, "", "").unwrap_or_else(|error| panic!("{error}"));
    let root = types(&made.modelled).into_iter().find(|line| line.starts_with("Root {")).unwrap_or_default();
    let variants: Vec<&str> =
        root.split(['{', '|']).skip(1).filter_map(|variant| variant.trim().split('(').next()).collect();
    assert_eq!(variants, ["Base", "ById", "ByName"], "{root}");
}
