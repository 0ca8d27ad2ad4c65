//! Whether the output is what the input says.

use crate::input::{Input, line};
use std::collections::{BTreeMap, BTreeSet};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};

/// What has been found in the parts of a job that is `exactly_once`.
///
/// A part never changes, and parts become visible in the order of their numbers. So all of them in
/// turn show what a reader has seen after every commit.
#[derive(Debug, Default)]
pub struct Parts {
    /// How many payments of each file are there.
    pub committed: [usize; 2],
    /// The hash of each part.
    hashes: BTreeMap<u64, u64>,
}

/// What has become of parts that were visible.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Earlier {
    /// They are all there.
    Stay,
    /// Some may be gone until the job is started again: the disk has lost its power.
    MayWait,
}

impl Parts {
    /// Reads the parts that have become visible since the last look.
    ///
    /// Fails unless the output was the result of a prefix of each input after every commit.
    pub fn look(&mut self, folder: &Path, input: &Input, earlier: Earlier) -> Result<(), String> {
        // While the job runs, one listing may lack a part that the next one has.
        let newest = parts_in(folder).into_keys().next_back();
        let mut parts = parts_in(folder);
        parts.retain(|number, _| newest.is_some_and(|newest| *number <= newest));
        for (number, hash) in &self.hashes {
            match parts.get(number) {
                Some(path) if hash_of(&read(path)) == *hash => {}
                Some(_) => return Err(format!("part {number} has changed")),
                None if earlier == Earlier::MayWait => {}
                None => return Err(format!("part {number} is gone")),
            }
        }
        let last = self.hashes.keys().next_back().copied();
        for (number, path) in parts {
            if self.hashes.contains_key(&number) {
                continue;
            }
            if last.is_some_and(|last| number < last) {
                return Err(format!("part {number} has become visible after {last:?}"));
            }
            let text = read(&path);
            self.hashes.insert(number, hash_of(&text));
            self.add(&text, input).map_err(|what| format!("part {number}: {what}"))?;
        }
        Ok(())
    }

    fn add(&mut self, text: &str, input: &Input) -> Result<(), String> {
        let mut ahead = [BTreeSet::new(), BTreeSet::new()];
        for text in text.lines() {
            let (split, number) = check(text, input)?;
            if number < self.committed[split] || !ahead[split].insert(number) {
                return Err(format!("doubled: {text}"));
            }
        }
        for (committed, ahead) in self.committed.iter_mut().zip(ahead) {
            let end = *committed + ahead.len();
            if ahead.last().is_some_and(|last| last + 1 != end) {
                return Err(format!("lost: of payments {committed}.. {} are there", ahead.len()));
            }
            *committed = end;
        }
        Ok(())
    }

    /// Fails unless every payment is there.
    pub fn complete(&self, input: &Input) -> Result<(), String> {
        match self.committed == input.lengths() {
            true => Ok(()),
            false => Err(format!("lost: {:?} of {:?} are there", self.committed, input.lengths())),
        }
    }
}

/// How often a payment may be in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Times {
    Once,
    Again,
}

/// Reads a file that a job writes, whose last line may be torn; the payments in it.
///
/// Fails if a line is not what the input says, or is there more often than it may be.
pub fn file(path: &Path, input: &Input, times: Times) -> Result<BTreeSet<(usize, usize)>, String> {
    let text = if path.exists() { read(path) } else { String::new() };
    let whole = text.rfind('\n').map_or(0, |end| end + 1);
    let mut found = BTreeSet::new();
    for text in text[..whole].lines() {
        if !found.insert(check(text, input)?) && times == Times::Once {
            return Err(format!("doubled: {text}"));
        }
    }
    Ok(found)
}

/// Fails unless every payment is in the file.
pub fn complete(path: &Path, input: &Input, times: Times) -> Result<(), String> {
    let (found, [left, right]) = (file(path, input, times)?, input.lengths());
    match found.len() == left + right && read(path).ends_with('\n') {
        true => Ok(()),
        false => Err(format!("lost: {} of {} are there", found.len(), left + right)),
    }
}

/// File and number of a payment whose line is right.
fn check(text: &str, input: &Input) -> Result<(usize, usize), String> {
    let (id, customer, total) = line(text).ok_or_else(|| format!("torn: {text:?}"))?;
    match input.expected(id) {
        Some(expected) if expected == (customer, total) => {
            Ok((usize::try_from(id % 2).unwrap(), usize::try_from(id / 2).unwrap()))
        }
        expected => Err(format!("wrong: {text}, expected {expected:?}")),
    }
}

/// The parts that are visible, by number.
pub fn parts_in(folder: &Path) -> BTreeMap<u64, PathBuf> {
    let Ok(entries) = std::fs::read_dir(folder) else { return BTreeMap::new() };
    let part = |path: PathBuf| {
        let name = path.file_name()?.to_str()?.strip_prefix("part-0-")?.strip_suffix(".csv")?;
        Some((name.parse().ok()?, path))
    };
    entries.filter_map(|entry| part(entry.unwrap().path())).collect()
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn hash_of(text: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::{Earlier, Parts, Times, file};
    use crate::input::Input;
    use std::path::Path;

    /// The lines of the output, in order.
    fn lines(input: &Input) -> Vec<String> {
        let line = |id| {
            let (customer, total) = input.expected(id).unwrap();
            format!("{id},{customer},{total},0\n")
        };
        (0..20).map(line).collect()
    }

    fn look(folder: &Path, input: &Input, parts: &[String]) -> Result<Parts, String> {
        for (number, part) in parts.iter().enumerate() {
            std::fs::write(folder.join(format!("part-0-{number}.csv")), part).unwrap();
        }
        let mut found = Parts::default();
        found.look(folder, input, Earlier::Stay)?;
        found.complete(input).map(|()| found)
    }

    #[test]
    fn what_is_missing_doubled_wrong_torn_or_early_is_noticed() {
        let folder = tempfile::tempdir().unwrap();
        let mut input = Input::new(folder.path(), 1);
        input.extend(10);
        let lines = lines(&input);
        let parts = |early: usize| [lines[..early].concat(), lines[early..].concat()];
        let mut found = look(folder.path(), &input, &parts(9)).unwrap();
        let replaced = |from: &str, to: &str| parts(9).map(|part| part.replace(from, to));
        for (wrong, what) in [
            (replaced(&lines[4], ""), "lost"),
            (replaced(&lines[19], ""), "lost"),
            (replaced(&lines[12], &lines[4]), "doubled"),
            (replaced(&lines[12], &lines[12].repeat(2)), "doubled"),
            (replaced(&lines[12], &lines[12].replace(",0\n", "1,0\n")), "wrong"),
            (replaced(&lines[19], &lines[19][..2]), "torn"),
        ] {
            let error = look(folder.path(), &input, &wrong).unwrap_err();
            assert!(error.contains(what), "{error}, expected {what}");
        }
        // The last commit is right, the one before had a gap.
        let early = [lines[..4].concat() + &lines[8], lines[4..8].concat() + &lines[9..].concat()];
        assert!(look(folder.path(), &input, &early).unwrap_err().contains("lost"));
        let changed = found.look(folder.path(), &input, Earlier::MayWait).unwrap_err();
        assert_eq!(changed, "part 0 has changed");
        let path = folder.path().join("totals.csv");
        std::fs::write(&path, lines.concat() + &lines[0] + "7,").unwrap();
        assert_eq!(file(&path, &input, Times::Again).unwrap().len(), 20);
        assert!(file(&path, &input, Times::Once).unwrap_err().contains("doubled"));
    }
}
