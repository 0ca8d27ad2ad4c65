//! Every event to the instance that its grouping says.

use super::port::{Outgoing, Port};
use super::spill::Spill;
use super::{Delivery, Flush, Progress, Target};
use crate::channel::Capacity;
use crate::error::Result;
use crate::event::{Batch, Element, Mark, Meta, Times};
use crate::grouping::{Grouping, Way};
use crate::operator::Emit;
use async_trait::async_trait;
use std::convert::Infallible;
use std::fmt;

/// Sends every event to the instance that its grouping says.
pub struct Router<T, G> {
    grouping: G,
    ports: Vec<Port<T>>,
    clone: Option<fn(&T) -> T>,
    times: Times,
    ended: bool,
    spill: Spill<T>,
}

impl<T, G> fmt::Debug for Router<T, G> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Router").field("ports", &self.ports.len()).finish_non_exhaustive()
    }
}

impl<T, G: Grouping<T>> Router<T, G> {
    /// A router to these instances.
    #[must_use]
    pub fn new(grouping: G, ways: Vec<Outgoing<T>>, capacity: Capacity, times: Times) -> Self {
        let ports = ways.into_iter().map(|way| Port::new(way, capacity.batch())).collect();
        Self { grouping, ports, clone: None, times, ended: false, spill: Spill::default() }
    }

    /// Whether the end of the stream has passed through.
    #[must_use]
    pub fn has_ended(&self) -> bool {
        self.ended
    }

    /// The same where events that are dropped go to `target`.
    #[must_use]
    pub fn spilling(mut self, target: Box<dyn Target<T>>) -> Self {
        self.spill = Spill::to(target);
        self
    }

    /// The same for a grouping that sends one event to many instances.
    #[must_use]
    pub fn cloning(mut self, clone: fn(&T) -> T) -> Self {
        self.clone = Some(clone);
        self
    }

    #[inline(always)]
    fn push(&mut self, port: usize, value: T, meta: Meta) {
        let instances = self.ports.len();
        let Some(port) = self.ports.get_mut(port) else {
            return;
        };
        port.open.push_with(value, meta.time, self.times);
        if G::HASHES {
            port.open.push_hash(meta.hash);
        }
        if port.open.len() >= port.limit {
            port.close_batch();
            self.grouping.next_batch(instances);
        }
    }

    #[inline(always)]
    fn route(&mut self, value: T, mut meta: Meta) {
        let instances = self.ports.len();
        match self.grouping.route(&value, &mut meta, instances) {
            Way::To(port) => self.push(port, value, meta),
            Way::ToAll => self.push_to_all(value, meta),
        }
    }

    fn push_to_all(&mut self, value: T, meta: Meta) {
        let last = self.ports.len().saturating_sub(1);
        if let Some(clone) = self.clone {
            for port in 0..last {
                self.push(port, clone(&value), meta);
            }
        }
        self.push(last, value, meta);
    }

    fn pass(&mut self, mark: Mark) {
        self.ended |= mark == Mark::End;
        self.spill.mark(mark);
        for port in &mut self.ports {
            if let Mark::Watermark(time) = mark {
                port.watermark = Some(time);
            } else {
                port.close_batch();
                port.ready.push_back(Element::Mark(mark));
            }
        }
    }

    fn close_all(&mut self) {
        let instances = self.ports.len();
        let filling = self.ports.iter().any(|port| !port.open.is_empty());
        self.ports.iter_mut().for_each(Port::close_batch);
        if filling {
            self.grouping.next_batch(instances);
        }
    }
}

impl<T: Send, G: Grouping<T>> Emit<T> for Router<T, G> {
    #[inline(always)]
    fn emit(&mut self, value: T, meta: Meta) -> Result<()> {
        self.route(value, meta);
        Ok(())
    }

    fn mark(&mut self, mark: Mark) -> Result<()> {
        self.pass(mark);
        Ok(())
    }

    fn batch_end(&mut self, _: u64) -> Result<()> {
        Ok(())
    }
}

#[async_trait]
impl<T: Send, G: Grouping<T>> Delivery for Router<T, G> {
    fn try_deliver(&mut self, flush: Flush) -> Result<Progress> {
        if flush == Flush::All {
            self.close_all();
        }
        let mut progress = Progress::Done;
        for port in &mut self.ports {
            progress = progress.and(port.try_send(&mut self.spill)?);
        }
        if progress == Progress::Done {
            self.spill.release_marks();
        }
        Ok(progress.and(self.spill.try_deliver(flush)?))
    }

    async fn deliver(&mut self, flush: Flush) -> Result<()> {
        if flush == Flush::All {
            self.close_all();
        }
        for port in &mut self.ports {
            // An element leaves the port only when there is room: a delivery that is given up, as
            // an operator may do with its `send`, loses nothing.
            while port.try_send(&mut self.spill)? == Progress::MustWait {
                self.spill.deliver(Flush::All).await?;
                port.room().await?;
            }
        }
        self.spill.release_marks();
        self.spill.deliver(flush).await
    }
}

impl<T: Send, G: Grouping<T>> Target<T> for Router<T, G> {
    fn take(&mut self, batch: &mut Batch<T>) {
        let Ok(()) = batch.drain(|value, meta| {
            self.route(value, meta);
            Ok::<(), Infallible>(())
        });
    }

    fn mark(&mut self, mark: Mark) {
        self.pass(mark);
    }
}
