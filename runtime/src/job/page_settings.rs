//! The settings of the page.

use super::Config;
use crate::env::Env;
use crate::error::{Error, ErrorKind, Result};
use crate::page::{Guard, PageAddress, PageToken, Setting};
use crate::peek::{Peek, Peekers};
use std::io::Read;
use std::path::{Path, PathBuf};

/// What is set of the page.
#[derive(Debug, Clone, Default)]
pub(super) struct PageSettings {
    at: Option<PageAddress>,
    token: TokenSetting,
    hosts: Vec<String>,
    /// Whether events are shown; unless set, only in debug builds.
    inspect: Option<bool>,
    /// Types whose events are shown, in addition to those of operators.
    peekers: Peekers,
}

/// Where the token comes from.
#[derive(Debug, Clone, Default)]
enum TokenSetting {
    #[default]
    None,
    Is(Result<PageToken>),
    In(PathBuf),
}

impl PageSettings {
    /// Takes over what the environment sets.
    ///
    /// # Errors
    /// If a variable is not what it should be.
    pub(super) fn read_env(&mut self) -> Result<()> {
        let variable = |name| std::env::var(name).ok().filter(|value| !value.is_empty());
        match variable("MILLSTREAM_PAGE").as_deref() {
            None => {}
            Some("off") => self.at = None,
            Some(at) => self.at = Some(at.parse()?),
        }
        if let Some(path) = std::env::var_os("MILLSTREAM_PAGE_TOKEN_FILE") {
            self.token = TokenSetting::In(path.into());
        }
        if let Some(token) = variable("MILLSTREAM_PAGE_TOKEN") {
            self.token = TokenSetting::Is(Ok(PageToken::new(&token)?));
        }
        if let Some(hosts) = variable("MILLSTREAM_PAGE_HOSTS") {
            self.hosts.extend(hosts.split(',').map(|host| host.trim().to_owned()));
        }
        match variable("MILLSTREAM_INSPECT").as_deref() {
            None => {}
            Some("1") => self.inspect = Some(true),
            Some("0") => self.inspect = Some(false),
            Some(other) => {
                let message = format!("MILLSTREAM_INSPECT is `{other}`, expected 1 or 0");
                return Err(Error::new(ErrorKind::Config, message));
            }
        }
        Ok(())
    }

    /// Whether events are shown.
    pub(super) fn inspects(&self) -> bool {
        self.inspect.unwrap_or(cfg!(debug_assertions))
    }

    /// Adds the types whose events are shown.
    pub(super) fn add_peekers(&self, to: &mut Peekers) {
        to.add_all(&self.peekers);
    }

    /// Where to serve the page, and to whom.
    ///
    /// # Errors
    /// If the token is bad or cannot be read, or is missing for an address that others reach.
    pub(super) fn checked(&self, env: &Env) -> Result<(Option<PageAddress>, Guard)> {
        let token = match &self.token {
            TokenSetting::None => None,
            TokenSetting::Is(token) => Some(token.clone()?),
            TokenSetting::In(path) => Some(read_token(path, env)?),
        };
        let any_address = self.at.as_ref().is_some_and(|at| !at.is_loopback());
        if any_address && token.is_none() {
            let message = "the page is to be served beyond this machine, and has no token";
            return Err(Error::new(ErrorKind::Config, message).help(
                "set MILLSTREAM_PAGE_TOKEN_FILE or `Config::page_token`, or serve it at 127.0.0.1",
            ));
        }
        Ok((self.at.clone(), Guard { token, hosts: self.hosts.clone(), any_address }))
    }
}

fn read_token(path: &Path, env: &Env) -> Result<PageToken> {
    let mut text = String::new();
    let read = env.files().open(path).and_then(|file| file.take(4096).read_to_string(&mut text));
    match read {
        Ok(_) => PageToken::new(&text),
        Err(error) => {
            let message = format!("cannot read the token of the page in `{}`", path.display());
            Err(Error::new(ErrorKind::Config, message).caused_by(error))
        }
    }
}

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
    /// that of a proxy, or of one's own server. `MILLSTREAM_PAGE_HOSTS` adds some too.
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

    /// Sets whether the page shows events. Default: in debug builds; `MILLSTREAM_INSPECT=1` and `=0`
    /// set it too.
    ///
    /// Of an event it shows what [`Peek`](crate::Peek) says, by default the name and the size of
    /// its type.
    #[must_use]
    pub fn inspect(mut self, shown: bool) -> Self {
        self.page.inspect = Some(shown);
        self
    }

    /// Shows events of a type on the page, as its [`Peek`] says, although no `#[operator]` of the job
    /// names the type: only closures do, or it is a plain text or number.
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

    /// All settings, as the page lists them.
    pub(super) fn listed_settings(&self) -> Vec<Setting> {
        let default = Self::default();
        let setting = |name, of: fn(&Self) -> String, variable: Option<&str>| {
            let value = of(self);
            let is_from = |variable: &&str| std::env::var(variable).is_ok_and(|set| set == value);
            let from = match variable.filter(is_from) {
                Some(variable) => variable.to_owned(),
                None if value == of(&default) => "default".to_owned(),
                None => "code".to_owned(),
            };
            Setting { name, value, from }
        };
        vec![
            setting("batch", |config| config.batch.to_string(), Some("MILLSTREAM_BATCH")),
            setting("buffer", |config| config.buffer.to_string(), Some("MILLSTREAM_BUFFER")),
            setting("cores", |config| config.cores.to_string(), None),
            setting("flush_within", |config| format!("{:?}", config.flush_within), None),
            setting("drift", |config| format!("{:?}", config.drift), None),
            setting("checkpoints", Self::checkpoints_text, Some("MILLSTREAM_CHECKPOINTS")),
            setting("checkpoint_every", |config| format!("{:?}", config.checkpoint_every), None),
            setting(
                "restarts",
                |config| format!("{:?}", config.restarts.unwrap_or_default()),
                None,
            ),
            setting(
                "barrier_every",
                |config| config.barriers.map_or("never".into(), |every| format!("{every:?}")),
                None,
            ),
        ]
    }

    fn checkpoints_text(&self) -> String {
        #[cfg(feature = "object-store")]
        if let Some(store) = &self.store {
            return store.to_string();
        }
        self.checkpoints.as_ref().map_or("none".to_owned(), |path| path.display().to_string())
    }
}
