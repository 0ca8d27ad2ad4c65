//! The places of a topology where an editor is asked.

/// What comes before the lines.
pub const HEAD: &str = "\
use millstream::prelude::*;

#[derive(Clone, Debug)]
pub struct Tx {
    pub card: u32,
    pub amount: f64,
    pub at: EventTime,
    pub merchant: String,
}

#[derive(Clone, Debug)]
pub struct Score {
    pub tx: u32,
    pub value: f64,
}

#[derive(Outputs)]
pub enum Kind {
    Small(Tx),
    Large(Tx),
}

pub struct Settings {
    pub factor: f64,
    pub step: std::time::Duration,
}

#[operator]
async fn average_ticket(t: Tx, sum: &mut f64) -> Score {
    *sum += t.amount;
    Score { tx: t.card, value: *sum }
}

#[operator]
async fn parsed(t: Tx) -> Result<Tx, std::fmt::Error> {
    Ok(t)
}

#[operator]
async fn kinds(t: Tx) -> Kind {
    if t.amount > 1.0 { Kind::Large(t) } else { Kind::Small(t) }
}

#[operator]
async fn scaled(t: Tx, factor: f64) -> Tx {
    Tx { amount: t.amount * factor, ..t }
}

pub fn job(transactions: impl Source<Tx>, settings: Settings) -> Topology {
    topology!(
        job(\"editor\"),
        tx = source(transactions) >> event_time(|t| t.at, lateness(2.secs())),
";

/// What comes behind them.
pub const TAIL: &str = "    )\n}\n\nfn main() {}\n";

/// A place, and what is to be offered there.
pub struct Position {
    pub name: &'static str,
    /// The lines, with the cursor.
    pub lines: &'static str,
    pub wants: &'static [&'static str],
    /// Whether it is right today. One that is not is printed, and no failure.
    pub today: bool,
}

const fn right(
    name: &'static str,
    lines: &'static str,
    wants: &'static [&'static str],
) -> Position {
    Position { name, lines, wants, today: true }
}

/// A place that is not right yet.
const fn wrong(
    name: &'static str,
    lines: &'static str,
    wants: &'static [&'static str],
) -> Position {
    Position { name, lines, wants, today: false }
}

/// The eleven places that a syntax has to serve.
pub const FIRST: &[Position] = &[
    right("field after a bare dot", "tx >> map(|t| t.‸) >> ignore,", &["amount", "card"]),
    right("field begun", "tx >> map(|t| t.am‸) >> ignore,", &["amount"]),
    right("method after a bare dot", "tx >> filter(|t| t.merchant.‸) >> ignore,", &["is_empty"]),
    right("method begun", "tx >> filter(|t| t.merchant.is_e‸) >> ignore,", &["is_empty"]),
    right("operator after a bare arrow", "tx >> ‸,", &["average_ticket", "scaled"]),
    right("operator begun", "tx >> by(|t| t.card) >> avera‸,", &["average_ticket"]),
    right("word begun", "tx >> b‸,", &["by", "buffer"]),
    right("name of a stream", "a = t‸,", &["tx"]),
    right("bare dot, and no comma", "a = tx >> map(|t| t.‸)\n        a >> ignore,", &["amount"]),
    right(
        "behind a line without its comma",
        "a = tx >> map(|t| t)\n        tx >> filter(|t| t.‸) >> ignore,",
        &["amount"],
    ),
    right(
        "beside a broken line",
        "a = tx >> >> map(|t| t),\n        tx >> filter(|t| t.‸) >> ignore,",
        &["amount"],
    ),
];

