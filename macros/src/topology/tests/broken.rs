//! The mistakes of broken lists, and what they still expand to.

use super::super::expand;
use super::{paths, sentences, text, tokens};
use proc_macro2::{TokenStream, TokenTree};

/// The suffix that an editor appends to the word it completes.
const MARKER: &str = "raCompletionMarker";

/// The words and literals, in their order.
fn words(tokens: TokenStream) -> Vec<String> {
    let words = tokens.into_iter().flat_map(|token| match token {
        TokenTree::Group(group) => words(group.stream()),
        TokenTree::Punct(_) => Vec::new(),
        word => vec![word.to_string().replace("sink_named", "sink").replace('"', "")],
    });
    words.collect()
}

/// Broken lists, each with the codes of all its mistakes.
const BROKEN: &[(&str, &[&str])] = &[
    ("a = source(x), a >> b >>", &["M0101"]),
    ("a = source(x), a >> >> sink(y)", &["M0101"]),
    ("a = source(x), a >> sink(y) >>", &["M0101"]),
    ("a = source(x), b = a >>", &["M0101"]),
    ("a = source(x), b = , [a, b] >> ignore", &["M0102"]),
    ("a = source(x), a >> ignore, >> ignore", &["M0102"]),
    ("a = source(x) >> b c = a >> d, c >> sink(y)", &["M0103"]),
    ("a = source(x), a >> sink(y) a >> sink(z)", &["M0103"]),
    ("a = source(x), a = source(y), a >> sink(z)", &["M0104"]),
    ("b = a >> o, a = source(x), b >> sink(y)", &["M0105"]),
    ("a = a >> o, a >> sink(y)", &["M0131"]),
    ("scores = source(x), scors >> sink(y)", &["M0106"]),
    ("tx = source(x), tz >> sink(y)", &["M0106"]),
    ("near = source(x), near >> ignore, naer.late >> ignore", &["M0106"]),
    ("a = sorce(x), a >> sink(y)", &["M0106"]),
    ("a = source(x), b = a >> o", &["M0107"]),
    ("a = source(x), a.late >> ignore", &["M0107"]),
    ("a = source(x), a >> o", &["M0108"]),
    ("source(x)", &["M0108"]),
    ("a = source(x), a >> o * 0 >> ignore", &["M0109"]),
    ("a = source(x), a >> o.in_flight(0) >> ignore", &["M0192"]),
    ("a = source(x), a >> o(x).in_flight(4_097) * 2 >> ignore", &["M0192"]),
    ("a = source(x), a >> o.in_flight() >> ignore", &["M0193"]),
    ("a = source(x), a >> o.in_flight(-1) >> ignore", &["M0193"]),
    ("a = source(x), a >> map(f).in_flight(2) >> ignore", &["M0191"]),
    ("a = source(x), a >> by(f).in_flight(2) >> o >> ignore", &["M0191"]),
    ("a = source(x), a >> by(f) * 2 >> o >> ignore", &["M0110"]),
    ("a = source(x) * 2, a >> ignore", &["M0110"]),
    ("a = source(x), a >> sink(y) * 2", &["M0110"]),
    ("a = source(x), a >> o * >> ignore", &["M0111"]),
    ("", &["M0112"]),
    ("job(\"a\")", &["M0112"]),
    ("a = source(x), a >> sink(y) >> o", &["M0113"]),
    ("s = source(x) >> sink(y), s >> ignore", &["M0113"]),
    ("a = source(x), [a >> sink(y)] >> ignore", &["M0113"]),
    ("a = source(x), a >> sink", &["M0114"]),
    ("a = source(x), a >> by >> o >> ignore", &["M0114"]),
    ("a = source, a >> ignore", &["M0114"]),
    ("a = source(x), a >> snik(y)", &["M0115"]),
    ("a = source(x), a >> shufle >> o >> ignore", &["M0115"]),
    ("a = source(x), a >> b(|e| e.k) >> o >> ignore", &["M0115"]),
    ("a = source(x), job(\"b\"), a >> ignore", &["M0116"]),
    ("k = source(x) >> by(f), k >> o >> ignore, k >> p >> ignore", &["M0117"]),
    ("a = source(x) >> ignore", &["M0118"]),
    ("a = source(x), a >> ignore, [] >> ignore", &["M0119"]),
    ("a = source(x), a >> buffer(0) >> ignore", &["M0120"]),
    ("job(\"j\", exactly_onse), a = source(x), a >> ignore", &["M0121"]),
    ("job(\"j\").instancs(2), a = source(x), a >> ignore", &["M0122"]),
    ("a = source(x), a >> ignore, a.latte >> ignore", &["M0123"]),
    ("a = source(x), o = a >> overflow(sample(0)) >> o, [o, o.overflow] >> ignore", &["M0125"]),
    ("job(\"j\").instances(0), a = source(x), a >> ignore", &["M0109"]),
    ("a = source(x) >> in_order(f), a >> ignore", &["M0401"]),
    ("a = source(x) >> by(f) >> dedupe(w), a >> ignore", &["M0401"]),
    ("a = source(x), w = a >> by(f) >> window(d) >> o, w >> ignore", &["M0401"]),
    ("a = source(x), w = a >> by(f) >> window(d), o = w >> p, o >> ignore", &["M0401"]),
    ("a = source(x), a >> by(f) >> window(d) >> o >> ignore", &["M0402"]),
    ("a = source(x), [a >> in_order(f)] >> ignore", &["M0402"]),
    ("a = source(x), b = a >> in_order(f) >> o, b >> ignore", &["M0402"]),
    ("a = source(x), a.late >> fail, a >> ignore", &["M0404"]),
    ("a = source(x), a >> fail", &["M0404"]),
    ("a = source(x), o = a >> overflow(drop_newest) >> p, o >> ignore", &["M0405"]),
    ("a = source(x), a >> overflow(drop_newest) >> p >> ignore", &["M0406"]),
    ("a = source(x), o = a >> throttle(r).shed(), o >> ignore", &["M0405"]),
    ("a = source(x), a >> throttle(r).burst(5).shed() >> ignore", &["M0406"]),
    ("a = source(x), a >> throttle(1_000) >> ignore", &["M0181"]),
    ("a = source(x), a >> throttle(0.per_min()) >> ignore", &["M0182"]),
    ("a = source(x), a >> throttle(2_000_000_000.per_sec()) >> ignore", &["M0186"]),
    ("a = source(x), a >> throttle(r).burst(0) >> ignore", &["M0176"]),
    ("a = source(x), a >> throttle(r).brust(5) >> ignore", &["M0185"]),
    ("a = source(x), a >> throttle() >> ignore", &["M0114"]),
    ("a = source(x), w = a >> by(f) >> dedupe(0.secs()), [w, w.late] >> ignore", &["M0174"]),
    ("job(\"j\").key_groups(0), a = source(x), a >> ignore", &["M0173"]),
    ("a = source(x), a >> throtle(r) >> ignore", &["M0115"]),
    ("a = source(x), a >> by(f) >> throttle(r) >> ignore", &["M0149"]),
    ("a = source(x), a >> weaken(\"r\") >> throttle(r) >> ignore", &[]),
    ("a = source(x), a >> in_batches_of(5) >> ignore", &["M0183"]),
    ("a = source(x), a >> in_batches_of(0).or_after(t) >> ignore", &["M0176"]),
    ("a = source(x), a >> in_batches_of(5).or_after(0.secs()) >> ignore", &["M0176"]),
    ("a = source(x), a >> in_batches_of(5).or_aftr(t) >> ignore", &["M0185"]),
    ("a = source(x), a >> in_batches(5) >> in_batchs_of(5).or_after(t) >> ignore", &["M0115"]),
    ("a = source(x), a >> by(f) >> debounce(0.millis()) >> ignore", &["M0176"]),
    ("a = source(x), a >> by(f) >> debonce(t) >> ignore", &["M0115"]),
    ("a = source(x), a >> weaken(\"r\") >> buffer(2) >> ignore", &["M0162"]),
    ("a = source(x), a >> weaken(\"r\")", &["M0108", "M0162"]),
    ("a = source(x), a >> weaken(\"r\") >> sink(s)", &[]),
    ("a = source(x), a >> weaken(\"r\") >> ignore", &["M0162"]),
    ("a = source(x), a >> weaken(\"\") >> overflow(drop_newest) >> sink(s)", &["M0163"]),
    ("a = source(x), a >> weaken(2) >> overflow(drop_newest) >> sink(s)", &["M0163"]),
    ("a = source(x), a >> weaken() >> overflow(drop_newest) >> sink(s)", &["M0114"]),
    ("a = source(x); b = source(y); [a, b] >> ignore", &["M0103"]),
    ("a = source(x); a >> ignore;", &["M0103"]),
    ("a = source(x), a > b >> ignore", &["M0126"]),
    ("a = source(x), a | b(1) * 2 >> ignore", &["M0126"]),
    ("a = source(x), a -> b >> ignore", &["M0126"]),
    ("a = source(x), a => b >> ignore", &["M0126"]),
    ("a = source(x), [a |> b, a >> c] >> ignore", &["M0126"]),
    ("a = source(x), a >> b >", &["M0126"]),
    ("a = source(x), a b >> ignore", &["M0127"]),
    ("a = source(x), a >> b ignore", &["M0127"]),
    ("a = source(x), a >> b sink(y)", &["M0127"]),
    ("source(x) b >> ignore, c = source(y) d, c >> ignore", &["M0127", "M0127"]),
    ("let a = source(x), a >> ignore", &["M0128"]),
    ("let mut a = source(x), let b = a >> sink(y)", &["M0128", "M0128"]),
    ("a = source(x), let a >> ignore", &["M0128"]),
    ("a: source(x), a >> ignore", &["M0129"]),
    ("a := source(x), a >> ignore", &["M0129"]),
    ("a <- source(x), a >> ignore", &["M0129"]),
    ("a == source(x), a >> ignore", &["M0129"]),
    ("a = source(x), b = source(y), (a, b) >> ignore", &["M0130"]),
    ("a = source(x), b = source(y), c = (a, b >> o), c >> ignore", &["M0130"]),
    ("a = source(x), b = o(a), b >> ignore", &["M0150"]),
    ("a = source(x), o(a)", &["M0150"]),
    ("a = source(x), b = p(1, ops::o::<u8>(a, 2)), b >> ignore", &["M0150"]),
    ("jbo(\"x\"), a = source(x), a >> ignore", &["M0106"]),
    ("Job(\"x\"), a = source(x), a >> ignore", &["M0106"]),
    ("a = source(x), a >> source(y)", &["M0142"]),
    ("a = source(x), a >> source(y) >> o >> ignore", &["M0142"]),
    ("job(\"j\", at_most_once, exactly_once), a = source(x), a >> ignore", &["M0143"]),
    ("a = source(), a >> ignore", &["M0114"]),
    ("a = source(x), a >> sink()", &["M0114"]),
    ("a = source(x), a >> by() >> o >> ignore", &["M0114"]),
    ("a = source(x), w = a >> by(f) >> window() >> o, [w, w.late] >> ignore", &["M0114"]),
    ("a = source(x), a >> buffer() >> o >> ignore", &["M0114"]),
    ("a = source(x), a >> event_time() >> o >> ignore", &["M0114"]),
    ("a = source(x), a >> map() >> ignore", &["M0114"]),
    ("a = source(x), a >> shuffle(2) >> o >> ignore", &["M0144"]),
    ("a = source(x), a >> to_one(1) >> o >> ignore", &["M0144"]),
    ("a = source(x), a >> ignore(\"all\")", &["M0144"]),
    ("a = source(x), a >> o * 2.5 >> ignore", &["M0145"]),
    ("a = source(x), a >> o * \"two\" >> ignore", &["M0145"]),
    ("a = source(x), a >> o * -1 >> ignore", &["M0145"]),
    ("a = source(x), a >> o * (-1) >> ignore", &["M0145"]),
    ("a = source(x), a >> instances(2.0) >> o >> ignore", &["M0145"]),
    ("job(\"j\").instances(\"two\"), a = source(x), a >> ignore", &["M0145"]),
    ("a = source(x), o = a >> overflow(drop_oldset) >> o, [o, o.overflow] >> ignore", &["M0146"]),
    ("a = source(x), o = a >> overflow(smaple(2)) >> o, [o, o.overflow] >> ignore", &["M0146"]),
    ("job(), a = source(x), a >> ignore", &["M0147"]),
    ("job(7), a = source(x), a >> ignore", &["M0147"]),
    ("job(at_most_once), a = source(x), a >> ignore", &["M0147"]),
    ("a = source(x), a >> by(f) >> window(d) >> sink(y)", &["M0148"]),
    ("a = source(x), a >> by(f) >> window(d) >> ignore", &["M0148"]),
    ("a = source(x), a >> by(f) >> window(d) >> map(f) >> ignore", &["M0148"]),
    ("a = source(x), w = a >> by(f) >> window(d), w >> ignore", &["M0148"]),
    ("a = source(x), w = a >> by(f) >> window(d), [w, source(y)] >> ignore", &["M0148"]),
    ("a = source(x), [a >> by(f) >> window(d)] >> ignore", &["M0148"]),
    ("a = source(x), a >> aggregate(f, g) >> ignore", &["M0151"]),
    ("a = source(x), a >> by(f) >> aggregate(f, g) >> ignore", &["M0151"]),
    ("a = source(x), b = a >> by(f) >> buffer(2), b >> aggregate(f, g) >> ignore", &["M0151"]),
    ("a = source(x), a >> by(f) >> window(d) >> o >> aggregate(f, g) >> ignore", &["M0151"]),
    ("a = source(x), a >> aggregate() >> ignore", &["M0114", "M0151"]),
    ("a = source(x), a >> by(f) >> window(d) >> aggregate(f, g) >> ignore", &["M0402"]),
    ("a = source(x), w = a >> by(f) >> window(d) >> aggregate(f, g), w >> ignore", &["M0401"]),
    ("a = source(x), (a >> by(f), a >> o) >> full_join(t * 2) >> ignore", &["M0152"]),
    ("a = source(x), (a >> by(f)) >> full_join(t) >> ignore", &["M0153"]),
    (
        "a = source(x), (a >> by(f), b >> by(f), c >> by(f), d >> by(f), e >> by(f)) \
         >> left_join(t) >> ignore",
        &["M0154"],
    ),
    (
        "a = source(x), (a >> by(f), b >> by(f), c >> by(f)) >> right_join(t) * 2 >> ignore",
        &["M0155"],
    ),
    ("a = source(x), (a >> by(f), b >> by(g)) >> full_join() >> ignore", &["M0156"]),
    ("a = source(x), (a >> by(f), b >> by(g)) >> full_join >> ignore", &["M0156"]),
    ("a = source(x), (a >> by(f), b >> by(g)) >> full_join(latest(t)) >> ignore", &["M0160"]),
    ("a = source(x), a >> join(t) >> ignore", &["M0157"]),
    ("a = source(x), [a >> by(f), b >> by(g)] >> full_join(t) >> ignore", &["M0158", "M0402"]),
    ("a = source(x), j = (a >> by(f), b >> by(g)) >> join(t), [j, j.late] >> ignore", &["M0409"]),
    ("a = source(x), (a >> by(f), b >> by(g)) * 2 >> join(t) >> ignore", &["M0110", "M0410"]),
    ("a = source(x), k = source(y) >> by(f), [k, a] >> ignore", &["M0149"]),
    ("a = source(x), [a >> by(f) >> buffer(2), source(y)] >> ignore", &["M0149"]),
    ("a = source(x), a >> by(f) >> shuffle >> o >> ignore", &["M0149"]),
    ("a = source(x), k = a >> by(f), k >> sink(y)", &["M0149"]),
    (
        "a = source(x), a = agn >> o * 0 >>, b >> shufle >> sink(y) c = a",
        &["M0109", "M0101", "M0104", "M0115", "M0103", "M0107"],
    ),
];

