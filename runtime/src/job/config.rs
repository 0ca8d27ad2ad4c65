//! The settings of a run, with their defaults and reasons.

use super::variables::Variables;
use super::{Restarts, Status};
use crate::checkpoint::IfHeld;
use crate::env::Env;
use crate::error::{Error, ErrorKind, Result};
use crate::plan::Sizes;
use std::path::PathBuf;
#[cfg(feature = "object-store")]
use std::sync::Arc;
use std::sync::LazyLock;
use std::time::Duration;

/// The cores available to the process: asking the system takes longer than starting a small job.
static CORES: LazyLock<usize> =
    LazyLock::new(|| std::thread::available_parallelism().map_or(1, usize::from));

/// The settings of a run: sizes, cores, and the environment. What a job *does* is in its topology.
///
/// Sizes affect speed and memory, not results, except which events are dropped where an edge may
/// drop some.
///
/// # Examples
/// ```
/// use millstream::prelude::*;
///
/// let topology = topology!(
///     lines = source(from_iter(["a", "bb"])),
///     lines >> shuffle >> map(str::len) * auto >> ignore,
/// );
/// let config = Config::default().batch(256).buffer(4_096).cores(8);
/// assert_eq!(topology.plan(&config)?.nodes()[1].instances, 8);
/// # Ok::<(), millstream::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct Config {
    pub(super) sizes: Sizes,
    pub(super) cores: usize,
    pub(super) barriers: Option<Duration>,
    pub(super) flush_within: Duration,
    pub(super) checkpoints: Option<PathBuf>,
    #[cfg(feature = "object-store")]
    pub(super) store: Option<Arc<dyn object_store::ObjectStore>>,
    pub(super) checkpoint_every: Duration,
    pub(super) if_held: IfHeld,
    pub(super) forgotten: Vec<String>,
    pub(super) restarts: Option<Restarts>,
    pub(super) drift: Duration,
    pub(super) status: Status,
    pub(super) env: Env,
    #[cfg(feature = "page")]
    pub(super) page: super::page::PageSettings,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            sizes: Sizes::default(),
            cores: *CORES,
            barriers: None,
            flush_within: Duration::from_millis(5),
            checkpoints: None,
            #[cfg(feature = "object-store")]
            store: None,
            checkpoint_every: Duration::from_secs(1),
            if_held: IfHeld::Refuse,
            forgotten: Vec::new(),
            restarts: None,
            drift: Duration::from_secs(60),
            status: Status::default(),
            env: Env::system(),
            #[cfg(feature = "page")]
            page: super::page::PageSettings::default(),
        }
    }
}

impl Config {
    /// The defaults, overridden by the environment variables `MILLSTREAM_BATCH` and
    /// `MILLSTREAM_BUFFER`, both in events, `MILLSTREAM_CHECKPOINTS`, a directory, and
    /// `MILLSTREAM_STATUS`: [`auto`, `on`, `top` or `off`](Status); with the feature `page`,
    /// `MILLSTREAM_PAGE` and others that its [guide] lists. An empty variable sets nothing.
    ///
    /// [guide]: https://github.com/millstream-rs/millstream/blob/main/docs/guide/page.md
    ///
    /// # Errors
    /// [`ErrorKind::Config`] if a variable is not what it should be.
    ///
    /// # Examples
    /// ```
    /// use millstream::prelude::*;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> millstream::Result<()> {
    /// // MILLSTREAM_BATCH=256 cargo run
    /// let config = Config::from_env()?;
    /// let numbers = Collected::new();
    /// let topology = topology!(source(from_iter([1, 2])) >> sink(numbers.sink()));
    /// topology.run(config).await?;
    /// assert_eq!(numbers.take(), [1, 2]);
    /// # Ok(())
    /// # }
    /// ```
    pub fn from_env() -> Result<Self> {
        Self::from_variables(Variables::of_process())
    }

    /// The defaults, overridden by variables.
    pub(super) fn from_variables(variables: Variables<'_>) -> Result<Self> {
        let mut config = Self::default();
        if let Some(batch) = number(variables, "MILLSTREAM_BATCH")? {
            config = config.batch(batch);
        }
        if let Some(buffer) = number(variables, "MILLSTREAM_BUFFER")? {
            config = config.buffer(buffer);
        }
        if let Some(directory) = variables.get("MILLSTREAM_CHECKPOINTS") {
            config = config.checkpoints(directory);
        }
        #[cfg(feature = "page")]
        config.page.read(variables)?;
        if let Some(status) = variables.text("MILLSTREAM_STATUS") {
            config = config.status(Status::named(&status)?);
        }
        Ok(config)
    }

