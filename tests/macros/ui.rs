//! Programs that compile, and programs that do not, with what the compiler says about them.

/// One run for all, so that they share one build.
#[test]
fn every_mistake_is_told_as_written_down() {
    let cases = trybuild::TestCases::new();
    for macro_name in ["operator", "topology"] {
        cases.pass(format!("macros/ui/{macro_name}/pass/*.rs"));
        cases.compile_fail(format!("macros/ui/{macro_name}/fail/*.rs"));
    }
}
