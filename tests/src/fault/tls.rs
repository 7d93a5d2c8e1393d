//! Certificates with right and wrong names and dates, and a client that trusts whoever signed them.

use std::fmt;
use std::sync::Arc;

use logto_runtime::reqwest;
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair, date_time_ymd};
use rustls::RootCertStore;
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};

/// Why no certificate came about.
pub type Error = Box<dyn std::error::Error + Send + Sync>;

/// Who signs certificates. It is trusted by clients of [`Authority::client`] and by nobody else.
pub struct Authority {
    issuer: CertifiedIssuer<'static, KeyPair>,
}

/// A certificate with its key, which a script shows in [`Script::handshake`](super::Script::handshake).
#[derive(Clone)]
pub struct Identity(pub(super) Arc<rustls::ServerConfig>);

/// When a certificate is valid.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Validity {
    /// Now, and for long.
    Now,
    /// Until some years ago.
    Expired,
    /// From a day that is far away.
    NotYet,
}

impl Authority {
    /// A new authority.
    ///
    /// # Errors
    ///
    /// When no key can be made.
    pub fn new() -> Result<Self, Error> {
        let mut params = CertificateParams::default();
        params.distinguished_name.push(DnType::CommonName, "Scripted authority");
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        Ok(Self { issuer: CertifiedIssuer::self_signed(params, KeyPair::generate()?)? })
    }

    /// A certificate for a name, signed by this authority. The server is `localhost` and `127.0.0.1`; any other name is
    /// a wrong one.
    ///
    /// # Errors
    ///
    /// When the name cannot be one of a certificate.
    pub fn identity(&self, name: &str, validity: Validity) -> Result<Identity, Error> {
        let mut params = CertificateParams::new([name.to_owned()])?;
        (params.not_before, params.not_after) = match validity {
            Validity::Now => (date_time_ymd(2020, 1, 1), date_time_ymd(2099, 1, 1)),
            Validity::Expired => (date_time_ymd(2010, 1, 1), date_time_ymd(2011, 1, 1)),
            Validity::NotYet => (date_time_ymd(2098, 1, 1), date_time_ymd(2099, 1, 1)),
        };
        let key = KeyPair::generate()?;
        let certificate = params.signed_by(&key, &self.issuer)?;
        let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(key.serialize_der()));
        let config = rustls::ServerConfig::builder_with_provider(provider())
            .with_safe_default_protocol_versions()?
            .with_no_client_auth()
            .with_single_cert(vec![certificate.der().clone()], key)?;
        Ok(Identity(Arc::new(config)))
    }

    /// The settings of an HTTP client that trusts this authority alone, follows no redirect, knows no proxy and speaks
    /// HTTP/2 where the server does.
    ///
    /// # Errors
    ///
    /// When TLS cannot be set up.
    pub fn client(&self) -> Result<reqwest::ClientBuilder, Error> {
        let mut roots = RootCertStore::empty();
        roots.add(self.issuer.der().clone())?;
        let mut config = rustls::ClientConfig::builder_with_provider(provider())
            .with_safe_default_protocol_versions()?
            .with_root_certificates(roots)
            .with_no_client_auth();
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        let builder = reqwest::Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none());
        Ok(builder.tls_backend_preconfigured(config))
    }
}

impl Identity {
    /// The same certificate on a connection that agrees on HTTP/2.
    #[must_use]
    pub fn h2(&self) -> Self {
        let mut config = (*self.0).clone();
        config.alpn_protocols = vec![b"h2".to_vec()];
        Self(Arc::new(config))
    }
}

fn provider() -> Arc<rustls::crypto::CryptoProvider> {
    Arc::new(rustls::crypto::ring::default_provider())
}

impl fmt::Debug for Authority {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Authority")
    }
}

impl fmt::Debug for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Identity")
    }
}
