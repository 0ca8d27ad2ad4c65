//! The built-in server: HTTP/1.1, a request a connection, few connections at a time.
//!
//! It has a thread and a runtime of its own. So it answers when the job keeps all threads of its
//! runtime busy, which is when one looks; and clients cost the job nothing but what their answers
//! read.

use super::Page;
use super::answer::{Answer, Content};
use super::parse::{MOST, Parsed, parse};
use super::request::{Method, Peer, Request};
use crate::env::Env;
use crate::error::{Error, ErrorKind, Result};
use futures::StreamExt;
use futures::stream::{BoxStream, FuturesUnordered};
use std::io;
use std::net::SocketAddr;
use std::sync::mpsc;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

/// The most connections in service. More of them wait in the queue of the system.
const CONNECTIONS: usize = 32;

/// Of these, those that a feed may keep.
const FEEDS: usize = 24;

/// How long a client may take for its headers, and to take what it is sent.
const PATIENCE: Duration = Duration::from_secs(10);

/// How long connections may go on when the job has ended.
const FAREWELL: Duration = Duration::from_millis(100);

/// A page that is served. Dropping it ends that, and frees the port.
#[derive(Debug)]
pub(crate) struct Served {
    pub(crate) at: SocketAddr,
    stop: CancellationToken,
    /// Closed once the server has ended.
    closed: mpsc::Receiver<()>,
}

impl Drop for Served {
    fn drop(&mut self) {
        self.stop.cancel();
        // The next job may want the port, and viewers the end of this one.
        self.closed.recv_timeout(Duration::from_millis(200)).ok();
    }
}

impl Served {
    /// Serves a page at a socket that listens.
    ///
    /// # Errors
    /// If the runtime of the server cannot be made.
    pub(crate) fn begin(page: Page, listener: std::net::TcpListener, env: &Env) -> Result<Self> {
        let failed = |error: io::Error| {
            Error::new(ErrorKind::Config, "the page cannot be served").caused_by(error)
        };
        let at = listener.local_addr().map_err(failed)?;
        let mut runtime = tokio::runtime::Builder::new_current_thread();
        let runtime = runtime.enable_io().enable_time().build().map_err(failed)?;
        let (stop, (open, closed)) = (CancellationToken::new(), mpsc::channel::<()>());
        let stopped = stop.clone();
        env.spawn_blocking(Box::new(move || {
            let open = open;
            runtime.block_on(serve(page, listener, stopped));
            drop((runtime, open));
        }));
        Ok(Self { at, stop, closed })
    }
}

/// Serves connections until it is to stop. Feeds then say how the job has ended.
async fn serve(page: Page, listener: std::net::TcpListener, stop: CancellationToken) {
    let Ok(listener) = TcpListener::from_std(listener) else { return };
    let feeds = tokio::sync::Semaphore::new(FEEDS);
    let mut connections = FuturesUnordered::new();
    loop {
        tokio::select! {
            biased;
            () = stop.cancelled() => break,
            accepted = listener.accept(), if connections.len() < CONNECTIONS => match accepted {
                Ok((stream, peer)) => connections.push(converse(&page, stream, peer, &feeds)),
                // Too many open files, say: there may be fewer later.
                Err(_) => tokio::time::sleep(Duration::from_millis(50)).await,
            },
            Some(()) = connections.next() => {}
        }
    }
    drop(listener);
    let rest = async { while connections.next().await.is_some() {} };
    timeout(FAREWELL, rest).await.ok();
}

/// Answers the one request of a connection.
async fn converse(
    page: &Page,
    stream: TcpStream,
    peer: SocketAddr,
    feeds: &tokio::sync::Semaphore,
) {
    let request = match timeout(PATIENCE, read(&stream)).await {
        Ok(Ok(Some(request))) => request,
        // It has gone.
        Ok(Ok(None) | Err(_)) => return,
        Err(_elapsed) => Err((408, "the request has taken longer than 10 s")),
    };
    let peer = if peer.ip().to_canonical().is_loopback() { Peer::Loopback } else { Peer::Remote };
    let (method, answer) = match request {
        Ok(request) => (request.method, page.answer(&Request { peer, ..*request })),
        Err((status, reason)) => (Method::Other, Answer::refused(status, reason)),
    };
    let place = feeds.try_acquire();
    let answer = match answer.content {
        Content::Feed(_) if place.is_err() => Answer::refused(503, "too many feeds are open"),
        _ => answer,
    };
    let place = place.ok().filter(|_| matches!(answer.content, Content::Feed(_)));
    if send(&stream, answer, method).await.is_ok() && method == Method::Other {
        // What is not read would reset the connection, and with it the answer.
        timeout(Duration::from_millis(200), discard(&stream)).await.ok();
    }
    drop(place);
}

