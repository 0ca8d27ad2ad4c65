//! A job reduced to what a sink sees of it.

use super::broken::{BrokenLaw, Lawful};
use super::under_test::SinkUnderTest;
use crate::env::Env;
use crate::error::Result as JobResult;
use crate::sink::{Committer, Epoch, PreparedEpoch, Repeat, RepeatEffect, Sink, Writer};
use std::ops::Range;
use tokio::runtime::{Builder, Runtime};

type WriterOf<P> = <<P as SinkUnderTest>::Sink as Sink<<P as SinkUnderTest>::Event>>::Writer;
type EffectOf<P> = <<P as SinkUnderTest>::Sink as Sink<<P as SinkUnderTest>::Event>>::Repeat;

/// Drives a sink through one law, in the order in which a job calls it.
pub(super) struct Rehearsal<P: SinkUnderTest> {
    place: P,
    env: Env,
    runtime: Runtime,
    /// The sink that the committer was made by, and that is opened next.
    sink: Option<P::Sink>,
    writer: Option<WriterOf<P>>,
    committer: Option<Box<dyn Committer>>,
    /// The last epoch of the job, and that of the checkpoint with which it began.
    epoch: u64,
    base: u64,
}

impl<P: SinkUnderTest> Rehearsal<P> {
    /// Prepares for a sink of this kind, which is not opened yet.
    pub(super) fn of(place: P, effect: RepeatEffect) -> Result<Self, BrokenLaw> {
        let found = EffectOf::<P>::EFFECT;
        if found != effect {
            let message = format!(
                "these laws are for sinks whose repeated writes are `{effect:?}`, this one's are \
                 `{found:?}`: use the laws of its `Sink::Repeat`"
            );
            return Err(BrokenLaw::new(message));
        }
        let runtime = Builder::new_current_thread().enable_all().build();
        let runtime = runtime
            .map_err(|error| BrokenLaw::new(format!("there is no runtime for the law: {error}")))?;
        let (env, sink, writer, committer) = (place.env(), None, None, None);
        Ok(Self { place, env, runtime, sink, writer, committer, epoch: 0, base: 0 })
    }

    /// Starts a job from the beginning.
    pub(super) fn begin(&mut self) -> Lawful {
        self.epoch = 0;
        self.recover(&[])?;
        self.open("opening the sink from the beginning", None)
    }

    /// The job dies, if it runs, and starts from a checkpoint that lists these epochs.
    pub(super) fn restart(&mut self, listed: &[PreparedEpoch]) -> Lawful {
        self.recover(listed)?;
        let last = listed.last().map_or(&[][..], |last| &last.bytes);
        self.open("opening the sink after a restart", Some(last))
    }

    /// The job dies, if it runs; the start after it has not opened the sink yet.
    pub(super) fn recover(&mut self, listed: &[PreparedEpoch]) -> Lawful {
        self.die();
        let (sink, _inside) = (self.place.sink(), self.runtime.enter());
        let committer = sink.committer(&self.env);
        self.committer = committer.map_err(|error| BrokenLaw::failed("`committer`", &error))?;
        self.sink = Some(sink);
        let Some(committer) = &mut self.committer else { return Ok(()) };
        let recovered = committer.recover(listed);
        recovered.map_err(|error| BrokenLaw::failed("`recover`", &error))
    }

    /// Opens the sink as `exactly_once` does.
    fn open(&mut self, step: &str, last: Option<&[u8]>) -> Lawful {
        self.base = self.epoch;
        let sink = self.sink.take().unwrap_or_else(|| self.place.sink());
        let env = self.env.clone();
        self.open_by(step, move || sink.open_exactly_once(&env, last))
    }

    /// Opens the sink as `at_least_once` does.
    pub(super) fn open_at_least_once(&mut self, last: Option<&[u8]>) -> Lawful {
        self.die();
        let (sink, env) = (self.place.sink(), self.env.clone());
        self.open_by("opening the sink in a job that is `at_least_once`", move || match last {
            None => sink.open(&env),
            Some(last) => sink.open_again(&env, last),
        })
    }

    fn open_by(&mut self, step: &str, open: impl FnOnce() -> JobResult<WriterOf<P>>) -> Lawful {
        let _inside = self.runtime.enter();
        self.writer = Some(open().map_err(|error| BrokenLaw::failed(step, &error))?);
        Ok(())
    }

    /// What the sink continues from before its first cut.
    pub(super) fn first_cut(&self) -> Result<Vec<u8>, BrokenLaw> {
        let _inside = self.runtime.enter();
        let first = self.place.sink().first_cut(&self.env);
        let first = first.map_err(|error| BrokenLaw::failed("`first_cut`", &error))?;
        Ok(first.unwrap_or_default())
    }

