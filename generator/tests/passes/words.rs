//! Where the document's own words stand in the code.

use logto_generator::load::Files;
use logto_generator::{Project, project};

const DOCUMENT: &str = "
openapi: 3.0.3
info: {title: t, version: 1.0.0}
tags: [{name: rooms, description: Rooms to *rent*.}]
paths:
  /rooms/{room}:
    get:
      operationId: find
      tags: [rooms]
      parameters:
        - {name: room, in: path, required: true, description: Its number., schema: {type: integer, maximum: 9}}
        - {name: on, in: query, required: true, description: The day., schema: {type: string}}
        - {name: on, in: header, description: The server., schema: {type: string}}
        - {name: quiet, in: query, required: true, schema: {type: boolean}}
      responses: {'200': {description: d}}
    put:
      operationId: picture
      tags: [rooms]
      parameters: [{name: room, in: path, required: true, schema: {type: integer}}]
      requestBody:
        required: true
        content:
          multipart/form-data:
            schema: {type: object, required: [file], properties: {file: {type: string, format: binary, description: The picture.}}}
      responses: {'200': {description: d}}
";

#[test]
fn tags_and_arguments_are_told() {
    let document = Project { document: DOCUMENT.as_bytes().to_vec(), name: "words".to_owned(), ..Project::default() };
    let output = project(&document, &Files::NONE, &mut |_| ()).expect("it can be generated");
    let file = output.files.iter().find(|file| file.path == "src/operations/rooms.rs").expect("a file for the tag");
    let told = [
        "//! rooms.\n//!\n//! Rooms to *rent*.\n",
        "/// - `room`: Its number.\n    ///   (at most 9)\n    /// - `on`: The day.\n",
        "/// The server.\n    ///\n    /// Header `on`.",
        "/// - `file`: The picture.\n",
    ];
    for lines in told {
        assert!(file.text.contains(lines), "{lines}\nis not in\n{}", file.text);
    }
    assert!(!file.text.contains("- `quiet`"), "of what the document says nothing, nothing is told");
}
