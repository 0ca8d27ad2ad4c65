//! A link that looks ahead: for tables larger than the caches.
//!
//! An event of a key that is not in a cache waits for memory. The processor works on the next
//! events meanwhile, as far as it gets: a few, since each takes many instructions. Here, events are
//! gathered in groups. First the row of each event of a group is read, in few instructions, so that
//! all of them are fetched at the same time. Then the group is processed.
//!
//! Rows that are in a cache anyway are read in vain, so this is a [way](crate::stage::Way) of its
//! own, chosen batch by batch.

use crate::error::Result;
use crate::event::{Mark, Meta, Passed};
use crate::operator::Emit;
use crate::time::{EventTime, InputIndex};

/// The number of events of a group: more than a processor fetches at the same time.
const GROUP: usize = 32;

/// A link that may be able to read what events will need.
pub trait LooksAt<In>: Emit<In> {
    /// Whether it is. If not, events are not gathered in front of it.
    const LOOKS_AHEAD: bool;

    /// Reads what an event will need, and does nothing with it.
    fn look_at(&self, event: &In, meta: Meta);

    /// The memory for a group of events, taken for a turn.
    fn group(&mut self) -> Option<&mut Vec<(In, Meta)>>;
}

/// What stands in front of a link during a turn.
///
/// It is a type that follows from the way, not a constant: what a loop does not do is then not even
/// looked at by the compiler, which would be twice as much for each link of a chain.
pub trait InFront<'a, In, L: LooksAt<In>> {
    /// What receives the events.
    type Receiver: Emit<In>;

    /// In front of `link`.
    fn of(link: &'a mut L) -> Self;

    /// What receives the events.
    fn receiver(&mut self) -> &mut Self::Receiver;

    /// Ends the turn, also one that fails.
    fn finish(self);
}

/// Nothing: the link receives events as they come.
#[derive(Debug)]
pub struct Straight<'a, L>(&'a mut L);

impl<'a, In, L: LooksAt<In>> InFront<'a, In, L> for Straight<'a, L> {
    type Receiver = L;

    #[inline(always)]
    fn of(link: &'a mut L) -> Self {
        Self(link)
    }

    #[inline(always)]
    fn receiver(&mut self) -> &mut L {
        self.0
    }

    #[inline(always)]
    fn finish(self) {}
}

/// Gathers events in front of a link.
#[derive(Debug)]
pub struct LookAhead<'a, In, L> {
    link: &'a mut L,
    /// Fewer than [`GROUP`]; empty behind marks and ends of slices.
    group: Vec<(In, Meta)>,
}

impl<'a, In, L: LooksAt<In>> InFront<'a, In, L> for LookAhead<'a, In, L> {
    type Receiver = Self;

    #[inline(always)]
    fn of(link: &'a mut L) -> Self {
        let group = link.group().map(std::mem::take).unwrap_or_default();
        Self { link, group }
    }

    #[inline(always)]
    fn receiver(&mut self) -> &mut Self {
        self
    }

    #[inline(always)]
    fn finish(self) {
        if let Some(memory) = self.link.group() {
            *memory = self.group;
        }
    }
}

impl<In, L: LooksAt<In>> LookAhead<'_, In, L> {
    /// Processes the group.
    #[inline(never)]
    fn process(&mut self) -> Result<()> {
        let Self { link, group } = self;
        group.iter().for_each(|(event, meta)| link.look_at(event, *meta));
        group.drain(..).try_for_each(|(event, meta)| link.emit(event, meta))
    }
}

impl<In, L: LooksAt<In>> Emit<In> for LookAhead<'_, In, L> {
    #[inline(always)]
    fn emit(&mut self, event: In, meta: Meta) -> Result<()> {
        if const { !L::LOOKS_AHEAD } {
            return self.link.emit(event, meta);
        }
        self.group.push((event, meta));
        if self.group.len() < GROUP { Ok(()) } else { self.process() }
    }

    fn passed(&mut self, passed: Passed) -> Result<()> {
        self.process()?;
        self.link.passed(passed)
    }

    fn side_passed(&mut self, side: InputIndex, watermark: EventTime) -> Result<()> {
        self.process()?;
        self.link.side_passed(side, watermark)
    }

    fn mark(&mut self, mark: Mark) -> Result<()> {
        self.process()?;
        self.link.mark(mark)
    }

    fn slice_end(&mut self) -> Result<()> {
        self.process()?;
        self.link.slice_end()
    }

    fn batch_end(&mut self, events: u64) -> Result<()> {
        self.process()?;
        self.link.batch_end(events)
    }
}
