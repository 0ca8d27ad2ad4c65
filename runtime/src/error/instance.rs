//! One of the parallel copies of a node.

use std::fmt;

/// Which of the parallel copies of a node this is.
///
/// Instances are counted from 0, everywhere: the [`index`](Instance::index) that an operator reads
/// in its [`Context`](crate::operator::Context) is the one in an [`Error`](crate::Error) and its
/// message, and the place of the instance's counters in
/// [`NodeMetrics::instances`](crate::metrics::NodeMetrics::instances).
///
/// # Examples
/// ```
/// use millstream::operator::Instance;
///
/// let last = Instance::new(3, 4);
/// assert_eq!((last.index(), last.count()), (3, 4));
/// assert_eq!(last.to_string(), "instance 3 of 4");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Instance {
    index: usize,
    count: usize,
}

impl Instance {
    /// The instance of a node that has only one.
    pub const ONLY: Self = Self::new(0, 1);

    /// Instance `index`, from 0, of `count`.
    #[must_use]
    pub const fn new(index: usize, count: usize) -> Self {
        Self { index, count }
    }

    /// Its number among the instances, from 0.
    #[must_use]
    pub const fn index(self) -> usize {
        self.index
    }

    /// The number of instances of the node.
    #[must_use]
    pub const fn count(self) -> usize {
        self.count
    }
}

impl fmt::Display for Instance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "instance {} of {}", self.index, self.count)
    }
}
