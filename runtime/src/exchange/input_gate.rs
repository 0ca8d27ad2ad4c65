//! Reads many inputs as one: in turn, with their marks merged by an [`Alignment`].
//!
//! Each input is a channel of its own, so that one can be left unread while the others are read.
//! That is how barriers are aligned without a buffer: the channel of a closed input fills up and
//! backpressures its sender.

use super::alignment::{Alignment, ReleasedMarks};
use super::edge_receiver::EdgeReceiver;
use crate::error::{Error, Result};
use crate::event::{Batch, Element, Epoch, Mark, Origin};
use crate::metrics::{EdgeCounters, InletShown, InputActivity};
use crate::time::InputIndex;
use std::fmt;
use std::sync::Arc;
use std::task::{Context, Poll};

struct GateInput<T> {
    /// Who sends, for error messages.
    origin: Origin,
    line: EdgeReceiver<T>,
    /// Counts what is received.
    edge: Option<Arc<EdgeCounters>>,
}

/// Where a segment receives what instances upstream send: reads its inputs in turn, fairly, and
/// merges their marks.
///
/// Use: [`fetch_local`](Self::fetch_local) or [`poll_fetch`](Self::poll_fetch) until there is an
/// element, [`take`](Self::take) it, and [`recycle`](Self::recycle) its batch. A fetched element
/// stays until it is taken. Both fetches are cancel safe.
///
/// # Examples
/// ```
/// use millstream::plumbing::channel::local;
/// use millstream::plumbing::exchange::{EdgeReceiver, InputGate};
/// use millstream::plumbing::marks::{Batch, Element, Epoch, Mark, Origin};
///
/// let origin = |instance| Origin { node: "orders".into(), instance };
/// let ((east, from_east), (west, from_west)) = (local(), local());
/// let mut gate = InputGate::new(vec![
///     (origin(0), EdgeReceiver::Local(from_east)),
///     (origin(1), EdgeReceiver::Local(from_west)),
/// ]);
/// let barrier = Mark::Barrier(Epoch(1));
/// east.send(Element::Mark(barrier));
/// let mut of_next_epoch = Batch::default();
/// of_next_epoch.push("order 7");
/// east.send_batch(&mut of_next_epoch);
/// assert!(!gate.fetch_local(), "east is not read past its barrier");
///
/// west.send(Element::Mark(barrier));
/// assert!(gate.fetch_local());
/// assert!(matches!(gate.take(), Some((_, Element::Mark(mark))) if mark == barrier));
/// assert!(gate.fetch_local());
/// assert!(matches!(gate.take(), Some((0, Element::Batch(_)))));
/// ```
pub struct InputGate<T> {
    inputs: Vec<GateInput<T>>,
    /// Merges marks and decides which inputs may be read.
    alignment: Alignment,
    /// The input to ask next, so that a busy one does not starve the others.
    turn: usize,
    /// Fetched but not taken: the element, and the input it came from.
    next: Option<(usize, Element<T>)>,
    /// The rest of a batch that was taken in part, and the input it came from: comes before
    /// anything else from there.
    rest: Option<(usize, Batch<T>)>,
    /// Released together with `next`, and emitted before any input is read again.
    marks: ReleasedMarks,
    /// Where watermarks are shown.
    shown: Option<Arc<InletShown>>,
    /// A protocol error found by a fetch, which the next `poll_fetch` returns.
    failed: Option<Error>,
}

impl<T> fmt::Debug for InputGate<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let origins = self.inputs.iter().map(|input| input.origin.to_string());
        f.debug_list().entries(origins).finish()
    }
}

impl<T> InputGate<T> {
    /// A gate for these inputs, each with the instance that sends on it.
    #[must_use]
    pub fn new(receivers: Vec<(Origin, EdgeReceiver<T>)>) -> Self {
        let input = |(origin, line)| GateInput { origin, line, edge: None };
        let inputs: Vec<_> = receivers.into_iter().map(input).collect();
        let alignment = Alignment::new(inputs.len());
        Self {
            inputs,
            alignment,
            turn: 0,
            next: None,
            rest: None,
            marks: ReleasedMarks::default(),
            shown: None,
            failed: None,
        }
    }

    /// Counts what is received from each input, in their order.
    #[must_use]
    pub fn counted(mut self, edges: Vec<Arc<EdgeCounters>>) -> Self {
        for (input, edge) in self.inputs.iter_mut().zip(edges) {
            input.edge = Some(edge);
        }
        self
    }

    /// Shows what the inputs bring, in their order.
    #[must_use]
    pub fn shown_by(mut self, shown: Arc<InletShown>) -> Self {
        self.shown = Some(shown);
        self
    }

