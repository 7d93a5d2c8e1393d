//! The public names that `regen` shows before they are kept for good.

use logto_generator::lock::Lock;
use logto_generator::released;

use super::support::step;

const FIRST: &str = "paths: {/users: {get: {operationId: ListUsers, tags: [Users], parameters: [{in: query, name: order, schema: {type: string, enum: [asc, desc]}}], responses: {'200': {description: d, content: {application/json: {schema: {$ref: '#/components/schemas/User'}}}}}}}}
components: {schemas: {User: {type: object, properties: {id: {type: string}}}}}";

fn new_names(release: &str, document: &str, lock: &str) -> Vec<String> {
    let made = step(release, document, "", lock).unwrap_or_else(|error| panic!("{error}")).modelled;
    let lock = Lock::parse(lock).expect("a lock");
    lock.new_names(&released::entries(&made.model, &made.names, &lock))
}

#[test]
fn new_public_names_are_listed_once() {
    let all = ["operation ListUsers: list_users, order", "tag Users: users", "type Order: Asc, Desc", "type User: id"];
    assert_eq!(new_names("1.0.0", FIRST, ""), all);
    let lock = step("1.0.0", FIRST, "", "").expect("the first release").lock;
    assert_eq!(new_names("1.0.0", FIRST, &lock), [""; 0]);
    let more = FIRST.replace("[asc, desc]", "[asc, desc, none]").replace("id: {", "name: {type: string}, id: {");
    assert_eq!(new_names("1.1.0", &more, &lock), ["type Order: None", "type User: name"]);
}
