//! Jobs that read a journal and are killed at random moments, with or without the disk's cache.

use crate::crashes::disk::{Disk, DiskFault};
use crate::crashes::{PATIENCE, fuse, run, seeds};
use crate::support::mixed;
use millstream::env::{Env, Files};
use millstream::prelude::*;
use millstream::source::{Intake, Position, Reader, Readiness, Replay, Replayable, Unreplayable};
use millstream::{Error, ErrorKind, Result};
use std::collections::{BTreeMap, BTreeSet};
use std::marker::PhantomData;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::task::{Context as Cx, Poll};
use std::time::Duration;

/// How many events there are.
const EVENTS: u64 = 120;

/// What outlives a process: the queue that a source reads, and what the job has shown.
#[derive(Debug, Default)]
struct Outside {
    /// The next number that is handed out, and how many there are beyond [`EVENTS`].
    next: u64,
    more: u64,
    /// Up to which number the reader has acknowledged.
    acknowledged: u64,
    /// What an operator has received.
    seen: BTreeSet<u64>,
    /// What the sink has received.
    rows: BTreeSet<(u64, u64)>,
}

type World = Arc<Mutex<Outside>>;

impl Outside {
    fn left(&self) -> u64 {
        EVENTS + self.more - self.next
    }
}

/// A queue that hands out each number once, a few at a time, with pauses.
struct Once {
    world: World,
    turns: u64,
}

impl Source<u64> for Once {
    type Reader = Self;
    type Replay = Unreplayable;

    fn open(self, _: &Env) -> Result<Self> {
        Ok(self)
    }
}

/// Whether a source of few events has some now; wakes its task if not.
fn polled(turns: &mut u64, left: u64, cx: &Cx<'_>) -> Poll<Result<Readiness>> {
    *turns += 1;
    if left == 0 {
        return Poll::Ready(Ok(Readiness::End));
    }
    if mixed(*turns).is_multiple_of(3) {
        return Poll::Ready(Ok(Readiness::Events));
    }
    cx.waker().wake_by_ref();
    Poll::Pending
}

impl Reader<u64> for Once {
    fn poll_ready(&mut self, cx: &mut Cx<'_>) -> Poll<Result<Readiness>> {
        let left = self.world.lock().unwrap().left();
        polled(&mut self.turns, left, cx)
    }

    fn read(&mut self, limit: usize, into: &mut impl Intake<u64>) -> Result<()> {
        for _ in 0..limit.min(1 + self.turns as usize % 3) {
            let mut world = self.world.lock().unwrap();
            if world.left() > 0 {
                world.next += 1;
                let number = world.next - 1;
                drop(world);
                into.event(number)?;
            }
        }
        Ok(())
    }
}

/// A queue that hands out again what was not acknowledged.
struct Acknowledged {
    world: World,
    next: u64,
    turns: u64,
}

impl Source<u64> for Acknowledged {
    type Reader = Self;
    type Replay = Replayable;

    fn open(self, _: &Env) -> Result<Self> {
        Ok(self)
    }

    fn open_at(self, _: &Env, at: &Position) -> Result<Self> {
        let (next, acknowledged) = (at.read()?, self.world.lock().unwrap().acknowledged);
        if next < acknowledged {
            let message = format!("{next} was acknowledged, up to {acknowledged}");
            return Err(Error::new(ErrorKind::Source, message));
        }
        Ok(Self { next, ..self })
    }

    fn again(&self) -> Option<Self> {
        Some(Self { world: Arc::clone(&self.world), ..*self })
    }
}

impl Reader<u64> for Acknowledged {
    fn poll_ready(&mut self, cx: &mut Cx<'_>) -> Poll<Result<Readiness>> {
        polled(&mut self.turns, EVENTS - self.next, cx)
    }

    fn read(&mut self, limit: usize, into: &mut impl Intake<u64>) -> Result<()> {
        for _ in 0..limit.min(1 + self.turns as usize % 3) {
            if self.next < EVENTS {
                self.next += 1;
                into.event(self.next - 1)?;
                fuse::burn();
            }
        }
        Ok(())
    }

    fn position(&mut self) -> Result<Option<Position>> {
        Position::of(&self.next).map(Some)
    }

    fn committed(&mut self, at: &Position) {
        self.world.lock().unwrap().acknowledged = at.read().unwrap();
    }
}

/// Receives an event in the order of the journal; its number is that of the order.
#[operator]
async fn in_turn(event: u64, count: &mut u64) -> (u64, u64) {
    fuse::burn();
    *count += 1;
    (event, *count)
}

fn job<S, R>(world: &World, source: S, segment: u64, _: PhantomData<R>) -> Topology
where
    S: Source<u64, Replay = R>,
    R: Replay,
{
    let (seen, rows) = (Arc::clone(world), Arc::clone(world));
    topology!(
        job("journaled", at_least_once),
        numbers = source(source.journaled("journal").segment_bytes(segment)),
        marked = numbers
            >> map(move |number: u64| {
                seen.lock().unwrap().seen.insert(number);
                number
            }),
        marked
            >> by(|_| ())
            >> in_turn
            >> sink(for_each(move |row| {
                rows.lock().unwrap().rows.insert(row);
            })),
    )
}

