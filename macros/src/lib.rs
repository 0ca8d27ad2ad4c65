//! The `#[operator]`, `#[derive(Outputs)]`, `#[derive(Key)]`, `#[derive(Peek)]`,
//! `#[derive(State)]` and `topology!` macros of millstream.
//!
//! Use them through the `millstream` crate, which re-exports them. None of them reads files, the
//! network or the environment. They expand to code that you could write by hand: impls of the
//! public operator traits, and calls of the public builder.
//!
//! Each macro reports all mistakes at once, each at the wrong token and with a fix. The correct
//! parts still expand, so the compiler reports no follow-up errors and editors keep completing.

mod beside;
mod crate_path;
mod derived;
mod errors;
mod graph_docs;
mod key;
mod operator;
mod outputs;
mod peek;
mod state;
mod topology;

use proc_macro::TokenStream;

/// Turns an `async fn`, or a type with methods, into an operator.
///
/// The function does not change: a unit test calls it like any other. The macro adds a struct of
/// the same name that implements `millstream::operator::Operator`, so `topology!` takes the name of
/// the function, and a single `use` imports both.
///
/// ```text
/// #[operator]
/// async fn average_ticket(tx: Tx, card: &mut Mean) -> Score {
///     Score::new(tx.id, tx.amount / card.push(tx.amount))
/// }
/// ```
///
/// The struct has the docs of the function, and neither the struct nor the function is reported as
/// dead code when only the other is used.
///
/// # Parameters
///
/// The event comes first, the others follow in any order.
///
/// | parameter | meaning |
/// |---|---|
/// | first, `event: T` | the event, by value; any pattern is allowed, and `T` may be a `Window<K, T>` |
/// | `state: &mut S` | the state of the event's key; the stream must have a key. `S: Default + Send + 'static` |
/// | `ctx: &mut Context` | event time, watermark, instance and timers |
/// | `out: &mut Output<T>` | emits any number of results: `out.send(x).await`, which waits while the edge is full |
/// | `#[shared] x: &X` | a value shared by all instances; passed in the topology as `X` or `Arc<X>`, or a reference to either: a value by reference is cloned once |
/// | `x: X` | an argument; passed in the topology, and cloned for each event. It may be an `impl Trait`, such as `rule: impl Fn(&T) -> bool` |
///
/// An operator with parameters of the last two kinds takes them in the topology, in the order of
/// its signature: `proximity(900.0, cities)` for `async fn proximity(tx: Tx, speed: f64, last: &mut
/// Place, #[shared] cities: &Map) -> Score`. Without `topology!` that is `proximity::new(900.0,
/// cities)`.
///
/// `Context`, `Output`, `Option`, `Vec` and `Result` are recognised by the last segment of their
/// path. Of the result the type decides as well, not the name alone: `io::Result<T>`,
/// `anyhow::Result<T>`, or `Parsed<T>` for `type Parsed<T> = Result<T, ParseError>`.
///
/// # Return type
///
/// | type | events emitted for each event |
/// |---|---|
/// | `T` | one |
/// | `Option<T>` | at most one: a filter |
/// | `Vec<T>`, `impl Iterator<Item = T>`, `impl IntoIterator<Item = T>` | any number |
/// | `Result<_, E>` of any of these | as above; errors go to the error output of the node |
/// | nothing, or `Result<(), E>` | those sent to `out`, which must be a parameter |
///
/// If `T` is an `enum` with [`#[derive(Outputs)]`](macro@Outputs), each of its variants can be used
/// as an output of the node, with an event type of its own.
///
/// Events, results, state and errors are `Send + 'static`: they outlive the call, so they cannot
/// borrow. An error converts into `Box<dyn Error + Send + Sync>`.
///
/// # Arguments
///
/// | argument | meaning |
/// |---|---|
/// | `name = "average ticket"` | the name of the operator's node, unless the topology names it; default: the name of the function |
/// | `ttl = "1h"` | how long the state of a key lives without a call for it: the next event then finds the state of a new key, and its memory is freed. By event time if the input has it, and otherwise by the job's clock; `"1h by clock"` is always by the clock. Timers do not expire. Units: `ms`, `s`, `m`, `h`, `d`. Default: for ever |
/// | `in_flight = 64` | how many calls of an instance are in flight at once, if the function awaits: 1 to 4,096, one of a key with state. Default: 1 |
/// | `order = per_key` | the order in which results leave: that of the events (`input`, the default without state), of the events of each key (`per_key`, the default with state), or `none` |
/// | `timeout = "2s"` | the longest time of one attempt; the error type has to be made from `TimedOut`, and is `TimedOut` for a function that returns no `Result` |
/// | `deadline = "10s"` | the longest time of all attempts of a call and the waits between them |
/// | `retry = 3` | how often a failed call is repeated; also `fixed(3, "1s")` and `exponential(3, "10ms", "10s")`. State, context and output of a failed attempt are put back; event and state are `Clone` |
/// | `retry_if = f` | which errors are worth a repetition: `fn f(error: &E) -> bool` |
/// | `errors = letters` | `.errors` emits each error with its event, as a `DeadLetter<T>`, which `dead_letters(path)` writes to a file; the event is `Clone` |
/// | `panics = route` | the same, and an event on which the function panics is a dead letter too. State, timers and results are as before a call that fails; the state is `Clone` as well. `on_timer` has no event: its panic ends the job |
/// | `crate = "::engine::millstream"` | the path of millstream, for crates that re-export it |
///
/// # Steps and futures
///
/// A function that never awaits is compiled into the loop of its stage and costs a function call. A
/// function never awaits if its body contains neither the word `await` nor a macro that could hide
/// one: any macro but those of the standard library and the logging macros (`info!`,
/// `tracing::warn!`). All other functions, and those with an `out`, run as futures, which must be
/// `Send`.
///
/// Type parameters are allowed if the type of the event or of an argument determines them.
///
/// # Timers, and operators with methods
///
/// On an `impl` of a type, the method `process` has the role of the function. The optional method
/// `on_timer` is called for timers that either method has set for a key: `ctx.timer_at(time)` in
/// event time, `ctx.timer_after(wait)` in processing time.
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
/// Both methods take the parameters above, except arguments and shared values: those are fields,
/// read through `&self`. Both emit events of one type, each with a return type of its own; one of
/// them may emit nothing. The type is `Clone`: each instance is a clone. In a topology it is
/// written `Unpaid(30.mins())`, which calls `Unpaid::new(30.mins())`, or `Unpaid` if it has no
/// fields, or as any expression.
///
/// # Expansion
///
/// The function above expands to (abridged):
///
/// ```text
/// impl average_ticket {
///     #[inline(always)]
///     fn __body(tx: Tx, card: &mut Mean) -> Score {
///         Score::new(tx.id, tx.amount / card.push(tx.amount))
///     }
/// }
///
/// async fn average_ticket(tx: Tx, card: &mut Mean) -> Score {
///     average_ticket::__body(tx, card)
/// }
///
/// struct average_ticket {}
///
/// impl average_ticket {
///     const new: fn() -> Self = || Self {};
/// }
///
/// // What the runtime needs of the types; they are unknown if this does not compile.
/// const __SOUND: bool = sound(&[/* `Mean: Default + Send`, `Score: Send` */]);
///
/// impl ::millstream::operator::Operator<Tx> for average_ticket {
///     type Out = <Score as Sound<__SOUND>>::Type; // `Score`
///     type State = <Mean as Sound<__SOUND>>::Type;
///     type Error = ::core::convert::Infallible;
///     type Keying = ::millstream::operator::Keyed;
///     type Mode = ::millstream::operator::Stepping;
///     const NAME: &'static str = "average_ticket";
///     const SHAPE: Shape = ::millstream::operator::Shape::OneToOne;
///     fn describe(
///         event: &Tx,
///     ) -> impl ::millstream::operator::Snapshot + Send + Sync + use<> { /* a copy */ }
/// }
///
/// impl ::millstream::operator::Step<Tx> for average_ticket {
///     fn step(
///         &mut self,
///         event: Tx,
///         state: &mut Mean,
///         _: &mut ::millstream::operator::Context,
///     ) -> Result<impl IntoIterator<Item = Score>, Infallible> {
///         Ok(Some(average_ticket::__body(event, state)))
///     }
/// }
/// ```
///
/// A function that awaits stays as written, and gets `AwaitStep` instead of `Step`:
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

