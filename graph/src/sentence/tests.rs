//! Every sentence has a form, a code and a place of its own.

use super::outcome::SharedUse;
use super::{
    Sentence, arguments, attribute, calls, feedback, foreign_syntax, join, key, methods, operator,
    outcome, outputs, rates, shape,
};
use crate::words;
use std::collections::BTreeSet;

fn of_numbers() -> Vec<Sentence> {
    vec![
        shape::too_many_instances(1_000_000),
        shape::too_few_key_groups(400, 256),
        shape::impossible_key_groups(),
        shape::empty_windows("counted 0"),
        shape::invalid_zero("`top(0)`"),
        shape::empty_sample(),
        shape::too_many_channels(16_777_216, "`a >> b` has 16777216"),
        shape::lateness_by_clock("tumbling 1m, late for 1s, by clock"),
    ]
}

fn of_arguments() -> Vec<Sentence> {
    let (by, window) = (words::find("by").unwrap(), words::find("window").unwrap());
    let tumbling = words::function("tumbling").unwrap();
    vec![
        arguments::other_number(("within", 2), 1, "within(before, after)", "within(a, b)"),
        arguments::in_brackets("trailing", "trailing([1.days(), 7.days()])"),
        arguments::other_kind(("by", &by.arguments[0]), "\"key\"", "|event| event.key"),
        arguments::no_such_time("1.min()", "1.mins()"),
        arguments::unknown_function(words::Kind::Window, "tumbeling", tumbling),
        arguments::function_of_other_kind(
            ("window", &window.arguments[0]),
            words::function("sum").unwrap(),
        ),
        arguments::closure_comes_first("aggregate(|event| event.amount, sum())"),
        arguments::foreign_word("key_by", words::foreign("key_by").unwrap()),
        arguments::function_as_step(tumbling),
        foreign_syntax::control_flow("for"),
        foreign_syntax::keyword_as_name("type"),
        foreign_syntax::missing_star("2"),
        foreign_syntax::quoted_name("\"avg\"", "avg"),
        foreign_syntax::method_of_stream(("trades", "join", "quotes"), Some("join")),
        foreign_syntax::hides("stream", "alerts", "sink"),
        foreign_syntax::operator_hides("count"),
    ]
}

fn of_lines() -> Vec<Sentence> {
    vec![
        shape::job_is_not_first(),
        shape::key_is_no_node("keyed"),
        shape::ignored_has_no_name("late"),
        shape::nothing_to_merge(),
        shape::no_capacity(),
        shape::unknown_delivery("exactly_onec", "exactly_once"),
        shape::unknown_option("instancs", "instances"),
        shape::unknown_output("latte", "late"),
        shape::other_instances(3, 2),
    ]
}

/// One of each sentence.
fn all() -> Vec<Sentence> {
    let word = words::find("sink").unwrap();
    let mut all = vec![
        shape::dangling_arrow(),
        shape::no_beginning(),
        shape::missing_comma("avg"),
        shape::duplicate_name("avg"),
        shape::used_before_definition("avg"),
        shape::unknown_name("agv", "avg"),
        shape::goes_nowhere("avg"),
        shape::has_no_end(),
        shape::no_instances(),
        shape::misplaced_instances(),
        shape::dangling_star(),
        shape::no_source(),
        shape::after_the_end("sink"),
        shape::missing_arguments("by", "by(|event| …)"),
        shape::misspelt_word("snik", word),
        outcome::fork_leads_elsewhere("payments"),
        outcome::late_goes_nowhere("near"),
        outcome::late_cannot_be_reached("window"),
        outcome::errors_go_nowhere("parse", "ParseIntError"),
        outcome::only_errors_fail("near_late"),
        outcome::overflow_goes_nowhere("slow"),
        outcome::overflow_cannot_be_reached(),
        outcome::nothing_overflows("slow"),
        outcome::output_goes_nowhere(Some("parsed"), "garbage"),
        outcome::source_cannot_replay("exactly_once", "tcp"),
        outcome::sink_repeats("exactly_once", "file"),
        outcome::over_budget("3 MiB", "1 MiB", "`a >> b` with 2 MiB"),
        outcome::file_used_twice(
            &("a".into(), "in.csv".into()),
            &("b".into(), "./in.csv".into()),
            SharedUse::Read,
        ),
        attribute::without_key(),
        attribute::name_without_value(),
        attribute::empty_name(),
        attribute::name_is_no_string(),
        attribute::crate_is_no_path(),
        attribute::not_one_topology(),
        attribute::given_twice("name"),
        attribute::unknown("naem", Some("name")),
    ];
    all.extend(of_numbers());
    all.extend(of_arguments());
    all.extend(of_lines());
    all.extend(of_rates());
    all.extend(of_operators());
    all.extend(of_calls());
    all.extend(of_outputs());
    all.extend(of_loops());
    all.extend(of_habits());
    all.extend(of_joins());
    all.extend(of_guarantees());
    all
}

