//! Events that arrive at given times of the job's clock.

use millstream::env::Env;
use millstream::source::{Intake, Reader, Readiness, Source, Unreplayable};
use millstream::time::Sleep;
use std::collections::VecDeque;
use std::task::{Context as Waiting, Poll};
use std::time::Duration;

/// A source of events, each at its time from the start, in order.
pub struct Scheduled<T>(pub Vec<(Duration, T)>);

pub struct Schedule<T> {
    left: VecDeque<(Duration, T)>,
    env: Env,
    sleep: Option<Sleep>,
}

impl<T: Send + 'static> Source<T> for Scheduled<T> {
    type Reader = Schedule<T>;
    type Replay = Unreplayable;

    fn open(self, env: &Env) -> millstream::Result<Schedule<T>> {
        Ok(Schedule { left: self.0.into(), env: env.clone(), sleep: None })
    }
}

impl<T> Schedule<T> {
    /// How long it takes to the next event; `None` at the end.
    fn wait(&self) -> Option<Duration> {
        let now = self.env.clock().monotonic().0;
        self.left.front().map(|(at, _)| at.saturating_sub(now))
    }
}

impl<T: Send + 'static> Reader<T> for Schedule<T> {
    fn poll_ready(&mut self, cx: &mut Waiting<'_>) -> Poll<millstream::Result<Readiness>> {
        loop {
            match self.wait() {
                None => return Poll::Ready(Ok(Readiness::End)),
                Some(Duration::ZERO) => return Poll::Ready(Ok(Readiness::Events)),
                Some(wait) => {
                    let clock = self.env.clock();
                    let sleep = self.sleep.get_or_insert_with(|| clock.sleep(wait));
                    if sleep.as_mut().poll(cx).is_pending() {
                        return Poll::Pending;
                    }
                    self.sleep = None;
                }
            }
        }
    }

    fn read(&mut self, limit: usize, into: &mut impl Intake<T>) -> millstream::Result<()> {
        for _ in 0..limit {
            if self.wait() != Some(Duration::ZERO) {
                break;
            }
            if let Some((_, event)) = self.left.pop_front() {
                into.event(event)?;
            }
        }
        Ok(())
    }
}
