//! The page of a running job, for the program that runs it.

use crate::job::Job;
use crate::page::Page;
use std::net::SocketAddr;

impl Job {
    /// Returns the page of the job, to be mounted in a server of your own: with the feature `tower`
    /// it is a `tower::Service`. Needs the feature `page`.
    ///
    /// It is there whether or not the job [serves](crate::Config::page) it. Figures are
    /// collected from the first call on.
    ///
    /// # Examples
    /// ```
    /// use millstream::prelude::*;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> millstream::Result<()> {
    /// let topology = topology!(source(from_iter([1])) >> map(|n| n + 1) >> ignore);
    /// let mut job = topology.start(Config::default())?;
    /// let page = job.page(); // axum: Router::new().fallback_service(page)
    /// job.wait().await?;
    /// # drop(page);
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn page(&self) -> Page {
        self.page.begin(&self.viewers, (&self.control, &self.controls))
    }

    /// Returns the address at which the job serves its page, if it does. Needs the feature `page`.
    ///
    /// # Examples
    /// ```
    /// use millstream::prelude::*;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> millstream::Result<()> {
    /// let topology = topology!(source(from_iter([1])) >> map(|n| n + 1) >> ignore);
    /// let mut job = topology.start(Config::default().page(0))?; // any free port
    /// assert!(job.page_address().is_some_and(|address| address.ip().is_loopback()));
    /// job.wait().await?;
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn page_address(&self) -> Option<SocketAddr> {
        self.page.address()
    }
}
