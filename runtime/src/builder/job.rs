//! The builder of a job.

use super::declared::{Declared, Ends};
use super::draft::SharedDraft;
use super::outputs::OfNode;
use super::promise::{Promise, at_most_once};
use super::stream::Stream;
use super::time::Untimed;
use super::topology::Topology;
use super::words;
use crate::env::FileUse;
use crate::key::KeyGroups;
use crate::lowering::{ChainSpec, Fused, Links, Open, SourceSpec};
use crate::source::{Malformed, Reader, Replayability};
use crate::state::Memory;
use crate::topology::{Bytes, Carried, Instances, Naming, NodeKind, UnconnectedLate, rules};
use millstream_graph::sentence::shape;
use std::convert::Infallible;
use std::fmt;
use std::marker::PhantomData;
use std::panic::Location;

/// Declares a job in plain Rust, without [`topology!`](macro@crate::topology): add sources, call
/// verbs on their streams, and [`build`](Builder::build).
///
/// `D` is the delivery guarantee of the job, which the compiler checks sources against. See the
/// [module](mod@crate::builder) for an example of a whole job.
///
/// # Examples
/// ```
/// use millstream::prelude::*;
///
/// let job = Builder::new("copy").delivery(at_most_once).memory(1.mib()).instances(2);
/// job.source(from_iter([1, 2])).named("numbers").ignore();
/// let topology = job.build();
/// assert_eq!(topology.name(), "copy");
/// assert!(topology.check().is_ok());
/// ```
#[derive(Debug)]
pub struct Builder<D = at_most_once> {
    draft: SharedDraft,
    promise: PhantomData<fn() -> D>,
}

/// The side outputs of a source.
pub type SourceOutputs = OfNode<Infallible, Malformed>;

/// The chain of a source: nothing but the source.
pub type SourceChain<C> = Fused<C, Links<1>>;

/// The stream of a source in a job with the delivery guarantee `D`.
pub type SourceStream<T, D, C> =
    Stream<T, Untimed<<D as Promise>::Memory>, SourceOutputs, SourceChain<C>>;

impl Builder<at_most_once> {
    /// Starts the declaration of a job with this name and the guarantee `at_most_once`.
    ///
    /// The name appears in drawings, plans and errors.
    ///
    /// # Examples
    /// ```
    /// use millstream::prelude::*;
    ///
    /// let job = Builder::new("orders");
    /// job.source(from_iter(["book"])).ignore();
    /// assert_eq!(job.build().name(), "orders");
    /// ```
    #[must_use]
    pub fn new(name: impl Into<String>) -> Self {
        let draft = SharedDraft::default();
        draft.declaration().name = name.into();
        Self { draft, promise: PhantomData }
    }
}

impl<D> Builder<D> {
    pub(super) fn draft(&self) -> &SharedDraft {
        &self.draft
    }
}

impl<D: Promise> Builder<D> {
    /// Sets the delivery guarantee of the job; `at_most_once` unless called.
    ///
    /// Given as a word, such as `exactly_once`, the compiler checks it against every source, and in
    /// [`topology!`](macro@crate::topology) against every sink. A
    /// [`Delivery`](crate::topology::Delivery) known only at run time is checked at start. Call it
    /// before adding sources.
    ///
    /// # Examples
    /// ```
    /// use millstream::prelude::*;
    ///
    /// let guarantee = Delivery::ExactlyOnce; // read from a configuration, say
    /// let job = Builder::new("payments").delivery(guarantee);
    /// job.source(from_iter([1, 2])).ignore();
    /// let topology = job.build();
    /// assert_eq!(topology.delivery(), Delivery::ExactlyOnce);
    /// assert!(topology.check().is_err()); // an iterator cannot replay
    /// ```
    #[must_use]
    pub fn delivery<P: Promise>(self, promise: P) -> Builder<P> {
        self.draft.declaration().delivery = promise.delivery();
        Builder { draft: self.draft, promise: PhantomData }
    }

    /// Limits the memory of all buffers together; a job whose edges can hold more is refused at
    /// start. No limit unless called.
    ///
    /// The limit counts the size of the events themselves, with their times and hashes. It does not
    /// count what events own on the heap, nor state and windows.
    ///
    /// # Examples
    /// ```
    /// use millstream::prelude::*;
    ///
    /// let topology = |limit| {
    ///     let job = Builder::new("frames").memory(limit);
    ///     let frames = job.source(from_iter([[0_u8; 1_024]]));
    ///     frames.buffer(100).map(|frame| frame.len()).ignore();
    ///     job.build()
    /// };
    /// assert!(topology(1.mib()).plan(&Config::default()).is_ok());
    /// assert!(topology(64.kib()).plan(&Config::default()).is_err());
    /// ```
    #[must_use]
    pub fn memory(self, bytes: Bytes) -> Self {
        self.draft.declaration().memory = Some(bytes);
        self
    }

