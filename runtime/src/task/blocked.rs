//! A task of which one segment waits for room downstream.
//!
//! Nothing is fetched then, so most segments have nothing to do. Operators with calls in flight do:
//! their calls return, and what waits for them, a barrier perhaps, has to leave. It may be what the
//! room depends on: a receiver that has the barrier from one segment of this task, and not yet from
//! the other, reads no more from the first. For the same reason what such a segment could not send
//! while another waited is sent while this one does.

use crate::control::TaskClock;
use crate::error::Result;
use crate::exchange::{Flush, Flushed};
use crate::metrics::TaskPhases;
use crate::stage::Run;
use futures::FutureExt;
use futures::future::BoxFuture;
use std::future::poll_fn;
use std::task::{Context, Poll};

/// A segment besides the one that waits.
pub(super) enum OtherSegment<'a> {
    /// It may have calls in flight.
    Calling(&'a mut Box<dyn Run>),
    /// It waits for room too; gives the segment back.
    Waiting(BoxFuture<'a, (&'a mut Box<dyn Run>, Result<()>)>),
    /// It has failed.
    Failed,
}

/// Sends what the other segments have room for, and returns those that have more to do meanwhile.
///
/// # Errors
/// If a segment downstream is gone.
pub(super) fn others<'a>(
    segments: impl Iterator<Item = &'a mut Box<dyn Run>>,
) -> Result<Vec<OtherSegment<'a>>> {
    let mut others = Vec::new();
    for segment in segments {
        let unsent = segment.try_deliver(Flush::Room)? == Flushed::MustWait;
        if unsent && segment.can_redeliver() {
            others.push(OtherSegment::delivering(segment, Flush::Room));
        } else if segment.awaits() {
            others.push(OtherSegment::Calling(segment));
        }
    }
    Ok(others)
}

/// Waits for `delivery`, and meanwhile drives the other segments whose calls return. What the
/// delivery waits for is noted; what the others wait for is not.
///
/// # Cancel safety
/// As `delivery`. What the others have not sent stays with them.
pub(super) async fn deliver(
    mut delivery: BoxFuture<'_, Result<()>>,
    mut others: Vec<OtherSegment<'_>>,
    (phases, clock): (&TaskPhases, &TaskClock),
) -> Result<()> {
    poll_fn(|cx| {
        phases.forget_full();
        if let Poll::Ready(outcome) = delivery.poll_unpin(cx) {
            return Poll::Ready(outcome);
        }
        phases.wait_to_deliver(|| clock.read());
        for other in &mut others {
            if let Err(error) = other.go_on(cx) {
                return Poll::Ready(Err(error));
            }
        }
        Poll::Pending
    })
    .await
}

impl<'a> OtherSegment<'a> {
    /// It waits for room.
    fn delivering(segment: &'a mut Box<dyn Run>, flush: Flush) -> Self {
        Self::Waiting(Box::pin(async move {
            let delivered = segment.deliver(flush).await;
            (segment, delivered)
        }))
    }

    /// Drives and delivers what its calls have brought, until it has to wait for calls or room.
    fn go_on(&mut self, cx: &mut Context<'_>) -> Result<()> {
        loop {
            match std::mem::replace(self, Self::Failed) {
                Self::Failed => return Ok(()),
                Self::Waiting(mut waiting) => match waiting.poll_unpin(cx) {
                    Poll::Pending => {
                        *self = Self::Waiting(waiting);
                        return Ok(());
                    }
                    Poll::Ready((segment, delivered)) => {
                        delivered?;
                        *self = Self::Calling(segment);
                    }
                },
                Self::Calling(segment) => {
                    if segment.poll_calls(cx).is_pending() {
                        *self = Self::Calling(segment);
                        return Ok(());
                    }
                    segment.drive()?;
                    *self = match segment.try_deliver(Flush::All)? {
                        Flushed::Done => Self::Calling(segment),
                        Flushed::MustWait => Self::delivering(segment, Flush::All),
                    };
                }
            }
        }
    }
}
