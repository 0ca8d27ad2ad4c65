//! What a change of a topology does: the graph of before, compared with the present one.

mod edges;
mod file;
mod line;
mod nodes;
mod paths;
mod states;

use super::keeps::NodeKeeps;
use crate::builder::Topology;
use crate::error::Result;
use crate::job::Config;
use file::GraphFile;
use line::{DiffLine, Sign};
use nodes::Pairs;

impl Topology {
    /// What has changed since a graph was written as JSON.
    ///
    /// # Errors
    /// If the topology breaks a rule, or if the file cannot be read.
    pub(super) fn compared(&self, config: &Config, path: &str) -> Result<String> {
        self.plan(config)?;
        let old = GraphFile::read(path)?;
        let new = GraphFile::parse(path, &self.described(config).json())?;
        let keeps = NodeKeeps::of_all(self.declaration());
        let pairs = Pairs::of(&old, &new);
        let sections = [
            ("job", job(&old, &new)),
            ("nodes", nodes::lines(&pairs, (old.cores, new.cores))),
            ("edges", edges::lines(&pairs, &old, &new)),
            ("state", states::lines(&pairs, (&old, &new), &keeps, &config.forgotten)),
            ("guarantees", paths::lines(&pairs, &old, &new)),
        ];
        let count: usize = sections.iter().map(|(_, lines)| lines.len()).sum();
        if count == 0 {
            return Ok(format!("{}: nothing has changed since {path}\n", self.name()));
        }
        let changes = if count == 1 { "1 change" } else { &format!("{count} changes") };
        let mut text = format!("{}: {changes} since {path}\n", self.name());
        for (title, lines) in sections.iter().filter(|(_, lines)| !lines.is_empty()) {
            text.push_str(&format!("\n{title}\n"));
            text.extend(lines.iter().map(|line| format!("  {line}\n")));
        }
        Ok(text)
    }
}

/// What has changed in the job as a whole.
fn job(old: &GraphFile, new: &GraphFile) -> Vec<DiffLine> {
    let mut lines = Vec::new();
    let mut changed = |text: String| lines.push(DiffLine::new(Sign::Changed, text));
    if old.name != new.name {
        changed(format!("the job is called `{}`, and was `{}`", new.name, old.name));
    }
    if old.delivery != new.delivery {
        changed(format!("the job promises `{}`, and promised `{}`", new.delivery, old.delivery));
    }
    if let (Some(before), Some(now)) = (old.key_groups, new.key_groups)
        && before != now
    {
        changed(format!("its keys are in {now} groups, and were in {before}"));
    }
    if let (Some(before), Some(now)) = (old.cores, new.cores)
        && before != now
    {
        changed(format!(
            "it is planned for {now} cores, and was for {before}: what follows from `auto` differs \
             by that"
        ));
    }
    lines
}
