//! An answer of the page, and the headers that all of them have.

use futures::stream::BoxStream;
use std::borrow::Cow;
use std::fmt;

/// What the page may load and run: its own script and style, by their hashes, and nothing from
/// elsewhere.
pub(super) const CONTENT_SECURITY_POLICY: &str = include_str!("page.csp");

/// What the page answers: a status, and its content.
pub(crate) struct Answer {
    pub(crate) status: u16,
    /// The media type.
    pub(crate) media: &'static str,
    pub(crate) content: Content,
    /// Whether the content is compressed by gzip.
    pub(crate) is_gzip: bool,
    /// The methods of the path, if another one was used.
    pub(crate) allow: Option<&'static str>,
}

/// The content of an answer.
pub(crate) enum Content {
    /// All of it.
    Whole(Cow<'static, [u8]>),
    /// Server-sent events, one after the other, until the client goes.
    Feed(BoxStream<'static, String>),
}

impl fmt::Debug for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Answer").field("status", &self.status).finish_non_exhaustive()
    }
}

const JSON: &str = "application/json";

impl Answer {
    pub(crate) fn new(status: u16, media: &'static str, text: String) -> Self {
        let content = Content::Whole(Cow::Owned(text.into_bytes()));
        Self { status, media, content, is_gzip: false, allow: None }
    }

    pub(crate) fn text(status: u16, text: impl Into<String>) -> Self {
        Self::new(status, "text/plain; charset=utf-8", text.into())
    }

    /// An object, which has its version already.
    pub(crate) fn json(object: impl Into<String>) -> Self {
        Self::new(200, JSON, object.into())
    }

    /// A refusal, with its reason.
    pub(crate) fn refused(status: u16, reason: &str) -> Self {
        let object = serde_json::json!({ "v": 1, "error": reason });
        Self::new(status, JSON, object.to_string())
    }

    pub(crate) fn feed(events: BoxStream<'static, String>) -> Self {
        let content = Content::Feed(events);
        Self { content, ..Self::new(200, "text/event-stream", String::new()) }
    }

    /// The reason phrase of the status.
    pub(crate) fn reason(&self) -> &'static str {
        match self.status {
            200 => "OK",
            204 => "No Content",
            400 => "Bad Request",
            401 => "Unauthorized",
            403 => "Forbidden",
            404 => "Not Found",
            405 => "Method Not Allowed",
            408 => "Request Timeout",
            409 => "Conflict",
            413 => "Content Too Large",
            421 => "Misdirected Request",
            431 => "Request Header Fields Too Large",
            503 => "Service Unavailable",
            _ => "Unknown",
        }
    }

    /// The headers, but for those about the connection. None of them is about origins elsewhere.
    pub(crate) fn headers(&self) -> Vec<(&'static str, String)> {
        let mut headers: Vec<(&'static str, String)> = [
            ("content-type", self.media),
            ("cache-control", "no-store"),
            ("x-content-type-options", "nosniff"),
            ("referrer-policy", "no-referrer"),
            ("x-frame-options", "DENY"),
            ("cross-origin-resource-policy", "same-origin"),
            ("content-security-policy", CONTENT_SECURITY_POLICY.trim_end()),
        ]
        .map(|(name, value)| (name, value.to_owned()))
        .into();
        if let Content::Whole(bytes) = &self.content {
            headers.push(("content-length", bytes.len().to_string()));
        }
        if self.is_gzip {
            headers.push(("content-encoding", "gzip".into()));
        }
        if self.status == 401 {
            headers.push(("www-authenticate", "Bearer".into()));
        }
        headers.extend(self.allow.map(|methods| ("allow", methods.to_owned())));
        headers
    }

    /// The text, for tests.
    #[cfg(test)]
    pub(crate) fn body(&self) -> String {
        match &self.content {
            Content::Whole(bytes) => String::from_utf8(bytes.to_vec()).unwrap(),
            Content::Feed(_) => String::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Answer;

    #[test]
    fn every_answer_has_the_headers_that_keep_it_to_itself() {
        for answer in [Answer::text(200, "fine"), Answer::refused(421, "\"no\"")] {
            let headers = answer.headers();
            let value = |name| headers.iter().find(|(known, _)| *known == name).map(|(_, v)| &**v);
            assert_eq!(value("x-content-type-options"), Some("nosniff"));
            assert_eq!(value("cache-control"), Some("no-store"));
            assert_eq!(value("referrer-policy"), Some("no-referrer"));
            assert!(value("content-security-policy").unwrap().starts_with("default-src 'none';"));
            assert!(!headers.iter().any(|(name, _)| name.starts_with("access-control")));
        }
        assert_eq!(Answer::refused(421, "\"no\"").body(), r#"{"error":"\"no\"","v":1}"#);
    }
}
