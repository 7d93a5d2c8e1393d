//! Servers, folders and documents that would do harm.

use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::Command;

use flate2::Compression;
use flate2::write::GzEncoder;
use tempfile::TempDir;
use xtask::generate::{self, Options};
use xtask::source::{self, Hosts};
use xtask::timings::Timings;

use super::import::{redirect, serve};

/// A document of as many tags and operations.
fn document(tags: usize) -> String {
    let mut text = "openapi: 3.0.3\ninfo: {title: t, version: '1'}\npaths:\n".to_owned();
    for tag in 0..tags {
        let operation =
            format!("{{operationId: get{tag}, tags: [tag{tag}], responses: {{'204': {{description: d}}}}}}");
        let _ = writeln!(text, "  /things{tag}: {{get: {operation}}}");
    }
    text
}

#[test]
fn r12_a_response_is_bounded_by_its_decoded_bytes() {
    let mut packed = GzEncoder::new(Vec::new(), Compression::best());
    let zeros = vec![b' '; 1 << 20];
    (0..80).for_each(|_| packed.write_all(&zeros).unwrap());
    let packed = packed.finish().unwrap();
    let head = format!("content-type: application/json\r\ncontent-encoding: gzip\r\ncontent-length: {}", packed.len());
    let reply = [format!("HTTP/1.1 200 OK\r\n{head}\r\nconnection: close\r\n\r\n").as_bytes(), &packed].concat();
    let base = serve(vec![("/bomb", reply)]);
    let error = source::read(&format!("{base}/bomb"), Hosts::Own).expect_err("80 MiB of blanks").to_string();
    assert!(error.ends_with("/bomb sent more than 64 MiB, decoded"), "{error}");
}

#[test]
fn r12_a_redirect_leads_to_another_host_only_where_that_is_asked_for() {
    let found =
        b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 2\r\nconnection: close\r\n\r\n{}"
            .to_vec();
    let other = serve(vec![("/document", found.clone())]);
    let base = serve(vec![
        ("/own", redirect("/document")),
        ("/document", found),
        ("/other", redirect(&format!("{other}/document"))),
        ("/file", redirect("file:///document")),
    ]);
    let read = |path: &str, hosts| source::read(&format!("{base}{path}"), hosts).map_err(|error| format!("{error:#}"));
    assert_eq!(read("/own", Hosts::Own).unwrap().bytes, b"{}");
    assert_eq!(read("/other", Hosts::Any).unwrap().bytes, b"{}");
    let error = read("/other", Hosts::Own).expect_err("another host");
    assert!(
        error.contains("it redirects to another host, 127.0.0.1") && error.contains("--follow-redirects"),
        "{error}"
    );
    read("/file", Hosts::Any).expect_err("a file of this machine");
}

#[cfg(unix)]
#[test]
fn r15_any_number_of_files_is_written_with_few_of_them_open() {
    let folder = TempDir::new().unwrap();
    let (spec, out) = (folder.path().join("tags.yaml"), folder.path().join("out"));
    fs::write(&spec, document(1_200)).unwrap();
    let generate =
        format!("ulimit -n 16 && exec {} generate --name tags --spec $0 --out $1", env!("CARGO_BIN_EXE_xtask"));
    let output = Command::new("sh").arg("-c").arg(generate).args([&spec, &out]).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let files = fs::read_dir(out.join("src/operations")).unwrap().count();
    assert!(files > 1_200, "{files}");
}

#[cfg(unix)]
#[test]
fn r17_nothing_is_written_through_a_link() {
    use std::os::unix::fs::symlink;

    let folder = TempDir::new().unwrap();
    let root = folder.path();
    let elsewhere = root.join("elsewhere");
    fs::create_dir_all(elsewhere.join("operations")).unwrap();
    fs::write(elsewhere.join("lib.rs"), "// mine\n").unwrap();
    fs::write(root.join("tags.yaml"), document(1)).unwrap();
    type Put<'a> = &'a dyn Fn(&Path);
    let links: [(&str, Put<'_>); 3] = [
        ("src", &|out| symlink(&elsewhere, out.join("src")).unwrap()),
        ("operations", &|out| {
            fs::create_dir(out.join("src")).unwrap();
            symlink(elsewhere.join("operations"), out.join("src/operations")).unwrap();
        }),
        ("lib.rs", &|out| {
            fs::create_dir(out.join("src")).unwrap();
            symlink(elsewhere.join("lib.rs"), out.join("src/lib.rs")).unwrap();
        }),
    ];
    for (link, put) in links {
        let out = root.join(format!("out-{link}"));
        fs::create_dir(&out).unwrap();
        put(&out);
        let options = Options {
            spec: root.join("tags.yaml").to_str().unwrap().to_owned(),
            out: out.clone(),
            name: "tags".to_owned(),
            config: None,
            strict: false,
            all_components: false,
            tests: false,
            hosts: Hosts::Own,
        };
        let error =
            generate::run(Path::new("/repository"), &options, &mut Timings::start()).expect_err(link).to_string();
        assert!(error.contains(&format!("{link} is a link")), "{link}: {error}");
        assert_eq!(fs::read_to_string(elsewhere.join("lib.rs")).unwrap(), "// mine\n", "{link}");
        assert_eq!(fs::read_dir(elsewhere.join("operations")).unwrap().count(), 0, "{link}");
        assert!(!out.join("Cargo.toml").exists(), "{link}");
    }
}
