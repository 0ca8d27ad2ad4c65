//! An operator with methods: those it is called by, in all their forms, and others.

use millstream::prelude::*;
use std::fmt::Debug;
use std::io;

#[derive(Clone)]
struct Bounded<T> {
    most: T,
}

#[operator(name = "bounded")]
impl<T> Bounded<T>
where
    T: Clone + PartialOrd + Debug + Send + Sync + 'static,
{
    const WAIT: u32 = 5;

    fn new(most: T) -> Self {
        Self { most }
    }

    fn is_within(&self, number: &T) -> bool {
        *number <= self.most
    }

    async fn process(
        &self,
        number: T,
        seen: &mut Vec<T>,
        ctx: &mut Context,
    ) -> Result<T, io::Error> {
        ctx.timer_after(Self::WAIT.secs());
        seen.push(number.clone());
        if self.is_within(&number) { Ok(number) } else { Err(io::ErrorKind::Other.into()) }
    }

    async fn on_timer(_: Timer, seen: &mut Vec<T>) -> Vec<T> {
        std::mem::take(seen)
    }
}

#[derive(Clone)]
struct Awaiting;

#[operator]
impl Awaiting {
    async fn process(word: String, out: &mut Output<char>) {
        for letter in word.chars() {
            out.send(letter).await;
        }
    }
}

pub fn main() {
    let topology = topology!(
        numbers = source(from_iter([1, 2, 3])) >> by(|number| *number) >> Bounded(2),
        numbers >> map(|number| number.to_string()) >> Awaiting >> ignore,
        numbers.errors >> ignore,
    );
    drop(topology);
}
