//! Pages: limits, totals, and `Link` lines that are wrong on purpose.

use logto_tests::fake::PAGED_IF_ASKED;
use serde_json::json;

use super::{get, started};

#[tokio::test]
async fn pages_of_45_users() {
    let (fake, token) = started().await;
    // query, rows, links without their beginning
    let table = [
        ("", 20, "users?page=1|first users?page=3|last users?page=2|next"),
        ("?page=", 20, "users?page=1|first users?page=3|last users?page=2|next"),
        ("?page=1.5", 20, "users?page=1|first users?page=3|last users?page=2|next"),
        ("?page=3", 5, "users?page=1|first users?page=2|prev users?page=3|last"),
        ("?page=4", 0, "users?page=1|first users?page=3|prev users?page=3|last"),
        ("?page=1000000000000", 0, "users?page=1|first users?page=999999999999|prev users?page=3|last"),
        ("?page_size=100", 45, "users?page_size=100&page=1|first users?page_size=100&page=1|last"),
        (
            "?page=2&page_size=10&search.name=%25User%25",
            10,
            "users?page=1&page_size=10&search.name=%25User%25|first users?page=1&page_size=10&search.name=%25User%25|prev \
             users?page=5&page_size=10&search.name=%25User%25|last users?page=3&page_size=10&search.name=%25User%25|next",
        ),
        (
            "?search.name=User+0001&search.name=User+0002&mode.name=exact",
            2,
            "users?search.name=User+0001%2CUser+0002&mode.name=exact&page=1|first \
             users?search.name=User+0001%2CUser+0002&mode.name=exact&page=1|last",
        ),
    ];
    for (query, rows, links) in table {
        let reply = get(&fake, &token, &format!("/api/users{query}")).await;
        assert_eq!(reply.status, 200, "{query}");
        assert_eq!(reply.json().as_array().map(Vec::len), Some(rows), "{query}");
        let start = format!("<{}/", fake.endpoint());
        let found: Vec<String> = reply
            .all("link")
            .into_iter()
            .map(|line| line.replace(&start, "").replace(">; rel=\"", "|").replace('"', ""))
            .collect();
        assert_eq!(found.join(" "), links, "{query}");
    }
}

#[tokio::test]
async fn refused_pages() {
    let (fake, token) = started().await;
    let invalid = "guard.invalid_pagination";
    let table = [
        ("page=0", 400, invalid),
        ("page=-1", 400, invalid),
        ("page=abc", 400, invalid),
        ("page=1&page=2", 400, invalid),
        ("page_size=0", 400, invalid),
        ("page_size=101", 400, invalid),
        ("page_size=1000", 400, invalid),
        ("page=99999999999999999999", 422, "entity.invalid_input"),
    ];
    for (query, status, code) in table {
        let reply = get(&fake, &token, &format!("/api/users?{query}")).await;
        assert_eq!((reply.status, &reply.json()["code"]), (status, &json!(code)), "{query}");
    }
}

#[tokio::test]
async fn fifteen_lists_are_whole_unless_asked() {
    let fake = logto_tests::FakeLogto::stateless().await;
    let token = logto_tests::http::token(&fake.endpoint(), fake.app_id(), fake.app_secret()).await.expect("a token");
    fake.set_rows(25);
    let mut paged = 0;
    for operation in fake.document().operations.iter().filter(|operation| operation.pages()) {
        let target = operation.template.replace(['{', '}'], "");
        let if_asked = PAGED_IF_ASKED.contains(&operation.template.as_str());
        let whole = get(&fake, &token, &target).await;
        let rows = |body: &serde_json::Value| body.as_array().or(body["organizations"].as_array()).map(Vec::len);
        assert_eq!(rows(&whole.json()), Some(if if_asked { 25 } else { 20 }), "{target}");
        assert_eq!(whole.header("total-number"), if if_asked { None } else { Some("25") }, "{target}");
        let page = get(&fake, &token, &format!("{target}?page=2")).await;
        assert_eq!(rows(&page.json()), Some(5), "{target}");
        assert_eq!(page.header("total-number"), Some("25"), "{target}");
        paged += 1;
    }
    assert!(paged >= 29, "{paged}");
}

#[tokio::test]
async fn a_total_is_capped_where_asked() {
    let fake = logto_tests::FakeLogto::stateless().await;
    let token = logto_tests::http::token(&fake.endpoint(), fake.app_id(), fake.app_secret()).await.expect("a token");
    fake.set_rows(10_050);
    let capped = get(&fake, &token, "/api/logs?enableCap=true&page=2").await;
    assert_eq!(capped.header("total-number"), Some("10001"));
    assert_eq!(capped.header("total-number-is-capped"), Some("true"));
    let relations: Vec<bool> = ["first", "prev", "last", "next"]
        .iter()
        .map(|relation| capped.all("link").iter().any(|line| line.contains(relation)))
        .collect();
    assert_eq!(relations, [true, true, false, false]);
    let full = get(&fake, &token, "/api/logs?page=2").await;
    assert_eq!(full.header("total-number"), Some("10050"));
    assert_eq!(full.header("total-number-is-capped"), None);
}

#[tokio::test]
async fn what_a_link_names_is_a_page_for_browsers() {
    let (fake, _) = started().await;
    let reply = logto_tests::http::Ask::get("/users?page=2").send(&fake.endpoint()).await.expect("a reply");
    assert_eq!(reply.status, 200);
    assert_eq!(reply.header("content-type"), Some("text/html; charset=utf-8"));
}
