//! A declared source.

use super::{Declared, Untimed};
use crate::control::JobControl;
use crate::env::Env;
use crate::error::{Error, Result};
use crate::source::{Malformed, Reader};
use crate::stage::SourceRoot;
use crate::topology::{Endpoint, Lowering, NodeId, Port};
use std::convert::Infallible;
use std::fmt;
use std::marker::PhantomData;

/// What opens a source.
pub(crate) type Open<R> = Box<dyn FnOnce(&Env) -> Result<R> + Send>;

/// A declared source; `R` reads it.
///
/// It does not name the source: whether that is one has been asked where it was given, and what
/// stands behind it has nothing to say about it.
pub struct SourceAt<R, T> {
    pub(crate) open: Open<R>,
    pub(crate) node: NodeId,
    pub(crate) events: PhantomData<fn() -> T>,
}

impl<R, T> fmt::Debug for SourceAt<R, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SourceAt").field("node", &self.node).finish_non_exhaustive()
    }
}

impl<T: Send + 'static, R: Reader<T>> Declared for SourceAt<R, T> {
    type Out = T;
    type Chain = SourceRoot<R, T>;
    type Time = Untimed;
    type Late = Infallible;
    type Error = Malformed;
    type Overflow = Infallible;
    type Unmatched = Infallible;
    type LateInput = Infallible;
    type UnmatchedInput = Infallible;
    type OverflowInput = Infallible;

    fn lower(self, _: NodeId, lowering: &mut Lowering) -> Result<Vec<Self::Chain>> {
        let name = lowering.name(self.node);
        let failed = |error: Error| {
            Error::new(error.kind(), format!("source `{name}`: {error}")).caused_by(error)
        };
        let reader = (self.open)(&lowering.env).map_err(failed)?;
        let errors = Endpoint { node: self.node, port: Port::Errors };
        let errors = lowering.sides(errors, false).pop().flatten();
        let counters = lowering.counters(self.node, 0);
        let control: JobControl = lowering.control.clone();
        Ok(vec![SourceRoot::new((name, reader), lowering.batch, control, counters, errors)])
    }
}
