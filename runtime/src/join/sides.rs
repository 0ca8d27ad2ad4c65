//! The sides of a join, as types: a tuple of their events.

/// An event of one of two sides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum OneOf2<A, B> {
    /// Of the first side.
    First(A),
    /// Of the second side.
    Second(B),
}

/// An event of one of three sides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum OneOf3<A, B, C> {
    /// Of the first side.
    First(A),
    /// Of the second side.
    Second(B),
    /// Of the third side.
    Third(C),
}

/// An event of one of four sides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum OneOf4<A, B, C, D> {
    /// Of the first side.
    First(A),
    /// Of the second side.
    Second(B),
    /// Of the third side.
    Third(C),
    /// Of the fourth side.
    Fourth(D),
}

/// An event of a first side or of one of the others.
pub trait FromSide<A, R>: Send + Sized + 'static {
    /// Of the first side.
    fn first(event: A) -> Self;

    /// Of one of the others.
    fn other(event: R) -> Self;
}

impl<A: Send + 'static, B: Send + 'static> FromSide<A, B> for OneOf2<A, B> {
    #[inline]
    fn first(event: A) -> Self {
        Self::First(event)
    }

    #[inline]
    fn other(event: B) -> Self {
        Self::Second(event)
    }
}

impl<A, B, C> FromSide<A, OneOf2<B, C>> for OneOf3<A, B, C>
where
    A: Send + 'static,
    B: Send + 'static,
    C: Send + 'static,
{
    #[inline]
    fn first(event: A) -> Self {
        Self::First(event)
    }

    #[inline]
    fn other(event: OneOf2<B, C>) -> Self {
        match event {
            OneOf2::First(event) => Self::Second(event),
            OneOf2::Second(event) => Self::Third(event),
        }
    }
}

impl<A, B, C, D> FromSide<A, OneOf3<B, C, D>> for OneOf4<A, B, C, D>
where
    A: Send + 'static,
    B: Send + 'static,
    C: Send + 'static,
    D: Send + 'static,
{
    #[inline]
    fn first(event: A) -> Self {
        Self::First(event)
    }

    #[inline]
    fn other(event: OneOf3<B, C, D>) -> Self {
        match event {
            OneOf3::First(event) => Self::Second(event),
            OneOf3::Second(event) => Self::Third(event),
            OneOf3::Third(event) => Self::Fourth(event),
        }
    }
}

/// The sides of a join: a tuple of their events, two to four.
pub trait Sides: Send + 'static {
    /// An event of one of them.
    type OneOf: Send + 'static;
    /// At most one event of each.
    type Options: Send;
    /// Any number of events of each.
    type Lists: Clone + Default + Send + 'static;

    /// Adds an event.
    fn put(lists: &mut Self::Lists, event: Self::OneOf);

    /// Adds later events.
    fn extend(lists: &mut Self::Lists, later: &Self::Lists);

    /// Which of the sides have events: a bit for each, the first side's being 1.
    fn present(lists: &Self::Lists) -> u8;

    /// All combinations of one event of each side that has any.
    ///
    /// # Errors
    /// The first of `give`, at once.
    fn combine<E>(
        lists: Self::Lists,
        give: impl FnMut(Self::Options) -> Result<(), E>,
    ) -> Result<(), E>;

    /// All events, one by one.
    ///
    /// # Errors
    /// The first of `give`, at once.
    fn each<E>(lists: Self::Lists, give: impl FnMut(Self::OneOf) -> Result<(), E>)
    -> Result<(), E>;
}

/// The events of a list, or a single none.
fn or_none<T: Clone>(list: &[T]) -> impl Iterator<Item = Option<T>> + '_ {
    let none = list.is_empty().then_some(None);
    list.iter().cloned().map(Some).chain(none)
}

macro_rules! combinations {
    ([$($one:ident)*] $give:ident;) => {
        $give(($($one.clone(),)*))?;
    };
    ([$($one:ident)*] $give:ident; $first:ident $list:expr, $($rest:tt)*) => {
        for $first in or_none($list) {
            combinations!([$($one)* $first] $give; $($rest)*);
        }
    };
}

macro_rules! sides {
    ($one_of:ident: $($side:ident $variant:ident $one:ident $at:tt $bit:literal),+) => {
        impl<$($side: Clone + Send + 'static),+> Sides for ($($side,)+) {
            type OneOf = $one_of<$($side),+>;
            type Options = ($(Option<$side>,)+);
            type Lists = ($(Vec<$side>,)+);

            #[inline]
            fn put(lists: &mut Self::Lists, event: Self::OneOf) {
                match event {
                    $($one_of::$variant(event) => lists.$at.push(event),)+
                }
            }

            fn extend(lists: &mut Self::Lists, later: &Self::Lists) {
                $(lists.$at.extend_from_slice(&later.$at);)+
            }

            #[inline]
            fn present(lists: &Self::Lists) -> u8 {
                0 $(| if lists.$at.is_empty() { 0 } else { $bit })+
            }

            fn combine<Err>(
                mut lists: Self::Lists,
                mut give: impl FnMut(Self::Options) -> Result<(), Err>,
            ) -> Result<(), Err> {
                if $(lists.$at.len() <= 1)&&+ {
                    return give(($(lists.$at.pop(),)+));
                }
                combinations!([] give; $($one &lists.$at,)+);
                Ok(())
            }

            fn each<Err>(
                lists: Self::Lists,
                mut give: impl FnMut(Self::OneOf) -> Result<(), Err>,
            ) -> Result<(), Err> {
                $(
                    for event in lists.$at {
                        give($one_of::$variant(event))?;
                    }
                )+
                Ok(())
            }
        }
    };
}
sides!(OneOf2: A First a 0 1, B Second b 1 2);
sides!(OneOf3: A First a 0 1, B Second b 1 2, C Third c 2 4);
sides!(OneOf4: A First a 0 1, B Second b 1 2, C Third c 2 4, D Fourth d 3 8);
