//! Faults that a test plants into checkpoints, to see whether it would notice them.
//!
//! A test of recovery that finds no fault proves little unless it finds a known one. So each place
//! at which a checkpoint could go wrong can be made wrong, for one thread and at run time. They are
//! passed once per checkpoint or start, never for an event.
//!
//! Two faults that are often named have no place here, since nobody could notice them. An alignment
//! that ignores the number of an epoch: each barrier closes its input, and the last one opens all,
//! so a number only shows that the protocol was broken elsewhere. And a state that is saved after
//! its barrier went on: a link does both in one call, and receives nothing in between.
//!
//! A place that loses an event is passed for each batch or event. Such faults
//! [strike](Mutant::strikes) once, and are compiled with `debug_assertions` only.

use std::cell::Cell;

thread_local! {
    static PLANTED: Cell<Option<Mutant>> = const { Cell::new(None) };
}

/// A fault of the protocol or of what is saved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Mutant {
    /// An input gate forwards a barrier as soon as it has arrived on one input.
    BarriersNotAligned,
    /// A checkpoint is written while the part of one place is missing.
    CompleteWithoutOne,
    /// A checkpoint is complete after as many reports as there are places, whoever has sent them.
    CompleteByNumber,
    /// The last part of a place that has ended goes into a checkpoint that has its state at the
    /// barrier already.
    EndCountsEarly,
    /// The parts of a checkpoint that could not be written are lost.
    FailedPartsLost,
    /// A job that starts again uses the numbers of checkpoints again that failed.
    NumbersUsedAgain,
    /// The removal of a key is not written.
    RemovalNotSaved,
    /// A key that has changed is not written if it has been written before.
    ChangeNotSaved,
    /// Timers are not written.
    TimersNotSaved,
    /// The time of last use of states that expire is not written.
    LastUseNotSaved,
    /// Events that wait for a timer are not written.
    WaitingNotSaved,
    /// The watermark of a source is not taken back.
    WatermarkNotRestored,
    /// The watermark of a window or join goes back to the beginning.
    StoreWatermarkNotRestored,
    /// The idle mark of a source is not written.
    IdleNotSaved,
    /// Rows are taken back by the next instance.
    RowsIntoWrongInstance,
    /// The contents of windows and joins are not written.
    StoreNotSaved,
    /// One side of a join is not written.
    SideNotSaved,
    /// It is not written that a window has fired.
    FiringNotSaved,
    /// Events that are held for their watermark are not written.
    HeldNotSaved,
    /// Events in flight in a loop are not written.
    LoopNotSaved,
    /// An edge that drops its oldest events drops those of an epoch whose barrier has been sent.
    EvictedBeforeBarrier,
    /// A source reports a position that is one event ahead. Planted in the source of the test.
    PositionAhead,
    /// A source reports a position in the middle of what it has just read. Planted in the source of
    /// the test.
    PositionBehind,
    /// The files of a checkpoint are deleted before the merged one is durable.
    DeletedBeforeMerged,
    /// An event is lost in the channel between two tasks.
    LostInChannel,
    /// An event is lost in the queue between two segments of a task.
    LostInQueue,
    /// Events without room are neither counted nor emitted.
    DroppedUncounted,
    /// An event that is fed back is lost.
    LostInLoop,
    /// An event is lost between an operator and what its chain calls next.
    LostInChain,
    /// An operator is not called for an event.
    LostBeforeOperator,
    /// An event that waits for a timer is lost.
    LostWaiting,
    /// Windows or a join lose an event that they are about to receive.
    LostBeforeStore,
    /// An event is not folded into its window.
    LostInWindow,
    /// An event that waits for its window or join, behind others, is lost.
    LostHeld,
    /// A result of a window is lost.
    LostResult,
    /// An event is lost from a side of a join.
    LostInJoin,
    /// An event that is not in order is lost.
    LostInOrder,
    /// A late event is neither counted nor emitted.
    LateUncounted,
    /// An operator that awaits loses an event before its call.
    LostBeforeCall,
    /// A call returns, and its event is forgotten.
    LostCall,
    /// The results of a call are lost.
    LostResults,
    /// A sink loses an event.
    LostAtSink,
}

impl Mutant {
    /// Those that a job with random crashes notices.
    pub const OF_JOBS: [Self; 18] = [
        Self::BarriersNotAligned,
        Self::CompleteWithoutOne,
        Self::EndCountsEarly,
        Self::FailedPartsLost,
        Self::NumbersUsedAgain,
        Self::RemovalNotSaved,
        Self::ChangeNotSaved,
        Self::TimersNotSaved,
        Self::LastUseNotSaved,
        Self::WaitingNotSaved,
        Self::WatermarkNotRestored,
        Self::RowsIntoWrongInstance,
        Self::StoreNotSaved,
        Self::HeldNotSaved,
        Self::LoopNotSaved,
        Self::EvictedBeforeBarrier,
        Self::PositionAhead,
        Self::PositionBehind,
    ];

    /// Plants a fault into all jobs of this thread, or removes the one that is planted.
    pub fn plant(mutant: Option<Self>) {
        PLANTED.set(mutant);
    }

    /// Whether it is planted, and strikes here: once. Never without `debug_assertions`.
    #[inline(always)]
    #[must_use]
    pub fn strikes(self) -> bool {
        cfg!(debug_assertions) && self.is_planted() && {
            Self::plant(None);
            true
        }
    }

    /// Whether it is planted.
    #[cold]
    #[must_use]
    pub fn is_planted(self) -> bool {
        PLANTED.get() == Some(self)
    }
}
