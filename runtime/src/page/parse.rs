//! Reads requests of HTTP/1.1: a request line and headers, no body.

use super::request::{Method, Request};
use httparse::{EMPTY_HEADER, Error, Status};

/// The most bytes of a request line with its headers.
pub(super) const MOST: usize = 8 * 1024;

/// The most headers.
const HEADERS: usize = 64;

/// What has arrived so far.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Parsed {
    /// All of a request.
    Request(Box<Request>),
    /// A part of one.
    Part,
    /// What is not answered, with its status and why.
    Refused(u16, &'static str),
}

/// Parses what has arrived.
pub(super) fn parse(bytes: &[u8]) -> Parsed {
    let mut headers = [EMPTY_HEADER; HEADERS];
    let mut head = httparse::Request::new(&mut headers);
    match head.parse(bytes) {
        Ok(Status::Complete(_)) => {}
        Ok(Status::Partial) if bytes.len() < MOST => return Parsed::Part,
        Ok(Status::Partial) => {
            return Parsed::Refused(431, "request line and headers take more than 8 KiB");
        }
        Err(Error::TooManyHeaders) => {
            return Parsed::Refused(431, "a request has at most 64 headers");
        }
        Err(_) => return Parsed::Refused(400, "this is not a request of HTTP/1.1"),
    }
    let target = head.path.unwrap_or_default();
    if !target.starts_with('/') {
        return Parsed::Refused(400, "the target of a request is a path");
    }
    let method = Method::of(head.method.unwrap_or_default());
    let mut request = Request { method, ..Request::default() };
    request.to(target);
    for header in head.headers.iter() {
        let Ok(value) = std::str::from_utf8(header.value) else {
            return Parsed::Refused(400, "a header is not text");
        };
        let is = |name: &str| header.name.eq_ignore_ascii_case(name);
        if is("transfer-encoding") || (is("content-length") && value.trim() != "0") {
            return Parsed::Refused(413, "a request to this page has no body");
        }
        if request.header(header.name, value.trim()).is_err() {
            return Parsed::Refused(400, "a header is there twice");
        }
    }
    Parsed::Request(Box::new(request))
}

#[cfg(test)]
mod tests {
    use super::{MOST, Parsed, parse};
    use crate::page::request::Method;

    fn refused(text: &str) -> u16 {
        match parse(text.as_bytes()) {
            Parsed::Refused(status, _) => status,
            other => panic!("{text:?}: {other:?}"),
        }
    }

    const WHOLE: &str = "POST /api/tune?node=a%20b&rate=5 HTTP/1.1\r\nHost: localhost:7000\r\n\
                         Origin: http://localhost:7000\r\nX-Millstream: 1\r\n\
                         Content-Length: 0\r\n\r\n";

    #[test]
    fn a_request_is_parsed_however_it_arrives() {
        for end in 0..WHOLE.len() {
            assert_eq!(parse(&WHOLE.as_bytes()[..end]), Parsed::Part, "{end} bytes");
        }
        let Parsed::Request(request) = parse(WHOLE.as_bytes()) else { panic!("no request") };
        assert_eq!((request.method, &*request.path), (Method::Post, "/api/tune"));
        assert_eq!(request.parameter("node").as_deref(), Some("a b"));
        assert_eq!(request.host.as_deref(), Some("localhost:7000"));
        assert_eq!(request.mark.as_deref(), Some("1"));
    }

    #[test]
    fn what_is_too_long_is_refused_before_it_has_arrived() {
        let line = format!("GET /{} HTTP/1.1\r\n", "a".repeat(MOST));
        assert_eq!(refused(&line), 431);
        let header = format!("GET / HTTP/1.1\r\nCookie: {}", "a".repeat(MOST));
        assert_eq!(refused(&header), 431);
        let headers = format!("GET / HTTP/1.1\r\n{}\r\n", "A: b\r\n".repeat(65));
        assert_eq!(refused(&headers), 431);
    }

    #[test]
    fn a_refusal_says_which_bound_was_exceeded() {
        let headers = format!("GET / HTTP/1.1\r\n{}\r\n", "A: b\r\n".repeat(65));
        let refusal = Parsed::Refused(431, "a request has at most 64 headers");
        assert_eq!(parse(headers.as_bytes()), refusal);
        let line = format!("GET /{} HTTP/1.1\r\n", "a".repeat(MOST));
        let refusal = Parsed::Refused(431, "request line and headers take more than 8 KiB");
        assert_eq!(parse(line.as_bytes()), refusal);
    }

    #[test]
    fn bodies_proxies_and_ambiguous_requests_are_refused() {
        assert_eq!(
            refused("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\n\r\nx"),
            413
        );
        assert_eq!(refused("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n"), 413);
        assert_eq!(refused("GET http://evil.example/ HTTP/1.1\r\n\r\n"), 400);
        assert_eq!(refused("CONNECT localhost:22 HTTP/1.1\r\n\r\n"), 400);
        assert_eq!(refused("GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n"), 400);
        assert_eq!(refused("\u{16}\u{3}\u{1}"), 400);
        assert_eq!(refused("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"), 400);
    }

    /// Whatever arrives, it is answered: bytes of a request with some of them changed, by a
    /// generator of random numbers.
    #[test]
    fn no_bytes_make_the_parser_panic() {
        let mut state = 0x2545_f491_4f6c_dd1d_u64;
        let mut random = move || {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            usize::try_from(state >> 11).unwrap()
        };
        let mut whole = 0;
        for _ in 0..20_000 {
            let mut bytes = WHOLE.as_bytes().to_vec();
            for _ in 0..random() % 4 {
                let at = random() % bytes.len();
                match random() % 3 {
                    0 => bytes[at] = u8::try_from(random() % 256).unwrap(),
                    1 => drop(bytes.remove(at)),
                    _ => bytes.insert(at, b"\r\n :%?/\0"[random() % 8]),
                }
            }
            bytes.truncate(random() % 2_000);
            whole += usize::from(matches!(parse(&bytes), Parsed::Request(_)));
        }
        assert!(whole > 1_000, "{whole}");
    }
}
