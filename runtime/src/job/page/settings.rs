//! The settings of the page.

use crate::env::Env;
use crate::error::{Error, ErrorKind, Result};
use crate::job::variables::Variables;
use crate::page::{Guard, PageAddress, PageToken};
use crate::peek::Peekers;
use std::fmt;
use std::io::Read;
use std::path::{Path, PathBuf};

/// What is set of the page.
#[derive(Debug, Clone, Default)]
pub(in crate::job) struct PageSettings {
    pub(in crate::job) at: Option<PageAddress>,
    pub(in crate::job) token: TokenSetting,
    pub(in crate::job) hosts: Vec<String>,
    /// Whether events are shown; unless set, only in debug builds.
    pub(in crate::job) inspect: Option<bool>,
    /// Types whose events are shown, in addition to those of operators.
    pub(in crate::job) peekers: Peekers,
}

/// Where the token comes from.
#[derive(Debug, Clone, Default)]
pub(in crate::job) enum TokenSetting {
    #[default]
    None,
    Is(Result<PageToken>),
    In(PathBuf),
}

impl TokenSetting {
    /// The token or its file, to be compared and not to be shown.
    pub(super) fn given(&self) -> Option<(Option<PageToken>, Option<PathBuf>)> {
        match self {
            Self::None => None,
            Self::Is(token) => Some((token.clone().ok(), None)),
            Self::In(path) => Some((None, Some(path.clone()))),
        }
    }
}

impl fmt::Display for TokenSetting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::None => f.write_str("none"),
            Self::Is(_) => f.write_str("set"),
            Self::In(path) => write!(f, "in {}", path.display()),
        }
    }
}

impl PageSettings {
    /// Takes over what variables set.
    ///
    /// # Errors
    /// If a variable is not what it should be.
    pub(in crate::job) fn read(&mut self, variables: Variables<'_>) -> Result<()> {
        match variables.text("MILLSTREAM_PAGE").as_deref() {
            None => {}
            Some("off") => self.at = None,
            Some(at) => self.at = Some(at.parse()?),
        }
        if let Some(path) = variables.get("MILLSTREAM_PAGE_TOKEN_FILE") {
            self.token = TokenSetting::In(path.into());
        }
        if let Some(token) = variables.text("MILLSTREAM_PAGE_TOKEN") {
            self.token = TokenSetting::Is(Ok(PageToken::new(&token)?));
        }
        if let Some(hosts) = variables.text("MILLSTREAM_PAGE_HOSTS") {
            let hosts = hosts.split(',').map(str::trim).filter(|host| !host.is_empty());
            self.hosts.extend(hosts.map(str::to_owned));
        }
        match variables.text("MILLSTREAM_INSPECT").as_deref() {
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
    pub(in crate::job) fn inspects(&self) -> bool {
        self.inspect.unwrap_or(cfg!(debug_assertions))
    }

    /// Adds the types whose events are shown.
    pub(in crate::job) fn add_peekers(&self, to: &mut Peekers) {
        to.add_all(&self.peekers);
    }

    /// Where to serve the page, and to whom.
    ///
    /// # Errors
    /// If the token is bad or cannot be read, or is missing for an address that others reach.
    pub(in crate::job) fn checked(&self, env: &Env) -> Result<(Option<PageAddress>, Guard)> {
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
