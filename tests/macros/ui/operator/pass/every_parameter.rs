//! Every parameter an operator may have, in any order after the event.

use millstream::prelude::*;
use std::sync::Arc;

#[operator]
async fn all(
    (at, n): (u64, u64),
    ctx: &mut Context,
    factor: u64,
    seen: &mut Vec<u64>,
    #[shared] names: &[String],
) -> Option<u64> {
    seen.push(factor * n + at);
    (seen.len() > names.len()).then(|| ctx.instance().index() as u64)
}

pub fn main() {
    let _ = (all::new(2, vec![]), all::new(3, Arc::from(["a".to_string()])));
}
