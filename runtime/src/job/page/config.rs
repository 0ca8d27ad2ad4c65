//! The settings of the page, as a program sets them.

use super::settings::TokenSetting;
use crate::job::Config;
use crate::page::{PageAddress, PageToken};
use crate::peek::Peek;
use std::path::PathBuf;

/// The page; needs the feature `page`.
impl Config {
    /// Serves a [live page](crate::page) of the job: at a port of this machine, at the first free
    /// one of several, or at an address. Not unless set; `MILLSTREAM_PAGE` sets it too, see
    /// [`from_env`](Self::from_env).
    ///
    /// It prints its address. The page has a thread of its own, and ends when the job is dropped.
    /// If the one port or address is taken, the job does not start; if all of several are, it
    /// starts without a page. Other machines reach only an address that is not 127.0.0.1; such a
    /// page needs a [token](Self::page_token).
    ///
    /// # Examples
    /// ```
    /// use millstream::prelude::*;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> millstream::Result<()> {
    /// let numbers = Collected::new();
    /// let topology = topology!(source(from_iter([1, 2])) >> sink(numbers.sink()));
    /// topology.run(Config::default().page(7000..=7009)).await?; // page: http://127.0.0.1:7000
    /// assert_eq!(numbers.take(), [1, 2]);
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn page(mut self, at: impl Into<PageAddress>) -> Self {
        self.page.at = Some(at.into());
        self
    }

    /// Sets the secret that clients of the page show: `Authorization: Bearer …`. At least 32 bytes;
    /// `MILLSTREAM_PAGE_TOKEN` and, for a file, `MILLSTREAM_PAGE_TOKEN_FILE` set it too.
    ///
    /// # Examples
    /// ```
    /// use millstream::prelude::*;
    ///
    /// let address = "0.0.0.0:7000".parse::<millstream::page::PageAddress>()?;
    /// let config = Config::default().page(address).page_token("0123456789abcdef0123456789abcdef");
    /// # drop(config);
    /// # Ok::<(), millstream::Error>(())
    /// ```
    #[must_use]
    pub fn page_token(mut self, token: &str) -> Self {
        self.page.token = TokenSetting::Is(PageToken::new(token));
        self
    }

    /// Sets the file with the [token](Self::page_token), which is read when the job starts.
    ///
    /// # Examples
    /// ```
    /// use millstream::prelude::*;
    ///
    /// let config = Config::default().page(7000).page_token_file("/run/secrets/page");
    /// # drop(config);
    /// ```
    #[must_use]
    pub fn page_token_file(mut self, path: impl Into<PathBuf>) -> Self {
        self.page.token = TokenSetting::In(path.into());
        self
    }

    /// Adds a name by which browsers reach the page, in addition to `localhost` and `127.0.0.1`:
    /// that of a proxy, or of your own server. `MILLSTREAM_PAGE_HOSTS` adds some too.
    ///
    /// Requests with another `Host` are refused, so that no page elsewhere can reach this one under
    /// a name of its own.
    ///
    /// # Examples
    /// ```
    /// use millstream::prelude::*;
    ///
    /// let config = Config::default().page(7000).page_host("ops.example");
    /// # drop(config);
    /// ```
    #[must_use]
    pub fn page_host(mut self, name: impl Into<String>) -> Self {
        self.page.hosts.push(name.into());
        self
    }

    /// Sets whether the page shows events and keys. Default: only in debug builds;
    /// `MILLSTREAM_INSPECT`, 1 or 0, sets it too.
    ///
    /// Of an event it shows what [`Peek`](crate::Peek) says, by default the name and the size of
    /// its type.
    #[must_use]
    pub fn inspect(mut self, shown: bool) -> Self {
        self.page.inspect = Some(shown);
        self
    }

    /// Shows events of a type on the page, as its [`Peek`] says, although no `#[operator]` of the
    /// job names the type: only closures do, or it is a plain text or number.
    ///
    /// # Examples
    /// ```
    /// use millstream::prelude::*;
    ///
    /// // Each line as it is: do so only if no line has anything to hide.
    /// let config = Config::default().page(7000).peek::<String>();
    /// # drop(config);
    /// ```
    #[must_use]
    pub fn peek<T: Peek + 'static>(mut self) -> Self {
        self.page.peekers.add::<T>();
        self
    }
}
