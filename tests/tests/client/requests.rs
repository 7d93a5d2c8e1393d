//! What is sent is what was meant.

use logto_management::types::UpdateUserBody;
use logto_management::{Client, FilePart, Patch};
use logto_tests::FakeLogto;
use serde_json::json;

use super::{builder, started};

async fn stateless() -> (FakeLogto, Client) {
    let fake = FakeLogto::stateless().await;
    let logto = builder(&fake).build().expect("a client");
    (fake, logto)
}

#[tokio::test]
async fn path_values_stay_in_their_segment() {
    let (fake, logto) = stateless().await;
    let table = [
        ("pat 1", "/api/users/u/personal-access-tokens/pat%201"),
        ("pat/2", "/api/users/u/personal-access-tokens/pat%2F2"),
        ("a?b#c%d", "/api/users/u/personal-access-tokens/a%3Fb%23c%25d"),
        ("...", "/api/users/u/personal-access-tokens/..."),
        ("\u{dc}n\u{ef}c\u{f6}de", "/api/users/u/personal-access-tokens/%C3%9Cn%C3%AFc%C3%B6de"),
    ];
    for (name, path) in table {
        logto.delete_user_personal_access_token("u", name).send().await.expect("a reply");
        let request = fake.last_request().expect("a request");
        assert_eq!(request.path, path);
        assert_eq!(request.operation.as_deref(), Some("DeleteUserPersonalAccessToken"));
    }
}

#[tokio::test]
async fn path_values_that_would_mean_another_path_are_refused() {
    let (fake, logto) = started().await;
    let user = fake.rows("users")[0]["id"].as_str().expect("an id").to_owned();
    for target in ["", ".", ".."] {
        let error = logto.delete_user_identity(&user, target).send().await.expect_err("an error");
        assert!(error.is_input(), "{target:?} {error:?}");
    }
    assert_eq!((fake.requests().len(), fake.token_requests()), (0, 0), "before any IO");
    assert_eq!(fake.rows("users").len(), 45);
}

#[tokio::test]
async fn three_states_of_a_member() {
    let (fake, logto) = started().await;
    let user = fake.rows("users")[0]["id"].as_str().expect("an id").to_owned();
    let table = [
        (UpdateUserBody::default(), json!({})),
        (UpdateUserBody { name: Patch::Clear, ..UpdateUserBody::default() }, json!({ "name": null })),
        (UpdateUserBody { name: Patch::Set("N".to_owned()), ..UpdateUserBody::default() }, json!({ "name": "N" })),
    ];
    for (body, expected) in table {
        logto.update_user(&user, body).send().await.expect("a reply");
        let request = fake.last_request().expect("a request");
        assert_eq!((request.json(), request.issues.len()), (expected, 0));
    }
}

#[tokio::test]
async fn a_file_is_sent_with_its_name_and_type() {
    let (fake, logto) = stateless().await;
    let file = || FilePart::bytes("abc").file_name("a \"b\"\r\n.png").mime("image/png");
    logto.create_user_asset(file()).send().await.expect("a reply");
    let request = fake.last_request().expect("a request");
    assert_eq!(request.issues, []);
    assert!(request.header("content-type").is_some_and(|kind| kind.starts_with("multipart/form-data")));
    let stream = futures_util::stream::iter([Ok::<_, std::io::Error>("ab".into()), Ok("c".into())]);
    logto.create_user_asset(FilePart::stream(stream).mime("image/png")).send().await.expect("a reply");
    fake.forget();
    let error = logto.create_user_asset(file().mime("text/plain")).send().await.expect_err("an error");
    assert!(error.is_input(), "{error:?}");
    let error = logto.create_user_asset(FilePart::bytes(vec![0; 20 * 1024 * 1024 + 1]).mime("image/png")).send().await;
    assert!(error.expect_err("an error").is_input());
    assert!(fake.requests().is_empty());
}

#[tokio::test]
async fn a_body_that_the_server_would_not_take_is_not_sent() {
    let (fake, logto) = started().await;
    let body = UpdateUserBody { name: Patch::Set("x".repeat(1024 * 1024)), ..UpdateUserBody::default() };
    assert!(logto.update_user("u", body).send().await.expect_err("an error").is_input());
    assert!(fake.requests().is_empty());
}
