//! The functions in the arguments of words: windows, bounds, strategies, aggregates, policies, and
//! the sources and sinks of the library.

use super::argument::{self, Argument, Kind, Zero};

/// A function of the library in an argument of a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Function {
    /// Its name.
    pub name: &'static str,
    /// What it is an argument for.
    pub kind: Kind,
    /// What it takes.
    pub arguments: &'static [Argument],
    /// The methods of it that take a number or a time, and what that is.
    pub methods: &'static [(&'static str, Argument)],
    /// The joins that it is made for.
    pub sides: Sides,
    /// The time that it goes by, if it is a window.
    pub time: Time,
}

/// The time that windows go by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Time {
    /// That of the events.
    Event,
    /// None.
    None,
}

/// The joins that a bound is made for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sides {
    /// Those of any number of sides.
    Any,
    /// Those of two sides.
    Two,
    /// Those that emit no unmatched events of the other sides: these are only looked up.
    LookedUp,
}

impl Function {
    const fn new(name: &'static str, kind: Kind, arguments: &'static [Argument]) -> Self {
        Self { name, kind, arguments, methods: &[], sides: Sides::Any, time: Time::None }
    }

    const fn methods(self, methods: &'static [(&'static str, Argument)]) -> Self {
        Self { methods, ..self }
    }

    const fn by_event_time(self) -> Self {
        Self { time: Time::Event, ..self }
    }

    const fn sides(self, sides: Sides) -> Self {
        Self { sides, ..self }
    }

    /// How it is written: `sliding(size, slide)`.
    #[must_use]
    pub fn usage(&self) -> String {
        let names: Vec<&str> = self.arguments.iter().map(|argument| argument.name).collect();
        match self.is_bare() {
            true => self.name.to_owned(),
            false => format!("{}({})", self.name, names.join(", ")),
        }
    }

    /// How it may be written: `sliding(30.mins(), 5.mins())`.
    #[must_use]
    pub fn example(&self) -> String {
        match self.is_bare() {
            true => self.name.to_owned(),
            false => argument::example(self.name, self.arguments),
        }
    }

    /// Whether it is written without parentheses.
    fn is_bare(&self) -> bool {
        self.kind == Kind::Policy && self.arguments.is_empty()
    }
}

const fn size(example: &'static str) -> Argument {
    Argument::new("size", Kind::Time, example).positive(Zero::EmptyWindow)
}

const SLIDE: Argument = Argument::new("slide", Kind::Time, "5.mins()").positive(Zero::EmptyWindow);
const GAP: Argument = Argument::new("gap", Kind::Time, "10.mins()").positive(Zero::EmptyWindow);
const EVENTS: Argument = Argument::new("events", Kind::Count, "100").positive(Zero::EmptyWindow);
const SPANS: Argument =
    Argument::new("spans", Kind::Times, "[1.days(), 7.days()]").positive(Zero::EmptyWindow);
const BEFORE: Argument = Argument::new("before", Kind::Time, "1.mins()");
const AFTER: Argument = Argument::new("after", Kind::Time, "1.mins()");
const KEEP: Argument = Argument::new("keep", Kind::Time, "1.hours()").positive(Zero::Invalid);
const LATENESS: Argument = Argument::new("bound", Kind::Time, "2.secs()");
const MARK: Argument = Argument::new("mark", Kind::Closure, "|event| event.up_to");
const MOST: Argument = Argument::new("n", Kind::Count, "10").positive(Zero::Invalid);
const ONE_IN: Argument = Argument::new("n", Kind::Count, "10").positive(Zero::NoSample);
const INTERVAL: Argument = Argument::new("interval", Kind::Time, "1.secs()");
const ANY: Argument = Argument::new("initial", Kind::Value, "0");
const ADD: Argument = Argument::new("add", Kind::Closure, "|total, value| …");
const MERGE: Argument = Argument::new("merge", Kind::Closure, "|total, other| …");

const INSTANCES: Argument = Argument::new("n", Kind::Instances, "4").positive(Zero::NoInstance);
const GROUPS: Argument = Argument::new("n", Kind::Count, "1_024").positive(Zero::NoGroup);
const MEMORY: Argument = Argument::new("bytes", Kind::Bytes, "64.mib()");
const PROMISE: Argument = Argument::new("promise", Kind::Value, "at_least_once");
const LATE: Argument = Argument::new("late", Kind::Ignore, "ignore");

/// The methods that may follow `job(…)`.
pub const OPTIONS: &[Function] = &[
    Function::new("instances", Kind::Value, &[INSTANCES]),
    Function::new("memory", Kind::Value, &[MEMORY]),
    Function::new("delivery", Kind::Value, &[PROMISE]),
    Function::new("key_groups", Kind::Value, &[GROUPS]),
    Function::new("late", Kind::Value, &[LATE]),
];

/// The methods of windows that fire early.
const EARLY: &[(&str, Argument)] = &[
    ("early_every", Argument::new("events", Kind::Count, "100").positive(Zero::Invalid)),
    ("early_each", Argument::new("time", Kind::Time, "1.secs()").positive(Zero::Invalid)),
    ("allowed_lateness", Argument::new("lateness", Kind::Time, "10.secs()")),
    ("offset", Argument::new("offset", Kind::Time, "8.hours()")),
    ("delayed", Argument::new("delay", Kind::Time, "7.days()")),
];

/// The methods of a strategy.
const IDLE: &[(&str, Argument)] = &[
    ("idle_after", Argument::new("wait", Kind::Time, "10.secs()")),
    ("follow_clock_after", Argument::new("wait", Kind::Time, "10.secs()")),
    ("at_most_ahead", Argument::new("bound", Kind::Time, "1.hours()")),
];

