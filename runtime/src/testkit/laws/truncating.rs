//! The laws of a sink that [`Truncates`](crate::sink::Truncates).
//!
//! [`laws::truncating_sink!`](crate::testkit::laws::truncating_sink!) makes a test of each. What
//! was cut last by a durable checkpoint stays, also through the death of the process; what was
//! written after it is cut off when the sink is opened again.

use super::broken::{BrokenLaw, Lawful};
use super::law::Law;
use super::lists::__truncating_laws;
use super::rehearsal::Rehearsal;
use super::under_test::SinkUnderTest;
use crate::sink::{PreparedEpoch, RepeatEffect};
use std::ops::Range;

/// All laws of this page.
#[must_use]
pub fn all<P: SinkUnderTest>() -> Vec<Law<P>> {
    __truncating_laws!(__law_table)
}

fn begun<P: SinkUnderTest>(place: P) -> Result<Rehearsal<P>, BrokenLaw> {
    let mut job = Rehearsal::of(place, RepeatEffect::CutBack)?;
    job.begin()?;
    Ok(job)
}

/// Ends the job well, and checks what it has made.
fn ends<P: SinkUnderTest>(mut job: Rehearsal<P>, numbers: Range<u64>, when: &str) -> Lawful {
    job.cut()?;
    job.close()?;
    job.shows(numbers, when)
}

/// Events before a durable cut are there after the death of the process, without `close`.
///
/// # Errors
/// If the sink breaks the law, as for all functions of this page.
pub fn what_is_cut_outlives_the_process<P: SinkUnderTest>(place: P) -> Lawful {
    let mut job = begun(place)?;
    job.prepare(0..3)?;
    job.prepare(3..5)?;
    job.die();
    job.shows(0..5, "after the death of the process behind two cuts")
}

/// Events that were written behind the last cut are cut off when the sink is opened again.
///
/// # Errors
/// If the sink breaks the law.
pub fn events_behind_the_last_cut_are_cut_off<P: SinkUnderTest>(place: P) -> Lawful {
    let mut job = begun(place)?;
    let last = job.prepare(0..3)?;
    job.write(10..15)?;
    job.restart(&[last])?;
    job.write(3..5)?;
    ends(job, 0..5, "after a restart that cuts off events, and two more")
}

/// A cut whose checkpoint did not become durable is cut off too: the one before it counts.
///
/// # Errors
/// If the sink breaks the law.
pub fn a_cut_that_is_not_in_a_checkpoint_is_cut_off<P: SinkUnderTest>(place: P) -> Lawful {
    let mut job = begun(place)?;
    let durable = job.prepare(0..3)?;
    job.prepare(10..13)?;
    job.prepare(13..15)?;
    job.restart(&[durable])?;
    job.write(3..5)?;
    ends(job, 0..5, "after a restart that cuts off two epochs, and two more events")
}

/// A restart before the first durable cut begins where the sink has begun: what was there before,
/// stays, if the sink adds to it.
///
/// # Errors
/// If the sink breaks the law.
pub fn a_restart_before_the_first_cut_begins_where_the_sink_began<P>(place: P) -> Lawful
where
    P: SinkUnderTest,
{
    let mut job = Rehearsal::of(place, RepeatEffect::CutBack)?;
    let first = PreparedEpoch { epoch: crate::sink::Epoch(0), bytes: job.first_cut()? };
    job.begin()?;
    job.write(10..13)?;
    job.restart(std::slice::from_ref(&first))?;
    job.prepare(13..15)?;
    job.restart(&[first])?;
    job.write(0..3)?;
    ends(job, 0..3, "after two restarts before the first durable cut, and three events")
}

/// A start that dies after it has opened the sink changes nothing for the next one.
///
/// # Errors
/// If the sink breaks the law.
pub fn a_restart_that_is_repeated_changes_nothing<P: SinkUnderTest>(place: P) -> Lawful {
    let mut job = begun(place)?;
    let last = [job.prepare(0..3)?];
    job.write(10..15)?;
    job.restart(&last)?;
    job.restart(&last)?;
    job.write(10..11)?;
    job.restart(&last)?;
    job.write(3..5)?;
    ends(job, 0..5, "after three restarts from one cut, and two events")
}

/// An epoch without events cuts off nothing of the one before it.
///
/// # Errors
/// If the sink breaks the law.
pub fn an_epoch_without_events_cuts_off_nothing<P: SinkUnderTest>(place: P) -> Lawful {
    let mut job = begun(place)?;
    let empty = job.cut()?;
    let full = job.prepare(0..3)?;
    let last = job.cut()?.unwrap_or(full);
    job.write(10..13)?;
    job.restart(&[last])?;
    job.write(3..5)?;
    job.cut()?;
    job.die();
    job.shows(0..5, "after a restart behind an epoch without events, and two events")?;
    job.restart(empty.as_slice())?;
    ends(job, 0..0, "after a restart from a first epoch without events")
}

/// Restarts in a row keep each event once.
///
/// # Errors
/// If the sink breaks the law.
pub fn restarts_in_a_row_lose_nothing<P: SinkUnderTest>(place: P) -> Lawful {
    let mut job = begun(place)?;
    let mut last = [job.prepare(0..2)?];
    for round in 1..5 {
        job.write(100..103)?;
        job.restart(&last)?;
        last = [job.prepare(2 * round..2 * round + 2)?];
    }
    ends(job, 0..10, "after four restarts")
}

/// In a job that is `at_least_once`, no event that was written before a cut is lost.
///
/// # Errors
/// If the sink breaks the law.
pub fn at_least_once_loses_nothing<P: SinkUnderTest>(place: P) -> Lawful {
    Rehearsal::of(place, RepeatEffect::CutBack)?.loses_nothing_at_least_once()
}
