//! How many instances a node has, and how much its edges hold.

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
