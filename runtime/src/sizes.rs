//! How large the future of a call is: it is made for every call, and everything that is held over an await is in it. What can
//! go to another thread.

use reqwest::Method;

use crate::call::{Call, Sending};
use crate::client::Client;
use crate::download::Download;
use crate::error::Error;
use crate::execute::execute;
use crate::multipart::Multipart;
use crate::profile::Profile;
use crate::request::Request;
use crate::upload::Upload;

/// In bytes; the rest of a call is behind pointers. What is larger, the usual allocator of Linux takes much longer to find room
/// for.
const LARGEST: usize = 1_024;

#[test]
fn g2_the_future_of_a_call_is_small() {
    let builder = Client::builder(Profile::new("test/1.0")).base_url("http://localhost:1").anonymous();
    let request = builder.build().unwrap().request(Method::GET, "Get", "/api/x");
    let future = execute(Box::new(request));
    assert!(size_of_val(&future) <= LARGEST, "{} bytes", size_of_val(&future));
}

#[test]
fn g2_what_callers_hold_can_go_to_another_thread() {
    fn goes<T: Send + 'static>() {}
    fn is_shared<T: Send + Sync + 'static>() {}
    goes::<Download>();
    goes::<Sending<Download>>();
    is_shared::<Upload>();
    is_shared::<Multipart>();
    is_shared::<Request>();
    is_shared::<Call<Download>>();
    is_shared::<Client>();
    is_shared::<Error>();
}
