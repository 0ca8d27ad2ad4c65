//! The topology as `topology!` expands it.
//!
//! `Fits::then(Takes::event(stream, operator)).stream()` is `stream.then(operator)`; likewise for
//! the other verbs. Called by path, they let the compiler say more about a mistake and less about
//! the library.

use super::operators::{
    Score, average_ticket, merge_scores, proximity, suspicious, transaction_count,
};
use millstream::checks::{
    Accepts, CloneEvents, Emits, EndedBy, FedBy, Fits, GroupKey, HasFullWindows, IsKeyed,
    MakesWatermarks, Merged, SameEvents, SameTime, Takes, TimeFor, WindowKind,
};
use millstream::prelude::*;

pub fn fraud(transactions: impl Source<demo::Transaction>, alerts: impl Sink<Score>) -> Topology {
    let job = Builder::new("fraud").delivery(at_most_once);
    let tx = CloneEvents::copied(
        MakesWatermarks::event_time(
            FedBy::source(&job, Emits::events(transactions)).stream(),
            |t| EventTime::from_secs(t.unix_seconds),
            lateness(2.secs()),
        )
        .stream()
        .named("tx"),
    )
    .fan_out();
    let avg = Fits::then(Takes::event(
        GroupKey::by(tx.tap(), |t| t.customer_id).stream().instances(2),
        average_ticket {},
    ))
    .stream()
    .named("avg");
    let near = Fits::then(Takes::event(
        HasFullWindows::windows(
            TimeFor::window(WindowKind::kind(
                IsKeyed::keyed(GroupKey::by(tx.tap(), |t| t.customer_id).stream()),
                sliding(30.mins(), 5.mins()),
            ))
            .stream()
            .instances(2),
        ),
        proximity {},
    ))
    .stream()
    .named("near")
    .outputs();
    let count = Fits::then(Takes::event(
        HasFullWindows::windows(
            TimeFor::window(WindowKind::kind(
                IsKeyed::keyed(GroupKey::by(tx.tap(), |t| t.customer_id).stream()),
                tumbling(1.mins()),
            ))
            .stream()
            .instances(2),
        ),
        transaction_count {},
    ))
    .stream()
    .named("count")
    .outputs();
    let scores = Fits::then(Takes::event(
        GroupKey::by(
            SameTime::and(SameEvents::event(
                SameTime::and(SameEvents::event(Merged::of(avg), near.stream)),
                count.stream,
            ))
            .stream(),
            |s| s.tx,
        )
        .stream()
        .instances(2),
        merge_scores {},
    ))
    .stream()
    .named("scores");
    EndedBy::sink_named(
        &job,
        Accepts::events(
            Fits::then(Takes::event(scores.as_channel().default_instances(), suspicious {}))
                .stream()
                .as_call(),
            alerts,
        ),
        "alerts",
    );
    near.late.ignore();
    count.late.ignore();
    job.build()
}
