//! A state and a window, and no key.

use millstream::prelude::*;

#[operator]
async fn grows(window: Window<i64, i64>, last: &mut usize) -> bool {
    window.len() > std::mem::replace(last, window.len())
}

fn main() {
    let _ = topology!(
        numbers = source(from_iter([1_i64, 2]))
            >> event_time(|n| EventTime::from_secs(*n), lateness(1.secs())),
        grown = numbers >> window(tumbling(1.mins())) >> grows,
        grown >> ignore,
        grown.late >> ignore,
    );
}
