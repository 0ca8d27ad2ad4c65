//! Sources, as a verb of the builder.

use super::checks::FedBy;
use super::job::{Builder, SourceChain, SourceOutputs};
use super::stream::Stream;
use super::time::Untimed;
use crate::env::Env;
use crate::lowering::ChainSpec;
use crate::source::{Replay, Source};
use crate::topology::Carried;

impl<D> Builder<D> {
    /// Adds a source, which has one instance.
    #[track_caller]
    pub fn source<T, S>(
        &self,
        source: S,
    ) -> Stream<T, Untimed, SourceOutputs, SourceChain<impl ChainSpec<Out = T> + use<D, T, S>>>
    where
        T: Send + 'static,
        S: Source<T>,
        D: FedBy<S::Replay>,
    {
        let open = Box::new(move |env: &Env| source.open(env));
        self.begin(open, Carried::of::<S>(), S::Replay::REPLAYABILITY).stream()
    }
}
