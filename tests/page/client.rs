//! A client of the page that says exactly what it is told to.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

/// An answer: its status, its headers in lower case, and its body.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: String,
    pub body: String,
}

impl Answer {
    /// The value of a header.
    pub fn header(&self, name: &str) -> Option<&str> {
        let lines = self.headers.lines().filter_map(|line| line.split_once(": "));
        lines.into_iter().find(|(known, _)| *known == name).map(|(_, value)| value)
    }
}

pub fn connect(at: SocketAddr) -> TcpStream {
    let stream = TcpStream::connect(at).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    stream
}

/// Sends these bytes, and reads the answer to its end.
pub fn send(at: SocketAddr, bytes: &str) -> Answer {
    let mut stream = connect(at);
    stream.write_all(bytes.as_bytes()).unwrap();
    let mut text = Vec::new();
    stream.read_to_end(&mut text).unwrap();
    parsed(&String::from_utf8_lossy(&text))
}

fn parsed(text: &str) -> Answer {
    let (head, body) = text.split_once("\r\n\r\n").unwrap_or_else(|| panic!("no head: {text:?}"));
    let (line, headers) = head.split_once("\r\n").unwrap();
    let status = line.strip_prefix("HTTP/1.1 ").unwrap()[..3].parse().unwrap();
    Answer { status, headers: headers.to_ascii_lowercase(), body: body.into() }
}

/// Asks with these headers, each a line, in addition to a `Host`.
pub fn ask(at: SocketAddr, method: &str, target: &str, headers: &[&str]) -> Answer {
    let headers: String = headers.iter().map(|line| format!("{line}\r\n")).collect();
    send(at, &format!("{method} {target} HTTP/1.1\r\nHost: {at}\r\n{headers}\r\n"))
}

pub fn get(at: SocketAddr, target: &str) -> Answer {
    ask(at, "GET", target, &[])
}

/// Asks as the page does.
pub fn post(at: SocketAddr, target: &str) -> Answer {
    ask(at, "POST", target, &["X-Millstream: 1"])
}

/// Reads the feed of a target until `enough` of its text.
pub fn feed(at: SocketAddr, target: &str, enough: impl Fn(&str) -> bool) -> String {
    let mut stream = connect(at);
    write!(stream, "GET {target} HTTP/1.1\r\nHost: {at}\r\n\r\n").unwrap();
    let (mut text, mut some) = (String::new(), [0; 4096]);
    while !enough(&text) {
        let read = stream.read(&mut some).unwrap();
        assert!(read > 0, "the feed has ended: {text}");
        text.push_str(std::str::from_utf8(&some[..read]).unwrap());
    }
    text
}
