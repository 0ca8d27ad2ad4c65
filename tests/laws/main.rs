//! The laws of sinks, kept by those of the library, and each broken by a sink with a planted fault.

mod cut_back;
mod files;
mod replaced;
mod shelf;

use millstream::testkit::laws::Law;
use std::collections::BTreeSet;
use std::fmt::Debug;

/// Checks that a sink without a fault keeps all laws, that each fault breaks the law it is planted
/// for, and that there is a fault for each law.
fn faults_are_noticed<P, F: Copy + Debug>(
    laws: &[Law<P>],
    place: impl Fn(Option<F>) -> P,
    faults: &[(F, &str)],
) {
    for law in laws {
        law.check(place(None)).unwrap_or_else(|broken| panic!("{}: {broken}", law.name()));
    }
    for (fault, name) in faults {
        let law = laws.iter().find(|law| law.name() == *name).unwrap();
        let broken = law.check(place(Some(*fault)));
        assert!(broken.is_err(), "`{name}` does not notice {fault:?}");
    }
    let planted: BTreeSet<&str> = faults.iter().map(|(_, name)| *name).collect();
    let all: BTreeSet<&str> = laws.iter().map(Law::name).collect();
    assert_eq!(planted, all, "the laws for which a fault is planted, and all laws");
}
