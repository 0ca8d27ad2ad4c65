//! Keys of the standard library, and of the crates behind features.

use super::text::{self, text_of_parts};
use super::{Key, KeyHash};
use std::borrow::Cow;
use std::cmp::{Ordering, Reverse};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV4, SocketAddrV6};
use std::num::{NonZero, Wrapping};
use std::sync::Arc;
use std::time::Duration;

macro_rules! number_keys {
    ($($unsigned:ty),* ; $($signed:ty),*) => {
        $(#[diagnostic::do_not_recommend]
        impl Key for $unsigned {
            #[inline]
            fn key_hash(&self) -> KeyHash {
                KeyHash::of_number(*self as u64)
            }

            fn key_text(&self) -> Option<String> {
                Some(self.to_string())
            }
        })*
        $(#[diagnostic::do_not_recommend]
        impl Key for $signed {
            #[inline]
            #[expect(clippy::cast_sign_loss, reason = "the bits are what is hashed")]
            fn key_hash(&self) -> KeyHash {
                KeyHash::of_number(*self as i64 as u64)
            }

            fn key_text(&self) -> Option<String> {
                Some(self.to_string())
            }
        })*
    };
}
number_keys!(u8, u16, u32, u64, usize, bool, char; i8, i16, i32, i64, isize);

macro_rules! non_zero_keys {
    ($($number:ty),*) => {
        $(#[diagnostic::do_not_recommend]
        impl Key for NonZero<$number> {
            #[inline]
            fn key_hash(&self) -> KeyHash {
                self.get().key_hash()
            }

            fn key_text(&self) -> Option<String> {
                Some(self.to_string())
            }
        })*
    };
}
non_zero_keys!(u8, u16, u32, u64, u128, usize, i8, i16, i32, i64, i128, isize);

macro_rules! byte_keys {
    ($($string:ty => |$key:ident| $bytes:expr, $text:expr;)*) => {
        $(#[diagnostic::do_not_recommend]
        impl Key for $string {
            #[inline]
            fn key_hash(&self) -> KeyHash {
                let $key = self;
                KeyHash::of_bytes($bytes)
            }

            fn key_text(&self) -> Option<String> {
                let $key = self;
                $text
            }
        })*
    };
}
byte_keys!(
    u128 => |key| &key.to_le_bytes(), Some(key.to_string());
    i128 => |key| &key.to_le_bytes(), Some(key.to_string());
    String => |key| key.as_bytes(), text::text(key);
    &'static str => |key| key.as_bytes(), text::text(key);
    Arc<str> => |key| key.as_bytes(), text::text(key);
    Box<str> => |key| key.as_bytes(), text::text(key);
    Cow<'static, str> => |key| key.as_bytes(), text::text(key);
    Vec<u8> => |key| key, text::bytes(key);
    &'static [u8] => |key| key, text::bytes(key);
    Arc<[u8]> => |key| key, text::bytes(key);
    Box<[u8]> => |key| key, text::bytes(key);
);

#[cfg(feature = "uuid")]
byte_keys!(uuid::Uuid => |key| key.as_bytes(), Some(key.to_string()););

macro_rules! keys_as {
    ($([$($inner:ident: $bound:path)?] $whole:ty => |$key:ident| $same:expr, $text:expr;)*) => {
        $(#[diagnostic::do_not_recommend]
        impl$(<$inner: $bound>)? Key for $whole {
            #[inline]
            fn key_hash(&self) -> KeyHash {
                let $key = self;
                $same.key_hash()
            }

            #[inline]
            fn is_missing(&self) -> bool {
                let $key = self;
                $same.is_missing()
            }

            fn key_text(&self) -> Option<String> {
                let $key = self;
                $text
            }
        })*
    };
}
keys_as! {
    [K: Key] Box<K> => |key| (**key), (**key).key_text();
    [K: SharedKey] Arc<K> => |key| (**key), (**key).key_text();
    [K: Key] Reverse<K> => |key| key.0, key.0.key_text();
    [K: Key] Wrapping<K> => |key| key.0, key.0.key_text();
    [] Ordering => |key| (*key as i8), Some(format!("{key:?}"));
    [] Ipv4Addr => |key| key.to_bits(), Some(key.to_string());
    [] Ipv6Addr => |key| key.to_bits(), Some(key.to_string());
    [] SocketAddrV4 => |key| (*key.ip(), key.port()), Some(key.to_string());
    [] SocketAddrV6 => |key|
        (*key.ip(), key.port(), key.flowinfo(), key.scope_id()), Some(key.to_string());
    [] Duration => |key| (key.as_secs(), key.subsec_nanos()), Some(format!("{key:?}"));
}

