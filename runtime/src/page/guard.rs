//! Who may ask what.
//!
//! A page on the loopback address is reached by every page that a browser on the same machine has
//! open: by a name that resolves to 127.0.0.1, or by sending forms there. So names are checked, and
//! what changes the job needs a header that no other page can send.

use super::answer::Answer;
use super::request::{Method, Peer, Request};
use super::token::PageToken;
use std::net::IpAddr;

/// Who may ask: names that the page has, and the secret, if it has one.
#[derive(Debug, Clone, Default)]
pub(crate) struct Guard {
    pub(crate) token: Option<PageToken>,
    /// Names of the page in addition to those of this machine.
    pub(crate) hosts: Vec<String>,
    /// Whether the page is served beyond this machine, so that its names are addresses.
    pub(crate) any_address: bool,
}

/// Whether an answer shows something of the job.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shows {
    /// Whether it is alive, for probes, which have no names and no token.
    Health,
    /// The page without any data: a browser cannot send the token with it.
    Nothing,
    /// What it does, or changes it.
    Job,
}

impl Guard {
    /// The refusal, if the request is not allowed.
    pub(crate) fn refuse(&self, request: &Request, shows: Shows) -> Option<Answer> {
        let Some(host) = &request.host else {
            return Some(Answer::refused(400, "the header Host is missing"));
        };
        if shows == Shows::Health {
            return None;
        }
        if !self.is_name(host) {
            let text = format!(
                "{host} is not a name of this page; if it is one, add it: Config::page_host"
            );
            return Some(Answer::refused(421, &text));
        }
        if request.origin.as_deref().is_some_and(|origin| !is_same(origin, host)) {
            return Some(Answer::refused(403, "this was asked by a page of another origin"));
        }
        if shows == Shows::Nothing {
            return None;
        }
        if request.site.as_deref() == Some("cross-site") {
            return Some(Answer::refused(403, "this was asked by a page of another site"));
        }
        self.refuse_stranger(request)
    }

    /// The refusal of one who does not show the token, or does not prove to be the page or a
    /// program.
    fn refuse_stranger(&self, request: &Request) -> Option<Answer> {
        if let Some(token) = &self.token {
            let shown = token.is_shown_in(request.authorization.as_deref());
            let reason = "show the token of the page: Authorization: Bearer …";
            return (!shown).then(|| Answer::refused(401, reason));
        }
        if request.method != Method::Post {
            return None;
        }
        if request.peer != Peer::Loopback {
            return Some(Answer::refused(403, "the job is changed from elsewhere by token only"));
        }
        let marked = request.mark.as_deref() == Some("1");
        (!marked).then(|| Answer::refused(403, "send the header X-Millstream: 1"))
    }

    /// Whether a header `Host` has a name of the page.
    fn is_name(&self, host: &str) -> bool {
        let name = without_port(host);
        let literal = name.strip_prefix('[').and_then(|name| name.strip_suffix(']'));
        let ip = literal.unwrap_or(name).parse::<IpAddr>();
        name.eq_ignore_ascii_case("localhost")
            || self.hosts.iter().any(|own| name.eq_ignore_ascii_case(own))
            // No name resolves to this page if there is no name.
            || ip.is_ok_and(|ip| ip.is_loopback() || self.any_address)
    }
}

/// Whether an origin is that of the host.
fn is_same(origin: &str, host: &str) -> bool {
    let authority = origin.strip_prefix("http://").or_else(|| origin.strip_prefix("https://"));
    authority.is_some_and(|authority| authority.eq_ignore_ascii_case(host))
}

/// The name in a header `Host`, without its port.
fn without_port(host: &str) -> &str {
    match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    }
}

#[cfg(test)]
mod tests {
    use super::{Guard, Shows};
    use crate::page::request::{Method, Peer, Request};
    use crate::page::token::PageToken;

    fn asked(method: Method, host: &str) -> Request {
        let peer = Peer::Loopback;
        Request { method, host: Some(host.into()), peer, ..Request::default() }
    }

