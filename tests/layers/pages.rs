//! The pages of `explain`: those of `docs/errors`, in one file of the library.

use super::root;
use std::path::PathBuf;

/// The pages as the library has them.
const COPY: &str = "runtime/src/job/cli/pages.txt";

/// All pages about codes, in order, one behind the other.
fn pages() -> String {
    let files = std::fs::read_dir(root().join("docs/errors")).unwrap();
    let mut files: Vec<PathBuf> = files.map(|file| file.unwrap().path()).collect();
    files.retain(|path| path.file_name().unwrap().to_str().unwrap().starts_with('M'));
    files.sort();
    assert!(files.len() > 200, "{files:?}");
    files.iter().map(|path| std::fs::read_to_string(path).unwrap()).collect()
}

/// With `MILLSTREAM_PAGES=overwrite` they are.
#[test]
fn the_pages_of_explain_are_those_of_the_docs() {
    let copy = root().join(COPY);
    if std::env::var_os("MILLSTREAM_PAGES").is_some_and(|value| value == "overwrite") {
        std::fs::write(&copy, pages()).unwrap();
    }
    let is_current = std::fs::read_to_string(&copy).unwrap() == pages();
    let how = "MILLSTREAM_PAGES=overwrite cargo test -p millstream-tests --test layers explain";
    assert!(is_current, "docs/errors has changed since {COPY} was written: {how}");
}
