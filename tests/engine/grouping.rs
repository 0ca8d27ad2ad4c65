//! Which instance gets an event.

use crate::simulation;
use crate::support::{INSTANCES, counted, numbered, sorted, tagged};
use millstream::key::KeyGroups;
use millstream::prelude::*;
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Debug;
use std::sync::Arc;

type Tagged = (u64, usize);

/// The events of a job, each with the instance that saw it.
fn of<T: Send + 'static>(topology: impl FnOnce(&Collected<T>) -> Topology, batch: usize) -> Vec<T> {
    let seen = Collected::new();
    simulation::run(1, topology(&seen), Config::default().batch(batch)).unwrap();
    seen.take()
}

#[test]
fn shuffle_gives_every_instance_its_share() {
    for instances in INSTANCES {
        let topology = |seen: &Collected<Tagged>| {
            topology!(
                source(from_iter(0..1_600)) >> shuffle >> tagged * instances >> sink(seen.sink())
            )
        };
        let seen = of(topology, 16);
        let shares = counted(seen.iter().map(|(_, instance)| *instance));
        let expected: BTreeMap<_, _> =
            (0..instances).map(|at| (at, 1_600 / instances as u64)).collect();
        assert_eq!(shares, expected);
        assert_eq!(
            sorted(seen.iter().map(|(event, _)| *event).collect()),
            (0..1_600).collect::<Vec<_>>()
        );
    }
}

#[test]
fn shuffle_spreads_few_events_one_by_one() {
    for (events, instances) in [(512, 512), (100, 512), (64, 16), (5_000, 512)] {
        let topology = |seen: &Collected<Tagged>| {
            topology!(
                job("few").instances(1),
                source(from_iter(0..events)) >> shuffle >> tagged * instances >> sink(seen.sink())
            )
        };
        let shares = counted(of(topology, 1_024).iter().map(|(_, instance)| *instance));
        assert_eq!(shares.len() as u64, events.min(instances as u64), "{events} to {instances}");
        let fair = events.div_ceil(instances as u64);
        let most = shares.values().max().copied().unwrap_or_default();
        assert!(most <= 2 * fair, "{events} to {instances}: one received {most}");
    }
}

#[test]
fn a_stream_without_a_grouping_is_spread_when_the_numbers_of_instances_differ() {
    let topology = |seen: &Collected<Tagged>| {
        topology!(
            source(from_iter(0..1_600))
                >> map(|event| event) * 2
                >> tagged * 4
                >> sink(seen.sink())
        )
    };
    let seen = of(topology, 16);
    let shares = counted(seen.iter().map(|(_, instance)| *instance));
    assert_eq!(shares.values().sum::<u64>(), 1_600);
    assert_eq!(shares.len(), 4, "an instance got nothing: {shares:?}");
}

#[test]
fn equal_keys_meet_in_one_instance() {
    for instances in INSTANCES {
        let topology = |seen: &Collected<Tagged>| {
            topology!(
                one = source(from_iter(0..1_000)),
                two = source(from_iter(1_000..2_000)),
                [one, two] >> by(|event| event % 100) >> tagged * instances >> sink(seen.sink()),
            )
        };
        let seen = of(topology, 7);
        assert_eq!(seen.len(), 2_000);
        let homes: BTreeSet<_> =
            seen.iter().map(|(event, instance)| (event % 100, *instance)).collect();
        assert_eq!(homes.len(), 100, "a key has two homes: {homes:?}");
        let used: BTreeSet<_> = homes.iter().map(|(_, instance)| *instance).collect();
        assert_eq!(used, (0..instances).collect(), "100 keys leave an instance empty");
    }
}

