//! The laws of a sink that is [`Transactional`](crate::sink::Transactional).
//!
//! [`laws::sink!`](crate::testkit::laws::sink!) makes a test of each. A job may die at each of
//! their steps; what it has prepared by then is committed later, once, or is never visible.

use super::broken::{BrokenLaw, Lawful};
use super::law::Law;
use super::lists::__transactional_laws;
use super::rehearsal::Rehearsal;
use super::under_test::SinkUnderTest;
use crate::sink::RepeatEffect;

/// All laws of this page.
#[must_use]
pub fn all<P: SinkUnderTest>() -> Vec<Law<P>> {
    __transactional_laws!(__law_table)
}

fn begun<P: SinkUnderTest>(place: P) -> Result<Rehearsal<P>, BrokenLaw> {
    let mut job = Rehearsal::of(place, RepeatEffect::Commits)?;
    job.begin()?;
    Ok(job)
}

/// Events that were written, flushed and cut are not visible before their commit.
///
/// # Errors
/// If the sink breaks the law, as for all functions of this page.
pub fn nothing_is_visible_before_its_commit<P: SinkUnderTest>(place: P) -> Lawful {
    let mut job = begun(place)?;
    job.write(0..3)?;
    job.shows(0..0, "after events were flushed, before their cut")?;
    job.cut()?;
    job.shows(0..0, "after the cut of an epoch, before its commit")
}

/// A commit shows every epoch that it lists, not only the last one.
///
/// # Errors
/// If the sink breaks the law.
pub fn a_commit_shows_all_epochs_that_it_lists<P: SinkUnderTest>(place: P) -> Lawful {
    let mut job = begun(place)?;
    let epochs = [job.prepare(0..3)?, job.prepare(3..5)?, job.prepare(5..9)?];
    job.commit(&epochs)?;
    job.shows(0..9, "after a commit of three epochs")
}

/// A commit shows nothing of the epochs that the writer has prepared or begun since.
///
/// # Errors
/// If the sink breaks the law.
pub fn a_commit_shows_nothing_of_later_epochs<P: SinkUnderTest>(place: P) -> Lawful {
    let mut job = begun(place)?;
    let (first, second) = (job.prepare(0..3)?, job.prepare(3..5)?);
    job.write(5..9)?;
    job.commit(&[first])?;
    job.shows(0..3, "after the commit of epoch 1, with 2 prepared and 3 begun")?;
    job.commit(&[second])?;
    job.shows(0..5, "after the commit of epoch 2, with 3 begun")?;
    let third = job.prepare(9..10)?;
    job.commit(&[third])?;
    job.shows(0..10, "after the commit of epoch 3")
}

/// A commit of an epoch that is visible changes nothing: the job did not learn that it succeeded.
///
/// # Errors
/// If the sink breaks the law.
pub fn a_commit_of_the_same_epoch_changes_nothing<P: SinkUnderTest>(place: P) -> Lawful {
    let mut job = begun(place)?;
    let epoch = [job.prepare(0..3)?];
    job.commit(&epoch)?;
    job.commit(&epoch)?;
    job.shows(0..3, "after the same epoch was committed twice")
}

/// A commit of an epoch before the last visible one changes nothing.
///
/// # Errors
/// If the sink breaks the law.
pub fn a_commit_of_the_past_changes_nothing<P: SinkUnderTest>(place: P) -> Lawful {
    let mut job = begun(place)?;
    let epochs = [job.prepare(0..3)?, job.prepare(3..5)?];
    job.commit(&epochs)?;
    job.commit(epochs.get(..1).unwrap_or_default())?;
    job.shows(0..5, "after epoch 1 was committed again behind epoch 2")
}

/// A commit that failed after it took effect is repeated together with later epochs.
///
/// # Errors
/// If the sink breaks the law.
pub fn a_commit_that_took_effect_is_repeated_with_later_epochs<P>(place: P) -> Lawful
where
    P: SinkUnderTest,
{
    let mut job = begun(place)?;
    let mut listed = vec![job.prepare(0..3)?];
    job.commit(&listed)?;
    listed.push(job.prepare(3..5)?);
    listed.push(job.prepare(5..9)?);
    job.commit(&listed)?;
    job.shows(0..9, "after a commit of epochs 1 to 3, of which 1 was visible")
}

/// A start shows the epochs that the checkpoint lists: the job died before their commit.
///
/// # Errors
/// If the sink breaks the law.
pub fn a_recovery_shows_what_was_prepared<P: SinkUnderTest>(place: P) -> Lawful {
    let mut job = begun(place)?;
    let listed = [job.prepare(0..3)?, job.prepare(3..5)?];
    job.restart(&listed)?;
    job.shows(0..5, "after a restart from a checkpoint with two epochs not committed")
}

/// A start that dies after it has shown the epochs of its checkpoint shows them once.
///
/// # Errors
/// If the sink breaks the law.
pub fn a_recovery_that_is_repeated_changes_nothing<P: SinkUnderTest>(place: P) -> Lawful {
    let mut job = begun(place)?;
    let listed = [job.prepare(0..3)?, job.prepare(3..5)?];
    job.recover(&listed)?;
    job.restart(&listed)?;
    job.shows(0..5, "after a restart that died before the sink was opened, and another")
}

/// A start changes nothing about an epoch that was committed: the job died before it noted that.
///
/// # Errors
/// If the sink breaks the law.
pub fn a_recovery_of_what_is_visible_changes_nothing<P: SinkUnderTest>(place: P) -> Lawful {
    let mut job = begun(place)?;
    let listed = [job.prepare(0..3)?, job.prepare(3..5)?];
    job.commit(&listed)?;
    job.restart(&listed)?;
    job.shows(0..5, "after a restart from a checkpoint whose epochs are visible")
}

