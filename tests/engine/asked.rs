//! Questions on the command line: `check`, `explain` and options; nothing is opened or written.

use crate::durable::{Upto, config};
use crate::support::settled;
use millstream::ErrorKind;
use millstream::prelude::*;
use std::path::Path;
use std::time::Duration;

pub fn answer(topology: &Topology, config: &Config, words: &[&str]) -> millstream::Result<String> {
    let arguments = std::iter::once("program").chain(words.iter().copied());
    topology.answer_cli(arguments.map(str::to_owned), config).map(Option::unwrap)
}

fn ask(topology: &Topology, words: &[&str]) -> millstream::Result<String> {
    answer(topology, &Config::default(), words)
}

#[operator]
async fn total(number: u64, sum: &mut u64) -> u64 {
    *sum += number;
    *sum
}

fn copy(from: &Path, to: &Path) -> Topology {
    topology!(
        job("copy", at_most_once),
        lines = source(file_lines(from)),
        lines >> map(|line| (line.len(), line)) >> sink(csv_file(to).headerless()),
    )
}

#[test]
fn check_is_the_plan_and_a_line_at_its_end() {
    let topology = copy(Path::new("no such file"), Path::new("none either"));
    let plan = topology.plan(&Config::default()).unwrap().to_string();
    let expected = format!(
        "{plan}guarantee: every event at most once; the job keeps no checkpoints\n\n\
         copy: no rule is broken, no warnings\n"
    );
    assert_eq!(ask(&topology, &["check"]).unwrap(), expected);
    assert_eq!(ask(&topology, &["--", "check", "--strict"]).unwrap(), expected);
}

#[test]
fn no_question_opens_or_writes_anything() {
    let folder = tempfile::tempdir().unwrap();
    let old = folder.path().join("old.json");
    let topology = copy(&folder.path().join("no such file"), &folder.path().join("out.csv"));
    let graph = ask(&topology, &["graph", "--json"]).unwrap();
    std::fs::write(&old, graph).unwrap();
    for words in [
        &["graph"][..],
        &["graph", "--svg"],
        &["plan"],
        &["check"],
        &["explain"],
        &["diff", old.to_str().unwrap()],
    ] {
        ask(&topology, words).unwrap();
    }
    let durable = topology!(
        job("copy", exactly_once),
        lines = source(file_lines(folder.path().join("no such file"))),
        lines >> map(|line| (line.len(), line)) >> sink(csv_parts(folder.path().join("parts"))),
    );
    let config = Config::default().checkpoints(folder.path().join("checkpoints"));
    for words in [&["graph", "--json"][..], &["plan"], &["check"]] {
        answer(&durable, &config, words).unwrap();
    }
    let files = std::fs::read_dir(folder.path()).unwrap().count();
    assert_eq!(files, 1, "the old graph alone");
}

/// Breaks five rules: of the shape, of the plan, of files, of state.
#[test]
fn check_lists_all_that_a_start_would_refuse() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("out.csv");
    let job = Builder::new("wrong").delivery(Delivery::AtLeastOnce).memory(Bytes(1));
    let numbers = job.source(Upto { end: 3, pause: None }).named("numbers");
    let numbers = numbers.instances(0).buffer(8).map(|number| number).fan_out();
    numbers.tap().sink(csv_file(&file).headerless());
    numbers.tap().by(|number| *number).then(total {}).named("numbers").sink(csv_file(&file));
    let topology = job.build();
    let error = ask(&topology, &["check"]).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Topology);
    let message = error.to_string();
    for code in ["[M0104]", "[M0109]", "[M0414]", "[M0421]"] {
        assert_eq!(message.matches(code).count(), 1, "{code} in\n{message}");
    }
    assert!(message.ends_with("\n\n`explain M0104 M0109 M0414 M0421` has more on it"), "{message}");
}

#[test]
fn check_names_state_without_a_name_of_its_own() {
    let topology = |delivery: Delivery| {
        let job = Builder::new("unnamed").delivery(delivery);
        job.source(Upto { end: 3, pause: None }).ignore();
        job.build()
    };
    ask(&topology(Delivery::AtMostOnce), &["check"]).unwrap();
    let error = ask(&topology(Delivery::AtLeastOnce), &["check"]).unwrap_err();
    let expected = "topology `unnamed` cannot run:\n  `source` keeps state in checkpoints, and has no \
                    name of its own; name it, `name = …` or `.named(…)`: its state is found by that \
                    name";
    assert_eq!(error.to_string(), expected);
}

