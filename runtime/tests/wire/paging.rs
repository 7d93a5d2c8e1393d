//! Lists over several pages.

use logto_runtime::{Method, Paged};

use crate::server::{Answer, Seen, Server, json};
use crate::{client, soon};

fn parameter(seen: &Seen, name: &str) -> Option<u64> {
    let pairs = seen.query.split('&').filter_map(|pair| pair.split_once('='));
    pairs.filter(|(key, _)| *key == name).map(|(_, value)| value.parse().unwrap()).next()
}

/// Rows from 0 as a server pages them.
fn rows(seen: &Seen, count: u64) -> Answer {
    let (page, size) = (parameter(seen, "page").unwrap_or(1), parameter(seen, "page_size").unwrap_or(20));
    let from = (page - 1) * size;
    let body = format!("{:?}", (from.min(count)..(from + size).min(count)).collect::<Vec<_>>());
    json(200, &body)
}

/// A server with so many rows that tells their total and wrong links.
async fn list(count: u64) -> Server {
    Server::start(move |seen, _| {
        let next =
            format!(r#"<http://127.0.0.1:1/users?page={}>; rel="next""#, parameter(seen, "page").unwrap_or(1) + 1);
        let answer = rows(seen, count).header("total-number", &count.to_string());
        let more = parameter(seen, "page").unwrap_or(1) * parameter(seen, "page_size").unwrap_or(20) < count;
        if more { answer.header("link", &next) } else { answer }
    })
    .await
}

fn numbers(client: &logto_runtime::Client) -> Paged<i64> {
    client.request(Method::GET, "List", "/api/rows").list()
}

#[tokio::test]
async fn all_items_come_in_order() {
    // Rows; page size; requests that are made.
    let cases = [
        (0, None, 1),
        (1, None, 1),
        (99, None, 1),
        (100, None, 2),
        (250, None, 3),
        (60, Some(20), 4),
        (61, Some(20), 4),
    ];
    for (count, size, requests) in cases {
        let server = list(count).await;
        let (client, _) = client(&server);
        let list = size.map_or(numbers(&client), |size| numbers(&client).page_size(size));
        let all = soon(list.clone().all()).await.unwrap();
        assert_eq!(all, (0..count as i64).collect::<Vec<_>>(), "{count} {size:?}");
        assert_eq!(server.calls().len(), requests, "{count} {size:?}");
        let mut items = list.items().prefetch(3);
        let mut streamed = Vec::new();
        while let Some(item) = soon(items.next()).await {
            streamed.push(item.unwrap());
        }
        assert_eq!(streamed, all, "{count} {size:?}");
    }
}

#[tokio::test]
async fn one_page_tells_about_the_list() {
    let server = list(250).await;
    let (client, _) = client(&server);
    let page = soon(numbers(&client).page(3).page_size(20).send()).await.unwrap();
    assert_eq!((page.items.len(), page.total, page.total_is_capped), (20, Some(250), false));
    assert_eq!((page.number, page.size, page.links.next), (Some(3), Some(20), Some(4)));
    assert_eq!(server.calls()[0].query, "page=3&page_size=20");
    let page = soon(numbers(&client).send()).await.unwrap();
    assert_eq!((page.items.len(), page.number), (20, None));
    assert_eq!(server.calls()[1].query, "");
}

#[tokio::test]
async fn a_server_that_pages_only_when_asked() {
    let server = Server::start(|seen, _| {
        if seen.query.is_empty() { json(200, &format!("{:?}", (0..130).collect::<Vec<_>>())) } else { rows(seen, 130) }
    })
    .await;
    let (client, _) = client(&server);
    let page = soon(numbers(&client).if_asked().send()).await.unwrap();
    assert_eq!((page.items.len(), page.total, page.number), (130, None, None));
    assert_eq!(soon(numbers(&client).if_asked().all()).await.unwrap().len(), 130);
    assert_eq!(server.calls().len(), 3);
}

#[tokio::test]
async fn a_server_that_gives_smaller_pages_is_read_to_the_end() {
    let server = Server::start(|seen, _| {
        let page = parameter(seen, "page").unwrap_or(1);
        let body = format!("{:?}", ((page - 1) * 10..(page * 10).min(35)).collect::<Vec<_>>());
        json(200, &body).header("total-number", "35")
    })
    .await;
    let (client, _) = client(&server);
    assert_eq!(soon(numbers(&client).all()).await.unwrap(), (0..35).collect::<Vec<_>>());
}

#[tokio::test]
async fn repeats_can_be_left_out() {
    // A row was added while the list was read, so the last one of a page comes again.
    let server = Server::start(|seen, _| match parameter(seen, "page") {
        Some(1) => json(200, "[0, 1]"),
        Some(2) => json(200, "[1, 2]"),
        _ => json(200, "[3]"),
    })
    .await;
    let (client, _) = client(&server);
    let mut items = numbers(&client).page_size(2).items().dedup_by_id(|item| *item);
    let mut found = Vec::new();
    while let Some(item) = soon(items.next()).await {
        found.push(item.unwrap());
    }
    assert_eq!(found, [0, 1, 2, 3]);
}

#[tokio::test]
async fn items_inside_a_member() {
    let server = Server::start(|_, _| json(200, r#"{"organizations":[1,2],"x":0}"#)).await;
    let (client, _) = client(&server);
    let page = soon(numbers(&client).within("organizations").send()).await.unwrap();
    assert_eq!(page.items, [1, 2]);
    let error = soon(numbers(&client).within("rows").send()).await.unwrap_err();
    assert!(error.is_decode() && error.to_string().contains("`rows`"), "{error}");
    let texts = client.request(Method::GET, "List", "/api/rows").list::<String>().within("organizations");
    let error = soon(texts.send()).await.unwrap_err();
    assert!(error.to_string().contains("`organizations[0]`"), "{error}");
}
