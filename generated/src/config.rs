//! Where Logto is and who calls it: from code or from the environment. Written by hand.

use std::env::{self, VarError};
use std::time::Duration;

use logto_runtime::{Error, RateLimit, Secret, reqwest};

/// A Logto.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Place {
    /// A tenant of Logto Cloud, perhaps behind a domain of its own.
    Cloud { tenant: String, domain: Option<String> },
    /// One's own.
    SelfHosted { endpoint: String },
}

/// What the environment says.
#[derive(Debug)]
pub(crate) struct Settings {
    pub(crate) place: Place,
    pub(crate) app_id: String,
    pub(crate) app_secret: Secret,
    pub(crate) resource: Option<String>,
}

impl Place {
    /// The address to call, for tokens too: the issuer of a token depends on it.
    pub(crate) fn base_url(&self) -> String {
        match self {
            Self::Cloud { tenant, domain: None } => format!("https://{tenant}.logto.app"),
            Self::Cloud { domain: Some(endpoint), .. } | Self::SelfHosted { endpoint } => endpoint.clone(),
        }
    }

    /// The resource of the Management API, which does not depend on the address.
    pub(crate) fn resource(&self) -> String {
        match self {
            Self::Cloud { tenant, .. } => format!("https://{tenant}.logto.app/api"),
            Self::SelfHosted { .. } => "https://default.logto.app/api".to_owned(),
        }
    }

    /// The limit that a client keeps: three quarters of a Cloud tenant's.
    pub(crate) fn rate_limit(&self) -> Option<RateLimit> {
        match self {
            Self::Cloud { .. } => Some(RateLimit { requests: 150, per: Duration::from_secs(10) }),
            Self::SelfHosted { .. } => None,
        }
    }

    /// Whether the parts are what they claim to be; the address itself is checked by the runtime.
    pub(crate) fn check(&self) -> Result<(), Error> {
        match self {
            Self::Cloud { tenant, .. } if !is_tenant(tenant) => Err(Error::config(
                "the tenant id must be lower-case letters, digits and dashes, as in `https://<tenant id>.logto.app`",
            )),
            Self::SelfHosted { endpoint } => match cloud_tenant(endpoint) {
                Some(tenant) => Err(Error::config(format!(
                    "the endpoint is that of tenant `{tenant}` on Logto Cloud, not of a Logto of your own; set the tenant id \
                     `{tenant}` instead (`cloud` in code, LOGTO_TENANT_ID in the environment)"
                ))),
                None => Ok(()),
            },
            Self::Cloud { .. } => Ok(()),
        }
    }
}

impl Settings {
    /// Reads the environment of the process.
    pub(crate) fn from_env() -> Result<Self, Error> {
        Self::read(|name| env::var(name))
    }

    /// Reads variables from anywhere. Everything that is wrong is told at once.
    pub(crate) fn read(get: impl Fn(&str) -> Result<String, VarError>) -> Result<Self, Error> {
        let mut variables = Variables { get, wrong: Vec::new() };
        let place = variables.place();
        let resource = variables.optional("LOGTO_RESOURCE");
        if resource.as_deref().is_some_and(|resource| reqwest::Url::parse(resource).is_err()) {
            variables.refuse("LOGTO_RESOURCE is not a URI, like `https://default.logto.app/api`");
        }
        let app_id = variables.required("LOGTO_APP_ID", "the id of the machine-to-machine application");
        let app_secret = variables.required("LOGTO_APP_SECRET", "the secret of the machine-to-machine application");
        match (place, app_id, app_secret) {
            (Some(place), Some(app_id), Some(app_secret)) if variables.wrong.is_empty() => {
                Ok(Self { place, app_id, app_secret: app_secret.into(), resource })
            }
            _ => Err(Error::config(variables.wrong.join("; "))),
        }
    }
}

/// Variables of an environment, and what is wrong with those that were read.
struct Variables<G> {
    get: G,
    wrong: Vec<String>,
}

impl<G: Fn(&str) -> Result<String, VarError>> Variables<G> {
    fn refuse(&mut self, what: impl Into<String>) {
        self.wrong.push(what.into());
    }

    fn optional(&mut self, name: &str) -> Option<String> {
        match (self.get)(name) {
            Ok(text) if !text.trim().is_empty() => return Some(text.trim().to_owned()),
            Ok(_) => self.refuse(format!("{name} is empty; set it or unset it")),
            Err(VarError::NotPresent) => {}
            Err(VarError::NotUnicode(_)) => self.refuse(format!("{name} is not UTF-8")),
        }
        None
    }

    fn required(&mut self, name: &str, what: &str) -> Option<String> {
        let before = self.wrong.len();
        let value = self.optional(name);
        if value.is_none() && self.wrong.len() == before {
            self.refuse(format!("{name} is not set; it holds {what}"));
        }
        value
    }

    fn place(&mut self) -> Option<Place> {
        let before = self.wrong.len();
        let (tenant, endpoint) = (self.optional("LOGTO_TENANT_ID"), self.optional("LOGTO_ENDPOINT"));
        if tenant.as_deref().is_some_and(|tenant| !is_tenant(tenant)) {
            self.refuse(
                "LOGTO_TENANT_ID must be lower-case letters, digits and dashes, as in `https://<tenant id>.logto.app`",
            );
        }
        if endpoint.as_deref().is_some_and(|endpoint| !is_http_url(endpoint)) {
            self.refuse("LOGTO_ENDPOINT is not a URL; write it with its scheme, like `https://auth.example.com`");
        }
        match (tenant, endpoint) {
            (Some(tenant), domain) => Some(Place::Cloud { tenant, domain }),
            (None, Some(endpoint)) => Some(Place::SelfHosted { endpoint }),
            (None, None) => {
                if self.wrong.len() == before {
                    self.refuse(
                        "neither LOGTO_TENANT_ID (Logto Cloud) nor LOGTO_ENDPOINT (a Logto of your own) is set",
                    );
                }
                None
            }
        }
    }
}

/// A label of a host name (RFC 1035, section 2.3.1), which a tenant id is.
fn is_tenant(text: &str) -> bool {
    let is_inner = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    (1..=63).contains(&text.len()) && text.bytes().all(is_inner) && !text.starts_with('-') && !text.ends_with('-')
}

/// The tenant whose address this is.
fn cloud_tenant(endpoint: &str) -> Option<String> {
    let url = reqwest::Url::parse(endpoint).ok()?;
    let tenant = url.host_str()?.strip_suffix(".logto.app")?;
    is_tenant(tenant).then(|| tenant.to_owned())
}

fn is_http_url(text: &str) -> bool {
    reqwest::Url::parse(text).is_ok_and(|url| matches!(url.scheme(), "http" | "https") && url.has_host())
}

#[cfg(test)]
mod tests;
