//! What can be set on anything that wraps a request.

/// Gives a type with a `request` the setters of optional parameters and bodies.
macro_rules! setters {
    ($name:ident) => {
        impl<T> $name<T> {
            /// Adds a query parameter.
            pub fn query(mut self, name: &'static str, value: impl $crate::QueryValue) -> Self {
                self.request = self.request.query(name, value);
                self
            }

            /// Adds a query parameter in a style; see [`Request::query_as`]($crate::Request::query_as).
            pub fn query_as(
                mut self,
                name: &'static str,
                style: $crate::Style,
                value: &(impl ::serde::Serialize + ?Sized),
            ) -> Self {
                self.request = self.request.query_as(name, style, value);
                self
            }

            /// Adds a query parameter whose reserved characters are kept; see
            /// [`Request::query_reserved`]($crate::Request::query_reserved).
            pub fn query_reserved(mut self, name: &'static str, value: &(impl ::serde::Serialize + ?Sized)) -> Self {
                self.request = self.request.query_reserved(name, value);
                self
            }

            /// Adds a query parameter in a style, whose reserved characters are kept; see
            /// [`Request::query_reserved_as`]($crate::Request::query_reserved_as).
            pub fn query_reserved_as(
                mut self,
                name: &'static str,
                style: $crate::Style,
                value: &(impl ::serde::Serialize + ?Sized),
            ) -> Self {
                self.request = self.request.query_reserved_as(name, style, value);
                self
            }

            /// Adds a header; see [`Request::header_as`]($crate::Request::header_as).
            pub fn header(mut self, name: &'static str, value: &(impl ::serde::Serialize + ?Sized)) -> Self {
                self.request = self.request.header(name, value);
                self
            }

            /// Adds a header in a style; see [`Request::header_as`]($crate::Request::header_as).
            pub fn header_as(
                mut self,
                name: &'static str,
                style: $crate::Style,
                value: &(impl ::serde::Serialize + ?Sized),
            ) -> Self {
                self.request = self.request.header_as(name, style, value);
                self
            }

            /// Adds a cookie; see [`Request::cookie_as`]($crate::Request::cookie_as).
            pub fn cookie(mut self, name: &'static str, value: &(impl ::serde::Serialize + ?Sized)) -> Self {
                self.request = self.request.cookie(name, value);
                self
            }

            /// Adds a cookie in a style; see [`Request::cookie_as`]($crate::Request::cookie_as).
            pub fn cookie_as(
                mut self,
                name: &'static str,
                style: $crate::Style,
                value: &(impl ::serde::Serialize + ?Sized),
            ) -> Self {
                self.request = self.request.cookie_as(name, style, value);
                self
            }

            /// Sets a JSON body.
            pub fn json_body(mut self, body: &(impl ::serde::Serialize + ?Sized)) -> Self {
                self.request = self.request.json_body(body);
                self
            }

            /// Sets a form body.
            pub fn form_body(mut self, body: &(impl ::serde::Serialize + ?Sized)) -> Self {
                self.request = self.request.form_body(body);
                self
            }

            /// Sets a form body, some of whose members have a style of their own.
            pub fn form_body_as(
                mut self,
                body: &(impl ::serde::Serialize + ?Sized),
                styles: &[(&str, $crate::Style)],
            ) -> Self {
                self.request = self.request.form_body_as(body, styles);
                self
            }

            /// Sets a form body, some of whose members with a style keep reserved characters.
            pub fn form_body_reserving(
                mut self,
                body: &(impl ::serde::Serialize + ?Sized),
                styles: &[(&str, $crate::Style)],
                reserved: &[&str],
            ) -> Self {
                self.request = self.request.form_body_reserving(body, styles, reserved);
                self
            }

            /// Sets a multipart body.
            pub fn multipart(mut self, body: $crate::Multipart) -> Self {
                self.request = self.request.multipart(body);
                self
            }

            /// Adds a part to the multipart body.
            pub fn part(mut self, name: &'static str, part: impl Into<$crate::Part>) -> Self {
                self.request = self.request.part(name, part);
                self
            }

            /// Adds a part of one name for each item.
            pub fn parts(
                mut self,
                name: &'static str,
                parts: impl IntoIterator<Item = impl Into<$crate::Part>>,
            ) -> Self {
                self.request = self.request.parts(name, parts);
                self
            }

            /// Sets a text body.
            pub fn text_body(mut self, text: impl Into<String>) -> Self {
                self.request = self.request.text_body(text);
                self
            }

            /// Sets a body of bytes or of a stream.
            pub fn binary_body(mut self, body: impl Into<$crate::Upload>) -> Self {
                self.request = self.request.binary_body(body);
                self
            }

            /// The media type of the body, in place of its own.
            pub fn content_type(mut self, media_type: impl AsRef<str>) -> Self {
                self.request = self.request.content_type(media_type);
                self
            }
        }
    };
}

pub(crate) use setters;
