//! What the generated crates of this workspace run on.
//!
//! A generated operation only states its request; everything that happens around it is here: the bearer token and its
//! cache, retries, the rate limit, paging, size caps, decoding and errors. The crate knows no operation and no service:
//! what is special about one service is a [`Profile`] that its generated crate passes to [`Client::builder`].
//!
//! | concern | module |
//! |---|---|
//! | client, builder, settings | `client`, `builder`, `settings`, `profile`, `base_url`, `transport` |
//! | what a body may become in memory | `memory` |
//! | a request | `request`, `path`, `style`, `query_value`, `body`, `multipart`, `upload`, `extras`, `setters` |
//! | which credentials go with it | `security` |
//! | how it ends | `call`, `reply`, `replies`, `decode`, `charset`, `download` |
//! | the loop around attempts | `execute`, `attempt`, `gather`, `retry`, `retry_after`, `budget`, `limiter` |
//! | what a call does differently | `options`, `patience` |
//! | what is told of it | `observer`, `trace` |
//! | tokens | `token` |
//! | lists | `pager`, `follow` |
//! | values in bodies | `json`, `object`, `open_enum`, `union`, `fit`, `patch`, `timestamp`, `secret`, `hidden` |
//! | bodies that others signed | `webhook` |
//! | numbers that JSON does not know | `finite` |
//! | time and randomness | [`clock`] |

#![cfg_attr(
    not(test),
    warn(
        clippy::arithmetic_side_effects,
        clippy::expect_used,
        clippy::indexing_slicing,
        clippy::panic,
        clippy::unwrap_used
    )
)]

#[doc(hidden)]
pub mod __private;
mod attempt;
mod base_url;
mod body;
mod budget;
mod builder;
mod call;
mod charset;
mod client;
pub mod clock;
mod decode;
mod download;
mod error;
mod execute;
mod extras;
mod finite;
mod fit;
mod follow;
mod gather;
mod headers;
mod hidden;
mod json;
mod limiter;
mod macros;
mod memory;
mod multipart;
mod object;
mod observer;
mod open_enum;
mod options;
mod pager;
mod patch;
mod path;
mod patience;
mod pause;
mod profile;
mod query_value;
mod replies;
mod reply;
mod request;
mod retry;
mod retry_after;
mod secret;
mod security;
mod sent;
mod service;
mod setters;
mod settings;
mod shape;
#[cfg(test)]
mod sizes;
mod status;
mod step;
mod style;
mod timestamp;
pub mod token;
mod trace;
mod transport;
mod union;
mod upload;
mod verdict;
mod webhook;

pub use bytes::Bytes;
pub use reqwest;
pub use reqwest::header::HeaderMap;
pub use reqwest::{Method, StatusCode};

pub use builder::ClientBuilder;
pub use call::{Call, Receiving, Sending};
pub use client::Client;
pub use download::Download;
pub use error::Error;
pub use follow::{Cursor, Follow};
pub use hidden::Hidden;
pub use json::{Json, Members, Mismatch};
pub use multipart::{DataPart, FilePart, Multipart, Part};
pub use observer::{Event, Observer, Operation};
pub use options::CallOptions;
pub use pager::{Items, Links, Page, Paged, Pages};
pub use patch::Patch;
pub use profile::{ErrorShape, Paging, Profile, TokenRefusal};
pub use query_value::{Query, QueryValue};
pub use replies::FromReply;
pub use reply::{Content, Redirect, Response};
pub use request::Request;
pub use secret::Secret;
pub use security::{Scheme, SchemeKind, Security};
pub use settings::{Limits, RateLimit, RetryPolicy, Timeouts};
pub use shape::Shape;
pub use style::Style;
pub use timestamp::{DateTime, TimeRangeError, Timestamp, UnixTime};
pub use token::{Token, TokenSource};
pub use upload::Upload;
pub use webhook::SignatureVerifier;
