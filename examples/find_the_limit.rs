//! A job that is slow on purpose: open its live page, and see which node holds it back, and why.
//!
//! ```text
//! cargo run --release --example find_the_limit -- [--limit hot_key|cpu|calls|sink|rate|none]
//! ```
//! It prints the address of the page, and runs for ten minutes, or `--seconds`.

use millstream::BoxError;
use millstream::prelude::*;
use millstream_examples::args::{self, Args};
use std::process::ExitCode;
use std::time::{Duration, Instant, SystemTime};
use tokio::sync::mpsc;

const HELP: &str = "\
A job with one node that is slower than its input: find it on the live page.

usage: find_the_limit [OPTIONS]
       find_the_limit graph|plan|check|top

options:
  --limit WHAT    hot_key, cpu, calls, sink, rate or none (default: hot_key)
  --seconds N     how long payments come in (default: 600)";

/// Payments a second that come in, where nothing holds them back.
const OFFERED: u32 = 1_500;

/// The room for events on an edge: little, so that what is slow is felt at once.
const ROOM: usize = 256;

/// What is slower than the input.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Limit {
    /// `average`: 8 payments of 10 have the same card, so one instance has most of the work.
    HotKey,
    /// `average`: each payment takes it 2.5 ms.
    Cpu,
    /// `located`: each call takes 40 ms, and 16 are made at once.
    Calls,
    /// `alerts`: each line takes it 2 ms.
    Sink,
    /// `held`: 500 payments a second pass.
    Rate,
    /// Nothing: the job keeps up.
    None,
}

impl Limit {
    fn parse(text: &str) -> Result<Self, BoxError> {
        Ok(match text {
            "hot_key" => Self::HotKey,
            "cpu" => Self::Cpu,
            "calls" => Self::Calls,
            "sink" => Self::Sink,
            "rate" => Self::Rate,
            "none" => Self::None,
            _ => {
                let known = "hot_key, cpu, calls, sink, rate or none";
                return Err(format!("--limit is `{text}`, expected {known}").into());
            }
        })
    }

    /// Returns the first where this is the limit, otherwise the second.
    fn pick<T>(self, limit: Self, slow: T, fast: T) -> T {
        if self == limit { slow } else { fast }
    }
}

/// A payment; the number of the card is nobody's business, on the page either.
#[derive(Debug, Clone, Peek)]
struct Payment {
    id: u64,
    #[peek(hide)]
    card: u64,
    cents: u64,
    country: &'static str,
    at: EventTime,
}

#[derive(Debug, Clone, Peek)]
struct Located {
    payment: Payment,
    city: &'static str,
}

/// How far a payment is above the average of its card.
#[derive(Debug, Clone, Peek)]
struct Score {
    id: u64,
    percent: u64,
}

#[derive(Debug, thiserror::Error, Peek)]
#[error("payment {id} is of nothing")]
struct Worthless {
    id: u64,
}

#[operator]
async fn check(payment: Payment) -> Result<Payment, Worthless> {
    if payment.cents == 0 { Err(Worthless { id: payment.id }) } else { Ok(payment) }
}

/// Asks where the terminal stands: a service somewhere else.
#[operator(in_flight = 16)]
async fn locate(payment: Payment, #[shared] answers_in: &Duration) -> Located {
    tokio::time::sleep(*answers_in).await;
    let city = CITIES.get(usize::try_from(payment.id % 5).unwrap_or(0)).unwrap_or(&"Paris");
    Located { payment, city }
}

#[derive(Debug, Default)]
struct Mean {
    cents: u64,
    count: u64,
}

#[operator]
async fn average(located: Located, card: &mut Mean, #[shared] takes: &Duration) -> Score {
    work_for(*takes);
    let Payment { id, cents, .. } = located.payment;
    card.cents += cents;
    card.count += 1;
    Score { id, percent: 100 * cents * card.count / card.cents.max(1) }
}

