//! How fields of events are shown: numbers, texts, times, and collections of them.

use super::{Peek, Peeked, Peekers};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet, VecDeque};
use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

/// Shown as their `Debug`.
macro_rules! plain {
    ($($ty:ty),* $(,)?) => {$(
        #[diagnostic::do_not_recommend]
        impl Peek for $ty {
            fn peek(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Debug::fmt(self, f)
            }

            /// A number or a text alone says nothing of itself.
            fn register(_: &mut Peekers) {}
        }
    )*};
}

plain!(
    u8,
    u16,
    u32,
    u64,
    u128,
    usize,
    i8,
    i16,
    i32,
    i64,
    i128,
    isize,
    f32,
    f64,
    bool,
    char,
    (),
    String,
    &'static str,
    Box<str>,
    Rc<str>,
    Arc<str>,
    Duration,
    IpAddr,
    Ipv4Addr,
    Ipv6Addr,
    SocketAddr,
    jiff::Timestamp,
    jiff::Zoned,
    jiff::civil::Date,
    jiff::civil::DateTime,
);

#[cfg(feature = "uuid")]
plain!(uuid::Uuid);

/// Shown as what they contain.
macro_rules! contained {
    ($($ty:ty),* $(,)?) => {$(
        #[diagnostic::do_not_recommend]
        impl<T: Peek> Peek for $ty {
            fn peek(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                (**self).peek(f)
            }
        }
    )*};
}

contained!(Box<T>, Rc<T>, Arc<T>);

/// Shown as lists.
macro_rules! lists {
    ($([$($of:tt)*] $ty:ty),* $(,)?) => {$(
        #[diagnostic::do_not_recommend]
        impl<$($of)*> Peek for $ty {
            fn peek(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.debug_list().entries(self.iter().map(Peeked)).finish()
            }

            fn register(_: &mut Peekers) {}
        }
    )*};
}

lists!(
    [T: Peek] Vec<T>,
    [T: Peek] VecDeque<T>,
    [T: Peek] BTreeSet<T>,
    [T: Peek, S] HashSet<T, S>,
    [T: Peek, const N: usize] [T; N],
);

/// Shown as maps.
macro_rules! maps {
    ($([$($of:tt)*] $ty:ty),* $(,)?) => {$(
        #[diagnostic::do_not_recommend]
        impl<$($of)*> Peek for $ty {
            fn peek(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                let entries = self.iter().map(|(key, value)| (Peeked(key), Peeked(value)));
                f.debug_map().entries(entries).finish()
            }

            fn register(_: &mut Peekers) {}
        }
    )*};
}

maps!(
    [K: Peek, V: Peek] BTreeMap<K, V>,
    [K: Peek, V: Peek, S] HashMap<K, V, S>,
);

#[diagnostic::do_not_recommend]
impl<T: Peek> Peek for Option<T> {
    fn peek(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Some(value) => f.debug_tuple("Some").field(&Peeked(value)).finish(),
            None => f.write_str("None"),
        }
    }

    fn register(_: &mut Peekers) {}
}

macro_rules! tuples {
    ($($($name:ident)*;)*) => {$(
        #[diagnostic::do_not_recommend]
        impl<$($name: Peek),*> Peek for ($($name,)*) {
            #[expect(non_snake_case, reason = "values are named as their types")]
            fn peek(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                let ($($name,)*) = self;
                f.debug_tuple("")$(.field(&Peeked($name)))*.finish()
            }

            fn register(_: &mut Peekers) {}
        }
    )*};
}

tuples! {
    A;
    A B;
    A B C;
    A B C D;
}

#[cfg(test)]
mod tests {
    use super::{Peek, Peeked};
    use std::collections::{BTreeMap, HashMap, HashSet, VecDeque};
    use std::sync::Arc;

    fn shown(value: impl Peek) -> String {
        format!("{:?}", Peeked(&value))
    }

    #[test]
    fn what_contains_others_shows_what_they_show() {
        assert_eq!(shown(("ann", Some(1.5), vec![true])), r#"("ann", Some(1.5), [true])"#);
        assert_eq!(shown(Arc::new([None, Some('x')])), "[None, Some('x')]");
        assert_eq!(shown(BTreeMap::from([(1_u8, ())])), "{1: ()}");
        assert_eq!(shown(HashMap::from([(1_u8, 2)])), "{1: 2}");
        assert_eq!(shown((HashSet::from([1]), VecDeque::from([2]))), "([1], [2])");
    }
}
