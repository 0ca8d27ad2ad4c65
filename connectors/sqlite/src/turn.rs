//! Which of the writers of a sink may write.
//!
//! A job that fails drops a writer while a thread writes for it, and opens the sink again. What
//! that thread has not written by then must not follow: it would replace newer rows by older ones.

use millstream::{Error, ErrorKind, Result};
use std::sync::{Arc, Mutex, PoisonError};

/// Counts the writers of a sink, over all restarts in the process.
#[derive(Debug, Clone, Default)]
pub(crate) struct Turns {
    last: Arc<Mutex<u64>>,
}

/// The turn of a writer, which ends when the sink is opened again.
#[derive(Debug, Clone)]
pub(crate) struct Turn {
    turns: Turns,
    number: u64,
}

impl Turns {
    /// Begins the turn of a writer; waits until the one before writes no more.
    pub(crate) fn next(&self) -> Turn {
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        *last += 1;
        Turn { turns: self.clone(), number: *last }
    }
}

impl Turn {
    /// Writes something, unless the turn is over; it does not end meanwhile.
    ///
    /// # Errors
    /// If the turn is over, and those of what is done.
    pub(crate) fn write<R>(&self, write: impl FnOnce() -> Result<R>) -> Result<R> {
        let last = self.turns.last.lock().unwrap_or_else(PoisonError::into_inner);
        if *last != self.number {
            let message = "the sink was opened again before its rows were written";
            return Err(Error::new(ErrorKind::Sink, message));
        }
        let written = write();
        drop(last);
        written
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_writer_writes_nothing_once_the_sink_is_opened_again() {
        let turns = Turns::default();
        let first = turns.next();
        assert_eq!(first.write(|| Ok(1)).unwrap(), 1);
        let second = turns.clone().next();
        first.write(|| -> Result<()> { unreachable!() }).unwrap_err();
        assert_eq!(second.write(|| Ok(2)).unwrap(), 2);
    }
}
