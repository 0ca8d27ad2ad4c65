//! Why a job is slow, and why a node of it is silent.

use super::Job;
use crate::error::Result;
use crate::metrics::{Cause, Silence};

impl Job {
    /// Finds why the job is not faster: the node that holds it back and the reason, or that it
    /// keeps up with its sources.
    ///
    /// It is about the last second; at the first call, unless somebody [watches](Job::watch), about
    /// the time since the job started. Afterwards the job is looked at ten times a second.
    ///
    /// The sentence contains the value of a hot key, which may be personal;
    /// [`without_key`](Cause::without_key) leaves it out. A job that is watched, or
    /// [`run`](crate::Topology::run) while a subscriber of `tracing` reads the log, logs a limit
    /// once it has lasted for 5 s, without its key.
    ///
    /// # Examples
    /// ```
    /// use millstream::metrics::LimitReason;
    /// use millstream::prelude::*;
    ///
    /// #[operator(in_flight = 8)]
    /// async fn asked(address: u64) -> u64 {
    ///     tokio::time::sleep(20.millis()).await;
    ///     address
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() -> millstream::Result<()> {
    /// let topology = topology!(
    ///     addresses = source(from_iter(0..)),
    ///     asked = addresses >> buffer(100) >> asked,
    ///     asked >> ignore,
    /// );
    /// let job = topology.start(Config::default())?;
    /// let mut watch = job.watch();
    /// futures::StreamExt::next(&mut watch).await;
    /// let cause = job.why_slow();
    /// assert_eq!(cause.reason, LimitReason::Awaiting);
    /// let text = "`asked` is the limit: 8 of 8 calls in flight, each takes 20 ms; ";
    /// assert!(cause.to_string().starts_with(text), "{cause}");
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn why_slow(&self) -> Cause {
        Cause::of(&self.viewers.look())
    }

    /// Finds why a node emits nothing: for a window that does not fire, a join without results, a
    /// sink that receives nothing.
    ///
    /// It is about the last second; at the first call, unless somebody [watches](Job::watch), about
    /// the time since the job started. Afterwards the job is looked at ten times a second.
    ///
    /// # Errors
    /// [`ErrorKind::Config`](crate::ErrorKind::Config) if the job has no such node.
    ///
    /// # Examples
    /// ```
    /// use millstream::metrics::SilenceReason;
    /// use millstream::prelude::*;
    ///
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() -> millstream::Result<()> {
    /// let (sender, readings) = tokio::sync::mpsc::channel(100);
    /// let topology = topology!(
    ///     readings = source(from_channel(readings)),
    ///     hot = readings >> filter(|celsius: &i32| *celsius > 90),
    ///     alerts = hot >> sink(for_each(drop::<i32>)),
    /// );
    /// let job = topology.start(Config::default())?;
    /// for celsius in [20, 21, 22] {
    ///     sender.send(celsius).await.unwrap();
    /// }
    /// tokio::time::sleep(1.millis()).await;
    /// let silence = job.why_silent("alerts")?;
    /// assert_eq!(silence.reason, SilenceReason::Filtered { received: 3 });
    /// let text = "`alerts` receives nothing: `hot` emits none of the 3 events it has received";
    /// assert_eq!(silence.to_string(), text);
    ///
    /// let error = job.why_silent("alert").unwrap_err().to_string();
    /// assert!(error.ends_with("did you mean `alerts`?"), "{error}");
    /// # Ok(())
    /// # }
    /// ```
    pub fn why_silent(&self, node: &str) -> Result<Silence> {
        let live = self.viewers.look();
        Silence::of(&live, node).ok_or_else(|| self.controls.unknown("explain", node, &|_| true))
    }
}