fn codes(input: &str) -> Vec<String> {
    let code = |sentence: &String| {
        let (_, code) = sentence.split_once('[').unwrap();
        code.get(..5).unwrap().to_owned()
    };
    sentences(input).iter().map(code).collect()
}

#[test]
fn one_mistake_has_one_message_and_all_are_reported() {
    for (input, expected) in BROKEN {
        assert_eq!(&codes(input), expected, "{input}: {:#?}", sentences(input));
    }
}

#[test]
fn a_broken_list_keeps_the_users_words_in_their_place() {
    let good = text(&expand(tokens("a = source(x), a >> sink(y)")));
    let place = good.find("__job").unwrap();
    for (input, _) in BROKEN {
        let expansion = expand(tokens(input));
        assert_eq!(text(&expansion).find("__job"), Some(place), "{input}");
        let mut expanded = words(expansion);
        for word in words(tokens(input)).into_iter().filter(|word| word != "job") {
            let at = expanded.iter().position(|other| *other == word);
            expanded.remove(at.unwrap_or_else(|| panic!("{word} of {input}")));
        }
    }
}

/// Mistakes without follow-up errors: those that the compiler finds are reported too.
const HARMLESS: &[&str] = &[
    "M0103", "M0107", "M0108", "M0109", "M0110", "M0112", "M0120", "M0125", "M0126", "M0128",
    "M0129", "M0130", "M0158", "M0192", "M0401", "M0402", "M0405", "M0406", "M0409", "M0410",
];

