//! Compile time of the macros, and of the fraud example after a change of one line.
//!
//! ```text
//! cargo run --release -p millstream-benches --bin expansion
//! ```
//! Programs are generated below `target/expansion` and checked there: a topology of 300 lines, the
//! same with builder calls, 200 operators, and the same functions without the attribute. Prints
//! medians over the rounds; the time of the macros is reported by the compiler (`-Z time-passes`,
//! which is why `RUSTC_BOOTSTRAP` is set).

use millstream_benches::generated::{self, LINES, OPERATORS};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

const ROUNDS: usize = 7;

type Failure = Box<dyn std::error::Error>;

fn main() -> Result<(), Failure> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().ok_or("no workspace")?;
    let folder = root.join("target/expansion");
    let macros = MacroTimes::of(root, &folder)?;
    let per_line = (macros.topology - macros.empty) / LINES as f64;
    let per_operator = (macros.operators - macros.empty) / OPERATORS as f64;
    println!("expansion of a topology   {per_line:>8.3} ms a line      (goal ≤ 0.2)");
    println!("expansion of an operator  {per_operator:>8.3} ms an operator (goal ≤ 2)");
    println!(
        "cargo check, {LINES} lines    {:>8.0} ms by topology!, {:.0} ms by builder calls",
        macros.check_topology, macros.check_builder
    );
    let example = Example::copy(root, &folder.join("fraud"))?;
    let seconds = example.rebuilt()?;
    println!("fraud example, one line changed, debug  {seconds:.2} s (goal ≤ 5)");
    Ok(())
}

/// Milliseconds that the compiler spends on macros, and in total.
struct MacroTimes {
    empty: f64,
    topology: f64,
    operators: f64,
    check_topology: f64,
    check_builder: f64,
}

impl MacroTimes {
    fn of(root: &Path, folder: &Path) -> Result<Self, Failure> {
        let program = |name: &str, text: String| Program::write(root, folder, name, &text);
        let empty = program("empty", generated::empty())?;
        let topology = program("topology", generated::topology())?;
        let builder = program("builder", generated::builder())?;
        let operators = program("operators", generated::operators())?;
        let all = [&empty, &topology, &builder, &operators];
        for program in all {
            program.check()?;
        }
        let mut rounds = Vec::new();
        for _ in 0..ROUNDS {
            let one: Result<Vec<Checked>, Failure> = all.iter().map(|p| p.check()).collect();
            rounds.push(one?);
        }
        let median = |at: usize, of: fn(&Checked) -> f64| {
            let mut all: Vec<f64> = rounds.iter().filter_map(|one| one.get(at)).map(of).collect();
            all.sort_by(f64::total_cmp);
            all.get(all.len() / 2).copied().unwrap_or(f64::NAN)
        };
        Ok(Self {
            empty: median(0, |checked| checked.macros),
            topology: median(1, |checked| checked.macros),
            operators: median(3, |checked| checked.macros),
            check_topology: median(1, |checked| checked.whole),
            check_builder: median(2, |checked| checked.whole),
        })
    }
}

/// Milliseconds of one run of the compiler.
struct Checked {
    macros: f64,
    whole: f64,
}

/// A generated program.
struct Program {
    folder: PathBuf,
}

impl Program {
    fn write(root: &Path, folder: &Path, name: &str, text: &str) -> Result<Self, Failure> {
        let folder = folder.join(name);
        std::fs::create_dir_all(folder.join("src"))?;
        let runtime = root.join("runtime");
        let manifest = format!(
            "[package]\nname = \"generated-{name}\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n\
             [dependencies]\nmillstream = {{ path = {runtime:?} }}\n\n[workspace]\n"
        );
        std::fs::write(folder.join("Cargo.toml"), manifest)?;
        std::fs::copy(root.join("Cargo.lock"), folder.join("Cargo.lock"))?;
        std::fs::write(folder.join("src/main.rs"), text)?;
        Ok(Self { folder })
    }

    /// Checks the program; its dependencies are checked only once.
    fn check(&self) -> Result<Checked, Failure> {
        let target = self.folder.with_file_name("target");
        touch(&self.folder.join("src/main.rs"))?;
        let start = Instant::now();
        let output = Command::new(env!("CARGO"))
            .args(["rustc", "--profile", "check", "--quiet", "--", "-Ztime-passes"])
            .args(["--emit=metadata"])
            .current_dir(&self.folder)
            .env("CARGO_TARGET_DIR", target)
            .env("RUSTC_BOOTSTRAP", "1")
            .output();
        let output = match output {
            Ok(output) if output.status.success() => output,
            Ok(output) => return Err(String::from_utf8_lossy(&output.stderr).into_owned().into()),
            Err(error) => return Err(error.into()),
        };
        let whole = start.elapsed().as_secs_f64() * 1_000.0;
        let macros = expansion(&String::from_utf8_lossy(&output.stderr));
        Ok(Checked { macros: macros.ok_or("the compiler did not tell its passes")?, whole })
    }
}

fn touch(path: &Path) -> std::io::Result<()> {
    let text = std::fs::read(path)?;
    std::fs::write(path, text)
}

/// The milliseconds of the pass that expands macros.
fn expansion(passes: &str) -> Option<f64> {
    let line = passes.lines().find(|line| line.trim_end().ends_with("expand_crate"))?;
    let seconds = line.split("time:").nth(1)?.split_whitespace().next()?;
    seconds.trim_end_matches(';').parse().ok().map(|seconds: f64| seconds * 1_000.0)
}

/// A copy of the fraud example that can be modified.
struct Example {
    folder: PathBuf,
}

impl Example {
    fn copy(root: &Path, folder: &Path) -> Result<Self, Failure> {
        std::fs::create_dir_all(folder.join("fraud_detection"))?;
        for entry in std::fs::read_dir(root.join("examples/fraud_detection"))? {
            let path = entry?.path();
            let name = path.file_name().ok_or("a file without a name")?;
            std::fs::copy(&path, folder.join("fraud_detection").join(name))?;
        }
        for name in ["lib.rs", "Cargo.toml"] {
            std::fs::copy(root.join("examples").join(name), folder.join(name))?;
        }
        let manifest = generated::manifest(&folder.join("Cargo.toml"), root)?;
        std::fs::write(folder.join("Cargo.toml"), manifest)?;
        std::fs::copy(root.join("Cargo.lock"), folder.join("Cargo.lock"))?;
        Ok(Self { folder: folder.to_owned() })
    }

    /// Seconds of a build after a change of one line of an analyzer.
    fn rebuilt(&self) -> Result<f64, Failure> {
        self.build()?;
        let file = self.folder.join("fraud_detection/analyzers.rs");
        let text = std::fs::read_to_string(&file)?;
        let mut all = Vec::new();
        for round in 0..ROUNDS {
            std::fs::write(&file, generated::changed(&text, round)?)?;
            let start = Instant::now();
            self.build()?;
            all.push(start.elapsed().as_secs_f64());
        }
        all.sort_by(f64::total_cmp);
        Ok(all.get(all.len() / 2).copied().unwrap_or(f64::NAN))
    }

    fn build(&self) -> Result<(), Failure> {
        let output = Command::new(env!("CARGO"))
            .args(["build", "--example", "fraud_detection"])
            .current_dir(&self.folder)
            .env("CARGO_TARGET_DIR", self.folder.with_file_name("target"))
            .output()?;
        if output.status.success() {
            return Ok(());
        }
        Err(String::from_utf8_lossy(&output.stderr).into_owned().into())
    }
}