/// Runs a job through deaths to its end.
fn live(seed: u64, topology: impl Fn(&World) -> Topology) -> std::result::Result<World, String> {
    let world = World::default();
    let mut disk = Disk::default();
    let deaths = mixed(seed ^ 1) % 4;
    for life in 0..=deaths {
        let seed = mixed(seed ^ mixed(life));
        let config = Config::default().batch(1 + mixed(seed ^ 6) as usize % 10);
        let config = config.checkpoints("checkpoints").checkpoint_every(Duration::from_millis(10));
        let turns = if life == deaths { PATIENCE } else { mixed(seed) % 1_500 };
        let fails = life < deaths && mixed(seed ^ 3).is_multiple_of(2);
        if fails {
            let at = mixed(seed ^ 4) as usize % 40;
            disk.plan(at, DiskFault::Fails(std::io::ErrorKind::StorageFull));
        }
        let fuses = mixed(seed ^ 5) % 3;
        fuse::arm((0..fuses).map(|fuse| 1 + mixed(seed ^ mixed(fuse)) % 60).collect());
        let outcome = run((seed, &disk), topology(&world), config, turns);
        disk.forget();
        match outcome {
            Some(Ok(())) => break,
            Some(Err(error)) if fails && error.to_string().contains("no storage space") => {}
            Some(Err(error)) => return Err(format!("life {life}: {error:?}")),
            None if life == deaths => return Err(format!("life {life} does not end")),
            None if mixed(seed ^ 2).is_multiple_of(2) => disk = disk.after_power_cut(seed),
            None => {}
        }
    }
    Ok(world)
}

/// Checks that each event that was received has one place in the order, and each place one event.
fn check(world: &World) -> std::result::Result<(), String> {
    let world = world.lock().unwrap();
    let by_event: BTreeMap<u64, u64> = world.rows.iter().copied().collect();
    let places: BTreeSet<u64> = world.rows.iter().map(|(_, place)| *place).collect();
    let events: BTreeSet<u64> = by_event.keys().copied().collect();
    let count = world.rows.len() as u64;
    if by_event.len() as u64 != count || !places.iter().copied().eq(1..=count) {
        return Err(format!("an event is twice in the order: {:?}", world.rows));
    }
    if events != world.seen {
        return Err(format!("lost {:?}", world.seen.difference(&events).collect::<Vec<_>>()));
    }
    Ok(())
}

#[test]
fn no_event_that_was_accepted_is_lost_or_counted_twice() {
    for seed in seeds(300) {
        let source = |world: &World| Once { world: Arc::clone(world), turns: seed };
        let lived = live(seed, |world| job(world, source(world), 100, PhantomData::<Unreplayable>));
        let checked = lived.and_then(|world| check(&world));
        if let Err(wrong) = checked {
            panic!("MILLSTREAM_SEED={seed}: {wrong}");
        }
    }
}

#[test]
fn a_queue_that_is_acknowledged_by_the_journal_loses_nothing() {
    for seed in seeds(300) {
        let source =
            |world: &World| Acknowledged { world: Arc::clone(world), next: 0, turns: seed };
        let lived = live(seed, |world| job(world, source(world), 100, PhantomData::<Replayable>));
        let checked = lived.and_then(|world| {
            check(&world)?;
            let world = world.lock().unwrap();
            let all = world.rows.iter().map(|(event, _)| *event).collect::<BTreeSet<_>>();
            // The next one continued behind the last block.
            let (all, last) = (all.into_iter().eq(0..EVENTS), world.acknowledged);
            if all && last == EVENTS { Ok(()) } else { Err(format!("up to {last}: {world:?}")) }
        });
        if let Err(wrong) = checked {
            panic!("MILLSTREAM_SEED={seed}: {wrong}");
        }
    }
}

#[test]
fn a_job_removes_what_its_checkpoints_do_not_need() {
    for seed in 0..5 {
        let outside = Outside { more: 1_000, ..Outside::default() };
        let (world, disk) = (Arc::new(Mutex::new(outside)), Disk::default());
        let config = Config::default().checkpoints("checkpoints");
        let config = config.checkpoint_every(Duration::from_millis(10));
        let source = Once { world: Arc::clone(&world), turns: seed };
        let topology = job(&world, source, 1, PhantomData::<Unreplayable>);
        run((seed, &disk), topology, config, PATIENCE).unwrap().unwrap();
        check(&world).unwrap();
        let left = disk.directory(Path::new("journal")).unwrap();
        let first = left.iter().min().unwrap().to_str().unwrap();
        assert!(!first.starts_with("00000000000000000000"), "{left:?}");
    }
}
