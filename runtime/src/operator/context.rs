//! What an operator can learn about the event at hand, and its timers.

use crate::error::Instance;
use crate::time::{EventTime, Timer};
use std::time::Duration;

/// Gives an operator the event's time, the watermark, timers, and control over its state.
///
/// An operator receives it by declaring a parameter `ctx: &mut Context`. In a unit test, pass
/// [`Context::default()`] or [`Context::new`].
///
/// # Examples
/// ```
/// use millstream::prelude::*;
///
/// #[operator]
/// async fn last_of_three(event: u32, seen: &mut u32, ctx: &mut Context) -> Option<u32> {
///     *seen += 1;
///     if *seen == 3 {
///         ctx.forget_key();
///     }
///     (*seen == 3).then_some(event)
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let (mut seen, mut ctx) = (2, Context::default());
/// assert_eq!(last_of_three(7, &mut seen, &mut ctx).await, Some(7));
/// assert!(ctx.forgets_key());
/// # }
/// ```
#[derive(Debug, Clone)]
pub struct Context {
    time: EventTime,
    watermark: EventTime,
    instance: Instance,
    retention: Retention,
    timers: Vec<Timer>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Retention {
    Keep,
    Forget,
}

impl Default for Context {
    /// The context of the only instance on a stream without event time: for unit tests.
    fn default() -> Self {
        Self::new(EventTime::MIN, EventTime::MIN, Instance::ONLY)
    }
}

impl Context {
    /// Creates the context of an event at `time`: for unit tests.
    ///
    /// # Examples
    /// ```
    /// use millstream::operator::{Context, Instance};
    /// use millstream::time::EventTime;
    ///
    /// let (time, watermark) = (EventTime::from_secs(9), EventTime::from_secs(7));
    /// let ctx = Context::new(time, watermark, Instance::new(0, 1));
    /// assert!(ctx.event_time() > ctx.watermark());
    /// ```
    #[inline]
    #[must_use]
    pub fn new(time: EventTime, watermark: EventTime, instance: Instance) -> Self {
        Self { time, watermark, instance, retention: Retention::Keep, timers: Vec::new() }
    }

