//! What the tests of this workspace stand on: a fake Logto, a server made from any document, a server that breaks
//! connections on purpose, and helpers.
//!
//! Without the feature `logto` only [`served`] is there: what the tests of crates for other documents need.

mod answer;
#[cfg(feature = "logto")]
pub mod attack;
#[cfg(feature = "logto")]
pub mod driver;
#[cfg(feature = "logto")]
pub mod fake;
#[cfg(feature = "logto")]
pub mod fault;
#[cfg(feature = "logto")]
pub mod fuzz;
#[cfg(feature = "logto")]
pub mod http;
mod listen;
mod multipart;
#[cfg(feature = "logto")]
pub mod recorded;
mod same;
pub mod served;
#[cfg(feature = "logto")]
pub mod soak;

pub use answer::Answer;
#[cfg(feature = "logto")]
pub use fake::FakeLogto;
#[cfg(feature = "logto")]
pub use fault::FaultServer;
