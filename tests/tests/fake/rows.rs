//! Rows that are kept: create, read, change, delete, link.

use hyper::Method;
use logto_tests::http::Ask;
use serde_json::{Value, json};

use super::{get, send, started};

#[tokio::test]
async fn a_user_from_creation_to_deletion() {
    let (fake, token) = started().await;
    let body =
        json!({ "username": "first", "primaryEmail": "first@example.com", "name": "First", "customData": { "a": 1 } });
    let reply = send(&fake, &token, Ask::new(Method::POST, "/api/users").json(&body)).await;
    let user = reply.json();
    assert_eq!(reply.status, 200);
    let id = user["id"].as_str().expect("an id").to_owned();
    let path = format!("/api/users/{id}");
    assert_eq!(id.len(), 12);
    assert!(user["createdAt"].as_u64().is_some_and(|created| created > 1 << 31));
    assert_eq!((&user["avatar"], &user["profile"]), (&Value::Null, &json!({})));
    assert_eq!(get(&fake, &token, "/api/users?page_size=1").await.json()[0]["id"], id.as_str(), "newest first");

    let change = json!({ "name": null, "customData": { "b": 2 }, "profile": { "locale": "de-CH" } });
    let changed = send(&fake, &token, Ask::new(Method::PATCH, &path).json(&change)).await.json();
    assert_eq!(changed["name"], Value::Null, "null clears");
    assert_eq!(changed["username"], "first", "absent keeps");
    assert_eq!(changed["customData"], json!({ "b": 2 }), "replaced");

    let merged = send(
        &fake,
        &token,
        Ask::new(Method::PATCH, &format!("{path}/custom-data")).json(&json!({ "customData": { "c": 3 } })),
    );
    assert_eq!(merged.await.json(), json!({ "b": 2, "c": 3 }), "merged");
    let merged = send(
        &fake,
        &token,
        Ask::new(Method::PATCH, &format!("{path}/profile")).json(&json!({ "profile": { "givenName": "A" } })),
    );
    assert_eq!(merged.await.json(), json!({ "locale": "de-CH", "givenName": "A" }));
    let suspended = send(
        &fake,
        &token,
        Ask::new(Method::PATCH, &format!("{path}/is-suspended")).json(&json!({ "isSuspended": true })),
    );
    assert_eq!(suspended.await.json()["isSuspended"], true);

    let again = send(&fake, &token, Ask::new(Method::POST, "/api/users").json(&json!({ "username": "first" }))).await;
    assert_eq!((again.status, &again.json()["code"]), (422, &json!("user.username_already_in_use")));
    // The slash that a dot segment leaves behind: the user is gone.
    let deleted = send(&fake, &token, Ask::new(Method::DELETE, &format!("{path}/"))).await;
    assert_eq!((deleted.status, deleted.body.len()), (204, 0));
    assert_eq!(get(&fake, &token, &path).await.status, 404);
}

