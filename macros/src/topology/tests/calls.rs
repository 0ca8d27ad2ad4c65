//! The calls that a list expands to.

use super::super::expand;
use super::methods::methods;
use super::{assert_calls, calls, paths, sentences, text, tokens};
use proc_macro2::{Delimiter, TokenStream};

#[test]
fn the_fraud_job_is_what_one_would_write_by_hand() {
    let input = r#"
        job("fraud", exactly_once),
        tx     = source(transactions) >> event_time(|t| t.at, lateness(2.secs())),
        avg    = tx >> by(|t| t.card) >> average_ticket * 2,
        near   = tx >> by(|t| t.card) >> window(sliding(30.mins(), 5.mins())) >> proximity * 2,
        count  = tx >> by(|t| t.card) >> window(tumbling(1.mins())) >> transaction_count * 2,
        scores = [avg, near, count] >> by(|s| s.tx) >> merge_scores * 2,
        scores >> suspicious >> sink(alerts),
        [near.late, count.late] >> ignore,
    "#;
    let expected = r#"
        let __job = ::millstream::builder::Builder::new("fraud").delivery(exactly_once);
        let tx = __job.source(transactions)
            .event_time(|t| t.at, lateness(2.secs()))
            .named("tx")
            .fan_out();
        let avg = tx.tap().by(|t| t.card).instances(2).then(average_ticket {}).named("avg");
        let near = tx.tap()
            .by(|t| t.card)
            .window(sliding(30.mins(), 5.mins()))
            .instances(2)
            .then(proximity {})
            .named("near")
            .outputs();
        let count = tx.tap()
            .by(|t| t.card)
            .window(tumbling(1.mins()))
            .instances(2)
            .then(transaction_count {})
            .named("count")
            .outputs();
        let scores = ::millstream::builder::merge((avg, near.stream, count.stream))
            .by(|s| s.tx)
            .instances(2)
            .then(merge_scores {})
            .named("scores");
        scores.default_instances().then(suspicious {}).sink(alerts);
        near.late.ignore();
        count.late.ignore();
        __job.build()
    "#;
    assert_eq!(calls(input), text(&tokens(expected)));
    assert_eq!(sentences(input), [""; 0]);
}

#[test]
fn a_job_takes_its_methods_and_the_topology_is_a_block() {
    let input = r#"job("a", at_most_once,).instances(4), source(x) >> sink(y)"#;
    let expected = r#"
        {
            #[allow(unexpected_cfgs)]
            let __topology = {
                #[cfg(any(rust_analyzer, not(rust_analyzer)))]
                let __declared = {
                    #[allow(unused_imports)]
                    use ::millstream::builder::scope::*;
                    let __job = ::millstream::builder::Builder::new("a")
                        .delivery(at_most_once)
                        .instances(4);
                    __job.source(x).sink(y);
                    __job.build()
                };
                __declared
            };
            __topology
        }
    "#;
    let written = text(&methods(expand(tokens(input)))).replace(".stream()", "");
    let written = written.replace(".as_call()", "");
    assert_eq!(written, text(&tokens(expected)));
}

#[test]
fn a_stream_used_once_is_moved_and_one_used_more_often_fans_out() {
    assert_calls(
        "a = source(x), a >> sink(y)",
        r#"let a = __job.source(x).named("a"); a.sink(y);"#,
    );
    assert_calls(
        "a = source(x), [a, a] >> sink(y)",
        r#"let a = __job.source(x).named("a").fan_out();
           ::millstream::builder::merge((a.tap(), a.tap())).sink(y);"#,
    );
}

#[test]
fn other_outputs_are_fields_and_methods_are_not() {
    assert_calls(
        "a = source(x), a >> sink(y), a.map(f) >> sink(z), a.errors >> ignore",
        r#"let a = __job.source(x).named("a").fan_out_with_outputs();
           a.stream.tap().sink(y);
           a.stream.tap().map(f).sink(z);
           a.errors.ignore();"#,
    );
}

#[test]
fn the_closure_of_punctuated_knows_its_events() {
    assert_calls(
        "a = source(x), a >> event_time(|e| e.at, punctuated(move |e| e.mark).never_idle()) \
         >> sink(y)",
        r#"let a = __job.source(x).named("a");
           match ::millstream::builder::EventsOf::stream(a) {
               (__stream, __of) => __stream.event_time(
                   |e| e.at,
                   punctuated(__of.punctuation(move |e| e.mark)).never_idle()
               )
           }.sink(y);"#,
    );
    assert_calls(
        "a = source(x), a >> event_time(time, punctuated(mark)) >> sink(y)",
        r#"let a = __job.source(x).named("a"); a.event_time(time, punctuated(mark)).sink(y);"#,
    );
}

#[test]
fn a_closure_may_use_the_same_word() {
    assert_calls(
        "a = source(x), a >> map(|a| a.late + a) >> sink(y)",
        r#"let a = __job.source(x).named("a"); a.map(|a| a.late + a).sink(y);"#,
    );
}