#[doc = include_str!("key/docs.md")]
#[proc_macro_derive(Key, attributes(key))]
pub fn key(item: TokenStream) -> TokenStream {
    key::expand(item.into()).into()
}

#[doc = include_str!("outputs/docs.md")]
#[proc_macro_derive(Outputs, attributes(outputs))]
pub fn outputs(item: TokenStream) -> TokenStream {
    outputs::expand(item.into()).into()
}

#[doc = include_str!("peek/docs.md")]
#[proc_macro_derive(Peek, attributes(peek))]
pub fn peek(item: TokenStream) -> TokenStream {
    peek::expand(item.into()).into()
}

#[doc = include_str!("state/docs.md")]
#[proc_macro_derive(State, attributes(state, serde))]
pub fn state(item: TokenStream) -> TokenStream {
    state::expand(item.into()).into()
}

#[doc = include_str!("topology/docs.md")]
#[proc_macro]
pub fn topology(input: TokenStream) -> TokenStream {
    topology::expand(input.into()).into()
}

/// Draws the graph of a topology in the documentation of the function that has it: rustdoc shows a
/// picture, an editor the edges, a line each.
///
/// The function contains one `topology!( … )`. The graph is what the macro reads there: parts of a
/// topology that are functions of their own, `through(…)`, are not followed, and event types are
/// unknown. The graph of the topology itself, with types, is `Topology::graph`.
///
/// # Examples
/// ```text
/// /// Counts words.
/// #[topology_graph]
/// pub fn counted(lines: impl Source<String>, out: impl Sink<(String, u64)>) -> Topology {
///     topology!(
///         words = source(lines) >> flat_map(split),
///         counts = words >> by(|word| word.clone()) >> count * 2,
///         counts >> sink(out),
///     )
/// }
/// ```
///
/// The documentation of `counted` ends with a picture, and in an editor with
///
/// ```text
/// source >> words
/// words >> counts * 2 (by key)
/// counts >> counts_sink
/// ```
#[proc_macro_attribute]
pub fn topology_graph(_: TokenStream, item: TokenStream) -> TokenStream {
    graph_docs::expand(item.into()).into()
}
