//! Unions that have no tag, or have one inside of another: which variant the runtime chooses by the shapes of the types that
//! the generator makes. No Rust is compiled, so that thousands of them can be shown.
//!
//! Random unions: an independent validator judges their values. What is valid for exactly one alternative becomes that
//! alternative, nothing that it lists is lost, and the choice is stable. `UNIONS=2000 SEED=7 cargo test -p logto-tests unions`
//! takes more of them and others.

mod random;
mod shapes;
mod table;

use std::collections::BTreeMap;

use fastrand::Rng;
use logto_generator::lock::Lock;
use logto_generator::model::{DefKind, Reply, Select, Ty};
use logto_generator::pipeline::{self, Modelled};
use logto_generator::rules::Rules;
use logto_runtime::__private::choose;
use serde_json::Value;

use random::Made;
use shapes::shape;

const UNIONS: u64 = 200;
const VALUES: usize = 60;

#[test]
fn random_unions_are_told_as_their_schemas_say() {
    let number = |name: &str, default| std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(default);
    let (unions, seed) = (number("UNIONS", UNIONS), number("SEED", 1_u64));
    println!("{unions} unions, seed {seed}");
    let (mut judged, mut told) = (0, 0);
    for index in 0..unions {
        let mut rng = Rng::with_seed(seed.wrapping_mul(1_000_003).wrapping_add(index));
        let (one, another) = check(&mut rng, &format!("seed {seed}, union {index}"));
        judged += one;
        told += another;
    }
    println!("{judged} values, {told} of exactly one alternative");
    assert!(told * 4 > judged, "most unions tell their alternatives apart: {told} of {judged}");
}

/// A union, and how many of its values were judged and were of exactly one alternative.
fn check(rng: &mut Rng, what: &str) -> (usize, usize) {
    let made = Made::new(rng);
    let modelled = model(&made.document.to_string());
    let mut names: BTreeMap<usize, String> = BTreeMap::new();
    let mut told = 0;
    for _ in 0..VALUES {
        let value = made.value(rng);
        let valid: Vec<usize> =
            (0..made.validators.len()).filter(|index| made.validators[*index].is_valid(&value)).collect();
        let [only] = valid.as_slice() else { continue };
        told += 1;
        let case = || format!("{what}\n{}\nvalue {value}, of alternative {only}", made.document);
        let (name, listed) = read_root(&modelled, &value).unwrap_or_else(|why| panic!("{why}\n{}", case()));
        // An alternative is one variant.
        let known = names.entry(*only).or_insert_with(|| name.clone());
        assert_eq!(*known, name, "{}", case());
        let is_there = |name: &&String| value.get(name.as_str()).is_some_and(|member| !member.is_null());
        for name in made.listed[*only].iter().filter(is_there) {
            assert!(listed.contains(name), "`{name}` is lost\n{}", case());
        }
    }
    // Two alternatives are one variant only where their members are of equal types, or all are one struct.
    let all: Vec<&String> = names.values().collect();
    for (index, name) in all.iter().enumerate() {
        let twice = all[..index].contains(name) && !name.is_empty();
        assert!(!twice || made.has_equal(), "{name} is two alternatives: {what}\n{}", made.document);
    }
    (VALUES, told)
}

fn model(document: &str) -> Modelled {
    let (rules, lock) = (Rules::parse("").expect("no rules"), Lock::parse("").expect("no lock"));
    let made = pipeline::corrected(document.as_bytes(), "", &rules, "1.0.0")
        .and_then(|corrected| pipeline::model(&corrected, &rules, &lock, "1.0.0"));
    made.unwrap_or_else(|error| panic!("{document}\n{error}"))
}

/// The names of the variants that a reply is read as, and the members that are kept of it.
fn read_root(modelled: &Modelled, value: &Value) -> Result<(String, Vec<String>), String> {
    match &modelled.model.operations[0].reply {
        Reply::Json(root) => {
            let mut names = Vec::new();
            let listed = read(modelled, root, value, &mut names)?;
            Ok((names.join("/"), listed))
        }
        other => Err(format!("no JSON: {other:?}")),
    }
}

fn read(modelled: &Modelled, ty: &Ty, value: &Value, names: &mut Vec<String>) -> Result<Vec<String>, String> {
    let Ty::Def(id) = ty else { return Ok(all_members(value)) };
    match &modelled.model.def(*id).kind {
        DefKind::Enum(_) => Ok(Vec::new()),
        DefKind::Struct(object) if object.rest.is_some() => Ok(all_members(value)),
        DefKind::Struct(object) => Ok(object.fields.iter().map(|field| field.json.clone()).collect()),
        DefKind::Union(union) => {
            let index = match &union.tag {
                Some(tag) => {
                    let found = value.get(tag).cloned().unwrap_or_default();
                    let is = |select: &Select| matches!(select, Select::Tag(values) if values.contains(&found));
                    let known = union.variants.iter().position(|variant| is(&variant.select));
                    known.or(union.missing.filter(|_| value.get(tag).is_none()))
                }
                None => choose(shape(&modelled.model, ty), value),
            };
            let index = index.ok_or_else(|| "Unknown".to_owned())?;
            names.push(modelled.names.types[id.0].members[index].clone());
            let mut listed = read(modelled, &union.variants[index].ty, value, names)?;
            listed.extend(union.tag.clone());
            Ok(listed)
        }
    }
}

fn all_members(value: &Value) -> Vec<String> {
    value.as_object().into_iter().flatten().map(|(name, _)| name.clone()).collect()
}