    /// Writes events and flushes them.
    pub(super) fn write(&mut self, numbers: Range<u64>) -> Lawful {
        let events: Vec<_> = numbers.map(|number| self.place.event(number)).collect();
        let Some(writer) = &mut self.writer else { return Err(not_open()) };
        let written = self.runtime.block_on(async {
            for event in events {
                writer.write(event)?;
            }
            if writer.has_backlog() {
                writer.send().await?;
            }
            writer.flush().await
        });
        written.map_err(|error| BrokenLaw::failed("writing events", &error))
    }

    /// Ends an epoch, and waits until it is durable; none if the sink stores nothing.
    pub(super) fn cut(&mut self) -> Result<Option<PreparedEpoch>, BrokenLaw> {
        let Some(writer) = &mut self.writer else { return Err(not_open()) };
        self.epoch += 1;
        // A writer counts from the start, a checkpoint over all starts.
        let (epoch, of_writer) = (Epoch(self.epoch), Epoch(self.epoch - self.base));
        let cut = self.runtime.block_on(async { writer.cut(of_writer)?.wait().await });
        let bytes = cut.map_err(|error| BrokenLaw::failed("the cut of an epoch", &error))?;
        Ok(bytes.map(|bytes| PreparedEpoch { epoch, bytes }))
    }

    /// Writes events and ends their epoch.
    pub(super) fn prepare(&mut self, numbers: Range<u64>) -> Result<PreparedEpoch, BrokenLaw> {
        self.write(numbers)?;
        self.cut()?.ok_or_else(|| {
            BrokenLaw::new(
                "the cut of an epoch with events stores nothing: return the bytes that its commit \
                 needs, by `Prepared::ready` or `Prepared::later`",
            )
        })
    }

    pub(super) fn commit(&mut self, epochs: &[PreparedEpoch]) -> Lawful {
        let Some(committer) = &mut self.committer else {
            return Err(BrokenLaw::new("the sink has no committer: implement `Sink::committer`"));
        };
        let _inside = self.runtime.enter();
        let committed = committer.commit(epochs);
        committed.map_err(|error| BrokenLaw::failed("`commit`", &error))
    }

    /// Ends the input of the sink, after its last cut.
    pub(super) fn close(&mut self) -> Lawful {
        let Some(mut writer) = self.writer.take() else { return Err(not_open()) };
        let closed = self.runtime.block_on(async { writer.close().await });
        closed.map_err(|error| BrokenLaw::failed("`close`", &error))
    }

    /// The process dies.
    pub(super) fn die(&mut self) {
        (self.sink, self.writer, self.committer) = (None, None, None);
    }

    /// Checks that exactly these events are visible.
    pub(super) fn shows(&self, numbers: Range<u64>, when: &str) -> Lawful {
        let expected = self.events(numbers);
        BrokenLaw::difference(expected, &self.place.visible(), when).map_or(Ok(()), Err)
    }

    /// Checks that each of these events is visible, perhaps with others, and perhaps twice.
    pub(super) fn keeps(&self, numbers: Range<u64>, when: &str) -> Lawful {
        let visible = self.place.visible();
        let expected = self.events(numbers);
        let found =
            expected.iter().filter_map(|event| visible.iter().find(|other| *other == event));
        let found: Vec<&P::Event> = found.collect();
        let expected = expected.iter().collect();
        BrokenLaw::difference(expected, &found, when).map_or(Ok(()), Err)
    }

    /// Checks that each of these events is visible once, perhaps with others.
    pub(super) fn shows_once(&self, numbers: Range<u64>, when: &str) -> Lawful {
        let expected = self.events(numbers);
        let mut visible = self.place.visible();
        visible.retain(|event| expected.contains(event));
        BrokenLaw::difference(expected, &visible, when).map_or(Ok(()), Err)
    }

    /// Checks that none of these events is visible.
    pub(super) fn hides(&self, numbers: Range<u64>, when: &str) -> Lawful {
        let hidden = self.events(numbers);
        let mut visible = self.place.visible();
        visible.retain(|event| hidden.contains(event));
        BrokenLaw::difference(Vec::new(), &visible, when).map_or(Ok(()), Err)
    }

    fn events(&self, numbers: Range<u64>) -> Vec<P::Event> {
        numbers.map(|number| self.place.event(number)).collect()
    }

    /// Nothing that was written is missing in the end, whatever dies.
    pub(super) fn loses_nothing_at_least_once(mut self) -> Lawful {
        let first = self.first_cut()?;
        self.open_at_least_once(None)?;
        self.write(0..3)?;
        self.die();
        self.open_at_least_once(Some(&first))?;
        self.write(0..5)?;
        let cut = self.cut()?.map_or(first, |cut| cut.bytes);
        self.write(5..8)?;
        self.die();
        self.open_at_least_once(Some(&cut))?;
        self.write(5..10)?;
        self.cut()?;
        self.close()?;
        self.keeps(0..10, "at the end of an `at_least_once` job, after two restarts")
    }
}

fn not_open() -> BrokenLaw {
    BrokenLaw::new("the sink is not open")
}
