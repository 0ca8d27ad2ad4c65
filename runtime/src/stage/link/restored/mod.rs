//! The law of what is kept: a link that is saved, restored by another number of instances and goes
//! on emits what it would have emitted without that.

mod cases;
mod planted;

use super::Link;
use crate::checkpoint::RowsWriter;
use crate::error::Result;
use crate::event::{ArrivalPlace, Mark, Meta, Passed};
use crate::key::{KeyGroups, KeyHash};
use crate::metrics::InstanceCounters;
use crate::operator::Emit;
use crate::state::WrittenShapes;
use crate::time::EventTime;
use std::collections::HashSet;
use std::sync::Arc;

/// A generator of random numbers (`SplitMix64`).
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % sides
    }
}

/// What a link receives.
enum LinkStep<In> {
    /// An event with the hash of its key, its time and what its split had passed.
    Event(In, KeyHash, EventTime, Passed),
    Watermark(EventTime),
}

/// How many events come, and how far they are out of order.
#[derive(Clone, Copy)]
struct Disorder {
    events: u64,
    /// In seconds.
    spread: u64,
    /// How far the watermark trails, in seconds.
    lag: i64,
    seeds: u64,
}

/// A few events, of which some are late.
const NEAR: Disorder = Disorder { events: 160, spread: 24, lag: 6, seeds: 12 };
/// Out of order by more than the structures for a few stragglers take.
const FAR: Disorder = Disorder { events: 1_500, spread: 1_200, lag: 900, seeds: 2 };

/// Two splits, each with its own watermark; some events are behind theirs. At times one is idle,
/// and the watermark is that of the other.
fn steps<In>(
    dice: &mut Dice,
    disorder: Disorder,
    draw: &impl Fn(&mut Dice, u64) -> (In, KeyHash),
) -> Vec<LinkStep<In>> {
    let mut places = [ArrivalPlace::first_of(0), ArrivalPlace::first_of(1)];
    let mut passed = [EventTime::MIN; 2];
    let (mut now, mut least, mut steps) = (100_i64, EventTime::MIN, Vec::new());
    for number in 0..disorder.events {
        let split = usize::try_from(dice.roll(2)).unwrap();
        now += i64::try_from(dice.roll(3)).unwrap();
        let time = now - i64::try_from(dice.roll(disorder.spread)).unwrap() + 6;
        let time = EventTime::from_secs(time);
        let (event, hash) = draw(dice, number);
        let passed_by = if time < passed[split] {
            Passed { watermark: passed[split], place: places[split].take_next() }
        } else {
            Passed::NOTHING
        };
        steps.push(LinkStep::Event(event, hash, time, passed_by));
        if dice.roll(4) == 0 {
            passed[split] = passed[split].max(EventTime::from_secs(now - disorder.lag));
            let is_idle = dice.roll(8) == 0;
            let both = if is_idle { passed[0].max(passed[1]) } else { passed[0].min(passed[1]) };
            if both > least {
                least = both;
                steps.push(LinkStep::Watermark(both));
            }
        }
    }
    steps.push(LinkStep::Watermark(EventTime::MAX));
    steps
}

/// What is emitted between two watermarks, in no order.
struct EmittedByLink<'a, O> {
    now: Vec<String>,
    show: &'a dyn Fn(&O) -> String,
}

impl<O> Emit<O> for EmittedByLink<'_, O> {
    fn emit(&mut self, value: O, meta: Meta) -> Result<()> {
        self.now.push(format!("{} at {}", (self.show)(&value), meta.time));
        Ok(())
    }

    fn passed(&mut self, _: Passed) -> Result<()> {
        Ok(())
    }

    fn mark(&mut self, _: Mark) -> Result<()> {
        Ok(())
    }

    fn batch_end(&mut self, _: u64) -> Result<()> {
        Ok(())
    }
}

/// The instances of a link.
struct Fleet<L> {
    links: Vec<L>,
    watermark: EventTime,
}

/// Makes a link for an instance of several.
type Make<'a, L> = &'a dyn Fn(usize, usize, &Arc<InstanceCounters>) -> L;

/// How a link is made, and who has which event.
struct LinkPlan<'a, L> {
    make: Make<'a, L>,
    counters: Arc<InstanceCounters>,
    by_key: bool,
}

