//! The topology, as `topology!` writes it.
//!
//! `Fits::then(Takes::event(stream, operator))` is `stream.then(operator)`, and so with the others:
//! called by their paths they let the compiler say more about a mistake, and less about the
//! library.

use super::operators::{
    Score, average_ticket, merge_scores, proximity, suspicious, transaction_count,
};
use millstream::prelude::*;
use millstream::topology::contract::{
    Accepts, Alike, Copied, Emits, Fits, Gathers, Groups, IsKeyed, Marks, Merged, SameTime, Takes,
    TimeFor, Whole,
};
use millstream::topology::{EndedBy, FedBy};

pub fn fraud(transactions: impl Source<demo::Transaction>, alerts: impl Sink<Score>) -> Topology {
    let job = Builder::new("fraud").delivery(at_most_once);
    let tx = Copied::copied(
        Marks::event_time(
            FedBy::source(&job, Emits::events(transactions)),
            |t| EventTime::from_secs(t.unix_seconds),
            lateness(2.secs()),
        )
        .named("tx"),
    )
    .fan_out();
    let avg = Fits::then(Takes::event(
        Groups::by(tx.tap(), |t| t.customer_id).instances(2),
        average_ticket {},
    ))
    .named("avg");
    let near = Fits::then(Takes::event(
        Whole::windows(
            TimeFor::window(Gathers::kind(
                IsKeyed::keyed(Groups::by(tx.tap(), |t| t.customer_id)),
                sliding(30.mins(), 5.mins()),
            ))
            .instances(2),
        ),
        proximity {},
    ))
    .named("near")
    .outputs();
    let count = Fits::then(Takes::event(
        Whole::windows(
            TimeFor::window(Gathers::kind(
                IsKeyed::keyed(Groups::by(tx.tap(), |t| t.customer_id)),
                tumbling(1.mins()),
            ))
            .instances(2),
        ),
        transaction_count {},
    ))
    .named("count")
    .outputs();
    let scores = Fits::then(Takes::event(
        Groups::by(
            SameTime::and(Alike::event(
                SameTime::and(Alike::event(Merged::of(avg), near.stream)),
                count.stream,
            ))
            .stream(),
            |s| s.tx,
        )
        .instances(2),
        merge_scores {},
    ))
    .named("scores");
    EndedBy::sink_named(
        &job,
        Accepts::events(
            Fits::then(Takes::event(scores.default_instances(), suspicious {})),
            alerts,
        ),
        "alerts",
    );
    SameTime::and(Alike::event(Merged::of(near.late), count.late)).stream().ignore();
    job.build()
}
