//! The other outputs of a node: late events, errors.

use super::declared::{Declared, Tap, TimeState, Timed, Untimed};
use super::fan_out::tap_all;
use super::{Endpoint, FanOut, Port, Stream};

/// The late events of a node, and how late they were.
pub type LateStream<C> = Stream<<C as Declared>::Late, Tap<<C as Declared>::Late, Timed>>;

/// The errors of a node.
pub type ErrorStream<C> = Stream<<C as Declared>::Error, Tap<<C as Declared>::Error, Untimed>>;

/// A stream and the other outputs of its node.
///
/// # Examples
/// ```
/// use millstream::prelude::*;
///
/// #[operator]
/// async fn parse(text: &'static str) -> Result<u32, std::num::ParseIntError> {
///     text.parse()
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> millstream::Result<()> {
/// let (numbers, failures) = (Collected::new(), Collected::new());
/// let job = Builder::new("parsing");
/// let parsed = job.source(from_iter(["1", "two"])).then(parse {}).outputs();
/// parsed.stream.sink(numbers.sink());
/// parsed.errors.map(|error| error.to_string()).sink(failures.sink());
/// job.build().run(Config::default()).await?;
/// assert_eq!(numbers.take(), [1]);
/// assert_eq!(failures.take(), ["invalid digit found in string"]);
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct Outputs<S, L, E> {
    /// What the node gives on.
    pub stream: S,
    /// Events that came too late, if the node has windows or puts events in order.
    pub late: L,
    /// Errors, if the node can fail.
    pub errors: E,
}

impl<T: Send + 'static, C: Declared<Out = T>> Stream<T, C> {
    /// The stream and the other outputs of its node.
    #[must_use]
    pub fn outputs(self) -> Outputs<Self, LateStream<C>, ErrorStream<C>> {
        let (late, errors) = self.sides();
        Outputs { stream: self, late, errors }
    }

    /// The stream, to be used more than once, and the other outputs of its node.
    #[must_use]
    pub fn outputs_fan_out(self) -> Outputs<FanOut<T, C::Time>, LateStream<C>, ErrorStream<C>>
    where
        T: Clone,
    {
        let (late, errors) = self.sides();
        Outputs { stream: self.fan_out(), late, errors }
    }

    fn sides(&self) -> (LateStream<C>, ErrorStream<C>) {
        (self.side(Port::Late), self.side(Port::Errors))
    }

    fn side<U: Send + 'static, M: TimeState>(&self, port: Port) -> Stream<U, Tap<U, M>> {
        tap_all(&self.draft, vec![Endpoint { port, ..self.endpoint() }])
    }
}
