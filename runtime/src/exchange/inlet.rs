//! Many inputs as one: fair, keeping the least watermark, aligning barriers.
//!
//! Each input is an edge of its own, so that one of them can be left alone while the others are
//! read on: that is how barriers are aligned without a buffer. An input that has given its barrier
//! is not read until all others have given theirs.

use crate::channel::{LossyReceiver, Queue, Receiver};
use crate::event::{Batch, Element, Epoch, Mark, Origin};
use crate::time::{Advance, Frontier, InputIndex};
use std::fmt;
use std::task::{Context, Poll};

/// How an input comes in.
#[derive(Debug)]
pub enum Line<T> {
    /// From the same task.
    Queue(Queue<T>),
    /// From another task.
    Link(Receiver<T>),
    /// From another task, without what there was no room for.
    Lossy(LossyReceiver<T>),
}

struct Input<T> {
    origin: Origin,
    line: Line<T>,
    state: InputState,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum InputState {
    Open,
    Aligned(Epoch),
    Ended,
}

/// Many inputs as one.
pub struct Inlet<T> {
    inputs: Vec<Input<T>>,
    frontier: Frontier,
    turn: usize,
    next: Option<(usize, Element<T>)>,
    following: Option<(usize, Element<T>)>,
}

impl<T> fmt::Debug for Inlet<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let origins = self.inputs.iter().map(|input| input.origin.to_string());
        f.debug_list().entries(origins).finish()
    }
}

impl<T> Inlet<T> {
    /// An inlet of these inputs.
    #[must_use]
    pub fn new(lines: Vec<(Origin, Line<T>)>) -> Self {
        let input = |(origin, line)| Input { origin, line, state: InputState::Open };
        let inputs: Vec<_> = lines.into_iter().map(input).collect();
        let frontier = Frontier::new(inputs.len());
        Self { inputs, frontier, turn: 0, next: None, following: None }
    }

    /// Looks for the next element among the inputs from the same task.
    pub fn fetch_local(&mut self) -> bool {
        self.fetch(|input| match &input.line {
            Line::Queue(queue) => queue.take(),
            Line::Link(_) | Line::Lossy(_) => None,
        })
    }

    /// Looks for the next element among the inputs from other tasks, or waits for one.
    pub fn poll_fetch(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let found = self.fetch(|input| match &mut input.line {
            Line::Queue(_) => None,
            Line::Link(receiver) => match receiver.poll_recv(cx) {
                Poll::Ready(element) => element,
                Poll::Pending => None,
            },
            Line::Lossy(receiver) => match receiver.poll_recv(cx) {
                Poll::Ready(element) => Some(element),
                Poll::Pending => None,
            },
        });
        if found { Poll::Ready(()) } else { Poll::Pending }
    }

    /// The element that was found, and what to recycle its memory with.
    pub fn take(&mut self) -> Option<(usize, Element<T>)> {
        self.next.take()
    }

    /// Gives the memory of a batch back to the input it came from.
    pub fn recycle(&mut self, input: usize, batch: Batch<T>) {
        match self.inputs.get(input).map(|input| &input.line) {
            Some(Line::Queue(queue)) => queue.recycle(batch),
            Some(Line::Link(receiver)) => receiver.recycle(batch),
            Some(Line::Lossy(receiver)) => receiver.recycle(batch),
            None => {}
        }
    }

    /// Asks the open inputs in turn until one has something to pass on.
    fn fetch(&mut self, mut next_of: impl FnMut(&mut Input<T>) -> Option<Element<T>>) -> bool {
        if self.next.is_none() {
            self.next = self.following.take();
        }
        if self.next.is_some() {
            return true;
        }
        let inputs = self.inputs.len();
        let mut asked = 0;
        while asked < inputs {
            let index = self.turn % inputs;
            let element = match self.inputs.get_mut(index) {
                Some(input) if input.state == InputState::Open => next_of(input),
                _ => None,
            };
            self.turn = index + 1;
            let Some(element) = element else {
                asked += 1;
                continue;
            };
            // A mark that only concerns this input has been noted: the turn begins anew, since an
            // alignment may have opened inputs that were passed over.
            asked = 0;
            if let Some(element) = self.admit(index, element) {
                self.next = Some((index, element));
                return true;
            }
        }
        false
    }

    /// What an element of one input means for all of them together.
    fn admit(&mut self, index: usize, element: Element<T>) -> Option<Element<T>> {
        let input = InputIndex(index);
        match element {
            Element::Batch(batch) => {
                self.frontier.wake(input);
                Some(Element::Batch(batch))
            }
            Element::Mark(Mark::Watermark(time)) => {
                Self::advanced(self.frontier.advance(input, time))
            }
            Element::Mark(Mark::Idle) => Self::advanced(self.frontier.idle(input)),
            Element::Mark(Mark::Barrier(epoch)) => self.align(index, epoch),
            Element::Mark(Mark::End) => self.end(index),
        }
    }

