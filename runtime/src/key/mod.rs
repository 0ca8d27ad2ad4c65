//! Keys, their hashes, and the key groups that route events.
//!
//! Events with equal keys reach the same instance, which has the state of that key. A key is routed
//! in two steps: its [`KeyHash`] selects one of the job's [`KeyGroups`], and every instance owns a
//! contiguous range of groups.
//!
//! The hash is part of the format of a job, not a detail of one process: it decides which instance
//! receives an event, and state is stored by it. It is therefore specified (see [`Key`]), is the
//! same on every machine and in every version, and is guarded by golden values.
//!
//! # Examples
//! ```
//! use millstream::key::{Key, KeyGroups};
//!
//! let groups = KeyGroups::default();
//! let (north, also_north) = ("north".key_hash(), String::from("north").key_hash());
//! assert_eq!(north, also_north);
//! assert!(groups.owner(groups.of(north), 4) < 4);
//! ```

mod derived;
mod group;
mod hash;
mod standard;
mod text;

pub use derived::IsKeyType;
pub use group::{KeyGroup, KeyGroups};
pub use hash::{Key, KeyHash};
#[doc(no_inline)]
pub use millstream_macros::Key;
#[doc(hidden)]
pub use text::text_of_parts;
