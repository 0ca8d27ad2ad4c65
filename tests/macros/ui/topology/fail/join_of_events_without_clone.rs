//! The events of a side of a join cannot be cloned.

use millstream::prelude::*;

struct Order {
    at: EventTime,
    id: u32,
}

fn main() {
    let _ = topology!(
        orders = source(from_iter(Vec::<Order>::new())) >> event_time(|o| o.at, lateness(1.secs())),
        paid = source(from_iter([7_u32])) >> event_time(|_| EventTime::MIN, lateness(1.secs())),
        both = (orders >> by(|o| o.id), paid >> by(|id| *id)) >> join(within(1.secs(), 1.secs())),
        both >> ignore,
        [both.late >> map(|_| ()), both.unmatched >> map(|_| ())] >> ignore,
    );
}
