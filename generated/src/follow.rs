//! Following the audit log: every entry from a moment on, across polls and restarts. Written by hand.
//!
//! ```no_run
//! use logto_management::follow::Cursor;
//! use logto_management::{Client, Timestamp};
//!
//! # async fn example(logto: Client) -> Result<(), Box<dyn std::error::Error>> {
//! // Where the last run ended, or a moment for the first one.
//! let from = match std::fs::read_to_string("audit.cursor") {
//!     Ok(saved) => saved.parse()?,
//!     Err(_) => Cursor::from(Timestamp::from_millis(1_700_000_000_000)),
//! };
//! let mut entries = logto.list_logs().log_key("Interaction.SignIn.Submit").follow(from);
//! loop {
//!     match entries.next().await {
//!         Ok(entry) => {
//!             println!("{} {}", entry.created_at, entry.key);
//!             std::fs::write("audit.cursor", entries.cursor().to_string())?;
//!         }
//!         // It goes on with the next call.
//!         Err(error) => eprintln!("the audit log cannot be read now: {error}"),
//!     }
//! }
//! # }
//! ```

#![cfg(feature = "audit-logs")]

use logto_runtime::Paged;

use crate::operations::ListLogsRequest;
use crate::types::Log;

pub use logto_runtime::{Cursor, Follow};

impl ListLogsRequest {
    /// Follows the audit log from a moment or a saved cursor on: a stream of its entries, oldest first, that misses none
    /// and repeats none, however often it is asked and begun again. It has no end. See [`follow`](crate::follow).
    ///
    /// The conditions of this request are kept and must be the same after a restart. Its times and pages are the stream's:
    /// leave them unset. Logto shows an entry as soon as it is stored; [`Follow::overlap`] is for one that is stored late.
    pub fn follow(self, from: impl Into<Cursor>) -> Follow<Log> {
        let read = move |after, before| {
            let request = self.clone().start_time(after);
            Paged::from(match before {
                Some(before) => request.end_time(before),
                None => request,
            })
        };
        Follow::new(read, |entry| (entry.created_at, &entry.id), from)
    }
}
