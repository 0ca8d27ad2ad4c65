//! A topology, and the builder that declares it.

use super::declared::{Open, SourceAt};
use super::delivery::{FedBy, Promise, at_most_once};
use super::draft::{Carried, Draft, Layout, Naming, SharedDraft};
use super::rules::Broken;
use super::stream::Standing;
use super::{
    Bytes, Delivery, EdgeDeclared, Instances, NodeDeclared, NodeKind, Port, Stream, order, rules,
};
use crate::env::Env;
use crate::error::{Error, ErrorKind, Result};
use crate::source::{Reader, Replay, Replaying, Source};
use millstream_graph::sentence::outcome;
use std::fmt;
use std::marker::PhantomData;
use std::panic::Location;

/// Declares a topology, source by source.
///
/// See the [module](mod@crate::topology) for an example.
/// `D` is what the job promises about each event.
#[derive(Debug)]
pub struct Builder<D = at_most_once> {
    name: String,
    draft: SharedDraft,
    promise: PhantomData<fn() -> D>,
}

impl Builder<at_most_once> {
    /// Begins a topology.
    #[must_use]
    pub fn new(name: impl Into<String>) -> Self {
        Self { name: name.into(), draft: SharedDraft::default(), promise: PhantomData }
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
        self.draft.borrow_mut().delivery = promise.delivery();
        Builder { name: self.name, draft: self.draft, promise: PhantomData }
    }

    /// How many bytes the buffers of the edges may take in all. Events that own memory beside
    /// themselves take more: only their own size is counted.
    ///
    /// A job whose edges can hold more is refused at start.
    #[must_use]
    pub fn memory(self, bytes: Bytes) -> Self {
        self.draft.borrow_mut().memory = Some(bytes);
        self
    }

    /// How many instances a node has unless it says otherwise; 1 if this is not called.
    #[must_use]
    pub fn instances(self, instances: impl Into<Instances>) -> Self {
        self.draft.borrow_mut().default_instances = Some(instances.into());
        self
    }

    /// Adds a source, which has one instance.
    #[track_caller]
    pub fn source<T, S>(&self, source: S) -> Stream<T, SourceAt<S::Reader, T>>
    where
        T: Send + 'static,
        S: Source<T>,
        D: FedBy<S::Replay>,
    {
        let open = Box::new(move |env: &Env| source.open(env));
        self.begin(open, Carried::of::<S>(), S::Replay::REPLAYING)
    }

    /// Adds a source, as what opens it.
    #[track_caller]
    pub(super) fn begin<T: Send + 'static, R: Reader<T>>(
        &self,
        open: Open<R>,
        kind: Carried,
        replaying: Replaying,
    ) -> Stream<T, SourceAt<R, T>> {
        let location = Location::caller();
        let mut draft = self.draft.borrow_mut();
        let naming = ("source", Naming::Engine);
        let node = draft.node(naming, NodeKind::Source, Instances::Exactly(1), location);
        draft.replaying.push((node, replaying));
        draft.work(node, &kind.base_name());
        drop(draft);
        let chain = SourceAt { open, node, events: PhantomData };
        Stream::new(self.draft.clone(), chain, vec![super::Endpoint::main(node)], Standing::Node)
    }

    /// Ends the declaration. Rules that are broken are reported when the topology is run.
    #[must_use]
    pub fn build(self) -> Topology {
        let mut draft = self.draft.take();
        rules::name_nodes(&mut draft);
        Topology { name: self.name, draft }
    }
}

/// A declared topology, ready to be laid out and run.
///
/// Made by [`topology!`](macro@crate::topology) or a [`Builder`];
/// [`run`](Topology::run) is in [`job`](crate::job).
#[derive(Debug)]
pub struct Topology {
    name: String,
    draft: Draft,
}

impl Topology {
    /// The name of the job.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The nodes, in the order of their definition.
    #[must_use]
    pub fn nodes(&self) -> &[NodeDeclared] {
        &self.draft.nodes
    }

    /// The edges, in the order of their definition.
    #[must_use]
    pub fn edges(&self) -> &[EdgeDeclared] {
        &self.draft.edges
    }

    /// What the job promises about each event.
    #[must_use]
    pub fn delivery(&self) -> Delivery {
        self.draft.delivery
    }

    /// How many instances a node has unless it says otherwise.
    #[must_use]
    pub fn default_instances(&self) -> Instances {
        self.draft.default_instances.unwrap_or(Instances::Exactly(1))
    }

    /// Checks all rules; the error lists every one that is broken.
    ///
    /// # Errors
    /// If a rule is broken.
    pub fn check(&self) -> Result<()> {
        let broken = rules::broken(&self.draft);
        if broken.is_empty() {
            return Ok(());
        }
        Err(self.refused(&broken))
    }

    /// The error that says why the topology cannot run.
    fn refused(&self, broken: &[Broken]) -> Error {
        let list: String = broken.iter().map(ToString::to_string).collect();
        let message = format!("topology `{}` cannot run:{list}", self.name);
        Error::new(ErrorKind::Topology, message)
    }

    /// The error that says that the buffers take too much.
    pub(crate) fn over_budget(&self, needed: Bytes, budget: Bytes, largest: &str) -> Error {
        let (needed, budget) = (needed.to_string(), budget.to_string());
        let sentence = outcome::over_budget(&needed, &budget, largest);
        self.refused(&[Broken::somewhere(sentence)])
    }

    /// How much the buffers of its edges may take, if that is limited.
    #[must_use]
    pub fn memory(&self) -> Option<Bytes> {
        self.draft.memory
    }

    /// What the macro expands to when it has reported an error: it never runs.
    #[doc(hidden)]
    #[must_use]
    pub fn broken() -> Self {
        Self { name: String::new(), draft: Draft::default() }
    }

    /// How to lay out everything, from the ends to the sources.
    pub(crate) fn into_layouts(self) -> impl Iterator<Item = Layout> {
        let Draft { nodes, edges, layouts, .. } = self.draft;
        order::in_order(nodes.len(), &edges, layouts).into_iter()
    }
}

impl fmt::Display for Topology {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{} ({})", self.name, self.delivery())?;
        for edge in self.edges() {
            let name =
                |node: super::NodeId| self.nodes().get(node.0).map_or("?", |node| &node.name);
            let output = match edge.from.port {
                Port::Main => String::new(),
                side => format!(".{side}"),
            };
            let (from, to) = (name(edge.from.node), name(edge.to));
            writeln!(f, "  {from}{output} >> {to} ({})", edge.grouping)?;
        }
        Ok(())
    }
}
