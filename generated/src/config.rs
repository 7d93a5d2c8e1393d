//! Where Logto is and who calls it: from code or from the environment. Written by hand.

use std::env::{self, VarError};

use logto_runtime::{Error, Secret, reqwest};

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

    /// Reads variables from anywhere.
    pub(crate) fn read(get: impl Fn(&str) -> Result<String, VarError>) -> Result<Self, Error> {
        let optional = |name: &str| match get(name) {
            Ok(text) if text.trim().is_empty() => Err(Error::config(format!("{name} is empty; set it or unset it"))),
            Ok(text) => Ok(Some(text.trim().to_owned())),
            Err(VarError::NotPresent) => Ok(None),
            Err(VarError::NotUnicode(_)) => Err(Error::config(format!("{name} is not UTF-8"))),
        };
        let required = |name: &str, what: &str| {
            optional(name)?.ok_or_else(|| Error::config(format!("{name} is not set; it holds {what}")))
        };
        let place = match (optional("LOGTO_TENANT_ID")?, optional("LOGTO_ENDPOINT")?) {
            (Some(tenant), domain) if is_tenant(&tenant) => Place::Cloud { tenant, domain },
            (Some(_), _) => {
                return Err(Error::config(
                    "LOGTO_TENANT_ID must be lower-case letters, digits and dashes, as in `https://<tenant id>.logto.app`",
                ));
            }
            (None, Some(endpoint)) => Place::SelfHosted { endpoint },
            (None, None) => {
                return Err(Error::config(
                    "neither LOGTO_TENANT_ID (Logto Cloud) nor LOGTO_ENDPOINT (a Logto of your own) is set",
                ));
            }
        };
        if let Place::Cloud { domain: Some(endpoint), .. } | Place::SelfHosted { endpoint } = &place
            && !is_http_url(endpoint)
        {
            return Err(Error::config(
                "LOGTO_ENDPOINT is not a URL; write it with its scheme, like `https://auth.example.com`",
            ));
        }
        let resource = optional("LOGTO_RESOURCE")?;
        if resource.as_deref().is_some_and(|resource| reqwest::Url::parse(resource).is_err()) {
            return Err(Error::config("LOGTO_RESOURCE is not a URI, like `https://default.logto.app/api`"));
        }
        Ok(Self {
            place,
            resource,
            app_id: required("LOGTO_APP_ID", "the id of the machine-to-machine application")?,
            app_secret: required("LOGTO_APP_SECRET", "the secret of the machine-to-machine application")?.into(),
        })
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
