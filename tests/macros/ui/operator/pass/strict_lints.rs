//! Operators are silent under strict lints, and one half of an operator may be unused.

#![deny(
    missing_docs,
    unused,
    unreachable_pub,
    unnameable_types,
    missing_debug_implementations,
    clippy::all,
    clippy::pedantic
)]

use millstream::prelude::*;
use std::num::ParseIntError;
use std::time::Duration;

/// The numbers of a text, and how many there were.
#[derive(Debug, Clone, Outputs)]
pub enum Parsed {
    /// A number.
    Number(u64),
    /// Anything else.
    Text(String),
}

/// Parses a number.
///
/// # Errors
///
/// If it is not one.
#[operator]
pub async fn parse(line: String) -> Result<u64, ParseIntError> {
    line.parse()
}

/// A number, or the text that is none.
#[operator(name = "parse or keep")]
pub async fn parse_or_keep(line: String) -> Parsed {
    match line.parse() {
        Ok(number) => Parsed::Number(number),
        Err(_) => Parsed::Text(line),
    }
}

mod private {
    use super::Parsed;
    use millstream::prelude::*;

    /// Wired only.
    #[operator]
    pub(crate) async fn wired(number: u64, seen: &mut Vec<u64>) -> Option<u64> {
        seen.push(number);
        (seen.len() < 3).then_some(number)
    }

    /// Wired only, with what is given when wiring.
    #[operator]
    pub(super) async fn scaled(number: u64, factor: u64, #[shared] names: &String) -> Vec<u64> {
        vec![number * factor, names.len() as u64]
    }

    /// Called only.
    #[operator]
    pub(crate) async fn called(parsed: Parsed, out: &mut Output<u64>) {
        if let Parsed::Number(number) = parsed {
            out.send(number).await;
        }
    }

    /// Called only, with what would be given when wiring.
    #[operator]
    pub(super) async fn called_with(number: u64, factor: u64, #[shared] names: &String) -> u64 {
        number * factor + names.len() as u64
    }
}

#[operator]
async fn undocumented(number: u64) -> u64 {
    number + 1
}

/// Emits each event twice.
#[derive(Debug, Clone)]
pub struct Twice {
    wait: Duration,
}

#[operator]
impl Twice {
    /// With this wait.
    #[must_use]
    pub fn new(wait: Duration) -> Self {
        Self { wait }
    }

    /// Emits the event, and sets a timer to emit it again.
    pub async fn process(&self, number: u64, last: &mut Vec<u64>, ctx: &mut Context) -> u64 {
        last.push(number);
        ctx.timer_after(self.wait);
        number
    }

    /// Emits the events again.
    pub async fn on_timer(_: Timer, last: &mut Vec<u64>) -> Vec<u64> {
        std::mem::take(last)
    }
}

/// The part that is wired.
pub fn topology(kept: &Collected<u64>) -> Topology {
    let lines = ["1", "x", "2"].map(str::to_owned);
    topology!(
        lines = source(from_iter(lines)),
        numbers = lines >> parse,
        numbers >> by(|number| *number) >> private::wired >> sink(kept.sink()),
        numbers.errors >> ignore,
        parsed = lines >> parse_or_keep,
        parsed.number
            >> by(|number| *number)
            >> Twice(1.hours())
            >> private::scaled(3, "ab".to_owned())
            >> undocumented
            >> sink(kept.sink()),
        parsed.text >> ignore,
    )
}

/// Runs it.
///
/// # Panics
///
/// If it emits other events.
pub fn main() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let mut out = Output::collecting();
        private::called(Parsed::Number(7), &mut out).await;
        assert_eq!(out.into_events(), [7]);
        assert_eq!(private::called_with(2, 3, &"ab".to_owned()).await, 8);
        let kept = Collected::new();
        topology(&kept).run(Config::default()).await.unwrap();
        let mut kept = kept.take();
        kept.sort_unstable();
        assert_eq!(kept, [1, 2, 3, 3, 3, 3, 4, 4, 7, 7]);
    });
}
