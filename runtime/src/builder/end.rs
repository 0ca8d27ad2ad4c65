//! Verbs that end a stream.

use super::declared::Declared;
use super::outputs::SideOutputs;
use super::stream::Stream;
use super::time::TimeState;
use crate::checkpoint::PartKind;
#[cfg(feature = "json")]
use crate::connector::json::{DeadLetters, dead_letters};
use crate::control::EpochTail;
use crate::error::{Error, ErrorKind, Instance, Result, Role};
use crate::grouping::Forward;
use crate::lowering::{At, Attempts, Fusing, Layout, Lowering, Wiring, another};
use crate::metrics::InstanceCounters;
use crate::operator::OperatorPlace;
use crate::sink::{Repeat, Sink};
use crate::stage::{Segment, SinkSaver, SinkTail};
use crate::state::Memory;
use crate::topology::{
    Carried, IGNORE, IfUnconnected, Instances, Naming, NodeId, NodeKind, OutputKind,
};
use millstream_graph::sentence::outcome;
use std::sync::Arc;
use tokio_util::sync::CancellationToken;

/// Names a sink, counts for it, and connects it to the control of its job.
type OfSink = (OperatorPlace, Arc<InstanceCounters>, (EpochTail, CancellationToken));

impl<T, M, S, C> Stream<T, M, S, C>
where
    T: Send + 'static,
    M: TimeState,
    S: SideOutputs,
    C: Fusing<Out = T>,
{
    /// Ends the stream in a sink, named after the stream: `orders_sink`.
    ///
    /// A sink has one instance and is opened when the job starts. If it fails, the job ends with
    /// its error.
    ///
    /// # Examples
    /// ```
    /// use millstream::prelude::*;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> millstream::Result<()> {
    /// let doubled = Collected::new();
    /// let job = Builder::new("doubling");
    /// let numbers = job.source(from_iter([1, 2, 3])).named("numbers");
    /// numbers.map(|n| 2 * n).sink(doubled.sink()); // in topology!: numbers >> map(…) >> sink(…)
    /// job.build().run(Config::default()).await?;
    /// assert_eq!(doubled.take(), [2, 4, 6]);
    /// # Ok(())
    /// # }
    /// ```
    #[track_caller]
    pub fn sink<K: Sink<T>>(self, sink: K) {
        let name = format!("{}_sink", self.declared.source_name());
        self.end(sink, &name, Naming::Engine);
    }

    /// Ends the stream in a sink with a name of its own, for metrics and errors.
    ///
    /// # Examples
    /// ```
    /// use millstream::prelude::*;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> millstream::Result<()> {
    /// let stored = Collected::new();
    /// let job = Builder::new("orders");
    /// let orders = job.source(from_iter(["book", "pen"]));
    /// // in topology!: warehouse = orders >> sink(…)
    /// orders.sink_named(stored.sink(), "warehouse");
    /// let mut job = job.build().start(Config::default())?;
    /// job.wait().await?;
    /// assert_eq!(job.metrics().node("warehouse").unwrap().total().events_in, 2);
    /// # drop(stored);
    /// # Ok(())
    /// # }
    /// ```
    #[track_caller]
    pub fn sink_named<K: Sink<T>>(self, sink: K, name: &str) {
        self.end(sink, name, Naming::Given);
    }

    /// Drops all events of the stream, counted as `events_in` of a node named after the stream:
    /// `orders_ignored`.
    ///
    /// This is how a topology declares that side outputs are not needed.
    ///
    /// # Examples
    /// ```
    /// use millstream::prelude::*;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> millstream::Result<()> {
    /// let job = Builder::new("logs");
    /// let lines = job.source(from_iter(["a", "b", "c"])).named("lines");
    /// lines.ignore(); // in topology!: lines >> ignore
    /// let mut job = job.build().start(Config::default())?;
    /// job.wait().await?;
    /// assert_eq!(job.metrics().node("lines_ignored").unwrap().total().events_in, 3);
    /// # Ok(())
    /// # }
    /// ```
    #[track_caller]
    pub fn ignore(self) {
        let name = format!("{}_ignored", self.declared.source_name());
        let draft = self.declared.draft.clone();
        let node = self.end(crate::connector::memory::ignore(), &name, Naming::Engine);
        draft.declaration().set_work(node, IGNORE);
    }

    /// Ends a stream of dead letters in a file of JSON lines, which
    /// [`replay`](crate::connector::json::replay) reads: the errors of an operator with
    /// `#[operator(errors = letters)]`.
    ///
    /// The same as `sink(dead_letters(path))`; see
    /// [`dead_letters`](crate::connector::json::dead_letters) for the file.
    ///
    /// # Examples
    /// ```
    /// use millstream::prelude::*;
    /// use std::num::ParseIntError;
    ///
    /// #[operator(errors = letters)]
    /// async fn parsed(text: &'static str) -> Result<u64, ParseIntError> {
    ///     text.parse()
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> millstream::Result<()> {
    /// # let name = format!("millstream-end-{}.jsonl", std::process::id());
    /// # let path = std::env::temp_dir().join(name);
    /// # std::fs::remove_file(&path).ok();
    /// let job = Builder::new("parsing");
    /// let parsed = job.source(from_iter(["1", "two"])).then(parsed {}).outputs();
    /// parsed.stream.ignore();
    /// parsed.errors.dead_letters(&path); // in topology!: parsed.errors >> dead_letters(…)
    /// job.build().run(Config::default()).await?;
    /// assert!(std::fs::read_to_string(&path).unwrap().contains("\"two\""));
    /// # std::fs::remove_file(path).ok();
    /// # Ok(())
    /// # }
    /// ```
    #[cfg(feature = "json")]
    #[track_caller]
    pub fn dead_letters(self, path: impl Into<std::path::PathBuf>)
    where
        DeadLetters: Sink<T>,
    {
        self.sink(dead_letters(path));
    }

    /// Ends a stream of errors by ending the job: the first error is the cause of the job's error.
    ///
    /// The job's error has the node, its instance and the event. Only the errors of a node can end
    /// this way; any other stream is refused at start.
    ///
    /// # Examples
    /// ```
    /// use millstream::prelude::*;
    ///
    /// #[operator]
    /// async fn parse(text: &'static str) -> Result<u32, std::num::ParseIntError> {
    ///     text.parse()
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> millstream::Result<()> {
    /// let topology = topology!(
    ///     parsed = source(from_iter(["1", "two"])) >> parse,
    ///     parsed >> ignore,
    ///     parsed.errors >> fail, // parsed.errors.fail()
    /// );
    /// let error = topology.run(Config::default()).await.unwrap_err();
    /// assert_eq!(error.node(), Some("parsed"));
    /// assert!(error.to_string().contains("invalid digit found in string"));
    /// # Ok(())
    /// # }
    /// ```
    pub fn fail(self) {
        let (name, output) = (self.declared.source_name(), self.declared.endpoint());
        let mut declaration = self.declared.declaration();
        if output.port != OutputKind::Errors {
            declaration.broken.push(outcome::only_errors_fail(&name));
        } else if let Some(errors) = declaration.output_mut(output) {
            errors.unconnected = IfUnconnected::Fails;
        } else {
            // Errors of a source end the job anyway, and are not declared as an output.
            declaration.failing_sources.push(output.node);
        }
    }

    #[track_caller]
    pub(super) fn end<K: Sink<T>>(mut self, sink: K, name: &str, naming: Naming) -> NodeId {
        self.declared.next.instances = Instances::Exactly(1);
        let node = self.add_node(name, naming, NodeKind::Sink(K::Repeat::EFFECT));
        self.declared.describe_sink(node, &Carried::of::<K>().base_name(), sink.files());
        if M::Memory::DURABLE && sink.again().is_none() {
            self.declared.declaration().opened_once.push(node);
        }
        let Self { declared: Declared { draft, from, .. }, mut chain, .. } = self;
        let grouping = Forward::default();
        let mut wiring = Wiring::new(from, grouping, None, M::TIMES);
        let mut sink = Some(sink);
        let layout: Layout = Box::new(move |lowering: &mut Lowering| -> Result<()> {
            let at = &mut At { lowering, node, instance: 0 };
            let chain = chain.connect(&mut wiring, at)?;
            let sink = another(&mut sink, K::again, lowering.attempts());
            let sink = sink.ok_or_else(|| used_up(lowering, node))?;
            let last = lowering.last_cut(node, &sink.files());
            if lowering.attempts() == Attempts::Several && matches!(last, Ok(None)) {
                let first = sink.first_cut(&lowering.env);
                let first = first.map_err(|error| failed(lowering, node, error))?;
                first.into_iter().for_each(|cut| lowering.note_first_cut(node, cut));
            }
            lowering.lay_out_last(Box::new(move |lowering| {
                let writer = last.and_then(|last| lowering.open_sink(node, sink, last));
                match writer {
                    Ok(writer) => {
                        let ((place, counters, control), saver) = opened(lowering, node)?;
                        let tail = SinkTail::new(writer, place, counters, control, saver);
                        lowering.place(node, 0, Box::new(Segment::new(chain, tail)));
                        Ok(())
                    }
                    Err(error) => Err(failed(lowering, node, error)),
                }
            }));
            Ok(())
        });
        draft.layouts.push(node, layout);
        node
    }
}

/// What the tail of a sink needs of its job, once the sink is open.
fn opened(lowering: &mut Lowering, node: NodeId) -> Result<(OfSink, Option<SinkSaver>)> {
    let name = lowering.name(node);
    tracing::debug!(sink = %name, "opened a sink");
    let saver = lowering.saver((node, 0), PartKind::Sink)?;
    let abort = &lowering.control.abort;
    let saver = saver.map(|saver| SinkSaver::new(saver, lowering.env.clone(), abort.clone()));
    let control = (lowering.control.epochs.add_tail(), lowering.control.drain.clone());
    let of_sink = (OperatorPlace::only(Role::Sink, name), lowering.counters(node, 0), control);
    Ok((of_sink, saver))
}

/// The error of a sink that is opened a second time.
fn used_up(lowering: &Lowering, node: NodeId) -> Error {
    failed(lowering, node, Error::new(ErrorKind::Sink, "cannot be opened a second time"))
}

/// Names the sink in the error of opening it.
fn failed(lowering: &Lowering, node: NodeId, error: Error) -> Error {
    error.of(Role::Sink, &lowering.name(node), Instance::ONLY)
}
