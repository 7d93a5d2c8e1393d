//! How the crate of a document is made, where its maker wants more than the usual: the file of `--config`, all of it optional.
//!
//! ```yaml
//! release: 1.4.0              # of what rules, overlay and lock are for; else `info.version`
//! about: The Museum API.      # the docs of the crate; else title and description of the document
//! overlay: overlay.yaml       # corrections (OpenAPI Overlay)
//! rules: rules.yaml           # facts that the document does not say
//! names: names.lock           # released names; started where it is missing, appended to otherwise
//! docs: true                  # whether the document's own words become docs
//! features: true              # whether each tag is a feature
//! all_components: true        # whether there are types of components, too, that nothing refers to; else false
//! server: https://example.com # what is called unless the user says otherwise; else the document's first server
//! base_path: /api             # added to the base URL that a user sets; else the path of a relative first server
//! runtime: { path: ../runtime } # of a new crate; or { git: URL, rev: … } or { version: "1" }
//! ```
//!
//! Paths are relative to the file.

use serde::Deserialize;

use crate::error::{Error, Problem};

/// The configuration of one crate.
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields, expecting = "a map of settings")]
pub struct Config {
    /// The release that rules, overlay and lock are for; `None`: `info.version` of the document.
    pub release: Option<String>,
    /// The docs of the crate, in Markdown; `None`: title and description of the document.
    pub about: Option<String>,
    /// The path of the overlay.
    pub overlay: Option<String>,
    /// The path of the rules.
    pub rules: Option<String>,
    /// The path of the name lock.
    pub names: Option<String>,
    /// Whether the document's own words become docs.
    pub docs: bool,
    /// Whether each tag is a feature.
    pub features: bool,
    /// Whether the crate has the types of components, too, that nothing refers to.
    pub all_components: bool,
    /// The server that is called unless the user says otherwise; `None`: the document's first.
    pub server: Option<String>,
    /// The path that is added to a base URL; `None`: that of the document's first server, where it is relative.
    pub base_path: Option<String>,
    /// Where the runtime of a new crate comes from; `None`: whoever generates says.
    pub runtime: Option<Runtime>,
}

/// Where the runtime comes from, as in `Cargo.toml`: one of `path`, `git` and `version`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields, expecting = "a map such as `{ path: ../runtime }`")]
pub struct Runtime {
    /// A folder.
    pub path: Option<String>,
    /// A repository.
    pub git: Option<String>,
    /// Its commit.
    pub rev: Option<String>,
    /// Its branch.
    pub branch: Option<String>,
    /// Its tag.
    pub tag: Option<String>,
    /// A version in a registry.
    pub version: Option<String>,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            release: None,
            about: None,
            overlay: None,
            rules: None,
            names: None,
            docs: true,
            features: true,
            all_components: false,
            server: None,
            base_path: None,
            runtime: None,
        }
    }
}

impl Config {
    /// Reads a configuration. An empty text is the usual one.
    ///
    /// # Errors
    ///
    /// The text is not YAML or not of this form, or says something that cannot be.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let config: Option<Self> =
            serde_yaml::from_str(text).map_err(|error| Problem::new(format!("the configuration: {error}")))?;
        let config = config.unwrap_or_default();
        let mut problems = Vec::new();
        if config.release.as_deref().is_some_and(|release| release.trim().is_empty()) {
            problems.push(Problem::at("/release", "is empty: say which release it is, or leave it out"));
        }
        if let Some(what) = config.server.as_deref().and_then(wrong_server) {
            problems.push(Problem::at("/server", what));
        }
        if let Some(path) = config.base_path.as_deref().filter(|path| !path.is_empty())
            && (!path.starts_with('/') || path.contains(['?', '#', '{', ' ']))
        {
            problems.push(Problem::at("/base_path", format!("`{path}` is no path: write it as `/api`")));
        }
        if let Some(runtime) = &config.runtime {
            let ways = [&runtime.path, &runtime.git, &runtime.version];
            if ways.iter().filter(|way| way.is_some()).count() != 1 {
                problems.push(Problem::at("/runtime", "say one of `path`, `git` and `version`"));
            }
            let pins = [&runtime.rev, &runtime.branch, &runtime.tag];
            if runtime.git.is_none() && pins.iter().any(|pin| pin.is_some()) {
                problems.push(Problem::at("/runtime", "`rev`, `branch` and `tag` belong to `git`"));
            }
        }
        Error::check(config, problems)
    }
}

/// Why something cannot be the address of a server, as far as can be told without calling it.
fn wrong_server(server: &str) -> Option<String> {
    let Some(rest) = server.strip_prefix("https://").or_else(|| server.strip_prefix("http://")) else {
        return Some(format!("`{server}` is no URL that begins with https:// or http://"));
    };
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    if rest.contains(['?', '#']) {
        Some(format!("`{server}` has a query or a fragment; only scheme, host, port and a path belong in it"))
    } else if host.contains('@') {
        Some("has a user name or a password in it; those are for the builder of the client".to_owned())
    } else if host.is_empty() || host.starts_with(':') {
        Some(format!("`{server}` has no host"))
    } else if server.contains(|sign: char| sign.is_whitespace() || sign.is_control() || "{}".contains(sign)) {
        Some(format!("`{server}` has a blank or a brace in it"))
    } else {
        None
    }
}
