//! The types whose events are shown, and the part of an event that is.

use super::Peek;
use std::any::{Any, TypeId, type_name};
use std::collections::HashMap;
use std::fmt::{self, Write};
use std::sync::Arc;

/// The most bytes that are shown of an event.
const MOST: usize = 512;

/// Writes what may be shown of an event.
type PeekFn<T> = fn(&T, &mut fmt::Formatter<'_>) -> fmt::Result;

/// The types of a job whose events are shown. Cheap to clone.
#[derive(Clone, Default)]
pub struct Peekers(Arc<HashMap<TypeId, Arc<dyn Any + Send + Sync>>>);

impl fmt::Debug for Peekers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Peekers").field("types", &self.0.len()).finish()
    }
}

/// The part of an event that is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PeekedEvent {
    /// What [`Peek`] writes, cut if it is long.
    Shown(String),
    /// Its type and size, if that says nothing.
    Sized {
        /// The name of the type, with its path.
        name: &'static str,
        /// Its size in bytes, without what it owns on the heap.
        bytes: usize,
    },
}

impl Peekers {
    /// Shows events of this type.
    pub fn add<T: Peek + 'static>(&mut self) {
        let writer: PeekFn<T> = T::peek;
        Arc::make_mut(&mut self.0).insert(TypeId::of::<T>(), Arc::new(writer));
    }

    /// Shows the events of the types of others too.
    #[cfg(feature = "page")]
    pub(crate) fn add_all(&mut self, others: &Self) {
        let all = others.0.iter().map(|(of, writer)| (*of, Arc::clone(writer)));
        Arc::make_mut(&mut self.0).extend(all);
    }

    /// How events of a type are shown.
    pub(crate) fn of<T: 'static>(&self) -> Peeker<T> {
        let writer = self.0.get(&TypeId::of::<T>());
        Peeker(writer.and_then(|writer| writer.downcast_ref::<PeekFn<T>>()).copied())
    }
}

/// Shows events of a type.
pub(crate) struct Peeker<T>(Option<PeekFn<T>>);

impl<T> Clone for Peeker<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Peeker<T> {}

impl<T> Peeker<T> {
    /// The part of an event that is shown.
    pub(crate) fn peek(&self, event: &T) -> PeekedEvent {
        let Some(writer) = self.0 else {
            return PeekedEvent::Sized { name: type_name::<T>(), bytes: size_of::<T>() };
        };
        let mut text = Cut::default();
        let cut = write!(text, "{:?}", ByWriter(event, writer)).is_err();
        PeekedEvent::Shown(if cut { text.0 + "…" } else { text.0 })
    }
}

struct ByWriter<'a, T>(&'a T, PeekFn<T>);

impl<T> fmt::Debug for ByWriter<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (self.1)(self.0, f)
    }
}

/// A text that takes no more than it may.
#[derive(Default)]
struct Cut(String);

impl Write for Cut {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let room = MOST.saturating_sub(self.0.len());
        if text.len() <= room {
            self.0.push_str(text);
            return Ok(());
        }
        let end = (0..=room).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
        self.0.push_str(text.get(..end).unwrap_or_default());
        Err(fmt::Error)
    }
}

#[cfg(test)]
mod tests {
    use super::{MOST, Peek, PeekedEvent, Peekers};
    use std::fmt;

    struct Long(usize);

    impl Peek for Long {
        fn peek(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            (0..self.0).try_for_each(|_| f.write_str("é"))
        }
    }

    #[test]
    fn a_type_that_says_nothing_is_shown_by_name_and_size() {
        let PeekedEvent::Sized { name, bytes } = Peekers::default().of().peek(&Long(3)) else {
            panic!("it is shown");
        };
        assert!(name.ends_with("::Long"), "{name}");
        assert_eq!(bytes, size_of::<usize>());
    }

    #[test]
    fn a_text_is_not_an_event_that_is_shown_unless_it_is_added() {
        let (mut peekers, text) = (Peekers::default(), "4111".to_owned());
        String::register(&mut peekers);
        assert!(matches!(peekers.of().peek(&text), PeekedEvent::Sized { .. }));
        peekers.add::<String>();
        assert_eq!(peekers.of().peek(&text), PeekedEvent::Shown("\"4111\"".into()));
    }

    #[test]
    fn a_long_event_is_cut_between_characters() {
        let mut peekers = Peekers::default();
        Long::register(&mut peekers);
        let shown = |length| match peekers.of().peek(&Long(length)) {
            PeekedEvent::Shown(text) => text,
            PeekedEvent::Sized { name, .. } => panic!("{name}"),
        };
        assert_eq!(shown(MOST / 2), "é".repeat(MOST / 2));
        assert_eq!(shown(MOST), "é".repeat(MOST / 2) + "…");
    }
}
