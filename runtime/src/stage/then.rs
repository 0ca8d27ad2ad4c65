//! An operator without state after a chain.

use super::chain::fetch_from_chain;
use super::step::Tally;
use super::{Chain, Found, StepCore};
use crate::error::Result;
use crate::event::{Mark, Meta};
use crate::exchange::Drive;
use crate::operator::{Emit, Step};
use std::fmt;

/// An operator that needs no key, after a chain.
pub struct Then<C: Chain, O: Step<C::Out>> {
    chain: C,
    core: StepCore<O, O::Error>,
}

impl<C: Chain, O: Step<C::Out>> fmt::Debug for Then<C, O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Then").field("core", &self.core).finish_non_exhaustive()
    }
}

impl<C: Chain, O: Step<C::Out>> Then<C, O> {
    /// An operator after a chain.
    pub fn new(chain: C, core: StepCore<O, O::Error>) -> Self {
        Self { chain, core }
    }
}

impl<C: Chain<Out: Send>, O: Step<C::Out, State = ()>> Drive for Then<C, O> {
    type Out = O::Out;

    #[inline]
    fn drive<E: Emit<O::Out>>(&mut self, into: &mut E) -> Result<()> {
        let tally = Tally::default();
        self.chain.drive(&mut Through { core: &mut self.core, tally, into })
    }
}

impl<C: Chain<Out: Send>, O: Step<C::Out, State = ()>> Chain for Then<C, O> {
    fetch_from_chain!();

    fn sides<'a>(&'a mut self, found: Found<'_, 'a>) {
        self.chain.sides(found);
        if let Some(errors) = &mut self.core.errors {
            found(errors);
        }
    }
}

struct Through<'a, O, Error, E> {
    core: &'a mut StepCore<O, Error>,
    tally: Tally,
    into: &'a mut E,
}

impl<T, O, E> Emit<T> for Through<'_, O, O::Error, E>
where
    O: Step<T, State = ()>,
    E: Emit<O::Out>,
{
    #[inline(always)]
    fn emit(&mut self, event: T, meta: Meta) -> Result<()> {
        self.core.step(&mut self.tally, (event, meta), &mut (), self.into)?;
        Ok(())
    }

    #[inline(always)]
    fn mark(&mut self, mark: Mark) -> Result<()> {
        self.core.mark(mark)?;
        self.into.mark(mark)
    }

    #[inline(always)]
    fn batch_end(&mut self, _: u64) -> Result<()> {
        // Moved out, so that the address of the tally itself never leaves the registers.
        let tally = std::mem::take(&mut self.tally);
        let given = self.core.batch_end(tally)?;
        self.into.batch_end(given)
    }
}