#[test]
fn messages_stand_behind_the_users_words() {
    for (input, codes) in BROKEN {
        let expansion = text(&expand(tokens(input)));
        let hidden = !codes.iter().all(|code| HARMLESS.contains(code));
        let (body, messages) = expansion.split_once("__job.build()").unwrap();
        assert_eq!(body.contains("cfg(all(rust_analyzer,any(rust_analyzer)))"), hidden, "{input}");
        assert_eq!(messages.contains("broken"), hidden, "{input}");
        assert!(!body.contains("compile_error"), "{input}");
        assert_eq!(messages.matches("compile_error").count(), codes.len(), "{input}");
    }
}

#[test]
fn a_dot_with_nothing_behind_it_is_the_compilers_to_tell() {
    let input = "a = source(x), a >> by(|t| t.) >> o >> ignore";
    assert_eq!(sentences(input), [""; 0]);
    let expansion = text(&expand(tokens(input)));
    assert!(expansion.contains("cfg(all(") && !expansion.contains("compile_error"));
}

#[test]
fn an_operator_that_resembles_a_word_is_left_alone() {
    for operator in [
        "link",
        "windows",
        "maps",
        "filter_late",
        "tank(1)",
        "self::snik",
        "my",
        "tap",
        "size",
        "total",
        "sine",
        "source",
        "sources(1)",
        "self::source(1)",
        "job(1)",
        "jobs(|e| e)",
        "map_to(|e| e)",
        "o::<A, fn(B) -> C>(1)",
        "|a| a > b",
        "|a| a | b",
        "move |a| match a { b => c }",
        "if a > b { c } else { d }",
        "o * (n > 2)",
        "o * 2_usize",
        "o * n.count(2.5)",
    ] {
        let input = format!("source(x) >> {operator} >> ignore");
        assert_eq!(sentences(&input), [""; 0], "{operator}");
    }
}

