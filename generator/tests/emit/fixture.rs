//! A small model with one of everything that emit prints.

mod zones;

use std::collections::BTreeSet;

use logto_generator::model::{
    Body, BodyKind, Def, DefId, DefKind, Enum, Facts, Field, JsonType, Model, MultipartField, Operation, Paging, Param,
    Part, PartContent, Place, Reply, Select, Struct, Ty, Union, Variant,
};
use logto_generator::names::{Names, OperationNames, TagNames, TypeNames};
use serde_json::{Value, json};

const USER: Ty = Ty::Def(DefId(0));
const STATUS: Ty = Ty::Def(DefId(1));
const UPDATE_USER: Ty = Ty::Def(DefId(2));
const FACTOR: Ty = Ty::Def(DefId(3));
const TOTP: Ty = Ty::Def(DefId(4));
const INPUT: Ty = Ty::Def(DefId(5));
const AUDIENCE: Ty = Ty::Def(DefId(6));
const TARGET: Ty = Ty::Def(DefId(7));
const EMAIL: Ty = Ty::Def(DefId(8));
const LOG: Ty = Ty::Def(DefId(9));
const KIND: Ty = Ty::Def(DefId(10));
const LIMIT: Ty = Ty::Def(DefId(11));

/// The model and its names.
pub(crate) fn model() -> (Model, Names) {
    let mut names = Names::default();
    let mut model = Model { release: "1.0.0".to_owned(), ..Model::default() };
    for (def, type_names) in types() {
        model.defs.push(def);
        names.types.push(type_names);
    }
    for (operation, operation_names) in operations().into_iter().chain(zones::operations()) {
        model.operations.push(operation);
        names.operations.push(operation_names);
    }
    let tags = [("Users", "users", "users"), ("Audit logs", "audit_logs", "audit-logs"), ("Zones", "zones", "zones")];
    for (tag, module, feature) in tags {
        let tag_names = TagNames { module: module.to_owned(), feature: feature.to_owned() };
        names.tags.insert(tag.to_owned(), tag_names);
    }
    (model, names)
}

