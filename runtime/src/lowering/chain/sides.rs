//! The declared sides of a join.

use super::{At, ChainSpec, Either, either};
use crate::error::Result;
use crate::event::WithKey;
use crate::grouping::Grouping;
use crate::join::{FromSide, ReadFirst};
use crate::lowering::Wiring;
use crate::stage::Paired;
use std::marker::PhantomData;

/// Declares the first side of a join and another, or several, merged as events `O`.
#[derive(Debug)]
pub struct SidesSpec<A, B, O> {
    pub(crate) first: A,
    pub(crate) other: B,
    pub(crate) reads_first: ReadFirst,
    pub(crate) events: PhantomData<fn() -> O>,
}

impl<K, T, U, A, B, O> ChainSpec for SidesSpec<A, B, O>
where
    K: Send + 'static,
    T: Send + 'static,
    U: Send + 'static,
    A: ChainSpec<Out = WithKey<K, T>>,
    B: ChainSpec<Out = WithKey<K, U>>,
    O: FromSide<T, U>,
{
    type Out = WithKey<K, O>;
    type Chain = Paired<A::Chain, B::Chain, O>;
    type Connected = Either<Self>;

    fn lower(&mut self, at: &mut At<'_>) -> Result<Self::Chain> {
        let (first, other) = (self.first.lower(at)?, self.other.lower(at)?);
        Ok(Paired::new(first, other, self.reads_first))
    }

    fn connect<G: Grouping<Self::Out>>(
        &mut self,
        wiring: &mut Wiring<Self::Out, G>,
        at: &mut At<'_>,
    ) -> Result<Self::Connected> {
        either(self, wiring, at)
    }
}