    /// Sets the largest number of events in a batch; 0 counts as 1. Default: 1,024, and between
    /// tasks up to 4,096 of events that together take at most 64 KiB.
    ///
    /// Larger batches cost less per event, up to a few thousand events. They add no delay at a low
    /// rate: a partial batch is flushed as soon as no further event is available, and at any rate
    /// [in time](Config::flush_within).
    ///
    /// # Examples
    /// ```
    /// use millstream::prelude::*;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> millstream::Result<()> {
    /// let numbers = Collected::new();
    /// let topology = topology!(source(from_iter(0..1_000)) >> sink(numbers.sink()));
    /// topology.run(Config::default().batch(64)).await?;
    /// assert_eq!(numbers.take().len(), 1_000);
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn batch(mut self, events: usize) -> Self {
        self.sizes.batch = Some(events.max(1));
        self
    }

    /// Sets the capacity of the channel between two tasks, in events, unless the topology sets it;
    /// 0 counts as 1. Default: eight batches, 8,192 events or more if they are small.
    ///
    /// A larger buffer absorbs longer pauses of a consumer and takes more memory.
    ///
    /// # Examples
    /// ```
    /// use millstream::prelude::*;
    ///
    /// let topology = topology!(
    ///     numbers = source(from_iter([1_u64, 2])),
    ///     numbers >> shuffle >> map(|n| n + 1) * 2 >> ignore,
    /// );
    /// let plan = topology.plan(&Config::default().buffer(512))?;
    /// assert_eq!(plan.edges()[0].buffer.unwrap().events, 512);
    /// # Ok::<(), millstream::Error>(())
    /// ```
    #[must_use]
    pub fn buffer(mut self, events: usize) -> Self {
        self.sizes.buffer = Some(events.max(1));
        self
    }

    /// Sets how long an event or a watermark may wait in a partial batch. Default 5 ms; at least
    /// 1 ms.
    ///
    /// The bound holds for each task that an event passes through, however busy its sources are:
    /// the task flushes every half of this time. It does not include waiting for a slower consumer
    /// (backpressure). An operator that takes longer than half the bound for one event exceeds it
    /// by its own time.
    ///
    /// # Examples
    /// ```
    /// use millstream::prelude::*;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> millstream::Result<()> {
    /// let (sender, mut rare) = tokio::sync::mpsc::channel(16);
    /// let topology = topology!(
    ///     rare = source(from_iter(1_u64..)) >> filter(|n| n % 100_000 == 0),
    ///     rare >> by(|n| *n) >> map(|n| n) * 2 >> sink(to_channel(sender)),
    /// );
    /// let job = topology.start(Config::default().flush_within(1.millis()))?;
    /// assert_eq!(rare.recv().await, Some(100_000)); // the batch of 1,024 is not full
    /// job.abort();
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn flush_within(mut self, bound: Duration) -> Self {
        self.flush_within = bound.max(Duration::from_millis(1));
        self
    }

    /// Sets how far a source may be ahead, in event time, of the slowest that it is joined with.
    /// Default 1 min; [`Duration::MAX`] for no bound.
    ///
    /// A join keeps the events of a side until the others have caught up. So a source that is
    /// further ahead is not read until they have; a stream that is idle or has ended is not waited
    /// for, one without any event yet is. [`InstanceMetrics::held`] counts the time.
    ///
    /// Streams are compared by their watermarks after each batch. What is already read and buffered
    /// comes on top. Never held are a source of which two sides of the join have events, and one
    /// whose event time is assigned at several nodes upstream of joins. For these, and while the
    /// other side is idle, [`at_most`](crate::builder::Joining::at_most) bounds the rows of a join.
    ///
    /// [`InstanceMetrics::held`]: crate::metrics::InstanceMetrics::held
    ///
    /// # Examples
    /// ```
    /// use millstream::prelude::*;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> millstream::Result<()> {
    /// let seconds = |n: &i64| EventTime::from_secs(*n);
    /// let (sender, receiver) = tokio::sync::mpsc::channel(16);
    /// let topology = topology!(
    ///     fast = source(from_iter(0_i64..)) >> event_time(seconds, lateness(0.secs())),
    ///     slow = source(from_channel(receiver)) >> event_time(seconds, lateness(0.secs())),
    ///     pairs = (fast >> by(|n| *n), slow >> by(|n| *n))
    ///         >> left_join(within(0.secs(), 0.secs())),
    ///     pairs >> ignore,
    ///     pairs.unmatched >> ignore,
    ///     pairs.late >> ignore,
    /// );
    /// let job = topology.start(Config::default().batch(8).drift(10.secs()))?;
    /// sender.send(5_i64).await.ok();
    /// while !job.metrics().nodes()[0].total().held_now {
    ///     tokio::task::yield_now().await;
    /// }
    /// assert!(job.metrics().nodes()[0].total().events_out < 100);
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn drift(mut self, most: Duration) -> Self {
        self.drift = most;
        self
    }

