//! Parameters: places, styles, names, path templates.

use super::{check, lines, refused, told};
use crate::support::step;

/// An operation with one parameter.
fn with(path: &str, parameter: &str) -> String {
    format!(
        "paths: {{'{path}': {{get: {{operationId: op, parameters: [{parameter}], responses: {{'204': {{description: d}}}}}}}}}}"
    )
}

const LIST: &str = "schema: {type: array, items: {type: string}}";
const OBJECT: &str = "schema: {type: object, properties: {a: {type: string}}}";

#[test]
fn styles() {
    let cases: &[(&str, &str, &str, &str)] = &[
        // A path: simple unless told otherwise.
        ("/x/{p}", "in: path, required: true", "schema: {type: integer}", "/p: int"),
        ("/x/{p}", "in: path, required: true", LIST, "/p: [text] Simple"),
        ("/x/{p}", "in: path, required: true, explode: true", LIST, "/p: [text] SimpleExploded"),
        ("/x/{p}", "in: path, required: true, explode: true", OBJECT, "/p: OpP SimpleExploded"),
        ("/x/{p}", "in: path, required: true, style: label", "schema: {type: string}", "/p: text Label"),
        ("/x/{p}", "in: path, required: true, style: label, explode: true", LIST, "/p: [text] LabelExploded"),
        ("/x/{p}", "in: path, required: true, style: matrix", OBJECT, "/p: OpP Matrix"),
        ("/x/{p}", "in: path, required: true, style: matrix, explode: true", LIST, "/p: [text] MatrixExploded"),
        (
            "/x/{p}",
            "in: path, required: true",
            "content: {application/json: {schema: {type: integer}}}",
            "/p: int Json",
        ),
        // A query: an exploded form.
        ("/x", "in: query", "schema: {type: boolean}", "&p?: bool"),
        ("/x", "in: query, required: true", LIST, "&p: [text]"),
        ("/x", "in: query, explode: false", LIST, "&p?: [text] Form"),
        ("/x", "in: query", OBJECT, "&p?: OpP FormExploded"),
        ("/x", "in: query, explode: false", OBJECT, "&p?: OpP Form"),
        ("/x", "in: query, style: deepObject", OBJECT, "&p?: OpP Deep"),
        ("/x", "in: query, style: deepObject, explode: true", LIST, "&p?: [text] Deep"),
        ("/x", "in: query, style: deepObject", "schema: {type: string}", "&p?: text"),
        ("/x", "in: query, style: spaceDelimited", LIST, "&p?: [text] Space"),
        ("/x", "in: query, style: spaceDelimited, explode: true", LIST, "&p?: [text]"),
        ("/x", "in: query, style: pipeDelimited, explode: false", LIST, "&p?: [text] Pipe"),
        (
            "/x",
            "in: query",
            "schema: {type: array, items: {type: object, properties: {a: {type: string}}}}",
            "&p?: [OpP] FormExploded",
        ),
        ("/x", "in: query", "schema: {type: object, additionalProperties: {type: integer}}", "&p?: {int} FormExploded"),
        ("/x", "in: query", "schema: {}", "&p?: any FormExploded"),
        ("/x", "in: query, allowReserved: true", "schema: {type: string}", "&p?: text reserved"),
        ("/x", "in: query, allowReserved: true", LIST, "&p?: [text] reserved"),
        ("/x", "in: query, allowReserved: true", "schema: {type: integer}", "&p?: int"),
        ("/x", "in: query, allowReserved: true", "schema: {type: string, format: date-time}", "&p?: moment reserved"),
        ("/x", "in: query, allowReserved: true, explode: false", LIST, "&p?: [text] Form reserved"),
        ("/x", "in: query, allowReserved: true, style: pipeDelimited", LIST, "&p?: [text] Pipe reserved"),
        ("/x", "in: query, allowReserved: true, style: deepObject", OBJECT, "&p?: OpP Deep reserved"),
        ("/x", "in: query, allowReserved: true", OBJECT, "&p?: OpP FormExploded reserved"),
        (
            "/x",
            "in: query, allowReserved: true",
            "content: {application/json: {schema: {type: string}}}",
            "&p?: text Json",
        ),
        ("/{p}", "in: path, required: true", "schema: {type: number, format: int64}", "/p: int"),
        ("/x", "in: query", "schema: {type: array, items: {type: number, format: uint64}}", "&p?: [unsigned]"),
        (
            "/x",
            "in: query",
            "content: {application/json: {schema: {type: object, properties: {a: {type: string}}}}}",
            "&p?: OpP Json",
        ),
        ("/x", "in: query", "content: {text/plain: {schema: {type: string}}}", "&p?: text"),
        // Headers and cookies.
        ("/x", "in: header", "schema: {type: integer}", "@p?: int"),
        ("/x", "in: header", LIST, "@p?: [text]"),
        ("/x", "in: header", OBJECT, "@p?: OpP"),
        ("/x", "in: header, explode: true", OBJECT, "@p?: OpP SimpleExploded"),
        ("/x", "in: header, required: true", "content: {application/json: {schema: {type: integer}}}", "@p: int Json"),
        ("/x", "in: cookie", "schema: {type: string}", "$p?: text"),
        ("/x", "in: cookie", LIST, "$p?: [text]"),
        ("/x", "in: cookie, explode: false", LIST, "$p?: [text] Form"),
    ];
    for (path, place, schema, expected) in cases {
        let document = with(path, &format!("{{name: p, {place}, {schema}}}"));
        assert_eq!(told(&document).operations, [format!("GET op({expected}) -> empty")], "{document}");
    }
}

