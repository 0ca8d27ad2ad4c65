//! Reports what a sink has made durable.

use crate::checkpoint::Moment;
use crate::env::Env;
use crate::error::{Instance, Result, Role};
use crate::event::Epoch;
use crate::sink::{Prepared, Writer};
use crate::stage::Saver;
use futures::FutureExt;
use std::sync::Arc;
use tokio::sync::oneshot;
use tokio_util::sync::CancellationToken;

/// Reports what a sink has made durable.
#[derive(Debug)]
pub struct SinkSaver {
    saver: Arc<Saver>,
    /// Where a sink waits for the disk, beside its task, until the job is aborted.
    env: Env,
    abort: CancellationToken,
    /// The mark up to which the next flush reports.
    due: Option<Moment>,
    /// The last epoch that ended.
    last: Epoch,
    /// Ends once the last cut is reported.
    reported: Option<oneshot::Receiver<()>>,
}

impl SinkSaver {
    /// Reports by `saver`.
    #[must_use]
    pub fn new(saver: Saver, env: Env, abort: CancellationToken) -> Self {
        Self { saver: Arc::new(saver), env, abort, due: None, last: Epoch(0), reported: None }
    }

    /// Reports with the next flush what has been written up to a mark.
    pub(super) fn cut_at(&mut self, moment: Moment) {
        self.due = Some(moment);
    }

    pub(super) fn is_due(&self) -> bool {
        self.due.is_some()
    }

    /// Ends the epoch of the mark that is due, after everything before it was flushed.
    #[cold]
    pub(super) fn cut<T, W: Writer<T>>(&mut self, writer: &mut W) -> Result<()> {
        let Some(moment) = self.due else {
            return Ok(());
        };
        let epoch = match moment {
            Moment::Barrier(epoch) => epoch,
            Moment::End => Epoch(self.last.0 + 1),
        };
        let prepared = writer.cut(epoch)?;
        (self.last, self.due) = (epoch, None);
        self.report(moment, prepared);
        Ok(())
    }

    /// Reports a cut once it is durable, and not before the one before it: what a place reports
    /// last is what it continues with. If that one is never reported, neither is this: after an
    /// abort it could be taken for all that was written.
    fn report(&mut self, moment: Moment, prepared: Prepared) {
        let (saver, before) = (Arc::clone(&self.saver), self.reported.take());
        let (reports, reported) = oneshot::channel();
        self.reported = Some(reported);
        let mut durable = Box::pin(async move {
            let bytes = prepared.wait().await;
            if let Some(before) = before
                && before.await.is_err()
            {
                return;
            }
            let bytes = bytes.map_err(|error| error.of(Role::Sink, &saver.node, Instance::ONLY));
            saver.whole(moment, bytes);
            reports.send(()).ok();
        });
        if durable.as_mut().now_or_never().is_none() {
            let abort = self.abort.clone();
            self.env.spawn(Box::pin(async move {
                abort.run_until_cancelled(durable).await;
            }));
        }
    }

    /// Reports nothing new up to the mark that is due: the reader of the output is gone.
    #[cold]
    pub(super) fn skip(&mut self) {
        if let Some(moment) = self.due.take() {
            self.report(moment, Prepared::nothing());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checkpoint::{PartKind, Report, Reports, SaverId};
    use crate::env::{Spawn, TaskFuture};
    use crate::key::KeyGroups;
    use crate::stage::RowOwner;
    use std::sync::Mutex;
    use std::task::{Context, Waker};
    use tokio::sync::mpsc::UnboundedReceiver;

    /// Keeps what it is to run.
    #[derive(Debug, Clone, Default)]
    struct Kept(Arc<KeptTasks>);

    #[derive(Default)]
    struct KeptTasks(Mutex<Vec<TaskFuture>>);

    impl std::fmt::Debug for KeptTasks {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.debug_struct("KeptTasks").finish_non_exhaustive()
        }
    }

    impl Spawn for Kept {
        fn spawn(&self, task: TaskFuture) {
            self.0.0.lock().unwrap().push(task);
        }

        fn spawn_blocking(&self, work: Box<dyn FnOnce() + Send>) {
            work();
        }
    }

    impl Kept {
        /// Polls all, the first first, and forgets those that have ended.
        fn poll(&self) {
            let mut cx = Context::from_waker(Waker::noop());
            let mut tasks = self.0.0.lock().unwrap();
            tasks.retain_mut(|task| task.as_mut().poll(&mut cx).is_pending());
        }
    }

    fn saver(tasks: &Kept, abort: &CancellationToken) -> (SinkSaver, UnboundedReceiver<Report>) {
        let (reports, received) = Reports::channel();
        let saver = Saver {
            id: SaverId(0),
            node: "lines".into(),
            instance: 0,
            kind: PartKind::Sink,
            groups: KeyGroups::default(),
            instances: 1,
            rows: RowOwner::Instance,
            replaces: false.into(),
            reports,
        };
        let env = Env::system().with_spawn(tasks.clone());
        (SinkSaver::new(saver, env, abort.clone()), received)
    }

    fn moments(received: &mut UnboundedReceiver<Report>) -> Vec<Moment> {
        std::iter::from_fn(|| received.try_recv().ok()).map(|report| report.moment).collect()
    }

    #[test]
    fn cuts_are_reported_in_their_order_whichever_is_durable_first() {
        let (tasks, abort) = (Kept::default(), CancellationToken::new());
        let (mut saver, mut received) = saver(&tasks, &abort);
        let (durable, first) = oneshot::channel::<()>();
        let first = first.map(|_| Ok(b"1".to_vec())).boxed();
        saver.report(Moment::Barrier(Epoch(1)), Prepared::later(first));
        saver.report(Moment::End, Prepared::ready(b"2".to_vec()));
        tasks.poll();
        assert_eq!(moments(&mut received), []);
        durable.send(()).unwrap();
        tasks.poll();
        assert_eq!(moments(&mut received), [Moment::Barrier(Epoch(1)), Moment::End]);
    }

    #[test]
    fn a_cut_behind_one_that_was_never_durable_is_not_reported() {
        let (tasks, abort) = (Kept::default(), CancellationToken::new());
        let (mut saver, mut received) = saver(&tasks, &abort);
        let never = std::future::pending().boxed();
        saver.report(Moment::Barrier(Epoch(1)), Prepared::later(never));
        saver.report(Moment::End, Prepared::ready(b"nothing more".to_vec()));
        tasks.poll();
        abort.cancel();
        tasks.poll();
        // It would make a checkpoint complete that lacks what is before the barrier.
        assert_eq!(moments(&mut received), []);
        assert!(tasks.0.0.lock().unwrap().is_empty());
    }
}
