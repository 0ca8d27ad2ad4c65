//! Joins: sides in parentheses before a word that joins them.

use super::{assert_calls, calls, paths, sentences, text};

/// The codes of the mistakes in the lines after two sources.
fn said(lines: &str) -> Vec<String> {
    let said = sentences(&format!("a = source(x), b = source(y), {lines}"));
    said.iter().map(|said| said.split(['[', ']']).nth(1).unwrap_or_default().to_owned()).collect()
}

#[test]
fn the_sides_and_the_bound_are_given_to_the_word() {
    assert_calls(
        "a = source(x), j = (a >> by(f), source(y) >> by(g)) >> join(within(c, d)), \
         j >> o >> ignore, [j.late, j.unmatched] >> ignore",
        r#"let a = __job.source(x).named("a");
           let j = ::millstream::builder::join((a.by(f), __job.source(y).by(g)), within(c, d))
               .named("j")
               .outputs();
           j.stream.then(o {}).ignore();
           j.late.ignore();
           j.unmatched.ignore();"#,
    );
}

#[test]
fn a_join_is_a_path_and_each_side_is_asked_for_event_time_and_clones() {
    let paths = text(&paths("(a >> by(f), k) >> full_join(tumbling(d)) >> ignore"));
    let contract = "::millstream::checks";
    let side = |stream: &str| {
        format!("{contract}::HasEventTime::timed({contract}::Clone::copied({stream}))")
    };
    let head = |name: &str| format!("{contract}::Stream::of({name})");
    let closure = format!("{contract}::KeyClosure::by({},f)", head("a"));
    let by = format!("{contract}::Key::by({contract}::CloneAndSend::of({closure})).stream()");
    let (first, second) = (side(&by), side(&head("k")));
    let expected = format!(
        "{contract}::JoinBound::spec({contract}::SameKey::and({contract}::JoinStart::full_join(\
         {first}),{second}),tumbling(d)).default_instances().stream().ignore();"
    );
    // Of a variable it is not known how many instances it asks for, but `by` asks for the job's.
    let expected = expected.replace(".default_instances()", "");
    assert!(paths.contains(&expected), "{expected}\n{paths}");
}

#[test]
fn a_name_among_the_sides_is_a_use_of_it() {
    assert_calls(
        "a = source(x), c = (a >> by(f), a >> o >> by(g)) >> full_join(t), [c, c.late] >> ignore",
        r#"let a = __job.source(x).named("a").fan_out();
           let c = ::millstream::builder::full_join((a.tap().by(f), a.tap().then(o {}).by(g)), t)
               .named("c")
               .outputs();
           c.stream.ignore();
           c.late.ignore();"#,
    );
    assert_calls(
        "a = source(x), k = a >> by(f), j = (k, b >> by(g)) >> left_join(latest(c)), \
         [j, j.late] >> ignore",
        r#"let a = __job.source(x).named("a");
           let k = a.by(f);
           let j = ::millstream::builder::left_join((k, b.by(g)), latest(c)).named("j").outputs();
           j.stream.ignore();
           j.late.ignore();"#,
    );
}

#[test]
fn the_instances_of_a_join_are_said_of_what_is_being_joined() {
    let join = |job: &str, sides: &str, times: &str| {
        let lines = format!("{job} j = ({sides}) >> full_join(t){times}, [j, j.late] >> ignore");
        let calls = calls(&lines);
        let (_, rest) = calls.split_once("full_join(").unwrap();
        rest.split_once(",t)").unwrap().1.split_once(".named").unwrap().0.to_owned()
    };
    let (job, sides) = ("job(\"j\").instances(3),", "a >> by(f), b >> by(g)");
    for (job, sides, times, expected) in [
        ("", sides, "", ""),
        (job, sides, "", ""),
        ("", sides, " * 1", ".instances(1)"),
        ("", sides, " * n", ".instances(n)"),
        (job, sides, " * auto", ".instances(::millstream::topology::Instances::auto())"),
        ("", "k, l", "", ".default_instances()"),
        // A side with a number of its own is accepted.
        ("", "a >> by(f) >> instances(2), b >> by(g)", "", ""),
    ] {
        assert_eq!(join(job, sides, times), expected, "{job} ({sides}){times}");
    }
}

#[test]
fn what_follows_a_join_has_the_number_of_the_job() {
    let input = "(a >> by(f), b >> by(g)) >> full_join(t) * 2 >> o >> p * 2 >> q >> ignore";
    assert!(
        calls(input).contains(
            "full_join((a.by(f),b.by(g)),t).instances(2).default_instances().then(o{})\
             .instances(2).then(p{}).default_instances().then(q{})"
        ),
        "{}",
        calls(input)
    );
}

