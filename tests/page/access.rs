//! Who may ask: names, origins, tokens, methods, and what is no request.

use crate::client::{ask, connect, get, post, send};
use crate::{Running, running};
use millstream::ErrorKind;
use millstream::page::PageAddress;
use millstream::prelude::*;
use std::io::{Read, Write};
use std::net::SocketAddr;

/// The local addresses of sockets that listen, as the system lists them.
#[cfg(target_os = "linux")]
fn listening(port: u16) -> Vec<String> {
    let tables = ["/proc/net/tcp", "/proc/net/tcp6"];
    let tables = tables.iter().filter_map(|table| std::fs::read_to_string(table).ok());
    let mut found = Vec::new();
    for table in tables {
        for line in table.lines().skip(1) {
            let words: Vec<&str> = line.split_whitespace().collect();
            let (address, local_port) = words[1].split_once(':').unwrap();
            if words[3] == "0A" && u16::from_str_radix(local_port, 16) == Ok(port) {
                found.push(address.to_owned());
            }
        }
    }
    found
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn the_page_listens_at_the_loopback_address_only() {
    let Running { job, at, .. } = running(Config::default().page(0));
    assert_eq!(listening(at.port()), ["0100007F"], "127.0.0.1, lowest byte first");
    drop(job);
    assert!(listening(at.port()).is_empty());
}

#[tokio::test]
async fn a_name_that_resolves_to_this_machine_is_not_a_name_of_the_page() {
    let Running { at, job: _job, .. } = running(Config::default().page(0).page_host("ops.example"));
    let as_host =
        |host: &str| send(at, &format!("GET /api/live HTTP/1.1\r\nHost: {host}\r\n\r\n")).status;
    let port = at.port();
    for own in [format!("localhost:{port}"), format!("[::1]:{port}"), "ops.example".into()] {
        assert_eq!(as_host(&own), 200, "{own}");
    }
    assert_eq!(as_host(&format!("evil.example:{port}")), 421);
    assert_eq!(send(at, "GET /api/live HTTP/1.1\r\n\r\n").status, 400);
    assert_eq!(send(at, "GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n").status, 421);
}

#[tokio::test]
async fn a_page_of_another_origin_reads_and_changes_nothing() {
    let Running { job, at, .. } = running(Config::default().page(0));
    let own = format!("Origin: http://{at}");
    let ask = |method, target, origin| ask(at, method, target, &["X-Millstream: 1", origin]);
    assert_eq!(ask("GET", "/api/live", &own).status, 200);
    for other in ["Origin: http://evil.example", "Origin: http://localhost:1", "Origin: null"] {
        assert_eq!(ask("GET", "/api/live", other).status, 403, "{other}");
        assert_eq!(ask("POST", "/api/drain", other).status, 403, "{other}");
    }
    let preflight = ask("OPTIONS", "/api/drain", "Access-Control-Request-Method: POST");
    assert_eq!(preflight.status, 405);
    for answer in [preflight, ask("GET", "/api/graph", &own), ask("GET", "/", &own)] {
        assert!(!answer.headers.contains("access-control"), "{answer:?}");
    }
    assert!(!job.metrics().nodes().is_empty());
}

#[tokio::test]
async fn a_change_needs_the_header_that_no_form_can_send() {
    let Running { job, at, .. } = running(Config::default().page(0));
    assert_eq!(ask(at, "POST", "/api/pause?source=numbers", &[]).status, 403);
    assert_eq!(job.controls().paused(), [""; 0]);
    assert_eq!(ask(at, "POST", "/api/pause?source=numbers", &["X-Millstream: 1"]).status, 200);
    assert_eq!(job.controls().paused(), ["numbers"]);
    assert_eq!(ask(at, "GET", "/api/pause?source=numbers", &["X-Millstream: 1"]).status, 405);
}

#[tokio::test]
async fn beyond_this_machine_a_page_needs_a_token() {
    let everywhere = "0.0.0.0:0".parse::<PageAddress>().unwrap();
    let topology = topology!(source(from_iter([1])) >> map(|n| n + 1) >> ignore);
    let error = topology.start(Config::default().page(everywhere.clone())).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Config);
    let text = error.to_string();
    assert!(text.contains("beyond this machine, and has no token; set"), "{text}");

    let topology = topology!(source(from_iter([1])) >> map(|n| n + 1) >> ignore);
    let short = Config::default().page(everywhere.clone()).page_token("0123456789");
    let text = topology.start(short).unwrap_err().to_string();
    assert!(text.contains("has 10 bytes, expected at least 32"), "{text}");

    let token = "0123456789abcdef0123456789abcdef";
    let Running { job, at, .. } = running(Config::default().page(everywhere).page_token(token));
    let at = SocketAddr::from(([127, 0, 0, 1], at.port()));
    let bearer = format!("Authorization: Bearer {token}");
    let wrong = format!("Authorization: Bearer {}", token.replace('0', "1"));
    for target in ["/api/live", "/api/graph", "/api/feed", "/metrics"] {
        let refused = ask(at, "GET", target, &[&wrong]);
        assert_eq!((refused.status, refused.header("www-authenticate")), (401, Some("bearer")));
        assert_eq!(ask(at, "GET", target, &[]).status, 401);
        assert_eq!(ask(at, "HEAD", target, &[&bearer]).status, 200);
    }
    assert_eq!(ask(at, "GET", &format!("/api/live?token={token}"), &[]).status, 401);
    assert_eq!(post(at, "/api/pause?source=numbers").status, 401);
    assert_eq!(ask(at, "POST", "/api/pause?source=numbers", &[&bearer]).status, 200);
    assert_eq!(job.controls().paused(), ["numbers"]);
    // A browser cannot send the token with the page itself, nor a probe with its question.
    assert_eq!((get(at, "/").status, get(at, "/healthz").status), (200, 200));
}

