//! Audits: what they count, and that a planted loss is found where it is.
//!
//! Every other test of the engine asserts that its job is balanced; here the numbers are compared.

mod durable;
#[cfg(debug_assertions)]
mod losses;
mod numbers;

use crate::simulation::{self, Simulated};
use crate::support::{BATCHES, INSTANCES};
use futures::FutureExt;
use millstream::metrics::{Audit, AuditedEdge, AuditedNode};
use millstream::prelude::*;

/// Every number of instances with every size of batches.
fn shapes() -> impl Iterator<Item = (usize, usize)> {
    INSTANCES.into_iter().flat_map(|instances| BATCHES.map(|batch| (instances, batch)))
}

/// The audit of a job at its end, whatever it says.
fn audited(topology: Topology, batch: usize) -> Audit {
    let config = Config::default().batch(batch).buffer(64);
    ended(simulation::start(11, topology, config).unwrap())
}

fn ended(mut simulated: Simulated) -> Audit {
    simulated.work();
    let ended = simulated.job.wait().now_or_never();
    ended.expect("the job is not stuck").expect("the job does not fail");
    simulated.job.audit()
}

fn edge<'a>(audit: &'a Audit, from: &str, to: &str) -> &'a AuditedEdge {
    let mut edges = audit.edges().iter();
    let found = edges.find(|edge| (edge.from.as_str(), edge.to.as_str()) == (from, to));
    found.unwrap_or_else(|| panic!("no edge {from} >> {to}\n{audit}"))
}

fn node<'a>(audit: &'a Audit, name: &str) -> &'a AuditedNode {
    let found = audit.nodes().iter().find(|node| node.name == name);
    found.unwrap_or_else(|| panic!("no node {name}\n{audit}"))
}