impl<L> LinkPlan<'_, L> {
    fn fleet(&self, instances: usize) -> Fleet<L> {
        let make = |instance| (self.make)(instance, instances, &self.counters);
        Fleet { links: (0..instances).map(make).collect(), watermark: EventTime::MIN }
    }

    /// Saves all instances and restores another number of them.
    fn moved<In>(&self, mut from: Fleet<L>, instances: usize) -> Fleet<L>
    where
        L: Link<In, Hot = ()>,
    {
        let (groups, before) = (KeyGroups::default(), from.links.len());
        let mut to = self.fleet(instances);
        let mut rows = HashSet::new();
        for (instance, link) in from.links.iter_mut().enumerate() {
            let mut writer = RowsWriter::new(groups).owned_by(instance, before);
            link.save(&mut (), &mut writer).unwrap();
            for (group, key, value) in writer.records() {
                assert!(!self.by_key || groups.owner(group, before) == instance);
                assert!(rows.insert((group, instance, key.clone())), "a row is written twice");
                for (new, link) in to.links.iter_mut().enumerate() {
                    let own = match self.by_key {
                        true => groups.owner(group, instances) == new,
                        false => before != instances || instance == new,
                    };
                    if own {
                        let value = value.as_ref().unwrap();
                        link.restore(&key, value, &WrittenShapes::PRESENT).unwrap();
                    }
                }
            }
        }
        for link in &mut to.links {
            to.watermark = to.watermark.max(link.resume());
        }
        to
    }
}

/// Runs steps; at each cut, with its number of instances, everything is saved and restored.
fn run<In, L: Link<In, Hot = ()>>(
    plan: &LinkPlan<'_, L>,
    steps: Vec<LinkStep<In>>,
    cuts: &[(usize, usize, usize)],
    show: &dyn Fn(&L::Out) -> String,
) -> Vec<Vec<String>> {
    let mut fleet = plan.fleet(1);
    let (mut watermark, mut all, mut announced) = (EventTime::MIN, Vec::new(), None);
    let mut emitted = EmittedByLink { now: Vec::new(), show };
    for (at, step) in steps.into_iter().enumerate() {
        if let Some((_, instances, delay)) = cuts.iter().find(|(cut, ..)| *cut == at) {
            fleet = plan.moved(fleet, *instances);
            assert_eq!(fleet.watermark, watermark, "it is restored");
            announced = Some(at + delay);
        }
        let next_is_watermark = matches!(step, LinkStep::Watermark(_));
        if announced.is_some_and(|announced| at >= announced || next_is_watermark) {
            announced = None;
            for link in &mut fleet.links {
                link.watermark(&mut (), watermark, &mut emitted).unwrap();
            }
        }
        match step {
            LinkStep::Event(event, hash, time, passed) => {
                let groups = KeyGroups::default();
                let owner = groups.owner(groups.of(hash), fleet.links.len());
                let link = &mut fleet.links[owner];
                link.passed(passed);
                let meta = Meta::new(time, hash);
                link.event(&mut (), event, (meta, fleet.watermark), &mut emitted).unwrap();
                link.catch_up(&mut (), &mut emitted).unwrap();
                link.passed(Passed::NOTHING);
            }
            LinkStep::Watermark(next) => {
                (watermark, fleet.watermark) = (next, next);
                for link in &mut fleet.links {
                    if next == EventTime::MAX {
                        link.end(&mut (), &mut emitted).unwrap();
                    } else {
                        link.watermark(&mut (), next, &mut emitted).unwrap();
                    }
                }
                let mut now = std::mem::take(&mut emitted.now);
                now.sort_unstable();
                let counters = &plan.counters;
                now.push(format!("{} {}", counters.late.get(), counters.dropped.get()));
                all.push(now);
            }
        }
    }
    all
}

/// Checks the law on random events, with random cuts.
fn law<In, L: Link<In, Hot = ()>>(
    name: &str,
    (make, by_key, disorder): (Make<'_, L>, bool, Disorder),
    draw: impl Fn(&mut Dice, u64) -> (In, KeyHash),
    show: impl Fn(&L::Out) -> String,
) {
    let mut results = 0;
    // What fires early at an interval depends on the watermarks that each instance comes to.
    let most = if name.contains("early each") { 1 } else { 3 };
    for seed in 0..disorder.seeds {
        let plan = || LinkPlan { make, counters: Arc::default(), by_key };
        let (one, other) =
            (steps(&mut Dice(seed), disorder, &draw), steps(&mut Dice(seed), disorder, &draw));
        let dice = &mut Dice(seed ^ 0x5eed);
        let mut roll = |sides: u64| usize::try_from(dice.roll(sides)).unwrap();
        let cuts: Vec<_> =
            (0..3).map(|_| (roll(one.len() as u64), 1 + roll(most), roll(8))).collect();
        let expected = run(&plan(), one, &[], &show);
        let found = run(&plan(), other, &cuts, &show);
        for (at, (expected, found)) in expected.iter().zip(&found).enumerate() {
            assert_eq!(expected, found, "{name}, seed {seed}, cuts {cuts:?}, watermark {at}");
        }
        assert_eq!(expected.len(), found.len());
        results += expected.iter().map(|now| now.len() - 1).sum::<usize>();
    }
    assert!(results > 0, "{name} emits nothing");
}
