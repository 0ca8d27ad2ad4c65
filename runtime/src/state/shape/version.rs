//! Versions of types: what `#[derive(State)]` implements.

use serde::de::{Deserialize, Deserializer, EnumAccess, Error, VariantAccess, Visitor};
use std::fmt;
use std::marker::PhantomData;

/// Begins the name of a struct that stands for a version of a type: its number follows. A format
/// that does not know it reads what is inside.
const VERSION: &str = "$millstream::State@";

/// The version that a name of a struct stands for.
pub(super) fn version_of(name: &str) -> Option<u32> {
    name.strip_prefix(VERSION)?.parse().ok()
}

/// A type with a version, and upgrades from earlier ones: what `#[derive(State)]` implements.
pub trait Versioned: Sized {
    /// `$millstream::State@` and the number of the version.
    const MARK: &'static str;

    /// Reads a value of this version.
    ///
    /// # Errors
    /// Those of the deserializer.
    fn read_present<'de, D: Deserializer<'de>>(from: D) -> Result<Self, D::Error>;

    /// Reads a value of an earlier version, and upgrades it.
    ///
    /// # Errors
    /// Those of the deserializer; also if no upgrade begins with this version.
    fn upgrade<'de, A: VariantAccess<'de>>(version: u32, from: A) -> Result<Self, A::Error>;
}

/// Reads a value of any version that can be upgraded.
///
/// # Errors
/// Those of the deserializer; also if no upgrade begins with the version that was written.
pub fn read_versioned<'de, T: Versioned, D: Deserializer<'de>>(from: D) -> Result<T, D::Error> {
    from.deserialize_newtype_struct(T::MARK, AnyVersion(PhantomData))
}

/// Reads a value of an earlier version, and upgrades it.
///
/// # Errors
/// Those of the deserializer.
pub fn read_upgraded<'de, A, Old, New>(
    from: A,
    upgrade: impl FnOnce(Old) -> New,
) -> Result<New, A::Error>
where
    A: VariantAccess<'de>,
    Old: Deserialize<'de>,
{
    from.newtype_variant().map(upgrade)
}

/// The error of a version from which no upgrade begins.
///
/// # Errors
/// Always.
pub fn no_upgrade<T, E: Error>(version: u32) -> Result<T, E> {
    Err(E::unknown_variant(&format!("version {version}"), &[]))
}

struct AnyVersion<T>(PhantomData<T>);

impl<'de, T: Versioned> Visitor<'de> for AnyVersion<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(std::any::type_name::<T>())
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, from: D) -> Result<T, D::Error> {
        T::read_present(from)
    }

    fn visit_enum<A: EnumAccess<'de>>(self, from: A) -> Result<T, A::Error> {
        let (version, value) = from.variant()?;
        T::upgrade(version, value)
    }
}
