//! `cargo xtask <task>`.

use std::fmt;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::SystemTime;

use anyhow::{Context, Result, bail, ensure};
use pico_args::Arguments;
use xtask::source::Hosts;
use xtask::timings::Timings;
use xtask::{attack, ci, corpus, diff, generate, import, regen, soak};

/// A quarter of what generating costs is asking for memory, and this one is asked for less than the system's.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const HELP: &str = "\
The tasks of this repository. A document may be a URL; redirects to another host are errors without --follow-redirects.

  cargo xtask import <file or URL> --release X.Y.Z [--keep-prose]
      Reads a published document, checks it and writes specs/management.json.
      Logto serves its own at /api/.well-known/management.openapi.json.
  cargo xtask regen [--check] [--timings]
      Writes the generated code, or with --check says what is stale and writes nothing.
  cargo xtask diff <old> <new> [--old-release X.Y.Z] [--new-release X.Y.Z] [--config FILE]
      What changed between two documents for users of the crate, and what breaks their code, as `regen` would report it.
      Releases are those of Logto: without these options they are found in the documents or the names of their files, else
      the old document is of the last release in specs/names.lock and the new one of a later one. With a configuration, as
      `generate` takes it, the documents are those of another API.
  cargo xtask generate --spec FILE --out DIR --name CRATE [--config FILE] [--strict] [--all-components] [--timings]
      A whole crate for any OpenAPI 3.0 or 3.1 document, on the same runtime. FILE may be a URL. With --strict a reference
      to a schema that is not there is an error, with --all-components there are types of components that nothing uses.
  cargo xtask corpus DIR [--only NAME] [--no-check] [--docs] [--run] [--out DIR]
      Generates and compiles each document of a folder in target/corpus, and prints a table. With --run every operation
      is called on a server made from the document.
  cargo xtask soak --minutes N
      Drives the client against a fake Logto where every fiftieth request meets a fault, and reports what came of it.
  cargo xtask attack [--seconds N] [--seed S] [--only NAME] [--case N] [--debug]
      Attacks generator and client with what chance makes of a seed, within bounds on memory and time that end the process.
      A fault names its seed, attack and case, with which it is seen again. Built for release, but with --debug, as in ci.
  cargo xtask ci
      Everything that must hold: format, lints, generated code, tests, a minute of soak, attacks, docs, features.
";

