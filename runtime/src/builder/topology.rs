//! A declared topology, ready to run.

use crate::error::Result;
use crate::lowering::Layout;
use crate::topology::{
    Bytes, Declaration, Delivery, EdgeDeclared, Instances, NodeDeclared, NodeId,
};
use millstream_graph::shape::Shape;
use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};

/// A declared topology: check it, draw it, plan it, and run it.
///
/// Returned by [`topology!`](macro@crate::topology) and [`Builder::build`](super::Builder::build).
/// [`run`](Topology::run) runs it to the end, [`start`](Topology::start) returns a handle to the
/// running [`Job`](crate::Job).
///
/// # Examples
/// ```
/// use millstream::prelude::*;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> millstream::Result<()> {
/// let orders = Collected::new();
/// let topology = topology!(
///     job("orders"),
///     source(from_iter([12, 250])) >> filter(|order| *order > 100) >> sink(orders.sink()),
/// );
/// assert_eq!(topology.nodes().len(), 3);
/// topology.run(Config::default()).await?;
/// assert_eq!(orders.take(), [250]);
/// # Ok(())
/// # }
/// ```
///
/// A topology that never runs is a warning, here as an error:
/// ```compile_fail
/// # #![deny(unused_must_use)]
/// use millstream::prelude::*;
///
/// topology!(source(from_iter([1])) >> ignore);
/// ```
#[must_use = "a topology does nothing until it runs: `.run(config).await`, or `.start(config)`"]
#[derive(Default)]
pub struct Topology {
    declaration: Declaration,
    layouts: Vec<(NodeId, Layout)>,
    /// Whether the command line asks for a table of its nodes while it runs.
    shows_table: AtomicBool,
}

impl fmt::Debug for Topology {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Topology").field("declaration", &self.declaration).finish_non_exhaustive()
    }
}

impl Topology {
    pub(super) fn new(declaration: Declaration, layouts: Vec<(NodeId, Layout)>) -> Self {
        Self { declaration, layouts, shows_table: AtomicBool::new(false) }
    }

    /// The topology as data.
    ///
    /// # Examples
    /// ```
    /// use millstream::prelude::*;
    /// use millstream::topology::NodeId;
    ///
    /// let topology = topology!(lines = source(from_iter(["a"])), lines >> ignore);
    /// assert_eq!(topology.declaration().name_of(NodeId(0)), "lines");
    /// ```
    #[must_use]
    pub fn declaration(&self) -> &Declaration {
        &self.declaration
    }

    /// The name of the job; `job` if the topology does not set one.
    ///
    /// # Examples
    /// ```
    /// use millstream::prelude::*;
    ///
    /// let named = topology!(job("copy"), source(from_iter([1])) >> ignore);
    /// let unnamed = topology!(source(from_iter([1])) >> ignore);
    /// assert_eq!((named.name(), unnamed.name()), ("copy", "job"));
    /// ```
    #[must_use]
    pub fn name(&self) -> &str {
        self.declaration.name()
    }

    /// The nodes, in the order of their definition.
    ///
    /// # Examples
    /// ```
    /// use millstream::prelude::*;
    ///
    /// let topology = topology!(
    ///     lines = source(from_iter(["a"])),
    ///     lengths = lines >> map(str::len),
    ///     lengths >> ignore,
    /// );
    /// let names: Vec<&str> = topology.nodes().iter().map(|node| node.name.as_str()).collect();
    /// assert_eq!(names, ["lines", "lengths", "lengths_ignored"]);
    /// ```
    #[must_use]
    pub fn nodes(&self) -> &[NodeDeclared] {
        self.declaration.nodes()
    }

    /// The edges, in the order of their definition.
    ///
    /// # Examples
    /// ```
    /// use millstream::prelude::*;
    ///
    /// let topology = topology!(
    ///     lines = source(from_iter(["a"])),
    ///     lines >> by(|line| *line) >> map(str::len) * 2 >> ignore,
    /// );
    /// assert_eq!(topology.edges()[0].grouping.to_string(), "by key");
    /// ```
    #[must_use]
    pub fn edges(&self) -> &[EdgeDeclared] {
        self.declaration.edges()
    }

