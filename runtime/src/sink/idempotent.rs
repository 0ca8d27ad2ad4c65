//! Sinks declared idempotent by the user.

use super::{Idempotent, Sink};
use crate::env::{Env, FileUse};
use crate::error::Result;

/// Declares that writing an event to this sink twice has the same effect as writing it once.
///
/// Use it where each event is written under its own key: a row by its primary key, an object by its
/// name. The engine cannot check it. Sinks of an `exactly_once` job are idempotent, cut back or
/// transactional.
///
/// # What readers see
/// Each key with its last value in the end. Events appear as soon as they are written, not with
/// their checkpoint. After a failure they are written again from the last checkpoint on, so a
/// reader sees a key with an older value for a while: a count that goes back, and catches up. Who
/// must not see that writes to a sink that commits, such as
/// [`csv_parts`](crate::connector::csv::csv_parts).
///
/// # What it takes
/// The same events must give the same keys when they are read again, or a row of the failed attempt
/// stays. So an `exactly_once` job is refused at start if windows `by_clock()`, timers by the clock
/// or state that expires by the clock are upstream (M0413). If such a row does no harm, give the
/// reason: `weaken("…") >> sink(…)`. Keys must not contain what the engine does not know of either:
/// the time of day, a random number, an answer that changes, the number of an instance, the order
/// of events from several inputs, an early result of a window.
///
/// # Examples
/// ```
/// use millstream::prelude::*;
/// use std::collections::BTreeMap;
/// use std::sync::{Arc, Mutex};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> millstream::Result<()> {
/// let rows = Arc::new(Mutex::new(BTreeMap::new()));
/// let table = Arc::clone(&rows);
/// let upsert = idempotent(for_each(move |(id, value): (u64, f64)| {
///     table.lock().unwrap().insert(id, value);
/// }));
/// topology!(
///     readings = source(from_iter([(1, 20.5), (2, 19.0), (1, 20.5)])),
///     readings >> sink(upsert),
/// )
/// .run(Config::default())
/// .await?;
/// assert_eq!(rows.lock().unwrap().len(), 2);
/// # Ok(())
/// # }
/// ```
pub fn idempotent<S>(sink: S) -> Once<S> {
    Once { sink }
}

/// A sink declared idempotent, made by [`idempotent`].
#[derive(Debug, Clone)]
pub struct Once<S> {
    sink: S,
}

#[diagnostic::do_not_recommend]
impl<T, S: Sink<T>> Sink<T> for Once<S> {
    type Writer = S::Writer;
    type Repeat = Idempotent;

    fn open(self, env: &Env) -> Result<S::Writer> {
        self.sink.open(env)
    }

    fn open_again(self, env: &Env, last: &[u8]) -> Result<S::Writer> {
        self.sink.open_again(env, last)
    }

    fn first_cut(&self, env: &Env) -> Result<Option<Vec<u8>>> {
        self.sink.first_cut(env)
    }

    fn again(&self) -> Option<Self> {
        Some(Once { sink: self.sink.again()? })
    }

    fn files(&self) -> Vec<FileUse> {
        self.sink.files()
    }
}
