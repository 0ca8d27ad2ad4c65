//! Any `futures::Sink` as a sink.

use super::{Appends, Sink, Writer};
use crate::env::Env;
use crate::error::{BoxError, Error, ErrorKind, Result};
use futures::SinkExt;
use std::collections::VecDeque;
use std::fmt;
use std::pin::Pin;

/// Writes to a `futures::Sink`; what [`to_sink`] opens into.
///
/// Buffers the events of one batch.
pub struct ForeignWriter<S, T> {
    sink: Pin<Box<S>>,
    backlog: VecDeque<T>,
}

impl<S, T> fmt::Debug for ForeignWriter<S, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ForeignWriter")
            .field("backlog", &self.backlog.len())
            .finish_non_exhaustive()
    }
}

/// Writes events to a `futures::Sink`, with its backpressure.
///
/// An error of the sink ends the job. The sink is flushed when no more events are at hand, and
/// closed at the end of input. Events written again after a failure are duplicates ([`Appends`]).
///
/// # Examples
/// ```
/// use futures::channel::mpsc;
/// use futures::StreamExt;
/// use millstream::prelude::*;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> millstream::Result<()> {
/// let (sender, receiver) = mpsc::channel(1);
/// let topology = topology!(ids = source(from_iter([1, 2, 3])), ids >> sink(to_sink(sender)));
/// let mut job = topology.start(Config::default())?;
/// assert_eq!(receiver.collect::<Vec<_>>().await, [1, 2, 3]);
/// job.wait().await
/// # }
/// ```
pub fn to_sink<S>(sink: S) -> ForeignSink<S> {
    ForeignSink { sink }
}

/// A sink around a `futures::Sink`, made by [`to_sink`].
pub struct ForeignSink<S> {
    sink: S,
}

impl<S> fmt::Debug for ForeignSink<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ForeignSink").finish_non_exhaustive()
    }
}

#[diagnostic::do_not_recommend]
impl<S, T> Sink<T> for ForeignSink<S>
where
    S: futures::Sink<T, Error: Into<BoxError>> + Send + 'static,
    T: Send + 'static,
{
    type Writer = ForeignWriter<S, T>;
    type Repeat = Appends;

    fn open(self, _: &Env) -> Result<Self::Writer> {
        Ok(ForeignWriter { sink: Box::pin(self.sink), backlog: VecDeque::new() })
    }
}

impl<S, T> Writer<T> for ForeignWriter<S, T>
where
    S: futures::Sink<T, Error: Into<BoxError>> + Send + 'static,
    T: Send + 'static,
{
    fn write(&mut self, event: T) -> Result<()> {
        self.backlog.push_back(event);
        Ok(())
    }

    fn has_backlog(&self) -> bool {
        !self.backlog.is_empty()
    }

    async fn send(&mut self) -> Result<()> {
        while let Some(event) = self.backlog.pop_front() {
            self.sink.feed(event).await.map_err(failed)?;
        }
        Ok(())
    }

    async fn flush(&mut self) -> Result<()> {
        self.sink.flush().await.map_err(failed)
    }

    async fn close(&mut self) -> Result<()> {
        self.sink.close().await.map_err(failed)
    }
}

fn failed(cause: impl Into<BoxError>) -> Error {
    Error::new(ErrorKind::Sink, "the wrapped `futures::Sink` failed").caused_by(cause)
}
