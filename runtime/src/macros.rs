//! The macro that request types are finished with.

/// Gives a request type the ends of what it wraps: a [`Call`](crate::Call) or a [`Paged`](crate::Paged) list.
///
/// ```
/// # use logto_runtime::Call;
/// /// A call with optional parameters.
/// #[must_use = "a call does nothing until it is sent"]
/// #[derive(Debug, Clone)]
/// pub struct GetUserRequest(Call<String>);
/// logto_runtime::request!(GetUserRequest(Call<String>));
/// ```
#[macro_export]
macro_rules! request {
    ($name:ident(Call<$value:ty>)) => {
        impl $name {
            /// Changes what this call does differently from its client: timeout, retries, headers.
            pub fn options(self, change: impl FnOnce(&mut $crate::CallOptions)) -> Self {
                Self(self.0.options(change))
            }

            /// Sends it and gives the value of the reply.
            pub fn send(self) -> $crate::Sending<$value> {
                self.0.send()
            }

            /// Sends it and gives the value of the reply with status, headers and request id.
            pub fn response(self) -> $crate::Receiving<$value> {
                self.0.response()
            }
        }

        impl ::std::future::IntoFuture for $name {
            type Output = Result<$value, $crate::Error>;
            type IntoFuture = $crate::Sending<$value>;

            fn into_future(self) -> Self::IntoFuture {
                self.0.send()
            }
        }
    };
    ($name:ident(Paged<$item:ty>)) => {
        impl From<$name> for $crate::Paged<$item> {
            fn from(request: $name) -> Self {
                request.0
            }
        }

        impl $name {
            /// The page to begin with, from 1.
            pub fn page(self, number: u64) -> Self {
                Self(self.0.page(number))
            }

            /// Items on a page, at least 1.
            pub fn page_size(self, size: u64) -> Self {
                Self(self.0.page_size(size))
            }

            /// Changes what this call does differently from its client: timeout, retries, headers.
            pub fn options(self, change: impl FnOnce(&mut $crate::CallOptions)) -> Self {
                Self(self.0.options(change))
            }

            /// Gets one page.
            pub fn send(self) -> $crate::Sending<$crate::Page<$item>> {
                self.0.send()
            }

            /// Gets one page with status, headers and request id.
            pub fn response(self) -> $crate::Receiving<$crate::Page<$item>> {
                self.0.response()
            }

            /// A stream of all items, from the page to begin with.
            pub fn items(self) -> $crate::Items<$item> {
                self.0.items()
            }

            /// A stream of all pages, from the page to begin with.
            pub fn pages(self) -> $crate::Pages<$item> {
                self.0.pages()
            }

            /// Goes on where an item does not decode; see [`Paged::lenient`]($crate::Paged::lenient).
            pub fn lenient(self) -> $crate::Paged<Result<$item, $crate::Error>> {
                self.0.lenient()
            }

            /// All items, each once, of a list in no fixed order, read at most so often; see
            /// [`Paged::collect_consistent`]($crate::Paged::collect_consistent).
            pub fn collect_consistent<K: ::std::hash::Hash + Eq + Send>(
                self,
                id: impl Fn(&$item) -> K + Send,
                readings: u32,
            ) -> impl ::std::future::Future<Output = Result<Vec<$item>, $crate::Error>> + Send {
                self.0.collect_consistent(id, readings)
            }

            /// All items, from the page to begin with.
            pub fn all(self) -> impl ::std::future::Future<Output = Result<Vec<$item>, $crate::Error>> + Send {
                self.0.all()
            }
        }
    };
}
