//! Looks up the country of each customer by HTTP: many calls at once, with timeout and retry.
//!
//! ```text
//! cargo run --release --example enrich -- [--orders N]
//! ```
//! The server is part of the example. It answers after 20 ms, refuses two requests of a hundred,
//! and leaves one of a thousand without an answer.

mod server;

use http_body_util::{BodyExt, Empty};
use hyper::body::Bytes;
use hyper::{StatusCode, Uri};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use millstream::error::BoxError;
use millstream::operator::TimedOut;
use millstream::prelude::*;
use millstream_examples::args::{self, Args};
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::process::ExitCode;
use std::sync::atomic::Ordering;
use std::time::Instant;

const HELP: &str = "\
Looks up the country of each customer by HTTP.

  --orders N    how many orders there are; default 20000
";

/// How many customers order.
const CUSTOMERS: u64 = 500;

#[derive(Debug, Clone)]
struct Order {
    id: u64,
    customer: u64,
}

/// An order, its country, and how many orders of its customer there were up to it.
#[derive(Debug)]
struct Enriched {
    id: u64,
    customer: u64,
    country: String,
    nth: u64,
}

/// The service, as an operator asks it.
#[derive(Debug)]
struct Countries {
    client: Client<HttpConnector, Empty<Bytes>>,
    server: SocketAddr,
}

#[derive(Debug, thiserror::Error)]
enum LookupError {
    #[error("the server says {0}")]
    Refused(StatusCode),
    #[error("the server cannot be reached")]
    Unreachable(#[from] hyper_util::client::legacy::Error),
    #[error("the answer broke off")]
    Broken(#[from] hyper::Error),
    #[error(transparent)]
    TooLong(#[from] TimedOut),
    #[error("the address of customer {0} is no URI")]
    NoUri(u64, #[source] hyper::http::uri::InvalidUri),
}

impl LookupError {
    /// Whether another attempt may succeed.
    fn is_transient(&self) -> bool {
        match self {
            Self::Refused(status) => status.is_server_error(),
            Self::Unreachable(_) | Self::Broken(_) | Self::TooLong(_) => true,
            Self::NoUri(..) => false,
        }
    }
}

impl Countries {
    fn at(server: SocketAddr) -> Self {
        Self { client: Client::builder(TokioExecutor::new()).build_http(), server }
    }

    async fn country_of(&self, customer: u64) -> Result<String, LookupError> {
        let uri = format!("http://{}/customers/{customer}", self.server);
        let uri: Uri = uri.parse().map_err(|error| LookupError::NoUri(customer, error))?;
        let response = self.client.get(uri).await?;
        if !response.status().is_success() {
            return Err(LookupError::Refused(response.status()));
        }
        let body = response.into_body().collect().await?.to_bytes();
        Ok(String::from_utf8_lossy(&body).into_owned())
    }
}

/// Adds the country, and numbers the orders of each customer. One order of a customer is looked up
/// at a time, so numbers follow the order of the input.
#[operator(
    in_flight = 256,
    timeout = "500ms",
    retry = exponential(4, "20ms", "1s"),
    retry_if = LookupError::is_transient,
)]
async fn enriched(
    order: Order,
    orders: &mut u64,
    #[shared] countries: &Countries,
) -> Result<Enriched, LookupError> {
    let country = countries.country_of(order.customer).await?;
    *orders += 1;
    Ok(Enriched { id: order.id, customer: order.customer, country, nth: *orders })
}

fn orders(count: u64) -> impl Iterator<Item = Order> {
    (0..count).map(|id| Order { id, customer: id.wrapping_mul(0x9e37_79b9) % CUSTOMERS })
}

async fn run(args: Args) -> Result<(), BoxError> {
    let count = args.number("--orders", 20_000)?;
    let (server, seen) = server::start().await?;
    let (results, failures) = (Collected::new(), Collected::new());
    let topology = topology!(
        job("enrich"),
        enriched = source(from_iter(orders(count)))
            >> by(|order| order.customer)
            >> enriched(Countries::at(server)),
        enriched >> sink(results.sink()),
        enriched.errors >> sink(failures.sink()),
    );
    if args.answer(&topology, &Config::default())? {
        return Ok(());
    }
    let begun = Instant::now();
    topology.run(args.config()?).await?;
    let (time, results, failures) = (begun.elapsed(), results.take(), failures.take());
    let done = (results.len() + failures.len()) as u64;
    println!("{done} orders: {} enriched, {} failed", results.len(), failures.len());
    println!("numbers of each customer in order: {}", in_order(&results));
    let by_country = results.iter().fold(BTreeMap::new(), |mut counts, order: &Enriched| {
        *counts.entry(order.country.as_str()).or_insert(0_u64) += 1;
        counts
    });
    println!("by country: {by_country:?}");
    let number = |of: &std::sync::atomic::AtomicU64| of.load(Ordering::Relaxed);
    eprintln!(
        "{:.2} s, {:.0} orders a second; one at a time would take {:.0} s\n\
         {} requests, of which {} were refused and {} not answered",
        time.as_secs_f64(),
        done as f64 / time.as_secs_f64(),
        done as f64 * server::LATENCY.as_secs_f64(),
        number(&seen.requests),
        number(&seen.refused),
        number(&seen.unanswered),
    );
    if done < count {
        eprintln!("stopped ahead of {} more orders", count - done);
    }
    if let Some(failure) = failures.first() {
        eprintln!("first failure: {failure}");
    }
    Ok(())
}

/// Whether the orders of each customer have the numbers of their order in the input.
fn in_order(results: &[Enriched]) -> bool {
    let mut last = BTreeMap::new();
    results.iter().all(|order| {
        let (id, nth) = last.insert(order.customer, (order.id, order.nth)).unwrap_or((0, 0));
        order.nth == nth + 1 && (nth == 0 || order.id > id)
    })
}

#[tokio::main]
async fn main() -> ExitCode {
    args::run_by("enrich", HELP, run).await
}
