//! Keys and their specified hash.

use rapidhash::v3::{DEFAULT_RAPID_SECRETS, rapidhash_v3_nano_inline};

/// The first two secrets of rapidhash V3.
const FIRST_SECRET: u64 = 0x2d35_8dcc_aa6c_78a5;
const SECOND_SECRET: u64 = 0x8bb8_4b93_962e_acc9;

/// The 64-bit hash of a key, the same on every machine and in every version.
///
/// # Examples
/// ```
/// use millstream::key::Key;
///
/// assert_eq!(0_u64.key_hash().get(), 0xca81_3bf4_c7ab_f0a9);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct KeyHash(u64);

impl KeyHash {
    /// The hash as a number.
    #[inline]
    #[must_use]
    pub const fn get(self) -> u64 {
        self.0
    }

    #[inline]
    pub(crate) const fn of_bytes(bytes: &[u8]) -> Self {
        Self(rapidhash_v3_nano_inline::<true, false>(bytes, &DEFAULT_RAPID_SECRETS))
    }

    /// One mixing step of rapidhash. All of rapidhash multiplies twice in sequence; a count per key
    /// took a tenth longer with it.
    #[inline]
    #[expect(clippy::cast_possible_truncation, reason = "the two halves of the product")]
    pub(super) const fn of_number(number: u64) -> Self {
        let product = (number ^ FIRST_SECRET) as u128 * SECOND_SECRET as u128;
        Self(product as u64 ^ (product >> 64) as u64)
    }

    /// Another hash of the same key group, by a number that tells it apart.
    #[must_use]
    pub(crate) fn beside(self, number: Self) -> Self {
        let group = 0xffff << 32;
        Self(self.then(number).0 & !group | self.0 & group)
    }

    /// Combines the hashes of two parts of a key, in this order.
    ///
    /// # Examples
    /// ```
    /// use millstream::key::Key;
    ///
    /// let (bank, number) = ("b".key_hash(), 7_u64.key_hash());
    /// assert_eq!(bank.then(number), ("b", 7_u64).key_hash());
    /// assert_ne!(bank.then(number), number.then(bank));
    /// ```
    #[inline]
    #[must_use]
    pub fn then(self, next: Self) -> Self {
        let mut bytes = [0; 16];
        let (left, right) = bytes.split_at_mut(8);
        left.copy_from_slice(&self.0.to_le_bytes());
        right.copy_from_slice(&next.0.to_le_bytes());
        Self::of_bytes(&bytes)
    }
}

