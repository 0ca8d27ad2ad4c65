//! Which checkpoints are durable, and when: what the library logs.

use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Instant;
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Level, Metadata, Subscriber};

/// A checkpoint that is durable.
#[derive(Debug, Clone, Copy)]
pub struct Durable {
    pub at: Instant,
    pub bytes: u64,
}

static DURABLE: Mutex<Vec<Durable>> = Mutex::new(Vec::new());

/// All checkpoints since [`clear`].
pub fn durable() -> MutexGuard<'static, Vec<Durable>> {
    DURABLE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Waits until so many more checkpoints are durable.
pub async fn wait_for(more: usize) {
    let wanted = durable().len() + more;
    while durable().len() < wanted {
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
}

/// Keeps what is logged of checkpoints from here on.
pub fn keep() {
    if let Err(error) = tracing::subscriber::set_global_default(Log) {
        panic!("nothing else logs: {error}");
    }
}

/// Notes durable checkpoints; ends the process with a warning about one, such as that it failed.
struct Log;

#[derive(Default)]
struct Message {
    text: String,
    bytes: u64,
}

impl Visit for Message {
    fn record_u64(&mut self, field: &Field, value: u64) {
        if field.name() == "bytes" {
            self.bytes = value;
        }
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        if field.name() == "message" {
            self.text = format!("{value:?}");
        }
    }
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
        if *event.metadata().level() <= Level::WARN && message.text.contains("checkpoint") {
            eprintln!("checkpoints: {}", message.text);
            std::process::exit(1);
        }
        if message.text == "the checkpoint is durable" {
            durable().push(Durable { at, bytes: message.bytes });
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
