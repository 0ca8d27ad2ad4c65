//! An event with its key.

/// An event with its key, as it travels inside a stage.
#[derive(Debug, Clone)]
pub struct WithKey<K, T> {
    /// The key.
    pub key: K,
    /// The event.
    pub value: T,
}
