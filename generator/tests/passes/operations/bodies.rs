//! Bodies: kinds, media types, parts, alternatives.

use super::{check, told};

/// An operation with a body.
fn with(body: &str) -> String {
    format!(
        "paths: {{/x: {{post: {{operationId: op, requestBody: {{{body}}}, responses: {{'204': {{description: d}}}}}}}}}}
components: {{schemas: {{T: {{type: object, properties: {{a: {{type: string}}}}}}, K: {{type: string, enum: [a, b]}}, R: {{type: string, readOnly: true}}}}}}"
    )
}

const T: &str = "{schema: {$ref: '#/components/schemas/T'}}";
const OTHER: &str = "{schema: {type: object, properties: {b: {type: integer}}}}";

#[test]
fn kinds() {
    let cases: &[(&str, &str)] = &[
        // JSON by many names.
        ("application/json: T", "json T"),
        ("'application/json; charset=utf-8': T", "json T"),
        ("application/vnd.x+json: T", "json T as application/vnd.x+json"),
        ("text/json: T", "json T as text/json"),
        ("'*/*': T", "json T"),
        ("'application/*': T", "json T"),
        ("application/vnd.x: T", "json T as application/vnd.x"),
        ("application/json: {}", "json any"),
        ("application/json: {schema: {type: array, items: {$ref: '#/components/schemas/T'}}}", "json [T]"),
        // Forms.
        ("application/x-www-form-urlencoded: T", "form T"),
        ("application/x-www-form-urlencoded: {}", "form {any}"),
        (
            "application/x-www-form-urlencoded: {schema: {type: object, properties: {a: {}, b: {}, c: {}, d: {}, e: {}, f: {}, g: {}}}, encoding: {a: {style: deepObject, explode: true}, b: {style: form, explode: false}, c: {contentType: application/json}, d: {style: pipeDelimited}, e: {style: form}, f: {explode: false}, g: {contentType: text/plain}, none: {style: deepObject}}}",
            "form OpBody a=Deep b=Form c=Json d=Pipe e=FormExploded f=Form",
        ),
        (
            "application/x-www-form-urlencoded: {schema: {type: object, properties: {a: {type: string}, b: {type: array, items: {type: string}}}}, encoding: {a: {allowReserved: true}, b: {explode: false, allowReserved: true}}}",
            "form OpBody a=FormExploded reserved b=Form reserved",
        ),
        ("application/x-www-form-urlencoded: {schema: {type: string}}", "text as application/x-www-form-urlencoded"),
        // Texts.
        ("text/plain: {schema: {type: string}}", "text"),
        ("text/csv: {}", "text as text/csv"),
        ("application/xml: T", "text as application/xml"),
        ("application/soap+xml: T", "text as application/soap+xml"),
        // Bytes.
        ("application/octet-stream: {}", "bytes"),
        ("image/png: {schema: {type: string, format: binary}}", "bytes as image/png"),
        ("application/pdf: {}", "bytes as application/pdf"),
        ("application/x-ndjson: T", "bytes as application/x-ndjson"),
        ("multipart/mixed: T", "bytes as multipart/mixed"),
        // Multipart forms that say nothing of their parts.
        ("multipart/form-data: {}", "parts()"),
        ("multipart/form-data: {schema: {type: object}}", "parts()"),
    ];
    for (content, expected) in cases {
        let content = content.replace(": T", &format!(": {T}"));
        let document = with(&format!("required: true, content: {{{content}}}"));
        assert_eq!(told(&document).operations, [format!("POST op() <- {expected} -> empty")], "{document}");
    }
}

#[test]
fn a_media_type_with_an_asterisk_is_told_by_the_call() {
    let cases: &[(&str, &str)] = &[
        ("'*/*': {schema: {type: string}}", "text"),
        ("'image/*': {}", "bytes"),
        ("'*/*': {schema: {type: string, format: binary}}", "bytes"),
        ("'*/*': {}", "bytes"),
        ("image/png: {}, image/jpeg: {}", "bytes as image/jpeg"),
    ];
    for (content, expected) in cases {
        let document = with(&format!("required: true, content: {{{content}}}"));
        let expected = format!("POST op(@content_type?: text) <- {expected} -> empty");
        assert_eq!(told(&document).operations, [expected], "{document}");
    }
}

