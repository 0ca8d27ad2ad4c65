//! Single events: one message each.

use super::wire::Wire;
use crate::systems::Ready;
use crate::work::Work;

/// Prepares a work.
pub fn prepare(work: Work, quick: bool, instances: usize) -> Option<Ready> {
    super::prepare::<Each>(work, quick, instances)
}

/// One event per message.
#[derive(Clone)]
struct Each;

impl Wire for Each {
    const CAPACITY: usize = 1_024;

    type Parcel<T: Send + 'static> = [T; 1];

    fn full<T>() -> usize {
        1
    }

    #[inline]
    fn draw<T: Send + 'static>(input: &mut impl Iterator<Item = T>) -> Option<[T; 1]> {
        Some([input.next()?])
    }

    #[inline]
    fn parcels<T: Send + 'static>(buffer: &mut Vec<T>) -> impl Iterator<Item = [T; 1]> + Send {
        buffer.drain(..).map(|event| [event])
    }

    #[inline]
    fn put<T: Send + 'static>(_: &mut Vec<T>, event: T) -> Option<[T; 1]> {
        Some([event])
    }

    #[inline]
    fn filter_map<T: Send + 'static, U: Send + 'static>(
        [event]: [T; 1],
        mut step: impl FnMut(T) -> Option<U>,
    ) -> Option<[U; 1]> {
        Some([step(event)?])
    }

    #[inline]
    fn twin<T: Clone + Send + 'static>(event: &[T; 1]) -> [T; 1] {
        event.clone()
    }
}
