//! Prints `src/client.rs`: the client, its builder with a method for each security scheme, and the servers.
//!
//! What every client has is in the macro `logto_runtime::client!`; here is only what the document says.

use std::collections::BTreeSet;

use proc_macro2::TokenStream;
use quote::quote;

use crate::error::Error;
use crate::model::{Model, Scheme, SchemeKind};
use crate::name::snake;

use super::format::{self, Piece};
use super::ident::ident;
use super::imports::Imports;
use super::servers::{Servers, base_path, default_url};
use super::{ClientName, Context, File, doc};

/// The methods of a builder that have their own meaning.
const BUILDER: [&str; 22] = [
    "allow_http",
    "base_url",
    "basic",
    "bearer_token",
    "build",
    "client_credentials",
    "clock",
    "clone",
    "header",
    "http_client",
    "limits",
    "max_request_bytes",
    "no_proxy",
    "observer",
    "rate_limit",
    "retry",
    "scope",
    "server",
    "timeouts",
    "token_source",
    "token_store",
    "token_url",
];

/// What the document cannot say of its client.
#[derive(Debug, Clone, Copy, Default)]
pub struct ClientInput<'a> {
    /// The server that is called unless the user says otherwise, instead of the document's first.
    pub server: Option<&'a str>,
    /// The path that is added to a base URL, instead of that of a relative first server.
    pub base_path: Option<&'a str>,
}

