//! The verb that adds a source.

use super::checks::ReadsFrom;
use super::job::{Builder, SourceStream};
use super::promise::Promise;
use crate::lowering::{ChainSpec, opening};
use crate::source::{Replay, Source};
use crate::topology::Carried;

impl<D: Promise> Builder<D> {
    /// Adds a source and returns the stream of its events.
    ///
    /// A source is any `futures::Stream`, an iterator in
    /// [`from_iter`](crate::connector::memory::from_iter), one of the
    /// [connectors](crate::connector), or a type that implements [`Source`]. It has one instance
    /// and is opened when the job starts. Errors of reading, such as a malformed record, are the
    /// `errors` output of [`outputs`](super::Stream::outputs); if that goes nowhere, the first one
    /// ends the job.
    ///
    /// # Examples
    /// ```
    /// use millstream::prelude::*;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> millstream::Result<()> {
    /// let lines = Collected::new();
    /// let job = Builder::new("lines");
    /// let stream = futures::stream::iter(["first", "second"]);
    /// // in topology!: lines = source(stream), lines >> sink(…)
    /// job.source(stream).named("lines").sink(lines.sink());
    /// job.build().run(Config::default()).await?;
    /// assert_eq!(lines.take(), ["first", "second"]);
    /// # Ok(())
    /// # }
    /// ```
    #[track_caller]
    pub fn source<T, S>(
        &self,
        source: S,
    ) -> SourceStream<T, D, impl ChainSpec<Out = T> + use<D, T, S>>
    where
        T: Send + 'static,
        S: Source<T>,
        D: ReadsFrom<S::Replay>,
    {
        let files = source.files();
        self.begin(opening(source), Carried::of::<S>(), S::Replay::REPLAYABILITY, files).stream()
    }
}
