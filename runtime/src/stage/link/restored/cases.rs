//! The law for every kind of windows and of joins, and for events that wait for their order.

use super::super::{Sorter, StoreLink, StoreOutputs};
use super::{Dice, Disorder, FAR, NEAR, law};
use crate::env::Env;
use crate::event::{Carrying, SplitsReceived, WithKey};
use crate::join::{Full, Inner, JoinKind, JoinSpec, Left, OneOf2, OneOf3, Right, latest, within};
use crate::key::Key;
use crate::metrics::InstanceCounters;
use crate::operator::{Instance, OperatorPlace};
use crate::state::{Durable, Kept};
use crate::time::DurationExt;
use crate::window::aggregate::{collect, distinct, fold, max, most_frequent, sum, top};
use crate::window::{
    Aggregate, AggregateWindows, BatchesOf, Debounce, Dedupe, FullWindows, InBatches, KeptStore,
    Store, StoreFactory, Window, counted, global, session, sliding, trailing, tumbling,
};
use std::fmt::Debug;
use std::sync::Arc;

fn place() -> OperatorPlace {
    OperatorPlace::new("restored".into(), Instance::ONLY)
}

/// The law for a store.
fn store<K, T, F>(
    name: &str,
    factory: F,
    draw: impl Fn(&mut Dice, u64) -> (K, T),
    show: impl Fn(&<F::Store as Store<K, T>>::Out) -> String,
) where
    K: Key + Kept<Durable>,
    T: Kept<Durable> + Send + 'static,
    F: StoreFactory<K, T>,
    F::Store: KeptStore<K, T, Durable>,
{
    store_in(NEAR, name, factory, draw, show);
}

fn store_in<K, T, F>(
    disorder: Disorder,
    name: &str,
    factory: F,
    draw: impl Fn(&mut Dice, u64) -> (K, T),
    show: impl Fn(&<F::Store as Store<K, T>>::Out) -> String,
) where
    K: Key + Kept<Durable>,
    T: Kept<Durable> + Send + 'static,
    F: StoreFactory<K, T>,
    F::Store: KeptStore<K, T, Durable>,
{
    assert!(F::Store::KEPT);
    let make = |_, _, counters: &Arc<InstanceCounters>| {
        let outputs = StoreOutputs { late: None, unmatched: None, overflow: None };
        let store = (factory.store(), (Carrying::Behind, SplitsReceived::Several), Env::system());
        StoreLink::<_, _, _, Durable>::new(store, place(), outputs, Arc::clone(counters))
    };
    let draw = |dice: &mut Dice, number| {
        let (key, value) = draw(dice, number);
        let hash = key.key_hash();
        (WithKey { key, value }, hash)
    };
    law(name, (&make, true, disorder), draw, show);
}

fn keyed(dice: &mut Dice, number: u64) -> (u32, i64) {
    let key = u32::try_from(dice.roll(5)).unwrap();
    (key, i64::try_from(10 * number + dice.roll(4)).unwrap())
}

fn words<O: Debug>(out: &O) -> String {
    format!("{out:?}")
}

/// The law for a kind of windows and an aggregate.
fn aggregated<W, A>(windows: W, aggregate: A)
where
    A: Aggregate<i64>,
    W: AggregateWindows<u32, i64, i64, fn(&i64) -> i64, A, Out: Debug>,
    <W::Factory as StoreFactory<u32, i64>>::Store: KeptStore<u32, i64, Durable>,
{
    let name = windows.to_string();
    let select: fn(&i64) -> i64 = |value| *value % 70;
    store(&name, windows.aggregated(select, aggregate), keyed, words);
}

/// The law for a kind of full windows.
fn full<W>(windows: W)
where
    W: FullWindows<u32, i64>,
    <W::Full as StoreFactory<u32, i64>>::Store: KeptStore<u32, i64, Durable>,
{
    let name = format!("full {windows}");
    let show = |out: &WithKey<u32, Window<u32, i64>>| {
        let window = &out.value;
        let fresh: Vec<_> = window.fresh().collect();
        format!("{window:?} {} {:?} {fresh:?}", window.firing(), window.events())
    };
    store(&name, windows.full(), keyed, show);
}

