//! Any [`tower_service::Service`] as an operator.

use super::{AwaitStep, Awaits, Calls, Context, Keyed, Keying, Operator, Order, Output};
use super::{Shape, Unkeyed};
use crate::error::BoxError;
use std::fmt;
use std::future::poll_fn;
use std::marker::PhantomData;
use tower_service::Service;

/// Makes an operator of a tower [`Service`]: for a client that has its retries, limits and timeouts
/// in layers already.
///
/// Each event is a request, each response an event. An error of the service, also one of
/// `poll_ready`, is an event of `.errors` and has the type that the service gives it; with layers
/// that is usually [`BoxError`]. A service whose error is [`Infallible`](std::convert::Infallible)
/// has no `.errors`.
///
/// One call is in flight, unless [`in_flight`](service::in_flight) says more; results leave in the
/// order of the events, unless [`unordered`](service::unordered) or [`per_key`](service::per_key)
/// says otherwise. Each call in flight has a clone of the service to itself: the clone is asked to
/// be ready, and then called, as tower demands. Clones of one service share their limits if the
/// layer does, as `ConcurrencyLimit` and `Buffer` do; a `RateLimit` is no `Clone`, so put a
/// `Buffer` around it.
///
/// Calls have no time limit of their own: use `tower::timeout`. A call that hangs holds back
/// checkpoints and a drain.
///
/// Requires the feature `tower`.
///
/// # Errors
/// Those of the service.
///
/// # Cancel safety
/// A call is dropped only when the job is aborted or fails; what the service has done stays done.
///
/// # Examples
/// ```
/// use millstream::operator::service;
/// use millstream::prelude::*;
/// use std::time::Duration;
/// use tower::{ServiceBuilder, service_fn};
///
/// async fn country(address: u32) -> Result<(u32, &'static str), std::io::Error> {
///     tokio::time::sleep(Duration::from_millis(20)).await;
///     Ok((address, "LU"))
/// }
///
/// # #[tokio::main(flavor = "current_thread", start_paused = true)]
/// # async fn main() -> millstream::Result<()> {
/// let places = ServiceBuilder::new()
///     .timeout(Duration::from_secs(2))
///     .concurrency_limit(50)
///     .service(service_fn(country));
///
/// let (found, failed) = (Collected::new(), Collected::new());
/// topology!(
///     located = source(from_iter(0..100_u32)) >> service(places).in_flight(64),
///     located >> sink(found.sink()),
///     located.errors >> map(|error| error.to_string()) >> sink(failed.sink()),
/// )
/// .run(Config::default())
/// .await?;
/// assert_eq!((found.take().len(), failed.take().len()), (100, 0));
/// # Ok(())
/// # }
/// ```
#[must_use]
pub fn service<S>(service: S) -> service<S> {
    service::new(service)
}

/// The operator that [`service`](fn@service) makes; the name under which `topology!` makes it.
///
/// # Examples
/// With the builder:
/// ```
/// use millstream::operator::service;
/// use millstream::prelude::*;
/// use std::convert::Infallible;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> millstream::Result<()> {
/// let twice = tower::service_fn(async |n: u64| Ok::<_, Infallible>(2 * n));
/// let doubled = Collected::new();
/// let job = Builder::new("doubling");
/// let numbers = job.source(from_iter([1, 2]));
/// numbers.then(service(twice).in_flight(8)).sink(doubled.sink());
/// job.build().run(Config::default()).await?;
/// assert_eq!(doubled.take(), [2, 4]);
/// # Ok(())
/// # }
/// ```
#[expect(non_camel_case_types, reason = "operators are named as functions are")]
pub struct service<S, R = InOrderOfInput> {
    service: S,
    in_flight: usize,
    order: PhantomData<fn() -> R>,
}

impl<S: Clone, R> Clone for service<S, R> {
    fn clone(&self) -> Self {
        Self { service: self.service.clone(), ..*self }
    }
}

impl<S, R> fmt::Debug for service<S, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("service").field("in_flight", &self.in_flight).finish_non_exhaustive()
    }
}

