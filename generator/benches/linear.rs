//! Whether cost grows with the size of a document and no faster: each document, then two, four and eight of it in one; and
//! schemas that refer to each other as chains, fans, grids and cliques, in growing sizes.
//!
//! `cargo bench -p logto-generator --bench linear [-- FOLDER]`. FOLDER holds documents, JSON or YAML; without it those of
//! `tests/documents` are taken, sixteen times as many. Fails where an operation costs more than half as much again among
//! the most operations as among the fewest, or a generated line in the largest shape as in the smallest.

use std::path::{Path, PathBuf};
use std::time::Duration;

use logto_generator::load::{self, Files};
use logto_generator::{Project, project};
use rustix::time::{ClockId, clock_gettime};
use serde_json::{Map, Value};

#[path = "linear/shapes.rs"]
mod shapes;

/// How many times a document is taken.
const COPIES: [usize; 4] = [1, 2, 4, 8];

/// How much more an operation may cost among the most operations than among the fewest.
const BOUND: f64 = 1.5;

/// Documents of fewer operations say nothing: most of their cost is that of any document.
const FEWEST: usize = 40;

/// The best of so many runs counts.
const RUNS: usize = 3;

type Failure = Box<dyn std::error::Error>;

fn main() -> Result<(), Failure> {
    let given = std::env::args().skip(1).find(|argument| !argument.starts_with("--"));
    // Documents made for tests are small.
    let (folder, factor) = match given {
        Some(folder) => (PathBuf::from(folder), 1),
        None => (Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/documents"), 16),
    };
    println!(
        "{:<32} {:>10}  µs of processor time for each operation, of one to eight documents",
        "document", "operations"
    );
    let mut steepest: f64 = 0.0;
    for path in documents(&folder)? {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let document = match load::document(&std::fs::read(&path)?) {
            Ok(document) => document.value,
            Err(error) => {
                println!("{name:<32} is no document: {error}");
                continue;
            }
        };
        let operations = count(&document) * factor;
        if operations < FEWEST {
            continue;
        }
        let costs = COPIES
            .iter()
            .map(|copies| Ok(cost(&repeated(&document, copies * factor))? / (operations * copies) as f64))
            .collect::<Result<Vec<f64>, Failure>>()?;
        let growth = costs[costs.len() - 1] / costs[0];
        steepest = steepest.max(growth);
        let listed: Vec<String> = costs.iter().map(|cost| format!("{cost:>8.0}")).collect();
        println!("{name:<32} {operations:>10} {}  × {growth:.2}", listed.join(" "));
    }
    println!("\n{:<32} {:>10}  µs of processor time for each generated line, in growing sizes", "shape", "schemas");
    for (name, make, sizes) in shapes::ALL {
        let costs = sizes.iter().map(|size| cost_of_a_line(&make(*size))).collect::<Result<Vec<f64>, Failure>>()?;
        let growth = costs[costs.len() - 1] / costs[0];
        steepest = steepest.max(growth);
        let listed: Vec<String> = costs.iter().map(|cost| format!("{cost:>8.2}")).collect();
        println!("{name:<32} {:>10} {}  × {growth:.2}", sizes[sizes.len() - 1], listed.join(" "));
    }
    if steepest > BOUND {
        return Err(format!("the largest costs {steepest:.2} times as much for each operation or line").into());
    }
    Ok(())
}

fn documents(folder: &Path) -> Result<Vec<PathBuf>, Failure> {
    let mut paths = std::fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect::<Result<Vec<_>, Failure>>()?;
    paths.retain(|path| {
        path.extension().is_some_and(|ending| ["json", "yaml", "yml"].iter().any(|known| ending == *known))
    });
    paths.sort();
    Ok(paths)
}

/// Microseconds of processor time to generate a crate from it.
fn cost(document: &Value) -> Result<f64, Failure> {
    Ok(generated(document)?.0)
}

fn cost_of_a_line(document: &Value) -> Result<f64, Failure> {
    let (cost, lines) = generated(document)?;
    Ok(cost / lines as f64)
}

/// Microseconds of processor time to generate a crate, and its lines.
fn generated(document: &Value) -> Result<(f64, usize), Failure> {
    let project_of =
        Project { document: document.to_string().into_bytes(), name: "large".to_owned(), ..Project::default() };
    let (mut best, mut lines) = (Duration::MAX, 0);
    for _ in 0..RUNS {
        let begin = now()?;
        let output = project(&project_of, &Files::NONE, &mut |_| ())?;
        best = best.min(now()? - begin);
        lines = output.files.iter().map(|file| file.text.lines().count()).sum();
    }
    Ok((best.as_secs_f64() * 1e6, lines))
}

fn now() -> Result<Duration, Failure> {
    Ok(Duration::try_from(clock_gettime(ClockId::ProcessCPUTime))?)
}

fn count(document: &Value) -> usize {
    let methods = ["get", "put", "post", "delete", "options", "head", "patch", "trace"];
    let items = document["paths"].as_object().into_iter().flatten();
    items.map(|(_, item)| methods.iter().filter(|method| item.get(**method).is_some()).count()).sum()
}

/// One document of several that differ in nothing but their names.
fn repeated(document: &Value, copies: usize) -> Value {
    let mut all = document.clone();
    for copy in 1..copies {
        let renamed = renamed(document, copy, "");
        for place in ["/paths", "/webhooks"] {
            join(&mut all, &renamed, place, |name| format!("/copy{copy}{name}"));
        }
        let groups = document["components"].as_object().into_iter().flatten().map(|(group, _)| group);
        for group in groups.filter(|group| *group != "securitySchemes" && !group.starts_with("x-")) {
            join(&mut all, &renamed, &format!("/components/{group}"), |name| format!("{name}Copy{copy}"));
        }
    }
    all
}

fn join(all: &mut Value, other: &Value, place: &str, rename: impl Fn(&str) -> String) {
    let (Some(all), Some(other)) = (all.pointer_mut(place), other.pointer(place)) else { return };
    let (Some(all), Some(other)) = (all.as_object_mut(), other.as_object()) else { return };
    all.extend(other.iter().map(|(name, value)| (rename(name), value.clone())));
}

/// The same with the names of a copy, which its references use. `key` is the member that the value is.
fn renamed(value: &Value, copy: usize, key: &str) -> Value {
    match value {
        Value::String(text) => Value::String(match key {
            "operationId" => format!("{text}Copy{copy}"),
            "$ref" => reference(text, copy),
            "mapping" if text.starts_with("#/") => reference(text, copy),
            _ => text.clone(),
        }),
        Value::Array(items) if key == "tags" => items
            .iter()
            .map(|tag| tag.as_str().map_or_else(|| tag.clone(), |tag| format!("{tag} copy {copy}").into()))
            .collect(),
        Value::Array(items) => items.iter().map(|item| renamed(item, copy, "")).collect(),
        Value::Object(members) => {
            let inner = |(name, value): (&String, &Value)| {
                let key = if key == "mapping" { key } else { name };
                (name.clone(), renamed(value, copy, key))
            };
            Value::Object(members.iter().map(inner).collect::<Map<_, _>>())
        }
        _ => value.clone(),
    }
}

/// `#/components/schemas/User/…` as that of a copy.
fn reference(text: &str, copy: usize) -> String {
    let Some(rest) = text.strip_prefix("#/components/") else {
        return text.replace("#/paths/", &format!("#/paths/~1copy{copy}"));
    };
    let mut steps: Vec<String> = rest.split('/').map(str::to_owned).collect();
    if let Some(name) = steps.get_mut(1) {
        name.push_str(&format!("Copy{copy}"));
    }
    format!("#/components/{}", steps.join("/"))
}
