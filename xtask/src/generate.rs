//! `generate`: any OpenAPI document becomes a whole crate in a folder of its own.

use std::fmt;
use std::fs;
use std::path::{Component, Path, PathBuf};

use anyhow::{Context, Result, anyhow, bail, ensure};
use logto_generator::config::Runtime;
use logto_generator::error::Error;
use logto_generator::load::Files;
use logto_generator::{Config, HEADER, Output, Project, Summary, check_name};

use crate::files;
use crate::source::{self, Hosts};
use crate::timings::Timings;
use crate::tree::{self, Difference, Places};

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
    /// Whether a reference to a schema that is not there is an error; else any value is taken there.
    pub strict: bool,
    /// Whether it has the types of components, too, that nothing refers to.
    pub all_components: bool,
    /// Whether it gets tests that call every operation on a server made from the document, which must be a file.
    pub tests: bool,
    /// Which hosts the document may come from.
    pub hosts: Hosts,
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
        write!(f, "{} files changed, {} new, {} deleted", stale.len(), missing.len(), extra.len())?;
        extra.iter().try_for_each(|path| write!(f, "\ndeleted: {path}"))
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
    let mut given = Given::read(options.config.as_deref(), &options.out)?;
    given.config.all_components |= options.all_components;
    let source = source::read(&options.spec, options.hosts)?;
    timings.end("read");
    let project = Project {
        document: source.bytes,
        name: options.name.clone(),
        overlay: given.text(given.config.overlay.as_deref())?.unwrap_or_default(),
        rules: given.text(given.config.rules.as_deref())?.unwrap_or_default(),
        lock: given.lock()?,
        cargo_toml: files::read(&options.out, MANIFEST)?,
        runtime: Runtime { path: Some(from_folder(&options.out, &root.join("runtime"))?), ..Runtime::default() },
        own_workspace: is_within(root, &options.out)?,
        tests: tests(options)?,
        config: given.config.clone(),
    };
    let folder = folder_of(&options.spec);
    let files =
        Files { document: &source.origin, read: &|path| source::next_to(&folder, path), lenient: !options.strict };
    let output = logto_generator::project(&project, &files, &mut |pass| timings.end(pass.name()));
    let output = output.map_err(|error| told(&source.origin, &error))?;
    let summary = output.summary.clone();
    let lock = given.config.names.as_ref().map(|names| (given.folder.join(names), output.lock.clone()));
    let difference = compare(&options.out, output)?;
    timings.end("compare");
    write(&options.out, &difference, lock)?;
    timings.end("write");
    Ok(Report { summary, difference })
}

const MANIFEST: &str = "Cargo.toml";

/// Where generated files can be. Beside them people and other generators may have theirs.
const PLACES: Places<'_> =
    Places { header: HEADER, folders: &["src", "src/operations", "src/types", "tests/operations"], owned: &[] };

/// The list of operations, which cannot carry a header.
const INVENTORY: &str = "operations.json";

fn check_folder(out: &Path) -> Result<()> {
    ensure!(!out.as_os_str().is_empty(), "say where the crate goes: --out DIR");
    ensure!(!out.exists() || out.is_dir(), "{} is not a folder", out.display());
    let above = out.ancestors().find(|above| !above.as_os_str().is_empty() && above.exists());
    ensure!(above.is_none_or(Path::is_dir), "{} cannot be a folder: a file is in its way", out.display());
    Ok(())
}

/// The folder of the files that a document may refer to.
pub(crate) fn folder_of(spec: &str) -> PathBuf {
    Path::new(spec).parent().map(Path::to_path_buf).unwrap_or_default()
}

/// The path that tests read the document from.
fn tests(options: &Options) -> Result<Option<String>> {
    let path = std::path::absolute(&options.spec).with_context(|| format!("{} is no path", options.spec))?;
    Ok(options.tests.then(|| path.display().to_string()))
}

/// The configuration and the folder that its paths are relative to.
pub(crate) struct Given {
    pub(crate) config: Config,
    folder: PathBuf,
}

