//! A source of keys that notes when barriers pass it.

use millstream::env::Env;
use millstream::source::{Intake, Position, Reader, Readiness, Replayable, Source};
use std::future::Future as _;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use std::time::{Duration, Instant};
use tokio::time::Sleep;

/// How often a source that waits looks whether it may read.
const LOOK: Duration = Duration::from_millis(2);

/// Reads each of the keys once, and then some of them again, for ever.
#[derive(Debug, Clone)]
pub struct Keys {
    pub keys: u64,
    /// How many of them are read again.
    pub changed: u64,
    /// Reads all that change, and waits; as fast as possible if absent.
    pub every: Option<Duration>,
    pub seen: Seen,
    pub gate: Gate,
}

/// Lets a source read, wait or panic, from outside of the job.
#[derive(Debug, Clone, Default)]
pub struct Gate(Arc<Switches>);

#[derive(Debug, Default)]
struct Switches {
    is_closed: AtomicBool,
    panics: AtomicBool,
}

impl Gate {
    pub fn set_open(&self, is_open: bool) {
        self.0.is_closed.store(!is_open, Ordering::Relaxed);
    }

    /// Lets the source panic once, when it reads next.
    pub fn panic_next(&self) {
        self.0.panics.store(true, Ordering::Relaxed);
    }

    fn is_closed(&self) -> bool {
        self.0.is_closed.load(Ordering::Relaxed)
    }
}

/// What the source has noted.
#[derive(Debug, Clone, Default)]
pub struct Seen(Arc<Mutex<Notes>>);

#[derive(Debug, Default)]
pub struct Notes {
    /// When the source panicked.
    pub panicked: Option<Instant>,
    /// When the first batch had been processed; since it panicked, if it has.
    pub first: Option<Instant>,
    /// When barriers were about to pass.
    pub barriers: Vec<Instant>,
    /// From the last event before a barrier to the first behind it.
    pub pauses: Vec<Duration>,
    /// The longest time between two batches without a barrier between them, for each barrier.
    pub quiet: Vec<Duration>,
}

impl Seen {
    pub fn notes(&self) -> MutexGuard<'_, Notes> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[derive(Debug)]
pub struct KeysReader {
    of: Keys,
    next: u64,
    /// How many keys are read before the next wait.
    left: u64,
    wait: Option<Pin<Box<Sleep>>>,
    /// When the last batch had been processed.
    last: Option<Instant>,
    is_behind_barrier: bool,
    longest: Duration,
}

impl Source<u64> for Keys {
    type Reader = KeysReader;
    type Replay = Replayable;

    fn open(self, _: &Env) -> millstream::Result<KeysReader> {
        Ok(KeysReader {
            of: self,
            next: 0,
            left: 0,
            wait: None,
            last: None,
            is_behind_barrier: false,
            longest: Duration::ZERO,
        })
    }

    fn open_at(self, env: &Env, at: &Position) -> millstream::Result<KeysReader> {
        Ok(KeysReader { next: at.read()?, ..self.open(env)? })
    }

    fn again(&self) -> Option<Self> {
        Some(self.clone())
    }
}

impl KeysReader {
    /// How many keys can be read now.
    fn available(&self) -> u64 {
        match self.of.every {
            None => u64::MAX,
            Some(_) => self.of.keys.saturating_sub(self.next) + self.left,
        }
    }

    #[inline]
    fn key(&self) -> u64 {
        let Keys { keys, changed, every, .. } = self.of;
        if self.next < keys {
            return self.next;
        }
        let number = if every.is_some() { self.next } else { mixed(self.next) };
        number % changed * (keys / changed)
    }

    fn wait(&mut self, time: Duration, cx: &mut Context<'_>) -> Poll<()> {
        let wait = self.wait.get_or_insert_with(|| Box::pin(tokio::time::sleep(time)));
        let waited = wait.as_mut().poll(cx);
        if waited.is_ready() {
            self.wait = None;
        }
        waited
    }

    /// Notes the time since the last batch.
    fn note(&mut self) {
        let Some(last) = self.last else { return };
        let time = last.elapsed();
        if std::mem::take(&mut self.is_behind_barrier) {
            let longest = std::mem::take(&mut self.longest);
            let mut notes = self.of.seen.notes();
            notes.pauses.push(time);
            notes.quiet.push(longest);
        } else {
            self.longest = self.longest.max(time);
        }
    }
}

impl Reader<u64> for KeysReader {
    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<millstream::Result<Readiness>> {
        while self.of.gate.is_closed() {
            if self.wait(LOOK, cx).is_pending() {
                return Poll::Pending;
            }
        }
        if let Some(every) = self.of.every
            && self.available() == 0
        {
            if self.wait(every, cx).is_pending() {
                return Poll::Pending;
            }
            self.left = self.of.changed;
        }
        Poll::Ready(Ok(Readiness::Events))
    }

    fn read(&mut self, limit: usize, into: &mut impl Intake<u64>) -> millstream::Result<()> {
        if self.of.gate.0.panics.swap(false, Ordering::Relaxed) {
            let mut notes = self.of.seen.notes();
            (notes.panicked, notes.first) = (Some(Instant::now()), None);
            drop(notes);
            panic!("the source panics, as asked");
        }
        self.note();
        let count = self.available().min(limit as u64);
        for _ in 0..count {
            into.event(self.key())?;
            if self.next >= self.of.keys {
                self.left = self.left.saturating_sub(1);
            }
            self.next += 1;
        }
        let now = Instant::now();
        if self.last.is_none() {
            self.of.seen.notes().first = Some(now);
        }
        self.last = Some(now);
        Ok(())
    }

    fn position(&mut self) -> millstream::Result<Option<Position>> {
        self.of.seen.notes().barriers.push(Instant::now());
        self.is_behind_barrier = true;
        Position::of(&self.next).map(Some)
    }
}

/// A pseudorandom number that follows from another.
fn mixed(seed: u64) -> u64 {
    let bits = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    (bits ^ (bits >> 32)).wrapping_mul(0xbf58_476d_1ce4_e5b9) >> 16
}
