//! The dynamic search keys.

use serde_json::json;

use super::{get, started};

#[tokio::test]
async fn searches_of_45_users() {
    let (fake, token) = started().await;
    let table = [
        ("search=%25user000%25", "10"),
        ("search=user0001", "1"),
        ("search=User+000_", "10"),
        ("search.username=user0000&mode.username=exact", "1"),
        ("search.username=USER0000&mode.username=exact", "0"),
        ("search.username=USER0000", "1"),
        ("search.username=USER0000&isCaseSensitive=true", "0"),
        ("search.username=user0000&search.username=user0002&mode.username=exact", "2"),
        ("search.username=user0000&search.primaryEmail=user0002%40example.com", "2"),
        ("search.username=user0000&search.primaryEmail=user0002%40example.com&joint=and", "0"),
        ("search.primaryEmail=%25%40example.com&mode.primaryEmail=like&isCaseSensitive=true&joint=and", "23"),
        ("search.username=user000(1%7C2)&mode.username=similar_to&isCaseSensitive=true", "2"),
        ("search.username=user000%5C_", "0"),
        ("search.username=user000_", "10"),
        ("search.username=%5Euser000&mode.username=posix", "10"),
        ("search.primary_email=user0002%40example.com", "1"),
    ];
    for (query, total) in table {
        let reply = get(&fake, &token, &format!("/api/users?{query}")).await;
        assert_eq!(reply.status, 200, "{query} {}", reply.text());
        assert_eq!(reply.header("total-number"), Some(total), "{query}");
        assert_eq!(fake.last_request().map(|record| record.issues), Some(Vec::new()), "{query}");
    }
}

#[tokio::test]
async fn refused_searches() {
    let (fake, token) = started().await;
    let fields = "expect one of id, primary_email, primary_phone, username, name.";
    let modes = "expect one of exact, like, similar_to, posix.";
    let table = [
        ("search.nofield=a", format!("Input is invalid. Search field `nofield` is not valid, {fields}")),
        (
            "search.name=a&mode.name=1",
            format!("Input is invalid. Search match mode `1` for field `name` is not valid, {modes}"),
        ),
        ("search=", "Input is invalid. Search value cannot be empty.".to_owned()),
        (
            "search.name=a&mode.name=similar_to",
            "Input is invalid. Cannot use case-insensitive match for `similar to`.".to_owned(),
        ),
    ];
    for (query, message) in table {
        let reply = get(&fake, &token, &format!("/api/users?{query}")).await;
        let expected = json!({ "code": "request.invalid_input", "data": {}, "message": message });
        assert_eq!((reply.status, reply.json()), (400, expected), "{query}");
    }
}
