//! Which checkpoints are durable, and when: what the library logs.

use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Level, Metadata, Subscriber};

/// A checkpoint that is durable.
#[derive(Debug, Clone, Copy)]
pub struct Durable {
    pub at: Instant,
    pub bytes: u64,
    /// Since all instances had reported what has changed.
    pub took: Duration,
}

static DURABLE: Mutex<Vec<Durable>> = Mutex::new(Vec::new());

/// All checkpoints so far.
pub fn durable() -> MutexGuard<'static, Vec<Durable>> {
    DURABLE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Waits until a number of further checkpoints is durable.
pub async fn wait_for(more: usize) {
    let wanted = durable().len() + more;
    while durable().len() < wanted {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

/// Keeps what is logged of checkpoints from here on.
pub fn keep() {
    if let Err(error) = tracing::subscriber::set_global_default(Log) {
        panic!("nothing else logs: {error}");
    }
}

static RESTARTS: AtomicBool = AtomicBool::new(false);

/// From here on jobs fail, as asked, and restart.
pub fn expect_restarts() {
    RESTARTS.store(true, Ordering::Relaxed);
}

/// Notes durable checkpoints; ends the process with a warning about one, such as that it failed.
struct Log;

#[derive(Default)]
struct Message {
    text: String,
    bytes: u64,
    took: Duration,
}

impl Visit for Message {
    fn record_u64(&mut self, field: &Field, value: u64) {
        if field.name() == "bytes" {
            self.bytes = value;
        }
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        match field.name() {
            "message" => self.text = format!("{value:?}"),
            "writing" => self.took = duration(&format!("{value:?}")).unwrap_or_default(),
            _ => {}
        }
    }
}

/// A time as it is printed for debugging.
fn duration(text: &str) -> Option<Duration> {
    let units = [("ns", 1e-9), ("µs", 1e-6), ("ms", 1e-3), ("s", 1.0)];
    let number = |(unit, seconds): (&str, f64)| {
        let number: f64 = text.strip_suffix(unit)?.parse().ok()?;
        Some(Duration::from_secs_f64(number * seconds))
    };
    units.into_iter().find_map(number)
}

impl Subscriber for Log {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.is_event() && metadata.target().starts_with("millstream")
    }

    fn event(&self, event: &Event<'_>) {
        let at = Instant::now();
        let mut message = Message::default();
        event.record(&mut message);
        // Jobs that are aborted are logged too.
        let is_expected =
            RESTARTS.load(Ordering::Relaxed) && message.text.starts_with("the job has failed;");
        let is_warning = *event.metadata().level() <= Level::WARN;
        if is_warning && message.text.contains("checkpoint") && !is_expected {
            eprintln!("checkpoints: {}", message.text);
            std::process::exit(1);
        }
        if message.text == "the checkpoint is durable" {
            durable().push(Durable { at, bytes: message.bytes, took: message.took });
        }
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}
