//! Any `futures::Stream` is a source.

use super::{Intake, Reader, Readiness, Source, Unreplayable};
use crate::env::Env;
use crate::error::Result;
use futures::{Stream, StreamExt};
use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll, Waker, ready};

/// Reads a `futures::Stream`; what a stream used as a source opens into.
///
/// Buffers one event that is ready.
pub struct StreamReader<S: Stream> {
    stream: Pin<Box<S>>,
    buffered: Option<S::Item>,
    state: Readiness,
}

impl<S: Stream> fmt::Debug for StreamReader<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StreamReader")
            .field("buffered", &self.buffered.is_some())
            .finish_non_exhaustive()
    }
}

#[diagnostic::do_not_recommend]
impl<S> Source<S::Item> for S
where
    S: Stream<Item: Send> + Send + 'static,
{
    type Reader = StreamReader<S>;
    type Replay = Unreplayable;

    fn open(self, _: &Env) -> Result<Self::Reader> {
        Ok(StreamReader { stream: Box::pin(self), buffered: None, state: Readiness::Events })
    }
}

impl<S> Reader<S::Item> for StreamReader<S>
where
    S: Stream<Item: Send> + Send + 'static,
{
    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<Readiness>> {
        if self.buffered.is_none() && self.state == Readiness::Events {
            self.buffered = ready!(self.stream.poll_next_unpin(cx));
        }
        if self.buffered.is_none() {
            self.state = Readiness::End;
        }
        let events = self.buffered.is_some();
        Poll::Ready(Ok(if events { Readiness::Events } else { Readiness::End }))
    }

    fn drain(&mut self) -> bool {
        self.state = Readiness::End;
        self.buffered.is_some()
    }

    fn read(&mut self, limit: usize, into: &mut impl Intake<S::Item>) -> Result<()> {
        // A no-op waker will do: `poll_ready` polls again, with a real one, before the job waits.
        let mut cx = Context::from_waker(Waker::noop());
        let mut next = self.buffered.take();
        for read in 1..=limit {
            let Some(event) = next.take() else { break };
            into.event(event)?;
            if read == limit || self.state == Readiness::End {
                break;
            }
            next = match self.stream.poll_next_unpin(&mut cx) {
                Poll::Ready(Some(event)) => Some(event),
                Poll::Ready(None) => {
                    self.state = Readiness::End;
                    None
                }
                Poll::Pending => None,
            };
        }
        Ok(())
    }
}
