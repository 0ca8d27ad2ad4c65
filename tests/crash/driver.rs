//! Starts a job in a process of its own, kills it, starts it again, and looks at what it has written.

use crate::input::{Input, Random, messages};
use crate::output::{Earlier, Parts, Times, complete, file};
use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

/// How long a job may take that nothing slows down.
const PATIENCE: Duration = Duration::from_secs(120);

/// The number in an environment variable, or the one of a short run.
pub fn number(variable: &str, small: u64) -> u64 {
    std::env::var(variable).map_or(small, |text| {
        text.parse().unwrap_or_else(|_| panic!("{variable} is `{text}`, expected a number"))
    })
}

/// Prints what a test has done, also if it passes.
pub fn report(line: &str) {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{line}").unwrap();
}

/// The seed of a test: its own, unless `MILLSTREAM_SEED` is set.
pub fn seed(own: u64) -> u64 {
    number("MILLSTREAM_SEED", own)
}

/// What a job promises, and what it writes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    AtLeastOnce,
    ExactlyOnceFile,
    ExactlyOnceParts,
}

/// A job, its files, and what it has done so far.
pub struct Driver {
    pub kind: Kind,
    /// Where checkpoints and output are.
    pub home: PathBuf,
    pub input: Input,
    pub random: Random,
    pub parts: Parts,
    pub earlier: Earlier,
    /// Messages of all processes.
    messages: PathBuf,
    /// What stands before the command, such as a tracer.
    pub through: Vec<String>,
    /// Further options of the job.
    pub options: Vec<String>,
}

/// A process that runs the job.
pub struct Process {
    pub child: Child,
    output: BufReader<ChildStdout>,
}

impl Process {
    /// Waits until the job runs; whether it does.
    pub fn runs(&mut self) -> bool {
        let mut text = String::new();
        self.output.read_line(&mut text).unwrap();
        text == "running\n"
    }

    /// How many checkpoints and attempts of a job have failed that has come to its end.
    pub fn failures(&mut self) -> u64 {
        let mut text = String::new();
        self.output.read_to_string(&mut text).unwrap();
        let words: Vec<_> = text.split_whitespace().collect();
        let number = |name| words.windows(2).find(|pair| pair[0] == name)?[1].parse::<u64>().ok();
        number("failed").unwrap_or_default() + number("restarts").unwrap_or_default()
    }

    /// Waits so long, if the process does not end before; what it has ended with.
    pub fn ends_within(&mut self, time: Duration) -> Option<ExitStatus> {
        let start = Instant::now();
        loop {
            match self.child.try_wait().unwrap() {
                Some(status) => return Some(status),
                None if start.elapsed() >= time => return None,
                None => std::thread::sleep(Duration::from_millis(1).min(time)),
            }
        }
    }

    /// Kills the process; whether that was what ended it.
    pub fn kill(&mut self) -> bool {
        use std::os::unix::process::ExitStatusExt;
        self.child.kill().unwrap();
        self.child.wait().unwrap().signal() == Some(9)
    }

    /// Sends a signal by its name.
    pub fn signal(&self, name: &str) {
        let signal = format!("-{name}");
        let sent = Command::new("kill").args([&*signal, &self.child.id().to_string()]).status();
        assert!(sent.unwrap().success(), "the process cannot be sent {name}");
    }

    /// Waits for the end.
    pub fn end(&mut self) -> ExitStatus {
        self.ends_within(PATIENCE).unwrap_or_else(|| {
            self.kill();
            panic!("the job has not ended within {PATIENCE:?}")
        })
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        if let Ok(None) = self.child.try_wait() {
            self.child.kill().ok();
            self.child.wait().ok();
        }
    }
}

impl Driver {
    /// A job whose input is in the folder, and all else in its home.
    pub fn new(kind: Kind, folder: &Path, home: &Path, seed: u64) -> Self {
        let mut random = Random(seed);
        let input = Input::new(folder, random.next());
        Self {
            kind,
            home: home.to_owned(),
            input,
            random,
            parts: Parts::default(),
            earlier: Earlier::Stay,
            messages: folder.join("messages.txt"),
            through: Vec::new(),
            options: Vec::new(),
        }
    }

    pub fn output(&self) -> PathBuf {
        match self.kind {
            Kind::ExactlyOnceParts => self.home.join("parts"),
            Kind::AtLeastOnce | Kind::ExactlyOnceFile => self.home.join("totals.csv"),
        }
    }

    pub fn checkpoints(&self) -> PathBuf {
        self.home.join("checkpoints")
    }

    /// Starts a process, with another interval and other instances each time.
    pub fn start(&mut self, more: &[&str]) -> Process {
        let every = self.random.one_of(&[5, 20, 60]).to_string();
        let instances = (1 + self.random.below(4)).to_string();
        let (promise, sink) = match self.kind {
            Kind::AtLeastOnce => ("at_least_once", "file"),
            Kind::ExactlyOnceFile => ("exactly_once", "file"),
            Kind::ExactlyOnceParts => ("exactly_once", "parts"),
        };
        let mut line = self.through.clone();
        line.push(env!("CARGO_BIN_EXE_crash_job").to_owned());
        let mut command = Command::new(&line[0]);
        let [left, right] = self.input.paths();
        command.args(&line[1..]).args(["--promise", promise, "--sink", sink]);
        command.arg("--left").arg(left).arg("--right").arg(right);
        command.arg("--output").arg(self.output()).arg("--checkpoints").arg(self.checkpoints());
        // The first one counts, so what is asked for comes first.
        command.args(more).args(&self.options);
        command.args(["--every", &every, "--instances", &instances]);
        command.stdout(Stdio::piped()).stderr(messages(&self.messages));
        let mut child = command.spawn().unwrap();
        let output = BufReader::new(child.stdout.take().unwrap());
        Process { child, output }
    }

    /// Fails unless what is there is right.
    pub fn look(&mut self) {
        let looked = match self.kind {
            Kind::ExactlyOnceParts => self.parts.look(&self.output(), &self.input, self.earlier),
            Kind::ExactlyOnceFile => file(&self.output(), &self.input, Times::Once).map(drop),
            Kind::AtLeastOnce => file(&self.output(), &self.input, Times::Again).map(drop),
        };
        self.expect(looked);
    }

    /// Starts the job once more, and lets it come to its end; fails unless all of the output is
    /// there, and right.
    pub fn finish(&mut self) {
        self.through.clear();
        let status = self.start(&[]).end();
        if !status.success() {
            self.expect(Err(format!("the job has ended with {status}")));
        }
        self.earlier = Earlier::Stay;
        self.look();
        let whole = match self.kind {
            Kind::ExactlyOnceParts => self.parts.complete(&self.input),
            Kind::ExactlyOnceFile => complete(&self.output(), &self.input, Times::Once),
            Kind::AtLeastOnce => complete(&self.output(), &self.input, Times::Again),
        };
        self.expect(whole);
    }

    /// How many lines there are in the end.
    pub fn lines(&self) -> usize {
        self.input.lengths().iter().sum()
    }

    pub fn messages(&self) -> String {
        std::fs::read_to_string(&self.messages).unwrap_or_default()
    }

    pub fn expect(&self, looked: Result<(), String>) {
        if let Err(what) = looked {
            let kept = std::env::temp_dir().join(format!("crash-{}", std::process::id()));
            let copied = Command::new("cp").arg("-r").arg(&self.home).arg(&kept).status();
            let copied = copied.map(|status| status.success());
            let messages = self.messages();
            panic!("{what}\nits files are in {}: {copied:?}\n{messages}", kept.display());
        }
    }
}
