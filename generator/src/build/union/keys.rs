//! Members that tell objects apart.

use std::collections::{BTreeSet, HashMap};
use std::rc::Rc;

use super::super::object::Members;

/// For each object a member that it must have and that no other has.
pub(super) fn foreign(objects: &[Rc<Members<'_>>]) -> Option<Vec<Vec<String>>> {
    let mut owners: HashMap<&str, usize> = HashMap::new();
    for name in objects.iter().flat_map(|members| members.properties.keys()) {
        *owners.entry(name).or_default() += 1;
    }
    let own = |members: &Rc<Members<'_>>| {
        let key = members.firm().find(|key| owners.get(**key) == Some(&1))?;
        Some(vec![(*key).to_owned()])
    };
    objects.iter().map(own).collect()
}

/// For each object the members that it must have and the others need not; where one has none, all that each must have:
/// more of them are tried first.
pub(super) fn distinguishing(objects: &[Rc<Members<'_>>]) -> Option<Vec<Vec<String>>> {
    let mut owners: HashMap<&str, usize> = HashMap::new();
    let mut demands: HashMap<&str, usize> = HashMap::new();
    for members in objects {
        members.properties.keys().for_each(|name| *owners.entry(name).or_default() += 1);
        members.required.iter().for_each(|name| *demands.entry(name).or_default() += 1);
    }
    let own = |members: &Rc<Members<'_>>| -> Vec<String> {
        let foreign = members.firm().find(|key| {
            let here = usize::from(members.properties.contains_key(**key));
            owners.get(**key).copied().unwrap_or_default() == here
        });
        match foreign {
            Some(key) => vec![(*key).to_owned()],
            None => {
                let unique = members.firm().filter(|key| demands.get(**key) == Some(&1));
                unique.map(|key| (*key).to_owned()).collect()
            }
        }
    };
    let mut keys: Vec<Vec<String>> = objects.iter().map(own).collect();
    if keys.iter().any(Vec::is_empty) {
        let all = |members: &Rc<Members<'_>>| members.firm().map(|key| (*key).to_owned()).collect();
        keys = objects.iter().map(all).collect();
    }
    let mut seen: BTreeSet<BTreeSet<&String>> = BTreeSet::new();
    let distinct = keys.iter().all(|keys: &Vec<String>| seen.insert(keys.iter().collect()));
    distinct.then_some(keys)
}