/// The law for a join of two sides; some keys are missing.
fn joined<W, J>(spec: W)
where
    J: JoinKind<(i64, i64), Row: Debug>,
    W: JoinSpec<Option<u32>, (i64, i64), J>,
    <W::Factory as StoreFactory<Option<u32>, OneOf2<i64, i64>>>::Store:
        KeptStore<Option<u32>, OneOf2<i64, i64>, Durable>,
{
    let draw = |dice: &mut Dice, number| {
        let (key, value) = keyed(dice, number);
        let side = if dice.roll(2) == 0 { OneOf2::First(value) } else { OneOf2::Second(value) };
        ((key > 0).then_some(key), side)
    };
    store(&format!("{} {spec}", J::NAME), spec.factory(), draw, words);
}

/// The law for each trigger of a kind of windows.
macro_rules! triggered {
    ($check:ident, $windows:expr $(, $aggregate:expr)?) => {
        $check($windows $(, $aggregate)?);
        $check($windows.early_every(3) $(, $aggregate)?);
        $check($windows.early_each(4.secs()) $(, $aggregate)?);
        $check($windows.allowed_lateness(9.secs()) $(, $aggregate)?);
        let all = $windows.early_every(2).early_each(3.secs()).allowed_lateness(7.secs());
        $check(all $(, $aggregate)?);
    };
}

#[test]
pub(super) fn tumbling_windows_go_on_where_they_were() {
    triggered!(aggregated, tumbling(10.secs()), collect());
    aggregated(tumbling(7.secs()), distinct());
    aggregated(tumbling(7.secs()), most_frequent(3));
    aggregated(tumbling(7.secs()), top(2));
    aggregated(tumbling(7.secs()), max());
    let add = |sum: &mut i64, value: i64| *sum += value;
    aggregated(tumbling(7.secs()), fold(0, add, |sum: &mut i64, later: &i64| *sum += later));
    triggered!(full, tumbling(10.secs()));
}

#[test]
fn sliding_windows_go_on_where_they_were() {
    triggered!(aggregated, sliding(12.secs(), 4.secs()), collect());
    triggered!(aggregated, sliding(12.secs(), 5.secs()), sum());
    aggregated(sliding(90.secs(), 1.secs()), sum());
    aggregated(sliding(3.secs(), 8.secs()), sum());
    triggered!(full, sliding(12.secs(), 4.secs()));
    full(sliding(12.secs(), 5.secs()).when_fresh());
}

#[test]
fn sessions_go_on_where_they_were() {
    triggered!(aggregated, session(4.secs()), collect());
    triggered!(full, session(4.secs()));
}

#[test]
fn global_and_counted_windows_go_on_where_they_were() {
    aggregated(global(), collect());
    aggregated(global().early_every(3), collect());
    aggregated(global().early_each(5.secs()), distinct());
    full(global().early_every(3));
    aggregated(counted(4), collect());
    full(counted(4));
}

#[test]
fn trailing_windows_go_on_where_they_were() {
    aggregated(trailing(9.secs()), collect());
    aggregated(trailing([9.secs(), 30.secs()]), sum());
    aggregated(trailing(9.secs()).delayed(5.secs()), distinct());
    // One key with many events: stacks, and blocks.
    many_events(sum());
    many_events(collect());
}

fn many_events<A: Aggregate<i64, State: Kept<Durable>, Out: Debug>>(aggregate: A) {
    let one = |dice: &mut Dice, number| (7, keyed(dice, number).1);
    let select: fn(&i64) -> i64 = |value| *value % 70;
    let windows = trailing(200.secs());
    let factory = AggregateWindows::<u32, _, _, _, _>::aggregated(windows, select, aggregate);
    store("many events", factory, one, words);
}