/// A key that several threads can read.
trait SharedKey: Key + Sync {}

impl<K: Key + Sync> SharedKey for K {}

#[diagnostic::do_not_recommend]
impl Key for () {
    #[inline]
    fn key_hash(&self) -> KeyHash {
        const { KeyHash::of_bytes(&[]) }
    }

    fn key_text(&self) -> Option<String> {
        Some("()".to_owned())
    }
}

/// The hash of the variant of an enum: its number, followed by what it holds.
#[inline]
fn variant(number: u64, held: &impl Key) -> KeyHash {
    KeyHash::of_number(number).then(held.key_hash())
}

#[diagnostic::do_not_recommend]
impl<K: Key> Key for Option<K> {
    #[inline]
    fn key_hash(&self) -> KeyHash {
        self.as_ref().map_or(KeyHash::of_number(0), |key| variant(1, key))
    }

    #[inline]
    fn is_missing(&self) -> bool {
        self.as_ref().is_none_or(K::is_missing)
    }

    fn key_text(&self) -> Option<String> {
        self.as_ref().map_or_else(|| Some("none".to_owned()), K::key_text)
    }
}

#[diagnostic::do_not_recommend]
impl<K: Key, E: Key> Key for Result<K, E> {
    #[inline]
    fn key_hash(&self) -> KeyHash {
        match self {
            Ok(key) => variant(0, key),
            Err(key) => variant(1, key),
        }
    }

    #[inline]
    fn is_missing(&self) -> bool {
        match self {
            Ok(key) => key.is_missing(),
            Err(key) => key.is_missing(),
        }
    }

    fn key_text(&self) -> Option<String> {
        match self {
            Ok(key) => key.key_text(),
            Err(key) => key.key_text(),
        }
    }
}

#[diagnostic::do_not_recommend]
impl Key for IpAddr {
    #[inline]
    fn key_hash(&self) -> KeyHash {
        match self {
            Self::V4(address) => variant(0, address),
            Self::V6(address) => variant(1, address),
        }
    }

    fn key_text(&self) -> Option<String> {
        Some(self.to_string())
    }
}

#[diagnostic::do_not_recommend]
impl Key for SocketAddr {
    #[inline]
    fn key_hash(&self) -> KeyHash {
        match self {
            Self::V4(address) => variant(0, address),
            Self::V6(address) => variant(1, address),
        }
    }

    fn key_text(&self) -> Option<String> {
        Some(self.to_string())
    }
}

#[diagnostic::do_not_recommend]
impl<K: Key, const N: usize> Key for [K; N] {
    #[inline]
    fn key_hash(&self) -> KeyHash {
        let hashes = self.iter().map(K::key_hash);
        hashes.reduce(KeyHash::then).unwrap_or_else(|| ().key_hash())
    }

    #[inline]
    fn is_missing(&self) -> bool {
        self.iter().any(K::is_missing)
    }

    fn key_text(&self) -> Option<String> {
        text_of_parts("", std::array::from_fn::<_, N, _>(|at| self.get(at)?.key_text()))
    }
}