fn of_rates() -> Vec<Sentence> {
    vec![
        rates::rate_without_unit("1_000"),
        rates::no_rate("0 per s"),
        rates::too_fast("4000000000 per s"),
        rates::too_slow("1 per 48 h"),
        rates::batches_without_end("100"),
        rates::sheds_twice("limited"),
        rates::unknown_setting("throttle", "brust", "burst"),
    ]
}

fn of_calls() -> Vec<Sentence> {
    vec![
        calls::never_awaits("twice", "in_flight"),
        calls::number_in_flight(),
        calls::unknown_order(Some("per_key")),
        calls::no_duration("timeout"),
        calls::no_time("timeout"),
        calls::how_to_retry(),
        calls::nothing_to_retry(),
        calls::condition_without_retry(),
        calls::condition_is_no_function(),
        calls::deadline_before_timeout(),
        calls::makes_no_calls("twice"),
        calls::number_of_calls(),
        calls::no_number_of_calls(),
    ]
}

fn of_guarantees() -> Vec<Sentence> {
    vec![
        outcome::store_not_kept("at_least_once", "trips"),
        outcome::sink_by_chance(
            "exactly_once",
            "table",
            ("hits", "windows by the clock"),
            "go by event time in `hits`",
        ),
        shape::nothing_weakened(),
        shape::no_reason(),
        attribute::ttl_without_state(),
        attribute::ttl_is_no_duration(),
        attribute::no_ttl(),
    ]
}

fn of_outputs() -> Vec<Sentence> {
    vec![
        outputs::not_an_enum("struct"),
        outputs::no_variants("Parsed"),
        outputs::generic("Parsed"),
        outputs::unit_variant("Nothing"),
        outputs::several_fields("Refund"),
        outputs::named_fields("Refund"),
        outputs::taken_output("Late", "late"),
        outputs::keyword("Type", "type"),
        outputs::same_output("HTTPError", "HttpError", "http_error"),
        outputs::whole_and_split("parsed", "order"),
        outputs::output_used_twice("parsed", "order"),
    ]
}

fn of_loops() -> Vec<Sentence> {
    vec![
        feedback::cycle(&["a", "b"]),
        feedback::waits("block"),
        feedback::no_capacity(),
        feedback::nothing_comes("again"),
        feedback::fed_twice("again"),
        feedback::is_no_feedback("tx"),
        feedback::unknown("agian", Some("again")),
        feedback::without_type("again"),
        feedback::two_arguments(),
        feedback::without_name(),
        feedback::end_has_no_name("fed"),
    ]
}

fn of_joins() -> Vec<Sentence> {
    vec![
        join::side_without_key(),
        join::too_few_sides("join"),
        join::too_many_sides(),
        join::right_of_two(),
        join::without_bound("join"),
        join::without_sides("join"),
        join::sides_in_brackets("join"),
        join::within_of_two(),
        join::latest_looks_up("full_join"),
        join::sheds_without_bound("join"),
        outcome::unmatched_goes_nowhere("paid"),
        outcome::unmatched_cannot_be_reached("join"),
    ]
}

