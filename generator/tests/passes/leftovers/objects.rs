//! The objects around schemas.

use serde_json::{Value, json};

use super::check;

#[test]
fn around_schemas() {
    let get = "/paths/~1a/get";
    let op = |inside: &str| format!("paths: {{/a: {{get: {{{inside}}}}}}}");
    let param = |inside: &str| op(&format!("parameters: [{{name: p, in: query, {inside}}}]"));
    let at = |rest: &str| format!("{get}{rest}");
    let cases: &[(String, String, Value, &str)] = &[
        // The document.
        ("paths: []\ncomponents: []\nsecurity: []".into(), "/paths".into(), json!({}), ""),
        (
            "paths: {}\ntags: [a, {name: b}, {description: c}]".into(),
            "/tags".into(),
            json!([{"name": "a"}, {"name": "b"}]),
            "/tags/2: a tag without `name`",
        ),
        (
            "paths: {}\nservers: 'https://example.com'".into(),
            "/servers".into(),
            json!([{"url": "https://example.com"}]),
            "",
        ),
        (
            "paths: {}\nservers: [{url: '/{v}', variables: {v: {enum: [1, 2]}}}, {}]".into(),
            "/servers".into(),
            json!([{"url": "/{v}", "variables": {"v": {"enum": ["1", "2"], "default": "1"}}}]),
            "/servers/1: a server without `url`",
        ),
        ("paths: {}\nsecurity: {a: [x]}".into(), "/security".into(), json!([{"a": ["x"]}]), ""),
        (
            "paths: {}\nsecurity: [{}, a, {b: null}, []]".into(),
            "/security".into(),
            json!([{}, {"a": []}, {"b": []}, {}]),
            "",
        ),
        (
            "paths: {}\nexternalDocs: {description: d}\nhost: a".into(),
            "/externalDocs".into(),
            Value::Null,
            "`host` is no member of a document",
        ),
        // Paths.
        (
            "paths: {a: {get: {operationId: a}}}".into(),
            "/paths/~1a/get/operationId".into(),
            json!("a"),
            "/paths/a: a path must begin with `/`",
        ),
        (
            "paths: {' /a': {get: {operationId: a}}}".into(),
            "/paths/~1a/get/operationId".into(),
            json!("a"),
            "/paths/ ~1a: a path must begin with `/`: the blank before it is left out",
        ),
        (
            "paths: {/a: {additionalOperations: {COPY: {responses: {}}}}}".into(),
            "/paths/~1a".into(),
            json!({}),
            "/paths/~1a/additionalOperations/COPY: this operation is left out: its method is none of OpenAPI 3.0 or 3.1",
        ),
        (
            "paths: {/a: {$ref: '#/x-a', get: {operationId: here}}}\nx-a: {get: {operationId: there}, put: {operationId: put}}".into(),
            "/paths/~1a/get/operationId".into(),
            json!("here"),
            "/paths/~1a/get: `get` is here and in what is referred to: this one counts",
        ),
        (
            "paths: {/a: {get: {responses: {200: {$ref: '#/components/schemas/S'}}}}}\ncomponents: {schemas: {S: {description: s}}}".into(),
            "/components/responses/S/description".into(),
            json!("s"),
            "/paths/~1a/get/responses/200: `#/components/schemas/S` is of another kind: it is read as what belongs here",
        ),
        (
            "paths: {/a: {x-any: {responses: {}}}}".into(),
            "/paths/~1a/x-any/responses".into(),
            json!({}),
            "/paths/~1a/x-any: this operation is left out: `x-any` is no method of OpenAPI 3.0 or 3.1",
        ),
        ("paths: {/a: {GET: {operationId: 1}}}".into(), at("/operationId"), json!("1"), ""),
        ("paths: {/a: null, x-b: {get: 1}}".into(), "/paths".into(), json!({"/a": {}, "x-b": {"get": 1}}), ""),
        // Operations.
        (
            op("deprecated: 'true', tags: x, summary: 1"),
            get.into(),
            json!({"tags": ["x"], "summary": "1", "deprecated": true, "responses": {}}),
            "",
        ),
        (
            op("deprecated: maybe"),
            at("/deprecated"),
            Value::Null,
            "/paths/~1a/get/deprecated: `deprecated` must be true or false and is the text `maybe`",
        ),
        (op("produces: [a]"), at("/responses"), json!({}), "`produces` is no member of an operation"),
        (
            op("requestBody: null, parameters: null, responses: null, security: null"),
            get.into(),
            json!({"responses": {}}),
            "",
        ),
        // Replies.
        (
            op("responses: {204: null, 4xx: {}, Default: {}, ' 201 ': {}}"),
            at("/responses"),
            json!({"201": {"description": ""}, "204": {"description": ""}, "4XX": {"description": ""}, "default": {"description": ""}}),
            "",
        ),
        (
            op("responses: {ok: {}, x-a: b}"),
            at("/responses"),
            json!({"x-a": "b"}),
            "/paths/~1a/get/responses/ok: `ok` is no status",
        ),
        (
            op("responses: {4XX: {description: a}, 4xx: {description: b}}"),
            at("/responses/4XX/description"),
            json!("a"),
            "a second reply for `4XX` is left out",
        ),
        (
            op("responses: {200: {schema: {type: string}}}"),
            at("/responses/200"),
            json!({"schema": {"type": "string"}, "description": ""}),
            "`schema` is no member of a response",
        ),
        (
            op("responses: {200: {content: {application/json: null, text/plain: []}}}"),
            at("/responses/200/content"),
            json!({"application/json": {}, "text/plain": {}}),
            "",
        ),
        (
            op(
                "responses: {200: {headers: {A: {type: integer}, B: {name: B, in: header, schema: {type: string}, explode: true}}}}",
            ),
            at("/responses/200/headers"),
            json!({"A": {"schema": {"type": "integer"}}, "B": {"schema": {"type": "string"}, "explode": true, "x-explode": true}}),
            "as in Swagger 2",
        ),
        // Parameters.
        (
            param("type: array, items: {type: string}, collectionFormat: pipes"),
            at("/parameters/0"),
            json!({"name": "p", "in": "query", "style": "pipeDelimited", "explode": false, "schema": {"type": "array", "items": {"type": "string"}}}),
            "as in Swagger 2",
        ),
        (
            param("style: comma, schema: {}"),
            at("/parameters/0/style"),
            Value::Null,
            "there is no style `comma` here: it is read as `form`",
        ),
        (
            param("style: deepobject, explode: 1, allowReserved: 'false'"),
            at("/parameters/0"),
            json!({"name": "p", "in": "query", "style": "deepObject", "explode": true, "allowReserved": false, "schema": {}}),
            "",
        ),
        (
            param("schema: {type: string}, content: {application/json: {}}"),
            at("/parameters/0"),
            json!({"name": "p", "in": "query", "content": {"application/json": {}}}),
            "`content` counts",
        ),
        (
            param("content: {}, examples: [3], example: null"),
            at("/parameters/0"),
            json!({"name": "p", "in": "query", "schema": {}, "example": null}),
            "",
        ),
        (param("examples: {a: {value: 3}}"), at("/parameters/0/example"), json!(3), ""),
        (
            op("parameters: {name: 1, in: Query, required: true}"),
            at("/parameters"),
            json!([{"name": "1", "in": "query", "required": true, "schema": {}}]),
            "",
        ),
        (
            op("parameters: [{name: a, in: path, required: false}, null]"),
            at("/parameters"),
            json!([{"name": "a", "in": "path", "required": true, "schema": {}}]),
            "",
        ),
        // Bodies.
        (op("requestBody: {required: 'TRUE'}"), at("/requestBody"), json!({"required": true, "content": {}}), ""),
        (
            op(
                "requestBody: {content: {multipart/form-data: {schema: {}, encoding: {a: {contentType: [image/png, image/gif], style: odd, headers: {H: {}}}, b: {style: pipeDelimited}}}}}",
            ),
            at("/requestBody/content/multipart~1form-data/encoding"),
            json!({"a": {"headers": {"H": {"schema": {}}}, "contentType": "image/png, image/gif", "explode": true}, "b": {"style": "pipeDelimited", "explode": false}}),
            "there is no style `odd` here",
        ),
    ];
    for (parts, pointer, expected, note) in cases {
        check("3.0.3", &[(parts, pointer, expected.clone(), note)]);
        check("3.1.0", &[(parts, pointer, expected.clone(), note)]);
    }
}