    /// Fetches from the inputs of the same task; whether there is an element to take.
    pub fn fetch_local(&mut self) -> bool {
        if self.rest.is_some() {
            return self.next.is_some();
        }
        self.fetch(|input| input.line.take_local())
    }

    /// Fetches the rest of a batch from the same task.
    pub fn fetch_local_rest(&mut self) -> bool {
        let input = self.rest.as_ref().and_then(|(input, _)| self.inputs.get(*input));
        if input.is_some_and(|input| input.line.is_local()) {
            self.fetch_rest();
        }
        self.next.is_some()
    }

    /// Makes the rest of a batch the next element.
    fn fetch_rest(&mut self) {
        if self.next.is_none() {
            let rest = self.rest.take();
            self.next = rest.map(|(input, batch)| (input, Element::Batch(batch)));
        }
    }

    /// Fetches from the inputs of other tasks; ready once there is an element to take.
    ///
    /// # Errors
    /// If any input, local or not, has sent a barrier out of order.
    pub fn poll_fetch(&mut self, cx: &mut Context<'_>) -> Poll<Result<()>> {
        self.fetch_rest();
        let found = self.fetch(|input| match input.line.poll_recv(cx) {
            Poll::Ready(element) => element,
            Poll::Pending => None,
        });
        match self.failed.take() {
            Some(error) => Poll::Ready(Err(error)),
            None if found => Poll::Ready(Ok(())),
            None => Poll::Pending,
        }
    }

    /// The fetched element, and the input to [`recycle`](Self::recycle) its batch with.
    pub fn take(&mut self) -> Option<(usize, Element<T>)> {
        self.next.take()
    }

    /// The first events of the fetched batch, at most `limit`, and the input to
    /// [`recycle`](Self::recycle) it with. The rest is fetched before anything else from there.
    pub fn take_slice(&mut self, limit: usize) -> Option<(usize, Batch<T>)> {
        self.fetch_rest();
        let (input, mut batch) = self.take_batch()?;
        if batch.len() > limit {
            let mut slice = Batch::default();
            batch.keep(|event| event >= limit, &mut slice);
            self.rest = Some((input, std::mem::replace(&mut batch, slice)));
        }
        Some((input, batch))
    }

    /// Whether a batch has a rest that is yet to be fetched.
    #[must_use]
    pub fn has_rest(&self) -> bool {
        self.rest.is_some()
    }

    /// The fetched batch, and the input to [`recycle`](Self::recycle) it with. A fetched mark is
    /// dropped.
    pub fn take_batch(&mut self) -> Option<(usize, Batch<T>)> {
        match self.next.take() {
            Some((input, Element::Batch(batch))) => Some((input, batch)),
            _ => None,
        }
    }

    /// The fetched mark. A fetched batch is dropped.
    pub fn take_mark(&mut self) -> Option<Mark> {
        match self.next.take() {
            Some((_, Element::Mark(mark))) => Some(mark),
            _ => None,
        }
    }

    /// The epoch whose barrier comes next, unless all inputs are of this task, or those of others
    /// have ended.
    #[must_use]
    pub fn awaited(&self) -> Option<Epoch> {
        let from_outside = self.inputs.iter().enumerate().any(|(index, input)| {
            !input.line.is_local() && !self.alignment.has_ended(InputIndex(index))
        });
        from_outside.then(|| self.alignment.awaited())
    }

    /// Whether the fetched element is a mark.
    #[must_use]
    pub fn is_at_mark(&self) -> bool {
        matches!(self.next, Some((_, Element::Mark(_))))
    }

    /// Returns the memory of a batch to the sender it came from.
    pub fn recycle(&mut self, input: usize, batch: Batch<T>) {
        if let Some(input) = self.inputs.get(input) {
            input.line.recycle(batch);
        }
    }

    /// Asks the open inputs in turn until one has an element to emit; `next_of` asks one of them.
    fn fetch(&mut self, mut next_of: impl FnMut(&mut GateInput<T>) -> Option<Element<T>>) -> bool {
        if self.next.is_none() {
            self.next = self.next_mark();
        }
        if self.next.is_some() {
            return true;
        }
        let inputs = self.inputs.len();
        let mut asked = 0;
        while asked < inputs && self.failed.is_none() {
            let index = self.turn % inputs;
            let element = match self.inputs.get_mut(index) {
                Some(input) if self.alignment.is_open(InputIndex(index)) => next_of(input),
                _ => None,
            };
            self.turn = index + 1;
            let Some(element) = element else {
                asked += 1;
                continue;
            };
            // If the element is a mark that releases nothing, go on. All inputs are asked again:
            // the mark may have opened some that were passed over.
            asked = 0;
            self.next = self.admit(index, element);
            if self.next.is_some() {
                return true;
            }
        }
        false
    }