    /// Returns when the event happened.
    ///
    /// For the result of a window it is the end of the window, in `on_timer` the time of an
    /// event-time timer. [`EventTime::MIN`] on a stream without event time.
    ///
    /// # Examples
    /// ```
    /// use millstream::prelude::*;
    ///
    /// #[operator]
    /// async fn stamped(reading: i64, ctx: &mut Context) -> (EventTime, i64) {
    ///     (ctx.event_time(), reading)
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> millstream::Result<()> {
    /// let seen = Collected::new();
    /// topology!(
    ///     readings = source(from_iter([5])),
    ///     readings >> event_time(|r| EventTime::from_secs(*r), lateness(1.secs()))
    ///         >> stamped >> sink(seen.sink()),
    /// )
    /// .run(Config::default())
    /// .await?;
    /// assert_eq!(seen.take(), [(EventTime::from_secs(5), 5)]);
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn event_time(&self) -> EventTime {
        self.time
    }

    /// Returns the watermark of this instance; [`EventTime::MIN`] before the first one, and that of
    /// the checkpoint after a restart.
    ///
    /// An event with a time before it is late.
    ///
    /// # Examples
    /// ```
    /// use millstream::operator::Instance;
    /// use millstream::prelude::*;
    ///
    /// #[operator]
    /// async fn drop_late(reading: u32, ctx: &mut Context) -> Option<u32> {
    ///     (ctx.event_time() >= ctx.watermark()).then_some(reading)
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let at = EventTime::from_secs;
    /// let mut late = Context::new(at(3), at(5), Instance::new(0, 1));
    /// assert_eq!(drop_late(21, &mut late).await, None);
    /// # }
    /// ```
    #[must_use]
    pub fn watermark(&self) -> EventTime {
        self.watermark
    }

    /// Returns which instance of the operator this is.
    ///
    /// # Examples
    /// ```
    /// use millstream::operator::Context;
    ///
    /// let instance = Context::default().instance();
    /// assert_eq!((instance.index(), instance.count()), (0, 1));
    /// ```
    #[must_use]
    pub fn instance(&self) -> Instance {
        self.instance
    }

    /// Sets an event-time timer: `on_timer` is called for this key once the watermark reaches
    /// `time`.
    ///
    /// A key has at most one timer per time; setting it again has no effect. Due timers fire in
    /// order of time, before the watermark is forwarded downstream. A timer that is due when it is
    /// set fires right after this event. At the end of input all remaining timers fire, on a stream
    /// without event time for the first time; timers set by those calls never fire.
    ///
    /// A timer takes memory until it fires or its key is forgotten. Only `#[operator] impl` has an
    /// `on_timer`: a timer set by any other operator ends the job with an error.
    ///
    /// # Examples
    /// ```
    /// use millstream::prelude::*;
    ///
    /// #[derive(Clone)]
    /// struct HourTotal;
    ///
    /// #[operator]
    /// impl HourTotal {
    ///     async fn process(sale: (u64, u64), total: &mut u64, ctx: &mut Context) {
    ///         *total += sale.1;
    ///         ctx.timer_at(EventTime::from_secs(3_600));
    ///     }
    ///
    ///     async fn on_timer(_: Timer, total: &mut u64) -> u64 {
    ///         *total
    ///     }
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> millstream::Result<()> {
    /// let totals = Collected::new();
    /// topology!(
    ///     sales = source(from_iter([(10, 3), (20, 4)]))
    ///         >> event_time(|sale| EventTime::from_secs(sale.0 as i64), lateness(1.secs())),
    ///     sales >> by(|_| ()) >> HourTotal >> sink(totals.sink()),
    /// )
    /// .run(Config::default())
    /// .await?;
    /// assert_eq!(totals.take(), [7]);
    /// # Ok(())
    /// # }
    /// ```
    pub fn timer_at(&mut self, time: EventTime) {
        self.timers.push(Timer::At(time));
    }

    /// Sets a processing-time timer: `on_timer` is called for this key once `wait` has passed by
    /// the job's clock, even if no event arrives.
    ///
    /// At the end of input, and when the job drains, all timers fire at once, in order of their
    /// times. One set after that never fires: it is counted as `unfired`, and as one event dropped.
    /// Only `#[operator] impl` has an `on_timer`: a timer set by any other operator ends the job
    /// with an error.
    ///
    /// # Examples
    /// ```
    /// use millstream::prelude::*;
    ///
    /// #[derive(Clone)]
    /// struct Reminder;
    ///
    /// #[operator]
    /// impl Reminder {
    ///     async fn process(order: u64, open: &mut u64, ctx: &mut Context) {
    ///         *open = order;
    ///         ctx.timer_after(30.mins());
    ///     }
    ///
    ///     async fn on_timer(_: Timer, open: &mut u64) -> u64 {
    ///         *open
    ///     }
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let (mut open, mut ctx) = (0, Context::default());
    /// Reminder::process(7, &mut open, &mut ctx).await;
    /// assert_eq!(Reminder::on_timer(ctx.timers()[0], &mut open).await, 7);
    /// # }
    /// ```
    pub fn timer_after(&mut self, wait: Duration) {
        self.timers.push(Timer::After(wait));
    }

    /// Returns the timers set in this call, in order: what a unit test asserts.
    ///
    /// # Examples
    /// ```
    /// use millstream::prelude::*;
    ///
    /// let mut ctx = Context::default();
    /// ctx.timer_at(EventTime::from_secs(60));
    /// assert_eq!(ctx.timers(), [Timer::At(EventTime::from_secs(60))]);
    /// ```
    #[inline]
    #[must_use]
    pub fn timers(&self) -> &[Timer] {
        &self.timers
    }

    /// Drops the state and timers of this key once the operator returns, and frees their memory.
    ///
    /// Call it when a key is done (a session closed, an order paid). Its next event starts with
    /// default state. Timers set in the same call are kept; they also find default state. Where no
    /// event ends a key, let its state expire: `#[operator(ttl = "1h")]`.
    ///
    /// # Examples
    /// ```
    /// use millstream::prelude::*;
    ///
    /// #[operator]
    /// async fn pairs(n: u32, first: &mut Option<u32>, ctx: &mut Context) -> Option<(u32, u32)> {
    ///     match first.take() {
    ///         Some(first) => {
    ///             ctx.forget_key();
    ///             Some((first, n))
    ///         }
    ///         None => {
    ///             *first = Some(n);
    ///             None
    ///         }
    ///     }
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> millstream::Result<()> {
    /// let seen = Collected::new();
    /// topology!(
    ///     numbers = source(from_iter([1, 2, 3, 4])),
    ///     numbers >> by(|_| ()) >> pairs >> sink(seen.sink()),
    /// )
    /// .run(Config::default())
    /// .await?;
    /// assert_eq!(seen.take(), [(1, 2), (3, 4)]);
    /// # Ok(())
    /// # }
    /// ```
    pub fn forget_key(&mut self) {
        self.retention = Retention::Forget;
    }

    /// Whether [`forget_key`](Context::forget_key) was called: what a unit test asserts.
    #[inline]
    #[must_use]
    pub fn forgets_key(&self) -> bool {
        self.retention == Retention::Forget
    }
}