#[test]
fn joins_may_stand_wherever_a_stream_may() {
    for lines in [
        "c = (a >> by(f), b >> by(g)) >> join(t), d = (c >> by(h), (x) >> by(i)) >> join(t), \
         [d, c.late, c.unmatched, d.late, d.unmatched] >> ignore",
        "c = (a >> by(f), b >> by(g), (x >> o) >> by(h), y.late >> by(i)) >> full_join(t), \
         [c, c.late] >> ignore",
        "c = (k, a >> through(f), o(1), (rx)) >> full_join(t), [b, c, c.late] >> ignore",
        "c = (a >> map(f).by(g), b >> by(g) >> buffer(2)) >> full_join(t), [c, c.late] >> ignore",
        "c = (a >> by(f), b >> overflow(block) >> by(g)) >> full_join(t) >> in_order(h), \
         [c, c.late] >> ignore",
    ] {
        assert_eq!(said(lines), [""; 0], "{lines}");
    }
}

#[test]
fn every_side_needs_a_key() {
    for (sides, expected) in [
        ("a, b >> by(f)", vec!["M0152"]),
        ("a, b", vec!["M0152", "M0152"]),
        ("a >> by(f) >> o, b >> by(g)", vec!["M0152"]),
        ("a >> per_instance, b >> by(g)", vec!["M0152"]),
        ("(a >> o), b >> by(g)", vec!["M0152"]),
        ("[a, b], source(z) >> by(g)", vec!["M0152"]),
        ("a.errors, b >> by(g)", vec!["M0152"]),
        ("a >> by(f) >> window(d), b >> by(g)", vec!["M0148"]),
        ("a >> by, b >> by(g)", vec!["M0114"]),
        ("a >>, b >> by(g)", vec!["M0101"]),
    ] {
        let rest = if sides.contains(".errors") { "a >> ignore" } else { "[c, d] >> ignore" };
        let lines = format!("({sides}) >> full_join(t) >> ignore, {rest}");
        let said: Vec<String> = said(&lines).into_iter().filter(|code| code != "M0402").collect();
        let used: Vec<&String> = said.iter().filter(|code| *code != "M0107").collect();
        assert_eq!(used, expected, "{lines}");
    }
    assert_eq!(
        said("k = a >> by(f) >> o, c = (k, b >> by(g)) >> full_join(t), [c, c.late] >> ignore"),
        ["M0152"]
    );
    assert_eq!(
        said("k = a >> by(f), c = (k, k) >> full_join(t), [c, c.late, b] >> ignore"),
        ["M0117"]
    );
}

#[test]
fn what_is_joined_has_two_sides_to_four() {
    let join = |sides: &str, word: &str| {
        said(&format!("c = {sides} >> {word}(t), [c, c.late, c.unmatched, a, b] >> ignore"))
    };
    let (two, more) = ("x >> by(f), y >> by(g)", ", z >> by(h)");
    for word in ["join", "left_join", "right_join"] {
        assert_eq!(join("()", word), ["M0153"], "{word}");
        assert_eq!(join("(x >> by(f))", word), ["M0153"], "{word}");
        assert_eq!(join("(x >> by(f),)", word), ["M0153"], "{word}");
        assert_eq!(join("(k)", word), ["M0153"], "{word}");
        assert_eq!(join(&format!("({two})"), word), [""; 0], "{word}");
        let right = word == "right_join";
        let expected: &[&str] = if right { &["M0155"] } else { &[] };
        assert_eq!(join(&format!("({two}{more})"), word), expected, "{word}");
        assert_eq!(join(&format!("({two}{more}{more})"), word), expected, "{word}");
        let expected = if right { "M0155" } else { "M0154" };
        assert_eq!(join(&format!("({two}{more}{more}{more})"), word), [expected], "{word}");
    }
}

#[test]
fn a_join_says_for_how_long_it_keeps_state() {
    for word in ["join", "left_join", "right_join", "full_join"] {
        for given in ["", "()"] {
            let lines = format!(
                "c = (a >> by(f), b >> by(g)) >> {word}{given}, [c, c.late, c.unmatched] >> ignore"
            );
            assert_eq!(said(&lines), ["M0156"], "{lines}");
        }
    }
}

#[test]
fn a_bound_goes_with_what_it_can_bound() {
    let (two, three) = ("a >> by(f), b >> by(g)", "a >> by(f), b >> by(g), x >> by(h)");
    for (sides, join, expected) in [
        (two, "full_join(within(x, y))", vec![]),
        (three, "join(within(x, y))", vec!["M0159"]),
        (three, "full_join(within(x, y))", vec!["M0159"]),
        (three, "right_join(within(x, y))", vec!["M0155"]),
        (three, "join(within)", vec![]),
        (three, "join(latest(x))", vec![]),
        (three, "left_join(latest(x))", vec![]),
        (two, "right_join(latest(x))", vec!["M0160"]),
        (three, "full_join(latest(x))", vec!["M0160"]),
        (two, "full_join(latest)", vec![]),
    ] {
        let lines = format!("c = ({sides}) >> {join}, [c, c.late, c.unmatched] >> ignore");
        assert_eq!(said(&lines), expected, "{lines}");
    }
}