#[test]
fn a_key_has_the_same_home_in_every_stream_it_is_used_in() {
    let topology = |seen: &Collected<Tagged>| {
        topology!(
            numbers = source(from_iter(0..500)),
            first = numbers >> by(|number| *number) >> tagged * 4,
            others = source(from_iter(0..500)),
            second = others >> map(|number: u64| number) * 2 >> by(|number| *number) >> tagged * 4,
            [first, second] >> sink(seen.sink()),
        )
    };
    let homes = counted(of(topology, 16));
    assert_eq!(homes.len(), 500, "a key has different homes in two streams");
    assert!(homes.values().all(|times| *times == 2));
}

#[test]
fn events_of_a_key_keep_their_order() {
    for instances in INSTANCES {
        for seed in 0..10 {
            let seen = Collected::new();
            let topology = topology!(
                source(from_iter((0..3_000_u64).map(|event| (event % 37, event))))
                    >> by(|(key, _)| *key)
                    >> map(|event| event) * instances
                    >> by(|(key, _)| *key)
                    >> numbered * 3
                    >> sink(seen.sink())
            );
            simulation::run(seed, topology, Config::default().batch(5).buffer(20)).unwrap();
            let mut last = BTreeMap::new();
            for ((key, event), number) in seen.take() {
                assert_eq!(event, key + 37 * (number - 1), "seed {seed}: key {key} out of order");
                assert_eq!(last.insert(key, number).unwrap_or(0), number - 1, "seed {seed}");
            }
            assert_eq!(last.values().sum::<u64>(), 3_000);
        }
    }
}

#[test]
fn to_all_gives_every_instance_a_copy() {
    for instances in INSTANCES {
        let topology = |seen: &Collected<Tagged>| {
            topology!(
                source(from_iter(0..300)) >> to_all >> tagged * instances >> sink(seen.sink())
            )
        };
        let expected = (0..300).flat_map(|event| (0..instances).map(move |at| (event, at)));
        assert_eq!(sorted(of(topology, 7)), expected.collect::<Vec<_>>());
    }
}

#[test]
fn to_all_from_several_instances_still_gives_one_copy_each() {
    let topology = |seen: &Collected<Tagged>| {
        topology!(
            source(from_iter(0..300))
                >> shuffle
                >> map(|event| event) * 3
                >> to_all
                >> tagged * 2
                >> sink(seen.sink())
        )
    };
    let expected = (0..300).flat_map(|event| [(event, 0), (event, 1)]);
    assert_eq!(sorted(of(topology, 7)), expected.collect::<Vec<_>>());
}

#[test]
fn to_one_brings_everything_together_again() {
    for instances in INSTANCES {
        let topology = |seen: &Collected<(Tagged, usize)>| {
            topology!(
                job("one").instances(3),
                spread = source(from_iter(0..300)) >> shuffle >> tagged * instances,
                spread >> to_one >> tagged >> sink(seen.sink()),
            )
        };
        let seen = of(topology, 7);
        assert!(seen.iter().all(|(_, instance)| *instance == 0));
        assert_eq!(
            sorted(seen.iter().map(|((event, _), _)| *event).collect()),
            (0..300).collect::<Vec<_>>()
        );
        let before: BTreeSet<_> = seen.iter().map(|((_, instance), _)| *instance).collect();
        assert_eq!(before.len(), instances);
    }
}

#[test]
fn a_computed_number_of_instances_is_as_good_as_a_written_one() {
    let three = std::hint::black_box(3);
    let written = |seen: &Collected<(Tagged, u64)>| {
        topology!(
            source(from_iter(0..1_000))
                >> by(|event| event % 50)
                >> tagged * 3
                >> by(|(event, _)| event % 50)
                >> numbered * 3
                >> sink(seen.sink())
        )
    };
    let computed = |seen: &Collected<(Tagged, u64)>| {
        topology!(
            source(from_iter(0..1_000))
                >> by(|event| event % 50)
                >> tagged * three
                >> by(|(event, _)| event % 50)
                >> numbered * three
                >> sink(seen.sink())
        )
    };
    assert_eq!(sorted(of(written, 16)), sorted(of(computed, 16)));
    let instances = |topology: Topology| {
        let plan = topology.plan(&Config::default()).unwrap();
        plan.nodes().iter().map(|node| (node.name.clone(), node.instances)).collect::<Vec<_>>()
    };
    let seen = Collected::new();
    assert_eq!(instances(written(&seen)), instances(computed(&seen)));
}

