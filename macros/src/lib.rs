//! The `#[operator]`, `#[derive(Outputs)]` and `topology!` macros of millstream.
//!
//! Use them through the `millstream` crate, which re-exports them. None reads a file, the
//! network or the environment, and what they write is what a person would write by hand: an impl of
//! the public operator traits, and calls of the public builder.
//!
//! All answer mistakes alike: all of them at once, each on the token that is wrong, with what to
//! write instead; and what is right still expands, so that a mistake is told only once and an
//! editor goes on completing.

mod crate_path;
mod errors;
mod operator;
mod outputs;
mod topology;

use proc_macro::TokenStream;

/// Makes an `async fn`, or a type with methods, an operator of a topology.
///
/// The function stays as it is: call it in a unit test like any other. Beside it comes a struct of
/// the same name that implements `millstream::operator::Operator`; in `topology!` the name of the
/// function stands for it, and one `use` imports both.
///
/// ```text
/// #[operator]
/// async fn average_ticket(tx: Tx, card: &mut Mean) -> Score {
///     Score::new(tx.id, tx.amount / card.push(tx.amount))
/// }
/// ```
///
/// # Parameters
///
/// The event comes first, the others in any order.
///
/// | parameter | what it is |
/// |---|---|
/// | first, `event: T` | the event, by value; any pattern will do, and `T` may be a `Window<K, T>` |
/// | `state: &mut S` | what is remembered for the key of the event; the stream must be keyed. `S: Default + Send + 'static` |
/// | `ctx: &mut Context` | event time, watermark, instance and timers |
/// | `out: &mut Output<T>` | where to send any number of results: `out.send(x).await`, and the await is the backpressure |
/// | `#[shared] x: &X` | something that all instances share; given when wiring as `X` or `Arc<X>` |
/// | `x: X` | a value given when wiring and cloned for each event |
///
/// An operator with values of the last two kinds is wired with them, in the order in which the
/// function takes them: `proximity(900.0, cities)` for
/// `async fn proximity(tx: Tx, speed: f64, last: &mut Place, #[shared] cities: &Map) -> Score`.
/// Outside of the macro that is `proximity::new(900.0, cities)`.
///
/// The types are read as they are written: `Context`, `Output`, `Option`, `Vec`, `Result` are known
/// by the last word of their path.
///
/// # Return type
///
/// | type | events given on for each event |
/// |---|---|
/// | `T` | one |
/// | `Option<T>` | one or none: a filter |
/// | `Vec<T>`, `impl Iterator<Item = T>`, `impl IntoIterator<Item = T>` | any number |
/// | `Result<_, E>` of any of these | as above; an error goes to the error output of its node |
/// | nothing, or `Result<(), E>` | what is sent to `out`, which must be a parameter |
///
/// Where `T` is an `enum` with [`#[derive(Outputs)]`](macro@Outputs), its variants can be used as
/// outputs of the node, each with a type of its own.
///
/// Events, results, state and errors outlive the call, so none of them can borrow; they are `Send`,
/// and an error converts into `Box<dyn Error + Send + Sync>`.
///
/// # Arguments
///
/// | argument | meaning |
/// |---|---|
/// | `name = "average ticket"` | what the operator's node is called unless the topology names it; otherwise the name of the function |
/// | `crate = "::engine::millstream"` | where millstream is found, for a crate that re-exports it |
///
/// # Steps and futures
///
/// A function that cannot await becomes a step of its stage's loop and costs what a function call
/// costs. That is so when neither the word `await` stands in its body, nor a call of a macro that
/// could hide one: any macro but those of the standard library and the logging macros (`info!`,
/// `tracing::warn!`). All others, and those with an `out`, run as futures, which must be `Send`.
///
/// Type parameters are allowed if the type of the event says what they are.
///
/// # Timers, and operators with methods
///
/// On an `impl` of a type, `process` is what the function is otherwise. Beside it may stand
/// `on_timer`, which is called for the timers that either of the two has set for a key:
/// `ctx.timer_at(time)` in event time, `ctx.timer_after(wait)` by the job's clock.
///
/// ```text
/// #[derive(Clone)]
/// struct Unpaid {
///     wait: Duration,
/// }
///
/// #[operator]
/// impl Unpaid {
///     fn new(wait: Duration) -> Self {
///         Self { wait }
///     }
///
///     async fn process(&self, order: Order, open: &mut Option<Order>, ctx: &mut Context) {
///         match order.paid {
///             true => ctx.forget_key(), // and its timers
///             false => ctx.timer_at(ctx.event_time() + self.wait),
///         }
///         *open = Some(order);
///     }
///
///     async fn on_timer(_: Timer, open: &mut Option<Order>, ctx: &mut Context) -> Option<Order> {
///         ctx.forget_key();
///         open.take()
///     }
/// }
/// ```
///
/// Both take the parameters above but those that are given when wiring: these are fields, read by
/// `&self`. Both give on events of one type, each in a shape of its own; one of them may give
/// nothing on. The type is `Clone`, which each instance is made with. It is wired as
/// `Unpaid(30.mins())`, which calls `Unpaid::new(30.mins())`, as `Unpaid` if it has no fields, or
/// as any expression.
///
/// # Expansion
///
/// The function above becomes, shortened:
///
/// ```text
/// async fn average_ticket(tx: Tx, card: &mut Mean) -> Score {
///     Score::new(tx.id, tx.amount / card.push(tx.amount))
/// }
///
/// struct average_ticket {}
///
/// impl average_ticket {
///     fn new() -> Self { Self {} }
/// }
///
/// impl ::millstream::operator::Operator<Tx> for average_ticket {
///     type Out = Score;
///     type State = Mean;
///     type Error = ::core::convert::Infallible;
///     type Keying = ::millstream::operator::Keyed;
///     type Mode = ::millstream::operator::Stepping;
///     const NAME: &'static str = "average_ticket";
///     const SHAPE: Shape = ::millstream::operator::Shape::OneToOne;
///     fn describe(event: &Tx) -> impl ::millstream::operator::Snapshot + use<> { /* a copy */ }
/// }
///
/// impl ::millstream::operator::Step<Tx> for average_ticket {
///     fn step(
///         &mut self,
///         event: Tx,
///         state: &mut Mean,
///         _: &mut ::millstream::operator::Context,
///     ) -> Result<impl IntoIterator<Item = Score>, Infallible> {
///         Ok(Some(::millstream::__private::ready(average_ticket(event, state))))
///     }
/// }
/// ```
///
/// One that awaits gets `AwaitStep` instead of `Step`:
///
/// ```text
/// async fn step(&mut self, event: Tx, _: &mut (), _: &mut Context, out: &mut Output<Rich>)
///     -> Result<(), Infallible>
/// {
///     out.send(enrich(event).await).await;
///     Ok(())
/// }
/// ```
#[proc_macro_attribute]
pub fn operator(args: TokenStream, item: TokenStream) -> TokenStream {
    operator::expand(args.into(), item.into()).into()
}

#[doc = include_str!("outputs/docs.md")]
#[proc_macro_derive(Outputs, attributes(outputs))]
pub fn outputs(item: TokenStream) -> TokenStream {
    outputs::expand(item.into()).into()
}

#[doc = include_str!("topology/docs.md")]
#[proc_macro]
pub fn topology(input: TokenStream) -> TokenStream {
    topology::expand(input.into()).into()
}
