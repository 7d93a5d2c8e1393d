//! What errors say about values: nothing.

use super::reason;

#[test]
fn a_reason_names_no_value() {
    let cases = [
        (r#"invalid type: string "hunter2", expected u64 at line 1 column 9"#, "expected u64, found string"),
        (r#"invalid type: string "a, expected b", expected i64"#, "expected i64, found string"),
        ("invalid type: null, expected a string", "expected a string, found null"),
        ("invalid type: integer `7`, expected a string", "expected a string, found integer"),
        ("invalid type: floating point `7.5`, expected u64", "expected u64, found floating point"),
        ("invalid type: map, expected a sequence", "expected a sequence, found map"),
        ("invalid value: integer `-1`, expected u8", "expected u8, found integer"),
        ("invalid length 3, expected a tuple of size 2", "expected a tuple of size 2"),
        ("missing field `id` at line 3 column 4", "missing field `id`"),
        ("duplicate field `id`", "duplicate field `id`"),
        ("unknown variant `hunter2`, expected `a` or `b`", "the value is not one of those that are known"),
        ("hunter2 is not nice", "the value does not fit"),
    ];
    for (message, expected) in cases {
        let found = reason(message);
        assert_eq!(found, expected);
        assert!(!found.contains("hunter2"));
    }
}
