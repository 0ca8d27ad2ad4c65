//! Messages that are longer than they should be, or name what no user has written, and why.
//!
//! A program leaves the list when its message is right: the test says so.
//!
//! # What the compiler adds by itself
//!
//! - `help: the trait `checks::Sink<Score, _>` is not implemented for …`: unless the type is a
//!   parameter, the compiler adds this line to every message of a trait. So the checks bear names
//!   that users know, in `runtime/src/builder/checks/mod.rs`. The parameter `_` keeps what follows
//!   from the first mistake silent.
//! - `closure `{closure@file:line}``: a closure has no other name.
//! - `required by a bound introduced by this call`: the word, if what it refuses is an argument.
//! - The place where a type of the user's own is defined, if the trait is missing for it: three lines
//!   more.
//! - `note: required by a bound in …`, with lines of the library: for a method that is called as one.
//!   The macro calls checks by their paths instead; the methods of the builder by hand, and those
//!   that follow a word, such as `.shed()`, are left as they are.
//! - A value that is moved twice, a closure that borrows, a key that is a part of its event
//!   (`|r| r.name.as_str()`), two traits with one method: found when all types are right, and said in
//!   the words of any Rust program.

/// A reason, the folder, and the programs it holds for.
type Reason = (&'static str, &'static str, &'static [&'static str]);

/// What the compiler says by itself, at the right place, as it says it about any Rust.
const OF_THE_COMPILER: &[Reason] = &[
    (
        "it offers an edit of the user's own lines, which takes four lines of print",
        "operator/fail",
        &[
            "await_without_future",
            "event_moved_twice",
            "unknown_event_type",
            "unknown_result_type",
            "window_without_types",
        ],
    ),
    (
        "a bound of `new` is not met, and it shows the function",
        "operator/fail",
        &["shared_of_another_type"],
    ),
    (
        "it shows what is kept, since where, and the await",
        "operator/fail",
        &["future_is_not_send", "lock_held_across_await"],
    ),
    (
        "it offers the name that was meant, or `move`",
        "topology/fail",
        &[
            "closure_borrows_local",
            "misspelt_operator",
            "misspelt_sink_function",
            "misspelt_source_function",
        ],
    ),
    ("a function has other parameters, and it shows where they are written", "topology/fail", &[]),
    (
        "a lint of the user's own choice: it shows where that is chosen, and offers an edit",
        "topology/fail",
        &["job_that_is_dropped", "topology_that_is_never_run"],
    ),
    ("it shows the variant whose output goes nowhere", "topology/fail", &["output_goes_nowhere"]),
    (
        "a bound of a method is not met, and it shows where the bound is written",
        "topology/fail",
        &["events_of_unknown_type", "join_that_sheds_in_a_durable_job", "shed_in_a_durable_job"],
    ),
];

/// What should be said otherwise and is not yet.
const NOT_YET: &[Reason] = &[(
    "the compiler adds the name of the trait, which only the macro names",
    "operator/fail",
    &[
        "letters_without_clone",
        "retry_without_clone",
        "routed_panics_without_clone",
        "timeout_without_error",
    ],
)];

/// The folder, the program, and the reason, of all of them.
pub fn all() -> impl Iterator<Item = (&'static str, &'static str, &'static str)> {
    let reasons = OF_THE_COMPILER.iter().chain(NOT_YET);
    reasons.flat_map(|(reason, name, programs)| {
        programs.iter().map(move |program| (*name, *program, *reason))
    })
}
