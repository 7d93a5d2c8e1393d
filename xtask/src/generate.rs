//! `generate`: any OpenAPI document becomes a whole crate in a folder of its own.

use std::fmt;
use std::fs;
use std::path::{Component, Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};
use logto_generator::config::Runtime;
use logto_generator::load::Files;
use logto_generator::{Config, Output, Project, Summary, check_name};

use crate::timings::Timings;
use crate::tree::{self, Difference, HEADER};
use crate::{files, source};

/// What to generate, and where.
#[derive(Debug, Clone)]
pub struct Options {
    /// The document: a file or an http(s) URL.
    pub spec: String,
    /// The folder of the crate.
    pub out: PathBuf,
    /// The name of the crate.
    pub name: String,
    /// The configuration; `None`: the usual one.
    pub config: Option<PathBuf>,
    /// Whether it gets tests that call every operation on a server made from the document, which must be a file.
    pub tests: bool,
}

/// What was generated.
#[derive(Debug)]
pub struct Report {
    /// What is in it.
    pub summary: Summary,
    /// What was written.
    pub difference: Difference,
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Difference { stale, missing, extra } = &self.difference;
        writeln!(f, "{}", self.summary)?;
        write!(f, "{} files changed, {} new, {} deleted", stale.len(), missing.len(), extra.len())
    }
}

/// Generates a crate. On an error nothing on disk has changed.
///
/// # Errors
///
/// The name or the folder cannot be, something cannot be read, or the document cannot be generated.
pub fn run(root: &Path, options: &Options, timings: &mut Timings) -> Result<Report> {
    check_name(&options.name)?;
    check_folder(&options.out)?;
    let given = Given::read(options.config.as_deref())?;
    let source = source::read(&options.spec)?;
    timings.end("read");
    let project = Project {
        document: source.bytes,
        name: options.name.clone(),
        overlay: given.text(given.config.overlay.as_deref())?.unwrap_or_default(),
        rules: given.text(given.config.rules.as_deref())?.unwrap_or_default(),
        lock: given.lock()?,
        cargo_toml: files::read(&options.out, MANIFEST)?,
        runtime: runtime(root, &options.out)?,
        tests: tests(options)?,
        config: given.config.clone(),
    };
    let folder = Path::new(&options.spec).parent().unwrap_or(Path::new(""));
    let files = Files { document: &source.origin, read: &|path| source::next_to(folder, path) };
    let output = logto_generator::project(&project, &files, &mut |pass| timings.end(pass.name()));
    let output = output.with_context(|| format!("{}: nothing was generated", source.origin))?;
    let summary = output.summary.clone();
    let lock = given.config.names.as_ref().map(|names| (given.folder.join(names), output.lock.clone()));
    let difference = compare(&options.out, output)?;
    timings.end("compare");
    write(&options.out, &difference, lock)?;
    timings.end("write");
    Ok(Report { summary, difference })
}

const MANIFEST: &str = "Cargo.toml";

/// The list of operations, which cannot carry a header.
const INVENTORY: &str = "operations.json";

fn check_folder(out: &Path) -> Result<()> {
    ensure!(!out.as_os_str().is_empty(), "say where the crate goes: --out DIR");
    ensure!(!out.exists() || out.is_dir(), "{} is not a folder", out.display());
    let above = out.ancestors().find(|above| !above.as_os_str().is_empty() && above.exists());
    ensure!(above.is_none_or(Path::is_dir), "{} cannot be a folder: a file is in its way", out.display());
    Ok(())
}

/// The path that tests read the document from.
fn tests(options: &Options) -> Result<Option<String>> {
    let path = std::path::absolute(&options.spec).with_context(|| format!("{} is no path", options.spec))?;
    Ok(options.tests.then(|| path.display().to_string()))
}

/// The configuration and the folder that its paths are relative to.
struct Given {
    config: Config,
    folder: PathBuf,
}

impl Given {
    fn read(path: Option<&Path>) -> Result<Self> {
        let Some(path) = path else { return Ok(Self { config: Config::default(), folder: PathBuf::new() }) };
        let text = fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
        let config = Config::parse(&text).with_context(|| path.display().to_string())?;
        Ok(Self { config, folder: path.parent().map(Path::to_path_buf).unwrap_or_default() })
    }

    fn text(&self, path: Option<&str>) -> Result<Option<String>> {
        let Some(path) = path else { return Ok(None) };
        let path = self.folder.join(path);
        fs::read_to_string(&path).map(Some).with_context(|| format!("cannot read {}", path.display()))
    }

    /// The lock; the first run starts it.
    fn lock(&self) -> Result<String> {
        let Some(path) = &self.config.names else { return Ok(String::new()) };
        Ok(files::read(&self.folder, path)?.unwrap_or_default())
    }
}

/// The runtime of this repository, as a path from the folder of the crate.
fn runtime(root: &Path, out: &Path) -> Result<Runtime> {
    let out = std::path::absolute(out).with_context(|| format!("{} is no path", out.display()))?;
    let mut plain = PathBuf::new();
    for part in out.components() {
        match part {
            Component::ParentDir => drop(plain.pop()),
            part => plain.push(part),
        }
    }
    let path = match plain.strip_prefix(root) {
        Ok(inside) => format!("{}runtime", "../".repeat(inside.components().count())),
        Err(_) => root.join("runtime").display().to_string(),
    };
    Ok(Runtime { path: Some(path), ..Runtime::default() })
}

/// How the folder differs from an output. A file that people wrote is in nobody's way: it is an error.
fn compare(out: &Path, output: Output) -> Result<Difference> {
    let mut wanted: Vec<(String, String)> = output.files.into_iter().map(|file| (file.path, file.text)).collect();
    wanted.push((MANIFEST.to_owned(), output.cargo_toml));
    let difference = tree::compare(out, wanted, "", &[])?;
    let ours = |path: &str| anyhow::Ok(files::read(out, path)?.is_none_or(|text| is_generated(&text)));
    for (path, _) in &difference.stale {
        let fine = match path.as_str() {
            MANIFEST => true,
            INVENTORY => files::read(out, "src/lib.rs")?.is_some_and(|text| is_generated(&text)),
            path => ours(path)?,
        };
        if !fine {
            bail!("{} was not generated, but a file of its name would be; move it away", out.join(path).display());
        }
    }
    Ok(difference)
}

fn is_generated(text: &str) -> bool {
    text.starts_with(HEADER) || text.starts_with("<!-- @generated")
}

/// Writes the crate and the lock, or neither.
fn write(out: &Path, difference: &Difference, lock: Option<(PathBuf, String)>) -> Result<()> {
    let mut difference = difference.clone();
    if let Some((path, text)) = lock {
        let path = std::path::absolute(&path).with_context(|| format!("{} is no path", path.display()))?;
        // A path from the root stands for itself, whatever it is joined to.
        difference.stale.push((path.to_string_lossy().into_owned(), text));
    }
    tree::write(out, &difference)
}
