//! Renders `docs/performance.md`, its page of all figures and its picture from files of figures.
//!
//! The text of the pages is written by hand, and so is everything outside the markers
//! `<!-- peers: NAME -->` and `<!-- peers: end -->`; between them is the block of that name.

mod ahead;
mod blocks;
mod chart;

use crate::figures::{Figures, Runs};
use crate::options::PageOptions;
use std::error::Error;
use std::path::{Path, PathBuf};

/// The number of sittings that a page is made of by default.
const SITTINGS: usize = 2;

const BEGIN: &str = "<!-- peers: ";
const CLOSE: &str = " -->";
const END: &str = "<!-- peers: end -->";

/// Renders the pages.
///
/// # Errors
/// If there are no figures, they are of a short run, or a page has an unknown marker.
pub fn render(options: &PageOptions) -> Result<(), Box<dyn Error>> {
    let PageOptions { folder, .. } = options;
    let figures = folder.join("performance");
    let runs = Runs(loaded(options, &figures)?);
    let picture = figures.join("peers.svg");
    std::fs::write(&picture, chart::Chart(&runs).to_string())?;
    println!("{}", picture.display());
    for page in [folder.join("performance.md"), figures.join("figures.md")] {
        let text = std::fs::read_to_string(&page)?;
        let text = filled(&text, &runs).map_err(|error| format!("{}: {error}", page.display()))?;
        std::fs::write(&page, text)?;
        println!("{}", page.display());
    }
    println!("\n{}", ahead::Summary(&runs));
    Ok(())
}

/// The figures to render, the oldest first.
fn loaded(options: &PageOptions, folder: &Path) -> Result<Vec<Figures>, Box<dyn Error>> {
    let is_given = !options.files.is_empty();
    let files = if is_given { options.files.clone() } else { stored(folder)? };
    let mut runs = Vec::new();
    for file in files {
        let run = Figures::load(&file)?;
        if run.quick == options.quick {
            runs.push(run);
        } else if is_given {
            return Err(format!("{} is not published: it is of --quick", file.display()).into());
        }
    }
    runs.sort_by(|one, two| one.date.cmp(&two.date));
    if !is_given {
        runs.drain(..runs.len().saturating_sub(SITTINGS));
    }
    match runs.is_empty() {
        true => {
            Err(format!("there are no figures in {}: write some with --save", folder.display())
                .into())
        }
        false => Ok(runs),
    }
}

/// The files of a folder.
fn stored(folder: &Path) -> Result<Vec<PathBuf>, Box<dyn Error>> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "json") {
            files.push(path);
        }
    }
    Ok(files)
}

/// The page with all blocks anew.
fn filled(mut text: &str, runs: &Runs) -> Result<String, String> {
    let mut page = String::new();
    while let Some((before, rest)) = text.split_once(BEGIN) {
        let (name, rest) = rest.split_once(CLOSE).ok_or("a marker is not closed")?;
        let (_, after) = rest.split_once(END).ok_or(format!("there is no end of `{name}`"))?;
        let block = blocks::block(name, runs).ok_or(format!("there is no block `{name}`"))?;
        page.push_str(before);
        page.push_str(&format!("{BEGIN}{name}{CLOSE}\n\n{}\n\n{END}", block.trim_end()));
        text = after;
    }
    page.push_str(text);
    Ok(page)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_outside_of_markers_is_kept() {
        let page = "a\n<!-- peers: runs -->\nold\n<!-- peers: end -->\nb\n";
        let filled = filled(page, &Runs(Vec::new())).unwrap();
        assert!(filled.starts_with("a\n<!-- peers: runs -->\n"), "{filled}");
        assert!(filled.ends_with("<!-- peers: end -->\nb\n"), "{filled}");
        assert!(!filled.contains("old"), "{filled}");
    }

    #[test]
    fn an_unknown_block_and_a_block_without_end_are_refused() {
        let none = || Runs(Vec::new());
        assert!(filled("<!-- peers: none --><!-- peers: end -->", &none()).is_err());
        assert!(filled("<!-- peers: runs -->", &none()).is_err());
    }
}
