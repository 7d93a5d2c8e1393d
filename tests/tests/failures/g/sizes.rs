//! What can go to other threads, and how large it is. A future that grows makes every task that awaits it grow.

use logto_management::types::User;
use logto_management::webhook::WebhookVerifier;
use logto_management::{Call, Client, Error, Items, Page, Paged, Pages, Receiving, Response, Secret, Sending};

fn goes<T: Send + Sync + 'static>() {}

fn moves<T: Send>(_: &T) {}

#[test]
fn g2_everything_goes_to_other_threads() {
    goes::<Client>();
    goes::<Error>();
    goes::<Secret>();
    goes::<Response<User>>();
    goes::<Page<User>>();
    goes::<WebhookVerifier>();
}

#[tokio::test]
async fn g2_futures_go_to_other_threads_and_are_small() {
    let client = Client::builder().self_hosted("http://localhost:1").client_credentials("a", "b").no_proxy();
    let logto = client.build().expect("a client");
    let sending = logto.get_user("u").send();
    let receiving = logto.get_user("u").response();
    let all = logto.list_users().all();
    let mut items = logto.list_users().items();
    let next = items.next();
    moves(&sending);
    moves(&receiving);
    moves(&all);
    moves(&next);
    let word = size_of::<usize>();
    // In words. What is on the way is behind a pointer.
    let sizes = [
        ("Client", size_of::<Client>(), 1),
        ("Error", size_of::<Error>(), 1),
        ("Result<(), Error>", size_of::<Result<(), Error>>(), 1),
        ("Sending<User>", size_of::<Sending<User>>(), 3),
        ("Receiving<User>", size_of::<Receiving<User>>(), 3),
        ("Call<User>", size_of::<Call<User>>(), 96),
        ("Paged<User>", size_of::<Paged<User>>(), 96),
        ("Items<User>", size_of::<Items<User>>(), 160),
        ("Pages<User>", size_of::<Pages<User>>(), 160),
        ("the future of all()", size_of_val(&all), 256),
        ("the future of next()", size_of_val(&next), 16),
    ];
    for (name, size, words) in sizes {
        assert!(size <= words * word, "{name} has {} words, {words} are allowed", size / word);
    }
}
