//! Sliding windows with aggregates that subtract, against the same ones that do not.

use super::case::{Case, Contents, Disorder, Kind, Reading, Run, Speaking};
use super::engine::{finish, key_of, micros, stream};
use super::oracle::starts;
use super::{Verdict, check, same_lists};
use millstream::prelude::*;
use proptest::prelude::*;
use std::collections::BTreeMap;

/// How often each amount was seen: nothing can be taken out that was not put in.
#[derive(Debug, Clone, Copy)]
struct Bag;

impl Aggregate<i64> for Bag {
    type State = BTreeMap<i64, u64>;
    type Out = Vec<(i64, u64)>;

    fn create(&self) -> Self::State {
        BTreeMap::new()
    }

    fn add(&self, bag: &mut Self::State, amount: i64) {
        *bag.entry(amount).or_default() += 1;
    }

    fn merge(&self, bag: &mut Self::State, later: &Self::State) {
        later.iter().for_each(|(amount, times)| *bag.entry(*amount).or_default() += times);
    }

    fn finish(&self, bag: &Self::State) -> Self::Out {
        bag.iter().map(|(amount, times)| (*amount, *times)).collect()
    }

    fn subtracts(&self) -> bool {
        true
    }

    fn subtract(&self, bag: &mut Self::State, merged: &Self::State) {
        merged.iter().for_each(|(amount, times)| *bag.get_mut(amount).unwrap() -= times);
        bag.retain(|_, times| *times > 0);
    }
}

/// The same aggregate, as if it did not subtract.
#[derive(Debug, Clone, Copy)]
struct MergesOnly<A>(A);

impl<V, A: Aggregate<V>> Aggregate<V> for MergesOnly<A> {
    type State = A::State;
    type Out = A::Out;

    fn create(&self) -> A::State {
        self.0.create()
    }

    fn add(&self, state: &mut A::State, value: V) {
        self.0.add(state, value);
    }

    fn merge(&self, state: &mut A::State, later: &A::State) {
        self.0.merge(state, later);
    }

    fn finish(&self, state: &A::State) -> A::Out {
        self.0.finish(state)
    }
}

type Picked = ((), i64, i64);
type Made = (u64, i64, Vec<(i64, u64)>);
type Shown = (u8, i64, i64, Firing, Made);

fn subtracting() -> impl Aggregate<Picked, Out = Made> {
    (count(), sum(), Bag)
}

/// The results of each key in the order in which they came, and the late events.
fn found(case: &Case, aggregate: impl Aggregate<Picked, Out = Made>) -> (Vec<Shown>, Vec<Reading>) {
    let Kind::Sliding { size, slide, offset } = case.kind else { unreachable!("others do not") };
    let (shown, late) = (Collected::new(), Collected::new());
    let job = Builder::new("model");
    let keyed = stream(&job, &case.run, &case.readings).by(key_of).instances(case.run.instances);
    let windows = sliding(micros(size), micros(slide)).offset(micros(offset));
    let pick = |reading: &Reading| ((), reading.amount, reading.amount);
    match case.speaking {
        None => {
            let results = keyed.window(windows).aggregate(pick, aggregate).outputs();
            results.stream.sink(shown.sink());
            results.late.sink(late.sink());
        }
        Some(Speaking { every, each, allowed }) => {
            let windows = windows.allowed_lateness(micros(allowed));
            let windows = every.map_or(windows, |every| windows.early_every(every));
            let windows = each.map_or(windows, |each| windows.early_each(micros(each)));
            let results = keyed.window(windows).aggregate(pick, aggregate).outputs();
            results.stream.sink(shown.sink());
            results.late.sink(late.sink());
        }
    }
    finish(job, &case.run);
    let plain = |result: WindowResult<u8, Made>| {
        let WindowResult { key, start, end, firing, value } = result;
        (key, start.as_micros(), end.as_micros(), firing, value)
    };
    let mut shown: Vec<Shown> = shown.take().into_iter().map(plain).collect();
    shown.sort_by_key(|shown| shown.0);
    (shown, late.take().into_iter().map(|late: Late<Reading>| late.event).collect())
}

fn both_are_the_same(case: &Case) -> Verdict {
    let (subtracted, merged) = (found(case, subtracting()), found(case, MergesOnly(subtracting())));
    same_lists("results", &subtracted.0, &merged.0)?;
    same_lists("late events", &subtracted.1, &merged.1)
}

/// More panes than are inserted at once, and fewer events than panes.
fn wide() -> BoxedStrategy<Kind> {
    let wide = |(panes, offset)| Kind::Sliding { size: panes, slide: 1, offset };
    prop_oneof![2 => Kind::sliding(), 1 => (50_i64..700, 0_i64..20).prop_map(wide)].boxed()
}

#[test]
fn aggregates_that_subtract_have_the_results_of_those_that_do_not() {
    let cases = Case::with(Disorder::Any, wide(), Just(Contents::Small).boxed(), Run::any(1..=2));
    check("both_are_the_same", cases, both_are_the_same);
}

#[test]
fn so_they_have_in_windows_that_speak_more_than_once() {
    let cases = Case::with(Disorder::Any, wide(), Just(Contents::Small).boxed(), Run::any(1..=2));
    let cases = Case::speaking(cases, Speaking::any());
    check("both_are_the_same", cases, both_are_the_same);
}

/// By loops over all events, at the batch sizes that differ most.
fn results_are_those_of_loops(case: &Case) -> Verdict {
    let Kind::Sliding { size, slide, offset } = case.kind else { unreachable!("others do not") };
    let mut windows: BTreeMap<(u8, i64), Vec<i64>> = BTreeMap::new();
    for reading in &case.readings {
        for start in starts(reading.time, (size, slide, offset)) {
            windows.entry((reading.key, start)).or_default().push(reading.amount);
        }
    }
    let made = |amounts: Vec<i64>| {
        let mut bag = BTreeMap::new();
        amounts.iter().for_each(|amount| *bag.entry(*amount).or_default() += 1);
        (amounts.len() as u64, amounts.iter().sum(), bag.into_iter().collect())
    };
    let expected: Vec<Shown> = windows
        .into_iter()
        .map(|((key, start), of_it)| (key, start, start + size, Firing::OnTime, made(of_it)))
        .collect();
    for batch in [1, 7, 1_024] {
        let case = Case { run: Run { batch, ..case.run }, ..case.clone() };
        same_lists("results", &found(&case, subtracting()).0, &expected)?;
    }
    Ok(())
}

#[test]
fn aggregates_that_subtract_have_the_results_of_loops_over_all_events() {
    let disorder = Disorder::WithinLateness;
    let cases = Case::with(disorder, wide(), Just(Contents::Small).boxed(), Run::any(1..=2));
    check("results_are_those_of_loops", cases, results_are_those_of_loops);
}
