//! Batches of events: few large messages.

use super::wire::Wire;
use crate::systems::Ready;
use crate::work::Work;

/// The number of events in a full batch, unless they are large.
const FULL: usize = 1_024;

/// The maximum size of a full batch, so that messages in flight stay in the cache.
const BYTES: usize = 1 << 16;

/// Prepares a work.
pub fn prepare(work: Work, quick: bool, instances: usize) -> Option<Ready> {
    super::prepare::<Batches>(work, quick, instances)
}

/// A vector of events per message.
#[derive(Clone)]
struct Batches;

impl Wire for Batches {
    const CAPACITY: usize = 8;

    type Parcel<T: Send + 'static> = Vec<T>;

    fn full<T>() -> usize {
        (BYTES / size_of::<T>().max(1)).clamp(1, FULL)
    }

    fn draw<T: Send + 'static>(input: &mut impl Iterator<Item = T>) -> Option<Vec<T>> {
        let full = Self::full::<T>();
        let mut batch = Vec::with_capacity(full);
        while batch.len() < full {
            match input.next() {
                Some(event) => batch.push(event),
                None => break,
            }
        }
        (!batch.is_empty()).then_some(batch)
    }

    fn parcels<T: Send + 'static>(buffer: &mut Vec<T>) -> impl Iterator<Item = Vec<T>> + Send {
        let size = buffer.len();
        (size > 0).then(|| std::mem::replace(buffer, Vec::with_capacity(size))).into_iter()
    }

    #[inline]
    fn put<T: Send + 'static>(buffer: &mut Vec<T>, event: T) -> Option<Vec<T>> {
        buffer.push(event);
        let full = Self::full::<T>();
        (buffer.len() == full).then(|| std::mem::replace(buffer, Vec::with_capacity(full)))
    }

    fn filter_map<T: Send + 'static, U: Send + 'static>(
        batch: Vec<T>,
        step: impl FnMut(T) -> Option<U>,
    ) -> Option<Vec<U>> {
        let batch: Vec<U> = batch.into_iter().filter_map(step).collect();
        (!batch.is_empty()).then_some(batch)
    }

    fn twin<T: Clone + Send + 'static>(batch: &Vec<T>) -> Vec<T> {
        batch.clone()
    }
}
