//! A type parameter that the event decides.

use millstream::prelude::*;

#[operator]
pub async fn texts<T: ToString + Send + 'static>(events: Vec<T>) -> Vec<String> {
    events.iter().map(ToString::to_string).collect()
}

pub fn main() {
    let _ = topology!(
        numbers = source(from_iter([vec![1_u64, 2]])),
        words = source(from_iter([vec!["one", "two"]])),
        numbers >> texts >> ignore,
        words >> texts >> ignore,
    );
}
