//! A progress line: redrawn in place on a terminal, printed every two seconds otherwise.

use millstream::job::MetricsReader;
use std::future::Future;
use std::io::{IsTerminal, Write};
use std::time::{Duration, Instant};

/// Shows the progress of a job until it ends.
pub async fn show<T>(meter: &MetricsReader, start: Instant, job: impl Future<Output = T>) -> T {
    let terminal = std::io::stderr().is_terminal();
    let pause = Duration::from_millis(if terminal { 200 } else { 2_000 });
    let mut job = std::pin::pin!(job);
    let mut last = (start, 0);
    let result = loop {
        tokio::select! {
            result = &mut job => break result,
            () = tokio::time::sleep(pause) => last = draw(meter, start, last, terminal),
        }
    };
    if terminal {
        eprint!("\r\x1b[K");
    }
    result
}

fn draw(
    meter: &MetricsReader,
    start: Instant,
    last: (Instant, u64),
    terminal: bool,
) -> (Instant, u64) {
    let metrics = meter.read();
    let count = |node: &str| metrics.node(node).map_or(0, |node| node.total().events_in);
    let (now, events) = (Instant::now(), count("tx"));
    let rate = events.saturating_sub(last.1) as f64 / (now - last.0).as_secs_f64();
    let line = format!(
        "{:>5.1} s  {:>10} transactions  {:>9.0} /s  {:>10} scores  {:>6} alerts",
        (now - start).as_secs_f64(),
        events,
        rate,
        count("scores"),
        count("alerts"),
    );
    if terminal {
        eprint!("\r\x1b[K{line}");
        std::io::stderr().flush().ok();
    } else {
        eprintln!("{line}");
    }
    (now, events)
}
