//! What routes an event: its key, the hash of the key, the group the hash falls into.
//!
//! A key's hash is part of the format of a job, not a detail of this process: it decides which
//! instance sees an event, and later which file a state is stored in. It is therefore specified
//! (see [`Key`]), the same on every machine and in every version, and guarded by golden values.

mod group;
mod hash;

pub use group::{KeyGroup, KeyGroups};
pub use hash::{Key, KeyHash};
