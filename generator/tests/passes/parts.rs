//! Types that no operation asks for: components alone, and what the server sends by itself.

use logto_generator::lock::Lock;
use logto_generator::pipeline::{self, Modelled};
use logto_generator::rules::Rules;

use super::support::types;

fn made(document: &str, all: bool) -> Modelled {
    let (rules, lock) = (Rules::parse("").unwrap(), Lock::parse("").unwrap());
    let mut corrected =
        pipeline::corrected(document.as_bytes(), "", &rules, "1").unwrap_or_else(|error| panic!("{error}"));
    corrected.all_components = all;
    pipeline::model(&corrected, &rules, &lock, "1").unwrap_or_else(|error| panic!("{error}"))
}

const COMPONENTS: &str = "components: {schemas: {Made: {type: object, required: [type, id], properties: {type: {const: made}, id: {type: string, readOnly: true}, more: {$ref: '#/components/schemas/More'}}}, More: {type: object, properties: {note: {type: string, nullable: true}}}, Text: {type: string}, Kind: {type: string, enum: [a, b]}}}";

#[test]
fn a_document_of_components_has_the_types_of_all() {
    let all = [
        "Kind { A | B }",
        "Made { id?: text, more?: More, r#type: MadeType }",
        "MadeType { Made }",
        "More { note?~: text }",
    ];
    for version in ["3.0.3", "3.1.0"] {
        let document = format!("openapi: {version}\ninfo: {{title: t, version: '1'}}\n{COMPONENTS}");
        let modelled = made(&document, false);
        assert_eq!(types(&modelled), all, "{version}");
        // They can be made and read.
        assert!(modelled.model.defs.iter().all(|def| def.sent && def.received));
    }
    // Where there are operations, only those that they reach, unless all are asked for.
    let operation = "paths: {/x: {get: {operationId: get, responses: {'200': {description: d, content: {application/json: {schema: {$ref: '#/components/schemas/More'}}}}}}}}";
    let document = format!("openapi: 3.1.0\ninfo: {{title: t, version: '1'}}\n{operation}\n{COMPONENTS}");
    assert_eq!(types(&made(&document, false)), ["More { note?~: text }"]);
    assert_eq!(types(&made(&document, true)), all);
}

fn webhook(name: &str, schema: &str) -> String {
    format!(
        "{name}: {{post: {{requestBody: {{content: {{application/json: {{schema: {schema}}}}}}}, responses: {{'200': {{description: d}}}}}}}}"
    )
}

#[test]
fn webhooks_are_one_union_where_a_member_tells_them_apart() {
    let made_event = "{type: object, required: [event, id], properties: {event: {type: string, enum: [user.made]}, id: {type: string}}}";
    let gone = "{type: object, required: [event], properties: {event: {type: string, enum: [user.gone, user.lost]}}}";
    let ping = "{type: object, required: [zen], properties: {zen: {type: string}}}";
    let nested = "{oneOf: [{type: object, required: [event, a], properties: {event: {type: string, enum: [a]}, a: {type: string}}}, {type: object, required: [event, b], properties: {event: {type: string, enum: [b]}, b: {type: string}}}], discriminator: {propertyName: event}}";
    let document = |key: &str, hooks: &[String]| {
        format!("openapi: 3.0.3\ninfo: {{title: t, version: '1'}}\n{key}: {{{}}}\n", hooks.join(", "))
    };
    let told = |hooks: &[String]| {
        let modelled = made(&document("x-webhooks", hooks), false);
        let event =
            modelled.model.event.as_ref().and_then(|ty| ty.def()).map(|id| modelled.names.types[id.0].name.clone());
        let line =
            event.map(|name| types(&modelled).into_iter().find(|line| line.starts_with(&format!("{name} "))).unwrap());
        (line, modelled.notes.iter().map(ToString::to_string).collect::<Vec<_>>())
    };
    let two = [webhook("made", made_event), webhook("gone", gone)];
    assert_eq!(told(&two), (Some("WebhookEvent { UserGone(GoneEvent) | UserMade(MadeEvent) }".to_owned()), vec![]));
    // A payload that is a union of such events tells them itself.
    let (line, _) = told(&[webhook("made", made_event), webhook("both", nested)]);
    assert!(line.is_some_and(|line| line.contains("UserMade(MadeEvent)") && line.contains("(BothEvent)")));
    // The same payload of two is one variant, and what nothing tells apart is no union.
    assert_eq!(told(&[webhook("made", made_event), webhook("again", made_event)]).0, None);
    let (line, notes) = told(&[webhook("made", made_event), webhook("ping", ping)]);
    assert_eq!(line, None);
    assert_eq!(notes, ["/webhooks: no member tells all payloads apart, so there is no type of any of them"]);
}
