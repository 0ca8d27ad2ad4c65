//! The source whose events are journaled, while it is read.

use crate::error::Result;
use crate::source::{Position, Reader, Readiness};
use std::task::{Context, Poll};

/// The reader of a source, as long as it works.
#[derive(Debug)]
pub(super) struct InnerSource<R> {
    /// None once it has failed.
    reader: Option<R>,
    state: InnerState,
    /// Where it continues behind the last block, if it can say so.
    pub(super) at: Option<Position>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum InnerState {
    Open,
    /// It was called and has not returned, unless it has panicked.
    Called,
    Ended,
}

impl<R> InnerSource<R> {
    pub(super) fn new(reader: R, at: Option<Position>) -> Self {
        Self { reader: Some(reader), state: InnerState::Open, at }
    }

    /// Whether it can be read on: it has not failed.
    pub(super) fn works(&self) -> bool {
        self.reader.is_some() && self.state != InnerState::Called
    }

    pub(super) fn has_ended(&self) -> bool {
        self.state == InnerState::Ended
    }

    /// Calls the reader. After an error or a panic it is not called again.
    pub(super) fn call<X>(&mut self, work: impl FnOnce(&mut R) -> Result<X>) -> Result<Option<X>> {
        let Some(reader) = &mut self.reader else { return Ok(None) };
        let before = std::mem::replace(&mut self.state, InnerState::Called);
        let worked = work(reader);
        self.state = before;
        if worked.is_err() {
            self.reader = None;
        }
        worked.map(Some)
    }

    /// Waits for events; returns the end again and again.
    pub(super) fn poll_ready<T>(&mut self, cx: &mut Context<'_>) -> Poll<Result<Readiness>>
    where
        R: Reader<T>,
    {
        if self.has_ended() {
            return Poll::Ready(Ok(Readiness::End));
        }
        let polled = self.call(|reader| match reader.poll_ready(cx) {
            Poll::Ready(ready) => ready.map(Poll::Ready),
            Poll::Pending => Ok(Poll::Pending),
        });
        match polled {
            Ok(Some(polled)) => {
                if polled == Poll::Ready(Readiness::End) {
                    self.state = InnerState::Ended;
                }
                polled.map(Ok)
            }
            Ok(None) => Poll::Ready(Ok(Readiness::End)),
            Err(error) => Poll::Ready(Err(error)),
        }
    }

    pub(super) fn drain<T>(&mut self) -> Result<()>
    where
        R: Reader<T>,
    {
        if self.call(|reader| Ok(reader.drain()))? != Some(true) {
            self.state = InnerState::Ended;
        }
        Ok(())
    }
}
