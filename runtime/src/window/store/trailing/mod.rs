//! Trailing windows: for each key its last events.
//!
//! Events are buffered until the watermark has passed them, and then processed in order of event
//! time. Most keys have few events, which are merged anew for each event, all spans in one pass
//! over memory. A key with many events has two stacks of states for each span, as in
//! [`stacks`](super::stacks), over its events, which are kept once; or
//! [`blocks`](super::blocks), if the states grow.

mod saved;

use super::blocks::Blocks;
use super::keys::Keys;
use super::{Results, Store, Tally, stacks};
use crate::error::Result;
use crate::event::{Meta, WithKey};
use crate::key::Key;
use crate::time::{EventTime, micros};
use crate::window::aggregate::Aggregate;
use crate::window::kind::{Spans, Trailing};
use crate::window::{Reorder, TrailingResult, Verdict, WaitingForTime};
use std::cmp::Reverse;
use std::collections::{BinaryHeap, VecDeque};
use std::convert::Infallible;
use std::fmt;
use std::marker::PhantomData;

/// The greatest number of events of a key that are merged anew for each event.
const FEW: usize = 64;

/// The declaration of trailing windows: what is selected, aggregated, and over which spans.
pub struct TrailingRules<F, A, V, H> {
    select: F,
    aggregate: A,
    spans: H,
    value: PhantomData<fn() -> V>,
}

impl<F, A, V, H> fmt::Debug for TrailingRules<F, A, V, H> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TrailingRules").finish_non_exhaustive()
    }
}

/// The trailing windows of one instance: for each key its last events.
pub struct TrailingStore<K, T, F, A: Aggregate<V>, V, H> {
    rules: TrailingRules<F, A, V, H>,
    /// The spans in microseconds.
    spans: Vec<i64>,
    /// The positions of the spans, shortest first.
    by_length: Vec<usize>,
    /// The merge for each span; empty between events.
    merged: Vec<Option<A::State>>,
    delay: i64,
    longest: i64,
    waiting: WaitingForTime<K, T>,
    keys: Keys<K, KeyTrail<A::State>>,
    /// When the events of a key may have expired.
    ends: BinaryHeap<Reverse<(EventTime, usize)>>,
    watermark: EventTime,
    /// The number of events that no longer wait.
    processed: u64,
}

/// The last events of a key.
struct KeyTrail<S> {
    /// The state of each single event, in order of event time.
    events: VecDeque<(i64, S)>,
    /// The number of events dropped at the front: the position of the first one left.
    dropped: u64,
    /// The stacks of each span; empty for a key with few events.
    windows: Vec<SpanStacks<S>>,
    /// The events merged in blocks, if there are many and their states grow.
    blocks: Option<Box<Blocks<S>>>,
}

/// The events of a span, `from` one position `to` another, as two stacks.
struct SpanStacks<S> {
    from: u64,
    to: u64,
    front: Vec<S>,
    back: Option<S>,
}

impl<S> Default for KeyTrail<S> {
    fn default() -> Self {
        Self { events: VecDeque::new(), dropped: 0, windows: Vec::new(), blocks: None }
    }
}

impl<S> Default for SpanStacks<S> {
    fn default() -> Self {
        Self { from: 0, to: 0, front: Vec::new(), back: None }
    }
}

impl<K, T, F, A: Aggregate<V>, V, H> fmt::Debug for TrailingStore<K, T, F, A, V, H> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TrailingStore").field("spans", &self.spans).finish_non_exhaustive()
    }
}

impl<S: Clone> KeyTrail<S> {
    fn event(&self, position: u64) -> Option<&(i64, S)> {
        let at = usize::try_from(position.checked_sub(self.dropped)?).ok()?;
        self.events.get(at)
    }

    /// Moves the window of a span to the events after `after` and up to `until`, and calls `show`
    /// with the merge of them.
    fn slide<R>(
        &mut self,
        span: usize,
        (after, until): (i64, i64),
        merge: impl Fn(&mut S, &S),
        show: impl FnOnce(Option<&S>) -> R,
    ) -> Option<R> {
        let mut window = std::mem::take(self.windows.get_mut(span)?);
        while let Some((_, state)) = self.event(window.to).filter(|(time, _)| *time <= until) {
            stacks::add(&mut window.back, state, &merge);
            window.to += 1;
        }
        while window.from < window.to && self.event(window.from).is_some_and(|(t, _)| *t <= after) {
            if window.front.is_empty() {
                self.turn(&mut window, &merge);
            }
            window.front.pop();
            window.from += 1;
        }
        let shown = stacks::both(window.front.last(), window.back.as_ref(), merge, show);
        if let Some(place) = self.windows.get_mut(span) {
            *place = window;
        }
        Some(shown)
    }

