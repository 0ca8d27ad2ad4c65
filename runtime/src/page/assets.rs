//! The page itself: one file, compressed ahead of time.
//!
//! After a change of `page.html`, `runtime/src/page/pack.sh` writes the other two files. A test
//! compares the compressed one with it, and `.ci/run` the policy.

use super::answer::{Answer, Content};
use super::request::Request;
use flate2::read::GzDecoder;
use std::borrow::Cow;
use std::io::Read;

/// `page.html`, compressed.
const PAGE: &[u8] = include_bytes!("page.html.gz");

/// The page.
pub(super) fn page(request: &Request) -> Answer {
    let html = Answer::new(200, "text/html; charset=utf-8", String::new());
    if request.accepts_gzip() {
        return Answer { content: Content::Whole(Cow::Borrowed(PAGE)), is_gzip: true, ..html };
    }
    Answer { content: Content::Whole(Cow::Owned(unpacked())), ..html }
}

fn unpacked() -> Vec<u8> {
    let mut html = Vec::new();
    // What is compiled in is whole: see the tests.
    GzDecoder::new(PAGE).read_to_end(&mut html).unwrap_or_default();
    html
}

#[cfg(test)]
mod tests {
    use super::{PAGE, unpacked};
    use crate::page::answer::CONTENT_SECURITY_POLICY;

    const HTML: &str = include_str!("page.html");
    const REPACK: &str = "page.html has changed: run runtime/src/page/pack.sh";

    #[test]
    fn the_compressed_page_is_the_page() {
        assert!(unpacked() == HTML.as_bytes(), "{REPACK}");
    }

    #[test]
    fn the_page_is_small_and_asks_nobody_else() {
        assert!(HTML.len() <= 60 * 1024, "{} bytes", HTML.len());
        assert!(PAGE.len() <= 20 * 1024, "{} bytes compressed", PAGE.len());
        let policy = CONTENT_SECURITY_POLICY.trim_end();
        assert!(policy.starts_with("default-src 'none'; script-src 'sha256-"), "{policy}");
        assert!(!policy.contains("unsafe") && !policy.contains("http"), "{policy}");
    }
}
