//! An event and its key.

/// An event and its key.
#[derive(Debug, Clone)]
pub struct WithKey<K, T> {
    /// The key.
    pub key: K,
    /// The event.
    pub value: T,
}
