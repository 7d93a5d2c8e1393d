//! A bare HTTP client for tests that look at the wire itself: nothing is retried, followed or hidden.

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::header::HeaderMap;
use hyper::{Method, Request};
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tokio::net::TcpStream;

/// Why no reply came.
pub type Error = Box<dyn std::error::Error + Send + Sync>;

/// A request to write to the wire as it is.
#[derive(Debug, Clone)]
pub struct Ask {
    method: Method,
    target: String,
    headers: Vec<(String, String)>,
    body: Bytes,
}

/// What came back.
#[derive(Debug)]
pub struct Reply {
    /// The status.
    pub status: u16,
    /// The headers.
    pub headers: HeaderMap,
    /// The body.
    pub body: Bytes,
}

impl Ask {
    /// A request with a method to a path with its query, both already encoded.
    pub fn new(method: Method, target: &str) -> Self {
        Self { method, target: target.to_owned(), headers: Vec::new(), body: Bytes::new() }
    }

    /// `GET`.
    pub fn get(target: &str) -> Self {
        Self::new(Method::GET, target)
    }

    /// With a header.
    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// With a bearer token.
    #[must_use]
    pub fn token(self, token: &str) -> Self {
        self.header("authorization", &format!("Bearer {token}"))
    }

    /// With a body of any type.
    #[must_use]
    pub fn body(mut self, content_type: &str, body: impl Into<Bytes>) -> Self {
        self.body = body.into();
        self.header("content-type", content_type)
    }

    /// With a JSON body.
    #[must_use]
    pub fn json(self, body: &Value) -> Self {
        self.body("application/json", body.to_string())
    }

    /// Sends it to `http://host:port` over a connection of its own.
    ///
    /// # Errors
    ///
    /// When the request cannot be written or the reply cannot be read to its end.
    pub async fn send(&self, endpoint: &str) -> Result<Reply, Error> {
        let host = endpoint.strip_prefix("http://").ok_or("an http:// endpoint is needed")?;
        let stream = TcpStream::connect(host).await?;
        let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream)).await?;
        let driver = tokio::spawn(connection);
        let mut request = Request::builder().method(self.method.clone()).uri(&self.target).header("host", host);
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        let response = sender.send_request(request.body(Full::new(self.body.clone()))?).await?;
        let (parts, body) = response.into_parts();
        let body = body.collect().await?.to_bytes();
        driver.abort();
        Ok(Reply { status: parts.status.as_u16(), headers: parts.headers, body })
    }
}

impl Reply {
    /// The first value of a header.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// All values of a header, in their order.
    pub fn all(&self, name: &str) -> Vec<&str> {
        self.headers.get_all(name).iter().filter_map(|value| value.to_str().ok()).collect()
    }

    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The body as JSON; `Null` where it is not.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or(Value::Null)
    }
}

/// A token for an app of a fake, over the wire.
///
/// # Errors
///
/// When the endpoint does not answer with one.
pub async fn token(endpoint: &str, app_id: &str, app_secret: &str) -> Result<String, Error> {
    let form = form_urlencoded::Serializer::new(String::new())
        .append_pair("grant_type", "client_credentials")
        .append_pair("client_id", app_id)
        .append_pair("client_secret", app_secret)
        .append_pair("resource", crate::fake::RESOURCE)
        .append_pair("scope", "all")
        .finish();
    let ask = Ask::new(Method::POST, "/oidc/token").body("application/x-www-form-urlencoded", form);
    let reply = ask.send(endpoint).await?;
    let token = reply.json()["access_token"].as_str().map(str::to_owned);
    token.ok_or_else(|| format!("no token: {} {}", reply.status, reply.text()).into())
}
