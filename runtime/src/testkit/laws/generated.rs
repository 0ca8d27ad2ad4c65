//! The macros that make tests of the laws.

/// Makes a `#[test]` of each law of a [`Transactional`](crate::sink::Transactional) sink, in a
/// module of the name given.
///
/// The second argument is an expression that makes a fresh place ([`SinkUnderTest`]); it is
/// evaluated once for each test, and may use what the surrounding module imports.
///
/// [`SinkUnderTest`]: crate::testkit::laws::SinkUnderTest
///
/// # Examples
/// See [`SinkUnderTest`].
#[macro_export]
#[doc(hidden)]
macro_rules! __laws_sink {
    ($name:ident, $fresh:expr $(,)?) => {
        $crate::testkit::laws::__transactional_laws!(__law_tests $name, $fresh);
    };
}

/// Makes a `#[test]` of each law of a sink that [`Truncates`](crate::sink::Truncates), in a module
/// of the name given; otherwise like [`sink!`](crate::testkit::laws::sink!).
#[macro_export]
#[doc(hidden)]
macro_rules! __laws_truncating_sink {
    ($name:ident, $fresh:expr $(,)?) => {
        $crate::testkit::laws::__truncating_laws!(__law_tests $name, $fresh);
    };
}

/// Makes a `#[test]` of each law of an [`Idempotent`](crate::sink::Idempotent) sink, in a module
/// of the name given; otherwise like [`sink!`](crate::testkit::laws::sink!).
#[macro_export]
#[doc(hidden)]
macro_rules! __laws_idempotent_sink {
    ($name:ident, $fresh:expr $(,)?) => {
        $crate::testkit::laws::__idempotent_laws!(__law_tests $name, $fresh);
    };
}

#[doc(inline)]
pub use __laws_idempotent_sink as idempotent_sink;
#[doc(inline)]
pub use __laws_sink as sink;
#[doc(inline)]
pub use __laws_truncating_sink as truncating_sink;

/// A test of each law.
#[macro_export]
#[doc(hidden)]
macro_rules! __law_tests {
    ($kind:ident ($name:ident, $fresh:expr) $($law:ident)*) => {
        mod $name {
            use super::*;
            $(
                #[test]
                fn $law() -> ::core::result::Result<(), $crate::testkit::laws::BrokenLaw> {
                    $crate::testkit::laws::$kind::$law($fresh)
                }
            )*
        }
    };
}

#[doc(hidden)]
pub use __law_tests;
