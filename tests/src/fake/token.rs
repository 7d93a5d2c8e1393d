//! The token endpoint, and what becomes of a token at the API.

use std::collections::HashMap;

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde_json::{Value, json};

use crate::answer::Answer;

use super::errors;

/// The resource of a self-hosted Logto's Management API, whatever its host.
pub const RESOURCE: &str = "https://default.logto.app/api";

/// An app that may ask for tokens.
#[derive(Debug, Clone)]
pub(super) struct App {
    /// Its id.
    pub id: String,
    /// Its secret.
    pub secret: String,
    /// Whether it has the role that grants the Management API.
    pub granted: bool,
    /// Whether its secret has expired.
    pub expired: bool,
}

/// The apps and the tokens that were issued.
#[derive(Debug)]
pub(super) struct Tokens {
    /// The apps.
    pub apps: Vec<App>,
    /// How long a token lives, in seconds.
    pub lifetime: u64,
    /// How many times the endpoint was called.
    pub requests: usize,
    issued: HashMap<String, Issued>,
}

#[derive(Debug)]
struct Issued {
    claims: Value,
    key_rotated: bool,
}

/// A request to the token endpoint.
#[derive(Debug)]
pub(super) struct TokenRequest<'a> {
    /// `Content-Type`.
    pub content_type: &'a str,
    /// `Authorization`.
    pub authorization: Option<&'a str>,
    /// The body.
    pub body: &'a [u8],
    /// `Host`: the issuer depends on it.
    pub host: &'a str,
    /// Seconds since the epoch.
    pub now: u64,
}

impl Tokens {
    /// An endpoint for these apps.
    pub(super) fn new(apps: Vec<App>) -> Self {
        Self { apps, lifetime: 3600, requests: 0, issued: HashMap::new() }
    }

    /// Makes every token that was issued count as expired.
    pub(super) fn expire(&mut self) {
        for token in self.issued.values_mut() {
            token.claims["exp"] = json!(0);
        }
    }

    /// Rotates the signing key away: the only way in which a token dies early.
    pub(super) fn rotate_key(&mut self) {
        for token in self.issued.values_mut() {
            token.key_rotated = true;
        }
    }

    /// Answers `POST /oidc/token`.
    pub(super) fn grant(&mut self, request: &TokenRequest<'_>) -> Answer {
        self.requests += 1;
        let answer = match self.issue(request) {
            Ok(token) => Answer::json(200, &token),
            Err(answer) => answer,
        };
        answer.with("cache-control", "no-store")
    }

