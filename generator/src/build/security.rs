//! Security: what schemes there are, and what operations ask for.

use std::collections::BTreeMap;

use openapiv3::{APIKeyLocation, SecurityRequirement, SecurityScheme};

use super::Builder;
use super::parameter::no_header;
use crate::error::push;
use crate::model::{Operation, Scheme, SchemeKind, Security};

/// A certificate of the client.
const MUTUAL: &str = "mutualTLS";

/// A key whose header cannot be sent.
const KEY: &str = "apiKey";

/// Schemes of HTTP whose header depends on the request or on what the server said before (IANA, "HTTP Authentication
/// Schemes").
const COMPUTED: [&str; 8] = ["digest", "dpop", "gnap", "hoba", "mutual", "negotiate", "oauth", "scram-sha-256"];

impl Builder<'_> {
    /// Reads the schemes of the components.
    pub(super) fn find_schemes(&mut self) {
        let Some(components) = self.api.components.as_ref() else { return };
        for (name, scheme) in &components.security_schemes {
            let at = push("/components/securitySchemes", name);
            let found = self.found(scheme, "securitySchemes", |components| &components.security_schemes, at.clone());
            let Some((scheme, _)) = found else { continue };
            let mut kind = kind(scheme);
            if let SchemeKind::HeaderKey(header) = &kind
                && let Some(why) = no_header(header)
            {
                self.note_at(&at, format!("the header `{header}` {why}: callers cannot send this key"));
                kind = SchemeKind::Other(KEY.to_owned());
            } else if let SchemeKind::Other(what) = &kind
                && what != MUTUAL
            {
                self.note_at(&at, format!("calls cannot be given what `{what}` asks for: add it to the HTTP client"));
            }
            if matches!(&kind, SchemeKind::Token { token_url: Some(url), .. } if self.has_other_source(url)) {
                let what = "client credentials get tokens from the first of these schemes, for all of them: say `token_url` \
                            for this one, or give it a token of its own";
                self.note_at(&at, what);
            }
            self.schemes.push(Scheme { name: name.clone(), kind });
        }
    }

    /// Whether tokens come from another address already.
    fn has_other_source(&self, url: &str) -> bool {
        let mut urls = self.schemes.iter().filter_map(|scheme| match &scheme.kind {
            SchemeKind::Token { token_url, .. } => token_url.as_deref(),
            _ => None,
        });
        urls.next().is_some_and(|first| first != url)
    }

    /// What an operation says that it asks for.
    pub(super) fn security_of(&mut self, operation: &openapiv3::Operation, at: &str) -> Option<Security> {
        operation.security.as_ref().map(|requirements| self.security(requirements, at))
    }

    /// What the operations ask for that do not say so themselves: what the document says, else what most of them say.
    pub(super) fn settle_security(&mut self, operations: &mut [Operation]) -> Security {
        let default = match &self.api.security {
            Some(requirements) => self.security(requirements, ""),
            None => {
                operations.iter_mut().for_each(|operation| {
                    operation.security.get_or_insert_default();
                });
                most_common(operations)
            }
        };
        for operation in operations {
            operation.security.take_if(|security| *security == default);
        }
        default
    }

    /// The alternatives of a list of requirements. What is not declared, and what a call cannot be given, is not asked for;
    /// where nothing that is asked for is declared, whatever a client has is sent.
    fn security(&mut self, requirements: &[SecurityRequirement], at: &str) -> Security {
        let mut security = Security::new();
        let mut left_out = 0;
        for (index, requirement) in requirements.iter().enumerate() {
            let kind =
                |name: &String| self.schemes.iter().find(|scheme| scheme.name == *name).map(|scheme| &scheme.kind);
            let (known, unknown): (Vec<&String>, Vec<&String>) =
                requirement.keys().partition(|name| kind(name).is_some());
            let can_be_given = |name: &String| !matches!(kind(name), Some(SchemeKind::Other(what)) if what != MUTUAL);
            let alternative: Vec<String> =
                known.iter().filter(|name| can_be_given(name)).map(|name| (*name).clone()).collect();
            if let Some(unknown) = unknown.first() {
                let what = if known.is_empty() { "this alternative is left out" } else { "it is not asked for" };
                let what = format!("no security scheme is called `{unknown}`: {what}");
                self.note_at(&push(&push(at, "security"), index), what);
                if known.is_empty() {
                    left_out += 1;
                    continue;
                }
            }
            if !security.contains(&alternative) {
                security.push(alternative);
            }
        }
        if left_out > 0 && left_out == requirements.len() {
            let known = self.schemes.iter().filter(|scheme| !matches!(scheme.kind, SchemeKind::Other(_)));
            security.extend(known.map(|scheme| vec![scheme.name.clone()]));
            security.push(Vec::new());
        }
        // Nothing to choose from but nothing.
        if security.iter().all(Vec::is_empty) { Security::new() } else { security }
    }
}

/// What most operations ask for, so that only the others have to say it.
fn most_common(operations: &[Operation]) -> Security {
    let mut counts: BTreeMap<&Security, usize> = BTreeMap::new();
    for security in operations.iter().filter_map(|operation| operation.security.as_ref()) {
        *counts.entry(security).or_default() += 1;
    }
    let most = counts.into_iter().max_by(|a, b| a.1.cmp(&b.1).then_with(|| b.0.cmp(a.0)));
    most.map(|(security, _)| security.clone()).unwrap_or_default()
}

fn kind(scheme: &SecurityScheme) -> SchemeKind {
    let token = || SchemeKind::Token { token_url: None, scopes: Vec::new() };
    match scheme {
        SecurityScheme::APIKey { location, name, .. } => match location {
            APIKeyLocation::Header => SchemeKind::HeaderKey(name.clone()),
            APIKeyLocation::Query => SchemeKind::QueryKey(name.clone()),
            APIKeyLocation::Cookie => SchemeKind::CookieKey(name.clone()),
        },
        SecurityScheme::HTTP { extensions, .. } if extensions.contains_key("x-mutual-tls") => {
            SchemeKind::Other(MUTUAL.to_owned())
        }
        SecurityScheme::HTTP { scheme, .. } => match scheme.to_ascii_lowercase().as_str() {
            "bearer" => token(),
            "basic" => SchemeKind::Basic,
            computed if COMPUTED.contains(&computed) => SchemeKind::Other(scheme.clone()),
            // A scheme of their own: the whole header is the key.
            _ => SchemeKind::HeaderKey("Authorization".to_owned()),
        },
        SecurityScheme::OAuth2 { flows, .. } => match &flows.client_credentials {
            Some(flow) => SchemeKind::Token {
                token_url: Some(flow.token_url.clone()).filter(|url| !url.is_empty()),
                scopes: flow.scopes.keys().cloned().collect(),
            },
            None => token(),
        },
        SecurityScheme::OpenIDConnect { .. } => token(),
    }
}