    /// Merges the events up to `until` for each span, from the last one backwards.
    #[inline]
    fn fold(
        &self,
        until: i64,
        (spans, by_length): (&[i64], &[usize]),
        merged: &mut [Option<S>],
        merge: impl Fn(&mut S, &S),
    ) {
        let mut events = self.events.iter().rev().skip_while(|(time, _)| *time > until).peekable();
        let mut all: Option<S> = None;
        for span in by_length {
            let after = until.saturating_sub(spans.get(*span).copied().unwrap_or(0));
            while let Some((_, state)) = events.next_if(|(time, _)| *time > after) {
                let mut earlier = state.clone();
                if let Some(later) = &all {
                    merge(&mut earlier, later);
                }
                all = Some(earlier);
            }
            if let Some(place) = merged.get_mut(*span) {
                place.clone_from(&all);
            }
        }
    }

    /// Creates the stacks of each span, if there are none yet.
    fn begin_windows(&mut self, spans: usize) {
        let at = self.dropped;
        self.windows.resize_with(spans, || SpanStacks {
            from: at,
            to: at,
            front: Vec::new(),
            back: None,
        });
    }

    /// Turns the back into the front.
    fn turn(&self, window: &mut SpanStacks<S>, merge: &impl Fn(&mut S, &S)) {
        window.back = None;
        for position in (window.from..window.to).rev() {
            let Some((_, state)) = self.event(position) else { return };
            let mut merged = state.clone();
            if let Some(after) = window.front.last() {
                merge(&mut merged, after);
            }
            window.front.push(merged);
        }
    }

    /// Merges the blocks that are full.
    fn fill_blocks(&mut self, merge: &impl Fn(&mut S, &S)) {
        let (events, dropped) = (&self.events, self.dropped);
        let state = |position: u64| state_at(events, dropped, position);
        let blocks = self.blocks.get_or_insert_with(|| Box::new(Blocks::new(dropped)));
        blocks.drop_before(dropped);
        blocks.fill(dropped + events.len() as u64, &state, merge);
    }

    /// The merged state of the events after one time and until another, made of blocks.
    fn in_blocks(&self, (after, until): (i64, i64), merge: &impl Fn(&mut S, &S)) -> Option<S> {
        let position = |time: i64| {
            self.dropped + self.events.partition_point(|(other, _)| *other <= time) as u64
        };
        let state = |position: u64| state_at(&self.events, self.dropped, position);
        self.blocks.as_ref()?.merged((position(after), position(until)), &state, merge)
    }

    /// Drops the events up to `after`, which no window needs any more.
    fn drop_past(&mut self, after: i64) {
        while self.events.front().is_some_and(|(time, _)| *time <= after) {
            self.events.pop_front();
            self.dropped += 1;
        }
    }
}

/// The state at a position, unless it is dropped.
fn state_at<S>(events: &VecDeque<(i64, S)>, dropped: u64, position: u64) -> Option<&S> {
    let at = usize::try_from(position.checked_sub(dropped)?).ok()?;
    events.get(at).map(|(_, state)| state)
}