    fn status(guard: &Guard, request: &Request, shows: Shows) -> u16 {
        guard.refuse(request, shows).map_or(200, |answer| answer.status)
    }

    #[test]
    fn a_name_that_is_not_the_pages_is_refused_whatever_it_resolves_to() {
        let guard = Guard { hosts: vec!["ops.example".into()], ..Guard::default() };
        let get = |host| status(&guard, &asked(Method::Get, host), Shows::Job);
        for own in [
            "localhost",
            "LocalHost:7000",
            "127.0.0.1:7000",
            "127.0.0.2:7000",
            "[::1]:7000",
            "ops.example",
        ] {
            assert_eq!(get(own), 200, "{own}");
        }
        for other in [
            "evil.example",
            "evil.example:7000",
            "localhost.evil.example",
            "127.0.0.1.nip.io",
            "",
            "10.0.0.5:7000",
            "127.0.0.1:7000@evil.example",
            "[::1",
            "::1",
        ] {
            assert_eq!(get(other), 421, "{other}");
        }
        let nameless = Request { host: None, ..asked(Method::Get, "") };
        assert_eq!(status(&guard, &nameless, Shows::Job), 400);
    }

    #[test]
    fn beyond_this_machine_an_address_is_a_name() {
        let guard = Guard { any_address: true, ..Guard::default() };
        let get = |host| status(&guard, &asked(Method::Get, host), Shows::Job);
        assert_eq!(
            (get("10.0.0.5:7000"), get("[fe80::1]:7000"), get("evil.example")),
            (200, 200, 421)
        );
    }

    #[test]
    fn a_page_of_another_origin_is_refused() {
        let guard = Guard::default();
        let from = |origin: &str| {
            let request = asked(Method::Get, "localhost:7000");
            let request = Request { origin: Some(origin.into()), ..request };
            status(&guard, &request, Shows::Job)
        };
        assert_eq!((from("http://localhost:7000"), from("https://localhost:7000")), (200, 200));
        for other in ["http://localhost:8000", "http://evil.example", "null", "localhost:7000"] {
            assert_eq!(from(other), 403, "{other}");
        }
        let site = Request { site: Some("cross-site".into()), ..asked(Method::Get, "localhost") };
        assert_eq!(status(&guard, &site, Shows::Job), 403);
        assert_eq!(status(&guard, &site, Shows::Nothing), 200);
    }

    /// Token or none × shown or not × from here or elsewhere × marked or not × method.
    #[test]
    fn a_change_needs_the_token_or_a_marked_request_from_this_machine() {
        let token = "t".repeat(32);
        let with_token = PageToken::new(&token).ok();
        for (own, shown) in
            [(None, false), (None, true), (with_token.clone(), false), (with_token, true)]
        {
            for (peer, mark, method) in [
                (Peer::Loopback, false, Method::Get),
                (Peer::Loopback, true, Method::Post),
                (Peer::Loopback, false, Method::Post),
                (Peer::Remote, false, Method::Get),
                (Peer::Remote, true, Method::Post),
                (Peer::Remote, false, Method::Post),
            ] {
                let guard = Guard { token: own.clone(), ..Guard::default() };
                let request = Request {
                    peer,
                    mark: mark.then(|| "1".into()),
                    authorization: shown.then(|| format!("Bearer {token}")),
                    ..asked(method, "localhost")
                };
                let expected = match (&own, shown, method) {
                    (Some(_), true, _) => 200,
                    (Some(_), false, _) => 401,
                    (None, _, Method::Post) if peer == Peer::Remote || !mark => 403,
                    (None, _, _) => 200,
                };
                let found = status(&guard, &request, Shows::Job);
                assert_eq!(found, expected, "{own:?} {shown} {request:?}");
                assert_eq!(status(&guard, &request, Shows::Health), 200);
                assert_eq!(status(&guard, &request, Shows::Nothing), 200);
            }
        }
    }
}
