//! The nodes of before, and the present ones.

use super::file::{EdgeLine, GraphFile, NodeLine};
use super::line::{DiffLine, Sign};
use std::collections::BTreeSet;

/// The nodes of two graphs, by their names.
pub(super) struct Pairs<'a> {
    /// The nodes that are in both, as they were and as they are.
    pub(super) both: Vec<(&'a NodeLine, &'a NodeLine)>,
    /// The nodes that have another name now, as they were and as they are.
    pub(super) renamed: Vec<(&'a NodeLine, &'a NodeLine)>,
    pub(super) gone: Vec<&'a NodeLine>,
    pub(super) new: Vec<&'a NodeLine>,
}

impl<'a> Pairs<'a> {
    pub(super) fn of(old: &'a GraphFile, new: &'a GraphFile) -> Self {
        let find = |graph: &'a GraphFile, name: &str| graph.nodes.iter().find(|n| n.name == name);
        let both = old.nodes.iter().filter_map(|was| Some((was, find(new, &was.name)?)));
        let gone = old.nodes.iter().filter(|was| find(new, &was.name).is_none());
        let added = new.nodes.iter().filter(|is| find(old, &is.name).is_none());
        let mut pairs = Self {
            both: both.collect(),
            renamed: Vec::new(),
            gone: gone.collect(),
            new: added.collect(),
        };
        // In the order of the topology: the name of a node upstream is known by then.
        while let Some(renamed) = pairs.next_renamed(old, new) {
            pairs.gone.retain(|was| was.name != renamed.0.name);
            pairs.new.retain(|is| is.name != renamed.1.name);
            pairs.renamed.push(renamed);
        }
        pairs
    }

    /// A node that is gone and a new one that does the same behind the same nodes, if there are no
    /// others like them.
    fn next_renamed(
        &self,
        old: &'a GraphFile,
        new: &'a GraphFile,
    ) -> Option<(&'a NodeLine, &'a NodeLine)> {
        let inputs = |graph: &'a GraphFile, to: &str| -> BTreeSet<(String, Option<&'a str>)> {
            let edges = graph.edges.iter().filter(|edge| edge.to == to);
            edges.map(|edge| (self.now(&edge.from).to_owned(), edge.output.as_deref())).collect()
        };
        let alike = |was: &NodeLine, is: &NodeLine| {
            (&was.kind, &was.operator) == (&is.kind, &is.operator)
                && inputs(old, &was.name) == inputs(new, &is.name)
        };
        self.gone.iter().find_map(|was| {
            let mut found = self.new.iter().filter(|is| alike(was, is));
            let is = found.next().filter(|_| found.next().is_none())?;
            let others = self.gone.iter().filter(|other| alike(other, is)).count();
            (others == 1).then_some((*was, *is))
        })
    }

    /// The present name of a node of before.
    pub(super) fn now<'n>(&'n self, name: &'n str) -> &'n str {
        let renamed = self.renamed.iter().find(|(was, _)| was.name == name);
        renamed.map_or(name, |(_, is)| &is.name)
    }

    /// An edge by the present names of its nodes.
    pub(super) fn edge_now(&self, edge: &EdgeLine) -> String {
        let output = edge.output.as_deref().map(|output| format!(".{output}")).unwrap_or_default();
        format!("{}{output} >> {}", self.now(&edge.from), self.now(&edge.to))
    }
}

/// What has changed in the nodes, planned for these numbers of cores.
pub(super) fn lines(pairs: &Pairs<'_>, cores: (Option<usize>, Option<usize>)) -> Vec<DiffLine> {
    let mut lines = Vec::new();
    for was in &pairs.gone {
        lines.push(DiffLine::new(Sign::Gone, format!("`{}` is gone: {}", was.name, what(was))));
    }
    for is in &pairs.new {
        let text = format!("`{}` is new: {}, at {}", is.name, what(is), is.location);
        lines.push(DiffLine::new(Sign::New, text));
    }
    for (was, is) in &pairs.renamed {
        let text = format!("`{}` was called `{}`: metrics have the new name", is.name, was.name);
        lines.push(DiffLine::new(Sign::Changed, text));
    }
    for (was, is) in pairs.both.iter().chain(&pairs.renamed) {
        let mut changed = |text: String| {
            lines.push(DiffLine::new(Sign::Changed, format!("`{}` {text}", is.name)));
        };
        if was.kind != is.kind {
            changed(format!("is {}, and was {}", kind(is), kind(was)));
        }
        if was.operator != is.operator {
            changed(format!("runs `{}`, and ran `{}`", is.operator, was.operator));
        }
        if let Some((before, now)) = instances(was, is, cores) {
            let instances = if now == "1" { "instance" } else { "instances" };
            changed(format!("has {now} {instances}, and had {before}"));
        }
    }
    lines
}

/// The numbers of instances, if they differ by more than the cores.
fn instances(
    was: &NodeLine,
    is: &NodeLine,
    cores: (Option<usize>, Option<usize>),
) -> Option<(String, String)> {
    let counted = |node: &NodeLine| match (node.count, &*node.instances) {
        (Some(count), _) => count.to_string(),
        (None, "") => "1".to_owned(),
        (None, declared) => declared.to_owned(),
    };
    let same_cores = cores.0 == cores.1;
    let differ = match (was.count, is.count) {
        (Some(before), Some(now)) if same_cores => before != now,
        _ => was.instances != is.instances,
    };
    differ.then(|| (counted(was), counted(is)))
}

/// What a node is, and what it runs.
fn what(node: &NodeLine) -> String {
    if node.operator.is_empty() || node.operator == node.name {
        return kind(node).to_owned();
    }
    format!("{} (`{}`)", kind(node), node.operator)
}

fn kind(node: &NodeLine) -> &str {
    match &*node.kind {
        "source" => "a source",
        "operator" => "an operator",
        "awaiting" => "an operator that awaits",
        "sink" => "a sink",
        "ignored" => "the end of an ignored stream",
        other => other,
    }
}
