//! How many instances a node has, how much its edges hold, and how much memory that may take.

use std::fmt;

/// How many events an edge holds unless `buffer(n)` says otherwise.
pub const DEFAULT_BUFFER: usize = 8_192;

/// How many instances a node has.
///
/// # Examples
/// ```
/// use millstream::topology::Instances;
///
/// assert_eq!(Instances::from(4), Instances::Exactly(4));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Instances {
    /// This many; 0 breaks a rule.
    Exactly(usize),
    /// As many as the job says: 1, unless `job(…).instances(n)`.
    Default,
    /// As many as the machine has cores.
    Cores,
    /// As many as the node before it.
    Inherited,
}

impl Instances {
    /// As many as the machine has cores: `* auto`.
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

/// A number of bytes.
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

/// Numbers of bytes: `64.mib()`.
pub trait BytesExt {
    /// So many times 1,024 bytes.
    fn kib(self) -> Bytes;

    /// So many times 1,048,576 bytes.
    fn mib(self) -> Bytes;

    /// So many times 1,073,741,824 bytes.
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
