//! An operation that is ready to be sent.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use crate::error::Error;
use crate::execute::execute;
use crate::options::CallOptions;
use crate::reply::{Reply, Response};
use crate::request::Request;
use crate::setters::setters;
use crate::trace;

/// How a reply becomes a value.
type Decode<T> = fn(&mut Reply) -> Result<T, Error>;

/// An operation that is ready to be sent; awaiting it sends it too.
#[must_use = "a call does nothing until it is sent"]
pub struct Call<T> {
    request: Request,
    decode: Decode<T>,
}

/// A call that is being sent; gives the value of its reply.
#[must_use = "a call does nothing until it is awaited"]
pub struct Sending<T>(Receiving<T>);

/// A call that is being sent; gives the value of its reply with status and headers.
#[must_use = "a call does nothing until it is awaited"]
pub struct Receiving<T> {
    reply: ReplyFuture,
    decode: Decode<T>,
}

type ReplyFuture = Pin<Box<dyn Future<Output = Result<Reply, Error>> + Send>>;

setters!(Call);

impl<T> Call<T> {
    pub(crate) fn new(request: Request, decode: Decode<T>) -> Self {
        Self { request, decode }
    }

    /// Changes what this call does differently from its client: timeout, retries, headers.
    pub fn options(mut self, change: impl FnOnce(&mut CallOptions)) -> Self {
        self.request = self.request.options(change);
        self
    }

    /// Sends it and gives the value of the reply.
    ///
    /// # Errors
    ///
    /// Whatever keeps the value from arriving, after the retries that are safe; see [`Error`].
    pub fn send(self) -> Sending<T> {
        Sending(self.response())
    }

    /// Sends it and gives the value of the reply with status, headers and request id.
    ///
    /// # Errors
    ///
    /// As [`Call::send`].
    pub fn response(self) -> Receiving<T> {
        // Two small blocks of memory are faster to come by than a large one.
        Receiving { reply: Box::pin(execute(Box::new(self.request))), decode: self.decode }
    }
}

impl<T> Future for Sending<T> {
    type Output = Result<T, Error>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let Receiving { reply, decode } = &mut self.0;
        reply.as_mut().poll(context).map(|reply| finish(&mut reply?, *decode))
    }
}

impl<T> Future for Receiving<T> {
    type Output = Result<Response<T>, Error>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let Self { reply, decode } = &mut *self;
        reply.as_mut().poll(context).map(|reply| {
            let mut reply = reply?;
            finish(&mut reply, *decode).map(|value| Response::new(value, reply.head))
        })
    }
}

impl<T> IntoFuture for Call<T> {
    type Output = Result<T, Error>;
    type IntoFuture = Sending<T>;

    fn into_future(self) -> Sending<T> {
        self.send()
    }
}

impl<T> Clone for Call<T> {
    fn clone(&self) -> Self {
        Self { request: self.request.clone(), decode: self.decode }
    }
}

impl<T> fmt::Debug for Call<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Call").field(&self.request).finish()
    }
}

impl<T> fmt::Debug for Sending<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Sending")
    }
}

impl<T> fmt::Debug for Receiving<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Receiving")
    }
}

fn finish<T>(reply: &mut Reply, decode: Decode<T>) -> Result<T, Error> {
    decode(reply).inspect_err(|error| trace::failed(&reply.span, error))
}