/// A type with its names: members or variants as `wire → name`.
fn types() -> Vec<(Def, TypeNames)> {
    let facts = |min: &str, max: &str| Facts { min: fact(min), max: fact(max), ..Facts::default() };
    let user = object(vec![
        Field { facts: facts("1", "12"), ..field("id", Ty::String) },
        Field { nullable: true, facts: facts("", "128"), ..field("primaryEmail", Ty::String) },
        Field { required: false, nullable: true, ..field("avatar", Ty::String) },
        Field { young: true, ..field("createdAt", Ty::Millis) },
        Field { facts: Facts { default: fact("\"Active\""), ..Facts::default() }, ..field("status", STATUS) },
        Field { required: false, boxed: true, ..field("manager", USER) },
        Field { deprecated: true, required: false, ..field("type", Ty::Int) },
    ]);
    let update = object(vec![
        Field {
            required: false,
            nullable: true,
            facts: Facts { format: fact("uri"), ..Facts::default() },
            ..field("avatar", Ty::String)
        },
        Field { required: false, ..field("customData", Ty::Map(Box::new(Ty::Any))) },
    ]);
    let totp = object(vec![
        field("secret", Ty::Secret),
        Field { nullable: true, ..field("expiresAt", Ty::DateTime) },
        Field { constant: Some(json!(true)), ..field("enabled", Ty::Bool) },
        field("kind", KIND),
        Field { required: false, nullable: true, ..field("note", Ty::String) },
        Field {
            required: false,
            facts: Facts { pattern: fact(r"^[a-z]`\d<b>$"), min: fact("1"), ..Facts::default() },
            ..field("codes", Ty::List(Box::new(Ty::String)))
        },
    ]);
    let input = object(vec![field("type", Ty::String), field("label", Ty::String)]);
    let email = object(vec![field("email", Ty::String)]);
    let mut log = object(vec![field("id", Ty::String), field("at", Ty::Seconds)]);
    if let DefKind::Struct(log) = &mut log {
        log.rest = Some(Ty::Any);
    }
    let factor = DefKind::Union(Union {
        tag: Some("type".to_owned()),
        variants: vec![
            variant(Select::Tag(vec![json!("Totp")]), TOTP),
            variant(Select::Tag(vec![json!("Text"), json!("Number")]), INPUT),
        ],
        missing: Some(0),
    });
    let audience = DefKind::Union(Union {
        tag: None,
        variants: vec![
            variant(Select::Json(JsonType::String), Ty::String),
            variant(Select::Json(JsonType::Array), Ty::List(Box::new(Ty::String))),
        ],
        missing: None,
    });
    let target = DefKind::Union(Union {
        tag: None,
        variants: vec![
            variant(Select::Keys(vec!["email".to_owned()]), EMAIL),
            variant(Select::Keys(vec!["type".to_owned(), "label".to_owned()]), INPUT),
        ],
        missing: None,
    });
    // A member that may be null is not fixed, whatever its only value is.
    let limit = object(vec![
        Field { required: false, nullable: true, constant: Some(json!("x")), ..field("mark", Ty::String) },
        Field { required: false, constant: Some(json!(u64::MAX)), ..field("most", Ty::Unsigned) },
        Field { required: false, constant: Some(json!(-3_000_000_000_i64)), ..field("least", Ty::Int) },
        Field { required: false, constant: Some(json!(7)), ..field("usual", Ty::Int) },
        Field { required: false, constant: Some(json!(1e30)), ..field("factor", Ty::Float) },
    ]);
    let bound = DefKind::Union(Union {
        tag: None,
        variants: vec![variant(Select::Fits(JsonType::Object), LIMIT), variant(Select::Fits(JsonType::Object), EMAIL)],
        missing: None,
    });
    let texts =
        |values: &[&str]| DefKind::Enum(Enum { values: values.iter().map(|value| (*value).to_owned()).collect() });
    let (users, both) = (["Users"].as_slice(), ["Users", "Audit logs"].as_slice());
    let mut types = vec![
        def(
            "User",
            "GetUser",
            user,
            (false, true),
            both,
            &["id", "primary_email", "avatar", "created_at", "status", "manager", "r#type"],
        ),
        def("UserStatus", "GetUser", texts(&["Active", "on-hold"]), (true, true), both, &["Active", "OnHold"]),
        def("UpdateUserBody", "UpdateUser", update, (true, false), users, &["avatar", "custom_data"]),
        def("Factor", "AddFactor", factor, (true, true), users, &["Totp", "Input"]),
        def(
            "TotpFactor",
            "AddFactor",
            totp,
            (true, true),
            users,
            &["secret", "expires_at", "enabled", "kind", "note", "codes"],
        ),
        def("InputFactor", "AddFactor", input, (true, true), users, &["r#type", "label"]),
        def("Audience", "AddFactor", audience, (true, false), users, &["One", "Many"]),
        def("Target", "AddFactor", target, (true, false), users, &["Email", "Input"]),
        def("EmailTarget", "AddFactor", email, (true, false), users, &["email"]),
        def("Log", "ListLogs", log, (false, true), &["Audit logs"], &["id", "at"]),
        def("FactorKind", "AddFactor", texts(&["app"]), (true, true), users, &["App"]),
        def("Limit", "AddFactor", limit, (true, false), users, &["mark", "most", "least", "usual", "factor"]),
        def("Bound", "AddFactor", bound, (true, false), users, &["Limit", "Email"]),
    ];
    types[0].1.aliases.push("Account".to_owned());
    types
}

