//! Makes a job that fails smaller, so that what is wrong with it can be seen.

use super::cases::Case;
use super::nodes::Node;
use super::survives;

/// How many smaller jobs are tried.
const TRIES: usize = 300;

/// The smallest job found that still fails, and what is wrong with it.
pub fn smallest(case: Case, wrong: String) -> (Case, String) {
    let (mut smallest, mut tried) = ((case, wrong), 0);
    loop {
        let candidates = smaller(&smallest.0);
        let failing = candidates.into_iter().find_map(|case| {
            tried += 1;
            let wrong = if tried > TRIES { None } else { survives(&case).err() };
            wrong.map(|wrong| (case, wrong))
        });
        match failing {
            Some(failing) => smallest = failing,
            None => return smallest,
        }
    }
}

/// Jobs that are a little smaller: a node less, half of the events, or simpler settings.
fn smaller(case: &Case) -> Vec<Case> {
    let mut all = Vec::new();
    for at in (0..case.nodes.len()).rev() {
        all.extend(without(case, at));
    }
    for at in 0..case.nodes.len() {
        if let Node::Source(count @ 2..) = case.nodes[at] {
            let mut nodes = case.nodes.clone();
            nodes[at] = Node::Source(count / 2);
            all.push(Case { nodes, ..case.clone() });
        }
    }
    let simpler = [
        Case { instances: 1, ..case.clone() },
        Case { batch: 1_024, ..case.clone() },
        Case { buffer: 1_024, ..case.clone() },
    ];
    let settings = |case: &Case| (case.instances, case.batch, case.buffer);
    all.extend(simpler.into_iter().filter(|simpler| settings(simpler) != settings(case)));
    all
}

/// The job without a node, unless another refers to it.
fn without(case: &Case, at: usize) -> Option<Case> {
    let is_used = case.nodes.iter().any(|node| node.refers_to().into_iter().any(|from| from == at));
    if is_used || case.nodes.len() < 2 {
        return None;
    }
    let mut nodes = case.nodes.clone();
    nodes.remove(at);
    nodes.iter_mut().for_each(|node| {
        node.each_reference(|from| *from -= usize::from(*from > at));
    });
    nodes.iter().any(|node| matches!(node, Node::Source(_))).then(|| Case { nodes, ..case.clone() })
}

#[test]
fn a_job_that_fails_is_made_smaller() {
    use millstream::mutant::Mutant;
    Mutant::plant(Some(Mutant::StoreNotSaved));
    let failing = (0..100).map(Case::of).find_map(|case| {
        let wrong = survives(&case).err()?;
        Some((case.nodes.len(), smallest(case, wrong)))
    });
    Mutant::plant(None);
    let (before, (small, _)) = failing.unwrap();
    assert!(small.nodes.len() < before, "{small}");
    let store = |node: &Node| matches!(node, Node::Window(..) | Node::Join(..));
    assert_eq!(small.nodes.iter().filter(|node| store(node)).count(), 1, "{small}");
}