fn of_habits() -> Vec<Sentence> {
    vec![
        key::union(),
        key::borrows("Card"),
        foreign_syntax::other_arrow("->"),
        foreign_syntax::missing_arrow("twice"),
        foreign_syntax::declared(Some("numbers")),
        foreign_syntax::other_equals(":", "numbers"),
        foreign_syntax::merged_otherwise("in parentheses"),
        foreign_syntax::called_with_stream("twice", "numbers", false),
        foreign_syntax::source_in_the_middle(),
        arguments::awaits("map"),
        arguments::two_promises(),
        arguments::takes_nothing("shuffle"),
        arguments::no_number_of_instances(),
        arguments::unknown_policy("drop_oldset", "drop_oldest"),
        arguments::job_without_name(),
        arguments::window_without_operator(),
        arguments::aggregate_without_window(),
        arguments::aggregate_of_two(),
        arguments::takes_no_key("`sink`", "by(|event| …)"),
    ]
}

fn of_operators() -> Vec<Sentence> {
    vec![
        operator::not_async("f"),
        operator::is_unsafe(),
        operator::foreign_abi(),
        operator::no_event("f"),
        operator::event_is_shared(),
        operator::event_by_reference("remove the `&`"),
        operator::event_of_some_type(),
        operator::conditional_parameter(),
        operator::shared_takes_nothing(),
        operator::output_without_type(),
        operator::borrowed_parameter(),
        operator::shared_mutably(),
        operator::shared_by_value(),
        operator::context_by_mut(),
        operator::output_by_mut(),
        operator::argument_without_name(),
        operator::borrows("result"),
        operator::unnamed_type("state"),
        operator::two_states(),
        operator::two_contexts(),
        operator::two_outputs(),
        operator::output_and_result(),
        operator::no_result(),
        operator::iterator_without_item(),
        operator::stream_as_result(),
        operator::unnamed_result(),
        operator::future_as_result(None),
        operator::undetermined_parameter("T"),
        operator::method(),
        methods::of_a_trait(),
        methods::no_process(None),
        methods::self_by_reference(),
        methods::value_is_field("process"),
        methods::timer_first(),
        methods::not_called("open", None),
        methods::two_types("state", "u64"),
        methods::timer_without_on_timer("timer_at"),
        operator::not_a_function(),
    ]
}

#[test]
fn every_sentence_says_what_is_wrong_and_what_to_write() {
    for Sentence { code, wrong, help } in all() {
        assert!(code.len() == 5 && code.starts_with("M0"), "{code}");
        for part in [&wrong, &help] {
            assert!(!part.is_empty() && !part.contains('\n'), "{code}: {part}");
            assert!(!part.ends_with('.') && !part.contains("please"), "{code}: {part}");
        }
    }
}

#[test]
fn every_sentence_has_a_code_of_its_own() {
    let all = all();
    let codes: BTreeSet<&str> = all.iter().map(|sentence| sentence.code).collect();
    assert_eq!(codes.len(), all.len());
    let sources = [
        include_str!("shape.rs"),
        include_str!("outcome.rs"),
        include_str!("operator.rs"),
        include_str!("methods.rs"),
        include_str!("attribute.rs"),
        include_str!("calls.rs"),
        include_str!("outputs.rs"),
        include_str!("feedback.rs"),
        include_str!("foreign_syntax.rs"),
        include_str!("arguments.rs"),
        include_str!("join.rs"),
        include_str!("key.rs"),
        include_str!("rates.rs"),
    ];
    let functions: usize = sources.iter().map(|source| source.matches("\npub fn ").count()).sum();
    assert_eq!(functions, all.len(), "a sentence is missing in this file");
}

#[test]
fn the_compiler_shows_code_help_and_page() {
    let sentence = shape::misspelt_word("snik", words::find("sink").unwrap());
    assert_eq!(
        sentence.to_string(),
        "there is no word `snik` [M0115]\n\
         help: did you mean `sink(…)`? An operator of this name is written `self::snik`\n\
         see: https://github.com/millstream-rs/millstream/blob/main/docs/errors/M0115.md"
    );
}