#[test]
fn a_join_stands_behind_its_sides() {
    for (lines, expected) in [
        ("a >> join(t) >> ignore, b >> ignore", vec!["M0157"]),
        ("a >> join >> ignore, b >> ignore", vec!["M0157"]),
        ("a >> by(f) >> left_join(t) >> ignore, b >> ignore", vec!["M0157"]),
        ("(a, b) >> o >> join(t) >> ignore", vec!["M0130", "M0157"]),
        ("rx >> full_join(t) >> ignore, [a, b] >> ignore", vec!["M0157"]),
        ("a >> self::join(t) >> ignore, b >> ignore", vec![]),
        ("(a, b) >> self::join(t) >> ignore", vec!["M0130"]),
        ("(a >> by(f), b >> by(g)) >> left_jion(t) >> ignore", vec!["M0115"]),
    ] {
        assert_eq!(said(lines), expected, "{lines}");
    }
}

#[test]
fn sides_in_brackets_are_reported_and_joined() {
    let lines = "c = [a >> by(f), b >> by(g)] >> join(t), [c, c.late, c.unmatched] >> ignore";
    assert_eq!(said(lines), ["M0158"]);
    assert!(calls(lines).contains("join((a.by(f),b.by(g)),t)"), "{}", calls(lines));
}

#[test]
fn events_without_a_partner_go_somewhere() {
    for (word, unmatched) in [
        ("join(within(x, y))", true),
        ("join(latest(x))", true),
        ("left_join(within(x, y))", true),
        ("left_join(latest(x))", false),
        ("left_join(spec)", true),
        ("right_join(tumbling(x))", true),
        ("full_join(tumbling(x))", false),
    ] {
        let join = format!("(a >> by(f), b >> by(g)) >> {word}");
        let told = if unmatched { vec!["M0401", "M0409"] } else { vec!["M0401"] };
        assert_eq!(said(&format!("c = {join}, c >> ignore")), told, "{word}");
        let told = if unmatched { vec!["M0409"] } else { vec![] };
        assert_eq!(said(&format!("c = {join}, [c, c.late] >> ignore")), told, "{word}");
        let outputs = "[c, c.late, c.unmatched] >> ignore";
        assert_eq!(said(&format!("c = {join}, {outputs}")), [""; 0], "{word}");
        let told = if unmatched { "M0410" } else { "M0402" };
        assert_eq!(said(&format!("{join} >> ignore")), [told], "{word}");
        assert_eq!(said(&format!("c = {join} >> o, c >> ignore")), [told], "{word}");
        assert_eq!(said(&format!("[{join}, x] >> ignore")), [told], "{word}");
    }
}

#[test]
fn what_is_lost_before_a_join_is_reported_too() {
    let join = "c = (a >> by(f) >> overflow(drop_newest), b >> by(g)) >> full_join(t),";
    assert_eq!(said(&format!("{join} [c, c.late] >> ignore")), ["M0405"]);
    assert_eq!(said(&format!("{join} [c, c.late, c.overflow] >> ignore")), [""; 0]);
    let join = "c = (a >> in_order(f) >> by(f), b >> by(g)) >> full_join(t),";
    assert_eq!(said(&format!("{join} [c, c.late] >> ignore")), ["M0402"]);
}

#[test]
fn the_bound_of_a_join_is_set_before_its_stream_is_made() {
    let join = "(a >> by(f), b >> by(f)) >> join(within(c, d))";
    let shown = |rest: &str| {
        text(&paths(&format!("a = source(x), b = source(y), j = {join}{rest} * 2, j >> ignore")))
    };
    assert!(shown(".at_most(5).shed()").contains(".at_most(5).shed().stream().named"));
    let weakened = shown(".at_most(5).weaken(\"r\").shed().mine()");
    assert!(weakened.contains(".at_most(5).weaken(\"r\").shed().stream().mine().named"));
}

#[test]
fn bounds_of_joins_are_checked() {
    let join = "(a >> by(f), b >> by(f)) >> join(within(c, d))";
    let all = "[j, j.late, j.unmatched] >> ignore";
    assert_eq!(said(&format!("j = {join}.at_most(5), {all}")), [""; 0]);
    assert_eq!(said(&format!("j = {join}.at_most(0), {all}")), ["M0176"]);
    assert_eq!(said(&format!("j = {join}.at_mots(5), {all}")), ["M0185"]);
    assert_eq!(said(&format!("j = {join}.at_most(5).shed(), {all}")), ["M0405"]);
    assert_eq!(
        said(&format!("j = {join}.at_most(5).shed(), {all}, j.overflow >> ignore")),
        [""; 0]
    );
    assert_eq!(said(&format!("j = {join}.at_most(5).shde(), {all}")), ["M0185"]);
    assert_eq!(said(&format!("j = {join}.shed(), {all}, j.overflow >> ignore")), ["M0188"]);
    let zero = |spec: &str| said(&format!("j = (a >> by(f), b >> by(f)) >> join({spec}), {all}"));
    assert_eq!(zero("tumbling(0.secs())"), ["M0174"]);
    assert_eq!(zero("latest(0.secs())"), ["M0176"]);
    assert_eq!(zero("within(0.secs(), 0.secs())"), [""; 0]);
}