#[operator]
async fn sum_up(window: Window<&'static str, Located>) -> String {
    let cents: u64 = window.events().iter().map(|located| located.payment.cents).sum();
    format!("{}: {} payments, {cents} cents", window.key(), window.len())
}

const COUNTRIES: [&str; 4] = ["DE", "FR", "NL", "PL"];
const CITIES: [&str; 5] = ["Berlin", "Lyon", "Delft", "Gdansk", "Kiel"];

/// Keeps the processor busy.
fn work_for(time: Duration) {
    let begun = Instant::now();
    while begun.elapsed() < time {
        std::hint::spin_loop();
    }
}

/// The payment with this number; one of 400 is of nothing, and one of 900 comes a minute late.
fn payment(id: u64, limit: Limit) -> Payment {
    let mixed = id.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 20;
    let card = if mixed % 10 < limit.pick(Limit::HotKey, 8, 0) { 7 } else { 1_000 + mixed % 500 };
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    let late = if id % 900 == 899 { 60_000 } else { 0 };
    let millis = i64::try_from(now.as_millis()).unwrap_or(0) - late;
    Payment {
        id,
        card,
        cents: if id % 400 == 399 { 0 } else { 100 + mixed % 9_900 },
        country: COUNTRIES.get(usize::try_from(mixed % 4).unwrap_or(0)).unwrap_or(&"DE"),
        at: EventTime::from_millis(millis),
    }
}

/// Sends payments at the rate at which they come in, as long as there is room for them.
async fn offer(payments: mpsc::Sender<Payment>, limit: Limit, until: Instant) {
    let mut ticks = tokio::time::interval(Duration::from_millis(10));
    for ids in (0_u64..).step_by(15) {
        ticks.tick().await;
        for id in ids..ids + u64::from(OFFERED / 100) {
            if Instant::now() > until || payments.send(payment(id, limit)).await.is_err() {
                return;
            }
        }
    }
}

fn topology(payments: impl Source<Payment>, limit: Limit) -> Topology {
    let micros = Duration::from_micros;
    let answers_in = limit.pick(Limit::Calls, micros(40_000), micros(4_000));
    let takes = match limit {
        Limit::HotKey => micros(1_200),
        Limit::Cpu => micros(2_500),
        _ => micros(40),
    };
    let rate = limit.pick(Limit::Rate, 500, 1_000_000).per_sec();
    let line_takes = limit.pick(Limit::Sink, micros(2_000), micros(5));
    topology!(
        job("find_the_limit"),
        payments = source(payments) >> event_time(|p| p.at, lateness(2.secs())),
        checked = payments >> buffer(ROOM) >> check,
        held = checked >> throttle(rate),
        located = held >> shuffle >> locate(answers_in) * 2,
        average = located >> by(|l| l.payment.card) >> average(takes) * 2,
        sums = located >> by(|l| l.payment.country) >> window(tumbling(10.secs())) >> sum_up * 2,
        alerts = average >> buffer(ROOM) >> sink(for_each(move |_: Score| work_for(line_takes))),
        report = sums >> sink(for_each(drop::<String>)),
        refused = checked.errors >> sink(for_each(drop::<Worthless>)),
        sums.late >> ignore,
    )
}

async fn find(args: Args) -> Result<(), BoxError> {
    let limit = Limit::parse(args.text("--limit").unwrap_or("hot_key"))?;
    let seconds = args.number("--seconds", 600)?;
    let (sender, payments) = mpsc::channel(64);
    let topology = topology(from_channel(payments), limit);
    if args.answer(&topology, &Config::from_env()?)? {
        return Ok(());
    }
    tokio::spawn(offer(sender, limit, Instant::now() + Duration::from_secs(seconds)));
    Ok(topology.run(args.config()?.batch(32).buffer(ROOM)).await?)
}

#[tokio::main]
async fn main() -> ExitCode {
    args::run_by("find_the_limit", HELP, find).await
}
