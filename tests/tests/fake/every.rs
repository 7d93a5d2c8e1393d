//! Every operation of the document answers.

use hyper::Method;
use logto_generator::sample::{Fill, sample};
use logto_tests::FakeLogto;
use logto_tests::fake::Schema;
use logto_tests::fake::document::Operation;
use logto_tests::http::{Ask, token};
use serde_json::Value;

#[tokio::test]
async fn every_operation_answers_with_a_valid_success() {
    let fake = FakeLogto::stateless().await;
    let endpoint = fake.endpoint();
    let token = token(&endpoint, fake.app_id(), fake.app_secret()).await.expect("a token");
    let document = fake.document();
    for round in [Fill::Required, Fill::Every] {
        for operation in &document.operations {
            let mut ask = ask(operation, &document.value, round);
            if operation.auth {
                ask = ask.token(&token);
            }
            let reply = ask.send(&endpoint).await.expect("a reply");
            let record = fake.last_request().expect("a record");
            assert_eq!(record.operation.as_deref(), Some(operation.id.as_str()));
            assert_eq!(record.issues, [], "{} {round:?}", operation.id);
            assert!((200..400).contains(&reply.status), "{} {}: {}", operation.id, reply.status, reply.text());
            assert!(reply.header("logto-core-request-id").is_some(), "{}", operation.id);
            let json = reply.header("content-type").is_some_and(|kind| kind.contains("json"));
            if let (true, Some(schema)) = (json, operation.reply_schema()) {
                let faults = Schema::new(schema, &document.value).strict_faults(&reply.json());
                assert_eq!(faults, [], "{}: {}", operation.id, reply.text());
            }
        }
    }
    assert!(fake.requests().len() >= 2 * 200, "{}", fake.requests().len());
    assert_eq!(fake.token_requests(), 1);
}

/// A request that the document allows.
fn ask(operation: &Operation, document: &Value, fill: Fill) -> Ask {
    let mut target = operation.template.clone();
    let mut query = Vec::new();
    for parameter in &operation.parameters {
        if parameter.in_path {
            let value = text(&sample(&parameter.schema, document, fill, 0));
            target = target.replace(&format!("{{{}}}", parameter.name), &value);
        } else if parameter.name == "search_params" {
            query.extend([("search".to_owned(), "%a%".to_owned()), ("mode.name".to_owned(), "exact".to_owned())]);
        } else if parameter.required || fill == Fill::Every {
            let value = match parameter.name.as_str() {
                "page" | "page_size" => "2".to_owned(),
                _ => text(&sample(&parameter.schema, document, fill, 1)),
            };
            query.push((parameter.name.clone(), value));
        }
    }
    if !query.is_empty() {
        let mut pairs = String::new();
        for (name, value) in query {
            let pair = form_urlencoded(&name, &value);
            pairs = if pairs.is_empty() { pair } else { format!("{pairs}&{pair}") };
        }
        target = format!("{target}?{pairs}");
    }
    let ask = Ask::new(operation.method.clone(), &target);
    let Some(body) = &operation.body else {
        return ask;
    };
    assert_ne!(operation.method, Method::GET);
    let value = sample(&body.schema, document, fill, 0);
    if body.content_type.contains("multipart") {
        let part = "--line\r\ncontent-disposition: form-data; name=\"file\"; filename=\"a.png\"\r\ncontent-type: image/png\r\n\r\nabc\r\n--line--\r\n";
        return ask.body("multipart/form-data; boundary=line", part);
    }
    if body.content_type.contains("urlencoded") {
        let members = value.as_object().into_iter().flatten();
        let pairs: Vec<String> = members.map(|(name, value)| form_urlencoded(name, &text(value))).collect();
        return ask.body("application/x-www-form-urlencoded", pairs.join("&"));
    }
    ask.json(&value)
}

fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(list) => list.first().map(text).unwrap_or_default(),
        other => other.to_string(),
    }
}

fn form_urlencoded(name: &str, value: &str) -> String {
    let encode =
        |text: &str| percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string();
    format!("{}={}", encode(name), encode(value))
}
