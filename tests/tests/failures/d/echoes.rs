//! R11: pages that repeat the page before.

use super::rows::{Answer, Rows};
use super::{client, drain, list, soon};

/// Pages that repeat the ids of the page before, although no two are the same.
#[tokio::test]
async fn r11_pages_that_repeat_their_ids_are_an_error() {
    // How a row of a page is written.
    let rows: [fn(u64, u64) -> String; 4] = [
        |page, row| format!(r#"{{"seen":{page},"id":{row}}}"#),
        |page, row| format!(r#"{{"id":"row {row}","seen":{{"at":[{page}]}}}}"#),
        // All but one.
        |page, row| if row == 0 { format!("{}", page + 1000) } else { format!("{row}") },
        |page, row| if row == 0 { format!("[{page}]") } else { format!("[[{row},null,true,1.5]]") },
    ];
    for row in rows {
        // What is told as the total.
        for total in [None, Some("1000000000"), Some("18446744073709551615"), Some("capped")] {
            for within in [false, true] {
                let server = Rows::serve(move |asked| {
                    let items: Vec<String> = (0..20).map(|number| row(asked.page, number)).collect();
                    let items = items.join(",");
                    let body =
                        if within { format!(r#"{{"n":1,"rows":[{items}],"id":7}}"#) } else { format!("[{items}]") };
                    match total {
                        None => Answer::json(body),
                        Some("capped") => Answer::json(body).total(1).header("total-number-is-capped", "true"),
                        Some(total) => Answer::json(body).total(total),
                    }
                })
                .await;
                let client = client(&server);
                let list =
                    client.request(logto_runtime::Method::GET, "ListRows", "/api/rows").list::<serde_json::Value>();
                let list = if within { list.within("rows") } else { list }.page_size(20);
                for prefetch in [0, 3] {
                    let mut items = list.clone().items().prefetch(prefetch);
                    let read = async {
                        loop {
                            if let Err(error) = items.next().await.expect("no end before the error") {
                                return error;
                            }
                        }
                    };
                    let error = soon(read).await;
                    assert!(error.is_paging() && error.to_string().contains("page before"), "{error}");
                }
                assert!(server.asked().len() <= 16, "{}", server.asked().len());
            }
        }
    }
}

/// The same page again and again is one, also where the total is the largest number there is.
#[tokio::test]
async fn r11_the_same_page_of_the_largest_total_is_an_error() {
    let server = Rows::serve(|_| Answer::json(format!("{:?}", (0..10).collect::<Vec<_>>())).total(u64::MAX)).await;
    let (found, error) = drain(list(&client(&server)).page_size(10).items()).await;
    assert!(found.len() == 10 && error.is_some_and(|error| error.is_paging()));
    assert!(server.asked().len() <= 3, "{}", server.asked().len());
}