/// A request, or the status and reason of a refusal.
type ReadRequest = std::result::Result<Box<Request>, (u16, &'static str)>;

/// Reads a request; none if the client goes first.
async fn read(stream: &TcpStream) -> io::Result<Option<ReadRequest>> {
    let mut bytes = Vec::new();
    loop {
        stream.readable().await?;
        let mut some = [0; 1024];
        match stream.try_read(&mut some) {
            Ok(0) => return Ok(None),
            Ok(read) => bytes.extend(some.into_iter().take(read)),
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => continue,
            Err(error) => return Err(error),
        }
        bytes.truncate(MOST);
        match parse(&bytes) {
            Parsed::Part => {}
            Parsed::Request(request) => return Ok(Some(Ok(request))),
            Parsed::Refused(status, reason) => return Ok(Some(Err((status, reason)))),
        }
    }
}

/// Reads until the client has gone.
async fn discard(stream: &TcpStream) -> io::Result<()> {
    let mut some = [0; 1024];
    loop {
        stream.readable().await?;
        match stream.try_read(&mut some) {
            Ok(0) => return Ok(()),
            Err(error) if error.kind() != io::ErrorKind::WouldBlock => return Err(error),
            Ok(_) | Err(_) => {}
        }
    }
}

async fn send(stream: &TcpStream, answer: Answer, method: Method) -> io::Result<()> {
    let mut head = format!("HTTP/1.1 {} {}\r\n", answer.status, answer.reason());
    for (name, value) in answer.headers() {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    head.push_str("connection: close\r\n\r\n");
    write(stream, head.as_bytes()).await?;
    match answer.content {
        _ if method == Method::Head => Ok(()),
        Content::Whole(bytes) => write(stream, &bytes).await,
        Content::Feed(events) => feed(stream, events).await,
    }
}

/// Sends the events of a feed until it ends or the client goes.
async fn feed(stream: &TcpStream, mut events: BoxStream<'static, String>) -> io::Result<()> {
    loop {
        tokio::select! {
            // A client that is not there any more would else be noticed at the next event.
            gone = discard(stream) => return gone,
            event = events.next() => match event {
                Some(event) => write(stream, event.as_bytes()).await?,
                None => return Ok(()),
            },
        }
    }
}

/// Sends all bytes, to a client that takes them within 10 s.
async fn write(stream: &TcpStream, bytes: &[u8]) -> io::Result<()> {
    let slow = |_elapsed| io::Error::from(io::ErrorKind::TimedOut);
    timeout(PATIENCE, write_all(stream, bytes)).await.map_err(slow)?
}

async fn write_all(stream: &TcpStream, mut bytes: &[u8]) -> io::Result<()> {
    while !bytes.is_empty() {
        stream.writable().await?;
        match stream.try_write(bytes) {
            Ok(written) => bytes = bytes.get(written..).unwrap_or_default(),
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{CONNECTIONS, PATIENCE, read, serve, write, write_all};
    use crate::page::tests::page;
    use crate::time::{Clock, SystemClock};
    use std::io;
    use std::net::SocketAddr;
    use std::time::Duration;
    use tokio::net::{TcpListener, TcpStream};
    use tokio_util::sync::CancellationToken;

    /// A page that is served, and its address.
    fn served() -> (impl Future<Output = ()>, SocketAddr) {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        let at = listener.local_addr().unwrap();
        (serve(page(), listener, CancellationToken::new()), at)
    }

    /// What is received until the other side has gone.
    async fn received(stream: &TcpStream) -> String {
        let (mut text, mut some) = (Vec::new(), [0; 1024]);
        loop {
            stream.readable().await.unwrap();
            match stream.try_read(&mut some) {
                Ok(0) => return String::from_utf8(text).unwrap(),
                Ok(read) => text.extend(&some[..read]),
                Err(error) => assert_eq!(error.kind(), io::ErrorKind::WouldBlock),
            }
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_client_that_is_slow_to_ask_gives_up_its_place() {
        let (serving, at) = served();
        let clock = SystemClock::default();
        let asking = async {
            let mut slow = Vec::new();
            for _ in 0..CONNECTIONS {
                let stream = TcpStream::connect(at).await.unwrap();
                write_all(&stream, b"GET /healthz HTTP/1.1\r\nHost: ").await.unwrap();
                slow.push(stream);
            }
            let next = TcpStream::connect(at).await.unwrap();
            write_all(&next, b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n").await.unwrap();
            assert!(received(&next).await.starts_with("HTTP/1.1 200 OK\r\n"));
            assert!(clock.monotonic().0 >= PATIENCE);
            assert!(clock.monotonic().0 < PATIENCE + Duration::from_secs(1));
            for stream in slow {
                assert!(received(&stream).await.starts_with("HTTP/1.1 408 Request Timeout\r\n"));
            }
        };
        tokio::select! {
            () = asking => {}
            () = serving => panic!("the server has ended"),
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_client_that_does_not_take_its_answer_is_dropped() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let at = listener.local_addr().unwrap();
        let (client, accepted) = tokio::join!(TcpStream::connect(at), listener.accept());
        let (server, _) = accepted.unwrap();
        let clock = SystemClock::default();
        let error = write(&server, &vec![b'x'; 64 << 20]).await.unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::TimedOut);
        assert!(clock.monotonic().0 >= PATIENCE);
        drop(client);
    }

    #[tokio::test]
    async fn a_client_that_goes_without_asking_is_no_error() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let at = listener.local_addr().unwrap();
        let (client, accepted) = tokio::join!(TcpStream::connect(at), listener.accept());
        drop(client);
        assert_eq!(read(&accepted.unwrap().0).await.unwrap(), None);
    }
}
