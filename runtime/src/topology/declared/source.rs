//! A declared source.

use super::{Declared, Untimed};
use crate::error::{Error, Result};
use crate::source::{Malformed, Source};
use crate::stage::{Control, SourceRoot};
use crate::topology::{Endpoint, Lowering, NodeId, Port};
use std::convert::Infallible;
use std::marker::PhantomData;

/// A declared source.
#[derive(Debug)]
pub struct SourceAt<S, T> {
    pub(crate) source: S,
    pub(crate) node: NodeId,
    pub(crate) events: PhantomData<fn() -> T>,
}

impl<T: Send + 'static, S: Source<T>> Declared for SourceAt<S, T> {
    type Out = T;
    type Chain = SourceRoot<S::Reader, T>;
    type Time = Untimed;
    type Late = Infallible;
    type Error = Malformed;
    type Overflow = Infallible;
    type LateInput = Infallible;
    type OverflowInput = Infallible;

    fn lower(self, _: NodeId, lowering: &mut Lowering) -> Result<Vec<Self::Chain>> {
        let name = lowering.name(self.node);
        let failed = |error: Error| {
            Error::new(error.kind(), format!("source `{name}`: {error}")).caused_by(error)
        };
        let reader = self.source.open(&lowering.env).map_err(failed)?;
        let errors = Endpoint { node: self.node, port: Port::Errors };
        let errors = lowering.sides(errors, false).pop().flatten();
        let counters = lowering.counters(self.node, 0);
        let control: Control = lowering.control.clone();
        Ok(vec![SourceRoot::new((name, reader), lowering.batch, control, counters, errors)])
    }
}
