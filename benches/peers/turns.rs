//! Runs all systems, alternating.

use crate::figures::Measured;
use crate::options::Options;
use crate::round::elsewhere;
use crate::work::Work;
use std::error::Error;

/// Measures a work: A B C A B C, so that noise affects all systems.
///
/// # Errors
/// If a round fails, or the results of two systems differ.
pub fn take(work: Work, options: &Options) -> Result<Vec<Measured>, Box<dyn Error>> {
    let count = work.events(options.quick);
    let able = options.systems().into_iter().filter(|system| system.measures(work));
    let of = |system| Measured { system, count, rounds: Vec::new() };
    let mut all: Vec<Measured> = able.map(of).collect();
    let mut expected = None;
    for _ in 0..options.rounds() {
        let mut able = Vec::new();
        for mut measured in all {
            let Some(round) = elsewhere(work, measured.system, options.quick)? else { continue };
            let (first, digest) = *expected.get_or_insert((measured.system, round.digest));
            if digest != round.digest {
                let system = measured.system;
                return Err(format!("{work}: {system} and {first} find different things").into());
            }
            measured.rounds.push(round);
            able.push(measured);
        }
        all = able;
    }
    Ok(all)
}
