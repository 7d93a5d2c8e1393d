//! Lists with an item that does not decode.

use logto_runtime::{Error, Method};
use logto_tests::FakeLogto;
use logto_tests::fake::Answer as FakeAnswer;

use super::rows::{Answer, Rows};
use super::{client, list, soon};

#[tokio::test]
async fn one_bad_item_leaves_the_others() {
    let server = Rows::serve(|asked| match asked.page {
        1 => Answer::json(r#"[0, "hunter2", 2]"#),
        2 => Answer::json(r#"[3, 4, null]"#),
        _ => Answer::json("[]"),
    })
    .await;
    let list = list(&client(&server)).page_size(3);
    assert!(soon(list.clone().all()).await.expect_err("strict unless told otherwise").is_decode());
    let mut items = list.lenient().items();
    let mut found = Vec::new();
    while let Some(item) = soon(items.next()).await {
        found.push(item.expect("the list goes on").map_err(|error: Error| {
            assert!(error.is_decode() && error.operation() == Some("ListRows"), "{error:?}");
            assert!(!format!("{error} {error:?}").contains("hunter2"), "{error:?}");
            error.to_string()
        }));
    }
    let places = found.iter().map(|item| item.as_ref().map_err(|error| error.split('`').nth(1).unwrap_or_default()));
    assert_eq!(places.collect::<Vec<_>>(), [Ok(&0), Err("[1]"), Ok(&2), Ok(&3), Ok(&4), Err("[2]")]);
}

#[tokio::test]
async fn what_is_no_list_is_an_error_as_ever() {
    for body in ["{}", "[1, 2", "1", ""] {
        let server = Rows::serve(move |_| Answer::json(body)).await;
        let error = soon(list(&client(&server)).lenient().send()).await.expect_err(body);
        assert!(error.is_decode(), "{body}: {error}");
    }
}

#[tokio::test]
async fn items_inside_a_member_are_told_by_it() {
    let server = Rows::serve(|_| Answer::json(r#"{"rows": [1, {}]}"#)).await;
    let rows = client(&server).request(Method::GET, "ListRows", "/api/rows").list::<i64>().within("rows");
    let page = soon(rows.lenient().send()).await.expect("a page");
    let error = page.items[1].as_ref().expect_err("no number");
    assert!(page.items[0].as_ref().is_ok_and(|row| *row == 1) && error.to_string().contains("`rows[1]`"), "{error}");
}

#[tokio::test]
async fn one_broken_user_leaves_the_others() {
    let fake = FakeLogto::start().await;
    let builder = logto_management::Client::builder().self_hosted(fake.endpoint()).no_proxy();
    let logto = builder.client_credentials(fake.app_id(), fake.app_secret()).build().expect("a client");
    let mut rows = fake.rows("users");
    rows.truncate(3);
    rows[1]["createdAt"] = serde_json::json!("yesterday");
    fake.answer_next("ListUsers", FakeAnswer::json(200, &serde_json::Value::Array(rows)));
    let users = soon(logto.list_users().lenient().send()).await.expect("a page").items;
    assert_eq!(users.iter().map(Result::is_ok).collect::<Vec<_>>(), [true, false, true]);
    let error = users[1].as_ref().expect_err("no moment").to_string();
    assert!(error.contains("`[1].createdAt`"), "{error}");
}
