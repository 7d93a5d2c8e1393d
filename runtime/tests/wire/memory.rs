//! How much memory a reply takes at most, whatever it says: measured in processes of their own.

use std::collections::BTreeMap;
use std::io::Write;
use std::process::Command;

use flate2::Compression;
use flate2::write::GzEncoder;
use logto_runtime::clock::ManualClock;
use logto_runtime::{Client, Error, Method, Request, object, untagged_union};
use serde_json::Value;

use crate::server::{Answer, Server, json};
use crate::{builder, profile, soon};

const MIB: usize = 1024 * 1024;
/// Says to the test below that it is a process of its own, where its server is, and which of the cases it is.
const CHILD: &str = "LOGTO_RUNTIME_TESTS_MEMORY";

/// A type that is large in memory and can be written with two signs.
macro_rules! large {
    ($($field:ident)+) => {
        #[derive(Debug, PartialEq)]
        struct Large { $($field: Option<String>),+ }
        object!(Large { $($field: "field"),+ });
    };
}
large!(a b c d e f g h i j k l m n o p q r s t u v w x y z aa bb cc dd ee ff gg hh ii jj kk ll mm nn);

#[derive(PartialEq)]
enum Union {
    Large(Box<Large>),
    List(Vec<Union>),
    Map(BTreeMap<String, i64>),
    Unknown(Value),
}
untagged_union!(Union { Large: object, List: array, Map: object });

/// What a body is filled with, what is around that, and how it is read.
type Case = (&'static str, [&'static str; 2], fn(Request) -> Reading);
type Reading = std::pin::Pin<Box<dyn Future<Output = Result<(), Error>>>>;

fn read<T: logto_runtime::Json + 'static>(request: Request) -> Reading {
    Box::pin(async { request.json::<T>().send().await.map(drop) })
}

fn list<T: logto_runtime::Json + 'static>(request: Request) -> Reading {
    Box::pin(async { request.list::<T>().send().await.map(drop) })
}

const LIST: [&str; 2] = ["[", "]"];

