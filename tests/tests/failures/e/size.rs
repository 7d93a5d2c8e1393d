//! Bodies that are too large, and what they cost.

use std::io::Write as _;

use bytes::Bytes;
use logto_runtime::{Error, Method};
use logto_tests::fault::{Script, head};
use serde_json::Value;
use tokio::process::Command;

use super::super::scripted::{ask, builder, server, soon};

const MIB: usize = 1024 * 1024;
/// The most that is taken in here.
const CAP: usize = 8 * MIB;
/// What the HTTP library holds besides: it reads in pieces of up to 417,792 bytes (hyper's `max_buf_size` for HTTP/1, which
/// reqwest has no setting for), and of these one is being taken in, one is on its way and one is being read. That alone is more
/// than 1 MiB.
const HTTP: usize = 2 * MIB;
/// Where the process that measures itself finds its server, and whether the body fits.
const ADDRESS: &str = "LOGTO_TESTS_E2_ADDRESS";
const FITS: &str = "LOGTO_TESTS_E2_FITS";
const GIB: u64 = 1024 * MIB as u64;

/// So many mebibytes of zeros as gzip.
fn zipped(mebibytes: usize) -> Bytes {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    for _ in 0..mebibytes {
        encoder.write_all(&vec![b'0'; MIB]).expect("memory");
    }
    encoder.finish().expect("memory").into()
}

/// What is sent by name, and whether it fits.
fn script(name: &str) -> (Script, bool) {
    let piece = Bytes::from(vec![b'1'; 16 * 1024]);
    let ask = |headers: &[(&str, &str)], length| ask().write(head(200, headers, length));
    let cap = CAP as u64;
    match name {
        "no length" => (ask(&[], None).pour(piece, GIB).close(), false),
        "a told length" => (ask(&[], Some(1024 * MIB)).pour(piece, GIB).close(), false),
        "a lying length" => (ask(&[], Some(1 << 50)).pour(piece, GIB).close(), false),
        "a bomb" => {
            let body = zipped(128);
            (ask(&[("content-encoding", "gzip")], Some(body.len())).write(body).close(), false)
        }
        "all that fits" => (ask(&[], None).pour(piece, cap).close(), true),
        "all that fits, told" => (ask(&[], Some(CAP)).pour(piece, cap).close(), true),
        _ => (ask(&[], None).pour(piece, cap + 1).close(), false),
    }
}

const CASES: [&str; 7] = [
    "no length",
    "a told length",
    "a lying length",
    "a bomb",
    "all that fits",
    "all that fits, told",
    "a byte too much",
];

/// Memory is that of a whole process, so the client of each case has one of its own: this program, started again.
#[tokio::test]
async fn e2_a_body_without_end_is_cut_off_and_costs_no_memory() {
    let program = std::env::current_exe().expect("this program");
    let name = "failures::e::size::e2_measured_in_a_process_of_its_own";
    for case in CASES {
        let warm = ask().write(head(200, &[], None)).pour(vec![b'1'; 4096], MIB as u64).close();
        let (script, fits) = script(case);
        let server = server([warm, script]).await;
        let mut command = Command::new(&program);
        command.args([name, "--exact", "--nocapture"]).env(ADDRESS, server.endpoint()).env(FITS, fits.to_string());
        let output = soon(command.output()).await.expect("a process");
        let text = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success() && text.contains("1 passed"), "{case}: {text}");
        let written = server.connections().last().map_or(0, |connection| connection.written);
        assert!(written < (CAP + 16 * MIB) as u64, "{case}: the server could write {written} bytes");
    }
}

#[tokio::test]
async fn e2_measured_in_a_process_of_its_own() {
    let Ok(address) = std::env::var(ADDRESS) else { return };
    let fits = std::env::var(FITS).is_ok_and(|fits| fits == "true");
    let client = |cap| builder(&address).limits(|limits| limits.reply = cap).build().expect("a client");
    let call = |cap| client(cap).request(Method::GET, "Get", "/api/things").text();
    // Whatever is needed once, for the first connection and the first error, is there before it is measured.
    soon(call(MIB / 64).send()).await.expect_err("a reply that is too large");
    // To look takes memory the first time, too.
    memory("VmRSS");
    let before = memory("VmRSS");
    let result = soon(call(CAP).send()).await;
    let more = memory("VmHWM").saturating_sub(before);
    match result {
        Ok(text) => assert!(fits && text.len() == CAP),
        Err(error) => assert!(!fits && error.is_too_large() && error.attempts() == 1, "{error:?}"),
    }
    // The text of a body that fits is a copy of it.
    let bound = if fits { 2 * CAP } else { CAP } + HTTP;
    assert!(more < bound, "{more} bytes more at the peak, {bound} allowed");
}

/// A line of what the kernel knows about this process, in bytes.
fn memory(line: &str) -> usize {
    let status = std::fs::read_to_string("/proc/self/status").expect("Linux");
    let found = status.lines().find_map(|text| text.strip_prefix(line)?.strip_prefix(':'));
    let kib: usize = found.and_then(|text| text.trim().strip_suffix(" kB")?.parse().ok()).expect("a number of kB");
    kib * 1024
}

#[tokio::test]
async fn e3_json_without_bottom_is_an_error() {
    const DEEP: usize = 100_000;
    let bodies = [
        "[".repeat(DEEP),
        "[".repeat(DEEP) + &"]".repeat(DEEP),
        r#"{"a":"#.repeat(DEEP) + "1" + &"}".repeat(DEEP),
        format!(r#"{{"code":"a.b","data":{}1{}}}"#, "[".repeat(DEEP), "]".repeat(DEEP)),
    ];
    for body in bodies {
        for status in [200, 400] {
            let script = ask().last_reply(status, &[("content-type", "application/json")], &body);
            let server = server([script]).await;
            let client = builder(server.endpoint()).build().expect("a client");
            let request = || client.request(Method::GET, "Get", "/api/things");
            let results: [Result<(), Error>; 3] = [
                soon(request().json::<Value>().send()).await.map(drop),
                soon(request().json::<Vec<String>>().send()).await.map(drop),
                soon(request().content().send()).await.map(drop),
            ];
            for error in results.map(|result| result.expect_err("too deep")) {
                assert_eq!((error.is_decode(), error.is_bad_request()), (status == 200, status == 400), "{error:?}");
                // What is too deep to be read has no code, and the status says enough.
                assert_eq!((error.code(), error.data()), (None, None), "{error:?}");
            }
        }
        // Where nothing but the end of the connection ends the body, its JSON is looked at once more: without a stack.
        let server = server([ask().until_closed(&body)]).await;
        let client = builder(server.endpoint()).build().expect("a client");
        let call = client.request(Method::POST, "Post", "/api/things").json::<Value>();
        let error = soon(call.send()).await.expect_err("too deep");
        assert_eq!(
            (error.is_interrupted(), error.is_decode()),
            (body.ends_with('['), !body.ends_with('[')),
            "{error:?}"
        );
    }
}
