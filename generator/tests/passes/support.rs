//! Small documents in, small texts out.

use logto_generator::lock::Lock;
use logto_generator::model::{BodyKind, DefKind, Field, Reply, Ty};
use logto_generator::pipeline::{self, Modelled};
use logto_generator::released;
use logto_generator::rules::Rules;

/// The model of a document of one release, and the lock after it.
pub(crate) struct Step {
    pub(crate) modelled: Modelled,
    pub(crate) lock: String,
}

/// Runs the passes over `paths` (YAML), with the lock of the release before.
pub(crate) fn step(release: &str, paths: &str, rules: &str, lock: &str) -> Result<Step, String> {
    let document = format!("openapi: 3.0.3\ninfo: {{title: t, version: '1'}}\n{paths}");
    let rules = Rules::parse(rules).map_err(|error| error.to_string())?;
    let lock = Lock::parse(lock).map_err(|error| error.to_string())?;
    let corrected = pipeline::corrected(document.as_bytes(), "", &rules, release).map_err(|error| error.to_string())?;
    let modelled = pipeline::model(&corrected, &rules, &lock, release).map_err(|error| error.to_string())?;
    let entries = released::entries(&modelled.model, &modelled.names, &lock);
    let (text, _) = lock.append(&entries, release).map_err(|error| error.to_string())?;
    Ok(Step { modelled, lock: text })
}

/// The types of a model, a line each: `User { id: text, name?: text }`.
pub(crate) fn types(modelled: &Modelled) -> Vec<String> {
    let mut lines: Vec<String> = modelled
        .model
        .defs
        .iter()
        .zip(&modelled.names.types)
        .map(|(def, names)| {
            let members: Vec<String> = match &def.kind {
                DefKind::Struct(object) => {
                    let known = object.fields.iter().zip(&names.members);
                    known.map(|(field, name)| format!("{name}{}: {}", marks(field), ty(&field.ty, modelled))).collect()
                }
                DefKind::Enum(_) => names.members.clone(),
                DefKind::Union(union) => {
                    let known = union.variants.iter().zip(&names.members);
                    known.map(|(variant, name)| format!("{name}({})", ty(&variant.ty, modelled))).collect()
                }
            };
            let separator = if matches!(def.kind, DefKind::Struct(_)) { ", " } else { " | " };
            format!("{} {{ {} }}", names.name, members.join(separator))
        })
        .collect();
    lines.sort();
    lines
}

/// `?` not required, `~` nullable, `^` younger than its type, `-` deprecated, `*` boxed.
fn marks(field: &Field) -> String {
    let marks = [
        (!field.required, '?'),
        (field.nullable, '~'),
        (field.young, '^'),
        (field.deprecated, '-'),
        (field.boxed, '*'),
    ];
    marks.iter().filter(|(set, _)| *set).map(|(_, mark)| mark).collect()
}

/// The operations of a model, a line each: `get_user(id) -> User`.
pub(crate) fn operations(modelled: &Modelled) -> Vec<String> {
    let operations = modelled.model.operations.iter().zip(&modelled.names.operations);
    operations
        .map(|(operation, names)| {
            let optional = operation
                .query
                .iter()
                .zip(&names.query)
                .map(|(param, name)| if param.required { name.clone() } else { format!("{name}?") });
            let body = operation.body.as_ref().map(|body| match &body.kind {
                BodyKind::Json(body) | BodyKind::Form(body, _) => format!("body: {}", ty(body, modelled)),
                BodyKind::Multipart(parts) => format!("parts: {}", parts.len()),
                BodyKind::Text => "body: text".to_owned(),
                BodyKind::Binary => "body: bytes".to_owned(),
            });
            let arguments: Vec<String> = names.path.iter().cloned().chain(optional).chain(body).collect();
            let reply = match &operation.reply {
                Reply::Json(reply) => ty(reply, modelled),
                Reply::JsonOrEmpty(reply) => format!("{} or nothing", ty(reply, modelled)),
                other => format!("{other:?}").to_lowercase(),
            };
            let paged = match &operation.paging {
                Some(paging) if paging.if_asked => " paged if asked",
                Some(_) => " paged",
                None => "",
            };
            format!("{}({}) -> {reply}{paged}", names.method, arguments.join(", "))
        })
        .collect()
}

pub(crate) fn ty(of: &Ty, modelled: &Modelled) -> String {
    match of {
        Ty::Any => "any".to_owned(),
        Ty::Bool => "bool".to_owned(),
        Ty::Int => "int".to_owned(),
        Ty::Unsigned => "unsigned".to_owned(),
        Ty::Float => "float".to_owned(),
        Ty::String => "text".to_owned(),
        Ty::Millis => "millis".to_owned(),
        Ty::Seconds => "seconds".to_owned(),
        Ty::DateTime => "moment".to_owned(),
        Ty::Secret => "secret".to_owned(),
        Ty::List(inner) => format!("[{}]", ty(inner, modelled)),
        Ty::Tuple(items) => {
            let items: Vec<String> = items.iter().map(|item| ty(item, modelled)).collect();
            format!("({})", items.join(" "))
        }
        Ty::Map(inner) => format!("{{{}}}", ty(inner, modelled)),
        Ty::Nullable(inner) => format!("{}~", ty(inner, modelled)),
        Ty::Hidden(inner) => format!("{}!", ty(inner, modelled)),
        Ty::Def(id) => modelled.names.types[id.0].name.clone(),
        Ty::Extern(path) => path.clone(),
    }
}
