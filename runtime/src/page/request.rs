//! A request to the page, as its routes see it: no socket, no body.

use std::borrow::Cow;

/// What a client asks the page.
///
/// The built-in server makes one of what it reads, and the mount in another server from the
/// request there.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Request {
    pub(crate) method: Method,
    /// Its path: `/api/live`.
    pub(crate) path: String,
    /// What follows the `?`.
    pub(crate) query: String,
    /// The header `Host`, or the authority of HTTP/2.
    pub(crate) host: Option<String>,
    /// The header `Origin`.
    pub(crate) origin: Option<String>,
    /// The header `Authorization`.
    pub(crate) authorization: Option<String>,
    /// The header `X-Millstream`, which no page elsewhere can send.
    pub(crate) mark: Option<String>,
    /// The header `Sec-Fetch-Site`, as browsers send it.
    pub(crate) site: Option<String>,
    /// The header `Accept-Encoding`.
    pub(crate) encodings: Option<String>,
    pub(crate) peer: Peer,
}

/// Its method.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Method {
    #[default]
    Get,
    Head,
    Post,
    /// Any other.
    Other,
}

/// Who asks.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Peer {
    /// A program on this machine.
    Loopback,
    /// Another machine, or not known.
    #[default]
    Remote,
}

impl Method {
    /// The method of a request line.
    pub(crate) fn of(name: &str) -> Self {
        match name {
            "GET" => Self::Get,
            "HEAD" => Self::Head,
            "POST" => Self::Post,
            _ => Self::Other,
        }
    }
}

impl Request {
    /// Sets path and query from the target of a request line.
    pub(crate) fn to(&mut self, target: &str) {
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        (self.path, self.query) = (path.to_owned(), query.to_owned());
    }

    /// Notes a header that counts.
    ///
    /// # Errors
    /// If it is there a second time and that makes the request ambiguous.
    pub(crate) fn header(&mut self, name: &str, value: &str) -> Result<(), Repeated> {
        let known = [
            ("host", &mut self.host),
            ("origin", &mut self.origin),
            ("authorization", &mut self.authorization),
            ("x-millstream", &mut self.mark),
            ("sec-fetch-site", &mut self.site),
            ("accept-encoding", &mut self.encodings),
        ];
        for (known, place) in known {
            if name.eq_ignore_ascii_case(known) && place.replace(value.to_owned()).is_some() {
                return Err(Repeated);
            }
        }
        Ok(())
    }

    /// The value of a parameter of the query, decoded.
    pub(crate) fn parameter(&self, name: &str) -> Option<Cow<'_, str>> {
        let pairs = self.query.split('&').filter_map(|pair| pair.split_once('='));
        pairs.into_iter().find(|(key, _)| *key == name).map(|(_, value)| decoded(value))
    }

    /// Whether the answer may be compressed by gzip.
    pub(crate) fn accepts_gzip(&self) -> bool {
        let encodings = self.encodings.as_deref().unwrap_or_default();
        encodings.split(',').any(|encoding| {
            let mut words = encoding.split(';').map(str::trim);
            words.next() == Some("gzip") && words.all(|word| word != "q=0")
        })
    }
}

/// A header stands twice in a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Repeated;

/// Decodes `%20` and `+`.
fn decoded(text: &str) -> Cow<'_, str> {
    if !text.contains(['%', '+']) {
        return Cow::Borrowed(text);
    }
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        match byte {
            b'+' => bytes.push(b' '),
            b'%' => {
                let mut digit = || rest.next().and_then(|byte| char::from(byte).to_digit(16));
                let code = digit().zip(digit()).map(|(high, low)| high * 16 + low);
                bytes.push(code.and_then(|code| u8::try_from(code).ok()).unwrap_or(b'?'));
            }
            byte => bytes.push(byte),
        }
    }
    Cow::Owned(String::from_utf8_lossy(&bytes).into_owned())
}

#[cfg(test)]
mod tests {
    use super::{Method, Repeated, Request};

    #[test]
    fn a_query_is_decoded_by_name() {
        let mut request = Request::default();
        request.to("/api/why?node=caf%C3%A9+au%20lait&x=%zz&e");
        assert_eq!(request.path, "/api/why");
        assert_eq!(request.parameter("node").as_deref(), Some("café au lait"));
        assert_eq!(request.parameter("x").as_deref(), Some("?"));
        assert_eq!((request.parameter("e"), request.parameter("nod")), (None, None));
    }

    #[test]
    fn a_header_counts_in_any_case_and_once() {
        let mut request = Request::default();
        assert_eq!(request.header("HOST", "localhost:7000"), Ok(()));
        assert_eq!(request.header("Accept", "*/*"), Ok(()));
        assert_eq!(request.header("Accept", "text/html"), Ok(()));
        assert_eq!(request.header("host", "evil.example"), Err(Repeated));
    }

    #[test]
    fn gzip_is_for_those_who_ask_for_it() {
        let asks = |encodings: &str| {
            Request { encodings: Some(encodings.into()), ..Request::default() }.accepts_gzip()
        };
        assert!(asks("gzip") && asks("br, gzip;q=0.5"));
        assert!(!asks("gzip;q=0") && !asks("br") && !Request::default().accepts_gzip());
    }

    #[test]
    fn methods_are_in_capitals() {
        assert_eq!((Method::of("GET"), Method::of("get")), (Method::Get, Method::Other));
    }
}
