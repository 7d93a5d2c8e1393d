//! D1 and D13: what a `Link` header can and cannot do.

use logto_runtime::reqwest::header::{HeaderValue, LINK};
use logto_runtime::{HeaderMap, Links};
use logto_tests::FaultServer;
use proptest::prelude::*;

use super::rows::{Answer, Rows};
use super::{client, drain, list, soon};

#[tokio::test]
async fn d1_a_link_is_never_followed_nor_given_the_token() {
    let attacker = FaultServer::start([]).await.expect("a port");
    let host = attacker.endpoint().replace("http://", "");
    let links = [
        // Another origin, in clear text and not; credentials; no origin; and the real server's, without its `/api`.
        format!("<http://{host}/api/rows?page=2&page_size=20>; rel=\"next\""),
        format!("<https://{host}/api/rows?page=2>; rel=\"next\""),
        format!("<//{host}/api/rows?page=2>; rel=next"),
        format!("<http://127.0.0.1@{host}/api/rows?page=2>; rel=\"next\""),
        format!("<http://user:password@{host}/?page=2>; rel=\"next\", <http://{host}/?page=3>; rel=\"last\""),
        "</rows?page=2&page_size=20>; rel=\"next\"".to_owned(),
    ];
    for link in links {
        let rows: Vec<i64> = (0..50).collect();
        let shown = link.clone();
        let server = Rows::serve(move |asked| Answer::page(asked, &rows).total(50).header("link", &link)).await;
        let (found, error) = drain(list(&client(&server)).page_size(20).items().prefetch(2)).await;
        assert!(error.is_none() && found.len() == 50, "{shown}: {error:?}");
        assert!(server.asked().iter().all(|asked| asked.path == "/api/rows"), "{shown}");
        let page = soon(list(&client(&server)).send()).await.expect("a page");
        assert_eq!(page.links.next, Some(2), "its number is shown all the same: {shown}");
    }
    assert!(attacker.connections().is_empty());
}

fn links(first: u64, prev: u64, next: u64, last: u64) -> Links {
    let some = |number| (number > 0).then_some(number);
    let mut links = Links::default();
    (links.first, links.prev, links.next, links.last) = (some(first), some(prev), some(next), some(last));
    links
}

fn parsed<'a>(lines: impl IntoIterator<Item = &'a str>) -> Links {
    let mut headers = HeaderMap::new();
    for line in lines {
        headers.append(LINK, HeaderValue::from_str(line).expect("a value"));
    }
    Links::parse(&headers, "page")
}