    fn issue(&mut self, request: &TokenRequest<'_>) -> Result<Value, Answer> {
        let form = read_form(request);
        let get = |name: &str| form.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str());
        let basic = request.authorization.and_then(read_basic);
        let (id, secret) = match (&basic, get("client_id")) {
            (Some((id, secret)), _) => (id.as_str(), Some(secret.as_str())),
            (None, Some(id)) => (id, get("client_secret")),
            (None, None) => {
                return Err(oauth(
                    400,
                    "invalid_request",
                    "Request is invalid.",
                    "no client authentication mechanism provided",
                ));
            }
        };
        let generic = "An OIDC error occurred: oidc.invalid_client.";
        let Some(app) = self.apps.iter().find(|app| app.id == id).cloned() else {
            return Err(oauth(400, "invalid_client", generic, &format!("invalid client {id}")));
        };
        if secret != Some(&app.secret) {
            let failed = "client authentication failed";
            let answer = oauth(401, "invalid_client", generic, failed);
            let challenge = format!(
                "Basic realm=\"http://{}/oidc\", error=\"invalid_client\", error_description=\"{failed}\"",
                request.host
            );
            return Err(if basic.is_some() { answer.with("WWW-Authenticate", challenge) } else { answer });
        }
        if app.expired {
            return Err(oauth(400, "invalid_request", "Request is invalid.", "client secret has expired"));
        }
        match get("grant_type") {
            Some("client_credentials") => {}
            None => {
                return Err(oauth(
                    400,
                    "invalid_request",
                    "Request is invalid.",
                    "missing required parameter(s): grant_type",
                ));
            }
            Some(_) => {
                let description = "unsupported grant_type requested";
                return Err(oauth(400, "unsupported_grant_type", "Unsupported `grant_type` requested.", description));
            }
        }
        let wrong = |description| oauth(400, "invalid_target", "Invalid resource indicator.", description);
        match get("resource") {
            Some(RESOURCE) => {}
            None => return Err(wrong("both `resource` and `organization_id` are not provided")),
            Some(_) => return Err(wrong("resource indicator is missing, or unknown")),
        }
        let asked = get("scope").unwrap_or_default().split(' ').any(|scope| scope == "all");
        Ok(self.sign(&app, app.granted && asked, request))
    }

    fn sign(&mut self, app: &App, scoped: bool, request: &TokenRequest<'_>) -> Value {
        let mut claims = json!({
            "jti": format!("token-{}", self.issued.len() + 1),
            "sub": app.id,
            "iat": request.now,
            "exp": request.now + self.lifetime,
            "client_id": app.id,
            "iss": format!("http://{}/oidc", request.host),
            "aud": RESOURCE,
        });
        if scoped {
            claims["scope"] = json!("all");
        }
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let header = part(&json!({ "alg": "ES384", "typ": "at+jwt", "kid": "fake-key" }));
        // 96 bytes, as an ES384 signature has; the fake knows its tokens by heart and checks none.
        let signature = URL_SAFE_NO_PAD.encode([self.issued.len() as u8; 96]);
        let token = format!("{header}.{}.{signature}", part(&claims));
        self.issued.insert(token.clone(), Issued { claims, key_rotated: false });
        let mut reply = json!({ "access_token": token, "expires_in": self.lifetime, "token_type": "Bearer" });
        if scoped {
            reply["scope"] = json!("all");
        }
        reply
    }

    /// Whether a request to the API may pass.
    ///
    /// # Errors
    ///
    /// The server's answer to a missing, strange, expired or powerless token.
    pub(super) fn check(&self, authorization: Option<&str>, now: u64) -> Result<(), Answer> {
        let Some(authorization) = authorization else {
            return Err(errors::error(401, "auth.authorization_header_missing", "Authorization header is missing."));
        };
        let Some(token) = authorization.strip_prefix("Bearer ") else {
            let data = json!({ "supportedTypes": ["Bearer"] });
            let message = "Authorization type is not supported.";
            return Err(errors::error_with(401, "auth.authorization_token_type_not_supported", data, message));
        };
        let Some(issued) = self.issued.get(token) else {
            let unsigned = token.split('.').next().is_some_and(|header| {
                let header = URL_SAFE_NO_PAD.decode(header).unwrap_or_default();
                serde_json::from_slice::<Value>(&header).is_ok_and(|header| header["alg"] == "none")
            });
            return Err(match unsigned {
                true => unauthorized("ERR_JOSE_NOT_SUPPORTED", "JOSENotSupported", None),
                false => unauthorized("ERR_JWS_INVALID", "JWSInvalid", None),
            });
        };
        if issued.key_rotated {
            return Err(unauthorized("ERR_JWKS_NO_MATCHING_KEY", "JWKSNoMatchingKey", None));
        }
        if issued.claims["exp"].as_u64().unwrap_or(0) <= now {
            return Err(unauthorized("ERR_JWT_EXPIRED", "JWTExpired", Some(&issued.claims)));
        }
        if issued.claims.get("scope").is_none() {
            let message = "Forbidden. Please check your user roles and permissions.";
            return Err(errors::error(403, "auth.forbidden", message));
        }
        Ok(())
    }
}

/// The discovery document, cut to what a client of this grant reads.
pub(super) fn discovery(host: &str) -> Answer {
    let issuer = format!("http://{host}/oidc");
    let body = json!({
        "issuer": issuer,
        "token_endpoint": format!("{issuer}/token"),
        "jwks_uri": format!("{issuer}/jwks"),
        "grant_types_supported": ["authorization_code", "refresh_token", "client_credentials"],
        "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
    });
    Answer::json(200, &body)
}

fn read_form(request: &TokenRequest<'_>) -> Vec<(String, String)> {
    if !request.content_type.starts_with("application/x-www-form-urlencoded") {
        return Vec::new();
    }
    form_urlencoded::parse(request.body).into_owned().collect()
}

fn read_basic(authorization: &str) -> Option<(String, String)> {
    let encoded = authorization.strip_prefix("Basic ")?;
    let decoded = String::from_utf8(STANDARD.decode(encoded).ok()?).ok()?;
    let (id, secret) = decoded.split_once(':')?;
    // RFC 6749, section 2.3.1: both are form-encoded before they are joined.
    let decode = |text: &str| {
        let text = text.replace('+', " ");
        percent_encoding::percent_decode_str(&text).decode_utf8_lossy().into_owned()
    };
    Some((decode(id), decode(secret)))
}

fn oauth(status: u16, error: &str, message: &str, description: &str) -> Answer {
    let body = json!({
        "code": format!("oidc.{error}"),
        "message": message,
        "error": error,
        "error_description": description,
    });
    Answer::json(status, &body)
}

fn unauthorized(code: &str, name: &str, claims: Option<&Value>) -> Answer {
    let mut data = json!({ "code": code, "name": name });
    if let Some(claims) = claims {
        data["claim"] = json!("exp");
        data["reason"] = json!("check_failed");
        data["payload"] = claims.clone();
    }
    let message = "Unauthorized. Please check credentials and its scope.";
    errors::error_with(401, "auth.unauthorized", data, message)
}
