//! Numbers of instances, capacities of edges, and amounts of memory.

use std::fmt;

/// The capacity of each channel of an edge, in events, unless `buffer(n)` or
/// [`Config::buffer`](crate::Config) sets another.
pub const DEFAULT_BUFFER: usize = 8_192;

/// The number of instances of a node, as passed to `instances(…)`: a `usize` converts into it.
///
/// # Examples
/// ```
/// use millstream::topology::Instances;
///
/// assert_eq!(Instances::from(4), Instances::Exactly(4));
/// assert_eq!(Instances::auto(), Instances::Cores); // `* auto` in `topology!`
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Instances {
    /// A fixed number; 0 is refused at start.
    Exactly(usize),
    /// The default of the job: `job(…).instances(n)`, or 1.
    Default,
    /// The number of cores: [`Config::cores`](crate::Config::cores).
    Cores,
    /// The number of the node upstream.
    Inherited,
}

impl Instances {
    /// One per core: `* auto` in [`topology!`](macro@crate::topology).
    #[must_use]
    pub const fn auto() -> Self {
        Self::Cores
    }
}

impl From<usize> for Instances {
    fn from(count: usize) -> Self {
        Self::Exactly(count)
    }
}

/// An amount of memory in bytes, written `64.mib()` with [`BytesExt`] and printed with a unit.
///
/// # Examples
/// ```
/// use millstream::prelude::*;
///
/// assert_eq!(64.mib(), Bytes(67_108_864));
/// assert_eq!(Bytes(1_536).to_string(), "1.5 KiB");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Bytes(pub u64);

/// Amounts of memory as methods of numbers: `64.mib()`. An amount beyond `u64::MAX` bytes
/// saturates.
///
/// # Examples
/// ```
/// use millstream::prelude::*;
///
/// assert_eq!(2.kib(), Bytes(2_048));
/// assert_eq!(1.gib(), 1_024.mib());
/// ```
pub trait BytesExt {
    /// Kibibytes: multiples of 1,024 bytes.
    fn kib(self) -> Bytes;

    /// Mebibytes: multiples of 1,048,576 bytes.
    fn mib(self) -> Bytes;

    /// Gibibytes: multiples of 1,073,741,824 bytes.
    fn gib(self) -> Bytes;
}

impl BytesExt for u64 {
    fn kib(self) -> Bytes {
        Bytes(self.saturating_mul(1 << 10))
    }

    fn mib(self) -> Bytes {
        Bytes(self.saturating_mul(1 << 20))
    }

    fn gib(self) -> Bytes {
        Bytes(self.saturating_mul(1 << 30))
    }
}

impl fmt::Display for Bytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let units = [(30, "GiB"), (20, "MiB"), (10, "KiB")];
        let Some((shift, unit)) = units.into_iter().find(|(shift, _)| self.0 >> shift > 0) else {
            return write!(f, "{} B", self.0);
        };
        let tenths = (u128::from(self.0) * 10) >> shift;
        match tenths % 10 {
            0 => write!(f, "{} {unit}", tenths / 10),
            tenth => write!(f, "{}.{tenth} {unit}", tenths / 10),
        }
    }
}