#[test]
fn d13_links_in_one_line_or_several() {
    let logto = "http://localhost:3001/users";
    let one =
        |page: u32, rel: &str| format!(r#"<{logto}?page={page}&page_size=20&search.name=%25User%25>; rel="{rel}""#);
    let cases: Vec<(Vec<String>, Links)> = vec![
        (vec![], Links::default()),
        (vec![one(1, "first"), one(2, "prev"), one(13, "last"), one(4, "next")], links(1, 2, 4, 13)),
        (vec![format!("{}, {},{}", one(1, "first"), one(3, "last"), one(2, "next"))], links(1, 0, 2, 3)),
        (vec!["<?page=2>; rel=next".to_owned()], links(0, 0, 2, 0)),
        (vec!["<?page=2>; title=\"a, b; c\"; REL=\"Next last\"".to_owned()], links(0, 0, 2, 2)),
        (vec!["<?page=2>; title=\"a; rel=first, <?page=7>; rel=last\"; rel=next".to_owned()], links(0, 0, 2, 0)),
        (vec![r#"<?page=2>; title="a \"; rel=first"; rel=next"#.to_owned()], links(0, 0, 2, 0)),
        (vec!["<?page=2>; rel=next; rel=last".to_owned()], links(0, 0, 2, 0)),
        (
            vec!["<http://h/?a=1,2;3&page=5>; rel=\"next\", <http://h/?page=9>; rel=\"last\"".to_owned()],
            links(0, 0, 5, 9),
        ),
        (vec!["<?page=2&page=3>; rel=next".to_owned()], links(0, 0, 3, 0)),
        (vec!["<?page=2>; rel=next".to_owned(), "<?page=7>; rel=next".to_owned()], links(0, 0, 2, 0)),
        (vec!["<?page=-1>; rel=next".to_owned()], Links::default()),
        (vec!["<?page=99999999999999999999>; rel=next".to_owned()], Links::default()),
        (vec!["<>; rel=next".to_owned()], Links::default()),
        (vec!["<?page=2".to_owned()], Links::default()),
        (vec!["garbage".to_owned()], Links::default()),
        (vec!["<?page=2>".to_owned()], Links::default()),
    ];
    for (lines, expected) in cases {
        assert_eq!(parsed(lines.iter().map(String::as_str)), expected, "{lines:?}");
    }
}

/// Each of these takes a parser that looks back about as many steps as there are bytes, squared.
#[tokio::test]
async fn d13_a_header_of_a_megabyte_takes_no_time() {
    const MANY: usize = 1_000_000;
    let inputs = [
        "<".repeat(MANY),
        ">".repeat(MANY),
        "<>".repeat(MANY / 2),
        "<a>;".repeat(MANY / 4),
        "<a>,".repeat(MANY / 4),
        format!("<?page=2>{}rel=next", ";".repeat(MANY)),
        format!("<?page=2>{}rel=next", ";\"".repeat(MANY / 2)),
        format!("<?page=2>;a=\"{}", "\\\"".repeat(MANY / 2)),
        format!("<{}?page=2>; rel=next", "a".repeat(MANY)),
        format!("<?{}page=2>; rel=next", "page=1&".repeat(MANY / 7)),
        format!("<?page=2>; rel=\"{}next\"", "x ".repeat(MANY / 2)),
        "<?page=2>; rel=next,".repeat(MANY / 20),
    ];
    for input in inputs {
        let shown: String = input.chars().take(40).collect();
        let work = tokio::task::spawn_blocking(move || parsed([input.as_str()]));
        let found = soon(work).await.expect("no panic");
        assert!(found.next.is_none_or(|next| next == 2), "{shown}");
    }
}

proptest! {
    /// Whatever bytes a header may hold, reading it ends, and well.
    #[test]
    fn d13_any_header_is_read(lines in proptest::collection::vec(
        prop_oneof![
            proptest::collection::vec(prop_oneof![0x20_u8..0x7f, 0x80_u8..=0xff], 0..200),
            r#"[<>;,="\\ relnxtpag?&0-9]{0,120}"#.prop_map(String::into_bytes),
        ],
        0..4,
    )) {
        let mut headers = HeaderMap::new();
        for line in &lines {
            headers.append(LINK, HeaderValue::from_bytes(line).expect("a value"));
        }
        Links::parse(&headers, "page");
    }

    /// Links are found again, whatever is in their URLs and attributes, in one line or in several.
    #[test]
    fn d13_links_are_found_again(
        numbers in proptest::array::uniform4(1_u64..1_000_000),
        path in "[a-z,;='/]{0,12}",
        title in "[a-z ,;=<>]{0,12}",
        after in any::<bool>(),
        joined in any::<bool>(),
    ) {
        let relations = ["first", "prev", "next", "last"];
        let lines: Vec<String> = relations
            .iter()
            .zip(numbers)
            .map(|(relation, number)| {
                let (rel, title) = (format!("rel=\"{relation}\""), format!("title=\"{title}\""));
                let attributes = if after { format!("{rel}; {title}") } else { format!("{title};{rel}") };
                format!("<http://h/{path}?q=a,b;c&page={number}&page_size=20>; {attributes}")
            })
            .collect();
        let [first, prev, next, last] = numbers;
        let joined_line = lines.join(", ");
        let found = if joined { parsed([joined_line.as_str()]) } else { parsed(lines.iter().map(String::as_str)) };
        prop_assert_eq!(found, links(first, prev, next, last));
    }
}
