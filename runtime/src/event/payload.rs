//! The trait of everything that can be an event.

/// A type whose values can be events: it owns its parts and can move between threads.
///
/// Implemented for every type that is `Send + 'static`; there is nothing to derive. Events need
/// `Clone` only where they have more than one consumer.
///
/// # Examples
/// ```
/// use millstream::event::Event;
///
/// struct Reading { sensor: &'static str, celsius: f64 }
///
/// fn is_event<T: Event>(_: &T) -> bool {
///     true
/// }
/// assert!(is_event(&Reading { sensor: "north", celsius: 21.5 }));
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be an event: it does not move between threads [M0311]",
    label = "holds something that is not `Send`, or borrows",
    note = "help: hold an `Arc` for an `Rc`, a `Mutex` for a `RefCell`, a `String` for a `&str`; \
            see https://github.com/millstream-rs/millstream/blob/main/docs/errors/M0311.md"
)]
#[doc(hidden)]
pub trait Event {
    /// Does nothing: `T::check()` compiles if `T` can be an event.
    #[doc(hidden)]
    fn check() {}
}

#[diagnostic::do_not_recommend]
impl<T: Send + 'static> Event for T {}
