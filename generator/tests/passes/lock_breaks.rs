//! What is told to break code: a change of a small document, and the lines of the report.

use logto_generator::lock::Lock;
use logto_generator::{Config, Project, load, released};

use super::support::{Step, step};

/// What is replaced in a document, and what is told.
type Case<'a> = (&'a [(&'a str, &'a str)], &'a [&'a str]);

/// Everything that the cases change.
const DOCUMENT: &str = "
paths:
  /cats/{id}:
    get:
      operationId: getCat
      tags: [cats]
      parameters:
        - {in: path, name: id, required: true, schema: {type: integer}}
        - {in: query, name: lang, required: true, schema: {type: string}}
        - {in: query, name: size, schema: {type: string}}
      responses: {'200': {description: d, content: {application/json: {schema: {$ref: '#/components/schemas/Cat'}}}}}
  /pictures:
    post:
      operationId: addPicture
      tags: [pictures]
      requestBody:
        required: true
        content:
          multipart/form-data:
            schema:
              type: object
              required: [file]
              properties: {file: {type: string, format: binary}, title: {type: string}, place: {type: string}}
      responses: {'200': {description: d, content: {application/json: {schema: {$ref: '#/components/schemas/Thing'}}}}}
  /pets:
    post:
      operationId: addPet
      tags: [pets]
      requestBody: {required: true, content: {application/json: {schema: {$ref: '#/components/schemas/NewPet'}}}}
      responses: {'200': {description: d, content: {application/json: {schema: {$ref: '#/components/schemas/Pet'}}}}}
components:
  schemas:
    Cat:
      type: object
      required: [id, born, mood]
      properties:
        id: {type: integer}
        born: {type: string, format: date-time}
        mood: {type: string, enum: [calm, wild]}
    Dog: {type: object, required: [id, kind], properties: {id: {type: integer}, kind: {type: string}, bark: {type: string}}}
    Fish: {type: object, required: [id, kind], properties: {id: {type: integer}, kind: {type: string}, fins: {type: integer}}}
    NewPet: {type: object, required: [name], properties: {name: {type: string}, age: {type: integer}}}
    Pet:
      oneOf: [{$ref: '#/components/schemas/Dog'}, {$ref: '#/components/schemas/Fish'}]
      discriminator: {propertyName: kind, mapping: {dog: '#/components/schemas/Dog', fish: '#/components/schemas/Fish'}}
    Thing:
      oneOf:
        - {title: Box, type: object, required: [w], properties: {w: {type: integer}}}
        - {title: Ball, type: object, required: [r], properties: {r: {type: integer}}}
";

fn told(made: &Step, lock: &str) -> Vec<String> {
    let lost = released::changed_features(
        &made.modelled.model,
        &made.modelled.names,
        &Lock::parse(lock).expect("the lock parses"),
    );
    made.modelled.breaking.iter().chain(&lost).map(ToString::to_string).collect()
}

fn run(release: &str, document: &str, lock: &str) -> Step {
    step(release, document, "", lock).unwrap_or_else(|error| panic!("{document}\n{error}"))
}