#[test]
fn operators_are_paths_with_or_without_arguments() {
    assert_calls(
        "source(x) >> ops::a >> self::by >> b(1, c) >> d::<E<F>> >> g::<E>(1).h() >> i {} \
         >> sink(y)",
        "__job.source(x)
            .then(ops::a {})
            .then(self::by {})
            .then(b::new(1, c))
            .then(d {})
            .then(g::<E>::new(1).h())
            .then(i {})
            .sink(y);",
    );
}

#[test]
fn words_are_methods_and_some_may_stand_alone() {
    assert_calls(
        "source(x) >> shuffle >> map::<T>(f) * 2 >> to_one() >> through(part) >> ignore",
        "__job.source(x).shuffle().instances(2).map::<T>(f).to_one().through(part).ignore();",
    );
}

#[test]
fn a_window_is_given_to_an_operator_or_aggregated() {
    assert_calls(
        "w = source(x) >> by(k) >> window(d) >> aggregate(|e| e.v, sum()) * 2, \
         [w, w.late] >> ignore",
        r#"let w = __job.source(x).by(k).window(d).instances(2).aggregate(|e| e.v, sum())
            .named("w")
            .outputs();
        w.stream.ignore();
        w.late.ignore();"#,
    );
}

#[test]
fn the_names_of_policies_are_known_inside_of_overflow_alone() {
    assert_calls(
        "a = source(x) >> by(k) >> overflow(sample(2)) >> b, a >> ignore, a.overflow >> ignore",
        r#"let a = __job.source(x).by(k)
            .overflow({
                #[allow(unused_imports)]
                use ::millstream::builder::words::overflow::*;
                sample(2)
            })
            .then(b {})
            .named("a")
            .outputs();
        a.stream.ignore();
        a.overflow.ignore();"#,
    );
}

#[test]
fn a_sink_has_the_name_of_its_line() {
    assert_calls(
        "alerts = source(x) >> sink(y), other = source(x) >> sink(y,)",
        r#"__job.source(x).sink_named(y, "alerts"); __job.source(x).sink_named(y, "other");"#,
    );
}

#[test]
fn parts_of_a_chain_may_stand_in_brackets_and_parentheses() {
    assert_calls(
        "[source(x) >> a, (source(y) >> b)] >> sink(z), (outside) >> sink(z), variable >> sink(z)",
        "::millstream::builder::merge((__job.source(x).then(a {}), __job.source(y).then(b {})))
            .sink(z);
        outside.sink(z);
        variable.sink(z);",
    );
    assert_calls(
        "[source(x)] >> sink(z)",
        "::millstream::builder::merge((__job.source(x))).sink(z);",
    );
}

#[test]
fn instances_are_said_before_the_node_that_has_them() {
    assert_calls(
        "source(x) >> a * n >> b * (n + 1) >> c * auto >> filter(f) * N::<2> >> sink(y)",
        "__job.source(x)
            .instances(n).then(a {})
            .instances(n + 1).then(b {})
            .instances(::millstream::topology::Instances::auto()).then(c {})
            .instances(N::<2>).filter(f)
            .sink(y);",
    );
}

#[test]
fn a_node_that_says_nothing_has_the_number_of_the_job() {
    assert_calls(
        "s = source(x) >> a >> b * 2 >> c >> by(f) >> d * 1 >> e >> sink(y)",
        r#"__job.source(x).then(a {})
            .instances(2).then(b {})
            .default_instances().then(c {})
            .by(f).instances(1).then(d {})
            .then(e {}).sink_named(y, "s");"#,
    );
    assert_calls(
        "source(x) >> instances(2) >> a >> per_instance >> b >> to_one >> buffer(1) >> c >> ignore",
        "__job.source(x).instances(2).then(a {})
            .per_instance().default_instances().then(b {})
            .to_one().buffer(1).then(c {}).ignore();",
    );
}

#[test]
fn where_the_job_says_how_many_a_source_still_has_one() {
    let input = "job(\"j\").instances(3), a = source(x) >> o >> p, a >> q >> ignore, \
                 [a, source(y)] >> r >> ignore";
    let lines = calls(input);
    for (part, expected) in [
        ("default_instances().then(o", true),
        ("default_instances().then(p", false),
        ("default_instances().then(q", false),
        ("default_instances().then(r", true),
    ] {
        let part = format!("{part}{{}})");
        assert_eq!(lines.contains(&part), expected, "{part} in {lines}");
    }
}

#[test]
fn instances_are_known_across_lines() {
    assert_calls(
        "a = source(x) >> o * 2, b = source(y) >> o * 2, c = [a, b] >> p >> q, c >> r >> ignore",
        r#"let a = __job.source(x).instances(2).then(o {}).named("a");
           let b = __job.source(y).instances(2).then(o {}).named("b");
           let c = ::millstream::builder::merge((a, b)).default_instances().then(p {}).then(q {})
                .named("c");
           c.then(r {}).ignore();"#,
    );
}

