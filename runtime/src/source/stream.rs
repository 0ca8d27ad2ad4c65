//! Any `futures::Stream` is a source.

use super::{Intake, Reader, Readiness, Source, Unreplayable};
use crate::env::Env;
use crate::error::Result;
use futures::{Stream, StreamExt};
use std::collections::VecDeque;
use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};

/// The most events to take from the stream before they are processed.
const READ_AHEAD: usize = 1_024;

/// Reads a `futures::Stream`; what a stream used as a source opens into.
///
/// Buffers up to 1,024 events that are ready.
pub struct StreamReader<S: Stream> {
    stream: Pin<Box<S>>,
    buffered: VecDeque<S::Item>,
    state: Readiness,
}

impl<S: Stream> fmt::Debug for StreamReader<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StreamReader")
            .field("buffered", &self.buffered.len())
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
        Ok(StreamReader {
            stream: Box::pin(self),
            buffered: VecDeque::new(),
            state: Readiness::Events,
        })
    }
}

impl<S> Reader<S::Item> for StreamReader<S>
where
    S: Stream<Item: Send> + Send + 'static,
{
    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<Readiness>> {
        while self.state == Readiness::Events && self.buffered.len() < READ_AHEAD {
            match self.stream.poll_next_unpin(cx) {
                Poll::Ready(Some(event)) => self.buffered.push_back(event),
                Poll::Ready(None) => self.state = Readiness::End,
                Poll::Pending if self.buffered.is_empty() => return Poll::Pending,
                Poll::Pending => break,
            }
        }
        let empty = self.buffered.is_empty();
        Poll::Ready(Ok(if empty { Readiness::End } else { Readiness::Events }))
    }

    fn read(&mut self, limit: usize, into: &mut impl Intake<S::Item>) -> Result<()> {
        let limit = limit.min(self.buffered.len());
        self.buffered.drain(..limit).try_for_each(|event| into.event(event))
    }
}
