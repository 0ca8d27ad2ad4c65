//! The store of an interval join alone.

use super::within;
use crate::error::Result;
use crate::event::{Meta, WithKey};
use crate::join::{Inner, OneOf2};
use crate::key::Key;
use crate::time::EventTime;
use crate::window::{Results, Store, StoreFactory};
use std::marker::PhantomData;
use std::time::Duration;

type Number = i64;

#[derive(Default)]
struct Seen {
    pairs: Vec<(Number, Number)>,
    unmatched: u64,
}

impl Results<(Number, Number), OneOf2<Number, Number>> for Seen {
    fn result(&mut self, pair: (Number, Number), _: Meta) -> Result<()> {
        self.pairs.push(pair);
        Ok(())
    }

    fn unmatched(&mut self, _: OneOf2<Number, Number>, _: EventTime) -> Result<()> {
        self.unmatched += 1;
        Ok(())
    }
}

fn meta(second: Number, key: u32) -> Meta {
    Meta::new(EventTime::from_secs(second), key.key_hash())
}

/// With few and with many events of a key.
#[test]
fn an_event_far_in_the_future_does_not_keep_those_that_have_expired() {
    for keys in [1_000, 1] {
        let spec = within(Duration::from_secs(50), Duration::from_secs(50));
        let factory = (spec, PhantomData::<fn() -> (Number, Number, Inner)>);
        let mut store: super::WithinStore<u32, Number, Number, Inner> =
            StoreFactory::<u32, OneOf2<Number, Number>>::store(&factory);
        let mut seen = Seen::default();
        let mut far = Vec::new();
        for key in 0..40 {
            let (key, second) = (key % keys, 1_000_000 + Number::from(key));
            far.push(second);
            let event = WithKey { key, value: OneOf2::First(second) };
            let refused = store.insert(event, meta(second, key), &mut seen).unwrap();
            assert_eq!(refused, None);
        }
        let mut expected = Vec::new();
        for second in 0..20_000 {
            let key = u32::try_from(second).unwrap() % keys;
            for value in [OneOf2::First(second), OneOf2::Second(second)] {
                let event = WithKey { key, value };
                assert_eq!(store.insert(event, meta(second, key), &mut seen).unwrap(), None);
            }
            let others = (second - 50..second).filter(|other| *other >= 0 && keys == 1);
            expected.extend(others.flat_map(|other| [(other, second), (second, other)]));
            expected.push((second, second));
            store.advance(EventTime::from_secs(second), &mut seen).unwrap();
            assert!(store.first.entries() < 3_000, "{}", store.first.entries());
        }
        seen.pairs.sort_unstable();
        expected.sort_unstable();
        assert!(seen.pairs == expected, "{keys}");
        assert_eq!(store.tally().map(|tally| tally.buffered), Some(40 + 2 * 51));
        assert!(store.keys() <= Some(400), "{:?}", store.keys());
        store.advance(EventTime::MAX, &mut seen).unwrap();
        assert_eq!((seen.unmatched, store.keys()), (40, Some(0)));
    }
}
