//! Each link alone, driven by a scripted chain.

use super::{DropKey, KeyBy, Link, OperatorLink, Sorter, StoreLink, StoreOutputs, TimeAssigner};
use crate::env::Env;
use crate::error::Result;
use crate::event::{ArrivalPlace, Carrying, Mark, Meta, Passed, SplitsReceived, Times, WithKey};
use crate::exchange::Tee;
use crate::key::Key;
use crate::metrics::InstanceCounters;
use crate::operator::{
    Context, Instance, Keyed, Map, NoTimers, Operator, OperatorPlace, SetsTimers, Shape, Step,
    Stepping,
};
use crate::stage::fake::{Alone, Item, batch, event, watermark};
use crate::stage::{KeyedStates, NoStates, States, StepCore};
use crate::state::Volatile;
use crate::time::{EventTime, Timer, Watermarks, lateness};
use crate::window::{KeptStore, Results, Store};
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

type Event = WithKey<u32, i64>;

fn keyed(key: u32, value: i64, seconds: i64) -> Item<Event> {
    let Item::Event(event, meta) = event(WithKey { key, value }, seconds) else { unreachable!() };
    Item::Event(event, Meta { hash: key.key_hash(), ..meta })
}

fn place() -> OperatorPlace {
    OperatorPlace::new("alone".into(), Instance::ONLY)
}

fn core<O>(operator: O) -> (StepCore<O, Infallible>, Arc<InstanceCounters>) {
    let counters = Arc::new(InstanceCounters::default());
    (StepCore::new(operator, place(), None, Arc::clone(&counters), Env::system()), counters)
}

#[test]
fn a_key_comes_with_its_hash_unless_an_exchange_has_sent_one() {
    let mut link =
        Alone::new(KeyBy::new(|value: &i64| u32::try_from(*value).unwrap() % 2, place()));
    let sent = Meta { hash: 9_u32.key_hash(), ..Meta::default() };
    let received = link.receive([event(3, 0), Item::Event(4, sent), batch(2)]);
    let [Item::Event(one, at), Item::Event(two, sent_at), Item::BatchEnd(2)] = &received[..] else {
        panic!("{received:?}")
    };
    assert_eq!((one.key, at.hash), (1, 1_u32.key_hash()));
    assert_eq!((two.key, sent_at.hash), (0, 9_u32.key_hash()));
}

#[test]
fn a_key_is_dropped_and_marks_pass() {
    let mut link = Alone::new(DropKey);
    let received = link.receive_in_words([
        keyed(1, 7, 5),
        batch(1),
        Item::Mark(Mark::Idle),
        watermark(9),
        Item::Mark(Mark::End),
    ]);
    assert_eq!(received, ["7 at 5", "batch of 1", "Idle", "watermark 9", "End"]);
}

#[test]
fn events_get_their_time_and_a_watermark_follows_each_batch() {
    let mut link = Alone::new(assigner(lateness(Duration::from_secs(2))));
    let received = link.receive_in_words([event(10, 0), event(7, 0), batch(2)]);
    let words = ["10 at 10", "passed 8", "7 at 7", "nothing passed", "watermark 8", "batch of 2"];
    assert_eq!(received, words);
    let received = link.receive_in_words([event(4, 0), batch(1), watermark(99)]);
    let words = ["passed 8", "4 at 4", "nothing passed", "batch of 1"];
    assert_eq!(received, words, "no watermark goes back, none from upstream");
    let end = EventTime::MAX;
    let received = link.receive_in_words([Item::Mark(Mark::Watermark(end)), event(5, 0), batch(1)]);
    let words = ["watermark at the end", "passed 8", "5 at 5", "nothing passed", "batch of 1"];
    assert_eq!(received, words);
}

/// Assigns to each event the time that it is, in seconds.
fn assigner<W: Watermarks<i64>>(strategy: W) -> impl Link<i64, Out = i64> {
    let of = |value: &i64| EventTime::from_secs(*value);
    let first = (place(), ArrivalPlace::first_of(0));
    let env = (Env::system(), (None, Arc::default()));
    TimeAssigner::<_, _, _, Volatile>::new(of, (strategy, Carrying::Behind), first, env)
}

/// A strategy whose watermarks go back.
#[derive(Clone)]
struct Unsteady(i64);

impl<T> Watermarks<T> for Unsteady {
    fn observe(&mut self, _: &T, time: EventTime) {
        self.0 = time.as_micros() / 1_000_000;
    }

    fn watermark(&mut self) -> EventTime {
        EventTime::from_secs(self.0)
    }
}

