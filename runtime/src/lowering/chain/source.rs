//! A declared source.

use super::{At, ChainSpec, Either, either};
use crate::checkpoint::PartKind;
use crate::error::{Error, ErrorKind, Instance, Result, Role};
use crate::event::Times;
use crate::grouping::Grouping;
use crate::lowering::{Open, Wiring};
use crate::operator::OperatorPlace;
use crate::source::{Position, Reader};
use crate::stage::SourceRoot;
use crate::topology::{Endpoint, NodeId, OutputKind};
use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

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

    fn lower(&mut self, at: &mut At<'_>) -> Result<Self::Chain> {
        if at.instance > 0 {
            return Err(opened());
        }
        let lowering = &mut *at.lowering;
        let name = lowering.name(self.node);
        let failed = |error: Error| error.of(Role::Source, &name, Instance::ONLY);
        let (node, kind) = (self.node, PartKind::Source);
        let at = lowering.restored_whole(node, kind)?.map(Position::from_bytes);
        let attempts = lowering.attempts();
        let opened = self.open.open(&lowering.env, at.as_ref(), attempts);
        let mut reader = opened.map_err(failed)?;
        let saver = lowering.saver((node, 0), kind)?;
        if saver.is_some() && reader.position().map_err(failed)?.is_none() {
            return Err(failed(without_position()));
        }
        tracing::debug!(source = %name, "opened a source");
        let errors = Endpoint { node: self.node, port: OutputKind::Errors };
        let fails = lowering.fails(self.node);
        let help = "connect its `.errors` to continue after a malformed record";
        let errors = (lowering.side(errors, 0, Times::Absent), (!fails).then_some(help));
        let (counters, control) = (lowering.counters(self.node, 0), lowering.control.clone());
        let place = OperatorPlace::only(Role::Source, name);
        let (env, counted) = (lowering.env.clone(), Arc::clone(&counters));
        let drift = control.drift.source(self.node.0, env, counted);
        let (reader, held) = ((place, reader, saver), (control, drift, lowering.pause_of(node)));
        Ok(SourceRoot::new(reader, lowering.sizes.batch(), held, counters, errors))
    }

    fn connect<G: Grouping<Self::Out>>(
        &mut self,
        wiring: &mut Wiring<Self::Out, G>,
        at: &mut At<'_>,
    ) -> Result<Self::Connected> {
        either(self, wiring, at)
    }
}

/// The error for a source that says it can replay, and cannot tell from where.
fn without_position() -> Error {
    let message = "has no position to begin at again, which checkpoints need";
    Error::new(ErrorKind::Source, message)
        .help("implement `Reader::position` and `Source::open_at`, or promise `at_most_once`")
}

/// The error for a source that is opened for a second instance.
fn opened() -> Error {
    Error::new(ErrorKind::Topology, "a source has only one instance")
}
