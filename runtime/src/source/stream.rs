//! Any stream is a source.

use super::{Intake, Reader, Readiness, Source, Unreplayable};
use crate::env::Env;
use crate::error::Result;
use futures::{Stream, StreamExt};
use std::collections::VecDeque;
use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};

/// How many events are taken out of a stream at most before they are worked on.
const GATHERED: usize = 1_024;

/// Reads a stream.
pub struct StreamReader<S: Stream> {
    stream: Pin<Box<S>>,
    gathered: VecDeque<S::Item>,
    state: Readiness,
}

impl<S: Stream> fmt::Debug for StreamReader<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StreamReader")
            .field("gathered", &self.gathered.len())
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
            gathered: VecDeque::new(),
            state: Readiness::Events,
        })
    }
}

impl<S> Reader<S::Item> for StreamReader<S>
where
    S: Stream<Item: Send> + Send + 'static,
{
    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<Readiness>> {
        while self.state == Readiness::Events && self.gathered.len() < GATHERED {
            match self.stream.poll_next_unpin(cx) {
                Poll::Ready(Some(event)) => self.gathered.push_back(event),
                Poll::Ready(None) => self.state = Readiness::End,
                Poll::Pending if self.gathered.is_empty() => return Poll::Pending,
                Poll::Pending => break,
            }
        }
        let empty = self.gathered.is_empty();
        Poll::Ready(Ok(if empty { Readiness::End } else { Readiness::Events }))
    }

    fn read(&mut self, limit: usize, into: &mut impl Intake<S::Item>) -> Result<()> {
        let limit = limit.min(self.gathered.len());
        self.gathered.drain(..limit).try_for_each(|event| into.event(event))
    }
}
