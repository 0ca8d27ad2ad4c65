//! The keys of most events.

use super::Share;

/// A key, and how many of the events of a node have it.
///
/// # Examples
/// ```
/// use millstream::metrics::{KeyShare, Share};
///
/// let key = KeyShare { key: "card 7".into(), share: Share(0.5) };
/// assert_eq!(key.to_string(), "card 7 (50 %)");
/// ```
#[derive(Debug, Clone, Default, PartialEq)]
pub struct KeyShare {
    /// The key, as text.
    pub key: String,
    /// Of the events of the node, sampled.
    pub share: Share,
}

impl std::fmt::Display for KeyShare {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} ({})", self.key, self.share)
    }
}
