//! The paths of a fork, and what passes them.

use crate::error::Result;
use crate::event::{Mark, Meta, Passed};
use crate::operator::{Emit, NoSnapshot, OperatorPlace, Uncounted};
use crate::stage::{Chain, Path, Visit, VisitSides};
use std::any::Any;

/// The paths of a fork: a nested pair of all paths but the last, and the last.
pub trait Paths<U>: Send + 'static {
    /// What changes with every event, on the stack for a turn.
    type Hot;

    /// Whether all of them can be pushed into.
    const OPEN: bool;

    /// Begins a turn.
    fn begin(&mut self) -> Self::Hot;

    /// Ends a turn.
    fn finish(&mut self, hot: Self::Hot);

    /// Pushes a copy of an event into each path.
    ///
    /// # Errors
    /// If an operator or `into` fails.
    fn copies<T: Clone + 'static, E: Emit<U>>(
        &mut self,
        hot: &mut Self::Hot,
        of: (&T, Meta, &OperatorPlace),
        into: &mut E,
    ) -> Result<()>;

    /// Pushes an event into each path: the last gets the event itself, the others copies.
    ///
    /// # Errors
    /// If an operator or `into` fails.
    fn event<T: Clone + 'static, E: Emit<U>>(
        &mut self,
        hot: &mut Self::Hot,
        event: T,
        at: (Meta, &OperatorPlace),
        into: &mut E,
    ) -> Result<()>;

    /// Pushes anything else into each path; returns how many events have arrived at their ends in
    /// the batch, if it ends.
    ///
    /// # Errors
    /// If an operator fails.
    fn signal(&mut self, hot: &mut Self::Hot, signal: PathSignal) -> Result<u64>;

    /// Calls `visit` with each side output of the paths.
    fn sides<'a>(&'a mut self, visit: VisitSides<'_, 'a>);
}

impl<U> Paths<U> for () {
    type Hot = ();
    const OPEN: bool = true;

    fn begin(&mut self) {}

    fn finish(&mut self, (): ()) {}

    #[inline(always)]
    fn copies<T: Clone + 'static, E: Emit<U>>(
        &mut self,
        (): &mut (),
        _: (&T, Meta, &OperatorPlace),
        _: &mut E,
    ) -> Result<()> {
        Ok(())
    }

    #[inline(always)]
    fn event<T: Clone + 'static, E: Emit<U>>(
        &mut self,
        (): &mut (),
        _: T,
        _: (Meta, &OperatorPlace),
        _: &mut E,
    ) -> Result<()> {
        Ok(())
    }

    fn signal(&mut self, (): &mut (), _: PathSignal) -> Result<u64> {
        Ok(0)
    }

    fn sides<'a>(&'a mut self, _: VisitSides<'_, 'a>) {}
}

impl<U: Send + 'static, R: Paths<U>, C: Chain<Out = U>> Paths<U> for (R, C) {
    type Hot = (R::Hot, C::Hot);
    const OPEN: bool = R::OPEN && C::OPEN;

    fn begin(&mut self) -> Self::Hot {
        (self.0.begin(), Path::begin(&mut self.1))
    }

    fn finish(&mut self, (others, hot): Self::Hot) {
        self.0.finish(others);
        self.1.finish(hot);
    }

    #[inline(always)]
    fn copies<T: Clone + 'static, E: Emit<U>>(
        &mut self,
        (others, hot): &mut Self::Hot,
        of: (&T, Meta, &OperatorPlace),
        into: &mut E,
    ) -> Result<()> {
        self.0.copies(others, of, into)?;
        let (event, meta, place) = of;
        let watch = place.watch(Uncounted, &NoSnapshot);
        let event = event.clone();
        watch.end();
        self.1.enter(hot, &mut AtMeeting(into), Push { event, meta })
    }

    #[inline(always)]
    fn event<T: Clone + 'static, E: Emit<U>>(
        &mut self,
        (others, hot): &mut Self::Hot,
        event: T,
        (meta, place): (Meta, &OperatorPlace),
        into: &mut E,
    ) -> Result<()> {
        self.0.copies(others, (&event, meta, place), into)?;
        self.1.enter(hot, &mut AtMeeting(into), Push { event, meta })
    }

    fn signal(&mut self, (others, hot): &mut Self::Hot, signal: PathSignal) -> Result<u64> {
        let others = self.0.signal(others, signal)?;
        let mut end = PathEnd { events: 0 };
        self.1.enter(hot, &mut end, signal)?;
        Ok(others + end.events)
    }

    fn sides<'a>(&'a mut self, visit: VisitSides<'_, 'a>) {
        self.0.sides(visit);
        self.1.sides(visit);
    }
}

/// An event at the beginning of a path.
struct Push<T> {
    event: T,
    meta: Meta,
}

impl<T: 'static, Entry: 'static> Visit<Entry> for Push<T> {
    #[inline(always)]
    fn visit<E: Emit<Entry>>(self, entry: &mut E) -> Result<()> {
        // The types are equal, which is known once they are concrete: nothing of this is left.
        let mut event = Some(self.event);
        let event: &mut dyn Any = &mut event;
        match event.downcast_mut::<Option<Entry>>().and_then(Option::take) {
            Some(event) => entry.emit(event, self.meta),
            None => Ok(()),
        }
    }
}

/// What passes a path besides events.
#[derive(Debug, Clone, Copy)]
pub enum PathSignal {
    /// What the split of the next events had passed.
    Passed(Passed),
    /// A mark.
    Mark(Mark),
    /// The end of a slice of a batch.
    SliceEnd,
    /// The end of a batch of this many events.
    BatchEnd(u64),
}

impl<Entry> Visit<Entry> for PathSignal {
    fn visit<E: Emit<Entry>>(self, entry: &mut E) -> Result<()> {
        match self {
            Self::Passed(passed) => entry.passed(passed),
            Self::Mark(mark) => entry.mark(mark),
            Self::SliceEnd => entry.slice_end(),
            Self::BatchEnd(events) => entry.batch_end(events),
        }
    }
}

/// The end of a path for events: they go where the paths meet.
struct AtMeeting<'a, E>(&'a mut E);

impl<U, E: Emit<U>> Emit<U> for AtMeeting<'_, E> {
    #[inline(always)]
    fn emit(&mut self, event: U, meta: Meta) -> Result<()> {
        self.0.emit(event, meta)
    }

    fn passed(&mut self, _: Passed) -> Result<()> {
        Ok(())
    }

    fn mark(&mut self, _: Mark) -> Result<()> {
        Ok(())
    }

    fn batch_end(&mut self, _: u64) -> Result<()> {
        Ok(())
    }
}

/// The end of a path for everything else: each of its links lets that pass and emits nothing, and
/// it leaves the fork once.
struct PathEnd {
    /// The events of the batch.
    events: u64,
}

impl<U> Emit<U> for PathEnd {
    fn emit(&mut self, _: U, _: Meta) -> Result<()> {
        Ok(())
    }

    fn passed(&mut self, _: Passed) -> Result<()> {
        Ok(())
    }

    fn mark(&mut self, _: Mark) -> Result<()> {
        Ok(())
    }

    fn batch_end(&mut self, events: u64) -> Result<()> {
        self.events = events;
        Ok(())
    }
}
