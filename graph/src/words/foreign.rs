//! The words of other systems, of Rust's iterators and of SQL, and what is written here instead.

/// A word that is none of ours, with what is meant by it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Foreign {
    /// The word, in lower case and without `_`: `keyby` is `key_by` and `keyBy`.
    pub name: &'static str,
    /// What is written here.
    pub ours: &'static str,
    /// Whether an operator of this name that takes arguments is unlikely, whatever they are.
    pub sure: bool,
}

const fn row(name: &'static str, ours: &'static str) -> Foreign {
    Foreign { name, ours, sure: false }
}

const fn sure(name: &'static str, ours: &'static str) -> Foreign {
    Foreign { name, ours, sure: true }
}

const KEY: &str = "write `by(|event| event.key)`";
const FILTER_MAP: &str = "an operator that returns an `Option` emits an event or none; as a \
                          closure: `flat_map(|event| …)`, whose result is an `Option`";
const FULL: &str = "write `full_join(…)`, which emits the unmatched events of all sides too";
const MERGE: &str = "write the streams in brackets: `[a, b] >> …`";
const STATE: &str = "write an `#[operator]` with state, `async fn total(event: Event, sum: &mut \
                     u64) -> u64`; over a window: `aggregate(|event| event.amount, sum())`";
const PRINT: &str = "write `inspect(|event| println!(\"{event:?}\"))`, or `sink(debug_lines())` at \
                     the end";
const INSTANCES: &str = "write `* n` behind the operator: `>> operator * 2`";
const NAME: &str = "a line is named by `name = …`";
const EACH: &str = "write `sink(for_each(|event| …))` at the end of a line, or `inspect(|event| \
                    …)` within it";
const VARIANTS: &str = "write an operator that returns an enum with `#[derive(Outputs)]`: each \
                        variant is an output, `name.variant`";
const DISTINCT: &str = "write `by(|event| event.id) >> dedupe(10.mins())`";
const BATCHES: &str = "write `in_batches_of(100).or_after(1.secs())`";
const TIME: &str = "write `event_time(|event| event.at, lateness(2.secs()))` behind the source";
const WINDOWED: &str = "write `window(…)` with a kind of windows: `window(tumbling(1.mins()))`";
const PICK: &str = "write an `#[operator]` with state that counts, and returns an `Option`";