/// All functions, those of a kind in the order of the documentation.
pub const FUNCTIONS: &[Function] = &[
    Function::new("tumbling", Kind::Window, &[size("1.mins()")]).methods(EARLY).by_event_time(),
    Function::new("sliding", Kind::Window, &[size("30.mins()"), SLIDE])
        .methods(EARLY)
        .by_event_time(),
    Function::new("session", Kind::Window, &[GAP]).methods(EARLY).by_event_time(),
    Function::new("counted", Kind::Window, &[EVENTS]).methods(EARLY),
    Function::new("global", Kind::Window, &[]).methods(EARLY),
    Function::new("trailing", Kind::Window, &[SPANS]).methods(EARLY).by_event_time(),
    Function::new("within", Kind::Bound, &[BEFORE, AFTER]).sides(Sides::Two),
    Function::new("latest", Kind::Bound, &[KEEP]).sides(Sides::LookedUp),
    Function::new("lateness", Kind::Strategy, &[LATENESS]).methods(IDLE),
    Function::new("punctuated", Kind::Strategy, &[MARK]).methods(IDLE),
    Function::new("sum", Kind::Aggregate, &[]),
    Function::new("mean", Kind::Aggregate, &[]),
    Function::new("count", Kind::Aggregate, &[]),
    Function::new("min", Kind::Aggregate, &[]),
    Function::new("max", Kind::Aggregate, &[]),
    Function::new("min_f64", Kind::Aggregate, &[]),
    Function::new("max_f64", Kind::Aggregate, &[]),
    Function::new("top", Kind::Aggregate, &[MOST]),
    Function::new("first", Kind::Aggregate, &[]),
    Function::new("last", Kind::Aggregate, &[]),
    Function::new("distinct", Kind::Aggregate, &[]),
    Function::new("most_frequent", Kind::Aggregate, &[MOST]),
    Function::new("collect", Kind::Aggregate, &[]),
    Function::new("fold", Kind::Aggregate, &[ANY, ADD, MERGE]),
    Function::new("every", Kind::Source, &[INTERVAL]),
    Function::new("block", Kind::Policy, &[]),
    Function::new("drop_newest", Kind::Policy, &[]),
    Function::new("drop_oldest", Kind::Policy, &[]),
    Function::new("sample", Kind::Policy, &[ONE_IN]),
];

/// What other systems call functions of a kind. A name that a function of the user may well have is
/// not among them.
const OTHERS: &[(Kind, &str, &[&str])] = &[
    (Kind::Window, "tumbling", &["tumble", "fixed_window", "tumbling_window"]),
    (Kind::Window, "sliding", &["hop", "hopping", "sliding_window", "hopping_window"]),
    (Kind::Window, "session", &["session_window"]),
    (Kind::Window, "counted", &["count_window"]),
    (Kind::Strategy, "lateness", &["bounded_out_of_orderness", "bounded_out_of_order"]),
    (Kind::Aggregate, "mean", &["avg", "average"]),
    (Kind::Aggregate, "top", &["top_n", "top_k", "topk"]),
    (Kind::Aggregate, "distinct", &["count_distinct", "n_unique"]),
    (Kind::Aggregate, "collect", &["collect_list", "array_agg"]),
    (Kind::Policy, "drop_newest", &["drop_new", "drop_latest", "drop_last", "drop_incoming"]),
    (Kind::Policy, "drop_oldest", &["drop", "drop_all", "drop_old", "drop_first"]),
];

/// The function that another system calls by this name.
///
/// # Examples
/// ```
/// use millstream_graph::words::{Kind, other_name};
///
/// assert_eq!(other_name(Kind::Aggregate, "avg"), Some("mean"));
/// assert_eq!(other_name(Kind::Window, "avg"), None);
/// ```
#[must_use]
pub fn other_name(kind: Kind, name: &str) -> Option<&'static str> {
    let of_kind = |of: Kind| of == kind || (kind == Kind::Bound && of == Kind::Window);
    let known = OTHERS.iter().find(|(of, _, others)| of_kind(*of) && others.contains(&name));
    known.map(|(_, ours, _)| *ours)
}

/// Finds the function with this name.
///
/// # Examples
/// ```
/// use millstream_graph::words::{Kind, function};
///
/// assert_eq!(function("sum").map(|sum| sum.kind), Some(Kind::Aggregate));
/// assert_eq!(function("sliding").unwrap().usage(), "sliding(size, slide)");
/// assert_eq!(function("average_ticket"), None);
/// ```
#[must_use]
pub fn function(name: &str) -> Option<&'static Function> {
    FUNCTIONS.iter().find(|function| function.name == name)
}

/// The functions of this kind; those that bound a join include the windows.
///
/// # Examples
/// ```
/// use millstream_graph::words::{Kind, functions_of};
///
/// let bounds: Vec<&str> = functions_of(Kind::Bound).map(|bound| bound.name).collect();
/// assert_eq!(bounds[..2], ["within", "latest"]);
/// assert!(bounds.contains(&"tumbling"));
/// ```
pub fn functions_of(kind: Kind) -> impl Iterator<Item = &'static Function> + Clone {
    let own = FUNCTIONS.iter().filter(move |function| function.kind == kind);
    let windows = FUNCTIONS
        .iter()
        .filter(move |function| kind == Kind::Bound && function.kind == Kind::Window);
    own.chain(windows)
}

#[cfg(test)]
mod tests {
    use super::{FUNCTIONS, function};

    #[test]
    fn every_function_is_listed_once() {
        for listed in FUNCTIONS {
            assert_eq!(function(listed.name), Some(listed));
        }
    }
}
