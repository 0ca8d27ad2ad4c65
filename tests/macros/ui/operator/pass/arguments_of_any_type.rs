//! Closures and type parameters as arguments.

use millstream::prelude::*;
use std::sync::Arc;

trait Client: Send + Sync + 'static {
    fn ask(&self, number: u64) -> impl Future<Output = u64> + Send;
}
struct Doubles;
impl Client for Doubles {
    async fn ask(&self, number: u64) -> u64 {
        2 * number
    }
}

#[operator]
async fn asked<C: Client>(number: u64, #[shared] client: &C) -> u64 {
    client.ask(number).await
}
#[operator]
async fn kept(number: u64, rule: impl Fn(&u64) -> bool) -> Option<u64> {
    rule(&number).then_some(number)
}
#[operator]
async fn known<T>(event: T, others: Vec<T>) -> bool
where
    T: PartialEq + Clone + Send + 'static,
{
    others.contains(&event)
}
#[operator]
async fn scaled(number: u64, #[shared] by: &(impl Fn(u64) -> u64 + Send + Sync)) -> u64 {
    by(number)
}
#[operator]
async fn begins(found: bool, #[shared] names: &[String]) -> bool {
    found && names.is_empty()
}

pub fn main() {
    let names = Arc::from(["a".to_string()]);
    let _ = topology!(
        numbers = source(from_iter([1_u64])),
        asked = numbers >> asked(Doubles) >> kept(|n| *n > 1) >> scaled(|n| n + 1),
        asked >> known(vec![3]) >> begins(&names) >> ignore,
    );
}
