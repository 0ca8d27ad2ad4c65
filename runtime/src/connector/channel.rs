//! Events from and to a tokio channel: the door to the rest of the program.

use crate::env::Env;
use crate::error::{Error, ErrorKind, Result};
use crate::sink::{Appends, Sink, Writer};
use crate::source::{Intake, Reader, Readiness, Source, Unreplayable};
use std::collections::VecDeque;
use std::fmt;
use std::task::{Context, Poll, ready};
use tokio::sync::mpsc;

/// How many events are taken out of the channel at most before they are worked on.
const GATHERED: usize = 1_024;

/// A source of what is sent into a channel; it ends when all senders are gone.
///
/// # Examples
/// ```
/// use millstream::prelude::*;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> millstream::Result<()> {
/// let (sender, receiver) = tokio::sync::mpsc::channel(16);
/// let kept = Collected::new();
/// let topology = topology!(source(from_channel(receiver)) >> sink(kept.sink()));
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
    FromChannel { receiver, gathered: Vec::new() }
}

/// A source of what is sent into a channel, made by [`from_channel`].
pub struct FromChannel<T> {
    receiver: mpsc::Receiver<T>,
    gathered: Vec<T>,
}

impl<T> fmt::Debug for FromChannel<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FromChannel")
            .field("gathered", &self.gathered.len())
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
        if !self.gathered.is_empty() {
            return Poll::Ready(Ok(Readiness::Events));
        }
        let taken = ready!(self.receiver.poll_recv_many(cx, &mut self.gathered, GATHERED));
        Poll::Ready(Ok(if taken == 0 { Readiness::End } else { Readiness::Events }))
    }

    fn read(&mut self, limit: usize, into: &mut impl Intake<T>) -> Result<()> {
        let limit = limit.min(self.gathered.len());
        self.gathered.drain(..limit).try_for_each(|event| into.event(event))
    }
}

/// A sink into a channel; a full channel holds the job back.
///
/// The job ends with an error when the receiver is gone.
#[must_use]
pub fn to_channel<T>(sender: mpsc::Sender<T>) -> ToChannel<T> {
    ToChannel { sender, backlog: VecDeque::new() }
}

/// A sink into a channel, made by [`to_channel`].
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