const CASES: [Case; 14] = [
    (r#"{"a":0},"#, LIST, read::<Value>),
    (r#"{"":""},"#, LIST, |request| Box::pin(async { request.content().send().await.map(drop) })),
    ("0,", LIST, read::<Vec<f64>>),
    ("{},", LIST, read::<Vec<Large>>),
    ("{},", LIST, list::<Large>),
    ("{},", [r#"{"data":["#, "]}"], |request| {
        Box::pin(async { request.list::<Large>().within("data").send().await.map(drop) })
    }),
    ("0,", LIST, |request| Box::pin(async { request.list::<Large>().lenient().send().await.map(drop) })),
    ("[],", LIST, read::<Vec<Vec<i64>>>),
    (r#"[[""]],"#, LIST, list::<Vec<Vec<String>>>),
    (r#"{"a":{}},"#, LIST, read::<Vec<BTreeMap<String, Large>>>),
    (r#"{"a":{}},"#, LIST, list::<BTreeMap<String, Value>>),
    (r#"{"x":1},"#, LIST, read::<Union>),
    (r#"{"x":1},[{"y":true}],"#, LIST, list::<Union>),
    ("é,", ["\"", "\""], |request| Box::pin(async { request.text().send().await.map(drop) })),
];

/// About so many bytes.
fn body((unit, [begin, end], _): &Case, length: usize) -> String {
    let inside = unit.repeat(length / unit.len());
    format!("{begin}{}{end}", inside.trim_end_matches(','))
}

fn packed(case: &Case, length: usize) -> Answer {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(body(case, length).as_bytes()).unwrap();
    Answer::new(200, encoder.finish().unwrap())
        .header("content-type", "application/json")
        .header("content-encoding", "gzip")
}

/// The most memory that this process has had so far, as Linux tells it.
fn peak() -> usize {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    line.trim().trim_end_matches("kB").trim().parse::<usize>().unwrap() * 1024
}

#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread")]
async fn r10_no_reply_takes_more_than_256_mib() {
    for (number, case) in CASES.iter().enumerate() {
        // From what is taken in to what is refused.
        let largest = if number % 4 == 0 { 31 * MIB } else { 5 * MIB };
        let lengths = [MIB / 16, MIB / 2, 2 * MIB, largest];
        let answers = lengths.map(|length| packed(case, length));
        let server = Server::start(move |_, number| answers[number.min(3)].clone()).await;
        let output = Command::new(std::env::current_exe().unwrap())
            .args(["memory::r10_in_a_process_of_its_own", "--exact", "--nocapture"])
            .env(CHILD, format!("{} {number}", server.url()))
            .output()
            .unwrap();
        let text = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success(), "{number}: {text}{}", String::from_utf8_lossy(&output.stderr));
        println!("{}", text.lines().filter(|line| line.starts_with("R10")).collect::<Vec<_>>().join("\n"));
        assert_eq!(server.calls().len(), 4, "{number}: nothing is asked for twice");
    }
}

#[tokio::test]
async fn r10_in_a_process_of_its_own() {
    let Ok(told) = std::env::var(CHILD) else { return };
    let (url, number) = told.split_once(' ').unwrap();
    let (unit, _, read) = CASES[number.parse::<usize>().unwrap()];
    let client = Client::builder(profile()).base_url(url).anonymous().clock(ManualClock::skipping_pauses());
    let client = client.build().unwrap();
    let begin = peak();
    let mut taken = Vec::new();
    for _ in 0..4 {
        let result = read(client.request(Method::POST, "Op", "/api/x")).await;
        taken.push(result.is_ok());
        if let Err(error) = result {
            assert!(error.is_too_large() && error.may_have_been_executed(), "{error}");
            let told = error.to_string();
            assert!(told.contains("`Limits::memory`") || told.contains("`Limits::values`"), "{told}");
            assert_eq!(error.attempts(), 1);
        }
    }
    let grown = peak().saturating_sub(begin) / MIB;
    println!("R10 {unit} {grown} MiB, taken: {taken:?}");
    // The errors of items take memory too.
    assert!(taken[0] || unit == "0,", "a little is taken in: {taken:?}");
    assert!(grown < 256, "{unit} takes {grown} MiB, {taken:?}");
}

#[tokio::test]
async fn r10_the_error_says_which_bound_and_its_value() {
    let list = |count: usize| format!("[{}]", vec!["{}"; count].join(","));
    // The bounds; items; what is said.
    let cases = [
        (101, usize::MAX, 100, None),
        (100, usize::MAX, 100, Some(["more than 100 values", "`Limits::values` sets"])),
        (usize::MAX, 2_000_000, 100, None),
        (usize::MAX, 50_000, 100, Some(["more than 50000 bytes of memory", "`Limits::memory` sets"])),
        (usize::MAX, 0, 0, Some(["more than 0 bytes of memory", "`Limits::memory` sets"])),
    ];
    for (values, memory, count, expected) in cases {
        let body = list(count);
        let server = Server::start(move |_, _| json(200, &body)).await;
        let client = builder(&server).clock(ManualClock::skipping_pauses());
        let client = client.limits(|limits| (limits.values, limits.memory) = (values, memory)).build().unwrap();
        let call = || client.request(Method::POST, "Op", "/api/x");
        let whole = soon(call().json::<Vec<Large>>().send()).await.map(|list| list.len());
        let items = soon(call().list::<Large>().send()).await.map(|page| page.items.len());
        let each = soon(call().list::<Large>().lenient().send()).await.map(|page| page.items.len());
        for result in [whole, items, each] {
            match (result, expected) {
                (Ok(found), None) => assert_eq!(found, count),
                (Err(error), Some(expected)) => {
                    assert!(error.is_too_large() && error.may_have_been_executed(), "{error}");
                    assert!(expected.iter().all(|part| error.to_string().contains(part)), "{error}");
                }
                (result, _) => panic!("{values} {memory} {count}: {result:?}"),
            }
        }
    }
}

/// A list that would be too large as a tree is taken in where its items are read one by one.
#[tokio::test]
async fn r10_a_list_needs_no_tree_of_the_whole() {
    let body = format!("[{}]", vec![r#"{"deep":{"a":[{"b":0}]}}"#; 20_000].join(","));
    let server = Server::start(move |_, _| json(200, &body)).await;
    let client = builder(&server).clock(ManualClock::skipping_pauses());
    let client = client.limits(|limits| limits.memory = 8 * MIB).build().unwrap();
    let call = || client.request(Method::GET, "Op", "/api/x");
    #[derive(Debug)]
    struct Small {}
    object!(Small {});
    assert_eq!(soon(call().list::<Small>().send()).await.unwrap().items.len(), 20_000);
    assert!(soon(call().json::<Vec<Small>>().send()).await.unwrap_err().is_too_large());
}
