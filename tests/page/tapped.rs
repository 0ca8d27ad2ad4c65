//! Looking at an edge: some of its events, as they say themselves.

use crate::client::{feed, get};
use millstream::prelude::*;
use serde_json::Value;
use std::net::SocketAddr;
use tokio::sync::mpsc;

#[derive(Clone, Debug, Peek)]
struct Payment {
    id: u64,
    #[peek(hide)]
    card: String,
    amount: Option<f64>,
}

/// Says nothing of itself but by `Debug`, which the page does not ask.
#[derive(Clone, Debug)]
struct Secret {
    pin: u32,
}

#[operator]
async fn checked(payment: Payment) -> Secret {
    let digits = payment.card.bytes().map(u32::from).sum();
    Secret { pin: digits }
}

/// The events of a number of an edge, as the page shows them, while payments are made.
async fn tapped(at: SocketAddr, edge: usize, sender: mpsc::Sender<u64>) -> Vec<Value> {
    let looks = tokio::task::spawn_blocking(move || {
        feed(at, &format!("/api/tap?edge={edge}"), |text| text.matches("data: ").count() >= 3)
    });
    let mut id = 0;
    while !looks.is_finished() {
        id += 1;
        sender.send(id).await.unwrap();
        tokio::task::yield_now().await;
    }
    let text = looks.await.unwrap();
    let lines = text.lines().filter_map(|line| line.strip_prefix("data: "));
    lines.filter_map(|line| serde_json::from_str(line).ok()).collect()
}

fn payments(ids: mpsc::Receiver<u64>) -> Topology {
    let payment = |id| Payment { id, card: "4111 1111 1111 1111".into(), amount: Some(2.5) };
    let at = |payment: &Payment| EventTime::from_secs(i64::try_from(payment.id).unwrap());
    topology!(
        job("payments", at_most_once),
        payments = source(from_channel(ids)) >> map(payment) >> event_time(at, lateness(1.secs())),
        checked = payments >> by(|payment| payment.id) >> checked * 2,
        checked >> buffer(64) >> sink(for_each(|secret: Secret| assert!(secret.pin > 0))),
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn a_type_with_peek_is_shown_without_what_it_hides() {
    let (sender, ids) = mpsc::channel(100);
    let job = payments(ids).start(Config::default().page(0).inspect(true)).unwrap();
    let at = job.page_address().unwrap();
    let edge = edge(at, "by key");
    for event in tapped(at, edge, sender.clone()).await {
        let text = event["event"].as_str().unwrap();
        assert!(text.starts_with("Payment { id: ") && text.contains("card: •••"), "{text}");
        assert!(text.ends_with("amount: Some(2.5) }"), "{text}");
        assert!(!event.to_string().contains("4111"), "{event}");
        assert!(event["time"].as_str().unwrap().starts_with("1970-"), "{event}");
        assert_eq!(event["key"].as_str().unwrap().len(), 4, "{event}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_type_without_peek_is_shown_by_name_and_size() {
    let (sender, ids) = mpsc::channel(100);
    let job = payments(ids).start(Config::default().page(0).inspect(true)).unwrap();
    let at = job.page_address().unwrap();
    for event in tapped(at, last_edge(at), sender.clone()).await {
        assert_eq!(event["event"], Value::from("Secret, 4 bytes"));
        assert!(!event.to_string().contains("pin"), "{event}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_type_that_no_operator_names_is_shown_if_the_settings_name_it() {
    let (sender, numbers) = mpsc::channel::<u64>(100);
    let topology = topology!(
        numbers = source(from_channel(numbers)),
        numbers >> buffer(64) >> sink(for_each(drop::<u64>)),
    );
    let config = Config::default().page(0).inspect(true).peek::<u64>();
    let job = topology.start(config).unwrap();
    for event in tapped(job.page_address().unwrap(), 0, sender.clone()).await {
        assert!(event["event"].as_str().unwrap().parse::<u64>().is_ok(), "{event}");
    }
}

#[tokio::test]
async fn no_event_is_shown_unless_that_is_allowed() {
    let (_sender, ids) = mpsc::channel(100);
    let job = payments(ids).start(Config::default().page(0).inspect(false)).unwrap();
    let answer = get(job.page_address().unwrap(), "/api/tap?edge=0");
    assert_eq!(answer.status, 403);
    assert!(answer.body.contains("MILLSTREAM_INSPECT=1"), "{}", answer.body);
}

fn edges(at: SocketAddr) -> Vec<Value> {
    let graph: Value = serde_json::from_str(&get(at, "/api/graph").body).unwrap();
    graph["edges"].as_array().unwrap().clone()
}

/// The number of the first edge with a grouping.
fn edge(at: SocketAddr, grouping: &str) -> usize {
    edges(at).iter().position(|edge| edge["grouping"] == *grouping).unwrap()
}

fn last_edge(at: SocketAddr) -> usize {
    edges(at).len() - 1
}
