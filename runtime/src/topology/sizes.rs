//! Numbers of instances, capacities of edges, and amounts of memory.

use std::fmt;
use std::num::NonZeroUsize;

/// The number of instances of a node, as passed to `instances(…)`: every integer converts into it,
/// and what [`available_parallelism`](std::thread::available_parallelism) returns.
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

/// Every integer converts: a number that is computed may be of any type. A negative one is no
/// instance at all, as 0 is, and refused like that.
macro_rules! integers {
    ($($integer:ty),+) => {$(
        impl From<$integer> for Instances {
            fn from(count: $integer) -> Self {
                let beyond = if count > 0 { usize::MAX } else { 0 };
                Self::Exactly(usize::try_from(count).unwrap_or(beyond))
            }
        }
    )+};
}
integers!(u8, u16, u32, u64, u128, i8, i16, i32, i64, i128, isize);

impl From<usize> for Instances {
    fn from(count: usize) -> Self {
        Self::Exactly(count)
    }
}

impl From<NonZeroUsize> for Instances {
    fn from(count: NonZeroUsize) -> Self {
        Self::Exactly(count.get())
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

/// For a number `$number` as a `u64`.
macro_rules! amounts {
    ($number:ident: $type:ty => $wide:expr) => {
        impl BytesExt for $type {
            fn kib(self) -> Bytes {
                let $number: Self = self;
                Bytes($wide.saturating_mul(1 << 10))
            }

            fn mib(self) -> Bytes {
                let $number: Self = self;
                Bytes($wide.saturating_mul(1 << 20))
            }

            fn gib(self) -> Bytes {
                let $number: Self = self;
                Bytes($wide.saturating_mul(1 << 30))
            }
        }
    };
}
amounts!(number: u64 => number);
// Only `u64` has the methods itself, so that a literal is one. The compiler borrows the others for
// them.
amounts!(number: &u8 => u64::from(*number));
amounts!(number: &u16 => u64::from(*number));
amounts!(number: &u32 => u64::from(*number));
amounts!(number: &usize => u64::try_from(*number).unwrap_or(u64::MAX));

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
