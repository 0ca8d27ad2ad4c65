//! Closures that capture nothing, as far as their tokens show.
//!
//! Whether a closure is `Clone` and `Send` is open to the end of the function that it stands in,
//! and the compiler goes through all that is open at each call: of the check of a large topology
//! that is more than half. So such closures are function pointers where debug assertions are on,
//! which are both at once. Elsewhere they stay closures, which are inlined.

use super::Upstream;
use super::given::{
    ByEventTime, ByFilter, ByFlatMap, ByInspect, ByKey, ByMap, ByTie, ByValue, ClosureOf,
    HasWindows,
};
use crate::time::EventTime;

/// Declares the pair of a stream and the closure of a word, in both forms.
macro_rules! plain {
    (
        $word:ident::$name:ident by $fitting:ident($pair:ident) of $stream:ident:
            ($event:ty) -> $result:ty $(where $generic:ident)?
    ) => {
        #[doc = concat!("A stream, and a closure of `", stringify!($name), "`.")]
        #[cfg(debug_assertions)]
        pub fn $name<S: $stream $(, $generic)?>(
            stream: S,
            closure: fn($event) -> $result,
        ) -> S::$fitting<ClosureOf<$word, fn($event) -> $result, $result>> {
            stream.$pair(ClosureOf::new(closure))
        }

        #[doc = concat!("A stream, and a closure of `", stringify!($name), "`.")]
        #[cfg(not(debug_assertions))]
        pub fn $name<S: $stream $(, $generic)?, F: Fn($event) -> $result>(
            stream: S,
            closure: F,
        ) -> S::$fitting<ClosureOf<$word, F, $result>> {
            stream.$pair(ClosureOf::new(closure))
        }
    };
}

plain!(ByMap::map by FittingEvents(fitting_events) of Upstream: (S::Event) -> U where U);
plain!(ByFlatMap::flat_map by FittingEvents(fitting_events) of Upstream: (S::Event) -> I where I);
plain!(ByFilter::filter by FittingEvents(fitting_events) of Upstream: (&S::Event) -> bool);
plain!(ByInspect::inspect by FittingEvents(fitting_events) of Upstream: (&S::Event) -> ());
plain!(ByKey::by by Fitting(fitting) of Upstream: (&S::Event) -> K where K);
plain!(ByEventTime::event_time by Fitting(fitting) of Upstream: (&S::Event) -> EventTime);
plain!(ByTie::in_order by Fitting(fitting) of Upstream: (&S::Event) -> B where B);
plain!(ByValue::aggregate by Fitting(fitting) of HasWindows: (&S::Gathered) -> V where V);
