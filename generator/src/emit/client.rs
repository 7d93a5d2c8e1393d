//! Prints `src/client.rs`: the client, its builder with a method for each security scheme, and the servers.
//!
//! What every client has is in the macro `logto_runtime::client!`; here is only what the document says.

use std::collections::BTreeSet;

use proc_macro2::TokenStream;
use quote::quote;

use crate::error::Error;
use crate::model::{Scheme, SchemeKind, Server, ServerVariable};
use crate::name::{pascal, snake};

use super::format::{self, Piece, macro_call};
use super::ident::ident;
use super::imports::Imports;
use super::{Context, File, doc};

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
    let known: Vec<(&Scheme, TokenStream)> = model
        .schemes
        .iter()
        .filter_map(|scheme| {
            let kind = match &scheme.kind {
                SchemeKind::Token { .. } => quote!(Token),
                SchemeKind::Basic => quote!(Basic),
                SchemeKind::HeaderKey(name) => quote!(HeaderKey(#name)),
                SchemeKind::QueryKey(name) => quote!(QueryKey(#name)),
                SchemeKind::CookieKey(name) => quote!(CookieKey(#name)),
                SchemeKind::Other(what) if what == "mutualTLS" => quote!(Certificate),
                SchemeKind::Other(_) => return None,
            };
            Some((scheme, kind))
        })
        .collect();
    let schemes = (!known.is_empty()).then(|| {
        imports.runtime("Scheme");
        imports.runtime("SchemeKind");
        let schemes = known.iter().map(|(scheme, kind)| {
            let name = &scheme.name;
            quote!(Scheme { name: #name, kind: SchemeKind::#kind })
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

/// The method of a builder that each scheme has; empty where it has none of its own.
pub(super) fn methods(schemes: &[Scheme]) -> Vec<String> {
    let mut used: BTreeSet<String> = BUILDER.iter().map(|name| (*name).to_owned()).collect();
    let basics = schemes.iter().filter(|scheme| scheme.kind == SchemeKind::Basic).count();
    let method = |scheme: &Scheme| match scheme.kind {
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

/// The servers of the document that a user can choose from.
struct Servers<'a> {
    servers: Vec<(String, &'a Server)>,
    /// The enums of variables that have a list of values.
    enums: Vec<(String, &'a ServerVariable)>,
}

impl<'a> Servers<'a> {
    fn new(servers: &'a [Server]) -> Self {
        let mut urls = BTreeSet::new();
        let absolute = servers.iter().filter(|server| is_absolute(server) && urls.insert(&server.url));
        let mut used = BTreeSet::new();
        let mut named = Vec::new();
        for server in absolute {
            let (scheme, rest) = server.url.split_once("://").unwrap_or(("", &server.url));
            let host = rest.split('/').next().unwrap_or(rest);
            let wishes = [pascal(host), pascal(rest), pascal(&format!("{scheme} {rest}"))];
            let Some(name) = wishes.into_iter().find(|name| used.insert(name.clone())) else { continue };
            named.push((name, server));
        }
        let mut enums: Vec<(String, &ServerVariable)> = Vec::new();
        for (server, of) in &named {
            for variable in of.variables.iter().filter(|variable| !variable.values.is_empty()) {
                if !variables(of).contains(&variable.name.as_str()) {
                    continue;
                }
                if enums.iter().any(|(_, known)| known.name == variable.name && known.values == variable.values) {
                    continue;
                }
                let plain = format!("Server{}", pascal(&variable.name));
                let taken = enums.iter().any(|(known, _)| *known == plain);
                enums.push((if taken { format!("Server{server}{}", pascal(&variable.name)) } else { plain }, variable));
            }
        }
        Self { servers: named, enums }
    }

    /// Whether there is anything to choose.
    fn is_choice(&self) -> bool {
        self.servers.len() > 1 || self.servers.iter().any(|(_, server)| !variables(server).is_empty())
    }

    /// A variable as a member of its server: what is usual for it, and its type.
    fn field(&self, name: &str, server: &Server) -> TokenStream {
        let declared = server.variables.iter().find(|variable| variable.name == name);
        let docs = doc::outer(&match declared.map(|variable| variable.default.as_str()) {
            None | Some("") => [format!("The variable {}.", doc::code(name))],
            Some(default) => [format!("The variable {}, usually {}.", doc::code(name), doc::code(default))],
        });
        let same =
            |known: &ServerVariable| declared.is_some_and(|own| own.name == known.name && own.values == known.values);
        let ty = self.enums.iter().find(|(_, known)| same(known)).map_or("String", |(name, _)| name);
        let (field, ty) = (ident(&snake(name)), ident(ty));
        quote!(#docs #field: #ty,)
    }

    fn pieces(&self) -> Vec<Piece> {
        let variants = self.servers.iter().map(|(name, server)| {
            let (name, docs) = (ident(name), doc::outer(&[format!("{}.", doc::code(&server.url))]));
            match variables(server).as_slice() {
                [] => quote!(#docs #name,),
                variables => {
                    let fields = variables.iter().map(|variable| self.field(variable, server));
                    quote!(#docs #name { #(#fields)* },)
                }
            }
        });
        let arms = self.servers.iter().map(|(name, server)| {
            let (name, url) = (ident(name), &server.url);
            let fields: Vec<_> = variables(server).into_iter().map(|variable| ident(&snake(variable))).collect();
            if fields.is_empty() {
                return quote!(Self::#name => #url.to_owned(),);
            }
            let text = format_text(url);
            quote!(Self::#name { #(#fields),* } => format!(#text),)
        });
        let mut pieces = vec![Piece::Items(quote! {
            /// A server of the document.
            #[derive(Debug, Clone, PartialEq, Eq)]
            #[non_exhaustive]
            pub enum Server {
                #(#variants)*
            }
            impl Server {
                /// Its URL.
                pub fn url(&self) -> String {
                    match self {
                        #(#arms)*
                    }
                }
            }
        })];
        for (name, variable) in &self.enums {
            pieces.extend(variable_enum(name, variable));
        }
        pieces
    }
}

/// The values of a variable, as an open enum.
fn variable_enum(name: &str, variable: &ServerVariable) -> [Piece; 2] {
    let mut used = BTreeSet::from(["Unknown".to_owned()]);
    let mut values: Vec<(String, &String)> = Vec::new();
    for value in &variable.values {
        let mut variant = pascal(value);
        if values.iter().any(|(_, known)| *known == value) {
            continue;
        }
        while !used.insert(variant.clone()) {
            variant.push_str("Value");
        }
        values.push((variant, value));
    }
    let docs = doc::outer(&[format!("The variable {} of a server.", doc::code(&variable.name))]);
    let enumeration = ident(name);
    let variants = values.iter().map(|(variant, value)| {
        let (docs, variant) = (doc::outer(&[format!("{}.", doc::code(value))]), ident(variant));
        quote!(#docs #variant,)
    });
    let items = quote! {
        #docs
        #[derive(Debug, Clone, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum #enumeration {
            #(#variants)*
            /// Another value.
            Unknown(String),
        }
    };
    let texts: Vec<String> = values.iter().map(|(variant, value)| format!("{variant} = {value:?}")).collect();
    [Piece::Items(items), Piece::Call(macro_call(&format!("logto_runtime::open_enum!({name} {{"), &texts, "});"))]
}

/// The names in a URL template, each once, in their order; declared or not, a user has to say them.
fn variables(server: &Server) -> Vec<&str> {
    let mut names = Vec::new();
    for name in server.url.split('{').skip(1).filter_map(|rest| Some(rest.split_once('}')?.0)) {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names
}

/// A URL template as the text of `format!`: its variables are the names in scope, everything else stands for itself.
fn format_text(url: &str) -> String {
    let mut text = String::new();
    let mut rest = url;
    while let Some((before, from)) = rest.split_once('{') {
        text.push_str(&before.replace('}', "}}"));
        match from.split_once('}') {
            Some((name, after)) => {
                text.push_str(&format!("{{{}}}", snake(name).trim_start_matches("r#")));
                rest = after;
            }
            None => {
                text.push_str("{{");
                rest = from;
            }
        }
    }
    text + &rest.replace('}', "}}")
}

fn is_absolute(server: &Server) -> bool {
    let scheme = server.url.split_once("://").map(|(scheme, _)| scheme);
    scheme.is_some_and(|scheme| matches!(scheme, "http" | "https") || scheme.starts_with('{'))
}

/// The URL with the usual values of its variables; `None` where that is no address.
fn default_url(server: &Server) -> Option<String> {
    let mut url = server.url.clone();
    for variable in &server.variables {
        url = url.replace(&format!("{{{}}}", variable.name), &variable.default);
    }
    let absolute = url.starts_with("https://") || url.starts_with("http://");
    (absolute && !url.contains(['{', '}', ' ', '?', '#'])).then_some(url)
}

/// The path of the first server where it is relative.
fn base_path(servers: &[Server]) -> String {
    let first =
        servers.first().filter(|server| !is_absolute(server) && !server.url.contains(['{', '?', '#', ' ', ':']));
    let path = first.map(|server| server.url.trim_matches(['/', '.'])).unwrap_or_default();
    if path.is_empty() { String::new() } else { format!("/{path}") }
}
