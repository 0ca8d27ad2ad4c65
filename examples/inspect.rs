//! Shows what a directory of checkpoints holds, without the types of its job.
//!
//! ```text
//! cargo run --example inspect -- /var/lib/orders
//! ```
//! prints the job and its nodes, what a start would continue from (rows and bytes of each node,
//! positions of sources), and each file with what it adds. The job may be running meanwhile.

use millstream::checkpoint::inspect;
use std::io::Write as _;
use std::path::Path;
use std::process::ExitCode;

const HELP: &str = "\
Shows what a directory of checkpoints holds.

  inspect DIR   prints its job, what a start would continue from, and its files";

type BoxError = Box<dyn std::error::Error>;

fn main() -> ExitCode {
    // `--` ends the arguments of cargo, and may be written where there is no cargo.
    let args: Vec<_> = std::env::args_os().skip(1).skip_while(|first| first == "--").collect();
    let shown = match args.as_slice() {
        [help] if help == "--help" || help == "-h" => print(HELP),
        [option] if option.to_string_lossy().starts_with('-') => {
            Err(format!("there is no option `{}`\n\n{HELP}", option.display()).into())
        }
        [directory] => show(Path::new(directory)),
        [] => Err(format!("no directory is given\n\n{HELP}").into()),
        more => Err(format!("{} directories are given, expected one\n\n{HELP}", more.len()).into()),
    };
    match shown {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("inspect: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Prints what the directory holds; an error if a job cannot continue from it.
fn show(directory: &Path) -> Result<(), BoxError> {
    let found = inspect(directory)?;
    if found.files.is_empty() {
        return Err(format!("{} holds no checkpoint", directory.display()).into());
    }
    print(&found.to_string())?;
    match found.start {
        Some(_) => Ok(()),
        None => Err(format!("no checkpoint in {} can be restored", directory.display()).into()),
    }
}

/// Prints a text; a reader that has seen enough, such as `head`, is no error.
fn print(text: &str) -> Result<(), BoxError> {
    match writeln!(std::io::stdout().lock(), "{}", text.trim_end()) {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => Err(error.into()),
        _ => Ok(()),
    }
}
