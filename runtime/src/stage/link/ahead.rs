//! A link that looks ahead: for tables larger than the caches.
//!
//! An event of a key that is not in a cache waits for memory. The processor works on the next events
//! meanwhile, as far as it gets: a few, since each takes many instructions. Here, events are
//! gathered in groups. First the row of each event of a group is read, in few instructions, so that
//! all of them are fetched at the same time. Then the group is processed.
//!
//! Rows that are in a cache anyway are read in vain, so this is a [way](crate::stage::Way) of its
//! own, chosen batch by batch.

use super::Link;
use super::linked::Through;
use crate::error::Result;
use crate::event::{Mark, Meta, Passed};
use crate::operator::Emit;
use crate::stage::{Drive, Way};
use crate::time::{EventTime, InputIndex};

/// The number of events of a group: more than a processor fetches at the same time.
const GROUP: usize = 32;

/// Drives a batch of `chain` through a link that looks ahead.
#[inline(always)]
pub(super) fn drive_ahead<W: Way, C: Drive, L: Link<C::Out>, E: Emit<L::Out>>(
    chain: &mut C,
    mut through: Through<'_, C::Out, L, L::Hot, E>,
) -> Result<()> {
    let group = through.link().group().map(std::mem::take).unwrap_or_default();
    let mut ahead = Ahead { through, group };
    let driven = chain.drive::<W, _>(&mut ahead);
    let Ahead { mut through, group } = ahead;
    if let Some(memory) = through.link().group() {
        *memory = group;
    }
    through.finish();
    driven
}

/// Gathers events in front of a link.
struct Ahead<'a, In, L: Link<In>, E> {
    through: Through<'a, In, L, L::Hot, E>,
    /// Fewer than [`GROUP`]; empty behind marks and ends of batches.
    group: Vec<(In, Meta)>,
}

impl<In, L: Link<In>, E: Emit<L::Out>> Ahead<'_, In, L, E> {
    /// Processes the group.
    #[inline(never)]
    fn process(&mut self) -> Result<()> {
        let Self { through, group } = self;
        let link = through.link();
        group.iter().for_each(|(event, meta)| link.look_at(event, *meta));
        group.drain(..).try_for_each(|(event, meta)| through.emit(event, meta))
    }
}

impl<In, L: Link<In>, E: Emit<L::Out>> Emit<In> for Ahead<'_, In, L, E> {
    #[inline(always)]
    fn emit(&mut self, event: In, meta: Meta) -> Result<()> {
        self.group.push((event, meta));
        if self.group.len() < GROUP { Ok(()) } else { self.process() }
    }

    fn passed(&mut self, passed: Passed) -> Result<()> {
        self.process()?;
        self.through.passed(passed)
    }

    fn side_passed(&mut self, side: InputIndex, watermark: EventTime) -> Result<()> {
        self.process()?;
        self.through.side_passed(side, watermark)
    }

    fn mark(&mut self, mark: Mark) -> Result<()> {
        self.process()?;
        self.through.mark(mark)
    }

    fn slice_end(&mut self) -> Result<()> {
        self.process()?;
        self.through.slice_end()
    }

    fn batch_end(&mut self, events: u64) -> Result<()> {
        self.process()?;
        self.through.batch_end(events)
    }
}