#[test]
fn a_stream_from_outside_is_left_alone() {
    for input in [
        "rx >> sink(y)",
        "tx = source(x), tx >> ignore, rx >> ignore",
        "f(x) >> ignore",
        "tx = source(tx), tx >> ignore",
        "tx = stream_of(tx), tx >> ignore",
        "job(name), rx >> ignore",
        "job(\"j\", promise), rx >> ignore",
        "log(\"file\") >> ignore",
        "jsonl(\"file\") >> ignore",
        "job(concat!(\"a\", 1)), rx.map(|a| a | b) >> ignore",
        "tx = source(x), (tx >> o) >> through(f), (rx) >> ignore, rx::<A>(1).0 >> ignore",
        "tx = source(x), k = tx >> by(f) >> buffer(2), k >> map(f) >> ignore",
        "tx = source(x), k = tx >> per_instance, [k >> o, rx] >> ignore",
        "tx = source(x), w = tx >> by(f) >> window(d) >> instances(2), o = w >> p, \
         [o, o.late] >> ignore",
        "tx = source(x), w = tx >> by(f) >> window(d) >> instances(2), o = w >> aggregate(f, g), \
         [o, o.late] >> ignore",
        "tx = source(x), w = tx >> through(f) >> aggregate(f, g), k = rx >> aggregate(f, g), \
         [w, k, rx.map(f) >> aggregate(f, g)] >> ignore",
        "tx = source(x), o = tx >> overflow(blocking(2)) >> o, [o, o.overflow] >> ignore",
    ] {
        assert_eq!(sentences(input), [""; 0], "{input}");
    }
}

