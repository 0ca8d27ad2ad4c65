//! The laws of a sink that is [`Idempotent`](crate::sink::Idempotent).
//!
//! [`laws::idempotent_sink!`](crate::testkit::laws::idempotent_sink!) makes a test of each.

use super::broken::{BrokenLaw, Lawful};
use super::law::Law;
use super::lists::__idempotent_laws;
use super::rehearsal::Rehearsal;
use super::under_test::SinkUnderTest;
use crate::sink::{PreparedEpoch, RepeatEffect};

/// All laws of this page.
#[must_use]
pub fn all<P: SinkUnderTest>() -> Vec<Law<P>> {
    __idempotent_laws!(__law_table)
}

fn begun<P: SinkUnderTest>(place: P) -> Result<Rehearsal<P>, BrokenLaw> {
    let mut job = Rehearsal::of(place, RepeatEffect::Replaces)?;
    job.begin()?;
    Ok(job)
}

/// Events before a durable cut are there after the death of the process, without `close`.
///
/// # Errors
/// If the sink breaks the law, as for all functions of this page.
pub fn what_is_cut_outlives_the_process<P: SinkUnderTest>(place: P) -> Lawful {
    let mut job = begun(place)?;
    job.write(0..3)?;
    job.cut()?;
    job.write(3..5)?;
    job.cut()?;
    job.die();
    job.shows(0..5, "after the death of the process behind two cuts")
}

/// An event that is written twice has the effect of one.
///
/// # Errors
/// If the sink breaks the law.
pub fn events_written_again_replace_themselves<P: SinkUnderTest>(place: P) -> Lawful {
    let mut job = begun(place)?;
    job.write(0..5)?;
    job.write(2..5)?;
    job.cut()?;
    job.close()?;
    job.shows(0..5, "after some events were written twice")
}

/// Events that are written again after a restart, from the last cut, have the effect of one.
///
/// # Errors
/// If the sink breaks the law.
pub fn events_written_again_after_a_restart_replace_themselves<P>(place: P) -> Lawful
where
    P: SinkUnderTest,
{
    let mut job = begun(place)?;
    job.write(0..3)?;
    let last: Vec<PreparedEpoch> = job.cut()?.into_iter().collect();
    job.write(3..5)?;
    job.cut()?;
    job.write(5..7)?;
    job.restart(&last)?;
    job.write(3..9)?;
    job.cut()?;
    job.close()?;
    job.shows(0..9, "after events of two epochs were written again")
}

/// In a job that is `at_least_once`, no event that was written before a cut is lost.
///
/// # Errors
/// If the sink breaks the law.
pub fn at_least_once_loses_nothing<P: SinkUnderTest>(place: P) -> Lawful {
    Rehearsal::of(place, RepeatEffect::Replaces)?.loses_nothing_at_least_once()
}