    /// Sets the number of key groups, the units in which keys are divided among instances: at least
    /// the greatest number of instances downstream of `by`. Default 256; at most 32,768.
    ///
    /// Instances own nearly equal numbers of groups, so a few groups per instance balance them. The
    /// number decides which instance owns a key. Call it before adding sources. Beyond these bounds
    /// the job is refused at start.
    ///
    /// # Examples
    /// ```
    /// use millstream::prelude::*;
    ///
    /// let topology = topology!(
    ///     job("users").key_groups(2_048),
    ///     source(from_iter(["ann", "bob"])) >> by(|user| *user) >> map(str::len) * 400 >> ignore,
    /// );
    /// assert!(topology.check().is_ok());
    /// ```
    #[must_use]
    pub fn key_groups(self, groups: usize) -> Self {
        let mut declaration = self.draft.declaration();
        match KeyGroups::new(groups) {
            Some(groups) => declaration.key_groups = Some(groups),
            None => declaration.broken.push(shape::impossible_key_groups()),
        }
        drop(declaration);
        self
    }

    /// Says that late events of all windows, joins, `dedupe` and `in_order` are dropped, unless
    /// their output is connected: `late(ignore)`. They are counted as late at their node. Without
    /// it a job with an output of late events that is not connected is refused.
    ///
    /// # Examples
    /// ```
    /// use millstream::prelude::*;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> millstream::Result<()> {
    /// let out = Collected::new();
    /// let topology = topology!(
    ///     job("clicks").late(ignore),
    ///     counts = source(from_iter([5_i64, 61, 3, 121]))
    ///         >> event_time(|at| EventTime::from_secs(*at), lateness(0.secs()))
    ///         >> by(|_| ())
    ///         >> window(tumbling(1.mins()))
    ///         >> aggregate(|at| *at, count()),
    ///     counts >> map(|minute| minute.value) >> sink(out.sink()),
    /// );
    /// let mut job = topology.start(Config::default())?;
    /// job.wait().await?;
    /// assert_eq!(job.metrics().node("counts").unwrap().total().late, 1); // the 3
    /// assert_eq!(out.take(), [1, 1, 1]);
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn late(self, _: words::ignore) -> Self {
        self.draft.declaration().late = UnconnectedLate::Dropped;
        self
    }

    /// Sets the default number of instances of operators, used downstream of `by`, `shuffle` and
    /// [`default_instances`](Stream::default_instances); 1 unless called.
    ///
    /// Sources and sinks always have one instance. 0 is refused at start.
    ///
    /// # Examples
    /// ```
    /// use millstream::prelude::*;
    /// use millstream::topology::Instances;
    ///
    /// let job = Builder::new("words").instances(Instances::auto());
    /// job.source(from_iter(["to", "be"])).by(|word| *word).map(str::len).ignore();
    ///
    /// let plan = job.build().plan(&Config::default().cores(8))?;
    /// assert_eq!(plan.nodes()[1].instances, 8);
    /// # Ok::<(), millstream::Error>(())
    /// ```
    #[must_use]
    pub fn instances(self, instances: impl Into<Instances>) -> Self {
        self.draft.declaration().default_instances = Some(instances.into());
        self
    }

    /// Adds a source, given as the function that opens it.
    #[track_caller]
    pub(super) fn begin<T, R>(
        &self,
        open: Open<R>,
        kind: Carried,
        replaying: Replayability,
        files: Vec<FileUse>,
    ) -> Sourced<T, R, D> {
        let (location, one) = (Location::caller(), Instances::Exactly(1));
        let mut declaration = self.draft.declaration();
        let (name, source) = (("source", Naming::Engine), NodeKind::Source(replaying));
        let node = declaration.add_node(name, source, one, location);
        declaration.set_work(node, &kind.base_name());
        declaration.set_files(node, files);
        if D::Memory::DURABLE && !open.opens_again() {
            declaration.opened_once.push(node);
        }
        let declared = Declared::at(self.draft.clone(), node, Ends::AtNode);
        Sourced { declared, chain: SourceSpec::new(open, node), promise: PhantomData }
    }

    /// Ends the declaration.
    ///
    /// Broken rules, such as a stream that goes nowhere, do not fail here. They are reported
    /// together by [`Topology::check`], and when the job starts.
    ///
    /// # Examples
    /// ```
    /// use millstream::prelude::*;
    ///
    /// let job = Builder::new("forgotten");
    /// let lines = job.source(from_iter(["a"])).named("lines");
    /// drop(lines); // goes nowhere
    /// let error = job.build().check().unwrap_err();
    /// assert!(error.to_string().contains("lines"));
    /// ```
    pub fn build(self) -> Topology {
        let mut declaration = std::mem::take(&mut *self.draft.declaration());
        rules::name_nodes(&mut declaration);
        Topology::new(declaration, self.draft.layouts.take())
    }
}

/// A declared source, about to become a stream.
pub struct Sourced<T, R, D> {
    declared: Declared,
    chain: SourceSpec<R, T>,
    promise: PhantomData<fn() -> D>,
}

impl<T, R, D> fmt::Debug for Sourced<T, R, D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sourced").field("from", &self.declared.from).finish_non_exhaustive()
    }
}

impl<T: Send + 'static, R: Reader<T>, D: Promise> Sourced<T, R, D> {
    /// The stream of its events.
    #[must_use]
    pub fn stream(self) -> SourceStream<T, D, impl ChainSpec<Out = T> + use<T, R, D>> {
        Stream::new(self.declared, Fused::new(self.chain))
    }
}
