//! `readOnly` and `writeOnly`: what is required of one side only.

use logto_generator::model::Access;

use super::{both_ways, facts, keep, lines, received, sent};

const ACCOUNT: &str = "Root: {type: object, required: [id, name, password], properties: {id: {type: string, readOnly: true}, name: {type: string}, password: {type: string, writeOnly: true}, inner: {$ref: '#/components/schemas/Inner'}}}, Inner: {type: object, required: [at], properties: {at: {type: integer, readOnly: true}}}";

#[test]
fn what_only_the_other_side_gives_is_not_required() {
    let modelled = received(ACCOUNT);
    assert_eq!(
        lines(&modelled),
        ["Inner { at: int }", "Root { id: text, inner?: Inner, name: text, password?: text }"]
    );
    keep(&modelled, &[r#"{"id": "i", "name": "n"}"#], ACCOUNT);
    let modelled = sent(ACCOUNT);
    assert_eq!(
        lines(&modelled),
        ["Inner { at?: int }", "Root { id?: text, inner?: Inner, name: text, password: text }"]
    );
    keep(&modelled, &[r#"{"name": "n", "password": "p"}"#], ACCOUNT);
    // Both ways it stays one type.
    let modelled = both_ways(ACCOUNT);
    assert_eq!(
        lines(&modelled)[..2],
        ["Inner { at?: int }", "Root { id?: text, inner?: Inner, name: text, password?: text }"]
    );
    let access: Vec<Option<Access>> = facts(&modelled).iter().map(|facts| facts.access).collect();
    assert_eq!(access, [Some(Access::Read), None, None, Some(Access::Write)]);
}