    /// The delivery guarantee of the job.
    ///
    /// # Examples
    /// ```
    /// use millstream::prelude::*;
    ///
    /// let topology = topology!(job("copy", at_most_once), source(from_iter([1])) >> ignore);
    /// assert_eq!(topology.delivery(), Delivery::AtMostOnce);
    /// ```
    #[must_use]
    pub fn delivery(&self) -> Delivery {
        self.declaration.delivery()
    }

    /// The number of instances of nodes without a number of their own.
    ///
    /// # Examples
    /// ```
    /// use millstream::prelude::*;
    /// use millstream::topology::Instances;
    ///
    /// let topology = topology!(job("copy").instances(4), source(from_iter([1])) >> ignore);
    /// assert_eq!(topology.default_instances(), Instances::Exactly(4));
    /// ```
    #[must_use]
    pub fn default_instances(&self) -> Instances {
        self.declaration.default_instances()
    }

    /// The limit on the memory of all buffers, if one is set.
    ///
    /// # Examples
    /// ```
    /// use millstream::prelude::*;
    ///
    /// let topology = topology!(job("copy").memory(64.mib()), source(from_iter([1])) >> ignore);
    /// assert_eq!(topology.memory(), Some(64.mib()));
    /// ```
    #[must_use]
    pub fn memory(&self) -> Option<Bytes> {
        self.declaration.memory()
    }

    /// Checks the topology against all rules without running it, as a unit test may do.
    ///
    /// [`plan`](Topology::plan) and [`start`](Topology::start) check it too.
    ///
    /// # Errors
    /// [`ErrorKind::Topology`](crate::ErrorKind::Topology) if a rule is broken. The message lists
    /// every broken rule, with its place in the source and a fix.
    ///
    /// # Examples
    /// ```
    /// use millstream::prelude::*;
    ///
    /// let job = Builder::new("orders");
    /// let orders = job.source(from_iter([1, 2])).map(|order| order + 1).named("orders");
    /// orders.instances(0).filter(|order| *order > 1).ignore();
    /// let error = job.build().check().unwrap_err();
    /// assert!(error.to_string().contains("a node needs an instance"));
    /// ```
    pub fn check(&self) -> Result<()> {
        self.declaration.check()
    }

    /// The nodes and edges as plain data, to be drawn: `topology.graph().svg()`.
    ///
    /// A topology can be drawn even if it breaks a rule. Equal topologies are drawn as equal text,
    /// so that a drawing can be committed to a repository and compared.
    ///
    /// # Examples
    /// ```
    /// use millstream::prelude::*;
    ///
    /// let topology = topology!(
    ///     job("copy", at_most_once),
    ///     numbers = source(from_iter([1_u64, 2])),
    ///     numbers >> sink(stdout_lines()),
    /// );
    /// assert_eq!(
    ///     topology.graph().mermaid(),
    ///     r#"---
    /// title: "copy · at_most_once"
    /// ---
    /// flowchart LR
    ///     n0(["numbers<br/>FromIter"])
    ///     n1[("numbers_sink<br/>StdoutLines")]
    ///     n0 -->|"u64"| n1
    /// "#
    /// );
    /// ```
    #[must_use]
    pub fn graph(&self) -> Shape {
        self.declaration.graph()
    }

    /// What the macro expands to after it has reported an error. It never runs.
    #[doc(hidden)]
    pub fn broken() -> Self {
        Self::default()
    }

    /// Has its job show a table of its nodes.
    pub(crate) fn show_table(&self) {
        self.shows_table.store(true, Ordering::Relaxed);
    }

    pub(crate) fn shows_table(&self) -> bool {
        self.shows_table.load(Ordering::Relaxed)
    }

    /// The topology as data, and the layouts of its chains.
    pub(crate) fn into_parts(self) -> (Declaration, Vec<(NodeId, Layout)>) {
        (self.declaration, self.layouts)
    }
}

impl fmt::Display for Topology {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.declaration.fmt(f)
    }
}
