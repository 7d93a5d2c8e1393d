//! Servers: where the API is, and operations that are elsewhere.

use crate::model::{Server, ServerVariable};

/// The servers that a document lists.
pub(super) fn servers(of: &[openapiv3::Server]) -> Vec<Server> {
    let variables = |server: &openapiv3::Server| {
        let variables = server.variables.iter().flatten();
        variables
            .map(|(name, variable)| ServerVariable {
                name: name.clone(),
                default: variable.default.clone(),
                values: variable.enumeration.clone(),
            })
            .collect()
    };
    of.iter().map(|server| Server { url: server.url.clone(), variables: variables(server) }).collect()
}

/// The address of an operation, where its own servers or those of its path item are not those of the document.
pub(super) fn elsewhere(own: &[openapiv3::Server], document: &[Server]) -> Option<String> {
    let own = servers(own);
    let known = |server: &Server| document.iter().any(|other| address(other) == address(server));
    let first = own.first()?;
    (!own.iter().any(known)).then(|| address(first))
}

/// The URL of a server with its variables at their defaults.
fn address(server: &Server) -> String {
    let mut url = server.url.clone();
    for variable in &server.variables {
        url = url.replace(&format!("{{{}}}", variable.name), &variable.default);
    }
    let plain = url.trim_end_matches('/');
    if plain.is_empty() { "/".to_owned() } else { plain.to_owned() }
}
