//! Random jobs, against oracles: plain loops of a person who has all events before him.
//!
//! The oracles share no code with the engine. A case that fails is made as small as it can be and
//! printed as Rust code: the body of a test that fails in the same way.
//!
//! Cases follow from a seed and are the same each time. From the environment come
//! `PROPTEST_CASES`, how many cases every model tries (otherwise as many as take some seconds), and
//! `PROPTEST_RNG_SEED`, another seed. With more than 50 000 cases, in one or two minutes:
//!
//! ```text
//! PROPTEST_CASES=2000 cargo test -p millstream-tests --test engine models
//! ```

mod case;
mod dedupe;
mod engine;
mod event_time;
mod in_a_row;
mod joined;
mod joins;
mod oracle;
mod replay;
mod subtracting;
mod triggers;
mod values;
mod windows;

use proptest::prelude::*;
use proptest::test_runner::{RngSeed, TestCaseError, TestError, TestRunner};
use std::fmt;

/// The seed of the cases, unless the environment names another.
const SEED: u64 = 4;

/// The number of cases of a model, unless the environment names another.
const CASES: u32 = 300;

/// What is wrong with a case, if anything.
type Verdict = Result<(), String>;

/// Tries a model with many cases; `name` is the function to call with one that fails.
fn check<C>(name: &str, cases: BoxedStrategy<C>, model: fn(&C) -> Verdict)
where
    C: fmt::Debug + Clone + 'static,
{
    let mut config = ProptestConfig { failure_persistence: None, ..ProptestConfig::default() };
    if std::env::var_os("PROPTEST_CASES").is_none() {
        config.cases = CASES;
    }
    if config.rng_seed == RngSeed::Random {
        config.rng_seed = RngSeed::Fixed(SEED);
    }
    let seed = config.rng_seed;
    let tried = |case| model(&case).map_err(TestCaseError::fail);
    match TestRunner::new(config).run(&cases, tried) {
        Ok(()) => {}
        Err(TestError::Abort(reason)) => panic!("{name}: no cases: {reason}"),
        Err(TestError::Fail(reason, case)) => panic!(
            "{name} does not hold ({seed:?}). The smallest case, as the body of a test:\n\n\
             let case = {case:?};\n{name}(&case).unwrap();\n\n{reason}"
        ),
    }
}

/// That two values are the same.
fn same<T: PartialEq + fmt::Debug>(what: &str, found: &T, expected: &T) -> Verdict {
    if found == expected {
        return Ok(());
    }
    Err(format!("{what}\n     found: {found:?}\n  expected: {expected:?}"))
}

/// That two lists are the same; only what is not in both is shown.
fn same_lists<T: PartialEq + fmt::Debug>(what: &str, found: &[T], expected: &[T]) -> Verdict {
    let alike =
        found.iter().zip(expected).take_while(|(found, expected)| found == expected).count();
    if alike == found.len() && alike == expected.len() {
        return Ok(());
    }
    Err(format!(
        "{what}: after {alike} that are right\n     found: {:?}\n  expected: {:?}",
        found.get(alike),
        expected.get(alike)
    ))
}