/// The file, and what of it is at the root of the crate.
///
/// # Errors
///
/// The tokens cannot be formatted.
pub(super) fn file(input: ClientInput<'_>, context: &Context<'_>) -> Result<(File, Vec<String>), Error> {
    let mut imports = Imports::default();
    imports.runtime("Profile");
    let servers = Servers::new(&context.model.servers);
    let mut exports = vec!["Client".to_owned(), "ClientBuilder".to_owned()];
    let mut pieces = Vec::new();
    let choice = servers.is_choice();
    let profile = profile(input, &mut imports, context);
    let schemes = schemes(&mut imports, context);
    let server = choice.then(|| {
        quote! {
            /// Which of the servers of the document is called.
            pub fn server(self, server: Server) -> Self {
                Self(self.0.base_url(server.url()))
            }
        }
    });
    if choice {
        exports.push("Server".to_owned());
        exports.extend(servers.enums.iter().map(|(name, _)| name.clone()));
        pieces.extend(servers.pieces());
    }
    let builder = (!schemes.builder.is_empty() || choice).then(|| {
        let methods = &schemes.builder;
        quote!(impl ClientBuilder { #server #(#methods)* })
    });
    let client = schemes.client;
    let base_path = input.base_path.map_or_else(|| base_path(&context.model.servers), str::to_owned);
    let call = match base_path.as_str() {
        "" => "logto_runtime::client!(PROFILE);\n".to_owned(),
        path => format!("logto_runtime::client!(PROFILE, below {path:?});\n"),
    };
    let docs = doc::inner(&["The client, and what the document says of servers and credentials."]);
    let imports = imports.tokens();
    let mut all = vec![
        Piece::Items(quote!(#docs #imports)),
        Piece::Items(profile),
        Piece::Call(call),
        Piece::Items(quote!(#client #builder)),
    ];
    all.extend(pieces);
    let path = "src/client.rs".to_owned();
    let text = format::rust(&path, all)?;
    Ok((File { path, text }, exports))
}

/// What the runtime must know.
fn profile(input: ClientInput<'_>, imports: &mut Imports, context: &Context<'_>) -> TokenStream {
    let model = context.model;
    let first = || model.servers.first().and_then(default_url);
    let server = input.server.map(str::to_owned).or_else(first).map(|url| quote!(server: Some(#url),));
    let sources = model.schemes.iter().any(has_source);
    let known: Vec<(&Scheme, TokenStream, Vec<String>)> = model
        .schemes
        .iter()
        .zip(methods(&model.schemes))
        .filter_map(|(scheme, method)| {
            let kind = match &scheme.kind {
                SchemeKind::Token { .. } => quote!(Token),
                SchemeKind::Basic => quote!(Basic),
                SchemeKind::HeaderKey(name) => quote!(HeaderKey(#name)),
                SchemeKind::QueryKey(name) => quote!(QueryKey(#name)),
                SchemeKind::CookieKey(name) => quote!(CookieKey(#name)),
                SchemeKind::Other(what) if what == "mutualTLS" => quote!(Certificate),
                SchemeKind::Other(_) => return None,
            };
            Some((scheme, kind, set_by(scheme, method, sources)))
        })
        .collect();
    let schemes = (!known.is_empty()).then(|| {
        imports.runtime("Scheme");
        imports.runtime("SchemeKind");
        let schemes = known.iter().map(|(scheme, kind, set_by)| {
            let name = &scheme.name;
            quote!(Scheme { name: #name, kind: SchemeKind::#kind, set_by: &[#(#set_by),*] })
        });
        quote!(schemes: &[#(#schemes),*],)
    });
    let security = (!model.security.is_empty()).then(|| {
        let alternatives = model.security.iter().map(|names| quote!(&[#(#names),*]));
        quote!(security: &[#(#alternatives),*],)
    });
    let token_url = model.schemes.iter().find_map(|scheme| match &scheme.kind {
        SchemeKind::Token { token_url, .. } => token_url.as_ref(),
        _ => None,
    });
    let token_url = token_url.map(|url| quote!(token_url: Some(#url),));
    quote! {
        const PROFILE: Profile = Profile {
            user_agent: concat!(env!("CARGO_PKG_NAME"), "/", env!("CARGO_PKG_VERSION")),
            #server
            #schemes
            #security
            #token_url
            ..Profile::NONE
        };
    }
}

/// The methods that security schemes give.
#[derive(Default)]
struct Schemes {
    client: TokenStream,
    builder: Vec<TokenStream>,
}

fn schemes(imports: &mut Imports, context: &Context<'_>) -> Schemes {
    let schemes = &context.model.schemes;
    let mut printed = Schemes::default();
    let tokens: Vec<&Scheme> =
        schemes.iter().filter(|scheme| matches!(scheme.kind, SchemeKind::Token { .. })).collect();
    // A document without schemes says nothing of credentials; a token may be needed all the same.
    if !tokens.is_empty() || schemes.is_empty() {
        printed.tokens(&tokens, imports);
    }
    for (scheme, method) in schemes.iter().zip(methods(schemes)) {
        let name = &scheme.name;
        let of = doc::code(name);
        let place = match &scheme.kind {
            SchemeKind::Token { .. } if !method.is_empty() => {
                let method = ident(&method);
                let docs = doc::outer(&[format!("A bearer token for {of} alone, that stays as it is.")]);
                printed.builder.push(quote! {
                    #docs
                    pub fn #method(self, token: impl Into<Secret>) -> Self {
                        Self(self.0.bearer_token_for(#name, token))
                    }
                });
                continue;
            }
            SchemeKind::Token { .. } | SchemeKind::Other(_) => continue,
            SchemeKind::Basic => {
                imports.runtime("Secret");
                let method = ident(&method);
                let docs = doc::outer(&[format!("User name and password for {of} (RFC 7617).")]);
                printed.builder.push(quote! {
                    #docs
                    pub fn #method(self, user: impl Into<String>, password: impl Into<Secret>) -> Self {
                        Self(self.0.basic(#name, user, password))
                    }
                });
                continue;
            }
            SchemeKind::HeaderKey(key) => format!("header {}", doc::code(key)),
            SchemeKind::QueryKey(key) => format!("query parameter {}", doc::code(key)),
            SchemeKind::CookieKey(key) => format!("cookie {}", doc::code(key)),
        };
        printed.key(name, &method, imports, &of, &place);
    }
    printed
}

impl Schemes {
    fn tokens(&mut self, schemes: &[&Scheme], imports: &mut Imports) {
        imports.runtime("Secret");
        imports.add("logto_runtime::token", "Token");
        imports.add("logto_runtime::token", "TokenSource");
        imports.runtime("Error");
        let names: Vec<String> = schemes.iter().map(|scheme| doc::code(&scheme.name)).collect();
        let of = match names.as_slice() {
            [] => String::new(),
            names => format!(" for {}", names.join(", ")),
        };
        self.client = quote! {
            impl Client {
                /// A token of this client, for an API that is called by other means.
                ///
                /// # Errors
                ///
                /// When no token can be had, or when the client has no source of tokens.
                pub async fn token(&self) -> Result<Token, Error> {
                    self.0.token().await
                }
            }
        };
        let docs = doc::outer(&[format!("A bearer token{of} that stays as it is.")]);
        self.builder.push(quote! {
            #docs
            pub fn bearer_token(self, token: impl Into<Secret>) -> Self {
                Self(self.0.bearer_token(token))
            }
        });
        let docs = doc::outer(&[format!("Gets bearer tokens{of} from a source of your own. They are cached.")]);
        self.builder.push(quote! {
            #docs
            pub fn token_source(self, source: impl TokenSource) -> Self {
                Self(self.0.token_source(source))
            }
        });
        for scheme in schemes {
            let SchemeKind::Token { token_url: Some(url), scopes } = &scheme.kind else { continue };
            let mut lines = vec![format!(
                "Id and secret for {}: tokens come from {} (RFC 6749, section 4.4).",
                doc::code(&scheme.name),
                doc::code(url)
            )];
            if !scopes.is_empty() {
                let scopes: Vec<String> = scopes.iter().map(|scope| doc::code(scope)).collect();
                lines.extend([String::new(), format!("Scopes that it knows: {}.", scopes.join(", "))]);
            }
            let docs = doc::outer(&lines);
            self.builder.push(quote! {
                #docs
                pub fn client_credentials(self, id: impl Into<String>, secret: impl Into<Secret>) -> Self {
                    Self(self.0.client_credentials(id, secret))
                }

                /// The scopes that tokens are asked for, separated by blanks.
                pub fn scope(self, scope: impl Into<String>) -> Self {
                    Self(self.0.scope(scope))
                }

                /// Where tokens come from instead.
                pub fn token_url(self, url: impl Into<String>) -> Self {
                    Self(self.0.token_url(url))
                }
            });
            // The runtime gets tokens from one place.
            break;
        }
    }

    fn key(&mut self, name: &str, method: &str, imports: &mut Imports, of: &str, place: &str) {
        imports.runtime("Secret");
        let method = ident(method);
        let docs = doc::outer(&[format!("The key for {of}, sent in the {place}.")]);
        self.builder.push(quote! {
            #docs
            pub fn #method(self, key: impl Into<Secret>) -> Self {
                Self(self.0.api_key(#name, key))
            }
        });
    }
}

/// The names that the document gives: methods for credentials, and servers.
pub(super) fn names(model: &Model) -> Vec<ClientName> {
    let builder =
        |name: &str, takes: &str| ClientName { what: "builder", name: name.to_owned(), takes: takes.to_owned() };
    let mut names = Vec::new();
    let mut tokens = model.schemes.iter().filter(|scheme| matches!(scheme.kind, SchemeKind::Token { .. })).peekable();
    if model.schemes.is_empty() || tokens.peek().is_some() {
        names.extend([builder("bearer_token", "token"), builder("token_source", "source")]);
    }
    if tokens.any(has_source) {
        names.push(builder("client_credentials", "id secret"));
    }
    for (scheme, method) in model.schemes.iter().zip(methods(&model.schemes)).filter(|(_, method)| !method.is_empty()) {
        let takes = match scheme.kind {
            SchemeKind::Token { .. } => "token",
            SchemeKind::Basic => "user password",
            _ => "key",
        };
        names.push(builder(&method, takes));
    }
    names.extend(Servers::new(&model.servers).names());
    names
}

/// Whether tokens for a scheme can be had for an id and a secret.
fn has_source(scheme: &Scheme) -> bool {
    matches!(&scheme.kind, SchemeKind::Token { token_url: Some(_), .. })
}

/// The methods of a builder that set what a scheme needs; none: those that every builder has.
fn set_by(scheme: &Scheme, method: String, sources: bool) -> Vec<String> {
    let shared: &[&str] = match &scheme.kind {
        SchemeKind::Token { .. } if sources => &["bearer_token", "client_credentials", "token_source"],
        SchemeKind::Token { .. } => &["bearer_token", "token_source"],
        _ => &[],
    };
    let own = Some(method.trim_start_matches("r#").to_owned()).filter(|method| !method.is_empty());
    shared.iter().map(|method| (*method).to_owned()).chain(own).collect()
}

/// The method of a builder that each scheme has; empty where it has none of its own.
pub(super) fn methods(schemes: &[Scheme]) -> Vec<String> {
    let mut used: BTreeSet<String> = BUILDER.iter().map(|name| (*name).to_owned()).collect();
    let basics = schemes.iter().filter(|scheme| scheme.kind == SchemeKind::Basic).count();
    let tokens = schemes.iter().filter(|scheme| matches!(scheme.kind, SchemeKind::Token { .. })).count();
    let method = |scheme: &Scheme| match scheme.kind {
        SchemeKind::Token { .. } if tokens > 1 => free(&scheme.name, "token", &mut used),
        SchemeKind::Token { .. } | SchemeKind::Other(_) => String::new(),
        SchemeKind::Basic if basics == 1 => "basic".to_owned(),
        SchemeKind::Basic => free(&scheme.name, "login", &mut used),
        SchemeKind::HeaderKey(_) | SchemeKind::QueryKey(_) | SchemeKind::CookieKey(_) => {
            free(&scheme.name, "key", &mut used)
        }
    };
    schemes.iter().map(method).collect()
}

/// The name of a scheme as a method that nothing else has.
fn free(name: &str, word: &str, used: &mut BTreeSet<String>) -> String {
    let mut method = snake(name);
    while !used.insert(method.clone()) {
        method = format!("{}_{word}", method.trim_start_matches("r#"));
    }
    method
}
