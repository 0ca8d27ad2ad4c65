//! A sink whose user knows that writing an event twice is as good as once.

use super::{Idempotent, Sink};
use crate::env::Env;
use crate::error::Result;

/// The sink, with the word of its user that an event that is written twice has the effect of one.
///
/// That holds where each event is written to a place of its own: a row by its primary key, an
/// object by its name. A job that promises `exactly_once` takes such a sink.
///
/// # Examples
/// ```
/// use millstream::prelude::*;
/// use std::collections::BTreeMap;
/// use std::sync::{Arc, Mutex};
///
/// let rows = Arc::new(Mutex::new(BTreeMap::new()));
/// let table = Arc::clone(&rows);
/// let upsert = idempotent(for_each(move |(id, value): (u64, f64)| {
///     table.lock().unwrap().insert(id, value);
/// }));
/// # drop(upsert);
/// ```
pub fn idempotent<S>(sink: S) -> Once<S> {
    Once { sink }
}

/// A sink for which an event counts once, made by [`idempotent`].
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
}
