//! What an editor offers and shows inside `topology!`: rust-analyzer on a small program.
//!
//! Needs rust-analyzer, and skips without it. CONTRIBUTING.md has the command.

mod client;
mod positions;

use client::Client;
use positions::{DEFINITIONS, FIRST, HEAD, HOVERS, MORE, Position, TAIL};
use std::path::{Path, PathBuf};

/// What the macro makes for itself, and nobody writes.
const INVENTED: &[&str] =
    &["stream", "job_", "millstream_job", "set_futures_apart", "set_outputs_apart"];

fn program(lines: &str) -> String {
    format!("{HEAD}        {lines}\n{TAIL}")
}

/// A crate with the program, beside the others of the workspace.
fn root() -> PathBuf {
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let root = workspace.join("target/editor");
    std::fs::create_dir_all(root.join("src")).unwrap();
    let manifest = format!(
        "[package]\nname = \"editor\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[dependencies]\n\
         millstream = {{ path = {:?} }}\n\n[workspace]\n",
        workspace.join("runtime")
    );
    std::fs::write(root.join("Cargo.toml"), manifest).unwrap();
    std::fs::copy(workspace.join("Cargo.lock"), root.join("Cargo.lock")).unwrap();
    std::fs::write(root.join("src/main.rs"), program("tx >> ignore,")).unwrap();
    root
}

/// What is right, and what is not although it was.
#[derive(Default)]
struct Tally {
    right: usize,
    all: usize,
    worse: Vec<String>,
}

impl Tally {
    fn add(&mut self, name: &str, today: bool, wrong: Option<String>) {
        self.all += 1;
        match wrong {
            None => {
                self.right += 1;
                let note = if today { "" } else { " (it was not: say so in positions.rs)" };
                println!("right  {name}{note}");
            }
            Some(what) => {
                println!("wrong  {name}: {what}");
                if today {
                    self.worse.push(format!("{name}: {what}"));
                }
            }
        }
    }
}

fn complete(client: &mut Client, position: &Position) -> Option<String> {
    let offered = client.completions(&program(position.lines));
    // What takes arguments is offered with them, or with an ellipsis.
    let is = |label: &str, want: &str| label.split(['(', '…', ' ', '!']).next() == Some(want);
    let missing: Vec<&str> = position
        .wants
        .iter()
        .copied()
        .filter(|want| !offered.iter().any(|label| is(label, want)))
        .collect();
    let invented: Vec<&String> = offered
        .iter()
        .filter(|label| label.starts_with("__") || INVENTED.iter().any(|name| is(label, name)))
        .collect();
    let few: Vec<&String> = offered.iter().take(6).collect();
    match (missing.is_empty(), invented.is_empty()) {
        (true, true) => None,
        (false, _) => Some(format!("lacks {missing:?}, has {} such as {few:?}", offered.len())),
        (true, false) => Some(format!("offers {invented:?}, which the macro has made")),
    }
}

/// The lines, counted from 1, with a text.
fn lines_with(text: &str, part: &str) -> Vec<u64> {
    let lines = (1..).zip(text.lines());
    lines.filter(|(_, line)| line.contains(part)).map(|(number, _)| number).collect()
}

#[test]
fn an_editor_offers_what_fits_and_shows_what_is_meant() {
    let Ok(analyzer) = std::env::var("RA") else {
        println!("skipped: RA is not set to the binary of rust-analyzer");
        return;
    };
    let mut client = Client::start(&analyzer, &root(), &program("tx >> ignore,"));
    let mut tally = Tally::default();
    for position in FIRST.iter().chain(MORE) {
        let wrong = complete(&mut client, position);
        tally.add(position.name, position.today, wrong);
    }
    println!("{} of {} completions", tally.right, tally.all);
    for definition in DEFINITIONS {
        let marked = program(definition.lines);
        let found = client.definitions(&marked);
        let text = marked.replace(client::CURSOR, "");
        let expected = definition.at.map_or(vec![0], |part| lines_with(&text, part));
        let wrong = (found != expected).then(|| format!("leads to {found:?}, not {expected:?}"));
        tally.add(&format!("definition of {}", definition.name), definition.today, wrong);
    }
    for hover in HOVERS {
        let shown = client.hover(&program(hover.lines));
        let lacking = !shown.contains(hover.has);
        let inner: Vec<&&str> = hover.lacks.iter().filter(|part| shown.contains(**part)).collect();
        let wrong = (lacking || !inner.is_empty()).then(|| format!("{inner:?} in {shown:?}"));
        tally.add(&format!("hover on {}", hover.name), hover.today, wrong);
    }
    println!("{} of {} right", tally.right, tally.all);
    assert!(tally.worse.is_empty(), "worse than before:\n{}", tally.worse.join("\n"));
}
