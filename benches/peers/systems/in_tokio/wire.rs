//! Channels between tasks, and their messages: batches or single events.

use foldhash::fast::FixedState;
use std::hash::{BuildHasher, Hash};
use tokio::sync::mpsc::{Receiver, Sender, channel};

/// How events travel.
pub trait Wire: Clone + Send + 'static {
    /// The capacity of a channel, in messages.
    const CAPACITY: usize;

    /// A message.
    type Parcel<T: Send + 'static>: IntoIterator<Item = T, IntoIter: Send>
        + AsMut<[T]>
        + Send
        + 'static;

    /// The number of events in a full message.
    fn full<T>() -> usize;

    /// The next full message from a source; `None` at its end.
    fn draw<T: Send + 'static>(input: &mut impl Iterator<Item = T>) -> Option<Self::Parcel<T>>;

    /// Buffers an event; returns a message once it is full.
    fn put<T: Send + 'static>(buffer: &mut Vec<T>, event: T) -> Option<Self::Parcel<T>>;

    /// All buffered events.
    fn parcels<T: Send + 'static>(
        buffer: &mut Vec<T>,
    ) -> impl Iterator<Item = Self::Parcel<T>> + Send;

    /// Applies a step to a message.
    fn filter_map<T: Send + 'static, U: Send + 'static>(
        parcel: Self::Parcel<T>,
        step: impl FnMut(T) -> Option<U>,
    ) -> Option<Self::Parcel<U>>;

    /// Copies a message.
    fn twin<T: Clone + Send + 'static>(parcel: &Self::Parcel<T>) -> Self::Parcel<T>;
}

/// A channel.
pub fn link<W: Wire, T: Clone + Send + 'static>() -> (Out<W, T>, In<W, T>) {
    let (sender, receiver) = channel(W::CAPACITY);
    (Out { buffer: Vec::new(), to: vec![sender] }, In { receiver, begun: None })
}

/// A channel for each instance, and one sender for all of them.
pub fn links<W: Wire, T: Clone + Send + 'static>(instances: usize) -> (Split<W, T>, Vec<In<W, T>>) {
    let (lanes, ends) = (0..instances).map(|_| link()).unzip();
    (Split { lanes, hash: FixedState::with_seed(SEED) }, ends)
}

/// Instances are selected by other bits of the hash than the slots in their tables.
const SEED: u64 = 5;

/// The receiver of a channel.
pub struct In<W: Wire, T: Send + 'static> {
    receiver: Receiver<W::Parcel<T>>,
    begun: Option<<W::Parcel<T> as IntoIterator>::IntoIter>,
}

impl<W: Wire, T: Send + 'static> In<W, T> {
    /// The next message.
    pub async fn parcel(&mut self) -> Option<W::Parcel<T>> {
        self.receiver.recv().await
    }

    /// The next event, for joins that poll each channel.
    pub async fn event(&mut self) -> Option<T> {
        loop {
            if let Some(event) = self.begun.as_mut().and_then(Iterator::next) {
                return Some(event);
            }
            self.begun = Some(self.parcel().await?.into_iter());
        }
    }
}

/// The sender of a channel, or of several that receive the same messages.
pub struct Out<W: Wire, T: Send + 'static> {
    /// Buffered events.
    pub buffer: Vec<T>,
    to: Vec<Sender<W::Parcel<T>>>,
}

impl<W: Wire, T: Clone + Send + 'static> Out<W, T> {
    /// Buffers an event, and sends the buffer once it is full.
    #[inline]
    pub async fn put(&mut self, event: T) {
        if let Some(parcel) = W::put(&mut self.buffer, event) {
            self.send(parcel).await;
        }
    }

    /// Sends the buffer if it is full.
    #[inline]
    pub async fn flush_full(&mut self) {
        if self.buffer.len() >= W::full::<T>() {
            self.flush().await;
        }
    }

    /// Sends the buffer.
    pub async fn flush(&mut self) {
        for parcel in W::parcels(&mut self.buffer) {
            send::<W, T>(&self.to, parcel).await;
        }
    }

    /// Sends a message.
    pub async fn send(&mut self, parcel: W::Parcel<T>) {
        send::<W, T>(&self.to, parcel).await;
    }
}

/// The last channel receives the message itself, the others copies.
async fn send<W: Wire, T: Clone + Send + 'static>(
    to: &[Sender<W::Parcel<T>>],
    parcel: W::Parcel<T>,
) {
    let Some((last, others)) = to.split_last() else { return };
    for other in others {
        sent(other.send(W::twin(&parcel)).await);
    }
    sent(last.send(parcel).await);
}

fn sent<E: std::fmt::Display>(result: Result<(), E>) {
    if let Err(error) = result {
        panic!("the task behind has ended: {error}");
    }
}

impl<W: Wire, T: Send + 'static> Clone for Out<W, T> {
    /// Another sender for the same channels.
    fn clone(&self) -> Self {
        Self { buffer: Vec::new(), to: self.to.clone() }
    }
}

/// Channels to the instances of a step.
#[derive(Clone)]
pub struct Split<W: Wire, T: Send + 'static> {
    lanes: Vec<Out<W, T>>,
    hash: FixedState,
}

impl<W: Wire, T: Clone + Send + 'static> Split<W, T> {
    /// The channel, if there is only one.
    pub fn single(&mut self) -> Option<&mut Out<W, T>> {
        match self.lanes.as_mut_slice() {
            [lane] => Some(lane),
            _ => None,
        }
    }

    /// Sends events to the instances of their keys.
    pub async fn share_out<K: Hash>(
        &mut self,
        mut events: impl Iterator<Item = T>,
        key: impl Fn(&T) -> K,
    ) {
        while let Some(full) = self.fill(&mut events, &key) {
            self.lanes[full].flush().await;
        }
    }

    /// Takes events until the buffer of an instance is full; returns that instance.
    fn fill<K: Hash>(
        &mut self,
        events: &mut impl Iterator<Item = T>,
        key: impl Fn(&T) -> K,
    ) -> Option<usize> {
        let instances = self.lanes.len();
        for event in events {
            let at = match instances {
                1 => 0,
                more => self.hash.hash_one(key(&event)) as usize % more,
            };
            let buffer = &mut self.lanes[at].buffer;
            buffer.push(event);
            if buffer.len() >= W::full::<T>() {
                return Some(at);
            }
        }
        None
    }

    /// Sends all buffered events.
    pub async fn flush(&mut self) {
        for lane in &mut self.lanes {
            lane.flush().await;
        }
    }

    /// Messages to an instance are also sent to that instance of other channels.
    pub fn and(mut self, other: Self) -> Self {
        for (lane, other) in self.lanes.iter_mut().zip(other.lanes) {
            lane.to.extend(other.to);
        }
        self
    }
}
