//! A declared topology, ready to run.

use crate::error::Result;
use crate::lowering::Layouts;
use crate::topology::{Bytes, Declaration, Delivery, EdgeDeclared, Instances, NodeDeclared};
use millstream_graph::shape::Shape;
use std::fmt;

/// A declared topology, ready to be laid out and run.
///
/// Made by [`topology!`](macro@crate::topology) or a [`Builder`](super::Builder);
/// [`run`](Topology::run) is in [`job`](crate::job).
#[derive(Default)]
pub struct Topology {
    declaration: Declaration,
    layouts: Layouts,
}

impl fmt::Debug for Topology {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Topology").field("declaration", &self.declaration).finish_non_exhaustive()
    }
}

impl Topology {
    pub(super) fn new(declaration: Declaration, layouts: Layouts) -> Self {
        Self { declaration, layouts }
    }

    /// What was declared, as data.
    #[must_use]
    pub fn declaration(&self) -> &Declaration {
        &self.declaration
    }

    /// The name of the job.
    #[must_use]
    pub fn name(&self) -> &str {
        self.declaration.name()
    }

    /// The nodes, in the order of their definition.
    #[must_use]
    pub fn nodes(&self) -> &[NodeDeclared] {
        self.declaration.nodes()
    }

    /// The edges, in the order of their definition.
    #[must_use]
    pub fn edges(&self) -> &[EdgeDeclared] {
        self.declaration.edges()
    }

    /// What the job promises about each event.
    #[must_use]
    pub fn delivery(&self) -> Delivery {
        self.declaration.delivery()
    }

    /// How many instances a node has unless it says otherwise.
    #[must_use]
    pub fn default_instances(&self) -> Instances {
        self.declaration.default_instances()
    }

    /// How much the buffers of its edges may take, if that is limited.
    #[must_use]
    pub fn memory(&self) -> Option<Bytes> {
        self.declaration.memory()
    }

    /// Checks all rules; the error lists every one that is broken.
    ///
    /// # Errors
    /// If a rule is broken.
    pub fn check(&self) -> Result<()> {
        self.declaration.check()
    }

    /// Its nodes and edges as plain data, which can be drawn: `topology.graph().svg()`.
    ///
    /// It can be drawn whatever it promises, also if it could not run. The text is the same
    /// whenever the topology is, so that it can stand in a repository.
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

    /// What the macro expands to when it has reported an error: it never runs.
    #[doc(hidden)]
    #[must_use]
    pub fn broken() -> Self {
        Self::default()
    }

    /// What was declared, and how to lay it out.
    pub(crate) fn into_parts(self) -> (Declaration, Layouts) {
        (self.declaration, self.layouts)
    }
}

impl fmt::Display for Topology {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.declaration.fmt(f)
    }
}