    /// Sends a barrier from the sources through every edge once per interval. Never unless set; at
    /// least 1 ms.
    ///
    /// Barriers delimit the epochs of checkpoints. Without checkpoints they save nothing, and the
    /// setting is for measuring what barriers cost; a job with checkpoints ignores it. An interval
    /// is skipped while the previous barrier is in flight.
    ///
    /// # Examples
    /// ```
    /// use millstream::prelude::*;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> millstream::Result<()> {
    /// let numbers = Collected::new();
    /// let topology = topology!(source(from_iter(0..1_000)) >> sink(numbers.sink()));
    /// topology.run(Config::default().barrier_every(1.secs())).await?;
    /// assert_eq!(numbers.take().len(), 1_000); // results do not change
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn barrier_every(mut self, interval: Duration) -> Self {
        self.barriers = Some(interval.max(Duration::from_millis(1)));
        self
    }

    /// Sets the number of instances that `* auto` stands for. Default: the cores available to the
    /// process; 0 counts as 1.
    ///
    /// It does not create threads: those belong to the tokio runtime.
    ///
    /// # Examples
    /// ```
    /// use millstream::prelude::*;
    ///
    /// let topology = topology!(
    ///     words = source(from_iter(["to", "be"])),
    ///     words >> by(|word| *word) >> map(str::len) * auto >> ignore,
    /// );
    /// let plan = topology.plan(&Config::default().cores(16))?;
    /// assert_eq!(plan.nodes()[1].instances, 16);
    /// # Ok::<(), millstream::Error>(())
    /// ```
    #[must_use]
    pub fn cores(mut self, cores: usize) -> Self {
        self.cores = cores.max(1);
        self
    }

    /// Replaces the clocks, tasks, files and randomness of the machine, for tests and simulations.
    ///
    /// # Examples
    /// ```
    /// use millstream::prelude::*;
    /// use millstream::env::{Env, Files};
    /// use std::io::{self, Cursor, Read, Write};
    /// use std::path::Path;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> millstream::Result<()> {
    /// #[derive(Debug)]
    /// struct OneFile;
    ///
    /// impl Files for OneFile {
    ///     fn open(&self, _: &Path) -> io::Result<Box<dyn Read + Send>> {
    ///         Ok(Box::new(Cursor::new("first\nsecond\n")))
    ///     }
    ///     fn create(&self, _: &Path) -> io::Result<Box<dyn Write + Send>> {
    ///         Ok(Box::new(io::sink()))
    ///     }
    /// }
    ///
    /// let lines = Collected::new();
    /// let topology = topology!(source(file_lines("anywhere.txt")) >> sink(lines.sink()));
    /// topology.run(Config::default().env(Env::system().with_files(OneFile))).await?;
    /// assert_eq!(lines.take(), ["first", "second"]);
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn env(mut self, env: Env) -> Self {
        self.env = env;
        self
    }
}

fn number(variables: Variables<'_>, name: &str) -> Result<Option<usize>> {
    let Some(value) = variables.text(name) else {
        return Ok(None);
    };
    match value.parse() {
        Ok(number) if number > 0 => Ok(Some(number)),
        _ => {
            let message = format!("{name} is `{value}`, expected a positive number of events");
            Err(Error::new(ErrorKind::Config, message))
        }
    }
}
