//! Panes pass the tests of keyed tables.

use super::*;
use crate::state::conformance::{self, Forgets, Name, TestedTable};
use crate::window::trigger::{AtEnd, Triggered};
use crate::window::tumbling;
use std::convert::Infallible;
use std::time::Duration;

const LENGTH: Duration = Duration::from_secs(10);

/// An accumulator of the last number.
#[derive(Clone)]
struct Newest;

impl Accumulator<Name, u64> for Newest {
    type State = u64;
    type Out = (Name, u64);
    const GROWS: bool = false;

    fn create(&self) -> u64 {
        0
    }

    fn add(&self, state: &mut u64, event: u64, _: EventTime) {
        *state = event;
    }

    fn merge(&self, state: &mut u64, later: &u64) {
        *state = *later;
    }

    fn emit(&self, key: &Name, _: (Bounds, Firing), state: &u64) -> (Name, u64) {
        (key.clone(), *state)
    }
}

impl Results<(Name, u64), Infallible> for Vec<(Name, u64)> {
    fn result(&mut self, result: (Name, u64), meta: Meta) -> Result<()> {
        assert_eq!(meta.hash, result.0.key_hash());
        self.push(result);
        Ok(())
    }

    fn unmatched(&mut self, event: Infallible, _: EventTime) -> Result<()> {
        match event {}
    }
}

/// A store with at most one window: earlier ones are closed.
struct Current<P: Triggers> {
    store: PaneStore<Name, u64, Aligned, P, Newest>,
    start: EventTime,
}

impl<P: Triggers> From<Tumbling<P>> for Current<P> {
    fn from(kind: Tumbling<P>) -> Self {
        Self { store: PaneStore::tumbling(&kind, Newest), start: EventTime::from_secs(0) }
    }
}

impl Default for Current<AtEnd> {
    fn default() -> Self {
        tumbling(LENGTH).into()
    }
}

impl Default for Current<Triggered> {
    fn default() -> Self {
        tumbling(LENGTH).allowed_lateness(LENGTH).into()
    }
}

impl<P: Triggers> Current<P> {
    /// Closes the window; the next event opens the one after the next.
    fn end(&mut self) -> Vec<(Name, u64)> {
        let mut results = Vec::new();
        self.start = self.start + LENGTH * 2;
        self.store.advance(self.start, &mut results).unwrap();
        assert!(self.store.ends.is_empty());
        assert!(self.store.panes.iter().all(|pane| pane.rows.len() == 0));
        results
    }
}

impl<P: Triggers> TestedTable for Current<P>
where
    Self: Default,
{
    fn set(&mut self, hash: KeyHash, key: Name, value: u64) {
        let (time, mut results) = (self.start, Vec::new());
        let event = WithKey { key, value };
        let late = self.store.insert(event, Meta::new(time, hash), &mut results).unwrap();
        assert_eq!((late, results), (None, vec![]));
    }

    fn get(&mut self, hash: KeyHash, key: &Name) -> Option<u64> {
        let (_, at) = self.store.ends.first_key_value()?;
        let pane = self.store.panes.get_mut(*at)?;
        pane.rows.find(hash, key).ok().map(|mut slot| slot.value().state)
    }

    fn all(&mut self) -> Vec<(Name, u64)> {
        let all = self.end();
        all.iter().for_each(|(key, value)| self.set(key.key_hash(), key.clone(), *value));
        all
    }
}

/// A window drops all its keys at once: those that stay are inserted into the next.
impl<P: Triggers> Forgets for Current<P>
where
    Self: Default,
{
    fn forget(&mut self, _: KeyHash, key: &Name) {
        let all = self.end().into_iter().filter(|(other, _)| other != key);
        all.for_each(|(key, value)| self.set(key.key_hash(), key, value));
    }

    fn retain(&mut self, keep: impl Fn(u64) -> bool) {
        let all = self.end().into_iter().filter(|(_, value)| keep(*value));
        all.for_each(|(key, value)| self.set(key.key_hash(), key, value));
    }
}

mod fired_on_time {
    use super::*;
    conformance::forgets!(Current<AtEnd>);
}

mod kept_for_late_events {
    use super::*;
    conformance::forgets!(Current<Triggered>);
}
