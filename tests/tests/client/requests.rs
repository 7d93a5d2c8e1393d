//! What is sent is what was meant.

use logto_management::types::{PasswordExpiration, UpdateSignInExpBody};
use logto_management::{Client, FilePart};
use logto_tests::FakeLogto;

use super::{builder, started};

async fn stateless() -> (FakeLogto, Client) {
    let fake = FakeLogto::stateless().await;
    let logto = builder(&fake).build().expect("a client");
    (fake, logto)
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
    // What the caller allows holds beside what the operation takes, which would take this.
    for stricter in [file().mime("image/svg+xml").accept(&["image/png"]), file().limit(2)] {
        let error = logto.create_user_asset(stricter).send().await.expect_err("an error");
        assert!(error.is_input(), "{error:?}");
    }
    assert!(fake.requests().is_empty());
}

/// A tag that can have one value only goes out, also where the content of its variant leaves it out.
#[tokio::test]
async fn a_disabled_password_expiration_says_so() {
    let (fake, logto) = started().await;
    let body = UpdateSignInExpBody {
        password_expiration: Some(PasswordExpiration::Disabled(Default::default())),
        ..Default::default()
    };
    logto.update_sign_in_exp(body).send().await.expect("a reply");
    let sent = fake.last_request().expect("a request").body;
    assert_eq!(sent, br#"{"passwordExpiration":{"enabled":false}}"#[..]);
}