#[test]
fn a_strategy_that_goes_back_has_no_effect() {
    let mut link = Alone::new(assigner(Unsteady(0)));
    let received = link.receive_in_words([event(9, 0), batch(1), event(3, 0), batch(1)]);
    assert_eq!(received[..3], ["9 at 9", "watermark 9", "batch of 1"]);
    assert_eq!(received[3..], ["passed 9", "3 at 3", "nothing passed", "batch of 1"]);
    assert!(!link.is_due());
}

#[test]
fn events_are_emitted_in_order_once_the_watermark_has_passed_them() {
    let counters = Arc::new(InstanceCounters::default());
    let late = Tee::one(None, 8, Times::Beside, Arc::clone(&counters));
    let by_value = (|value: &i64| -value, Carrying::Behind);
    let mut link = Alone::new(Sorter::<_, _, _, Volatile>::new(
        by_value,
        (place(), (0, 1)),
        Some(late),
        Arc::clone(&counters),
    ));
    assert_eq!(
        link.receive_in_words([event(1, 7), event(2, 5), event(3, 5), batch(3)]),
        ["batch of 0"]
    );
    let received = link.receive_in_words([watermark(6), batch(0)]);
    assert_eq!(received, ["3 at 5", "2 at 5", "watermark 6", "batch of 2"]);
    let back = link.receive_in_words([watermark(3), event(4, 5), batch(1)]);
    assert_eq!(back, ["watermark 6", "batch of 0"], "a watermark never goes back: 5 is late");
    assert_eq!(counters.late.get(), 1);
    let received = link.receive_in_words([Item::Mark(Mark::End)]);
    assert_eq!(received, ["1 at 7", "batch of 1", "End"]);
    assert_eq!(link.sides(), 1);
}

#[test]
fn an_operator_emits_what_it_makes_and_is_counted_once_a_batch() {
    let (core, counters) = core(Map(|value: i64| value * 2));
    let link = OperatorLink::<_, NoStates, i64, i64>::new(core, NoStates::default(), Env::system());
    let mut link = Alone::new(link);
    assert_eq!(link.receive_in_words([event(2, 1), event(3, 2)]), ["4 at 1", "6 at 2"]);
    assert_eq!(counters.events_in.get(), 0);
    let received = link.receive_in_words([event(4, 3), batch(1)]);
    assert_eq!(received, ["8 at 3", "batch of 1"]);
    assert_eq!(counters.events_in.get(), 1, "what is hot ends with the turn");
}

/// Sums the values of a key and emits the sum one second after each event.
#[derive(Clone)]
struct SumLater;

impl Operator<i64> for SumLater {
    type Out = i64;
    type State = i64;
    type Error = Infallible;
    type Keying = Keyed<SetsTimers>;
    type Mode = Stepping;
    const NAME: &'static str = "sum_later";
    const SHAPE: Shape = Shape::Many;
}

impl Step<i64> for SumLater {
    fn step(
        &mut self,
        value: i64,
        sum: &mut i64,
        ctx: &mut Context,
    ) -> Result<impl IntoIterator<Item = i64>, Infallible> {
        *sum += value;
        ctx.timer_at(ctx.event_time() + Duration::from_secs(1));
        Ok(None)
    }

    fn on_timer(
        &mut self,
        _: Timer,
        sum: &mut i64,
        ctx: &mut Context,
    ) -> Result<impl IntoIterator<Item = i64>, Infallible> {
        ctx.forget_key();
        Ok(Some(*sum))
    }
}

#[test]
fn an_operator_keeps_state_per_key_and_its_timers_fire_before_the_watermark_passes() {
    let (core, _) = core(SumLater);
    type Sums = KeyedStates<u32, i64, Volatile, SetsTimers>;
    let states = <Sums as States<Event, i64>>::new(Times::Beside, &Env::system());
    let mut link =
        Alone::new(OperatorLink::<_, Sums, Event, i64>::new(core, states, Env::system()));
    let quiet = link.receive_in_words([keyed(1, 2, 5), keyed(2, 9, 5), keyed(1, 3, 5), batch(3)]);
    assert_eq!(quiet, ["batch of 0"]);
    let received = link.receive_in_words([watermark(6), batch(0)]);
    assert_eq!(received[..4], ["passed 6", "5 at 6", "passed 6", "9 at 6"]);
    assert_eq!(received[4..], ["nothing passed", "watermark 6", "batch of 2"]);
    let received = link.receive_in_words([keyed(1, 4, 8), watermark(9)]);
    let words = ["passed 9", "4 at 9", "nothing passed", "watermark 9"];
    assert_eq!(received, words, "the state was forgotten");
}