impl<S> service<S> {
    /// One call at a time, in the order of the events.
    pub fn new(service: S) -> Self {
        Self { service, in_flight: 1, order: PhantomData }
    }
}

impl<S, R> service<S, R> {
    /// Sets how many calls are in flight at once, for each instance: 1 to 4,096.
    #[must_use]
    pub fn in_flight(self, calls: usize) -> Self {
        Self { in_flight: calls, ..self }
    }

    /// Lets results leave as calls return, in any order.
    #[must_use]
    pub fn unordered(self) -> service<S, InNoOrder> {
        service { service: self.service, in_flight: self.in_flight, order: PhantomData }
    }

    /// Keeps the order of the events of each key, with one call of a key at a time: the stream has
    /// a key then, `>> by(…)`.
    #[must_use]
    pub fn per_key(self) -> service<S, InOrderOfKeys> {
        service { service: self.service, in_flight: self.in_flight, order: PhantomData }
    }
}

/// The order of the results of a [`service`](fn@service), as a type.
pub trait ServiceOrder: 'static {
    /// Whether events need a key.
    type Keying: Keying;
    /// The same as a value.
    const ORDER: Order;
}

/// Results leave in the order of the events.
///
/// # Examples
/// ```
/// use millstream::operator::{InOrderOfInput, Order, ServiceOrder};
///
/// assert_eq!(InOrderOfInput::ORDER, Order::Input);
/// ```
#[derive(Debug, Clone, Copy)]
pub struct InOrderOfInput;

/// Results leave as calls return: [`service::unordered`].
///
/// # Examples
/// ```
/// use millstream::operator::{InNoOrder, Order, ServiceOrder};
///
/// assert_eq!(InNoOrder::ORDER, Order::None);
/// ```
#[derive(Debug, Clone, Copy)]
pub struct InNoOrder;

/// Results of a key leave in the order of its events: [`service::per_key`].
///
/// # Examples
/// ```
/// use millstream::operator::{InOrderOfKeys, Order, ServiceOrder};
///
/// assert_eq!(InOrderOfKeys::ORDER, Order::PerKey);
/// ```
#[derive(Debug, Clone, Copy)]
pub struct InOrderOfKeys;

impl ServiceOrder for InOrderOfInput {
    type Keying = Unkeyed;
    const ORDER: Order = Order::Input;
}

impl ServiceOrder for InNoOrder {
    type Keying = Unkeyed;
    const ORDER: Order = Order::None;
}

impl ServiceOrder for InOrderOfKeys {
    type Keying = Keyed;
    const ORDER: Order = Order::PerKey;
}

impl<In, S, R> Operator<In> for service<S, R>
where
    In: Send + 'static,
    S: Service<In, Response: Send + 'static, Error: Into<BoxError> + Send + 'static, Future: Send>
        + Clone
        + Send
        + 'static,
    R: ServiceOrder,
{
    type Out = S::Response;
    type State = ();
    type Error = S::Error;
    type Keying = R::Keying;
    type Mode = Awaits;
    const NAME: &'static str = "service";
    const SHAPE: Shape = Shape::OneToOne;
    const CALLS: Calls<In, (), S::Error> =
        Calls { in_flight: 1, order: R::ORDER, timeout: None, deadline: None, retry: None };

    fn calls_in_flight(&self) -> usize {
        self.in_flight
    }
}

impl<In, S, R> AwaitStep<In> for service<S, R>
where
    In: Send + 'static,
    S: Service<In, Response: Send + 'static, Error: Into<BoxError> + Send + 'static, Future: Send>
        + Clone
        + Send
        + 'static,
    R: ServiceOrder,
{
    async fn step(
        &mut self,
        event: In,
        _: &mut (),
        _: &mut Context,
        out: &mut Output<S::Response>,
    ) -> Result<(), S::Error> {
        poll_fn(|cx| self.service.poll_ready(cx)).await?;
        let response = self.service.call(event).await?;
        out.send(response).await;
        Ok(())
    }
}
