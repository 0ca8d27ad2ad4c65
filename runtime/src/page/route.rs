//! What is at which path: the one list of them.

use super::changes::PageChange;
use super::guard::Shows;

/// What is at a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum PageRoute {
    /// Something to read.
    Read(PageRead),
    /// A change of the job.
    Change(PageChange),
}

/// Something to read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum PageRead {
    /// The page itself.
    Home,
    /// Its icon, which is in the page: browsers ask for one anyway.
    Icon,
    Graph,
    Settings,
    Live,
    Feed,
    Why,
    Tap,
    /// The figures as `OpenMetrics`.
    Metrics,
    /// Whether the job is alive.
    Health,
    /// Whether it is ready.
    Ready,
}

impl PageRoute {
    /// What is at a path; nothing at any that is not listed.
    pub(super) fn of(path: &str) -> Option<Self> {
        Some(match path {
            "/" => Self::Read(PageRead::Home),
            "/favicon.ico" => Self::Read(PageRead::Icon),
            "/api/graph" => Self::Read(PageRead::Graph),
            "/api/settings" => Self::Read(PageRead::Settings),
            "/api/live" => Self::Read(PageRead::Live),
            "/api/feed" => Self::Read(PageRead::Feed),
            "/api/why" => Self::Read(PageRead::Why),
            "/api/tap" => Self::Read(PageRead::Tap),
            "/metrics" => Self::Read(PageRead::Metrics),
            "/healthz" => Self::Read(PageRead::Health),
            "/readyz" => Self::Read(PageRead::Ready),
            "/api/drain" => Self::Change(PageChange::Drain),
            "/api/pause" => Self::Change(PageChange::Pause),
            "/api/resume" => Self::Change(PageChange::Resume),
            "/api/tune" => Self::Change(PageChange::Tune),
            _ => return None,
        })
    }

    /// What of the job its answer shows.
    pub(super) fn shows(self) -> Shows {
        match self {
            Self::Read(PageRead::Home | PageRead::Icon) => Shows::Nothing,
            Self::Read(PageRead::Health | PageRead::Ready) => Shows::Health,
            Self::Read(
                PageRead::Graph
                | PageRead::Settings
                | PageRead::Live
                | PageRead::Feed
                | PageRead::Why
                | PageRead::Tap
                | PageRead::Metrics,
            )
            | Self::Change(_) => Shows::Job,
        }
    }
}