#[tokio::test]
async fn roles_are_assigned_and_seen_from_both_sides() {
    let (fake, token) = started().await;
    let id = |collection: &str, index: usize| fake.rows(collection)[index]["id"].as_str().expect("an id").to_owned();
    let (user, role, other) = (id("users", 0), id("roles", 1), id("roles", 2));
    let roles = format!("/api/users/{user}/roles");
    let assign = |method: Method, ids: &[&str]| Ask::new(method, &roles).json(&json!({ "roleIds": ids }));
    let reply = send(&fake, &token, assign(Method::POST, &[&role])).await;
    assert_eq!((reply.status, reply.json()), (201, json!({ "roleIds": [role], "addedRoleIds": [role] })));
    let reply = send(&fake, &token, assign(Method::POST, &[&role])).await;
    assert_eq!(reply.json()["addedRoleIds"], json!([]), "assigned already");
    assert_eq!(get(&fake, &token, &roles).await.json()[0]["id"], role.as_str());
    assert_eq!(get(&fake, &token, &format!("/api/roles/{role}/users")).await.json()[0]["id"], user.as_str());
    let reply = send(&fake, &token, assign(Method::PUT, &[&other])).await;
    assert_eq!((reply.status, reply.json()), (200, json!({ "roleIds": [other] })));
    assert_eq!(get(&fake, &token, &format!("/api/roles/{role}/users")).await.json(), json!([]));
    let reply = send(&fake, &token, Ask::new(Method::DELETE, &format!("{roles}/{other}"))).await;
    assert_eq!(reply.status, 204);
    let reply = send(&fake, &token, Ask::new(Method::DELETE, &format!("{roles}/{other}"))).await;
    assert_eq!(reply.status, 404);
    let reply = send(&fake, &token, assign(Method::POST, &["nope"])).await;
    assert_eq!(reply.status, 422);

    let users = Ask::new(Method::POST, &format!("/api/roles/{role}/users")).json(&json!({ "userIds": [user] }));
    let reply = send(&fake, &token, users).await;
    assert_eq!((reply.status, reply.header("content-type")), (201, Some("text/plain; charset=utf-8")));
    assert_eq!(reply.text(), "Created");
    assert_eq!(get(&fake, &token, &roles).await.header("total-number"), Some("1"));
}

#[tokio::test]
async fn rows_of_every_kind_are_made_changed_and_deleted() {
    let (fake, token) = started().await;
    let resource = fake.rows("resources")[0]["id"].as_str().expect("an id").to_owned();
    let scopes = format!("/api/resources/{resource}/scopes");
    let table = [
        ("/api/organizations", 201, json!({ "name": "Company" })),
        ("/api/roles", 200, json!({ "name": "Editor", "description": "Edits." })),
        ("/api/applications", 200, json!({ "name": "App", "type": "SPA" })),
        ("/api/resources", 201, json!({ "name": "API", "indicator": "https://api.example.com" })),
        ("/api/organization-roles", 201, json!({ "name": "Owner" })),
        ("/api/organization-scopes", 201, json!({ "name": "read:all" })),
        (scopes.as_str(), 201, json!({ "name": "read:it" })),
    ];
    for (path, status, body) in table {
        let created = send(&fake, &token, Ask::new(Method::POST, path).json(&body)).await;
        assert_eq!(created.status, status, "{path} {}", created.text());
        let row = created.json();
        assert_eq!(row["name"], body["name"], "{path}");
        let own = format!("{path}/{}", row["id"].as_str().expect("an id"));
        let changed = send(&fake, &token, Ask::new(Method::PATCH, &own).json(&json!({ "name": "Other" }))).await;
        assert_eq!((changed.status, &changed.json()["name"]), (200, &json!("Other")), "{own}");
        let listed = get(&fake, &token, &format!("{path}?page_size=100")).await.json();
        let listed = listed.as_array().into_iter().flatten().any(|other| other["id"] == row["id"]);
        assert!(listed, "{own}");
        assert_eq!(send(&fake, &token, Ask::new(Method::DELETE, &own)).await.status, 204, "{own}");
    }
}

#[tokio::test]
async fn the_log_is_newest_first_and_can_be_filtered() {
    let (fake, token) = started().await;
    let logs = get(&fake, &token, "/api/logs").await.json();
    let times: Vec<u64> = logs.as_array().into_iter().flatten().filter_map(|log| log["createdAt"].as_u64()).collect();
    assert!(times.len() == 20 && times.is_sorted_by(|one, next| one > next), "{times:?}");
    let found = get(&fake, &token, "/api/logs?logKey=Interaction.SignIn.Submit&page_size=100").await.json();
    assert!(found.as_array().into_iter().flatten().all(|log| log["key"] == "Interaction.SignIn.Submit"));
    assert_eq!(
        get(&fake, &token, &format!("/api/logs?start_time={}", times[0])).await.header("total-number"),
        Some("1")
    );
}