fn main() -> ExitCode {
    match run() {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<ExitCode> {
    let mut arguments = Arguments::from_env();
    if arguments.contains(["-h", "--help"]) {
        say(HELP.trim_end())?;
        return Ok(ExitCode::SUCCESS);
    }
    let root = root()?;
    match arguments.subcommand()?.as_deref() {
        Some("import") => {
            let options = import::Options {
                release: arguments
                    .value_from_str("--release")
                    .ok()
                    .context("say which release it is: --release 1.42.0")?,
                keep_prose: arguments.contains("--keep-prose"),
                hosts: hosts(&mut arguments),
                source: free(&mut arguments, "say what to import: a file or a URL")?,
            };
            finish(arguments)?;
            say(import::run(&root, &options, &today())?)?;
            Ok(ExitCode::SUCCESS)
        }
        Some("regen") => {
            let mode = if arguments.contains("--check") { regen::Mode::Check } else { regen::Mode::Write };
            let shown = arguments.contains("--timings");
            finish(arguments)?;
            let mut timings = Timings::start();
            let report = regen::timed(&root, mode, &mut timings)?;
            say(&report)?;
            show(&timings, shown)?;
            Ok(if report.is_stale() { ExitCode::FAILURE } else { ExitCode::SUCCESS })
        }
        Some("generate") => {
            let options = generate::Options {
                spec: named(&mut arguments, "--spec", "say which document: --spec FILE")?,
                out: named(&mut arguments, "--out", "say where the crate goes: --out DIR")?.into(),
                name: named(&mut arguments, "--name", "say what the crate is called: --name CRATE")?,
                config: arguments.opt_value_from_str::<_, PathBuf>("--config")?,
                strict: arguments.contains("--strict"),
                all_components: arguments.contains("--all-components"),
                tests: false,
                hosts: hosts(&mut arguments),
            };
            let shown = arguments.contains("--timings");
            finish(arguments)?;
            let mut timings = Timings::start();
            let report = generate::run(&root, &options, &mut timings)?;
            say(&report)?;
            show(&timings, shown)?;
            Ok(ExitCode::SUCCESS)
        }
        Some("corpus") => {
            let corpus = corpus::Corpus {
                only: arguments.opt_value_from_str("--only")?,
                check: !arguments.contains("--no-check"),
                docs: arguments.contains("--docs"),
                run: arguments.contains("--run"),
                out: arguments.opt_value_from_str::<_, PathBuf>("--out")?,
                place: free(&mut arguments, "say which folder holds the documents")?.into(),
            };
            finish(arguments)?;
            Ok(if corpus::run(&root, &corpus)? { ExitCode::SUCCESS } else { ExitCode::FAILURE })
        }
        Some("diff") => {
            let options = diff::Options {
                hosts: hosts(&mut arguments),
                old_release: arguments.opt_value_from_str("--old-release")?,
                new_release: arguments.opt_value_from_str("--new-release")?,
                config: arguments.opt_value_from_str::<_, PathBuf>("--config")?,
                old: free(&mut arguments, "say what the old document is: a file or a URL")?,
                new: free(&mut arguments, "say what the new document is: a file or a URL")?,
            };
            finish(arguments)?;
            say(diff::run(&root, &options)?)?;
            Ok(ExitCode::SUCCESS)
        }
        Some("soak") => {
            let minutes = arguments.value_from_str("--minutes").ok().context("say how long: --minutes 1")?;
            finish(arguments)?;
            soak::run(&root, minutes)?;
            Ok(ExitCode::SUCCESS)
        }
        Some("attack") => {
            let options = attack::Options {
                seconds: arguments.opt_value_from_str("--seconds")?,
                seed: arguments.opt_value_from_str("--seed")?,
                only: arguments.opt_value_from_str("--only")?,
                case: arguments.opt_value_from_str("--case")?,
                debug: arguments.contains("--debug"),
            };
            finish(arguments)?;
            attack::run(&root, &options)?;
            Ok(ExitCode::SUCCESS)
        }
        Some("ci") => {
            finish(arguments)?;
            ci::run(&root)?;
            Ok(ExitCode::SUCCESS)
        }
        Some(task) => bail!("there is no task `{task}`\n\n{HELP}"),
        None => bail!("which task?\n\n{HELP}"),
    }
}

/// How long it took: in all, or each pass.
fn show(timings: &Timings, each: bool) -> Result<()> {
    if each { say(timings) } else { say(format!("{:.2} s", timings.total().wall.as_secs_f64())) }
}

/// Prints a line or several. That nobody reads them, as behind `| head`, changes nothing of what was done.
fn say(text: impl fmt::Display) -> Result<()> {
    match writeln!(io::stdout(), "{text}") {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(error).context("cannot print"),
        _ => Ok(()),
    }
}

/// Which hosts a document may come from.
fn hosts(arguments: &mut Arguments) -> Hosts {
    if arguments.contains("--follow-redirects") { Hosts::Any } else { Hosts::Own }
}

/// The value of an option that must be given.
fn named(arguments: &mut Arguments, name: &'static str, ask: &'static str) -> Result<String> {
    arguments.value_from_str(name).ok().context(ask)
}

/// The next argument that is no option.
fn free(arguments: &mut Arguments, ask: &'static str) -> Result<String> {
    let value: String = arguments.free_from_str().ok().context(ask)?;
    ensure!(!value.starts_with('-'), "there is no option `{value}`; `cargo xtask --help` says what there is");
    Ok(value)
}

/// An argument that nothing reads is a mistake.
fn finish(arguments: Arguments) -> Result<()> {
    match arguments.finish().first() {
        None => Ok(()),
        Some(rest) => bail!("what is `{}`? `cargo xtask --help` says what there is", rest.to_string_lossy()),
    }
}

/// The root of the repository: the folder above this crate's own.
fn root() -> Result<PathBuf> {
    let manifest = std::env::var("CARGO_MANIFEST_DIR").context("run it as `cargo xtask`")?;
    Ok(Path::new(&manifest).parent().context("the crate has no folder above it")?.to_path_buf())
}

/// Today's date, UTC.
fn today() -> String {
    humantime::format_rfc3339_seconds(SystemTime::now()).to_string().chars().take(10).collect()
}
