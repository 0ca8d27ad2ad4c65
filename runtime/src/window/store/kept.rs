//! The contents of stores in checkpoints.

use super::Store;
use crate::checkpoint::RowsWriter;
use crate::error::{Error, ErrorKind, Result};
use crate::key::{Key, KeyHash};
use crate::state::{Durable, Kept, KeptType, WrittenShapes};
use crate::time::EventTime;
use std::fmt;
use std::marker::PhantomData;

/// A [`Store`] whose contents a job with the memory `D` can keep in checkpoints.
///
/// A store writes all of its contents at each checkpoint, in rows: one per key, or per key and
/// window. What follows from the contents, such as a schedule, is not written but made anew. By
/// default nothing is written, and a job with checkpoints is refused at start.
///
/// The watermark is written beside them, and [resumed](Self::resume) once all rows are restored.
/// So what has fired on time must follow from the rows.
pub trait KeptStore<K, T, D>: Store<K, T> {
    /// Whether [`save`](Self::save) writes the contents.
    const KEPT: bool = false;

    /// The types that [`save`](Self::save) writes besides the key.
    #[must_use]
    fn types() -> Vec<KeptType> {
        Vec::new()
    }

    /// Writes the contents.
    ///
    /// # Errors
    /// If something refuses to be serialized.
    fn save(&self, _into: &mut StoreRows<'_, D>) -> Result<()> {
        Err(unkept())
    }

    /// Takes back one of the rows that [`save`](Self::save) has written. They come in any order,
    /// and only those of the keys that the instance owns now.
    ///
    /// # Errors
    /// If the bytes are those of another type.
    fn restore(&mut self, _row: StoreRow<'_, D>) -> Result<()> {
        Err(unkept())
    }

    /// Sets the watermark that the store had when its contents were written: what it has refused as
    /// late since then stays late. Nothing fires. By default a store begins at [`EventTime::MIN`].
    fn resume(&mut self, _watermark: EventTime) {}

    /// The last reading of the job's clock, if the store goes by that.
    fn clock(&self) -> Option<EventTime> {
        None
    }

    /// Sets the last reading of the clock when the contents were written, before
    /// [`resume`](Self::resume). Nothing fires: what has ended since does with the next reading.
    fn resume_clock(&mut self, _last: EventTime) {}
}

fn unkept() -> Error {
    Error::new(ErrorKind::Internal, "the contents of this store are not kept in checkpoints")
}

/// Receives the rows of a store.
pub struct StoreRows<'a, D> {
    rows: &'a mut RowsWriter,
    memory: PhantomData<D>,
}

impl<D> fmt::Debug for StoreRows<'_, D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StoreRows").finish_non_exhaustive()
    }
}

/// Begins the keys of rows with the contents of a store.
pub(crate) const CONTENTS: u8 = 0;

impl<'a, D> StoreRows<'a, D> {
    pub(crate) fn new(rows: &'a mut RowsWriter) -> Self {
        Self { rows, memory: PhantomData }
    }

    /// Writes a row for a key and the end of a window; stores with one row per key take
    /// [`EventTime::MIN`].
    ///
    /// # Errors
    /// If the key or the value refuses to be serialized.
    pub fn put<K: Key + Kept<D>>(
        &mut self,
        (key, hash, end): (&K, KeyHash, EventTime),
        value: impl FnOnce(&mut Vec<u8>) -> Result<()>,
    ) -> Result<()> {
        let group = self.rows.groups().of(hash);
        let key = |bytes: &mut Vec<u8>| {
            bytes.push(CONTENTS);
            bytes.extend_from_slice(&end.as_micros().to_le_bytes());
            key.write(bytes)
        };
        self.rows.put_with(group, key, value)
    }
}

/// A row of a checkpoint that a store takes back.
pub struct StoreRow<'a, D> {
    key: &'a [u8],
    end: EventTime,
    value: &'a [u8],
    written: &'a WrittenShapes,
    memory: PhantomData<D>,
}

impl<D> fmt::Debug for StoreRow<'_, D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StoreRow").field("end", &self.end).finish_non_exhaustive()
    }
}

impl<'a, D> StoreRow<'a, D> {
    /// The row with a key and a value; `None` if the key is malformed.
    pub(crate) fn new(key: &'a [u8], value: &'a [u8], written: &'a WrittenShapes) -> Option<Self> {
        let (end, key) = key.split_first_chunk()?;
        let end = EventTime::from_micros(i64::from_le_bytes(*end));
        Some(Self { key, end, value, written, memory: PhantomData })
    }

    /// The end of the window.
    #[must_use]
    pub fn end(&self) -> EventTime {
        self.end
    }

    /// The key.
    ///
    /// # Errors
    /// If the bytes are those of another type.
    pub fn key<K: Kept<D>>(&self) -> Result<K> {
        K::read(&mut &*self.key)
    }

    /// The next part of the value, in the order in which they were written.
    ///
    /// # Errors
    /// If the bytes are those of another type.
    pub fn read<V: Kept<D>>(&mut self) -> Result<V> {
        V::read(&mut self.value)
    }

    /// The same for a part whose type [`types`](KeptStore::types) names.
    pub(crate) fn read_part<V: Kept<D>>(&mut self, part: &str) -> Result<V> {
        V::read_written(self.written.of(part), &mut self.value)
    }

    /// The same for a part that is not of the user.
    pub(crate) fn read_own<V: Kept<Durable>>(&mut self) -> Result<V> {
        V::read(&mut self.value)
    }
}

/// The error of a row of windows that are declared otherwise now.
pub(crate) fn declared_otherwise() -> Error {
    let message = "the windows of the checkpoint have other bounds than those of the job";
    let help = "declare the same kind of window, size and offset as before";
    Error::new(ErrorKind::Checkpoint, message).help(help)
}
