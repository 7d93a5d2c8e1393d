//! A server made from any OpenAPI document, and what the generated tests of a crate for such a document lean on.
//!
//! It reads the document as it was published and judges by it alone: neither the passes of the generator nor the runtime
//! have a part in it, so what they get wrong shows as a request or a reply that the document does not allow.
//!
//! | file | concern |
//! |---|---|
//! | `bundle`, `document` | the document and the files beside it, read into operations |
//! | `schema`, `kind` | its schemas, for the `jsonschema` crate and for reading texts |
//! | `template`, `style`, `body` | paths, parameters and bodies, read back from the wire |
//! | `security`, `check` | everything that is wrong with a request |
//! | `sampled`, `answer` | valid values, and replies made of them |
//! | `server` | connections |
//! | `given`, `kept`, `case`, `called`, `run` | calls of a generated crate, and what came of them |

mod answer;
mod body;
mod bundle;
mod called;
mod case;
mod check;
pub mod document;
mod given;
mod kept;
mod kind;
mod run;
mod sampled;
mod schema;
mod security;
mod server;
mod style;
mod template;

pub use answer::Choice;
pub use called::{Called, Got, Read, ReadFailure, failure, value};
pub use case::{Case, Unsent};
pub use check::{Issue, Meant};
pub use document::{Document, Place};
pub use run::{Entry, Row, Run};
pub use schema::Way;
pub use security::{KEY, TOKEN, USER};
pub use server::{Exchange, Server};
