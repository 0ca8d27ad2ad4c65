//! What can be an event.

/// What can be an event: anything that owns what it is made of and moves between threads.
///
/// It is implemented for all such types, `Send + 'static`.
///
/// # Examples
/// ```
/// use millstream::event::Event;
///
/// fn takes(_: impl Event) {}
/// takes((1_u64, "a".to_owned()));
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be an event: it does not move between threads [M0311]",
    label = "holds something that is not `Send`, or borrows",
    note = "help: hold an `Arc` for an `Rc`, a `Mutex` for a `RefCell`, a `String` for a `&str`; \
            see https://github.com/millstream-rs/millstream/blob/main/docs/errors/M0311.md"
)]
#[doc(hidden)]
pub trait Event {
    /// Does nothing: `T::check()` compiles for what can be an event.
    #[doc(hidden)]
    fn check() {}
}

#[diagnostic::do_not_recommend]
impl<T: Send + 'static> Event for T {}
