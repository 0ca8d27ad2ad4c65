//! The timers of operators.

use super::EventTime;
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// A timer of a key, as `on_timer` receives it.
///
/// Set one with [`Context::timer_at`](crate::operator::Context::timer_at) or
/// [`Context::timer_after`](crate::operator::Context::timer_after).
///
/// # Examples
/// ```
/// use millstream::prelude::*;
///
/// #[derive(Clone)]
/// struct Unpaid;
///
/// #[operator]
/// impl Unpaid {
///     async fn process(order: u64, open: &mut u64, ctx: &mut Context) {
///         *open = order;
///         ctx.timer_after(30.mins());
///     }
///
///     async fn on_timer(timer: Timer, open: &mut u64) -> (u64, Timer) {
///         (*open, timer)
///     }
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let (mut open, mut ctx) = (0, Context::default());
/// Unpaid::process(7, &mut open, &mut ctx).await;
/// assert_eq!(ctx.timers(), [Timer::After(30.mins())]);
/// # }
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Timer {
    /// In event time: due once the watermark has reached this time.
    At(EventTime),
    /// In processing time: due this long after it was set, by the job's [`Clock`](super::Clock).
    After(Duration),
}