    /// The element to emit for an element of one input, if any.
    fn admit(&mut self, index: usize, element: Element<T>) -> Option<(usize, Element<T>)> {
        let input = InputIndex(index);
        match element {
            Element::Batch(batch) => {
                self.alignment.wake(input);
                self.shown.iter().for_each(|shown| shown.wake(index));
                if let Some(edge) = self.inputs.get(index).and_then(|input| input.edge.as_ref()) {
                    edge.received.add(batch.len() as u64);
                }
                Some((index, Element::Batch(batch)))
            }
            Element::Mark(mark) => match self.alignment.on(input, mark) {
                Ok(marks) => {
                    self.show(index, mark);
                    self.marks = marks;
                    self.next_mark()
                }
                Err(misplaced) => {
                    let origin = self.inputs.get(index).map(|input| input.origin.to_string());
                    self.failed = Some(misplaced.by(origin.unwrap_or_default()));
                    None
                }
            },
        }
    }

    /// Shows what a mark of an input means for event time.
    fn show(&self, index: usize, mark: Mark) {
        let Some(shown) = &self.shown else { return };
        let least = self.alignment.watermark();
        match mark {
            Mark::Watermark(time) => shown.advance(index, time, least),
            Mark::Idle => shown.leave_out(index, InputActivity::Idle, least),
            Mark::End => shown.leave_out(index, InputActivity::Ended, least),
            Mark::Barrier(_) | Mark::Round(_) => {}
        }
    }

    /// The next of the released marks.
    fn next_mark(&mut self) -> Option<(usize, Element<T>)> {
        self.marks.next().map(|mark| (0, Element::Mark(mark)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::channel::{LocalSender, local};
    use crate::event::{Epoch, Mark};
    use crate::time::EventTime;
    use std::task::Waker;

    fn gate(inputs: usize) -> (Vec<LocalSender<u32>>, InputGate<u32>) {
        let edges = (0..inputs).map(|instance| {
            let (sender, receiver) = local();
            let origin = Origin { node: "before".into(), instance };
            (sender, (origin, EdgeReceiver::Local(receiver)))
        });
        let (senders, receivers) = edges.unzip();
        (senders, InputGate::new(receivers))
    }

    fn batch(value: u32) -> Element<u32> {
        let mut batch = Batch::default();
        batch.push(value);
        Element::Batch(batch)
    }

    fn barrier(epoch: u64) -> Element<u32> {
        Element::Mark(Mark::Barrier(Epoch(epoch)))
    }

    /// Everything the gate emits, as text.
    fn drain(gate: &mut InputGate<u32>) -> Vec<String> {
        let mut out = Vec::new();
        while gate.fetch_local() {
            out.push(match gate.take() {
                Some((_, Element::Batch(batch))) => format!("{:?}", batch.into_values()),
                Some((_, Element::Mark(mark))) => format!("{mark:?}"),
                None => break,
            });
        }
        out
    }

    #[test]
    fn an_input_is_not_read_past_its_barrier_until_the_others_have_sent_theirs() {
        let (senders, mut gate) = gate(2);
        for element in [batch(1), barrier(1), batch(3)] {
            senders[0].send(element);
        }
        assert_eq!(drain(&mut gate), ["[1]"]);
        senders[1].send(batch(2));
        senders[1].send(barrier(1));
        assert_eq!(drain(&mut gate), ["[2]", "Barrier(Epoch(1))", "[3]"]);
    }

    #[test]
    fn all_released_marks_are_emitted_before_anything_else() {
        let (senders, mut gate) = gate(2);
        senders[0].send(Element::Mark(Mark::Watermark(EventTime::from_micros(5))));
        senders[0].send(barrier(1));
        senders[0].send(batch(1));
        assert_eq!(drain(&mut gate), Vec::<String>::new());
        senders[1].send(Element::Mark(Mark::End));
        let watermark = format!("{:?}", Mark::Watermark(EventTime::from_micros(5)));
        assert_eq!(drain(&mut gate), ["Barrier(Epoch(1))", &watermark, "[1]"]);
        senders[0].send(Element::Mark(Mark::End));
        assert_eq!(drain(&mut gate), ["End"]);
    }

    #[test]
    fn a_barrier_out_of_order_is_an_error_that_names_its_sender() {
        let (senders, mut gate) = gate(2);
        senders[1].send(barrier(2));
        senders[1].send(batch(1));
        assert_eq!(drain(&mut gate), Vec::<String>::new(), "nothing is read after it");
        let Poll::Ready(Err(error)) = gate.poll_fetch(&mut Context::from_waker(Waker::noop()))
        else {
            panic!("there is no error");
        };
        let message = "before#1 sent the barrier of epoch 2, but that of epoch 1 was expected";
        assert_eq!(error.to_string(), message);
    }
}
