//! Channels between tasks, and what travels through them: batches or single events.

use foldhash::fast::FixedState;
use std::hash::{BuildHasher, Hash};
use tokio::sync::mpsc::{Receiver, Sender, channel};

/// How events travel.
pub trait Wire: Clone + Send + 'static {
    /// How many messages a channel holds.
    const CAPACITY: usize;

    /// A message.
    type Parcel<T: Send + 'static>: IntoIterator<Item = T, IntoIter: Send>
        + AsMut<[T]>
        + Send
        + 'static;

    /// How many events a full message has.
    fn full<T>() -> usize;

    /// A full message of what a source has; none at its end.
    fn draw<T: Send + 'static>(input: &mut impl Iterator<Item = T>) -> Option<Self::Parcel<T>>;

    /// Adds an event to those that are not under way yet; a message if it is full now.
    fn put<T: Send + 'static>(buffer: &mut Vec<T>, event: T) -> Option<Self::Parcel<T>>;

    /// All events that are not under way yet.
    fn parcels<T: Send + 'static>(
        buffer: &mut Vec<T>,
    ) -> impl Iterator<Item = Self::Parcel<T>> + Send;

    /// What a step makes of a message.
    fn filter_map<T: Send + 'static, U: Send + 'static>(
        parcel: Self::Parcel<T>,
        step: impl FnMut(T) -> Option<U>,
    ) -> Option<Self::Parcel<U>>;

    /// The same message once more.
    fn twin<T: Clone + Send + 'static>(parcel: &Self::Parcel<T>) -> Self::Parcel<T>;
}

/// A channel.
pub fn link<W: Wire, T: Clone + Send + 'static>() -> (Out<W, T>, In<W, T>) {
    let (sender, receiver) = channel(W::CAPACITY);
    (Out { buffer: Vec::new(), to: vec![sender] }, In { receiver, begun: None })
}

/// As many channels as there are instances, and all of their beginnings in one.
pub fn links<W: Wire, T: Clone + Send + 'static>(instances: usize) -> (Split<W, T>, Vec<In<W, T>>) {
    let (lanes, ends) = (0..instances).map(|_| link()).unzip();
    (Split { lanes, hash: FixedState::with_seed(SEED) }, ends)
}

/// Instances are told apart by other bits than the places in their tables are.
const SEED: u64 = 5;

/// The end of a channel.
pub struct In<W: Wire, T: Send + 'static> {
    receiver: Receiver<W::Parcel<T>>,
    begun: Option<<W::Parcel<T> as IntoIterator>::IntoIter>,
}

impl<W: Wire, T: Send + 'static> In<W, T> {
    /// The next message.
    pub async fn parcel(&mut self) -> Option<W::Parcel<T>> {
        self.receiver.recv().await
    }

    /// The next event, where it matters which channel it is from.
    pub async fn event(&mut self) -> Option<T> {
        loop {
            if let Some(event) = self.begun.as_mut().and_then(Iterator::next) {
                return Some(event);
            }
            self.begun = Some(self.parcel().await?.into_iter());
        }
    }
}

/// The beginning of a channel, or of several that are all sent the same.
pub struct Out<W: Wire, T: Send + 'static> {
    /// What is not under way yet.
    pub buffer: Vec<T>,
    to: Vec<Sender<W::Parcel<T>>>,
}

impl<W: Wire, T: Clone + Send + 'static> Out<W, T> {
    /// Sends an event, as soon as there are enough.
    #[inline]
    pub async fn put(&mut self, event: T) {
        if let Some(parcel) = W::put(&mut self.buffer, event) {
            self.send(parcel).await;
        }
    }

    /// Sends what is in the buffer, if it is enough.
    #[inline]
    pub async fn flush_full(&mut self) {
        if self.buffer.len() >= W::full::<T>() {
            self.flush().await;
        }
    }

    /// Sends what is in the buffer.
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

/// The last channel gets the message itself, the others get copies.
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
    /// Another beginning of the same channels.
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

    /// Takes events until an instance has enough of them: which one.
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

    /// Sends what is not under way yet.
    pub async fn flush(&mut self) {
        for lane in &mut self.lanes {
            lane.flush().await;
        }
    }

    /// All that goes to an instance goes to that of other channels too.
    pub fn and(mut self, other: Self) -> Self {
        for (lane, other) in self.lanes.iter_mut().zip(other.lanes) {
            lane.to.extend(other.to);
        }
        self
    }
}
