//! What the tests of this workspace stand on: a fake Logto, a server that breaks connections on purpose, and helpers.

pub mod driver;
pub mod fake;
pub mod fault;
pub mod fuzz;
pub mod http;
mod listen;
pub mod recorded;
mod same;
pub mod served;
pub mod soak;

pub use fake::FakeLogto;
pub use fault::FaultServer;
