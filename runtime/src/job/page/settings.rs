//! The settings of the page.

use crate::env::Env;
use crate::error::{Error, ErrorKind, Result};
use crate::page::{Guard, PageAddress, PageToken, Setting};
use crate::peek::Peekers;
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

impl PageSettings {
    /// Takes over what the environment sets.
    ///
    /// # Errors
    /// If a variable is not what it should be.
    pub(in crate::job) fn read_env(&mut self) -> Result<()> {
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
    pub(in crate::job) fn inspects(&self) -> bool {
        self.inspect.unwrap_or(cfg!(debug_assertions))
    }

    /// Adds the types whose events are shown.
    pub(in crate::job) fn add_peekers(&self, to: &mut Peekers) {
        to.add_all(&self.peekers);
    }

    /// The settings of the page, to be listed: not the token itself.
    pub(in crate::job) fn listed(&self) -> Vec<Setting> {
        let variable = |name| std::env::var(name).ok().filter(|value| !value.is_empty());
        let from = |is_default: bool, name: &str, is_from: bool| match (is_default, is_from) {
            (_, true) => name.to_owned(),
            (true, false) => "default".to_owned(),
            (false, false) => "code".to_owned(),
        };
        let at = self.at.as_ref().map_or_else(|| "off".to_owned(), ToString::to_string);
        let set = variable("MILLSTREAM_PAGE");
        let is_set = set.is_some_and(|set| set.parse().ok() == self.at);
        let inspect = variable("MILLSTREAM_INSPECT").is_some() && self.inspect.is_some();
        let token = match &self.token {
            TokenSetting::None => "none".to_owned(),
            TokenSetting::Is(_) => "set".to_owned(),
            TokenSetting::In(path) => format!("in {}", path.display()),
        };
        let has_token = ["MILLSTREAM_PAGE_TOKEN", "MILLSTREAM_PAGE_TOKEN_FILE"];
        let has_token = has_token.into_iter().find(|name| variable(name).is_some());
        let none = matches!(self.token, TokenSetting::None);
        vec![
            Setting {
                name: "page",
                from: from(self.at.is_none(), "MILLSTREAM_PAGE", is_set),
                value: at,
            },
            Setting {
                name: "page_token",
                value: token,
                from: from(none, has_token.unwrap_or_default(), !none && has_token.is_some()),
            },
            Setting {
                name: "page_hosts",
                value: self.hosts.join(", "),
                from: from(
                    self.hosts.is_empty(),
                    "MILLSTREAM_PAGE_HOSTS",
                    variable("MILLSTREAM_PAGE_HOSTS").is_some(),
                ),
            },
            Setting {
                name: "inspect",
                value: self.inspects().to_string(),
                from: from(self.inspect.is_none(), "MILLSTREAM_INSPECT", inspect),
            },
        ]
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