/// All of them.
pub const FOREIGN: &[Foreign] = &[
    sure("keyby", KEY),
    sure("groupby", KEY),
    sure("groupbykey", KEY),
    sure("partitionby", KEY),
    row("keyon", KEY),
    sure("selectkey", KEY),
    sure("filtermap", FILTER_MAP),
    sure("mapnotnull", FILTER_MAP),
    row("mapwhile", FILTER_MAP),
    row("findmap", FILTER_MAP),
    row("flatmapvalues", "write `flat_map(|event| …)`"),
    row("flatten", "write `flat_map(|events| events)`"),
    row("mapvalues", "write `map(|event| …)`"),
    row("select", "write `map(|event| …)`"),
    row("where", "write `filter(|event| …)`"),
    row("filternot", "write `filter(|event| !…)`"),
    sure("foreach", EACH),
    row("peek", "write `inspect(|event| …)`"),
    row("tapeach", "write `inspect(|event| …)`"),
    sure("outerjoin", FULL),
    sure("fullouterjoin", FULL),
    sure("leftouterjoin", "write `left_join(…)`"),
    sure("rightouterjoin", "write `right_join(…)`"),
    sure("innerjoin", "write `join(…)`"),
    row("cogroup", FULL),
    sure("intervaljoin", "write `join(within(before, after))`"),
    sure("windowjoin", "write `join(tumbling(1.mins()))`"),
    sure("asofjoin", "write `join(latest(keep))`"),
    sure("lookupjoin", "write `join(latest(keep))`"),
    row("temporaljoin", "write `join(latest(keep))`"),
    sure("union", MERGE),
    sure("unionall", MERGE),
    row("merge", MERGE),
    row("connect", MERGE),
    row("concat", MERGE),
    row("chain", MERGE),
    row("zip", "write `(a >> by(…), b >> by(…)) >> join(…)`"),
    row("reduce", STATE),
    row("scan", STATE),
    row("statefulmap", STATE),
    row("mapwithstate", STATE),
    row("flatmapwithstate", STATE),
    row("process", "write the operator itself: `>> operator`"),
    sure("then", "write the operator itself: `>> operator`"),
    row("apply", "write the operator itself: `>> operator`"),
    row("operator", "write the operator itself: `>> operator`"),
    row("transform", "write the operator itself: `>> operator`"),
    sure("via", "write the operator itself: `>> operator`"),
    sure("mapasync", "write an `#[operator(in_flight = 64)]` that awaits"),
    row("asyncmap", "write an `#[operator(in_flight = 64)]` that awaits"),
    row("broadcast", "write `to_all`"),
    sure("rebalance", "write `shuffle`"),
    sure("roundrobin", "write `shuffle`"),
    row("rescale", "write `shuffle`"),
    row("repartition", "write `shuffle`, or `by(|event| event.key)`"),
    sure("dedup", DISTINCT),
    sure("dedupby", DISTINCT),
    sure("dedupbykey", DISTINCT),
    sure("distinctby", DISTINCT),
    row("unique", DISTINCT),
    row("uniqueby", DISTINCT),
    sure("deduplicate", DISTINCT),
    row("batch", BATCHES),
    row("chunks", BATCHES),
    row("chunkstimeout", BATCHES),
    row("grouped", BATCHES),
    row("groupedwithin", BATCHES),
    row("readychunks", BATCHES),
    sure("ratelimit", "write `throttle(1_000.per_sec())`"),
    row("limitrate", "write `throttle(1_000.per_sec())`"),
    sure("print", PRINT),
    sure("println", PRINT),
    sure("dbg", PRINT),
    row("log", PRINT),
    sure("named", NAME),
    row("name", NAME),
    sure("uid", NAME),
    row("label", NAME),
    sure("parallelism", INSTANCES),
    sure("setparallelism", INSTANCES),
    row("parallel", INSTANCES),
    sure("withparallelism", INSTANCES),
    row("split", VARIANTS),
    row("branch", VARIANTS),
    row("partition", VARIANTS),
    sure("sideoutput", VARIANTS),
    row("route", VARIANTS),
    sure("assigntimestamps", TIME),
    sure("assigntimestampsandwatermarks", TIME),
    sure("withtimestamps", TIME),
    row("timestamps", TIME),
    row("watermark", TIME),
    row("watermarks", TIME),
    row("sort", "write `in_order(|event| event.id)`"),
    sure("sortby", "write `in_order(|event| event.id)`"),
    row("sortbykey", "write `in_order(|event| event.id)`"),
    sure("orderby", "write `in_order(|event| event.id)`"),
    row("windowed", WINDOWED),
    sure("windowby", WINDOWED),
    sure("windowall", WINDOWED),
    sure("timewindow", WINDOWED),
    sure("countwindow", "write `window(counted(100))`"),
    sure("sessionwindow", "write `window(session(10.mins()))`"),
    sure("tumblingwindow", "write `window(tumbling(1.mins()))`"),
    sure("slidingwindow", "write `window(sliding(30.mins(), 5.mins()))`"),
    sure("hopping", "write `window(sliding(size, slide))`"),
    row("hop", "write `window(sliding(size, slide))`"),
    row("tumble", "write `window(tumbling(size))`"),
    row("fixed", "write `window(tumbling(size))`"),
    sure("avg", "write `aggregate(|event| event.amount, mean())` behind a window"),
    row("average", "write `aggregate(|event| event.amount, mean())` behind a window"),
    row("total", "write `aggregate(|event| event.amount, sum())` behind a window"),
    row("take", PICK),
    row("takewhile", PICK),
    row("skip", PICK),
    row("skipwhile", PICK),
    row("stepby", PICK),
    row("limit", PICK),
    row("enumerate", PICK),
    row("to", "write `sink(…)`"),
    row("into", "write `sink(…)`"),
    sure("addsink", "write `sink(…)`"),
    sure("sinkto", "write `sink(…)`"),
    row("output", "write `sink(…)`"),
    row("write", "write `sink(…)`"),
    row("collect", "write `sink(collected.sink())` with a `Collected`"),
    row("discard", "write `ignore`"),
    row("blackhole", "write `ignore`"),
];

/// What is written here for a word of another system, however that is spelt.
///
/// # Examples
/// ```
/// use millstream_graph::words::foreign;
///
/// assert_eq!(foreign("groupBy"), foreign("group_by"));
/// assert_eq!(foreign("keyBy").map(|word| word.ours), Some("write `by(|event| event.key)`"));
/// assert_eq!(foreign("average_ticket"), None);
/// ```
#[must_use]
pub fn foreign(name: &str) -> Option<&'static Foreign> {
    let plain = name.replace('_', "").to_lowercase();
    FOREIGN.iter().find(|word| word.name == plain)
}

#[cfg(test)]
mod tests {
    use super::{FOREIGN, foreign};
    use crate::words::find;

    #[test]
    fn every_foreign_word_is_listed_once_and_is_none_of_ours() {
        for word in FOREIGN {
            assert_eq!(foreign(word.name), Some(word));
            assert_eq!(find(word.name), None, "{}", word.name);
        }
    }
}
