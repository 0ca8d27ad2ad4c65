//! Clients that are many, slow, or gone: they cost the job nothing.

use crate::client::{connect, get};
use crate::{Running, running};
use millstream::prelude::*;
use std::io::Write;
use tokio::net::TcpStream;

/// Sends numbers through the job, and waits until all of them are through.
async fn works(running: &mut Running) {
    let before = events(&running.job);
    for number in 0..10_000 {
        running.sender.send(number).await.unwrap();
    }
    while events(&running.job) < before + 10_000 {
        tokio::task::yield_now().await;
    }
}

fn events(job: &Job) -> u64 {
    job.metrics().node("doubled").map_or(0, |node| node.total().events_out)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thousand_connections_do_not_harm_the_job() {
    let mut running = running(Config::default().page(0));
    let mut connections = Vec::new();
    for _ in 0..1_000 {
        // More than the queue of the system takes are not connected before there is room in it.
        let mut connecting = Box::pin(TcpStream::connect(running.at));
        let done = futures::poll!(&mut connecting);
        connections.push((connecting, done));
    }
    works(&mut running).await;
    drop(connections);
    assert_eq!(get(running.at, "/healthz").status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn feeds_that_nobody_reads_leave_room_for_others() {
    let mut running = running(Config::default().page(0));
    let mut feeds = Vec::new();
    for _ in 0..24 {
        let mut stream = connect(running.at);
        write!(stream, "GET /api/feed HTTP/1.1\r\nHost: localhost\r\n\r\n").unwrap();
        // Its head has arrived, so the feed has its place.
        std::io::Read::read_exact(&mut stream, &mut [0; 12]).unwrap();
        feeds.push(stream);
    }
    assert_eq!(get(running.at, "/api/feed").status, 503, "too many feeds");
    assert_eq!(get(running.at, "/api/live").status, 200);
    works(&mut running).await;
}
