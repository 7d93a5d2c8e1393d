//! Everyday work with the Logto Management API, against the fake Logto of this repository: no account is needed.
//!
//! ```sh
//! cargo run -p logto-tests --example everyday
//! ```

use std::error::Error;

use logto_management::types::{RoleIds, UpdateUserBody, UpdateUserProfileBody, UserProfile};
use logto_management::{Client, Patch, Search};
use logto_tests::FakeLogto;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let fake = FakeLogto::start().await;
    // Against a real Logto this is `Client::builder().from_env().build()?`.
    let logto =
        Client::builder().self_hosted(fake.endpoint()).client_credentials(fake.app_id(), fake.app_secret()).build()?;
    users(&logto).await?;
    profile(&logto).await?;
    role(&logto).await?;
    audit_log(&logto).await?;
    organizations(&logto).await?;
    assert_eq!(fake.token_requests(), 1, "one token served them all");
    println!("{} requests, {} token", fake.requests().len(), fake.token_requests());
    Ok(())
}

/// All users page by page without seeing the pages, then those that a search finds.
async fn users(logto: &Client) -> Result<(), logto_management::Error> {
    let mut users = logto.list_users().items();
    let mut count = 0;
    while let Some(user) = users.next().await {
        count += usize::from(user?.username.is_some());
    }
    println!("{count} users have a name to sign in with");
    let search = Search::new().like("primaryEmail", "%@example.com").exact("username", ["user0001", "user0003"]);
    let found = logto.list_users().search(search).all().await?;
    println!("{} users are from example.com or named", found.len());
    let page = logto.list_users().search("%user000%").page_size(5).send().await?;
    println!("{} of {} users", page.items.len(), page.total.unwrap_or_default());
    Ok(())
}

/// Changes some members, clears one, and leaves the others as they are.
async fn profile(logto: &Client) -> Result<(), logto_management::Error> {
    let Some(user) = logto.list_users().page_size(1).send().await?.items.into_iter().next() else {
        return Ok(());
    };
    let body =
        UpdateUserBody { name: Patch::Set("New Name".to_owned()), avatar: Patch::Clear, ..UpdateUserBody::default() };
    let changed = logto.update_user(&user.id, body).send().await?;
    // `update_user` would replace the profile as a whole; this merges into it.
    let locale = UserProfile { locale: Some("en-GB".to_owned()), ..UserProfile::default() };
    let profile = logto.update_user_profile(&user.id, UpdateUserProfileBody::new(locale)).send().await?;
    assert_eq!(profile.locale.as_deref(), Some("en-GB"));
    assert_eq!((changed.name.as_deref(), changed.avatar), (Some("New Name"), None));
    assert_eq!((changed.username, changed.primary_email), (user.username, user.primary_email), "absent keeps");
    println!("{} has a new name and no avatar", user.id);
    Ok(())
}

/// Gives a user a role.
async fn role(logto: &Client) -> Result<(), logto_management::Error> {
    let users = logto.list_users().page_size(1).send().await?.items;
    let roles = logto.list_roles().search("Role 01").send().await?.items;
    let (Some(user), Some(role)) = (users.first(), roles.first()) else {
        return Ok(());
    };
    let assigned = logto.assign_user_roles(&user.id, RoleIds::new(vec![role.id.clone()])).send().await?;
    assert_eq!(assigned.added_role_ids, [role.id.as_str()]);
    let roles = logto.list_user_roles(&user.id).all().await?;
    println!("{} has {}", user.id, roles.iter().map(|role| role.name.as_str()).collect::<Vec<_>>().join(", "));
    Ok(())
}

/// Reads what happened of late.
async fn audit_log(logto: &Client) -> Result<(), logto_management::Error> {
    let mut logs = logto.list_logs().log_key("Interaction.SignIn.Submit").items();
    let mut failed = 0;
    while let Some(log) = logs.next().await {
        let log = log?;
        failed += usize::from(log.payload.result != "Success".into());
    }
    println!("{failed} sign-ins failed");
    Ok(())
}

/// Goes through organizations page by page, with the page in hand.
async fn organizations(logto: &Client) -> Result<(), logto_management::Error> {
    let mut pages = logto.list_organizations().page_size(10).pages();
    while let Some(page) = pages.next().await {
        let page = page?;
        let (number, total) = (page.number.unwrap_or_default(), page.total.unwrap_or_default());
        println!("page {number}: {} organizations of {total}", page.items.len());
    }
    Ok(())
}

#[test]
fn it_runs() -> Result<(), Box<dyn Error>> {
    main()
}
