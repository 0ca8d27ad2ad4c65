//! A root and the operators after it, as one type.

use crate::error::Result;
use crate::exchange::{Delivery, Drive};
use std::task::{Context, Poll};

/// What is shown the side outputs of a chain, which hand over when its main output does.
pub type Found<'f, 'a> = &'f mut dyn FnMut(&'a mut dyn Delivery);

/// A root and the operators after it, as one type.
pub trait Chain: Drive + Send + 'static {
    /// Whether its root has something that came from the same task.
    fn fetch_local(&mut self) -> bool;

    /// Waits until its root has something that comes from outside the task.
    fn poll_fetch(&mut self, cx: &mut Context<'_>) -> Poll<Result<()>>;

    /// Shows the side outputs.
    fn sides<'a>(&'a mut self, found: Found<'_, 'a>);
}

/// The two ways to fetch, for a link that leaves them to the chain before it.
macro_rules! fetch_from_chain {
    () => {
        fn fetch_local(&mut self) -> bool {
            self.chain.fetch_local()
        }

        fn poll_fetch(
            &mut self,
            cx: &mut std::task::Context<'_>,
        ) -> std::task::Poll<crate::error::Result<()>> {
            self.chain.poll_fetch(cx)
        }
    };
}
pub(super) use fetch_from_chain;
