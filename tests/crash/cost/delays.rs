//! How long it takes until a payment that was read is in the output.

use crate::totals::now;
use crate::{BoxError, at, input, start};
use std::collections::BTreeSet;
use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::process::Child;
use std::time::Duration;

/// The payments of a second, and for how many seconds.
const PACE: u64 = 50_000;
const SECONDS: u64 = 20;

/// How often a reader looks for more.
const LOOK: Duration = Duration::from_millis(1);

/// Prints the delays of both promises.
pub(crate) fn measure(folder: &Path, every: &str) -> Result<(), BoxError> {
    let inputs = input(folder, PACE * SECONDS)?;
    let (home, pace) = (folder.join("home"), PACE.to_string());
    let more = ["--stamps", "yes", "--pace", &pace, "--every", every];
    for (promise, sink) in [("at_most_once", "file"), ("exactly_once", "parts")] {
        let child = start((promise, sink), &inputs, &home, &more)?;
        let output = home.join("output");
        let delays = match sink {
            "file" => of_file(child, &output)?,
            _ => of_parts(child, &output)?,
        };
        let [median, most, all] = [0.5, 0.99, 1.0].map(|fraction| at(delays.clone(), fraction));
        println!(
            "{promise}, {PACE} payments a second: {} are visible after a median of {median:.1} ms, \
             99 % after {most:.1} ms, all after {all:.1} ms",
            delays.len()
        );
    }
    Ok(())
}

/// The delay of each line that ends here, in milliseconds.
fn delays(lines: &str, seen: u64) -> impl Iterator<Item = f64> {
    let stamps = lines.lines().filter_map(|line| line.rsplit(',').next()?.parse::<u64>().ok());
    stamps.map(move |read| seen.saturating_sub(read) as f64 / 1e3)
}

fn of_file(mut child: Child, path: &PathBuf) -> Result<Vec<f64>, BoxError> {
    let (mut found, mut offset, mut rest) = (Vec::new(), 0, String::new());
    loop {
        let has_ended = child.try_wait()?.is_some();
        if let Ok(mut file) = File::open(path) {
            file.seek(SeekFrom::Start(offset))?;
            offset += file.read_to_string(&mut rest)? as u64;
            let whole = rest.rfind('\n').map_or(0, |end| end + 1);
            found.extend(delays(&rest[..whole], now()));
            rest.drain(..whole);
        }
        if has_ended {
            return Ok(found);
        }
        std::thread::sleep(LOOK);
    }
}

fn of_parts(mut child: Child, folder: &PathBuf) -> Result<Vec<f64>, BoxError> {
    let (mut found, mut known) = (Vec::new(), BTreeSet::new());
    loop {
        let has_ended = child.try_wait()?.is_some();
        for entry in std::fs::read_dir(folder).into_iter().flatten() {
            let (path, seen) = (entry?.path(), now());
            let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
            if !name.starts_with('.') && known.insert(name.to_owned()) {
                found.extend(delays(&std::fs::read_to_string(&path)?, seen));
            }
        }
        if has_ended {
            return Ok(found);
        }
        std::thread::sleep(LOOK);
    }
}
