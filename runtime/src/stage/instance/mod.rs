//! One instance of an operator: a call, its state, its timers, and what wakes its task.

mod arrivals;
mod expiring;
mod kept;
mod late;
mod stateless;
mod states;
mod step;
mod timers;
mod waiting;
mod wake;

pub(super) use arrivals::ArrivalClock;
pub use expiring::{ExpiringSlot, ExpiringStates};
pub(super) use kept::Keeper;
pub(super) use late::report_late;
pub use stateless::NoStates;
pub use states::{AppendPending, KeyedStates, StateSlot, States};
pub use step::{BatchCounts, StepCore};
pub(super) use step::{passed_of, time_of};
pub(super) use timers::{Asker, TimerDriver};
pub(super) use waiting::WaitingEvents;
pub(super) use wake::Wakeup;
