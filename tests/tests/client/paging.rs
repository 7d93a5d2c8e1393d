//! Lists, page by page and as a whole.

use logto_management::Search;
use logto_tests::FakeLogto;
use logto_tests::fake::{Answer, Settings};
use serde_json::json;

use super::{builder, started, values};

#[tokio::test]
async fn one_page_with_its_total() {
    let (_fake, logto) = started().await;
    let page = logto.list_users().page(2).page_size(20).send().await.expect("a page");
    assert_eq!((page.items.len(), page.total, page.number, page.size), (20, Some(45), Some(2), Some(20)));
    assert!(!page.total_is_capped);
    let past = logto.list_users().page(4).send().await.expect("a page");
    assert_eq!((past.items.len(), past.total), (0, Some(45)));
}

#[tokio::test]
async fn all_items_in_three_ways() {
    let (fake, logto) = started().await;
    let mut items = logto.list_users().page_size(20).items();
    let mut ids = Vec::new();
    while let Some(user) = items.next().await {
        ids.push(user.expect("a user").id);
    }
    assert_eq!((ids.len(), values(&fake, "page")), (45, vec!["1".to_owned(), "2".to_owned(), "3".to_owned()]));
    let all = logto.list_users().page_size(20).all().await.expect("all users");
    assert_eq!(all.iter().map(|user| &user.id).collect::<Vec<_>>(), ids.iter().collect::<Vec<_>>());
    let mut pages = logto.list_users().page_size(30).pages();
    let mut sizes = Vec::new();
    while let Some(page) = pages.next().await {
        sizes.push(page.expect("a page").items.len());
    }
    assert_eq!(sizes, [30, 15]);
}

#[tokio::test]
async fn every_page_carries_the_same_search() {
    let (fake, logto) = started().await;
    let search = Search::new().exact("username", ["user0001", "user0002", "user0003"]).like("name", "User%");
    let found = logto.list_users().search(search).page_size(2).all().await.expect("users");
    assert_eq!(found.len(), 45, "conditions are joined with or");
    let pages = fake.requests();
    assert_eq!(pages.len(), 23);
    for page in &pages {
        assert_eq!(page.query_values("search.username"), ["user0001", "user0002", "user0003"]);
        assert_eq!((page.query_values("mode.username"), page.issues.len()), (vec!["exact".to_owned()], 0));
    }
}

#[tokio::test]
async fn a_list_that_pages_if_asked_is_whole_or_paged() {
    let fake = FakeLogto::stateless().await;
    let logto = builder(&fake).build().expect("a client");
    fake.set_rows(130);
    let whole = logto.list_applications().send().await.expect("all rows");
    assert_eq!((whole.items.len(), whole.total, whole.number), (130, None, None));
    assert!(values(&fake, "page").is_empty());
    let page = logto.list_applications().page(2).page_size(100).send().await.expect("a page");
    assert_eq!((page.items.len(), page.total), (30, Some(130)));
    assert_eq!(logto.list_applications().all().await.expect("all rows").len(), 130);
    assert_eq!(logto.list_application_user_consent_organizations("a", "u").all().await.expect("rows").len(), 130);
}

#[tokio::test]
async fn a_capped_total_ends_with_an_empty_page() {
    let fake = FakeLogto::start_with(0, Settings { stateless: true, rows: 10_250, ..Settings::default() })
        .await
        .expect("a port");
    let logto = builder(&fake).build().expect("a client");
    let mut pages = logto.list_logs().enable_cap(true).page(100).page_size(100).pages();
    let mut rows = Vec::new();
    while let Some(page) = pages.next().await {
        let page = page.expect("a page");
        assert!(page.total_is_capped && page.total == Some(10_001));
        rows.push(page.items.len());
    }
    assert_eq!(rows.iter().sum::<usize>(), 350, "{rows:?}");
}

#[tokio::test]
async fn an_error_in_the_middle_comes_after_the_items_before_it() {
    let (fake, logto) = started().await;
    let mut items = logto.list_users().page_size(20).items();
    for _ in 0..20 {
        items.next().await.expect("an item").expect("a user");
    }
    fake.answer_next("ListUsers", Answer::json(422, &json!({ "code": "entity.invalid_input", "message": "no" })));
    let error = items.next().await.expect("an item").expect_err("422");
    assert_eq!(error.code(), Some("entity.invalid_input"));
    assert!(items.next().await.is_none(), "then it ends");
    assert_eq!(items.next_page(), 2, "from where it can be taken up again");
}

#[tokio::test]
async fn page_sizes_out_of_range_are_never_sent() {
    let (fake, logto) = started().await;
    for size in [0, 101, u64::MAX] {
        let error = logto.list_users().page_size(size).send().await.expect_err("an error");
        assert!(error.is_input(), "{size}: {error:?}");
    }
    assert_eq!((fake.requests().len(), fake.token_requests()), (0, 0));
}
