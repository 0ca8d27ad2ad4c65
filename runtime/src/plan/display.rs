//! The plan as a readable table.

use super::{Plan, PlannedEdge, PlannedNode, PlannedPath};
use crate::sink::RepeatEffect;
use crate::topology::{Delivery, NodeId, OutputKind};
use std::fmt;

/// A table whose rows have as many cells as its header.
struct TextTable(Vec<Vec<String>>);

impl TextTable {
    fn of<const N: usize>(head: [&str; N]) -> Self {
        Self(vec![head.map(str::to_owned).to_vec()])
    }

    fn row<const N: usize>(&mut self, cells: [String; N]) {
        self.0.push(cells.to_vec());
    }
}

impl fmt::Display for TextTable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let columns = self.0.first().map_or(0, Vec::len);
        let width = |column: usize| {
            let cells = self.0.iter().filter_map(|row| row.get(column));
            cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
        };
        let widths: Vec<usize> = (0..columns).map(width).collect();
        for row in &self.0 {
            let mut line = String::new();
            for (cell, width) in row.iter().zip(&widths) {
                line.push_str(&format!("{cell:<width$}  "));
            }
            writeln!(f, "{}", line.trim_end())?;
        }
        Ok(())
    }
}

impl Plan {
    fn name(&self, id: NodeId) -> &str {
        self.node(id).map_or("?", |node| &node.name)
    }

    fn nodes_table(&self) -> TextTable {
        let mut table = TextTable::of(["node", "×", "stage", "work", "declared at"]);
        for node in &self.nodes {
            let PlannedNode { name, instances, stage, work, in_flight, location } = node;
            let calls = in_flight.filter(|calls| *calls > 1);
            table.row([
                name.clone(),
                instances.to_string(),
                stage.to_string(),
                calls.map_or_else(|| work.clone(), |calls| format!("{work}, {calls} in flight")),
                location.clone(),
            ]);
        }
        table
    }

    fn edges_table(&self) -> TextTable {
        let head = ["edge", "how", "why", "grouping", "events", "buffer", "at most"];
        let mut table = TextTable::of(head);
        for edge in &self.edges {
            let how = if edge.reason.is_call() { "call" } else { "channel" };
            let why = edge.reason.to_string();
            let mut why = why.split_once(": ").map_or(why.as_str(), |(_, why)| why).to_owned();
            if let Some(reason) = edge.weakened {
                why.push_str(", weakened: ");
                why.push_str(reason);
            }
            let (buffer, bytes) = edge.buffer.map_or_else(Default::default, |buffer| {
                (format!("{} × {}", buffer.channels, buffer.events), buffer.bytes.to_string())
            });
            table.row([
                self.edge_name(edge),
                how.to_owned(),
                why,
                edge.grouping.to_string(),
                edge.events.short_name(),
                buffer,
                bytes,
            ]);
        }
        table
    }

    fn paths_table(&self) -> TextTable {
        let mut table = TextTable::of(["path", "source", "sink", "guarantee", "weaker because"]);
        for path in &self.paths {
            let PlannedPath { from, to, source, sink, guarantee, weaker } = path;
            let weaker: Vec<_> = weaker.iter().map(ToString::to_string).collect();
            table.row([
                format!("{} >> {}", self.name(*from), self.name(*to)),
                source.to_string(),
                effect(*sink).to_owned(),
                guarantee.to_string(),
                weaker.join("; "),
            ]);
        }
        table
    }

    fn edge_name(&self, edge: &PlannedEdge) -> String {
        let output = match edge.from.port {
            OutputKind::Main => String::new(),
            side => format!(".{side}"),
        };
        format!("{}{output} >> {}", self.name(edge.from.node), self.name(edge.to))
    }
}

/// What a sink does about an event that is written again.
fn effect(sink: RepeatEffect) -> &'static str {
    match sink {
        RepeatEffect::Commits => "commits",
        RepeatEffect::CutBack => "is cut back",
        RepeatEffect::Replaces => "is idempotent",
        RepeatEffect::Duplicates => "repeats",
    }
}

/// `1 task`, `2 tasks`
fn counted((count, what): (usize, &str)) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}

impl fmt::Display for Plan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (tasks, calls) = (self.tasks(), self.edges.iter().filter(|e| e.reason.is_call()));
        let calls = calls.count();
        let channels = self.edges.len() - calls;
        let [tasks, calls, channels] =
            [(tasks, "task"), (calls, "call"), (channels, "channel")].map(counted);
        writeln!(f, "{} ({}): {tasks}, {calls}, {channels}\n", self.name, self.delivery)?;
        writeln!(f, "{}", self.nodes_table())?;
        writeln!(f, "{}", self.edges_table())?;
        // Without checkpoints all of them are `at most once`.
        if self.delivery != Delivery::AtMostOnce && !self.paths.is_empty() {
            writeln!(f, "{}", self.paths_table())?;
        }
        write!(f, "buffers: {} when all are full", self.memory())?;
        match self.budget {
            Some(budget) => writeln!(f, ", limited to {budget}"),
            None => writeln!(f),
        }
    }
}