#[test]
fn headers_that_are_no_parameters_are_left_out_with_a_note() {
    for name in ["Accept", "content-type", "AUTHORIZATION"] {
        let told = told(&with("/x", &format!("{{name: {name}, in: header, schema: {{type: string}}}}")));
        assert_eq!(told.operations, ["GET op() -> empty"]);
        let note = format!(
            "/paths/~1x/get/parameters/0: the header `{name}` is no parameter, as the specification says: it is left out"
        );
        assert_eq!(told.notes, [note]);
    }
}

#[test]
fn what_a_parameter_cannot_be_is_noted() {
    let at = "/paths/~1x/get/parameters/0";
    let cases: &[(&str, &str, String)] = &[
        (
            "in: header, name: X A",
            "",
            format!("{at}: the header `X A` has no name that a header can have: it is left out"),
        ),
        ("in: header, name: ''", "", format!("{at}: the header `` has no name that a header can have: it is left out")),
        ("in: header, name: Host", "", format!("{at}: the header `Host` is made by the client itself: it is left out")),
        ("in: query, name: p, allowEmptyValue: true", "&p?: text", String::new()),
        (
            "in: query, name: p, allowEmptyValue: true, schema: {type: integer}",
            "&p?: int",
            format!("{at}: `allowEmptyValue` only holds for texts: other values are sent as they are, or not at all"),
        ),
        (
            "in: query, name: p, content: {text/plain: {schema: {type: string}}, application/json: {schema: {type: integer}}}",
            "&p?: int Json",
            format!("{at}/content: a parameter has one media type: the first counts"),
        ),
        (
            "in: query, name: p, content: {application/xml: {schema: {type: object, properties: {a: {type: string}}}}}",
            "&p?: text",
            format!(
                "{at}/content/application~1xml: there are no types for what is `application/xml`: it is a text here"
            ),
        ),
        (
            "in: query, name: p, style: simple, schema: {type: array, items: {type: string}}",
            "&p?: [text]",
            format!("{at}: there is no style `simple` here: it is read as `form`"),
        ),
        (
            "in: query, name: p, schema: {type: integer}}, {in: query, name: p",
            "&p?: text",
            format!("{at}: a later parameter is `p`, too: this one is left out"),
        ),
    ];
    for (parameter, expected, note) in cases {
        let schema = if parameter.contains("allowEmptyValue: true, schema") || parameter.ends_with('}') {
            ""
        } else {
            ", schema: {type: string}"
        };
        let told = told(&with("/x", &format!("{{{parameter}{schema}}}")));
        assert_eq!(told.operations, [format!("GET op({expected}) -> empty")], "{parameter}");
        assert_eq!(told.notes, Vec::from_iter(Some(note.clone()).filter(|note| !note.is_empty())), "{parameter}");
    }
}

