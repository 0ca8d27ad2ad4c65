//! Events without their keys again.

use super::{Chain, Found};
use crate::error::Result;
use crate::event::{Mark, Meta, WithKey};
use crate::exchange::Drive;
use crate::operator::Emit;
use std::task::{Context, Poll};

/// The events of a chain without their keys: for an operator on windows that keeps no state.
#[derive(Debug)]
pub struct Unkey<C>(pub C);

impl<K, T, C: Chain<Out = WithKey<K, T>>> Drive for Unkey<C> {
    type Out = T;

    #[inline]
    fn drive<E: Emit<T>>(&mut self, into: &mut E) -> Result<()> {
        self.0.drive(&mut Dropping(into))
    }
}

impl<K, T, C: Chain<Out = WithKey<K, T>>> Chain for Unkey<C> {
    fn fetch_local(&mut self) -> bool {
        self.0.fetch_local()
    }

    fn poll_fetch(&mut self, cx: &mut Context<'_>) -> Poll<Result<()>> {
        self.0.poll_fetch(cx)
    }

    fn sides<'a>(&'a mut self, found: Found<'_, 'a>) {
        self.0.sides(found);
    }
}

struct Dropping<'a, E>(&'a mut E);

impl<K, T, E: Emit<T>> Emit<WithKey<K, T>> for Dropping<'_, E> {
    #[inline(always)]
    fn emit(&mut self, event: WithKey<K, T>, meta: Meta) -> Result<()> {
        self.0.emit(event.value, meta)
    }

    #[inline(always)]
    fn mark(&mut self, mark: Mark) -> Result<()> {
        self.0.mark(mark)
    }

    #[inline(always)]
    fn batch_end(&mut self, events: u64) -> Result<()> {
        self.0.batch_end(events)
    }
}
