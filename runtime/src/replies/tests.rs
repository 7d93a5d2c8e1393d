//! Which of several replies one is.

use reqwest::StatusCode;

use super::Form::{self, Bytes, Empty, Json, Text};
use super::When::{self, Class, Default, Status};
use super::{Accepts, best};

const fn case(when: When, body: Form) -> Accepts {
    Accepts { when, body }
}

#[test]
fn the_closest_status_and_the_likest_body_win() {
    let all = [
        case(Default, Json),
        case(Class(2), Json),
        case(Status(200), Json),
        case(Status(200), Text),
        case(Status(200), Bytes),
        case(Status(200), Empty),
        case(Status(204), Empty),
    ];
    // Status; content type; whether there is no body; the case.
    let cases = [
        (200, Some("application/json"), false, 2),
        (200, Some("application/problem+json"), false, 2),
        (200, Some("APPLICATION/JSON; charset=utf-8"), false, 2),
        (200, Some("text/csv"), false, 3),
        (200, Some("application/xml"), false, 3),
        (200, Some("image/png"), false, 4),
        (200, Some("application/json"), true, 5),
        (200, None, true, 5),
        (200, None, false, 2),
        (204, Some("text/plain"), false, 6),
        (206, Some("text/plain"), false, 1),
        (304, None, true, 0),
    ];
    for (status, content_type, is_empty, expected) in cases {
        let found = best(all.into_iter(), StatusCode::from_u16(status).unwrap(), content_type, is_empty);
        assert_eq!(found, Some(expected), "{status} {content_type:?} {is_empty}");
    }
    // A status that is named goes before any body.
    let found =
        best([case(Status(200), Json), case(Default, Text)].into_iter(), StatusCode::OK, Some("text/plain"), false);
    assert_eq!(found, Some(0));
    assert_eq!(best([case(Status(200), Json)].into_iter(), StatusCode::CREATED, None, true), None);
}