#[test]
fn a_stream_with_a_key_is_not_named() {
    assert_calls(
        "k = source(x) >> by(f) >> buffer(2), k >> o >> ignore",
        "let k = __job.source(x).by(f).buffer(2); k.then(o {}).ignore();",
    );
}

#[test]
fn the_documentation_has_every_word() {
    let docs = include_str!("../docs.md");
    for word in millstream_graph::words::WORDS {
        let row = format!("| `{}` | {} |", word.usage.replace('|', "\\|"), word.meaning);
        assert!(docs.contains(&row), "{row}");
    }
}

/// The tokens of a function's body in a file.
fn body(file: &str, function: &str) -> TokenStream {
    let mut tokens = tokens(file).into_iter().skip_while(|token| token.to_string() != function);
    tokens.next();
    let mut groups = tokens.filter_map(|token| match token {
        proc_macro2::TokenTree::Group(group) if group.delimiter() == Delimiter::Brace => {
            Some(group.stream())
        }
        _ => None,
    });
    groups.next().unwrap()
}

/// The paths are those of the macro, but for what is brought into scope by `use`.
#[test]
fn the_expanded_example_is_the_expansion() {
    let readme = body(include_str!("../../../../examples/fraud_readme.rs"), "fraud");
    let list = readme.into_iter().find_map(|token| match token {
        proc_macro2::TokenTree::Group(group) => Some(group.stream()),
        _ => None,
    });
    let written = text(&paths(&list.unwrap().to_string()));
    let (_, written) = written.split_once("scope::*;").unwrap();
    let written = written
        .replace("::millstream::builder::", "")
        .replace("::millstream::checks::", "checks::")
        .replace("__job", "job");
    // An editor does not see the variable of the job.
    let written = written
        .replace(
            "letchecks::BegunJob{#[cfg(not(rust_analyzer))]job:job,..}=checks::BegunJob{job:",
            "letjob=",
        )
        .replacen("};lettx", ";lettx", 1);
    let by_hand = body(include_str!("../../../../examples/expanded/topology.rs"), "fraud");
    // rustfmt adds a comma after arguments that do not fit into a line, and braces to a closure.
    let by_hand = text(&by_hand).replace(",)", ")").replace("{t.customer_id}", "t.customer_id");
    assert_eq!(by_hand, written);
}

#[test]
fn the_two_forms_in_the_documentation_are_the_same() {
    let docs = include_str!("../docs.md");
    let blocks: Vec<&str> = docs.split("```text").skip(1).collect();
    let block = |at: usize| blocks[at].split("```").next().unwrap().trim();
    let list = block(0).strip_prefix("topology!(").unwrap().strip_suffix(')').unwrap();
    let by_hand = block(1)
        .replace("job.source(transactions)", "__job.source(transactions)")
        .replace("let job", "let __job")
        .replace("job.build", "__job.build")
        .replace("Builder", "::millstream::builder::Builder")
        .replace("merge(", "::millstream::builder::merge(");
    assert_eq!(calls(list), text(&tokens(&by_hand)));
}

#[test]
fn the_crate_path_replaces_millstream_in_all_calls() {
    let lines = "job(\"j\", at_least_once), again = feedback::<u8>(1, drop_oldest),
        a = source(x) >> event_time(|e| e.at, punctuated(|e| e.at)) >> overflow(block),
        b = [a, again] >> by(f) >> window(w) >> aggregate(g, sum()) * auto,
        c = (a >> by(f), b >> by(g)) >> join(within(x, y)), d = c >> map(f) >> in_order(g) >> o,
        d.left >> to_all >> flat_map(f) >> p >> sink(s), d.right >> feedback(again),
        c.late >> fail";
    for path in ["::engine::flow", "\"::engine::flow\"", "::engine::flow, "] {
        let written = text(&paths(&format!("crate = {path}, {lines}")));
        assert_eq!(text(&paths(lines)).replace("::millstream", "::engine::flow"), written);
    }
    for path in ["7", "", "\"my engine\""] {
        let said = sentences(&format!("crate = {path}, a = source(x), a >> ignore"));
        assert!(matches!(&*said, [only] if only.contains("[M0245]")), "{path}: {said:?}");
    }
}

#[test]
fn a_number_of_calls_belongs_to_the_stream_of_its_operator() {
    assert_calls(
        "a = source(x), a >> o.in_flight(8) >> p(1).more().in_flight(n).less() * 2 >> sink(y)",
        "let a = __job.source(x).named(\"a\");
         a.then(o {}).in_flight(8)
            .instances(2).then(p::new(1).more().less()).in_flight(n)
            .sink(y);",
    );
}