impl<K, T, V, F, A, H> TrailingStore<K, T, F, A, V, H>
where
    K: Key,
    F: Fn(&T) -> V,
    A: Aggregate<V>,
    H: Spans,
{
    /// Creates an empty store.
    pub(in crate::window) fn new(kind: &Trailing<H>, select: F, aggregate: A) -> Self {
        let spans: Vec<i64> = kind.spans.spans().into_iter().map(micros).collect();
        let mut by_length: Vec<usize> = (0..spans.len()).collect();
        by_length.sort_by_key(|span| spans.get(*span));
        let longest = spans.iter().copied().max().unwrap_or(0).saturating_add(kind.delay);
        Self {
            rules: TrailingRules { select, aggregate, spans: kind.spans, value: PhantomData },
            merged: vec![None; spans.len()],
            by_length,
            spans,
            delay: kind.delay,
            longest,
            waiting: Reorder::new(),
            keys: Keys::default(),
            ends: BinaryHeap::new(),
            watermark: EventTime::MIN,
            processed: 0,
        }
    }

    /// Adds the next event in order of event time; returns the value of its window.
    fn add(&mut self, at: usize, event: &T, time: EventTime) -> Option<H::Results<A::Out>> {
        let TrailingRules { select, aggregate, spans, .. } = &self.rules;
        let trail = &mut self.keys.get_mut(at)?.value.held;
        let mut state = aggregate.create();
        aggregate.add(&mut state, select(event));
        trail.events.push_back((time.as_micros(), state));
        let until = time.as_micros().saturating_sub(self.delay);
        let merge = |state: &mut A::State, later: &A::State| aggregate.merge(state, later);
        let finish = |state: Option<&A::State>| match state {
            Some(state) => aggregate.finish(state),
            None => aggregate.finish(&aggregate.create()),
        };
        let results = if trail.events.len() <= FEW {
            trail.windows.clear();
            trail.blocks = None;
            trail.fold(until, (&self.spans, &self.by_length), &mut self.merged, merge);
            spans.results(|span| finish(self.merged.get_mut(span).and_then(Option::take).as_ref()))
        } else if A::GROWS {
            trail.fill_blocks(&merge);
            spans.results(|span| {
                let after = until.saturating_sub(self.spans.get(span).copied().unwrap_or(0));
                finish(trail.in_blocks((after, until), &merge).as_ref())
            })
        } else {
            trail.begin_windows(self.spans.len());
            spans.results(|span| {
                let after = until.saturating_sub(self.spans.get(span).copied().unwrap_or(0));
                let slid = trail.slide(span, (after, until), merge, finish);
                slid.unwrap_or_else(|| finish(None))
            })
        };
        trail.drop_past(time.as_micros().saturating_sub(self.longest));
        Some(results)
    }

    /// Drops the keys whose events have all expired.
    fn drop_expired(&mut self) {
        while let Some(Reverse((end, at))) = self.ends.peek().copied() {
            if end > self.watermark {
                break;
            }
            self.ends.pop();
            let Some(row) = self.keys.get_mut(at) else { continue };
            let last = row.value.held.events.back().map_or(i64::MIN, |(time, _)| *time);
            let end = EventTime::from_micros(last.saturating_add(self.longest));
            if end > self.watermark {
                self.ends.push(Reverse((end, at)));
            } else {
                row.value.held = KeyTrail::default();
                self.keys.forget(at);
            }
        }
    }
}

impl<K, T, V, F, A, H> Store<K, T> for TrailingStore<K, T, F, A, V, H>
where
    K: Key,
    T: Send + 'static,
    V: 'static,
    F: Fn(&T) -> V + Send + 'static,
    A: Aggregate<V>,
    H: Spans,
{
    type Out = TrailingResult<K, T, H::Results<A::Out>>;
    type Unmatched = Infallible;
    const HOLDS: bool = false;
    const CALLS: bool = true;

    /// Everything is done in order of time, and the time of a late event is over.
    fn judge(&self, _: EventTime, _: EventTime) -> Verdict {
        Verdict::Late
    }

    #[inline(always)]
    fn insert<R: Results<Self::Out, Infallible>>(
        &mut self,
        event: WithKey<K, T>,
        meta: Meta,
        _: &mut R,
    ) -> Result<Option<T>> {
        if meta.time < self.watermark {
            return Ok(Some(event.value));
        }
        self.waiting.push(meta.time, (), (event.key, meta.hash, event.value));
        Ok(None)
    }

    fn advance<R: Results<Self::Out, Infallible>>(
        &mut self,
        watermark: EventTime,
        results: &mut R,
    ) -> Result<()> {
        self.watermark = watermark;
        let limit = (watermark < EventTime::MAX).then_some(watermark);
        while let Some((time, (key, hash, event))) = self.waiting.next_before(limit) {
            let at = self.keys.find(hash, key.clone());
            let Some(value) = self.add(at, &event, time) else { continue };
            let Some(row) = self.keys.get_mut(at) else { continue };
            self.processed += 1;
            if row.value.due.is_none() {
                let end = EventTime::from_micros(time.as_micros().saturating_add(self.longest));
                row.value.due = Some(end);
                self.ends.push(Reverse((end, at)));
            }
            results.result(TrailingResult { key, event, value }, Meta::new(time, hash))?;
        }
        self.drop_expired();
        Ok(())
    }

    fn watermark(&self) -> EventTime {
        self.watermark
    }

    fn tally(&self) -> Option<Tally> {
        Some(Tally { processed: self.processed, buffered: self.waiting.len() })
    }

    fn keys(&self) -> Option<usize> {
        Some(self.keys.len())
    }
}
