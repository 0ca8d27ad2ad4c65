//! When there is a page, and until when; what it answers meanwhile.

use crate::client::{feed, get, post};
use crate::{Running, running};
use millstream::ErrorKind;
use millstream::prelude::*;
use serde_json::Value;
use std::net::TcpStream;

fn object(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

#[tokio::test]
async fn a_job_has_no_page_unless_it_is_asked_for() {
    let topology = topology!(source(from_iter([1])) >> map(|n| n + 1) >> ignore);
    let mut job = topology.start(Config::default()).unwrap();
    assert_eq!(job.page_address(), None);
    job.wait().await.unwrap();
}

#[tokio::test]
async fn the_graph_has_every_node_and_edge_of_the_topology() {
    let Running { at, job: _job, .. } = running(Config::default().page(0));
    let graph = object(&get(at, "/api/graph").body);
    assert_eq!((&graph["v"], &graph["job"]), (&Value::from(1), &Value::from("numbers")));
    let names = |list: &Value, name: &str| -> Vec<String> {
        let values = list.as_array().unwrap().iter();
        values.map(|one| one[name].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(names(&graph["nodes"], "name"), ["numbers", "doubled", "doubled_sink"]);
    assert_eq!(names(&graph["nodes"], "kind"), ["source", "operator", "sink"]);
    assert_eq!(names(&graph["edges"], "kind"), ["channel", "call"]);
    assert_eq!(graph["edges"][0]["capacity"], Value::from(64));
    assert_eq!(graph["edges"][0]["events"], Value::from("u32"));
    assert!(graph["svg"].as_str().unwrap().starts_with("<svg"));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_figures_follow_the_job() {
    let Running { mut job, sender, at } = running(Config::default().page(0));
    for number in 0..100 {
        sender.send(number).await.unwrap();
    }
    let counted = |text: &str| text.contains("\"events_out\":100");
    let text = tokio::task::spawn_blocking(move || feed(at, "/api/feed", counted)).await.unwrap();
    assert!(text.contains("content-type: text/event-stream"), "{text}");
    let figures = text.lines().rfind(|line| line.contains("\"events_out\":100")).unwrap();
    let live = object(figures.strip_prefix("data: ").unwrap());
    assert_eq!(live["state"], Value::from("running"));
    assert_eq!(live["nodes"][1]["name"], Value::from("doubled"));
    assert_eq!(live["nodes"][1]["instances"][0]["counts"]["events_in"], Value::from(100));
    let metrics = get(at, "/metrics").body;
    assert!(metrics.ends_with("# EOF\n") && metrics.contains("node=\"doubled\""), "{metrics}");
    drop(sender);
    job.wait().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_feed_ends_with_the_end_of_the_job() {
    let Running { mut job, sender, at } = running(Config::default().page(0));
    let looks = tokio::task::spawn_blocking(move || get(at, "/api/feed").body);
    while !job.metrics().nodes().iter().any(|node| node.total().events_in > 0) {
        sender.send(1).await.unwrap();
        tokio::task::yield_now().await;
    }
    drop(sender);
    job.wait().await.unwrap();
    let body = looks.await.unwrap();
    let last = body.lines().rfind(|line| !line.is_empty()).unwrap();
    assert_eq!(object(last.strip_prefix("data: ").unwrap())["state"], Value::from("ended"));
    assert_eq!((get(at, "/healthz").status, get(at, "/readyz").status), (200, 503));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_viewer_sees_the_end_of_a_job_that_is_dropped_right_after_it() {
    let Running { mut job, sender, at } = running(Config::default().page(0));
    let (opened, is_open) = std::sync::mpsc::channel();
    let has_ended = move |text: &str| {
        if text.contains("data: ") {
            opened.send(()).ok();
        }
        text.contains("\"state\":\"ended\"")
    };
    let looks = tokio::task::spawn_blocking(move || feed(at, "/api/feed", has_ended));
    tokio::task::spawn_blocking(move || is_open.recv()).await.unwrap().unwrap();
    drop(sender);
    job.wait().await.unwrap();
    drop(job);
    let text = looks.await.unwrap();
    assert!(text.contains("\"state\":\"ended\""), "{text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_is_paused_tuned_and_drained_from_its_page() {
    let Running { mut job, sender, at } = running(Config::default().page(0));
    assert_eq!(post(at, "/api/pause?source=numbers").status, 200);
    assert_eq!(job.controls().paused(), ["numbers"]);
    assert_eq!(post(at, "/api/resume?source=numbers").status, 200);
    assert_eq!(job.controls().paused(), [""; 0]);
    let refused = post(at, "/api/tune?node=doubled&in_flight=4");
    assert_eq!(refused.status, 400);
    let reason = object(&refused.body)["error"].as_str().unwrap().to_owned();
    assert!(reason.contains("it never awaits, so it makes no calls"), "{reason}");
    assert_eq!(post(at, "/api/drain").status, 200);
    job.wait().await.unwrap();
    assert!(sender.is_closed());
}

#[tokio::test]
async fn the_page_goes_with_its_job_and_frees_its_port_for_the_next() {
    let Running { job, at, .. } = running(Config::default().page(0));
    assert_eq!(get(at, "/healthz").status, 200);
    drop(job);
    assert!(TcpStream::connect(at).is_err());
    let next = running(Config::default().page(at.port()));
    assert_eq!(next.at, at);
}

#[tokio::test]
async fn a_taken_port_is_an_error_if_it_was_the_one_and_no_harm_among_several() {
    let taken = running(Config::default().page(0)).at.port();
    let one = std::net::TcpListener::bind(("127.0.0.1", taken)).unwrap();
    let topology = || topology!(source(from_iter([1])) >> map(|n| n + 1) >> ignore);
    let error = topology().start(Config::default().page(taken)).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Config);
    let text = error.to_string();
    assert!(
        text.starts_with(&format!("the page cannot be served at 127.0.0.1:{taken}: ")),
        "{text}"
    );
    assert!(text.contains("take the first free one of several"), "{text}");

    // None is free between a port and itself, written as several that are all taken.
    let (first, second) = two_taken();
    let ports = [&first, &second].map(|listener| listener.local_addr().unwrap().port());
    let mut job = topology().start(Config::default().page(ports[0]..=ports[1])).unwrap();
    assert_eq!(job.page_address(), None);
    job.wait().await.unwrap();
    drop(one);
}

/// Two neighbouring ports that are taken.
fn two_taken() -> (std::net::TcpListener, std::net::TcpListener) {
    let bind = |port| std::net::TcpListener::bind(("127.0.0.1", port));
    let pairs = (0..100).filter_map(|_| {
        let first = bind(0).ok()?;
        let next = first.local_addr().ok()?.port().checked_add(1)?;
        Some((first, bind(next).ok()?))
    });
    pairs.into_iter().next().expect("two free ports side by side")
}
