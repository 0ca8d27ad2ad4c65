//! The jobs: state for each key, with and without checkpoints.

use crate::source::Keys;
use millstream::prelude::*;
use serde::{Deserialize, Serialize};
use std::fmt;

/// How many numbers a profile remembers.
const RECENT: usize = 8;

/// A state that owns memory.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Profile {
    name: String,
    recent: Vec<u64>,
}

#[operator]
async fn count(key: u64, seen: &mut u64) -> Option<u64> {
    *seen += 1;
    (*seen == u64::MAX).then_some(key)
}

/// A state that leaves room for a mark in its row.
#[operator]
async fn count_small(key: u64, seen: &mut u32) -> Option<u64> {
    *seen = seen.wrapping_add(1);
    (*seen == u32::MAX).then_some(key)
}

#[operator]
async fn remember(key: u64, profile: &mut Profile) -> Option<u64> {
    if profile.name.is_empty() {
        profile.name = format!("customer {key}");
    }
    if profile.recent.len() == RECENT {
        profile.recent.remove(0);
    }
    profile.recent.push(key);
    (profile.recent.len() > RECENT).then_some(key)
}

macro_rules! jobs {
    ($($name:ident: $delivery:ident, $operator:ident;)+) => {$(
        fn $name(keys: Keys, instances: usize) -> Topology {
            topology!(
                job("checkpoints", $delivery),
                keys = source(keys),
                kept = keys >> by(|key| *key) >> $operator * instances,
                kept >> ignore,
            )
        }
    )+};
}
jobs! {
    volatile_numbers: at_most_once, count;
    durable_numbers: at_least_once, count;
    volatile_small: at_most_once, count_small;
    durable_small: at_least_once, count_small;
    volatile_profiles: at_most_once, remember;
    durable_profiles: at_least_once, remember;
}

/// What is kept for a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    Number,
    Small,
    Profile,
}

impl State {
    pub const ALL: [Self; 2] = [Self::Number, Self::Profile];

    /// The job that keeps it in checkpoints.
    pub fn durable(self, keys: Keys, instances: usize) -> Topology {
        match self {
            Self::Number => durable_numbers(keys, instances),
            Self::Small => durable_small(keys, instances),
            Self::Profile => durable_profiles(keys, instances),
        }
    }

    /// The same job without checkpoints.
    pub fn volatile(self, keys: Keys, instances: usize) -> Topology {
        match self {
            Self::Number => volatile_numbers(keys, instances),
            Self::Small => volatile_small(keys, instances),
            Self::Profile => volatile_profiles(keys, instances),
        }
    }
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Number => "`u64`",
            Self::Small => "`u32`",
            Self::Profile => "`String`, `Vec<u64>`",
        })
    }
}