macro_rules! tuple_keys {
    ($($first:ident $(, $rest:ident)*;)*) => {
        $(#[diagnostic::do_not_recommend]
        impl<$first: Key, $($rest: Key),*> Key for ($first, $($rest,)*) {
            #[expect(non_snake_case, reason = "one name serves as type and value")]
            #[inline]
            fn key_hash(&self) -> KeyHash {
                let ($first, $($rest,)*) = self;
                $first.key_hash()$(.then($rest.key_hash()))*
            }

            #[expect(non_snake_case, reason = "one name serves as type and value")]
            #[inline]
            fn is_missing(&self) -> bool {
                let ($first, $($rest,)*) = self;
                $first.is_missing() $(|| $rest.is_missing())*
            }

            #[expect(non_snake_case, reason = "one name serves as type and value")]
            fn key_text(&self) -> Option<String> {
                let ($first, $($rest,)*) = self;
                text_of_parts("", [$first.key_text() $(, $rest.key_text())*])
            }
        })*
    };
}
tuple_keys! {
    A; A, B; A, B, C; A, B, C, D; A, B, C, D, E; A, B, C, D, E, F; A, B, C, D, E, F, G;
    A, B, C, D, E, F, G, H; A, B, C, D, E, F, G, H, I; A, B, C, D, E, F, G, H, I, J;
    A, B, C, D, E, F, G, H, I, J, L; A, B, C, D, E, F, G, H, I, J, L, M;
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a key hashes as, written with integers, strings and tuples.
    #[test]
    fn every_key_hashes_as_specified() {
        let (four, six) =
            (Ipv4Addr::new(192, 0, 2, 7), Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 7));
        let four_number = 0xc000_0207_u32;
        let six_number = 0x2001_0db8_0000_0000_0000_0000_0000_0007_u128;
        let address = SocketAddrV6::new(six, 80, 3, 4);
        let hashes = [
            (four.key_hash(), four_number.key_hash()),
            (six.key_hash(), six_number.key_hash()),
            (IpAddr::V4(four).key_hash(), (0_u8, four_number).key_hash()),
            (IpAddr::V6(six).key_hash(), (1_u8, six_number).key_hash()),
            (SocketAddr::from((four, 80)).key_hash(), (0, (four_number, 80)).key_hash()),
            (address.key_hash(), (six_number, 80, 3, 4).key_hash()),
            (SocketAddr::V6(address).key_hash(), (1, (six_number, 80, 3, 4)).key_hash()),
            (Duration::new(3, 7).key_hash(), (3, 7).key_hash()),
            (NonZero::<i16>::MIN.key_hash(), i16::MIN.key_hash()),
            (Wrapping(7_u8).key_hash(), 7.key_hash()),
            (Ordering::Less.key_hash(), (-1).key_hash()),
            ([1_u8, 2, 3].key_hash(), (1, 2, 3).key_hash()),
            ([0_u8; 0].key_hash(), ().key_hash()),
            (Ok::<u8, bool>(7).key_hash(), (0, 7).key_hash()),
            (Err::<u8, bool>(true).key_hash(), (1, 1).key_hash()),
            (Box::new(7).key_hash(), 7.key_hash()),
            (Arc::new("a").key_hash(), "a".key_hash()),
            (Reverse("a").key_hash(), "a".key_hash()),
            (Cow::Borrowed("a").key_hash(), "a".key_hash()),
            (Arc::<[u8]>::from(*b"ab").key_hash(), "ab".key_hash()),
        ];
        for (index, (hash, same)) in hashes.into_iter().enumerate() {
            assert_eq!(hash, same, "key {index}");
        }
    }

    #[test]
    fn a_tuple_of_twelve_is_folded_from_left_to_right() {
        let numbers = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12];
        let tuple = (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12);
        let folded = numbers.iter().map(Key::key_hash).reduce(KeyHash::then).unwrap();
        assert_eq!((tuple.key_hash(), numbers.key_hash()), (folded, folded));
    }

    #[cfg(feature = "uuid")]
    #[test]
    fn a_uuid_hashes_as_its_bytes() {
        let id = uuid::Uuid::from_u128(0x0102_0304_0506_0708_090a_0b0c_0d0e_0f10);
        assert_eq!(id.key_hash(), id.as_bytes().to_vec().key_hash());
        assert_eq!(id.key_hash(), 0x100f_0e0d_0c0b_0a09_0807_0605_0403_0201_u128.key_hash());
    }
}