#[test]
fn parts() {
    let cases: &[(&str, &str)] = &[
        ("a: {type: string}", "a?: text"),
        ("a: {type: integer}, b: {type: boolean}", "a?: int, b?: bool"),
        ("a: {$ref: '#/components/schemas/K'}", "a?: K"),
        ("a: {type: string, format: binary}", "a?: file"),
        ("a: {}", "a?: file"),
        ("a: {type: array, items: {type: string, format: binary}}", "a?: [file]"),
        ("a: {type: array, items: {type: string}}", "a?: [text]"),
        ("a: {type: array, items: {$ref: '#/components/schemas/T'}}", "a?: [json T]"),
        ("a: {$ref: '#/components/schemas/T'}", "a?: json T"),
        ("a: {allOf: [{$ref: '#/components/schemas/T'}]}", "a?: json T"),
        ("a: {type: object, additionalProperties: {type: string}}", "a?: json {text}"),
        ("a: {type: array, items: {type: array, items: {type: string}}}", "a?: json [[text]]"),
        ("a: {oneOf: [{type: string}, {type: integer}]}", "a?: text"),
        ("send: {type: string}, part: {type: string}", "part?: text, send_part?: text"),
    ];
    for (properties, expected) in cases {
        let document = with(&format!(
            "required: true, content: {{multipart/form-data: {{schema: {{type: object, properties: {{{properties}}}}}}}}}"
        ));
        assert_eq!(told(&document).operations, [format!("POST op() <- parts({expected}) -> empty")], "{document}");
    }
    let encodings: &[(&str, &str, &str)] = &[
        ("{type: string}", "application/json", "a: json text"),
        ("{type: array, items: {type: string}}", "application/json", "a: json [text]"),
        ("{type: string}", "text/csv", "a: text text/csv"),
        ("{type: string}", "text/plain; charset=utf-8", "a: text"),
        ("{type: string}", "image/png", "a: file image/png"),
        ("{type: string, format: binary}", "'image/png, image/jpeg'", "a: file image/png image/jpeg"),
        ("{type: string, format: binary}", "image/*", "a: file"),
        ("{type: string}", "application/octet-stream", "a: file"),
        ("{$ref: '#/components/schemas/T'}", "application/json", "a: json T"),
        ("{$ref: '#/components/schemas/T'}", "application/ld+json", "a: json T application/ld+json"),
        ("{type: integer}", "text/plain", "a: int"),
        // What is not JSON is not written as JSON.
        ("{$ref: '#/components/schemas/T'}", "application/xml", "a: text application/xml"),
        ("{$ref: '#/components/schemas/T'}", "'text/xml, application/xml'", "a: text text/xml"),
        ("{$ref: '#/components/schemas/T'}", "'application/xml, application/json'", "a: json T"),
        ("{$ref: '#/components/schemas/T'}", "text/plain", "a: text"),
        ("{$ref: '#/components/schemas/T'}", "application/vnd.t", "a: json T application/vnd.t"),
        ("{type: array, items: {$ref: '#/components/schemas/T'}}", "application/xml", "a: [text] application/xml"),
    ];
    for (schema, media, expected) in encodings {
        let document = with(&format!(
            "required: true, content: {{multipart/form-data: {{schema: {{type: object, required: [a], properties: {{a: {schema}}}}}, encoding: {{a: {{contentType: {media}}}}}}}}}"
        ));
        assert_eq!(told(&document).operations, [format!("POST op() <- parts({expected}) -> empty")], "{document}");
    }
}