fn operations() -> Vec<(Operation, OperationNames)> {
    let json = |ty: Ty| Some(Body { kind: BodyKind::Json(ty), required: true, media: None });
    let file = MultipartField {
        json: "file".to_owned(),
        content: PartContent::File,
        list: false,
        media: None,
        encoding: None,
        required: true,
        max_bytes: Some(20_971_520),
        mime_types: vec!["image/png".to_owned()],
    };
    let note = MultipartField {
        json: "note".to_owned(),
        content: PartContent::Text(Ty::String),
        required: false,
        ..file.clone()
    };
    let mut upload = operation("UploadAvatar", "POST", "/users/{id}/avatar", "Users");
    upload.path_params = vec![param("id", Ty::String, true)];
    upload.body = Some(Body {
        kind: BodyKind::Multipart(vec![file, MultipartField { max_bytes: None, mime_types: vec![], ..note }]),
        required: true,
        media: None,
    });
    upload.reply = Reply::JsonOrEmpty(USER);
    let mut list = operation("ListUsers", "GET", "/users", "Users");
    list.query = vec![
        param("search", Ty::Extern("search::Search".to_owned()), false),
        Param { facts: Facts { default: fact("false"), ..Facts::default() }, ..param("isSuspended", Ty::Bool, false) },
        Param { deprecated: true, ..param("ids", Ty::List(Box::new(Ty::String)), false) },
        param("in", Ty::List(Box::new(STATUS)), false),
        param("target", TARGET, false),
    ];
    list.reply = Reply::Json(Ty::List(Box::new(USER)));
    list.paging = Some(Paging { item: USER, member: Some("users".to_owned()), if_asked: true });
    let mut update = operation("UpdateUser", "PATCH", "/users/{id}", "Users");
    update.path_params = vec![param("id", Ty::String, true)];
    update.body = json(UPDATE_USER);
    update.reply = Reply::Json(USER);
    let mut add = operation("AddFactor", "POST", "/users/{id}/{status}/{index}", "Users");
    add.path_params = vec![param("id", Ty::String, true), param("status", STATUS, true), param("index", Ty::Int, true)];
    add.query = vec![param("since", Ty::Millis, true), param("until", Ty::DateTime, false)];
    add.body = Some(Body { kind: BodyKind::Form(FACTOR, Vec::new()), required: false, media: None });
    add.deprecated = true;
    let mut logs = operation("ListLogs", "GET", "/logs", "Audit logs");
    logs.reply = Reply::Json(Ty::List(Box::new(LOG)));
    logs.paging = Some(Paging { item: LOG, member: None, if_asked: false });
    let mut login = operation("Login", "GET", "/login", "Audit logs");
    login.security = Some(Vec::new());
    login.reply = Reply::Redirect;
    let mut ping = operation("Ping", "POST", "/ping", "Audit logs");
    ping.body = json(Ty::Nullable(Box::new(AUDIENCE)));
    ping.reply = Reply::Content;
    vec![
        (list, named("list_users", "ListUsersRequest", &[], &["search", "is_suspended", "ids", "r#in", "target"], &[])),
        (update, named("update_user", "UpdateUserRequest", &["id"], &[], &[])),
        (upload, named("upload_avatar", "UploadAvatarRequest", &["id"], &[], &["file", "note"])),
        (add, named("add_factor", "AddFactorRequest", &["id", "status", "index"], &["since", "until"], &[])),
        (logs, named("list_logs", "ListLogsRequest", &[], &[], &[])),
        (login, named("login", "LoginRequest", &[], &[], &[])),
        (ping, named("ping", "PingRequest", &[], &[], &[])),
    ]
}

fn def(
    name: &str,
    operation: &str,
    kind: DefKind,
    (sent, received): (bool, bool),
    tags: &[&str],
    members: &[&str],
) -> (Def, TypeNames) {
    let part = if sent { Part::Body } else { Part::Reply };
    let place = Place { operation: operation.to_owned(), part, path: vec![name.to_lowercase()] };
    let texts = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
    let def = Def { places: BTreeSet::from([place]), kind, sent, received, tags: texts(tags), deprecated: false };
    (def, TypeNames { name: name.to_owned(), members: texts(members), aliases: Vec::new() })
}

fn named(method: &str, request: &str, path: &[&str], query: &[&str], parts: &[&str]) -> OperationNames {
    let texts = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
    OperationNames {
        method: method.to_owned(),
        request: request.to_owned(),
        path: texts(path),
        query: texts(query),
        parts: texts(parts),
        ..OperationNames::default()
    }
}

fn object(fields: Vec<Field>) -> DefKind {
    DefKind::Struct(Struct { fields, ..Struct::default() })
}

fn field(json: &str, ty: Ty) -> Field {
    Field {
        json: json.to_owned(),
        ty,
        required: true,
        nullable: false,
        young: false,
        boxed: false,
        constant: None::<Value>,
        facts: Facts::default(),
        deprecated: false,
    }
}

fn variant(select: Select, ty: Ty) -> Variant {
    Variant { select, ty, boxed: false, dropped: false }
}

fn operation(id: &str, method: &str, path: &str, tag: &str) -> Operation {
    Operation {
        id: id.to_owned(),
        method: method.to_owned(),
        path: path.to_owned(),
        tag: tag.to_owned(),
        ..Operation::default()
    }
}

fn param(json: &str, ty: Ty, required: bool) -> Param {
    Param { json: json.to_owned(), ty, required, ..Param::default() }
}

fn fact(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_owned())
}