#[tokio::test]
async fn a_token_in_a_file_is_read_when_the_job_starts() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("token");
    std::fs::write(&path, "0123456789abcdef0123456789abcdef\n").unwrap();
    let Running { at, job: _job, .. } = running(Config::default().page(0).page_token_file(&path));
    let bearer = "Authorization: Bearer 0123456789abcdef0123456789abcdef";
    assert_eq!(ask(at, "GET", "/api/live", &[bearer]).status, 200);
    assert_eq!(get(at, "/api/live").status, 401);

    let topology = topology!(source(from_iter([1])) >> map(|n| n + 1) >> ignore);
    let missing = Config::default().page(0).page_token_file(folder.path().join("none"));
    let text = topology.start(missing).unwrap_err().to_string();
    assert!(text.starts_with("cannot read the token of the page in `"), "{text}");
}

#[tokio::test]
async fn what_is_no_request_of_this_page_is_refused_and_the_next_one_answered() {
    let Running { at, job: _job, .. } = running(Config::default().page(0));
    let long = "a".repeat(8 * 1024);
    for (bytes, status) in [
        (format!("GET /{long} HTTP/1.1\r\n\r\n"), 431),
        (format!("GET / HTTP/1.1\r\nCookie: {long}\r\n\r\n"), 431),
        (format!("GET / HTTP/1.1\r\n{}\r\n", "A: b\r\n".repeat(100)), 431),
        (format!("POST /api/drain HTTP/1.1\r\nHost: {at}\r\nContent-Length: 3\r\n\r\nabc"), 413),
        (format!("PUT /api/drain HTTP/1.1\r\nHost: {at}\r\n\r\n"), 405),
        ("GET http://evil.example/ HTTP/1.1\r\n\r\n".into(), 400),
        ("\r\n\u{0}\u{1}\r\n\r\n".into(), 400),
    ] {
        let answer = send(at, &bytes);
        assert_eq!(answer.status, status, "{bytes:.60}");
        assert_eq!(answer.header("connection"), Some("close"));
        assert_eq!(get(at, "/healthz").status, 200);
    }
}

#[tokio::test]
async fn every_answer_keeps_the_page_to_itself() {
    let Running { at, job: _job, .. } = running(Config::default().page(0));
    for target in ["/", "/api/live", "/api/graph", "/metrics", "/healthz", "/nothing"] {
        let answer = get(at, target);
        for (name, value) in [
            ("x-content-type-options", "nosniff"),
            ("cache-control", "no-store"),
            ("referrer-policy", "no-referrer"),
            ("x-frame-options", "deny"),
        ] {
            assert_eq!(answer.header(name), Some(value), "{target}");
        }
        let policy = answer.header("content-security-policy").unwrap();
        assert!(policy.starts_with("default-src 'none'; script-src 'sha256-"), "{target}");
        assert!(!policy.contains("unsafe"), "{policy}");
    }
}

#[tokio::test]
async fn the_page_is_sent_as_it_is_or_compressed() {
    let Running { at, job: _job, .. } = running(Config::default().page(0));
    let plain = get(at, "/");
    assert!(plain.body.starts_with("<!doctype html>"), "{:.80}", plain.body);
    assert_eq!(plain.header("content-length"), Some(&*plain.body.len().to_string()));
    let mut stream = connect(at);
    write!(stream, "GET / HTTP/1.1\r\nHost: {at}\r\nAccept-Encoding: gzip, br\r\n\r\n").unwrap();
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).unwrap();
    let end = bytes.windows(4).position(|four| four == b"\r\n\r\n").unwrap();
    let head = String::from_utf8_lossy(&bytes[..end]).to_ascii_lowercase();
    assert!(head.contains("content-encoding: gzip"), "{head}");
    assert!(bytes[end + 4..].starts_with(&[0x1f, 0x8b]), "gzip begins so");
    assert!(bytes.len() < 20 * 1024 + 2_000, "{} bytes", bytes.len());
}