#[test]
fn security_schemes() {
    let cases = [
        ("{type: apiKey, name: k, in: Header}", json!({"type": "apiKey", "name": "k", "in": "header"}), ""),
        ("{type: APIKEY, name: k}", json!({"type": "apiKey", "name": "k", "in": "header"}), "it is sent as a header"),
        ("{type: basic}", json!({"type": "http", "scheme": "basic"}), ""),
        ("{type: http, bearerFormat: JWT}", json!({"type": "http", "bearerFormat": "JWT", "scheme": "bearer"}), ""),
        ("{type: http}", json!({"type": "http", "scheme": "bearer"}), "does not say its `scheme`"),
        ("{type: mutualTLS}", json!({"type": "http", "scheme": "mutual", "x-mutual-tls": true}), ""),
        (
            "{type: hmac}",
            json!({"type": "http", "scheme": "hmac"}),
            "the type of this security scheme is the text `hmac`: callers must",
        ),
        ("{}", json!({"type": "http", "scheme": "unknown"}), "is missing"),
        ("{type: openIdConnect}", json!({"type": "openIdConnect", "openIdConnectUrl": ""}), ""),
        ("{type: oauth2}", json!({"type": "oauth2", "flows": {}}), "has no `flows`"),
        (
            "{type: oauth2, flows: {clientCredentials: {tokenUrl: /t}, authorizationCode: {scopes: [a]}}}",
            json!({"type": "oauth2", "flows": {"clientCredentials": {"tokenUrl": "/t", "scopes": {}}, "authorizationCode": {"authorizationUrl": "", "tokenUrl": "", "scopes": {"a": ""}}}}),
            "",
        ),
        (
            "{type: oauth2, flow: application, tokenUrl: /t, scopes: {a: 1}}",
            json!({"type": "oauth2", "flows": {"clientCredentials": {"tokenUrl": "/t", "scopes": {"a": "1"}}}}),
            "",
        ),
        (
            "{type: oauth2, flows: {device: {tokenUrl: /t}}}",
            json!({"type": "oauth2", "flows": {"x-device": {"tokenUrl": "/t"}}}),
            "the flow `device` is left out",
        ),
    ];
    for (scheme, expected, note) in cases {
        let parts = format!("paths: {{}}\ncomponents: {{securitySchemes: {{S: {scheme}}}}}");
        check("3.0.3", &[(&parts, "/components/securitySchemes/S", expected, note)]);
    }
}