    fn advanced(advance: Advance) -> Option<Element<T>> {
        match advance {
            Advance::None => None,
            Advance::To(time) => Some(Element::Mark(Mark::Watermark(time))),
            Advance::Idle => Some(Element::Mark(Mark::Idle)),
        }
    }

    fn align(&mut self, index: usize, epoch: Epoch) -> Option<Element<T>> {
        if let Some(input) = self.inputs.get_mut(index) {
            input.state = InputState::Aligned(epoch);
        }
        self.aligned()
    }

    /// The barrier, once no input is read before it any more.
    fn aligned(&mut self) -> Option<Element<T>> {
        let mut common = None;
        for input in &self.inputs {
            match input.state {
                InputState::Open => return None,
                InputState::Aligned(epoch) => common = Some(epoch),
                InputState::Ended => {}
            }
        }
        let epoch = common?;
        for input in &mut self.inputs {
            if input.state != InputState::Ended {
                input.state = InputState::Open;
            }
        }
        Some(Element::Mark(Mark::Barrier(epoch)))
    }

    fn end(&mut self, index: usize) -> Option<Element<T>> {
        if let Some(input) = self.inputs.get_mut(index) {
            input.state = InputState::Ended;
        }
        let advance = self.frontier.end(InputIndex(index));
        if self.inputs.iter().all(|input| input.state == InputState::Ended) {
            return Some(Element::Mark(Mark::End));
        }
        // An end can be what a barrier, the watermark or both were waiting for.
        let advanced = Self::advanced(advance);
        match self.aligned() {
            Some(barrier) => {
                self.following = advanced.map(|element| (index, element));
                Some(barrier)
            }
            None => advanced,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::channel::{Feeder, local};
    use crate::time::EventTime;

    fn inlet(inputs: usize) -> (Vec<Feeder<u32>>, Inlet<u32>) {
        let edges = (0..inputs).map(|instance| {
            let (feeder, queue) = local();
            let origin = Origin { node: "before".into(), instance };
            (feeder, (origin, Line::Queue(queue)))
        });
        let (feeders, lines) = edges.unzip();
        (feeders, Inlet::new(lines))
    }

    fn batch(value: u32) -> Element<u32> {
        let mut batch = Batch::default();
        batch.push(value);
        Element::Batch(batch)
    }

    /// Everything that comes out, in words.
    fn drain(inlet: &mut Inlet<u32>) -> Vec<String> {
        let mut out = Vec::new();
        while inlet.fetch_local() {
            out.push(match inlet.take() {
                Some((_, Element::Batch(batch))) => format!("{:?}", batch.into_values()),
                Some((_, Element::Mark(Mark::Watermark(time)))) => {
                    format!("to {}", time.as_micros())
                }
                Some((_, Element::Mark(Mark::Barrier(Epoch(epoch))))) => format!("barrier {epoch}"),
                Some((_, Element::Mark(Mark::Idle))) => "idle".into(),
                Some((_, Element::Mark(Mark::End))) => "end".into(),
                None => break,
            });
        }
        out
    }

    #[test]
    fn an_input_that_gave_its_barrier_is_not_read_before_the_others_gave_theirs() {
        let (feeders, mut inlet) = inlet(2);
        for element in [batch(1), Element::Mark(Mark::Barrier(Epoch(1))), batch(3)] {
            feeders[0].put(element);
        }
        assert_eq!(drain(&mut inlet), ["[1]"]);
        feeders[1].put(batch(2));
        feeders[1].put(Element::Mark(Mark::Barrier(Epoch(1))));
        assert_eq!(drain(&mut inlet), ["[2]", "barrier 1", "[3]"]);
    }

    #[test]
    fn an_end_frees_the_barrier_and_the_watermark_that_waited_for_it() {
        let (feeders, mut inlet) = inlet(2);
        feeders[0].put(Element::Mark(Mark::Watermark(EventTime::from_micros(5))));
        feeders[0].put(Element::Mark(Mark::Barrier(Epoch(1))));
        assert_eq!(drain(&mut inlet), Vec::<String>::new());
        feeders[1].put(Element::Mark(Mark::End));
        assert_eq!(drain(&mut inlet), ["barrier 1", "to 5"]);
        feeders[0].put(Element::Mark(Mark::End));
        assert_eq!(drain(&mut inlet), ["end"]);
    }

    #[test]
    fn an_idle_input_does_not_hold_the_watermark_back() {
        let (feeders, mut inlet) = inlet(2);
        feeders[0].put(Element::Mark(Mark::Watermark(EventTime::from_micros(7))));
        assert_eq!(drain(&mut inlet), Vec::<String>::new());
        feeders[1].put(Element::Mark(Mark::Idle));
        assert_eq!(drain(&mut inlet), ["to 7"]);
    }
}
