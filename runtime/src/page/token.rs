//! The secret that a client shows, where not only programs of this machine can ask.

use crate::error::{Error, ErrorKind, Result};
use std::fmt;
use std::hint::black_box;
use std::sync::Arc;

/// The least length of a token, in bytes.
const LEAST: usize = 32;

/// A secret of at least 32 bytes. It is never printed.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct PageToken(Arc<str>);

impl fmt::Debug for PageToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PageToken")
    }
}

impl PageToken {
    /// A token, without the space around it.
    ///
    /// # Errors
    /// [`ErrorKind::Config`] if it is too short, or cannot stand in a header.
    pub(crate) fn new(text: &str) -> Result<Self> {
        let text = text.trim();
        let wrong = |what: String| {
            Err(Error::new(ErrorKind::Config, format!("the token of the page {what}"))
                .help("make one with `openssl rand -hex 32`"))
        };
        if text.len() < LEAST {
            return wrong(format!("has {} bytes, expected at least {LEAST}", text.len()));
        }
        if !text.bytes().all(|byte| byte.is_ascii_graphic()) {
            return wrong("has a space or a character that is not ASCII".into());
        }
        Ok(Self(text.into()))
    }

    /// Whether the header `Authorization` shows it. The time does not depend on where the first
    /// wrong byte is.
    pub(crate) fn is_shown_in(&self, authorization: Option<&str>) -> bool {
        let Some((scheme, shown)) = authorization.and_then(|header| header.split_once(' ')) else {
            return false;
        };
        let (shown, own) = (shown.trim().as_bytes(), self.0.as_bytes());
        let differs = |sum: u8, (one, other): (&u8, &u8)| black_box(sum | (one ^ other));
        let differences = shown.iter().zip(own).fold(0, differs);
        scheme.eq_ignore_ascii_case("bearer") && shown.len() == own.len() && differences == 0
    }
}

#[cfg(test)]
mod tests {
    use super::PageToken;

    #[test]
    fn a_token_is_long_and_never_printed() {
        let short = PageToken::new("0123456789").unwrap_err().to_string();
        assert!(short.contains("has 10 bytes, expected at least 32"), "{short}");
        assert!(PageToken::new(&"é".repeat(40)).is_err());
        let token = PageToken::new(&format!(" {}\n", "k".repeat(32))).unwrap();
        assert_eq!(format!("{token:?}"), "PageToken");
    }

    #[test]
    fn only_the_whole_token_as_a_bearer_opens() {
        let (secret, token) = ("s".repeat(40), PageToken::new(&"s".repeat(40)).unwrap());
        let opens = |header: String| token.is_shown_in(Some(&header));
        assert!(opens(format!("Bearer {secret}")) && opens(format!("bearer {secret} ")));
        assert!(!opens(format!("Basic {secret}")) && !opens(secret.clone()));
        assert!(!opens(format!("Bearer {secret}s")) && !opens(format!("Bearer {}", &secret[1..])));
        assert!(!opens(format!("Bearer {}x", &secret[1..])) && !opens("Bearer ".into()));
        assert!(!token.is_shown_in(None));
    }
}