/// A value by which events can be grouped: what the closure of `by(…)` returns.
///
/// Implemented for integers, `bool`, `char`, strings, byte strings, IP and socket addresses,
/// [`Duration`](std::time::Duration) and [`EventTime`](crate::time::EventTime); for arrays, tuples
/// of up to twelve, `Option`, `Result`, `Box` and `Arc` of keys. The feature `uuid` adds `Uuid`.
/// Derive it for structs and enums of your own: [`#[derive(Key)]`](derive@crate::Key).
/// Floating-point numbers are not keys, since `NaN` does not equal itself; use an integer such as
/// cents.
///
/// Keys are cloned into state tables: prefer integers, `&'static str` or `Arc<str>` to `String`.
///
/// # The hash, version 2
/// An integer is widened to 64 bits (sign-extended if signed), combined by XOR with
/// `0x2d358dccaa6c78a5` and multiplied by `0x8bb84b93962eacc9`; its hash is the XOR of the two
/// halves of the 128-bit product. Other keys are hashed by rapidhash V3 with the default seed: a
/// 128-bit integer as its 16 little-endian bytes, a string as its bytes, `()` as no bytes. `None`
/// hashes as the number 0. The parts of a compound key are folded from left to right with
/// [`KeyHash::then`]; `Some(key)` is the number 1 followed by the key.
///
/// All other keys are made of these:
///
/// | key | hashes as |
/// |---|---|
/// | `NonZero`, `Wrapping`, `Ordering` | the integer; an `Ordering` as -1, 0 or 1 |
/// | `Ipv4Addr`, `Ipv6Addr` | the 32-bit or 128-bit integer in network order |
/// | `IpAddr`, `SocketAddr` | the number 0 (version 4) or 1 (version 6), followed by the address |
/// | `SocketAddrV4`, `SocketAddrV6` | address and port; for version 6 also flow label and scope |
/// | `Duration` | its whole seconds and its nanoseconds below a second |
/// | `EventTime` | its microseconds |
/// | `Uuid` | its 16 bytes |
/// | `[K; N]`, a derived struct | its elements or fields in order, like a tuple; `()` if none |
/// | `Result`, a derived enum | the number of the variant, from 0, followed by its fields |
/// | `Box<K>`, `Arc<K>`, `Reverse<K>` | what it contains |
///
/// An implementation for your own type must never change, and equal keys must have equal hashes:
/// state is found by the hash of its key.
///
/// # Examples
/// ```
/// use millstream::prelude::*;
///
/// #[derive(Clone, PartialEq, Eq, Key)]
/// struct Account { bank: String, number: u64 }
///
/// let account = Account { bank: "b".into(), number: 7 };
/// assert_eq!(account.key_hash(), ("b", 7_u64).key_hash());
/// ```
///
/// By hand, for a type that compares by a part of it:
/// ```
/// use millstream::key::{Key, KeyHash};
///
/// #[derive(Clone)]
/// struct Device { serial: u64, firmware: String }
///
/// impl PartialEq for Device {
///     fn eq(&self, other: &Self) -> bool { self.serial == other.serial }
/// }
///
/// impl Eq for Device {}
///
/// impl Key for Device {
///     fn key_hash(&self) -> KeyHash { self.serial.key_hash() }
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a key",
    label = "events cannot be grouped by `{Self}`",
    note = "keys are integers, `bool`, `char`, strings, addresses, `Option`s, arrays and tuples of \
            these; write `#[derive(Key)]` on a type of your own"
)]
pub trait Key: Clone + Eq + Send + 'static {
    /// Returns the hash of this key; called once or twice per event.
    fn key_hash(&self) -> KeyHash;

    /// Whether the key is missing, so that its event matches nothing in a join, not even an event
    /// of an equal key: `None`, and a tuple, array or derived type of which a part is missing.
    ///
    /// So it is in SQL. Everywhere else a missing key is a key like any other.
    ///
    /// # Examples
    /// ```
    /// use millstream::prelude::*;
    ///
    /// assert!(None::<u64>.is_missing());
    /// assert!((7, None::<u64>).is_missing());
    /// assert!(!Some(7).is_missing());
    /// ```
    #[inline]
    fn is_missing(&self) -> bool {
        false
    }

    /// The key as text, by which those who watch the job name it if most events have it; `None`, as
    /// by default, if it is to have no name. Called for few events.
    ///
    /// Derived, it has the texts of all fields.
    ///
    /// # Examples
    /// ```
    /// use millstream::prelude::*;
    ///
    /// #[derive(Clone, PartialEq, Eq, Key)]
    /// struct Account { bank: String, number: u64 }
    ///
    /// let account = Account { bank: "b".into(), number: 7 };
    /// assert_eq!(account.key_text().as_deref(), Some("(b, 7)"));
    /// ```
    fn key_text(&self) -> Option<String> {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_of_a_key_never_changes() {
        let golden = [
            (0_u64.key_hash(), GOLDEN[0]),
            (1_u64.key_hash(), GOLDEN[1]),
            ((-1_i32).key_hash(), GOLDEN[2]),
            ("millstream".key_hash(), GOLDEN[3]),
            (().key_hash(), GOLDEN[4]),
            ((7_u32, "a").key_hash(), GOLDEN[5]),
            (Some(7_u32).key_hash(), GOLDEN[6]),
        ];
        for (index, (hash, expected)) in golden.into_iter().enumerate() {
            assert_eq!(hash.get(), expected, "golden value {index}");
        }
    }

    const GOLDEN: [u64; 7] = [
        0xca81_3bf4_c7ab_f0a9,
        0x5ed9_c758_b9c4_8de0,
        0xd111_bbf2_944b_fa09,
        0x0263_1fd9_9019_93ed,
        0x0338_dc4b_e2ce_cdae,
        0x3aa5_a5ba_1cf2_6024,
        0x7965_c85c_c39e_a342,
    ];

    /// Integers at any distance spread over the groups, and over the bits that a state table uses.
    #[test]
    fn integers_spread_evenly_in_any_steps() {
        for step in [1, 2, 3, 10, 256, 1_000, 65_536, 1 << 24, 1 << 32, 1 << 40] {
            let hashes = || (0..65_536_u64).map(|n| (n * step).key_hash().get());
            for shift in [0, 32, 40, 56] {
                let mut counts = [0_u32; 256];
                hashes()
                    .for_each(|hash| counts[usize::from((hash >> shift).to_le_bytes()[0])] += 1);
                let most = counts.iter().max().unwrap();
                // The mean of random hashes is 256, their standard deviation 16.
                assert!(*most < 256 + 8 * 16, "{most} of 65,536, step {step}, from bit {shift}");
            }
        }
    }

    #[test]
    fn an_integer_hashes_the_same_in_every_width() {
        assert_eq!(7_u8.key_hash(), 7_u64.key_hash());
        assert_eq!(7_i32.key_hash(), 7_u64.key_hash());
        assert_eq!(String::from("x").key_hash(), "x".key_hash());
    }
}