#[test]
fn the_text_before_the_cursor_is_the_same_while_completing() {
    let list = "job(\"j\", at_most_once), a = source(x) >> o, b = a§ >> by§(|t| t.§) >> shuf§ * 2, \
                j = (a >> by(|t| t.§), b§) >> joi§n(wit§hin(x, y)).§ * 2, j.un§ >> ignore, \
                k = (a >> by(f), b >> by(f)) >> join(latest(x)).at_most(5§).sh§, \
                c = a >> shuffle§ >> o§p >>§ , c.§late >> ignore, §a >> sink§ >> , c >> ignore§";
    for (cursor, _) in list.match_indices('§') {
        let (before, after) = list.split_at(cursor);
        let (before, after) = (before.replace('§', ""), after.replace('§', ""));
        let now = text(&paths(&format!("{before}{after}")));
        let then = text(&paths(&format!("{before}{MARKER}{after}")));
        let (until, _) = then.split_once(MARKER).unwrap();
        assert!(now.starts_with(until), "{before}| {until}\n{now}");
    }
}

#[test]
fn a_window_of_0_is_reported_where_it_is_written() {
    let windows = [
        ("tumbling(0.secs())", "M0174"),
        ("sliding(s, Duration::ZERO)", "M0174"),
        ("m::session(Duration::from_secs(0))", "M0174"),
        ("counted(0)", "M0174"),
        ("trailing(0.days())", "M0174"),
        ("global().early_every(0)", "M0176"),
        ("tumbling(d).early_each(0.millis()).allowed_lateness(0.secs())", "M0176"),
    ];
    let aggregates = [("count()", None), ("(count(), (top(0), most_frequent(3)))", Some("M0176"))];
    let told = |window: &str, aggregate: &str| {
        let line = format!("window({window}) >> aggregate(|e| top(0), {aggregate})");
        sentences(&format!("a = source(x), w = a >> by(f) >> {line}, [w, w.late] >> ignore"))
    };
    for (window, code) in windows {
        let told = told(window, "count()");
        assert!(told.len() == 1 && told[0].contains(&format!("[{code}]")), "{window}: {told:?}");
    }
    for (aggregate, code) in aggregates {
        let told = told("tumbling(d)", aggregate);
        assert_eq!(told.len(), usize::from(code.is_some()), "{aggregate}: {told:?}");
        assert!(told.iter().all(|told| told.contains("[M0176]")), "{told:?}");
    }
}