/// Words behind an arrow, arguments, closures, outputs.
pub const MORE: &[Position] = &[
    // Words.
    right("word: window", "tx >> by(|t| t.card) >> win‸,", &["window"]),
    right(
        "word: aggregate",
        "tx >> by(|t| t.card) >> window(tumbling(1.mins())) >> agg‸,",
        &["aggregate"],
    ),
    right("word: join", "(tx >> by(|t| t.card), tx >> by(|t| t.card)) >> jo‸,", &["join"]),
    right("word: filter", "tx >> fil‸,", &["filter"]),
    right("word: flat_map", "tx >> flat‸,", &["flat_map"]),
    right("word: shuffle", "tx >> shu‸,", &["shuffle"]),
    right("word: overflow", "tx >> over‸,", &["overflow"]),
    right("word: throttle", "tx >> thro‸,", &["throttle"]),
    right("word: sink", "tx >> sin‸,", &["sink"]),
    right("word: ignore", "tx >> ign‸,", &["ignore"]),
    right(
        "word: fail",
        "a = tx >> parsed,\n        a >> ignore,\n        a.errors >> fai‸,",
        &["fail"],
    ),
    right("word: event_time", "a = source(from_iter([1])) >> ev‸,", &["event_time"]),
    right("word: source", "a = sou‸,", &["source"]),
    right("word: feedback", "a = feed‸,", &["feedback"]),
    // Arguments.
    right("source: a function", "a = source(from_‸),", &["from_iter"]),
    right("source: a parameter", "a = source(trans‸),", &["transactions"]),
    right("sink: a function", "tx >> sink(std‸),", &["stdout_lines"]),
    right("window: its kind", "tx >> by(|t| t.card) >> window(tum‸) >> ignore,", &["tumbling"]),
    right(
        "window: a length",
        "tx >> by(|t| t.card) >> window(tumbling(1.mi‸)) >> ignore,",
        &["mins"],
    ),
    right(
        "window: a value of the program",
        "tx >> by(|t| t.card) >> window(tumbling(settings.‸)) >> ignore,",
        &["step"],
    ),
    right(
        "aggregate: its value",
        "tx >> by(|t| t.card) >> window(tumbling(1.mins())) >> aggregate(|t| t.‸, sum()),",
        &["amount"],
    ),
    right(
        "aggregate: what it computes",
        "tx >> by(|t| t.card) >> window(tumbling(1.mins())) >> aggregate(|t| t.amount, su‸),",
        &["sum"],
    ),
    right(
        "join: its bounds",
        "(tx >> by(|t| t.card), tx >> by(|t| t.card)) >> join(with‸),",
        &["within"],
    ),
    right("overflow: its policy", "tx >> overflow(drop_‸) >> map(|t| t),", &["drop_oldest"]),
    right("lateness: a length", "a = tx >> event_time(|t| t.at, lateness(2.se‸)),", &["secs"]),
    right("instances: auto", "a = tx >> by(|t| t.card) >> average_ticket * au‸,", &["auto"]),
    right("operator: its argument", "tx >> scaled(settings.‸) >> ignore,", &["factor"]),
    // Closures.
    right("closure: a key", "tx >> by(|t| t.‸) >> average_ticket >> ignore,", &["card"]),
    right("closure: event time", "a = tx >> event_time(|t| t.‸, lateness(1.secs())),", &["at"]),
    right(
        "closure: a block",
        "tx >> map(|t| { let amount = t.‸; amount }) >> ignore,",
        &["amount"],
    ),
    right(
        "closure: behind an operator",
        "tx >> by(|t| t.card) >> average_ticket >> filter(|s| s.‸) >> ignore,",
        &["value"],
    ),
    right(
        "closure: behind a named stream",
        "s = tx >> by(|t| t.card) >> average_ticket,\n        s >> map(|s| s.‸) >> ignore,",
        &["value"],
    ),
    right(
        "closure: a result of windows",
        "tx >> by(|t| t.card) >> window(tumbling(1.mins())) >> aggregate(|t| t.amount, sum()) >> \
         map(|w| w.‸) >> ignore,",
        &["value", "key"],
    ),
    // Outputs and names.
    right("outputs: a bare dot", "p = tx >> parsed,\n        p.‸ >> fail,", &["errors", "late"]),
    right("outputs: of variants", "k = tx >> kinds,\n        k.‸ >> ignore,", &["small", "large"]),
    right(
        "outputs: the events, while the errors go nowhere",
        "p = tx >> parsed,\n        p >> map(|t| t.‸) >> ignore,",
        &["amount"],
    ),
    right(
        "output: a variant",
        "k = tx >> kinds,\n        k.sm‸ >> ignore,\n        k.large >> ignore,",
        &["small"],
    ),
    wrong("output: errors", "p = tx >> parsed,\n        p.err‸ >> fail,", &["errors"]),
    right(
        "names that are merged",
        "first = tx >> map(|t| t),\n        second = tx >> map(|t| t),\n        [first, sec‸] >> \
         ignore,",
        &["second"],
    ),
];

/// A word with its cursor, and the text of the line where it is defined; `None` in another file.
pub struct Definition {
    pub name: &'static str,
    pub lines: &'static str,
    pub at: Option<&'static str>,
    pub today: bool,
}

pub const DEFINITIONS: &[Definition] = &[
    Definition {
        name: "an operator",
        lines: "tx >> by(|t| t.card) >> averag‸e_ticket >> ignore,",
        at: Some("async fn average_ticket("),
        today: true,
    },
    Definition {
        name: "an operator with an argument",
        lines: "tx >> sca‸led(settings.factor) >> ignore,",
        at: Some("async fn scaled("),
        today: true,
    },
    Definition {
        name: "a stream",
        lines: "named = tx >> map(|t| t),\n        nam‸ed >> ignore,",
        at: Some("named = tx"),
        today: true,
    },
    Definition {
        name: "a field",
        lines: "tx >> map(|t| t.amou‸nt) >> ignore,",
        at: Some("pub amount: f64"),
        today: true,
    },
    Definition {
        name: "a word",
        lines: "tx >> fil‸ter(|t| t.amount > 1.0) >> ignore,",
        at: None,
        today: true,
    },
];

/// A word with its cursor, and what is shown of it.
pub struct Hover {
    pub name: &'static str,
    pub lines: &'static str,
    pub has: &'static str,
    pub lacks: &'static [&'static str],
    pub today: bool,
}

pub const HOVERS: &[Hover] = &[
    Hover {
        name: "a stream",
        lines: "s = tx >> by(|t| t.card) >> average_ticket,\n        ‸s >> ignore,",
        has: "Score",
        lacks: &["ChainSpec", "Links<"],
        today: true,
    },
    Hover {
        name: "a word",
        lines: "tx >> fil‸ter(|t| t.amount > 1.0) >> ignore,",
        has: "filter",
        lacks: &["__"],
        today: true,
    },
    Hover {
        name: "an operator",
        lines: "tx >> by(|t| t.card) >> averag‸e_ticket >> ignore,",
        has: "average_ticket",
        lacks: &["__"],
        today: true,
    },
];