/// Emits the sum of a key's values so far.
#[derive(Clone)]
struct Sum;

impl Operator<i64> for Sum {
    type Out = i64;
    type State = i64;
    type Error = Infallible;
    type Keying = Keyed<NoTimers>;
    type Mode = Stepping;
    const NAME: &'static str = "sum";
    const SHAPE: Shape = Shape::OneToOne;
}

impl Step<i64> for Sum {
    fn step(
        &mut self,
        value: i64,
        sum: &mut i64,
        _: &mut Context,
    ) -> Result<impl IntoIterator<Item = i64>, Infallible> {
        *sum += value;
        Ok(Some(*sum))
    }
}

fn sums() -> Alone<Event, impl Link<Event, Out = i64>> {
    let (core, _) = core(Sum);
    type Sums = KeyedStates<u32, i64>;
    let states = <Sums as States<Event, i64>>::new(Times::Beside, &Env::system());
    Alone::new(OperatorLink::<_, Sums, Event, i64>::new(core, states, Env::system()))
}

/// Events of many keys, with everything between them that must not overtake an event.
fn script(events: i64) -> Vec<Item<Event>> {
    let mut items = Vec::new();
    for at in 0..events {
        items.push(keyed(u32::try_from(at * at % 41).unwrap(), at, at));
        match at % 47 {
            5 => items.push(Item::Passed(Passed::until(EventTime::from_secs(at)))),
            6 => items.push(Item::Passed(Passed::NOTHING)),
            11 | 45 => items.push(watermark(at)),
            12 => items.push(Item::Mark(Mark::Idle)),
            46 => items.push(batch(47)),
            _ => {}
        }
    }
    items
}

#[test]
fn an_operator_that_looks_ahead_emits_the_same_in_the_same_order() {
    let (mut direct, mut ahead) = (sums(), sums());
    assert!(!ahead.looks_ahead(), "there is no state yet");
    for events in [1, 31, 32, 33, 470] {
        let mut script = script(events);
        script.push(batch(0));
        assert_eq!(ahead.receive_ahead(script.clone()), direct.receive(script));
    }
    assert!(ahead.looks_ahead(), "many keys have a state");
}

/// A store that emits each watermark it is advanced to, and rejects negative values as late.
struct Watching(EventTime);

impl Store<u32, i64> for Watching {
    type Out = EventTime;
    type Unmatched = Infallible;

    fn insert<R: Results<EventTime, Infallible>>(
        &mut self,
        event: Event,
        _: Meta,
        _: &mut R,
    ) -> Result<Option<i64>> {
        Ok((event.value < 0).then_some(event.value))
    }

    fn advance<R: Results<EventTime, Infallible>>(
        &mut self,
        watermark: EventTime,
        results: &mut R,
    ) -> Result<()> {
        self.0 = watermark;
        results.result(watermark, Meta::default())
    }

    fn watermark(&self) -> EventTime {
        self.0
    }
}

impl<D> KeptStore<u32, i64, D> for Watching {}

#[test]
fn a_store_comes_to_each_watermark_and_never_goes_back() {
    let counters = Arc::new(InstanceCounters::default());
    let outputs = StoreOutputs { late: None, unmatched: None, overflow: None };
    let store =
        (Watching(EventTime::MIN), (Carrying::Behind, SplitsReceived::Several), Env::system());
    let store = StoreLink::<_, _, _, Volatile>::new(store, place(), outputs, Arc::clone(&counters));
    let mut link = Alone::new(store);
    let received = link.receive([watermark(10), watermark(3), keyed(1, -1, 7), batch(1)]);
    let emitted: Vec<_> = received
        .iter()
        .filter_map(|item| match item {
            Item::Event(time, _) => Some(*time),
            Item::Mark(_) | Item::BatchEnd(_) | Item::Passed(_) => None,
        })
        .collect();
    assert!(emitted.is_sorted() && emitted.iter().all(|time| *time == EventTime::from_secs(10)));
    assert_eq!((counters.late.get(), counters.dropped.get()), (1, 1));
    let received = link.receive([Item::Mark(Mark::End)]);
    let [
        Item::Passed(_),
        Item::Event(last, _),
        Item::Passed(nothing),
        Item::BatchEnd(1),
        Item::Mark(Mark::End),
    ] = received[..]
    else {
        panic!("{received:?}")
    };
    assert_eq!((last, nothing), (EventTime::MAX, Passed::NOTHING));
    assert_eq!(link.sides(), 0);
}