/// A start without epochs, from the beginning or before the first checkpoint, shows nothing of
/// what was prepared.
///
/// # Errors
/// If the sink breaks the law.
pub fn a_recovery_without_epochs_shows_nothing<P: SinkUnderTest>(place: P) -> Lawful {
    let mut job = begun(place)?;
    job.shows(0..0, "after the start of a job")?;
    job.prepare(0..3)?;
    job.restart(&[])?;
    job.shows(0..0, "after a restart before the first checkpoint")?;
    let epoch = job.prepare(3..5)?;
    job.commit(&[epoch])?;
    job.shows(3..5, "after a restart before the first checkpoint, and a commit")
}

/// An epoch that was prepared behind the last checkpoint is never visible after a restart: its
/// events are written again.
///
/// # Errors
/// If the sink breaks the law.
pub fn an_abandoned_epoch_never_becomes_visible<P: SinkUnderTest>(place: P) -> Lawful {
    let mut job = begun(place)?;
    let listed = [job.prepare(0..3)?];
    job.commit(&listed)?;
    job.prepare(10..13)?;
    job.prepare(13..15)?;
    job.restart(&listed)?;
    job.shows(0..3, "after a restart behind which two epochs were abandoned")?;
    let again = [job.prepare(3..5)?, job.prepare(5..6)?, job.prepare(6..7)?];
    job.commit(&again)?;
    job.shows(0..7, "after a restart that abandoned two epochs, and three new ones")
}

/// Events that were written behind the last cut are never visible after a restart.
///
/// # Errors
/// If the sink breaks the law.
pub fn events_behind_the_last_cut_never_become_visible<P: SinkUnderTest>(place: P) -> Lawful {
    let mut job = begun(place)?;
    let listed = [job.prepare(0..3)?];
    job.write(10..15)?;
    job.restart(&listed)?;
    job.shows(0..3, "after a restart that abandoned events behind the last cut")?;
    let next = job.prepare(3..5)?;
    job.commit(&[next])?;
    job.shows(0..5, "after a restart that abandoned events, and the next epoch")
}

/// An epoch without events is prepared, committed and repeated like any other.
///
/// # Errors
/// If the sink breaks the law.
pub fn an_epoch_without_events_is_committed_too<P: SinkUnderTest>(place: P) -> Lawful {
    let mut job = begun(place)?;
    let mut listed: Vec<_> = job.cut()?.into_iter().collect();
    job.commit(&listed)?;
    job.shows(0..0, "after the commit of an epoch without events")?;
    listed.push(job.prepare(0..3)?);
    listed.extend(job.cut()?);
    job.commit(&listed)?;
    job.commit(&listed)?;
    job.restart(&listed)?;
    job.shows(0..3, "after the commit of an epoch with events between two without")?;
    let next = job.prepare(3..5)?;
    job.commit(&[next])?;
    job.shows(0..5, "after a restart behind an epoch without events, and the next one")
}

/// Restarts in a row, each before the commit of what was prepared last, show each event once.
///
/// # Errors
/// If the sink breaks the law.
pub fn restarts_in_a_row_lose_nothing<P: SinkUnderTest>(place: P) -> Lawful {
    let mut job = begun(place)?;
    let mut listed = [job.prepare(0..2)?];
    for round in 1..5 {
        job.restart(&listed)?;
        job.shows(0..2 * round, "after another restart")?;
        job.prepare(100..103)?;
        job.restart(&listed)?;
        listed = [job.prepare(2 * round..2 * round + 2)?];
    }
    job.commit(&listed)?;
    job.shows(0..10, "after the commit behind eight restarts")
}

/// What was prepared is committed after the writer was closed: a stream may end before its last
/// checkpoint is durable.
///
/// # Errors
/// If the sink breaks the law.
pub fn what_is_prepared_outlives_its_writer<P: SinkUnderTest>(place: P) -> Lawful {
    let mut job = begun(place)?;
    let mut listed = vec![job.prepare(0..3)?];
    listed.push(job.prepare(3..5)?);
    job.close()?;
    job.shows(0..0, "after the sink was closed, before the commit")?;
    job.commit(&listed)?;
    job.shows(0..5, "after the sink was closed, and the commit")
}

/// A job that starts from the beginning shows its events, also in the place of an earlier one.
///
/// Its epochs have the numbers of those that are visible. What the earlier job had prepared stays
/// invisible; whether what it had made visible stays is the sink's choice.
///
/// # Errors
/// If the sink breaks the law.
pub fn a_job_that_begins_anew_is_visible_too<P: SinkUnderTest>(place: P) -> Lawful {
    let mut job = begun(place)?;
    let listed = [job.prepare(0..3)?, job.prepare(3..5)?];
    job.commit(&listed)?;
    job.prepare(10..13)?;
    job.begin()?;
    let first = job.prepare(5..8)?;
    job.commit(&[first])?;
    let when = "after the first commit of a job that began anew";
    job.shows_once(5..8, when)?;
    job.hides(10..13, when)
}

/// In a job that is `at_least_once`, no event that was written before a cut is lost.
///
/// # Errors
/// If the sink breaks the law.
pub fn at_least_once_loses_nothing<P: SinkUnderTest>(place: P) -> Lawful {
    Rehearsal::of(place, RepeatEffect::Commits)?.loses_nothing_at_least_once()
}
