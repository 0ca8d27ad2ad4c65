//! The result of an audit.

use std::fmt;

/// Whether every event of a job is accounted for; returned by [`Job::audit`](crate::Job::audit).
///
/// On each edge, what the node upstream has emitted is received, dropped or in flight. In each
/// node, what it has received or restored is processed, late, an error or buffered; and an operator
/// that emits at most one event for each emits it, filters it or reports an error.
///
/// `Display` prints a table of edges and one of nodes; below a line that does not balance is a
/// sentence that says by how much.
///
/// # Examples
/// ```
/// use millstream::prelude::*;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> millstream::Result<()> {
/// let topology = topology!(
///     readings = source(from_iter([3, 40, 5])),
///     hot = readings >> filter(|celsius| *celsius > 30),
///     hot >> ignore,
/// );
/// let mut job = topology.start(Config::default())?;
/// job.wait().await?;
/// let audit = job.audit();
/// assert!(audit.is_balanced(), "{audit}");
/// let hot = audit.nodes().iter().find(|node| node.name == "hot").unwrap();
/// assert_eq!((hot.received, hot.emitted, hot.filtered), (3, 1, Some(2)));
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, Default)]
pub struct Audit {
    pub(super) rest: JobRest,
    pub(super) edges: Vec<AuditedEdge>,
    pub(super) nodes: Vec<AuditedNode>,
    pub(super) imbalances: Vec<Imbalance>,
}

/// Whether a job is at rest, so that its counts are exact.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum JobRest {
    /// It runs, or was stopped with events in flight.
    #[default]
    None,
    /// It is suspended: some events are kept in its last checkpoint.
    Suspended,
    /// All its input is processed.
    AtEnd,
}

/// The events of an edge, over all instances and since the last start or restart of the job.
///
/// A node that reads one output twice, such as a join of a stream with itself, has one edge for
/// both, on which each event counts twice.
///
/// # Examples
/// ```
/// use millstream::metrics::Audit;
///
/// fn in_flight(audit: &Audit) -> u64 {
///     audit.edges().iter().map(|edge| edge.in_flight).sum()
/// }
/// assert_eq!(in_flight(&Audit::default()), 0);
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct AuditedEdge {
    /// The node upstream, with its side output if the edge begins at one: `orders.late`.
    pub from: String,
    /// The node downstream.
    pub to: String,
    /// Events emitted by the node upstream, copies for further instances included.
    pub emitted: u64,
    /// Events received by the node downstream.
    pub received: u64,
    /// Events for which the edge had no room.
    pub dropped: u64,
    /// Events emitted that are neither received nor dropped.
    pub in_flight: u64,
}

/// What a node has done with its events, over all instances and since the last start or restart of
/// the job.
///
/// # Examples
/// ```
/// use millstream::metrics::Audit;
///
/// fn buffered(audit: &Audit) -> u64 {
///     audit.nodes().iter().map(|node| node.buffered).sum()
/// }
/// assert_eq!(buffered(&Audit::default()), 0);
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct AuditedNode {
    /// Its name.
    pub name: String,
    /// Events received on all edges; for a source, read.
    pub received: u64,
    /// Events taken back from the checkpoint that the job began with.
    pub restored: u64,
    /// Events that the node is done with, errors not included. An event is processed once it is
    /// folded into the value of a window, or has left the side of a join.
    pub processed: u64,
    /// Late events.
    pub late: u64,
    /// Errors, those of results of windows included.
    pub errors: u64,
    /// Events that wait in the node: in a join, in order, for a timer, in a call.
    pub buffered: u64,
    /// Events emitted by the main output; 0 for a sink.
    pub emitted: u64,
    /// Events for which an operator that emits at most one has emitted none; `None` for a node that
    /// may emit several.
    pub filtered: Option<u64>,
}

/// An edge or a node whose events are not all accounted for.
///
/// # Examples
/// ```
/// use millstream::metrics::Imbalance;
///
/// fn report(found: &[Imbalance]) {
///     found.iter().for_each(|one| eprintln!("{one}"));
/// }
/// report(&[]);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Imbalance {
    /// The node, or the edge as `orders >> paid`.
    pub place: String,
    /// What does not balance, and by how much, without the place.
    pub what: String,
}

impl Audit {
    /// Whether every event is accounted for. See [`is_exact`](Self::is_exact): nothing is found
    /// while the job runs.
    #[must_use]
    pub fn is_balanced(&self) -> bool {
        self.imbalances.is_empty()
    }

    /// Whether the job is at rest: it has ended by itself, drained, or was suspended.
    ///
    /// If not, batches in progress show as events in flight, and no imbalance is reported.
    ///
    /// # Examples
    /// ```
    /// use millstream::metrics::Audit;
    ///
    /// assert!(!Audit::default().is_exact());
    /// ```
    #[must_use]
    pub fn is_exact(&self) -> bool {
        self.rest != JobRest::None
    }

    /// The edges and nodes that do not balance.
    #[must_use]
    pub fn imbalances(&self) -> &[Imbalance] {
        &self.imbalances
    }

    /// All edges, in the order of their definition.
    #[must_use]
    pub fn edges(&self) -> &[AuditedEdge] {
        &self.edges
    }

    /// All nodes, in the order of their definition.
    #[must_use]
    pub fn nodes(&self) -> &[AuditedNode] {
        &self.nodes
    }

    fn write_imbalances(&self, place: &str, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let of_place = self.imbalances.iter().filter(|found| found.place == place);
        of_place.into_iter().try_for_each(|found| writeln!(f, "  ! {}", found.what))
    }
}

impl AuditedEdge {
    /// How the edge is named: `orders >> paid`.
    pub(super) fn place(&self) -> String {
        format!("{} >> {}", self.from, self.to)
    }
}

impl fmt::Display for Imbalance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.what)
    }
}

impl fmt::Display for Audit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "{:<40} {:>12} {:>12} {:>9} {:>9}",
            "edge", "emitted", "received", "dropped", "in flight"
        )?;
        for edge in &self.edges {
            let AuditedEdge { emitted, received, dropped, in_flight, .. } = edge;
            let place = edge.place();
            writeln!(f, "{place:<40} {emitted:>12} {received:>12} {dropped:>9} {in_flight:>9}")?;
            self.write_imbalances(&place, f)?;
        }
        writeln!(
            f,
            "{:<40} {:>12} {:>12} {:>9} {:>9}",
            "node", "received", "processed", "buffered", "emitted"
        )?;
        for node in &self.nodes {
            let AuditedNode { name, received, processed, buffered, emitted, .. } = node;
            write!(f, "{name:<40} {received:>12} {processed:>12} {buffered:>9} {emitted:>9}")?;
            for (what, count) in [
                ("restored", node.restored),
                ("late", node.late),
                ("errors", node.errors),
                ("filtered", node.filtered.unwrap_or(0)),
            ] {
                if count > 0 {
                    write!(f, "  {count} {what}")?;
                }
            }
            writeln!(f)?;
            self.write_imbalances(name, f)?;
        }
        if self.is_exact() {
            return Ok(());
        }
        writeln!(f, "The job is not at rest: batches in progress count as in flight.")
    }
}