/// Of ten minutes, one every hour.
fn sampled(windows: impl Fn() -> millstream::window::Sliding) -> Topology {
    topology!(
        job("sampled", at_most_once),
        numbers = source(from_iter(0..9_i64))
            >> event_time(|n| EventTime::from_secs(*n), lateness(1.secs())),
        sums = numbers >> by(|_| ()) >> window(windows()) >> aggregate(|n| *n, sum()),
        sums >> ignore,
        sums.late >> ignore,
        pairs = (numbers >> by(|n| *n), numbers >> by(|n| *n)) >> join(windows()),
        pairs >> ignore,
        pairs.late >> ignore,
        pairs.unmatched >> ignore,
    )
}

#[test]
fn windows_with_gaps_are_a_warning_and_an_error_if_warnings_are() {
    let gaps = sampled(|| sliding(10.mins(), 1.hours()));
    let report = ask(&gaps, &["check"]).unwrap();
    let warning = "warning: the windows of `sums`, sliding 10m by 1h, leave a gap of 50m: events \
                   between two of them are in none, and late; with a step no longer than the \
                   windows there is no gap\n    at ";
    assert!(report.contains(warning), "{report}");
    let place = report.split(warning).nth(1).and_then(|rest| rest.lines().next()).unwrap();
    assert!(place.contains("tests/engine/asked.rs:"), "{place}");
    assert!(report.contains("warning: the windows of `pairs`, sliding 10m by 1h,"), "{report}");
    assert!(report.ends_with("\n\nsampled: no rule is broken, 2 warnings\n"), "{report}");
    let error = ask(&gaps, &["check", "--strict"]).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Topology);
    let begin = format!("topology `sampled` has 2 warnings:\n{warning}");
    assert!(error.to_string().starts_with(&begin), "{error}");
    for none in
        [sampled(|| sliding(10.mins(), 10.mins())), sampled(|| sliding(2.hours(), 1.mins()))]
    {
        let report = ask(&none, &["check", "--strict"]).unwrap();
        assert!(report.ends_with("no warnings\n"), "{report}");
    }
}

#[test]
fn what_a_start_depends_on_is_a_warning() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out.csv");
    std::fs::write(&out, "here already").unwrap();
    let report = ask(&copy(Path::new("lines.txt"), &out), &["check"]).unwrap();
    let exists = format!("warning: sink `map_sink`: `{}` exists", out.display());
    assert!(report.contains(&exists), "{report}");
    let durable = topology!(
        job("durable", at_least_once),
        numbers = source(Upto { end: 3, pause: None }),
        numbers >> ignore,
    );
    let report = ask(&durable, &["check"]).unwrap();
    let place =
        "warning: job `durable` is `at_least_once` and has no directory for its checkpoints";
    assert!(report.contains(place), "{report}");
    assert!(report.ends_with("durable: no rule is broken, 1 warning\n"), "{report}");
}

/// A job of which the node `name` keeps the sum of each key.
fn totals(name: &'static str, groups: usize) -> Topology {
    let job = Builder::new("totals").delivery(Delivery::AtLeastOnce).key_groups(groups);
    let numbers = job.source(Upto { end: 10_000, pause: Some(10) }).named("numbers");
    numbers
        .by(|number| *number % 7)
        .then(total {})
        .named(name)
        .map(|sum| sum)
        .named("rows")
        .sink(for_each(drop::<u64>));
    job.build()
}

#[tokio::test(start_paused = true)]
async fn check_fails_if_the_checkpoint_does_not_fit() {
    let directory = tempfile::tempdir().unwrap();
    let config = || config(&directory);
    let check = |topology: &Topology| answer(topology, &config(), &["check"]);
    assert!(check(&totals("sums", 256)).unwrap().contains("state: none yet, since "));
    let mut job = totals("sums", 256).start(config()).unwrap();
    tokio::time::sleep(Duration::from_millis(50)).await;
    settled(job.suspend()).await.unwrap();
    let report = check(&totals("sums", 256)).unwrap();
    assert!(report.contains("\nstate, from checkpoint ") && report.contains("  sums "), "{report}");
    let error = check(&totals("renamed", 256)).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Checkpoint);
    let message = error.to_string();
    assert!(
        message.contains("the state of a node `sums`, which this topology has not"),
        "{message}"
    );
    assert!(message.contains("  renamed    new: begins without state"), "{message}");
    let error = check(&totals("sums", 512)).unwrap_err();
    let message = error.to_string();
    assert!(message.contains("is of a job with 256 key groups, and this one has 512"), "{message}");
    let states = totals("sums", 512).state_plan(&config()).unwrap().unwrap();
    assert!(states.refusal.unwrap().contains("256 key groups"));
}

