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

/// A link that can read what events will need.
pub(super) trait LooksAt<In>: Emit<In> {
    /// Reads what an event will need, and does nothing with it.
    fn look_at(&self, event: &In, meta: Meta);
}

/// Gathers events in front of a link.
pub(super) struct LookAhead<'a, In, L> {
    link: &'a mut L,
    /// Fewer than [`GROUP`]; empty behind marks and ends of slices.
    group: Vec<(In, Meta)>,
}

impl<'a, In, L: LooksAt<In>> LookAhead<'a, In, L> {
    /// A group in front of `link`, in this memory.
    pub(super) fn new(link: &'a mut L, memory: Vec<(In, Meta)>) -> Self {
        Self { link, group: memory }
    }

    /// The memory of the group.
    pub(super) fn into_memory(self) -> Vec<(In, Meta)> {
        self.group
    }

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