impl Given {
    /// Reads the configuration of the crate in a folder.
    pub(crate) fn read(path: Option<&Path>, out: &Path) -> Result<Self> {
        let Some(path) = path else { return Ok(Self { config: Config::default(), folder: PathBuf::new() }) };
        let text = fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
        let mut config = Config::parse(&text).with_context(|| path.display().to_string())?;
        let folder = path.parent().map(Path::to_path_buf).unwrap_or_default();
        if let Some(runtime) = config.runtime.as_mut().and_then(|runtime| runtime.path.as_mut()) {
            *runtime = from_folder(out, &folder.join(&*runtime))?;
        }
        Ok(Self { config, folder })
    }

    pub(crate) fn text(&self, path: Option<&str>) -> Result<Option<String>> {
        let Some(path) = path else { return Ok(None) };
        let path = self.folder.join(path);
        fs::read_to_string(&path).map(Some).with_context(|| format!("cannot read {}", path.display()))
    }

    /// The lock; the first run starts it.
    pub(crate) fn lock(&self) -> Result<String> {
        let Some(path) = &self.config.names else { return Ok(String::new()) };
        Ok(files::read(&self.folder, path)?.unwrap_or_default())
    }
}

/// What is wrong: one problem on the line that says of what, several below it.
fn told(origin: &str, error: &Error) -> anyhow::Error {
    match error.problems.len() {
        1 => anyhow!("{origin}: nothing was generated: {error}"),
        several => anyhow!("{origin}: nothing was generated, {several} things are wrong:\n{error}"),
    }
}

/// A path as it is written in a manifest: from the folder of the manifest, unless both have only the root of the disk
/// in common.
fn from_folder(folder: &Path, path: &Path) -> Result<String> {
    let (folder, path) = (real(folder)?, real(path)?);
    let common = folder.components().zip(path.components()).take_while(|(one, other)| one == other).count();
    if folder.components().take(common).all(|part| !matches!(part, Component::Normal(_))) {
        return Ok(path.display().to_string());
    }
    let up = folder.components().skip(common).map(|_| "..".to_owned());
    let down = path.components().skip(common).map(|part| part.as_os_str().to_string_lossy().into_owned());
    let steps: Vec<String> = up.chain(down).collect();
    Ok(if steps.is_empty() { ".".to_owned() } else { steps.join("/") })
}

/// A path from the root of the disk without `..` and links, also where not all of it is there yet.
fn real(path: &Path) -> Result<PathBuf> {
    let path = std::path::absolute(path).with_context(|| format!("{} is no path", path.display()))?;
    let mut real = PathBuf::new();
    for part in path.components() {
        match part {
            Component::ParentDir => drop(real.pop()),
            part => real.push(part),
        }
        // What is not there is as it is written.
        real = real.canonicalize().unwrap_or(real);
    }
    Ok(real)
}

/// Whether Cargo takes what lies in a folder for a part of this repository's workspace: no other is nearer.
fn is_within(root: &Path, folder: &Path) -> Result<bool> {
    let (root, folder) = (real(root)?, real(folder)?);
    let is_workspace = |above: &Path| {
        let text = files::read(above, MANIFEST)?.unwrap_or_default();
        anyhow::Ok(text.lines().any(|line| line.trim() == "[workspace]"))
    };
    for above in folder.ancestors().skip(1) {
        if above == root {
            return Ok(true);
        }
        if is_workspace(above)? {
            return Ok(false);
        }
    }
    Ok(false)
}

/// How the folder differs from an output. A file that people wrote is in nobody's way: it is an error.
fn compare(out: &Path, output: Output) -> Result<Difference> {
    let mut wanted: Vec<(String, String)> = output.files.into_iter().map(|file| (file.path, file.text)).collect();
    wanted.push((MANIFEST.to_owned(), output.cargo_toml));
    let difference = tree::compare(out, wanted, &PLACES)?;
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
    ["// ", "<!-- "].iter().any(|comment| tree::begins_with(text, comment, HEADER))
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
