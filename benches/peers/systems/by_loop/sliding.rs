//! A count of each key's last hour, every second.

use super::{Map, Ready, Total, steps};
use millstream_benches::stateless::Event;

/// Seconds in a window.
pub const WINDOW: u64 = 3_600;

/// The counts of a key's last seconds, and their sum.
#[derive(Clone)]
pub struct Hour {
    seconds: Box<[u32; WINDOW as usize]>,
    sum: u64,
}

impl Default for Hour {
    fn default() -> Self {
        Self { seconds: Box::new([0; WINDOW as usize]), sum: 0 }
    }
}

impl Hour {
    /// Adds a count to a second.
    #[inline]
    pub fn count(&mut self, second: u64, more: u32) {
        self.seconds[(second % WINDOW) as usize] += more;
        self.sum += u64::from(more);
    }
}

pub fn sliding(input: Vec<Event>) -> Ready {
    Box::new(|| {
        let total = Total::default();
        let mut part = total.part();
        let mut hours: Map<u64, Hour> = Map::default();
        let (mut second, mut until) = (0, 1_000);
        for event in input {
            while event.time >= until {
                end(&mut hours, second, &mut |value| part.add(value));
                second += 1;
                until += 1_000;
            }
            hours.entry(event.key).or_default().count(second, 1);
        }
        while !is_over(&hours) {
            end(&mut hours, second, &mut |value| part.add(value));
            second += 1;
        }
        drop(part);
        total.get().into()
    })
}

/// Emits the windows that end with a second, and makes room for the next one.
pub fn end(hours: &mut Map<u64, Hour>, second: u64, add: &mut impl FnMut(u64)) {
    let next = ((second + 1) % WINDOW) as usize;
    for (key, hour) in hours {
        if hour.sum > 0 {
            add(steps::window(*key, hour.sum, second + 1));
        }
        hour.sum -= u64::from(std::mem::take(&mut hour.seconds[next]));
    }
}

/// Whether no window is left.
pub fn is_over(hours: &Map<u64, Hour>) -> bool {
    hours.values().all(|hour| hour.sum == 0)
}
