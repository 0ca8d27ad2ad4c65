//! The job that is killed: what each customer has spent, up to and with each payment.

use millstream::prelude::*;
use serde::{Deserialize, Serialize};
use std::path::PathBuf;
use std::str::FromStr;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// A payment, as the input has it; when it was read is noted by the job.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Payment {
    pub id: u64,
    pub customer: u32,
    pub cents: i64,
    #[serde(skip_deserializing, default)]
    pub read: u64,
}

/// A line of the output: payment, customer, total of the customer, and when the payment was read.
pub type Line = (u64, u32, i64, u64);

#[operator]
pub async fn total(payment: Payment, spent: &mut i64) -> Line {
    *spent += payment.cents;
    (payment.id, payment.customer, *spent, payment.read)
}

/// What happens to a payment once it is read.
#[derive(Debug, Clone, Copy)]
pub struct Pace {
    /// The number of payments a second; as many as possible without.
    pub events: Option<u64>,
    /// Whether to note when a payment is read.
    pub stamps: bool,
}

#[operator]
impl Pace {
    async fn process(&self, mut payment: Payment) -> Payment {
        if let Some(events) = self.events {
            let at_once = events.div_ceil(200);
            if payment.id.is_multiple_of(at_once) {
                tokio::time::sleep(Duration::from_secs_f64(at_once as f64 / events as f64)).await;
            }
        }
        if self.stamps {
            payment.read = now();
        }
        payment
    }
}

/// Microseconds since the epoch.
pub fn now() -> u64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(now.as_micros()).unwrap_or_default()
}

/// What the job is to do.
#[derive(Debug, Clone)]
pub struct Options {
    pub promise: Promise,
    pub inputs: [PathBuf; 2],
    /// A directory for parts, or a file.
    pub output: PathBuf,
    pub sink: Kind,
    pub pace: Pace,
    pub instances: usize,
    /// The bytes after which a part ends; 128 MiB unless set.
    pub roll: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::enum_variant_names, reason = "these are the words of the library")]
pub enum Promise {
    AtMostOnce,
    AtLeastOnce,
    ExactlyOnce,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Parts,
    File,
}

impl FromStr for Promise {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "at_most_once" => Ok(Self::AtMostOnce),
            "at_least_once" => Ok(Self::AtLeastOnce),
            "exactly_once" => Ok(Self::ExactlyOnce),
            other => Err(format!("there is no promise {other}")),
        }
    }
}

impl FromStr for Kind {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "parts" => Ok(Self::Parts),
            "file" => Ok(Self::File),
            other => Err(format!("there is no sink {other}")),
        }
    }
}

macro_rules! totals {
    ($promise:ident, $options:ident, $sink:expr) => {{
        let Options { inputs: [left, right], pace, instances, .. } = $options;
        topology!(
            job("totals", $promise),
            left = source(csv_file::<Payment>(left)),
            right = source(csv_file::<Payment>(right)),
            paced = [left, right] >> Pace { events: pace.events, stamps: pace.stamps },
            total = paced >> by(|payment| payment.customer) >> total * instances,
            written = total >> sink($sink),
        )
    }};
}

/// The job, with the promise and the sink that are asked for.
pub fn topology(options: Options) -> Topology {
    let Options { promise, sink, output, roll, .. } = options.clone();
    let parts = csv_parts::<Line>(&output).headerless().roll_at(roll);
    let file = csv_file::<Line>(output).headerless();
    match (promise, sink) {
        (Promise::AtMostOnce, Kind::Parts) => totals!(at_most_once, options, parts),
        (Promise::AtMostOnce, Kind::File) => totals!(at_most_once, options, file),
        (Promise::AtLeastOnce, Kind::Parts) => totals!(at_least_once, options, parts),
        (Promise::AtLeastOnce, Kind::File) => totals!(at_least_once, options, file),
        (Promise::ExactlyOnce, Kind::Parts) => totals!(exactly_once, options, parts),
        (Promise::ExactlyOnce, Kind::File) => totals!(exactly_once, options, file),
    }
}