#[test]
fn what_breaks_code_is_told_once() {
    let cases: &[Case] = &[
        // Nothing is told of what only grows.
        (&[], &[]),
        (&[("mood: {type: string, enum: [calm, wild]}", "mood: {type: string, enum: [calm, wild, odd]}")], &[]),
        (&[("bark: {type: string}", "bark: {type: string}, loud: {type: boolean}")], &[]),
        (&[("age: {type: integer}", "age: {type: integer}, nick: {type: string}")], &[]),
        (&[("{id}", "{catId}"), ("name: id, required", "name: catId, required")], &[]),
        // Types.
        (
            &[("schemas/Dog", "schemas/Hound"), ("    Dog:", "    Hound:")],
            &[
                "Pet::Dog: held `Dog` and holds `Hound`",
                "Dog: the type is gone; if it has another name now, a rule (`types`) can keep this one",
            ],
        ),
        (
            &[("title: Box", "title: Crate")],
            &[
                "Thing::Box: held `ThingBox` and holds `ThingCrate`",
                "ThingBox: the type is gone; if it has another name now, a rule (`types`) can keep this one",
            ],
        ),
        (
            &[("mood: {type: string, enum: [calm, wild]}", "mood: {type: object, properties: {a: {type: string}}}")],
            &["CatMood: was an enum and is a struct"],
        ),
        // Members.
        (
            &[("required: [id, born, mood]", "required: [id, mood]")],
            &["Cat.born: was always there and is optional now"],
        ),
        (
            &[("born: {type: string, format: date-time}", "born: {type: string, format: date-time, nullable: true}")],
            &["Cat.born: was always there and is optional now"],
        ),
        (
            &[("        born: {type: string, format: date-time}\n", ""), ("[id, born, mood]", "[id, mood]")],
            &["Cat.born: was always there and is dropped by the document: it is optional now"],
        ),
        (&[("required: [name]", "required: [name, age]")], &["NewPet.age: was optional and must now be sent"]),
        (
            &[
                ("required: [name]", "required: [name, nick]"),
                ("age: {type: integer}", "age: {type: integer}, nick: {type: string}"),
            ],
            &["NewPet.nick: is new and must be sent"],
        ),
        (&[("required: [name]", "required: []")], &["NewPet.name: was always there and is optional now"]),
        // Parameters.
        (
            &[(
                "name: id, required: true, schema: {type: integer}",
                "name: id, required: true, schema: {type: string}",
            )],
            &["getCat: `id` was `%int` and is `%string`"],
        ),
        (&[("name: size,", "name: size, required: true,")], &["getCat: `size` was optional and must now be given"]),
        (&[("name: lang, required: true", "name: lang")], &["getCat: `lang` had to be given and is optional now"]),
        (
            &[("name: lang, required: true", "name: language, required: true")],
            &["getCat: `language` is new and must be given", "getCat: `lang` had to be given and is gone"],
        ),
        // Parts.
        (&[("title: {type: string}", "label: {type: string}")], &["addPicture: the part `title` of its body is gone"]),
        (
            &[("required: [file]", "required: [file, title]")],
            &["addPicture: the part `title` of its body was optional and must now be given"],
        ),
        (
            &[("required: [file]", "required: []")],
            &["addPicture: the part `file` of its body had to be given and is optional now"],
        ),
        (
            &[("place: {type: string}", "place: {type: integer}")],
            &["addPicture: the part `place` of its body was `%string` and is `%int`"],
        ),
        // Operations and tags.
        (&[("tags: [pets]", "tags: [animals]")], &["pets: no operation has this tag now: the feature `pets` is gone"]),
        (&[("operationId: addPet", "operationId: createPet")], &["addPet: the document has this operation no more"]),
    ];
    let first = run("1.0.0", DOCUMENT, "");
    let mut wrong = String::new();
    for (changes, expected) in cases {
        let mut document = DOCUMENT.to_owned();
        for (from, to) in *changes {
            assert!(document.contains(from), "{from}");
            document = document.replace(from, to);
        }
        // A document may change without a new release.
        for release in ["1.0.0", "1.1.0"] {
            let second = run(release, &document, &first.lock);
            let now = told(&second, &first.lock);
            if now != *expected {
                wrong.push_str(&format!("{release} {changes:?}\n  {now:#?}\n"));
            }
            let again = run(release, &document, &second.lock);
            assert_eq!(told(&again, &second.lock), Vec::<String>::new(), "{changes:?} is told once");
            assert_eq!(again.lock, second.lock, "{changes:?}");
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

/// What the whole crate of a document has besides its types and operations.
const CLIENT: &str = "
openapi: 3.0.3
info: {title: t, version: 1.0.0}
servers: [{url: 'https://one.example.com'}, {url: 'https://{region}.example.com', variables: {region: {default: eu}}}]
security: [{own_key: []}]
paths: {/x: {get: {operationId: getX, tags: [things], responses: {'204': {description: d}}}}}
components: {securitySchemes: {own_key: {type: apiKey, in: header, name: X-Key}}}
";

#[test]
fn what_breaks_code_around_a_client_is_told_once() {
    let cases: &[Case] = &[
        (&[], &[]),
        (&[("https://one.example.com'}", "https://one.example.com'}, {url: 'https://two.example.com'}")], &[]),
        (&[("own_key", "api_key")], &["`ClientBuilder::own_key` is gone"]),
        (
            &[("type: apiKey, in: header, name: X-Key", "type: http, scheme: basic")],
            &["`ClientBuilder::own_key` is gone"],
        ),
        (&[("https://one", "https://two")], &["`Server::OneExampleCom` is gone"]),
        (&[("{region}", "{zone}"), ("region:", "zone:")], &["`Server::RegionExampleCom` is gone"]),
        (
            &[("{region}.example.com", "{region}.example.com/{stage}")],
            &["`Server::RegionExampleCom` had the variables `region`, and now `region stage`"],
        ),
        (
            &[("tags: [things]", "tags: [others]")],
            &["`things` no operation has this tag now: the feature `things` is gone"],
        ),
    ];
    let run = |document: &str, lock: &str| {
        let project = Project {
            document: document.as_bytes().to_vec(),
            name: "t".to_owned(),
            lock: lock.to_owned(),
            config: Config { names: Some("names.lock".to_owned()), ..Config::default() },
            ..Project::default()
        };
        let output = logto_generator::project(&project, &load::Files::NONE, &mut |_| ()).expect("generates");
        let report = output.files.into_iter().find(|file| file.path == "REPORT.md").expect("there is a report").text;
        let section =
            report.split("## Breaking changes").nth(1).unwrap_or_default().split("\n## ").next().unwrap_or_default();
        let told: Vec<String> = section.lines().filter_map(|line| line.strip_prefix("- ")).map(str::to_owned).collect();
        assert_eq!(told.len(), output.summary.breaking);
        (told, output.lock)
    };
    let (_, first) = run(CLIENT, "");
    for (changes, expected) in cases {
        let document = changes.iter().fold(CLIENT.to_owned(), |text, (from, to)| text.replace(from, to));
        let (told, second) = run(&document, &first);
        assert_eq!(told, *expected, "{changes:?}");
        assert_eq!(run(&document, &second), (Vec::new(), second), "{changes:?} is told once");
    }
}
