//! How the rows of a key group are encoded.
//!
//! ```text
//! record: varint (length of the key × 2 + 1 if the row is gone), key,
//!         and unless it is gone: varint (length of the value), value
//! ```
//! A varint has seven bits a byte, the lowest first; all bytes but the last have the highest bit.

/// The lowest bit of a record.
pub(super) const PUT: u64 = 0;
pub(super) const REMOVED: u64 = 1;

/// The most bytes of a varint.
const LONGEST: usize = 10;

/// What a function returns that appends a key or a value.
pub(super) trait Appended {
    fn is_appended(&self) -> bool;
}

impl Appended for () {
    fn is_appended(&self) -> bool {
        true
    }
}

impl<E> Appended for Result<(), E> {
    fn is_appended(&self) -> bool {
        self.is_ok()
    }
}

/// Appends a key with its length and the lowest bit of the record.
#[inline]
pub(super) fn append_key<R: Appended>(
    out: &mut Vec<u8>,
    bit: u64,
    key: impl FnOnce(&mut Vec<u8>) -> R,
) -> R {
    append(out, key, |length| (length << 1) | bit)
}

/// Appends a value with its length.
#[inline]
pub(super) fn append_value<R: Appended>(
    out: &mut Vec<u8>,
    value: impl FnOnce(&mut Vec<u8>) -> R,
) -> R {
    append(out, value, |length| length)
}

/// Appends bytes, and a number made of their length in front of them.
#[inline]
fn append<R: Appended>(
    out: &mut Vec<u8>,
    bytes: impl FnOnce(&mut Vec<u8>) -> R,
    number: impl FnOnce(u64) -> u64,
) -> R {
    let at = out.len();
    // Most lengths fit into one byte.
    out.push(0);
    let appended = bytes(out);
    if !appended.is_appended() {
        return appended;
    }
    let number = number((out.len().saturating_sub(at + 1)) as u64);
    match u8::try_from(number) {
        Ok(byte) if byte < 0x80 => {
            if let Some(first) = out.get_mut(at) {
                *first = byte;
            }
        }
        _ => widen(out, at, number),
    }
    appended
}

/// Replaces the byte at the position by a varint.
#[cold]
fn widen(out: &mut Vec<u8>, at: usize, number: u64) {
    let (mut varint, mut length) = ([0; LONGEST], 0);
    let mut rest = number;
    for byte in &mut varint {
        length += 1;
        *byte = (rest & 0x7f) as u8 | 0x80;
        rest >>= 7;
        if rest == 0 {
            *byte &= 0x7f;
            break;
        }
    }
    drop(out.splice(at..=at, varint.into_iter().take(length)));
}

/// A row, as it is encoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct EncodedRow<'a> {
    pub(super) key: &'a [u8],
    /// None if the row is gone.
    pub(super) value: Option<&'a [u8]>,
}

/// The rows in the bytes of a group, in the order in which they were written; ends with `None`
/// where the bytes are malformed.
pub(super) fn rows(mut bytes: &[u8]) -> impl Iterator<Item = Option<EncodedRow<'_>>> {
    std::iter::from_fn(move || {
        if bytes.is_empty() {
            return None;
        }
        let row = row(&mut bytes);
        if row.is_none() {
            bytes = &[];
        }
        Some(row)
    })
}

fn row<'a>(bytes: &mut &'a [u8]) -> Option<EncodedRow<'a>> {
    let number = varint(bytes)?;
    let key = take(bytes, number >> 1)?;
    if number & 1 == REMOVED {
        return Some(EncodedRow { key, value: None });
    }
    let length = varint(bytes)?;
    Some(EncodedRow { key, value: Some(take(bytes, length)?) })
}

fn take<'a>(bytes: &mut &'a [u8], length: u64) -> Option<&'a [u8]> {
    let (taken, rest) = bytes.split_at_checked(usize::try_from(length).ok()?)?;
    *bytes = rest;
    Some(taken)
}

fn varint(bytes: &mut &[u8]) -> Option<u64> {
    let mut number = 0_u64;
    for at in 0..LONGEST {
        let (byte, rest) = bytes.split_first()?;
        *bytes = rest;
        let bits = u64::from(byte & 0x7f);
        number |= bits.checked_shl(7 * u32::try_from(at).ok()?)?;
        if byte & 0x80 == 0 {
            return Some(number);
        }
    }
    None
}