/// What a part says of its content by its schema, and which side gives it.
#[test]
fn parts_say_what_is_in_them() {
    let cases: &[(&str, &str)] = &[
        ("a: {type: string, contentMediaType: image/png}", "a?: file image/png"),
        ("a: {type: string, contentMediaType: application/x-own}", "a?: file application/x-own"),
        ("a: {type: string, contentEncoding: base64}", "a?: text application/octet-stream in base64"),
        ("a: {type: string, contentEncoding: base64, contentMediaType: image/png}", "a?: text image/png in base64"),
        ("a: {type: string, contentEncoding: base64url}", "a?: text application/octet-stream in base64url"),
        (
            "a: {type: string, contentEncoding: quoted-printable, contentMediaType: text/html}",
            "a?: text text/html in quoted-printable",
        ),
        ("a: {type: string, contentEncoding: 8bit, contentMediaType: text/html}", "a?: text text/html"),
        ("a: {type: string, contentMediaType: application/json}", "a?: text application/json"),
        ("a: {type: array, items: {type: string, contentMediaType: image/png}}", "a?: [file] image/png"),
        (
            "a: {type: array, items: {type: string, contentEncoding: base64}}",
            "a?: [text] application/octet-stream in base64",
        ),
        ("a: {type: string, format: byte}", "a?: text"),
        // What only the server gives is not sent, and what it knows may be left out.
        ("a: {type: string, readOnly: true}, b: {type: string}", "b?: text"),
        ("a: {type: string, writeOnly: true}", "a?: text"),
        (
            "a: {allOf: [{$ref: '#/components/schemas/R'}], readOnly: true}, b: {$ref: '#/components/schemas/R'}, c: {type: string}",
            "c?: text",
        ),
    ];
    for (properties, expected) in cases {
        let content = format!("{{schema: {{type: object, properties: {{{properties}}}}}}}");
        let document = with(&format!("required: true, content: {{multipart/form-data: {content}}}"));
        assert_eq!(told(&document).operations, [format!("POST op() <- parts({expected}) -> empty")], "{document}");
    }
    // The media type of an encoding goes before that of the schema.
    let encoded = "a: {type: string, contentEncoding: base64, contentMediaType: image/png}";
    let content =
        format!("{{schema: {{type: object, properties: {{{encoded}}}}}, encoding: {{a: {{contentType: image/gif}}}}}}");
    let document = with(&format!("required: true, content: {{multipart/form-data: {content}}}"));
    assert_eq!(told(&document).operations, ["POST op() <- parts(a?: text image/gif in base64) -> empty"]);
    let content = "{schema: {type: object, required: [a, b, c], properties: {a: {type: string, default: x}, b: {type: string}, c: {type: string, readOnly: true}}}}";
    let document = with(&format!("required: true, content: {{multipart/form-data: {content}}}"));
    assert_eq!(told(&document).operations, ["POST op() <- parts(a?: text, b: text) -> empty"]);
}

#[test]
fn what_a_body_cannot_carry_is_noted() {
    let object =
        "schema: {type: object, properties: {a: {type: string}, o: {type: object, properties: {b: {type: string}}}}}";
    let cases: &[(&str, &str)] = &[
        (
            "multipart/form-data: {OBJECT, encoding: {a: {headers: {X-A: {schema: {type: string}}}}}}",
            "multipart~1form-data/encoding/a: headers of a part are not sent",
        ),
        ("multipart/form-data: {OBJECT, encoding: {a: {headers: {Content-Type: {schema: {type: string}}}}}}", ""),
        ("multipart/form-data: {OBJECT, encoding: {a: {style: form}}}", ""),
        (
            "multipart/form-data: {OBJECT, encoding: {o: {style: deepObject}}}",
            "multipart~1form-data/encoding/o: a style of a part is not kept: a list is several parts, an object is JSON",
        ),
        (
            "multipart/form-data: {OBJECT, encoding: {none: {contentType: text/csv}}}",
            "multipart~1form-data/encoding/none: the body has no part of this name: the encoding has no effect",
        ),
        (
            "multipart/form-data: {schema: {type: object, properties: {a: {type: string}}, additionalProperties: {type: string}}}",
            "multipart~1form-data: parts that the document does not name cannot be given",
        ),
        (
            "multipart/form-data: {OBJECT, encoding: {o: {contentType: application/xml}}}",
            "multipart~1form-data/encoding/o/contentType: there are no types for what is `application/xml`: the part is a text here",
        ),
        (
            "multipart/form-data: {OBJECT, encoding: {o: {contentType: application/zip}}}",
            "multipart~1form-data/encoding/o/contentType: there are no types for what is `application/zip`: the part is a file here",
        ),
        ("multipart/form-data: {OBJECT, encoding: {a: {contentType: image/png}}}", ""),
        (
            "application/x-www-form-urlencoded: {OBJECT, encoding: {none: {style: form}}}",
            "application~1x-www-form-urlencoded/encoding/none: the form has no member of this name: the encoding has no effect",
        ),
        (
            "application/x-www-form-urlencoded: {OBJECT, encoding: {o: {contentType: application/xml}}}",
            "application~1x-www-form-urlencoded/encoding/o: the member is not written as `application/xml`",
        ),
        (
            "application/xml: {OBJECT}",
            "application~1xml: there are no types for what is `application/xml`: it is a text here",
        ),
        ("application/xml: {schema: {type: string}}", ""),
        (
            "application/x-ndjson: {OBJECT}",
            "application~1x-ndjson: there are no types for what is `application/x-ndjson`: it is bytes here",
        ),
        ("json: {schema: {type: string}}", "json: `json` is no media type: it is sent as it is written"),
        ("", ": the body has no media type: the operation is called without one"),
    ];
    for (content, note) in cases {
        let content = content.replace("OBJECT", object);
        let notes = told(&with(&format!("required: true, content: {{{content}}}"))).notes;
        let at = "/paths/~1x/post/requestBody/content";
        let expected = match (note.is_empty(), note.starts_with(':')) {
            (true, _) => Vec::new(),
            (_, true) => vec![format!("{at}{note}")],
            _ => vec![format!("{at}/{note}")],
        };
        assert_eq!(notes, expected, "{content}");
    }
}

