//! In which order results and marks leave an operator with calls in flight.

use crate::event::Mark;
use crate::operator::Order;
use std::collections::VecDeque;

/// The place of a call among the others and the marks between them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Ticket(u64);

/// What is in flight, and the marks that wait for it. `L` is the outcome of a call.
#[derive(Debug)]
pub(super) enum Passage<L> {
    /// Results leave as calls return; a mark waits for the calls ahead of it.
    MarkSpans(MarkSpans),
    /// Everything leaves in the order in which it came.
    Queue(Queue<L>),
}

/// What leaves next.
#[derive(Debug)]
pub(super) enum Leaving<L> {
    Outcome(L),
    Mark(Mark),
}

/// Calls between two marks: counted, one span for a mark and nothing for an event.
#[derive(Debug)]
pub(super) struct MarkSpans {
    /// The number of the first span.
    first: u64,
    spans: VecDeque<Span>,
}

#[derive(Debug, Default)]
struct Span {
    calls: usize,
    /// The mark that follows them.
    mark: Option<Mark>,
}

/// Calls and marks in order.
#[derive(Debug)]
pub(super) struct Queue<L> {
    /// The number of the first entry.
    first: u64,
    entries: VecDeque<Queued<L>>,
    /// The number of entries that are no marks.
    calls: usize,
}

#[derive(Debug)]
enum Queued<L> {
    /// A call that has not returned, and its slot once it is in flight.
    Called(Option<usize>),
    /// It has returned.
    Returned(L),
    /// It will not be made: its event waits for a timer.
    Withdrawn,
    Mark(Mark),
}

impl<L> Passage<L> {
    pub(super) fn new(order: Order) -> Self {
        match order {
            Order::Input => Self::Queue(Queue { first: 0, entries: VecDeque::new(), calls: 0 }),
            Order::PerKey | Order::None => {
                Self::MarkSpans(MarkSpans { first: 0, spans: VecDeque::from([Span::default()]) })
            }
        }
    }

    /// The number of calls that have a ticket and have not left.
    pub(super) fn held(&self) -> usize {
        match self {
            Self::MarkSpans(_) => 0,
            Self::Queue(queue) => queue.calls,
        }
    }

    /// Adds a call.
    #[inline]
    pub(super) fn enter(&mut self) -> Ticket {
        match self {
            Self::MarkSpans(MarkSpans { first, spans }) => {
                if let Some(span) = spans.back_mut() {
                    span.calls += 1;
                }
                Ticket(*first + spans.len() as u64 - 1)
            }
            Self::Queue(Queue { first, entries, calls }) => {
                entries.push_back(Queued::Called(None));
                *calls += 1;
                Ticket(*first + entries.len() as u64 - 1)
            }
        }
    }

    /// Notes the slot of a call that is in flight.
    pub(super) fn depart(&mut self, ticket: Ticket, slot: usize) {
        if let Self::Queue(queue) = self
            && let Some(entry) = queue.entry(ticket)
        {
            *entry = Queued::Called(Some(slot));
        }
    }

    /// The slot of the first call, which may emit before it returns; `None` if every call may.
    pub(super) fn head(&self) -> Option<Option<usize>> {
        match self {
            Self::MarkSpans(_) => None,
            Self::Queue(queue) => Some(match queue.entries.front() {
                Some(Queued::Called(slot)) => *slot,
                _ => None,
            }),
        }
    }

    /// Takes the outcome of a call; returns it if it leaves at once.
    #[inline]
    pub(super) fn leave(&mut self, ticket: Ticket, outcome: L) -> Option<L> {
        match self {
            Self::MarkSpans(spans) => {
                spans.end_call(ticket);
                Some(outcome)
            }
            Self::Queue(queue) if queue.first == ticket.0 => {
                queue.pop();
                queue.calls -= 1;
                Some(outcome)
            }
            Self::Queue(queue) => {
                if let Some(entry) = queue.entry(ticket) {
                    *entry = Queued::Returned(outcome);
                }
                None
            }
        }
    }

    /// Takes back a call that is not made.
    pub(super) fn withdraw(&mut self, ticket: Ticket) {
        match self {
            Self::MarkSpans(spans) => spans.end_call(ticket),
            Self::Queue(queue) => {
                if let Some(entry) = queue.entry(ticket) {
                    *entry = Queued::Withdrawn;
                }
            }
        }
    }

    /// Adds a mark.
    pub(super) fn mark(&mut self, mark: Mark) {
        match self {
            Self::MarkSpans(MarkSpans { spans, .. }) => {
                if let Some(span) = spans.back_mut() {
                    span.mark = Some(mark);
                }
                spans.push_back(Span::default());
            }
            Self::Queue(queue) => queue.entries.push_back(Queued::Mark(mark)),
        }
    }

    /// Whether something leaves.
    #[inline]
    pub(super) fn has_next(&self) -> bool {
        match self {
            Self::MarkSpans(MarkSpans { spans, .. }) => {
                spans.front().is_some_and(|span| span.calls == 0 && span.mark.is_some())
            }
            Self::Queue(queue) => !matches!(queue.entries.front(), None | Some(Queued::Called(_))),
        }
    }

    /// Removes and returns what leaves next, if nothing ahead of it holds it back.
    pub(super) fn next(&mut self) -> Option<Leaving<L>> {
        if !self.has_next() {
            return None;
        }
        match self {
            Self::MarkSpans(MarkSpans { first, spans }) => {
                *first += 1;
                spans.pop_front()?.mark.map(Leaving::Mark)
            }
            Self::Queue(queue) => loop {
                match queue.pop()? {
                    Queued::Mark(mark) => return Some(Leaving::Mark(mark)),
                    Queued::Returned(outcome) => {
                        queue.calls -= 1;
                        return Some(Leaving::Outcome(outcome));
                    }
                    Queued::Withdrawn => {
                        queue.calls -= 1;
                        if matches!(queue.entries.front(), None | Some(Queued::Called(_))) {
                            return None;
                        }
                    }
                    Queued::Called(_) => return None,
                }
            },
        }
    }
}

impl MarkSpans {
    #[inline]
    fn end_call(&mut self, ticket: Ticket) {
        let at = usize::try_from(ticket.0 - self.first).unwrap_or(usize::MAX);
        if let Some(span) = self.spans.get_mut(at) {
            span.calls -= 1;
        }
    }
}

impl<L> Queue<L> {
    fn entry(&mut self, ticket: Ticket) -> Option<&mut Queued<L>> {
        let at = usize::try_from(ticket.0 - self.first).ok()?;
        self.entries.get_mut(at)
    }

    fn pop(&mut self) -> Option<Queued<L>> {
        let entry = self.entries.pop_front()?;
        self.first += 1;
        Some(entry)
    }
}