#[test]
fn auto_and_the_jobs_default_say_how_many_instances_there_are() {
    let ignored = |topology: Topology| {
        let plan = topology.plan(&Config::default().cores(5)).unwrap();
        let node = plan.nodes().iter().find(|node| node.name == "tagged").unwrap();
        node.instances
    };
    let numbers = || from_iter(0..10);
    assert_eq!(ignored(topology!(source(numbers()) >> tagged * auto >> ignore)), 5);
    assert_eq!(
        ignored(topology!(job("three").instances(3), source(numbers()) >> tagged >> ignore)),
        3
    );
    assert_eq!(ignored(topology!(source(numbers()) >> shuffle >> tagged >> ignore)), 1);
}

/// Sends every key twice through instances of every number; checks where they arrive.
fn assert_in_range<K: Key + Debug + Sync>(keys: Vec<K>) {
    for instances in [1, 2, 3, 7, 256] {
        let seen = Collected::new();
        let twice: Vec<K> = keys.iter().chain(&keys).cloned().collect();
        let topology = topology!(
            source(from_iter(twice))
                >> by(|key: &K| key.clone())
                >> tagged * instances
                >> sink(seen.sink())
        );
        simulation::run(2, topology, Config::default()).unwrap();
        let seen: Vec<(K, usize)> = seen.take();
        assert_eq!(seen.len(), 2 * keys.len());
        for (key, instance) in &seen {
            assert!(*instance < instances, "{key:?} went to instance {instance} of {instances}");
            let same = seen.iter().filter(|(other, _)| other == key);
            assert!(same.clone().count() >= 2, "{key:?} was lost");
            assert!(same.clone().all(|(_, other)| other == instance), "{key:?} has two homes");
        }
    }
}

/// The key whose hash is negative in Java was what stopped the engine of the book.
#[test]
fn keys_of_every_kind_are_routed_to_an_instance_there_is() {
    assert_in_range(vec![i32::MIN, -1, 0, 1, i32::MAX]);
    assert_in_range(vec![u64::MAX, 0, 1 << 63]);
    assert_in_range(vec![i128::MIN, i128::MAX, 0]);
    assert_in_range(vec![String::new(), "polygenelubricants".into(), "ß\u{0}".into()]);
    assert_in_range(vec![None, Some((false, 'z', vec![0xff_u8])), Some((true, '\0', vec![]))]);
    assert_in_range(vec![(), ()]);
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_hash_has_an_owner_among_the_instances(
        number: i64, wide: u128, text: String, bytes: Vec<u8>, pair: (Option<u8>, char), instances in 1_usize..=1_000,
    ) {
        let groups = KeyGroups::default();
        let text_hash = text.key_hash();
        let hashes = [number.key_hash(), wide.key_hash(), text_hash, bytes.key_hash(), pair.key_hash()];
        for hash in hashes {
            prop_assert!(groups.owner(groups.of(hash), instances) < instances);
        }
        prop_assert_eq!(text_hash, Arc::<str>::from(text.as_str()).key_hash());
    }
}

#[test]
fn many_keys_are_spread_evenly() {
    let topology = |seen: &Collected<Tagged>| {
        topology!(source(from_iter(0..20_000)) >> by(|key| *key) >> tagged * 4 >> sink(seen.sink()))
    };
    let shares = counted(of(topology, 1_024).into_iter().map(|(_, instance)| instance));
    for (instance, share) in shares {
        assert!((4_000..6_000).contains(&share), "instance {instance} got {share} of 20,000");
    }
}
