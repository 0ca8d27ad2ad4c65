//! Programs of many nodes, by `topology!` and by the builder calls that a person would write.

use std::fmt::Write as _;

/// The nodes of a group of the mixed topology, its sink among them.
const GROUP: usize = 5;

/// How many groups follow one another before the next begins at the source.
const ROW: usize = 10;

/// How a program is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum By {
    Macro,
    Builder,
}

const HEAD: &str = "\
use millstream::prelude::*;

#[derive(Clone, Debug)]
pub struct Reading {
    pub sensor: u32,
    pub at: EventTime,
    pub value: f64,
}

";

const MAIN: &str = "\
fn main() {
    let _ = job(from_iter([]));
}
";

/// A topology with a number of nodes: operators with state, filters, windows with aggregates, sinks.
pub fn mixed(nodes: usize, by: By) -> String {
    let mut text = HEAD.to_owned();
    for at in 0..nodes / GROUP {
        write!(
            text,
            "#[operator]\nasync fn op{at}(r: Reading, sum: &mut f64) -> Reading {{\n    *sum += \
             r.value;\n    Reading {{ value: *sum + {at}.0, ..r }}\n}}\n\n"
        )
        .ok();
    }
    text.push_str("pub fn job(readings: impl Source<Reading>) -> Topology {\n");
    match by {
        By::Macro => mixed_by_macro(&mut text, nodes / GROUP),
        By::Builder => mixed_by_builder(&mut text, nodes / GROUP),
    }
    text + "}\n\n" + MAIN
}

/// The stream that a group reads.
fn upstream(at: usize) -> String {
    if at.is_multiple_of(ROW) { "tx".to_owned() } else { format!("c{}", at - 1) }
}

fn mixed_by_macro(text: &mut String, groups: usize) {
    text.push_str(
        "    topology!(\n        job(\"wide\", at_most_once),\n        tx = source(readings) >> \
         event_time(|r| r.at, lateness(1.secs())),\n",
    );
    for at in 0..groups {
        let from = upstream(at);
        write!(
            text,
            "        b{at} = {from} >> by(|r| r.sensor) >> op{at} * 2,\n        c{at} = b{at} >> \
             filter(|r| r.value > {at}.0),\n        d{at} = c{at} >> by(|r| r.sensor) >> \
             window(tumbling(1.mins())) >> aggregate(|r| r.value, sum()),\n        d{at} >> \
             map(|w| w.value) >> sink(for_each(|_| ())),\n        d{at}.late >> ignore,\n"
        )
        .ok();
    }
    text.push_str("    )\n");
}

fn mixed_by_builder(text: &mut String, groups: usize) {
    text.push_str(
        "    let job = Builder::new(\"wide\").delivery(at_most_once);\n    let tx = \
         job.source(readings).event_time(|r| r.at, lateness(1.secs())).named(\"tx\").fan_out();\n",
    );
    for at in 0..groups {
        let from = upstream(at);
        // Read by its own window, and by the group behind it if there is one in the row.
        let is_last = at + 1 == groups || (at + 1).is_multiple_of(ROW);
        let (fan_out, tap) = if is_last { ("", "") } else { (".fan_out()", ".tap()") };
        write!(
            text,
            "    let b{at} = {from}.tap().by(|r| r.sensor).instances(2).then(op{at} \
             {{}}).named(\"b{at}\");\n    let c{at} = b{at}.filter(|r| r.value > \
             {at}.0).named(\"c{at}\"){fan_out};\n    let d{at} = c{at}{tap}.by(|r| \
             r.sensor).window(tumbling(1.mins())).aggregate(|r| r.value, \
             sum()).named(\"d{at}\").outputs();\n    d{at}.stream.map(|w| \
             w.value).sink(for_each(|_| ()));\n    d{at}.late.ignore();\n"
        )
        .ok();
    }
    text.push_str("    job.build()\n");
}

/// One line with a number of operators: await-free ones, `map` and `filter` in turn.
pub fn chain(operators: usize, by: By) -> String {
    let mut text = String::from(
        "use millstream::prelude::*;\n\n#[operator]\nasync fn inc(n: u64) -> Option<u64> {\n    \
         (n < 1_000_000).then_some(n + 1)\n}\n\npub fn job(numbers: impl Source<u64>) -> Topology \
         {\n",
    );
    let step = |at: usize| match (at % 3, by) {
        (0, By::Macro) => " >> inc".to_owned(),
        (0, By::Builder) => ".then(inc {})".to_owned(),
        (1, By::Macro) => format!(" >> map(|n| n + {at})"),
        (1, By::Builder) => format!(".map(|n| n + {at})"),
        (_, By::Macro) => " >> filter(|n| *n > 0)".to_owned(),
        (_, By::Builder) => ".filter(|n| *n > 0)".to_owned(),
    };
    let steps: String = (0..operators).map(step).collect();
    match by {
        By::Macro => write!(
            text,
            "    topology!(\n        job(\"chain\", at_most_once),\n        numbers = \
             source(numbers),\n        numbers{steps} >> sink(for_each(|_| ())),\n    )\n"
        ),
        By::Builder => write!(
            text,
            "    let job = Builder::new(\"chain\").delivery(at_most_once);\n    let numbers = \
             job.source(numbers).named(\"numbers\");\n    numbers{steps}.sink(for_each(|_| \
             ()));\n    job.build()\n"
        ),
    }
    .ok();
    text + "}\n\n" + MAIN
}
