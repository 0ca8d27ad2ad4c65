//! Tokio channels as source and sink: the connection of a job to the rest of the program.

use crate::env::Env;
use crate::error::{Error, ErrorKind, Result};
use crate::sink::{Appends, Sink, Writer};
use crate::source::{Intake, Reader, Readiness, Source, Unreplayable};
use std::collections::VecDeque;
use std::fmt;
use std::task::{Context, Poll, ready};
use tokio::sync::mpsc;

/// The most events to take from the channel before they are processed.
const READ_AHEAD: usize = 1_024;

/// Reads events from a channel; the source is exhausted once all senders are dropped.
///
/// Backpressure reaches the senders: the channel fills up while the job is busy, apart from 1,024
/// events that the source buffers. When the job drains, the channel is closed and read to its end:
/// what was sent is processed, and senders receive an error. Events in the channel are lost if the
/// job fails or is aborted.
///
/// # Examples
/// ```
/// use millstream::prelude::*;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> millstream::Result<()> {
/// let (sender, receiver) = tokio::sync::mpsc::channel(16);
/// let kept = Collected::new();
/// let topology = topology!(words = source(from_channel(receiver)), words >> sink(kept.sink()));
/// let mut job = topology.start(Config::default())?;
/// sender.send("hello").await.ok();
/// drop(sender);
/// job.wait().await?;
/// assert_eq!(kept.take(), ["hello"]);
/// # Ok(())
/// # }
/// ```
#[must_use]
pub fn from_channel<T>(receiver: mpsc::Receiver<T>) -> FromChannel<T> {
    FromChannel { receiver, buffered: Vec::new() }
}

/// A source that reads from a channel, made by [`from_channel`].
pub struct FromChannel<T> {
    receiver: mpsc::Receiver<T>,
    buffered: Vec<T>,
}

impl<T> fmt::Debug for FromChannel<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FromChannel")
            .field("buffered", &self.buffered.len())
            .finish_non_exhaustive()
    }
}

#[diagnostic::do_not_recommend]
impl<T: Send + 'static> Source<T> for FromChannel<T> {
    type Reader = Self;
    type Replay = Unreplayable;

    fn open(self, _: &Env) -> Result<Self> {
        Ok(self)
    }
}

impl<T: Send + 'static> Reader<T> for FromChannel<T> {
    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<Readiness>> {
        if !self.buffered.is_empty() {
            return Poll::Ready(Ok(Readiness::Events));
        }
        let received = ready!(self.receiver.poll_recv_many(cx, &mut self.buffered, READ_AHEAD));
        Poll::Ready(Ok(if received == 0 { Readiness::End } else { Readiness::Events }))
    }

    fn drain(&mut self) -> bool {
        self.receiver.close();
        true
    }

    fn read(&mut self, limit: usize, into: &mut impl Intake<T>) -> Result<()> {
        let limit = limit.min(self.buffered.len());
        self.buffered.drain(..limit).try_for_each(|event| into.event(event))
    }
}

/// Sends events to a channel; a full channel backpressures the job.
///
/// The job ends with an error once the receiver is dropped.
///
/// # Examples
/// ```
/// use millstream::prelude::*;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> millstream::Result<()> {
/// let (sender, mut alerts) = tokio::sync::mpsc::channel(1);
/// let topology = topology!(
///     temperatures = source(from_iter([20, 95, 21])),
///     temperatures >> filter(|celsius| *celsius > 90) >> sink(to_channel(sender)),
/// );
/// let mut job = topology.start(Config::default())?;
/// assert_eq!(alerts.recv().await, Some(95));
/// job.wait().await?;
/// # Ok(())
/// # }
/// ```
#[must_use]
pub fn to_channel<T>(sender: mpsc::Sender<T>) -> ToChannel<T> {
    ToChannel { sender, backlog: VecDeque::new() }
}

/// A sink that sends to a channel, made by [`to_channel`].
pub struct ToChannel<T> {
    sender: mpsc::Sender<T>,
    backlog: VecDeque<T>,
}

impl<T> fmt::Debug for ToChannel<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ToChannel").field("backlog", &self.backlog.len()).finish_non_exhaustive()
    }
}

#[diagnostic::do_not_recommend]
impl<T: Send + 'static> Sink<T> for ToChannel<T> {
    type Writer = Self;
    type Repeat = Appends;

    fn open(self, _: &Env) -> Result<Self> {
        Ok(self)
    }

    fn again(&self) -> Option<Self> {
        Some(to_channel(self.sender.clone()))
    }
}

impl<T: Send + 'static> Writer<T> for ToChannel<T> {
    fn write(&mut self, event: T) -> Result<()> {
        self.backlog.push_back(event);
        Ok(())
    }

    fn has_backlog(&self) -> bool {
        !self.backlog.is_empty()
    }

    async fn send(&mut self) -> Result<()> {
        while let Some(event) = self.backlog.pop_front() {
            self.sender.send(event).await.map_err(|_gone| {
                Error::new(ErrorKind::Sink, "the receiver of the channel is gone")
            })?;
        }
        Ok(())
    }
}
