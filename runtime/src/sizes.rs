//! How large the future of a call is: it is made for every call, and everything that is held over an await is in it.

use reqwest::Method;

use crate::client::Client;
use crate::execute::execute;
use crate::profile::Profile;

/// In bytes; the rest of a call is behind pointers.
const LARGEST: usize = 3_328;

#[test]
fn g2_the_future_of_a_call_is_small() {
    let builder = Client::builder(Profile::new("test/1.0")).base_url("http://localhost:1").anonymous();
    let request = builder.build().unwrap().request(Method::GET, "Get", "/api/x");
    let future = execute(request);
    assert!(size_of_val(&future) <= LARGEST, "{} bytes", size_of_val(&future));
}
