//! The whole line: sources in, files out.

use serde::Deserialize;

use crate::docs::Docs;
use crate::emit::{self, File};
use crate::error::{Error, Problem};
use crate::lock::Lock;
use crate::pipeline;
use crate::report::{self, Summary};
use crate::rules::Rules;
use crate::{calls, released};

/// Everything that the generator reads, as text.
#[derive(Debug, Clone, Default)]
pub struct Sources {
    /// `specs/management.json`.
    pub document: String,
    /// `specs/management.meta.json`: the release and where the document came from.
    pub meta: String,
    /// `specs/overlay.yaml`.
    pub overlay: String,
    /// `specs/rules.yaml`.
    pub rules: String,
    /// `specs/docs/operations.yaml`.
    pub docs_operations: String,
    /// `specs/docs/types.yaml`.
    pub docs_types: String,
    /// `specs/names.lock`.
    pub lock: String,
    /// `generated/Cargo.toml`.
    pub cargo_toml: String,
}

/// Everything that the generator makes.
#[derive(Debug, Clone)]
pub struct Output {
    /// The files of the generated crate, by their paths in it.
    pub files: Vec<File>,
    /// `specs/names.lock`, with what is new.
    pub lock: String,
    /// `generated/Cargo.toml`, with its features.
    pub cargo_toml: String,
    /// What to print.
    pub summary: Summary,
}

/// The part of the sidecar that counts.
#[derive(Deserialize)]
struct Meta {
    release: String,
}

/// Generates the crate of a document.
///
/// # Errors
///
/// Everything that is wrong with the sources, each with its place.
pub fn generate(sources: &Sources) -> Result<Output, Error> {
    let meta: Meta = serde_json::from_str(&sources.meta)
        .map_err(|error| Problem::new(format!("specs/management.meta.json: {error}: import the document again")))?;
    let release = &meta.release;
    let rules = Rules::parse(&sources.rules)?;
    let lock = Lock::parse(&sources.lock)?;
    let docs = Docs::parse(&sources.docs_operations, &sources.docs_types)?;
    let corrected = pipeline::corrected(sources.document.as_bytes(), &sources.overlay, &rules, release)?;
    let modelled = pipeline::model(&corrected, &rules, &lock, release)?;
    let (text, new_names) = lock.append(&released::entries(&modelled.model, &modelled.names, &lock), release)?;
    let input = emit::Input {
        model: &modelled.model,
        names: &modelled.names,
        docs: &docs,
        crate_name: &rules.krate.name,
        about: &rules.krate.about,
        reference: rules.reference.as_deref(),
        modules: &rules.krate.hand_written,
    };
    let mut files = emit::emit(&input)?;
    let gaps = docs.gaps(&modelled.model, &modelled.names);
    let summary = Summary::new(&modelled, &files, new_names, gaps.len());
    files.extend(emit::driver(&input, &calls::driver_input(&modelled.model, &corrected.value))?);
    files.push(report::file(&modelled, &summary, &gaps, &corrected.applied, &rules, &lock));
    let cargo_toml = emit::features(&sources.cargo_toml, &modelled.names)?;
    Ok(Output { files, lock: text, cargo_toml, summary })
}
