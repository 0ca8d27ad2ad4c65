//! The builder of a job.

use super::draft::{Draft, SharedDraft};
use super::outputs::OfNode;
use super::promise::{Promise, at_most_once};
use super::stream::{Ends, Stream};
use super::time::Untimed;
use super::topology::Topology;
use crate::lowering::{ChainSpec, Fused, Links, Open, SourceSpec};
use crate::source::{Malformed, Reader, Replayability};
use crate::topology::{Bytes, Carried, Endpoint, Instances, Naming, NodeKind, rules};
use std::convert::Infallible;
use std::fmt;
use std::marker::PhantomData;
use std::panic::Location;

/// Declares a topology, source by source.
///
/// See the [module](mod@crate::builder) for an example.
/// `D` is what the job promises about each event.
#[derive(Debug)]
pub struct Builder<D = at_most_once> {
    draft: SharedDraft,
    promise: PhantomData<fn() -> D>,
}

/// The side outputs of a source.
pub type SourceOutputs = OfNode<Infallible, Malformed>;

/// The chain of a source.
pub type SourceChain<C> = Fused<C, Links<1>>;

impl Builder<at_most_once> {
    /// Begins a topology.
    #[must_use]
    pub fn new(name: impl Into<String>) -> Self {
        let draft = SharedDraft::default();
        draft.borrow_mut().declaration.name = name.into();
        Self { draft, promise: PhantomData }
    }
}

impl<D> Builder<D> {
    pub(super) fn draft(&self) -> &SharedDraft {
        &self.draft
    }
}

impl<D: Promise> Builder<D> {
    /// What the job promises about each event: `at_most_once` unless this is called.
    ///
    /// By a word, such as `exactly_once`, the compiler compares it with the sources, and in
    /// `topology!` with the sinks as well; all else is compared when the job starts.
    #[must_use]
    pub fn delivery<P: Promise>(self, promise: P) -> Builder<P> {
        self.draft.borrow_mut().declaration.delivery = promise.delivery();
        Builder { draft: self.draft, promise: PhantomData }
    }

    /// How many bytes the buffers of the edges may take in all. Events that own memory beside
    /// themselves take more: only their own size is counted.
    ///
    /// A job whose edges can hold more is refused at start.
    #[must_use]
    pub fn memory(self, bytes: Bytes) -> Self {
        self.draft.borrow_mut().declaration.memory = Some(bytes);
        self
    }

    /// How many instances a node has unless it says otherwise; 1 if this is not called.
    #[must_use]
    pub fn instances(self, instances: impl Into<Instances>) -> Self {
        self.draft.borrow_mut().declaration.default_instances = Some(instances.into());
        self
    }

    /// Adds a source, as what opens it.
    #[track_caller]
    pub(super) fn begin<T, R>(
        &self,
        open: Open<R>,
        kind: Carried,
        replaying: Replayability,
    ) -> Sourced<T, R> {
        let (location, one) = (Location::caller(), Instances::Exactly(1));
        let declaration = &mut self.draft.borrow_mut().declaration;
        let (name, source) = (("source", Naming::Engine), NodeKind::Source(replaying));
        let node = declaration.add_node(name, source, one, location);
        declaration.set_work(node, &kind.base_name());
        let from = Endpoint::main(node);
        Sourced { draft: self.draft.clone(), chain: SourceSpec::new(open, node), from }
    }

    /// Ends the declaration. Rules that are broken are reported when the topology is run.
    #[must_use]
    pub fn build(self) -> Topology {
        let Draft { mut declaration, layouts } = self.draft.take();
        rules::name_nodes(&mut declaration);
        Topology::new(declaration, layouts)
    }
}

/// A source that was added, about to be a stream.
pub struct Sourced<T, R> {
    draft: SharedDraft,
    chain: SourceSpec<R, T>,
    from: Endpoint,
}

impl<T, R> fmt::Debug for Sourced<T, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sourced").field("from", &self.from).finish_non_exhaustive()
    }
}

impl<T: Send + 'static, R: Reader<T>> Sourced<T, R> {
    /// The stream of its events.
    #[must_use]
    pub fn stream(self) -> Stream<T, Untimed, SourceOutputs, SourceChain<impl ChainSpec<Out = T>>> {
        Stream::new(self.draft, Fused::new(self.chain), vec![self.from], Ends::AtNode)
    }
}
