//! The operators of the closure verbs: `map`, `filter`, `flat_map`, `inspect`.

use super::{Context, Operator, Shape, Step, Stepping, Unkeyed};
use std::convert::Infallible;
use std::fmt;

macro_rules! closure_operator {
    ($(#[$doc:meta])* $name:ident, $label:literal) => {
        $(#[$doc])*
        #[derive(Clone)]
        pub struct $name<F>(pub F);

        impl<F> fmt::Debug for $name<F> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str($label)
            }
        }
    };
}

closure_operator!(
    /// Emits the result of a closure for every event.
    Map, "map"
);
closure_operator!(
    /// Emits the events for which a closure returns true.
    Filter, "filter"
);
closure_operator!(
    /// Emits all items that a closure returns for an event.
    FlatMap, "flat_map"
);
closure_operator!(
    /// Calls a closure with every event and emits the event unchanged.
    Inspect, "inspect"
);

impl<T: Send + 'static, U: Send + 'static, F: Fn(T) -> U + Clone + Send + 'static> Operator<T>
    for Map<F>
{
    type Out = U;
    type State = ();
    type Error = Infallible;
    type Keying = Unkeyed;
    type Mode = Stepping;
    const NAME: &'static str = "map";
    const SHAPE: Shape = Shape::OneToOne;
}

impl<T: Send + 'static, U: Send + 'static, F: Fn(T) -> U + Clone + Send + 'static> Step<T>
    for Map<F>
{
    #[inline]
    fn step(
        &mut self,
        event: T,
        (): &mut (),
        _: &mut Context,
    ) -> Result<impl IntoIterator<Item = U>, Infallible> {
        Ok(Some((self.0)(event)))
    }
}

impl<T: Send + 'static, F: Fn(&T) -> bool + Clone + Send + 'static> Operator<T> for Filter<F> {
    type Out = T;
    type State = ();
    type Error = Infallible;
    type Keying = Unkeyed;
    type Mode = Stepping;
    const NAME: &'static str = "filter";
    const SHAPE: Shape = Shape::AtMostOne;
}

impl<T: Send + 'static, F: Fn(&T) -> bool + Clone + Send + 'static> Step<T> for Filter<F> {
    #[inline]
    fn step(
        &mut self,
        event: T,
        (): &mut (),
        _: &mut Context,
    ) -> Result<impl IntoIterator<Item = T>, Infallible> {
        Ok((self.0)(&event).then_some(event))
    }
}

impl<
    T: Send + 'static,
    I: IntoIterator<Item: Send> + 'static,
    F: Fn(T) -> I + Clone + Send + 'static,
> Operator<T> for FlatMap<F>
{
    type Out = I::Item;
    type State = ();
    type Error = Infallible;
    type Keying = Unkeyed;
    type Mode = Stepping;
    const NAME: &'static str = "flat_map";
    const SHAPE: Shape = Shape::Many;
}

impl<
    T: Send + 'static,
    I: IntoIterator<Item: Send> + 'static,
    F: Fn(T) -> I + Clone + Send + 'static,
> Step<T> for FlatMap<F>
{
    #[inline]
    fn step(
        &mut self,
        event: T,
        (): &mut (),
        _: &mut Context,
    ) -> Result<impl IntoIterator<Item = I::Item>, Infallible> {
        Ok((self.0)(event))
    }
}

impl<T: Send + 'static, F: Fn(&T) + Clone + Send + 'static> Operator<T> for Inspect<F> {
    type Out = T;
    type State = ();
    type Error = Infallible;
    type Keying = Unkeyed;
    type Mode = Stepping;
    const NAME: &'static str = "inspect";
    const SHAPE: Shape = Shape::OneToOne;
}

impl<T: Send + 'static, F: Fn(&T) + Clone + Send + 'static> Step<T> for Inspect<F> {
    #[inline]
    fn step(
        &mut self,
        event: T,
        (): &mut (),
        _: &mut Context,
    ) -> Result<impl IntoIterator<Item = T>, Infallible> {
        (self.0)(&event);
        Ok(Some(event))
    }
}

/// Emits every event unchanged: the operator of a node whose result is computed upstream, such as
/// the aggregate of a window.
#[derive(Debug, Clone, Copy)]
pub struct PassOn;

impl<T: Send + 'static> Operator<T> for PassOn {
    type Out = T;
    type State = ();
    type Error = Infallible;
    type Keying = Unkeyed;
    type Mode = Stepping;
    const NAME: &'static str = "given";
    const SHAPE: Shape = Shape::OneToOne;
}

impl<T: Send + 'static> Step<T> for PassOn {
    #[inline(always)]
    fn step(
        &mut self,
        event: T,
        (): &mut (),
        _: &mut Context,
    ) -> Result<impl IntoIterator<Item = T>, Infallible> {
        Ok(Some(event))
    }
}