#[test]
fn lists_page_where_a_rule_says_so_and_only_they_take_its_names() {
    let page = "{in: query, name: page, schema: {type: integer, minimum: 1}}, {in: query, name: page_size, schema: {type: integer}}";
    let all = "{in: query, name: all, schema: {type: boolean}}, {in: query, name: items, schema: {type: string}}";
    let list = "{description: d, content: {application/json: {schema: {type: array, items: {type: string}}}}}";
    let document = |parameters: &str, reply: &str| {
        format!(
            "paths: {{/x: {{get: {{operationId: op, parameters: [{parameters}], responses: {{'200': {reply}}}}}}}}}"
        )
    };
    let plain = "GET op(&page?: int, &page_size?: int, &all?: bool, &items?: text)";
    let paged = "GET op(&all_query?: bool, &items_query?: text) -> [text]";
    let note = "/paths/~1x/get: `page` and `page_size` are plain parameters: nothing says how the list pages; a rule of `paging` does";
    let cases = [
        (list, "", format!("{plain} -> [text]"), Some(note)),
        (list, "paging: [{reason: r}]", paged.to_owned(), None),
        (list, "paging: [{operations: [op], reason: r}]", paged.to_owned(), None),
        (list, "paging_if_asked: [{operations: [op], reason: r}]", paged.to_owned(), None),
        (list, "paging: [{members: [none], reason: r}]", "`paging: none` matches nothing".to_owned(), None),
        ("{description: d}", "paging: [{reason: r}]", format!("{plain} -> empty"), None),
        ("{description: d}", "", format!("{plain} -> empty"), None),
    ];
    for (reply, rules, expected, note) in cases {
        match step("1.0.0", &document(&format!("{page}, {all}"), reply), rules, "") {
            Ok(made) => {
                assert_eq!(lines(&made.modelled), [expected], "{rules}");
                let notes: Vec<String> = made.modelled.notes.iter().map(ToString::to_string).collect();
                assert_eq!(notes, Vec::from_iter(note), "{rules}");
            }
            Err(error) => assert!(error.contains(&expected), "{rules}: {error}"),
        }
    }
}

/// A path, its parameters as place and name, and how they are taken.
type Names<'a> = (&'a str, &'a [(&'a str, &'a str)], &'a str);

#[test]
fn names() {
    let parameters = |names: &[(&str, &str)]| {
        let parameters: Vec<String> = names
            .iter()
            .map(|(place, name)| {
                let required = if *place == "path" { ", required: true" } else { "" };
                format!("{{in: {place}, name: '{name}'{required}, schema: {{type: string}}}}")
            })
            .collect();
        parameters.join(", ")
    };
    let cases: &[Names] = &[
        // The same name in several places.
        (
            "/x/{id}",
            &[("path", "id"), ("query", "id"), ("header", "id"), ("cookie", "id")],
            "/id: text, &id_query?: text, @id_header?: text, $id_cookie?: text",
        ),
        // Names that are one in snake case.
        (
            "/x",
            &[("query", "foo-bar"), ("query", "foo_bar"), ("query", "fooBar"), ("query", "FooBar")],
            "&foo_dash_bar?: text, &foo_bar?: text, &foo_bar_query?: text, &foo_bar_value?: text",
        ),
        ("/x", &[("query", "ids"), ("query", "ids[]")], "&ids?: text, &ids_bracket?: text"),
        // Keywords, and what request types need for themselves.
        (
            "/x",
            &[("query", "self"), ("query", "crate"), ("query", "type"), ("query", "gen")],
            "&self_?: text, &crate_?: text, &r#type?: text, &r#gen?: text",
        ),
        (
            "/x",
            &[("query", "send"), ("query", "page"), ("query", "body"), ("query", "options")],
            "&send_query?: text, &page?: text, &body_query?: text, &options_query?: text",
        ),
        // Signs, other scripts, digits, nothing at all.
        (
            "/x",
            &[("query", "größe"), ("query", "1st"), ("query", "$filter"), ("query", "a.b"), ("query", "")],
            "&größe?: text, &n1st?: text, &filter?: text, &a_b?: text, &empty?: text",
        ),
        ("/x", &[("query", "名前")], "&名前?: text"),
        ("/x", &[("header", "X-Request-ID")], "@x_request_id?: text"),
        // An operation's own parameter replaces that of its path item; headers have no case.
        ("/x", &[("header", "X-A"), ("header", "x-a")], "@x_a?: text"),
    ];
    for (path, names, expected) in cases {
        let document = with(path, &parameters(names));
        assert_eq!(told(&document).operations, [format!("GET op({expected}) -> empty")], "{document}");
    }
}

#[test]
fn arguments_may_have_names_that_setters_cannot() {
    let required = |name: &str| format!("{{in: query, name: {name}, required: true, schema: {{type: string}}}}");
    let document = with("/x", &["send", "page", "body"].map(required).join(", "));
    assert_eq!(told(&document).operations, ["GET op(&send: text, &page: text, &body_query: text) -> empty"]);
}

#[test]
fn types_of_parameters_of_one_name_are_two() {
    let enumeration =
        |place: &str, values: &str| format!("{{in: {place}, name: kind, schema: {{type: string, enum: [{values}]}}}}");
    let document = with("/x", &format!("{}, {}", enumeration("query", "a, b"), enumeration("header", "c, d")));
    assert_eq!(told(&document).operations, ["GET op(&kind?: OpKind, @kind_header?: KindHeader) -> empty"]);
}

