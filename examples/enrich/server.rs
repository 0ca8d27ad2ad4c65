//! A small HTTP server on loopback, which knows the country of each customer.
//!
//! It answers after 20 ms. Of a hundred requests two are refused as by an overloaded server, and
//! one in a thousand is never answered.

use http_body_util::Full;
use hyper::body::Bytes;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tokio::net::TcpListener;

/// How long a lookup takes.
pub const LATENCY: Duration = Duration::from_millis(20);

const COUNTRIES: [&str; 4] = ["LU", "DE", "FR", "BE"];

/// What the server has seen.
#[derive(Debug, Default)]
pub struct Seen {
    pub requests: AtomicU64,
    pub refused: AtomicU64,
    pub unanswered: AtomicU64,
}

/// Starts the server; returns its address, and what it sees.
pub async fn start() -> std::io::Result<(SocketAddr, Arc<Seen>)> {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
    let (address, seen) = (listener.local_addr()?, Arc::<Seen>::default());
    tokio::spawn(serve(listener, Arc::clone(&seen)));
    Ok((address, seen))
}

async fn serve(listener: TcpListener, seen: Arc<Seen>) {
    while let Ok((connection, _)) = listener.accept().await {
        let seen = Arc::clone(&seen);
        let answer = service_fn(move |request| answer(request, Arc::clone(&seen)));
        let connection = http1::Builder::new().serve_connection(TokioIo::new(connection), answer);
        // A client that goes away ends its connection, and nothing else.
        tokio::spawn(async move { connection.await.ok() });
    }
}

async fn answer<B>(
    request: Request<B>,
    seen: Arc<Seen>,
) -> Result<Response<Full<Bytes>>, Infallible> {
    let nth = seen.requests.fetch_add(1, Ordering::Relaxed);
    if nth % 1_000 == 999 {
        seen.unanswered.fetch_add(1, Ordering::Relaxed);
        std::future::pending::<()>().await;
    }
    tokio::time::sleep(LATENCY).await;
    let customer = request.uri().path().trim_start_matches("/customers/").parse::<usize>();
    let (status, text) = match customer {
        _ if nth % 50 == 7 => {
            seen.refused.fetch_add(1, Ordering::Relaxed);
            (StatusCode::SERVICE_UNAVAILABLE, "try again")
        }
        Ok(customer) => (StatusCode::OK, COUNTRIES[customer % COUNTRIES.len()]),
        Err(_) => (StatusCode::NOT_FOUND, "no such customer"),
    };
    let mut response = Response::new(Full::new(Bytes::from_static(text.as_bytes())));
    *response.status_mut() = status;
    Ok(response)
}
