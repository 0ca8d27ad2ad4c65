//! The events of a key as they are serialized: a list of values, each with its time.

use super::{Events, Stamp};
use crate::time::EventTime;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// An event; without an end it belongs to one window only, [`EventTime::MAX`].
type SavedEvent<T> = (EventTime, Option<EventTime>, T);

impl<T: Serialize> Serialize for Events<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let events = self.stamps.iter().zip(&self.values).skip(self.past);
        // Collected, because postcard writes how many there are first.
        let events: Vec<SavedEvent<&T>> = events
            .map(|(Stamp { time, shown }, value)| {
                (*time, Some(*shown).filter(|shown| *shown < EventTime::MAX), value)
            })
            .collect();
        events.serialize(serializer)
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Events<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let events = Vec::<SavedEvent<T>>::deserialize(deserializer)?;
        let stamped = |(time, shown, value): SavedEvent<T>| {
            (Stamp { time, shown: shown.unwrap_or(EventTime::MAX) }, value)
        };
        let (stamps, values) = events.into_iter().map(stamped).unzip();
        Ok(Self { values, stamps, past: 0 })
    }
}