#[test]
fn explain_prints_the_page_of_every_code() {
    let topology = totals("sums", 256);
    let list = ask(&topology, &["explain"]).unwrap();
    assert!(list.lines().count() > 200);
    for line in list.lines() {
        let (code, title) = line.split_once("  ").unwrap();
        let page = ask(&topology, &["explain", code]).unwrap();
        assert!(page.starts_with(&format!("{code}: {title}\n\n")), "{page}");
        assert!(page.ends_with(&format!("/blob/main/docs/errors/{code}.md\n")), "{page}");
        for text in page.lines().filter(|line| !line.starts_with(['|', ' ', 'h', 'M'])) {
            assert!(text.chars().count() <= 80, "{text}");
            assert!(!text.contains("```") && !text.contains("]("), "{text}");
        }
        assert!(page.contains("\nWrong\n\n    ") && page.contains("\nRight\n\n    "), "{page}");
    }
}

#[test]
fn a_code_is_found_as_it_is_copied() {
    let topology = totals("sums", 256);
    let page = ask(&topology, &["explain", "M0401"]).unwrap();
    for code in ["m0401", "0401", "401", "[M0401]", "M0401:", "M401"] {
        assert_eq!(ask(&topology, &["explain", code]).unwrap(), page, "{code}");
    }
    let two = ask(&topology, &["explain", "M0401", "M0402"]).unwrap();
    assert!(two.starts_with(&page) && two.contains("\n\nM0402: "), "{two}");
    let wrong = |code| ask(&topology, &["explain", code]).unwrap_err().to_string();
    assert!(wrong("M0999").starts_with("there is no code M0999; the nearest are:\n  M0199  "));
    assert!(wrong("M0491").contains("\n  M0401  late events go nowhere"), "{}", wrong("M0491"));
    assert!(wrong("late").starts_with("`late` is no code: "));
    assert_eq!(wrong("E0277"), "`E0277` is a code of the compiler: `rustc --explain E0277`");
}

#[test]
fn a_question_with_a_wrong_word_is_refused() {
    let topology = totals("sums", 256);
    let wrong = |words: &[&str]| {
        let error = ask(&topology, words).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Config);
        error.to_string()
    };
    for (words, said) in [
        (&["chek"][..], "there is no question `chek`; did you mean `check`?"),
        (&["--check"], "there is no question `--check`; did you mean `check`?"),
        (&["explian"], "there is no question `explian`; did you mean `explain`?"),
        (&["dif"], "there is no question `dif`; did you mean `diff`?"),
        (
            &["check", "--stict"],
            "`check` has no option `--stict`; did you mean `--strict`? Its option is --strict",
        ),
        (&["plan", "--json"], "`plan` takes nothing more, and `--json` follows it"),
        (
            &["graph", "svg"],
            "`graph` has no option `svg`; did you mean `--svg`? The options are --mermaid, --svg, \
             --dot, --json",
        ),
        (
            &["graph", "--svg", "a.svg"],
            "`graph --svg` prints the graph, and `a.svg` follows it; to write a file: `graph --svg \
             > a.svg`",
        ),
        (&["diff", "--json"], "`diff` takes a file, and `--json` is an option"),
        (&["diff", "a", "b"], "`diff` takes one file, and `b` is one more"),
    ] {
        assert_eq!(wrong(words), said);
    }
    for word in ["chunk", "cliff", "data", "place"] {
        let arguments = ["program", word].map(str::to_owned);
        assert_eq!(topology.answer_cli(arguments, &Config::default()).unwrap(), None, "{word}");
    }
}

#[test]
fn the_former_name_answers_alike() {
    let topology = totals("sums", 256);
    let arguments = || ["program", "graph"].map(str::to_owned);
    #[expect(deprecated, reason = "it is what is tested")]
    let asked = topology.asked(arguments(), &Config::default()).unwrap();
    assert_eq!(asked, topology.answer_cli(arguments(), &Config::default()).unwrap());
}
