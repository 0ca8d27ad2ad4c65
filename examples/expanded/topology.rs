//! The topology as `topology!` expands it.
//!
//! `Fits::then(Operator::event(stream, operator)).stream()` is `stream.then(operator)`; likewise
//! for the other verbs. Called by path, they let the compiler say more about a mistake and less
//! about the library.

use super::operators::{
    Score, average_ticket, merge_scores, proximity, suspicious, transaction_count,
};
use millstream::checks;
use millstream::prelude::*;

pub fn fraud(transactions: impl Source<demo::Transaction>, alerts: impl Sink<Score>) -> Topology {
    let job = Builder::new("fraud").delivery(at_most_once);
    let tx = checks::Clone::copied(
        checks::Watermarks::event_time(
            checks::plain::event_time(
                checks::ReadsFrom::source(&job, checks::Source::events(transactions)).stream(),
                |t| EventTime::from_secs(t.unix_seconds),
            ),
            lateness(2.secs()),
        )
        .stream()
        .named("tx"),
    )
    .fan_out();
    let avg = checks::Fits::then(checks::Routes::errors(checks::Operator::event(
        checks::Key::by(checks::plain::by(tx.tap(), |t| t.customer_id)).stream().instances(2),
        average_ticket {},
    )))
    .stream()
    .named("avg");
    let near = checks::Fits::then(checks::Routes::errors(checks::WindowOperator::event(
        checks::HasFullWindows::windows(
            checks::TimeFor::window(checks::Windows::kind(
                checks::IsKeyed::keyed(
                    checks::Key::by(checks::plain::by(tx.tap(), |t| t.customer_id)).stream(),
                ),
                sliding(30.mins(), 5.mins()),
            ))
            .stream()
            .instances(2),
        ),
        proximity {},
    )))
    .stream()
    .named("near")
    .outputs();
    let count = checks::Fits::then(checks::Routes::errors(checks::WindowOperator::event(
        checks::HasFullWindows::windows(
            checks::TimeFor::window(checks::Windows::kind(
                checks::IsKeyed::keyed(
                    checks::Key::by(checks::plain::by(tx.tap(), |t| t.customer_id)).stream(),
                ),
                tumbling(1.mins()),
            ))
            .stream()
            .instances(2),
        ),
        transaction_count {},
    )))
    .stream()
    .named("count")
    .outputs();
    let scores = checks::Fits::then(checks::Routes::errors(checks::Operator::event(
        checks::Key::by(checks::plain::by(
            checks::SameTime::and(checks::SameEvents::event(
                checks::SameTime::and(checks::SameEvents::event(
                    checks::Merged::of(avg),
                    near.stream,
                )),
                count.stream,
            ))
            .stream(),
            |s| s.tx,
        ))
        .stream()
        .instances(2),
        merge_scores {},
    )))
    .stream()
    .named("scores");
    checks::WritesTo::sink_named(
        &job,
        checks::Sink::events(
            checks::Fits::then(checks::KeyedFor::operator(checks::Routes::errors(
                checks::Operator::event(scores.as_channel().default_instances(), suspicious {}),
            )))
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
