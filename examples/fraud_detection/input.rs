//! Input: transactions and terminals.

use millstream::connector::csv::CsvFile;
use millstream::connector::demo::{Demo, Terminal, Transaction};
use millstream::env::{Env, FileUse};
use millstream::prelude::*;
use millstream::source::{First, Intake, Position, Reader, Readiness, Replayable, first};
use std::path::Path;
use std::task::{Context as TaskContext, Poll};

/// The positions of the terminals, by id.
#[derive(Debug)]
pub struct Terminals {
    positions: Vec<Option<(f64, f64)>>,
}

impl Terminals {
    /// Terminals from a list, in any order.
    pub fn of(terminals: &[Terminal]) -> Self {
        let highest = terminals.iter().map(|terminal| terminal.terminal_id as usize).max();
        let mut positions = vec![None; highest.map_or(0, |highest| highest + 1)];
        for terminal in terminals {
            positions[terminal.terminal_id as usize] = Some((terminal.x, terminal.y));
        }
        Self { positions }
    }

    /// Terminals from a CSV file.
    pub async fn read(path: &Path) -> millstream::Result<Self> {
        let terminals = Collected::new();
        topology!(job("terminals"), source(csv_file(path)) >> sink(terminals.sink()))
            .run(Config::default())
            .await?;
        Ok(Self::of(&terminals.take()))
    }

    /// Kilometres from one terminal to another; 0 if one of them is unknown.
    pub fn distance(&self, from: u32, to: u32) -> f64 {
        let position = |terminal: u32| self.positions.get(terminal as usize).copied().flatten();
        match (position(from), position(to)) {
            (Some(from), Some(to)) => (to.0 - from.0).hypot(to.1 - from.1),
            _ => 0.0,
        }
    }
}

/// Transactions, generated or from a file: one type, so that the job is compiled once.
#[derive(Debug)]
pub enum Input {
    Demo(Demo),
    File(First<CsvFile<Transaction>>),
}

impl Input {
    /// At most `events` transactions of a CSV file.
    pub fn file(path: &Path, events: Option<u64>) -> Self {
        Self::File(first(events.unwrap_or(u64::MAX), csv_file(path)))
    }
}

impl Source<Transaction> for Input {
    type Reader = InputReader;
    type Replay = Replayable;

    fn open(self, env: &Env) -> millstream::Result<InputReader> {
        Ok(match self {
            Self::Demo(demo) => InputReader::Demo(demo.open(env)?),
            Self::File(file) => InputReader::File(file.open(env)?),
        })
    }

    fn open_at(self, env: &Env, at: &Position) -> millstream::Result<InputReader> {
        Ok(match self {
            Self::Demo(demo) => InputReader::Demo(demo.open_at(env, at)?),
            Self::File(file) => InputReader::File(file.open_at(env, at)?),
        })
    }

    fn again(&self) -> Option<Self> {
        match self {
            Self::Demo(demo) => demo.again().map(Self::Demo),
            Self::File(file) => file.again().map(Self::File),
        }
    }

    fn files(&self) -> Vec<FileUse> {
        match self {
            Self::Demo(_) => Vec::new(),
            Self::File(file) => file.files(),
        }
    }
}

/// Reads an [`Input`].
#[derive(Debug)]
pub enum InputReader {
    Demo(<Demo as Source<Transaction>>::Reader),
    File(<First<CsvFile<Transaction>> as Source<Transaction>>::Reader),
}

impl Reader<Transaction> for InputReader {
    fn poll_ready(&mut self, cx: &mut TaskContext<'_>) -> Poll<millstream::Result<Readiness>> {
        match self {
            Self::Demo(reader) => reader.poll_ready(cx),
            Self::File(reader) => reader.poll_ready(cx),
        }
    }

    fn read(
        &mut self,
        limit: usize,
        into: &mut impl Intake<Transaction>,
    ) -> millstream::Result<()> {
        match self {
            Self::Demo(reader) => reader.read(limit, into),
            Self::File(reader) => reader.read(limit, into),
        }
    }

    fn position(&mut self) -> millstream::Result<Option<Position>> {
        match self {
            Self::Demo(reader) => reader.position(),
            Self::File(reader) => reader.position(),
        }
    }
}
