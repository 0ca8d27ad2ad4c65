//! A declared source.

use super::{ChainSpec, Edges, Either, either};
use crate::env::Env;
use crate::error::{Error, Instance, Result, Role};
use crate::event::Times;
use crate::grouping::Grouping;
use crate::lowering::{Lowering, Wiring};
use crate::operator::OperatorPlace;
use crate::source::Reader;
use crate::stage::SourceRoot;
use crate::topology::{Endpoint, NodeId, OutputKind};
use std::fmt;
use std::marker::PhantomData;

/// Opens a source when the job starts.
pub(crate) type Open<R> = Box<dyn FnOnce(&Env) -> Result<R> + Send>;

/// Declares a source that is read by `R`. It always has one instance.
///
/// The type of the source itself is erased: only its reader is part of the types downstream.
pub struct SourceSpec<R, T> {
    open: Open<R>,
    node: NodeId,
    events: PhantomData<fn() -> T>,
}

impl<R, T> fmt::Debug for SourceSpec<R, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SourceSpec").field("node", &self.node).finish_non_exhaustive()
    }
}

impl<R, T> SourceSpec<R, T> {
    pub(crate) fn new(open: Open<R>, node: NodeId) -> Self {
        Self { open, node, events: PhantomData }
    }
}

impl<T: Send + 'static, R: Reader<T>> ChainSpec for SourceSpec<R, T> {
    type Out = T;
    type Chain = SourceRoot<R, T>;
    type Connected = Either<Self>;

    fn lower(self, _: NodeId, lowering: &mut Lowering) -> Result<Vec<Self::Chain>> {
        let name = lowering.name(self.node);
        let failed = |error: Error| error.of(Role::Source, &name, Instance::ONLY);
        let reader = (self.open)(&lowering.env).map_err(failed)?;
        tracing::debug!(source = %lowering.name(self.node), "opened a source");
        let errors = Endpoint { node: self.node, port: OutputKind::Errors };
        let fails = lowering.fails(self.node);
        let help = "connect its `.errors` to continue after a malformed record";
        let errors = (lowering.side(errors, 0, Times::Absent), (!fails).then_some(help));
        let counters = lowering.counters(self.node, 0);
        let control = lowering.control.clone();
        let place = OperatorPlace::only(Role::Source, name);
        Ok(vec![SourceRoot::new((place, reader), lowering.batch, control, counters, errors)])
    }

    fn connect<G: Grouping<Self::Out>>(
        self,
        wiring: Wiring<Self::Out, G>,
        lowering: &mut Lowering,
    ) -> Result<Edges<Self>> {
        either(self, wiring, lowering)
    }
}