#[test]
fn several_media_types() {
    let cases: &[(&str, &[&str], &[&str])] = &[
        // JSON comes first, what says the same is left out.
        (
            "application/xml: T, application/json: T, application/x-www-form-urlencoded: T",
            &["POST op() <- json T -> empty"],
            &[
                "/paths/~1x/post/requestBody/content/application~1x-www-form-urlencoded: `application/json` is sent; this one, which says the same, is left out (and at 1 more: `/paths/~1x/post/requestBody/content/application~1xml`)",
            ],
        ),
        // What says something else is a method of its own.
        (
            "application/json: T, application/x-www-form-urlencoded: O, text/plain: {}, application/octet-stream: {}",
            &[
                "POST op() <- json T -> empty",
                "POST op_form() <- form OpForm -> empty",
                "POST op_text() <- text -> empty",
                "POST op_binary() <- bytes -> empty",
            ],
            &[],
        ),
        (
            "application/json: T, application/merge-patch+json: O",
            &[
                "POST op() <- json T -> empty",
                "POST op_merge_patch_json() <- json OpMergePatchJson as application/merge-patch+json -> empty",
            ],
            &[],
        ),
        // JSON has no files.
        (
            "application/json: F, multipart/form-data: F",
            &["POST op() <- json OpBody -> empty", "POST op_multipart() <- parts(f: file) -> empty"],
            &[],
        ),
        // Of several patches, the one that an object can be.
        (
            "application/json-patch+json: T, application/merge-patch+json: T",
            &["POST op(@content_type?: text) <- json T as application/merge-patch+json -> empty"],
            &[
                "/paths/~1x/post/requestBody/content/application~1json-patch+json: `application/merge-patch+json` is sent; this one is, where a call says so by its `Content-Type`",
            ],
        ),
        // Texts are texts, bytes are bytes.
        (
            "text/plain: {}, text/markdown: {}",
            &["POST op(@content_type?: text) <- text -> empty"],
            &[
                "/paths/~1x/post/requestBody/content/text~1markdown: `text/plain` is sent; this one is, where a call says so by its `Content-Type`",
            ],
        ),
    ];
    for (content, expected, notes) in cases {
        let file = "{schema: {type: object, required: [f], properties: {f: {type: string, format: binary}}}}";
        let content = content
            .replace(": T", &format!(": {T}"))
            .replace(": O", &format!(": {OTHER}"))
            .replace(": F", &format!(": {file}"));
        let told = told(&with(&format!("required: true, content: {{{content}}}")));
        assert_eq!(told.operations, *expected, "{content}");
        assert_eq!(told.notes, *notes, "{content}");
    }
}

#[test]
fn optional_bodies_and_bodies_of_components() {
    let told = told(&with(&format!("content: {{application/json: {T}}}")));
    assert_eq!(told.operations, ["POST op() <-? json T -> empty"]);
    check(&[(
        "paths: {/x: {delete: {operationId: op, requestBody: {$ref: '#/components/requestBodies/A'}, responses: {'204': {description: d}}}}}
components: {requestBodies: {A: {$ref: '#/components/requestBodies/B'}, B: {required: true, content: {text/plain: {}}}}}",
        &["DELETE op() <- text -> empty"],
    )]);
}