#[test]
fn keys_that_were_seen_are_seen_after_a_restore() {
    let draw = |dice: &mut Dice, number| {
        let (key, value) = keyed(dice, number);
        ((key > 0).then_some(key), value)
    };
    for seconds in [3, 20] {
        store("dedupe", Dedupe::new(seconds.secs()), draw, words);
    }
}

#[test]
fn what_is_gathered_by_the_clock_is_gathered_further_after_a_restore() {
    for events in [1, 3, 20] {
        let batches = InBatches::new(events, 24.hours(), BatchesOf::Key);
        store("batches", batches, keyed, words);
    }
    store("debounce", Debounce::new(24.hours()), keyed, words);
}

#[test]
pub(super) fn joins_go_on_where_they_were() {
    macro_rules! kinds {
        ($($spec:expr => $($kind:ident)+;)+) => {
            $($(joined::<_, $kind>($spec);)+)+
        };
    }
    kinds! {
        within(4.secs(), 9.secs()) => Inner Left Right Full;
        tumbling(8.secs()) => Inner Left Right Full;
        sliding(8.secs(), 4.secs()) => Inner Full;
        session(4.secs()) => Inner Left;
        latest(20.secs()) => Inner Left;
    }
}

#[test]
fn joins_of_three_sides_go_on_where_they_were() {
    let draw = |dice: &mut Dice, number| {
        let (key, value) = keyed(dice, number);
        let side = match dice.roll(3) {
            0 => OneOf3::First(value),
            1 => OneOf3::Second(value),
            _ => OneOf3::Third(value),
        };
        (key, side)
    };
    let factory = JoinSpec::<u32, (i64, i64, i64), Left>::factory(latest(20.secs()));
    store("latest of three", factory, draw, words);
    let factory = JoinSpec::<u32, (i64, i64, i64), Full>::factory(tumbling(8.secs()));
    store("tumbling of three", factory, draw, words);
}

#[test]
fn events_that_wait_for_their_order_are_sorted_after_a_restore() {
    let make = |instance, instances, counters: &Arc<InstanceCounters>| {
        let by_value = (|value: &i64| value % 3, Carrying::Behind);
        let place = (place(), (instance, instances));
        Sorter::<_, _, _, Durable>::new(by_value, place, None, Arc::clone(counters))
    };
    let draw = |dice: &mut Dice, number| (keyed(dice, number).1, dice.roll(9).key_hash());
    law("in_order", (&make, false, NEAR), draw, words);
    law("in_order", (&make, false, FAR), draw, words);
}

#[test]
fn events_far_out_of_order_are_kept() {
    let one = |dice: &mut Dice, number| (7_u32, keyed(dice, number).1);
    let select: fn(&i64) -> i64 = |value| *value % 70;
    macro_rules! far {
        ($($windows:expr),+) => {$(
            let windows = $windows;
            let name = windows.to_string();
            let factory = AggregateWindows::<u32, i64, _, _, _>::aggregated(windows, select, sum());
            store_in(FAR, &name, factory, one, words);
        )+};
    }
    far!(sliding(300.secs(), 1.secs()), session(1.secs()), trailing(100.secs()));
    far!(sliding(30.secs(), 1.secs()).allowed_lateness(200.secs()));
    let full = FullWindows::<u32, i64>::full(sliding(60.secs(), 20.secs()));
    let show = |out: &WithKey<u32, Window<u32, i64>>| format!("{:?}", out.value.events());
    store_in(FAR, "full", full, one, show);
    let sides = |dice: &mut Dice, number| {
        let (key, value) = one(dice, number);
        (key, if value % 2 == 0 { OneOf2::First(value) } else { OneOf2::Second(value) })
    };
    let joined = JoinSpec::<u32, (i64, i64), Full>::factory(within(1.secs(), 400.secs()));
    store_in(FAR, "within", joined, sides, words);
    let joined = JoinSpec::<u32, (i64, i64), Left>::factory(latest(400.secs()));
    store_in(FAR, "latest", joined, sides, words);
}