#[test]
fn templates() {
    let id = "{in: path, name: id, required: true, schema: {type: integer}}";
    let cases: &[(&str, &str, &str, &[&str])] = &[
        ("/x/{id}/y/{id}", id, "GET op(/id: int) -> empty", &[]),
        ("/x/{id}.json", id, "GET op(/id: int) -> empty", &[]),
        (
            "/x/{id}-{b}",
            id,
            "GET op(/id: int, /b: text) -> empty",
            &["/paths/~1x~1{id}-{b}/get: the path has `{b}` and no parameter of this name: it is a text"],
        ),
        ("/x/{id:[0-9]{3}}", id, "GET op(/id: int) -> empty", &[]),
        ("/x/{id*}", id, "GET op(/id: int) -> empty", &[]),
        ("/x/{+id}", id, "GET op(/id: int) -> empty", &[]),
        (
            "/x",
            id,
            "GET op() -> empty",
            &["/paths/~1x/get: the path has no `{id}`: the parameter of this name is left out"],
        ),
        ("/x{?q}", "{in: query, name: q, schema: {type: string}}", "GET op(&q?: text) -> empty", &[]),
        ("/x?beta=true", "", "GET op() -> empty", &[]),
        (
            "/x?beta=true",
            "{in: query, name: beta, schema: {type: boolean}}",
            "GET op() -> empty",
            &["/paths/~1x?beta=true/get/parameters/0: `beta` has its value in the path: the parameter is left out"],
        ),
        ("/x?of={id}", id, "GET op(&of: int) -> empty", &[]),
        (
            "/x/../y",
            "",
            "GET op() -> empty",
            &["/paths/~1x~1..~1y/get: a URL has no step `.` or `..`: every call is an error"],
        ),
        (
            "/x#Action=List",
            "",
            "GET op() -> empty",
            &["/paths/~1x#Action=List/get: `#Action=List` of the path is never sent: servers do not see fragments"],
        ),
    ];
    for (path, parameters, expected, notes) in cases {
        let told = told(&with(path, parameters));
        assert_eq!(told.operations, [*expected], "{path}");
        assert_eq!(told.notes, *notes, "{path}");
    }
    for (path, why) in [
        ("/x/{id", "it has a `{` without its `}`"),
        ("/x/id}", "it has a `}` without its `{`"),
        ("/x?of=a{id}", "`of=a{id}` in its query mixes text and parameter"),
    ] {
        let refused = refused(&with(path, ""));
        assert!(refused.contains(why) && refused.starts_with("/paths/~1x"), "{refused}");
    }
}

#[test]
fn parameters_of_components_and_path_items() {
    check(&[(
        "paths:
  /x/{id}:
    parameters: [{$ref: '#/components/parameters/Id'}, {in: query, name: a, schema: {type: string}}]
    get: {operationId: op, parameters: [{$ref: '#/components/parameters/Again'}, {in: query, name: a, required: true, schema: {type: integer}}], responses: {'204': {description: d}}}
components:
  parameters:
    Id: {in: path, name: id, required: true, schema: {type: string}}
    Again: {$ref: '#/components/parameters/Limit'}
    Limit: {in: query, name: limit, schema: {type: integer}}",
        &["GET op(/id: text, &limit?: int, &a: int) -> empty"],
    )]);
}

/// What must be given is an argument, unless there is too much of it.
#[test]
fn many_required_values() {
    let query = |count: usize| -> String {
        (0..count).map(|n| format!("{{name: q{n}, in: query, required: true, schema: {{type: string}}}}, ")).collect()
    };
    let body = "requestBody: {required: true, content: {text/plain: {}}}";
    let form = "requestBody: {required: true, content: {multipart/form-data: {schema: {type: object, \
                required: [a, b], properties: {a: {type: string}, b: {type: string}, c: {type: string}}}}}}";
    // Query parameters, the body, then how many parameters and how many parts are arguments.
    let cases = [(4, body, 4, 0), (5, body, 0, 0), (3, form, 3, 2), (4, form, 0, 0)];
    for (count, body, params, parts) in cases {
        let path = "{name: id, in: path, required: true, schema: {type: string}}";
        let document = format!(
            "paths: {{'/x/{{id}}': {{post: {{operationId: op, parameters: [{}{path}], {body}, responses: {{'204': {{description: d}}}}}}}}}}",
            query(count)
        );
        let told = told(&document);
        let operation = &told.modelled.model.operations[0];
        let taken = operation.query.iter().filter(|param| operation.takes(param)).count();
        let taken_parts = operation.parts().iter().filter(|part| operation.takes_part(part)).count();
        assert_eq!((taken, taken_parts), (params, parts), "{document}");
    }
}
