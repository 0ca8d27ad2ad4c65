//! The routes, without a socket: made-up figures, and actions that only note their calls.

use super::answer::{Answer, Content};
use super::request::{Method, Peer, Request};
use super::{Actions, Guard, Page, Setting, Tuning};
use crate::env::Env;
use crate::error::{Error, ErrorKind, Result};
use crate::metrics::{
    CallSeconds, CheckpointMetrics, EdgeCounters, EdgeEnds, FlowOutput, HotKey, InstanceMetrics,
    JobState, KeyShare, LastCheckpoint, LiveCalls, LiveEdge, LiveInstance, LiveMetrics, LiveNode,
    PendingWindow, PerSecond, PhaseShares, PhaseTotals, Share, WatermarkHolder,
};
use crate::plan::{Plan, Sizes};
use crate::time::{Clock, DurationExt, EventTime, RateExt, SystemClock};
use crate::topology::Declaration;
use futures::StreamExt;
use millstream_graph::shape::{Kind, Shape};
use serde_json::{Value, json};
use std::sync::{Arc, Mutex};
use tokio::sync::watch;

/// Notes each call; knows the source `orders` and the node `enriched`.
#[derive(Debug, Default)]
struct Noted(Mutex<Vec<String>>);

impl Noted {
    fn note(&self, what: String) -> Result<()> {
        if what.contains("unknown") {
            return Err(Error::new(ErrorKind::Config, "the job has no \"unknown\""));
        }
        self.0.lock().unwrap().push(what);
        Ok(())
    }
}

impl Actions for Noted {
    fn drain(&self) {
        self.note("drain".into()).ok();
    }
    fn pause(&self, source: &str) -> Result<()> {
        self.note(format!("pause {source}"))
    }
    fn resume(&self, source: &str) -> Result<()> {
        self.note(format!("resume {source}"))
    }
    fn tune(&self, node: &str, tuning: Tuning) -> Result<()> {
        self.note(format!("tune {node} {tuning:?}"))
    }
}

struct Parts {
    page: Page,
    live: watch::Sender<Arc<LiveMetrics>>,
    noted: Arc<Noted>,
}

/// A page that has not begun.
pub(super) fn page() -> Page {
    page_that(true)
}

fn page_that(inspects: bool) -> Page {
    let plan = Plan::of(&Declaration::default(), 1, Sizes::default());
    let setting = Setting { name: "batch", value: "256".into(), from: "code".into() };
    let drawn = (Shape::new("orders", "exactly once"), plan);
    Page::new(drawn, Guard::default(), (vec![setting], inspects), Env::system())
}

fn begun(live: LiveMetrics) -> Parts {
    begun_page(page(), live)
}

fn begun_page(page: Page, live: LiveMetrics) -> Parts {
    let noted = Arc::<Noted>::default();
    let (live, receiver) = watch::channel(Arc::new(live));
    let ends = EdgeEnds { from: 0, output: FlowOutput::Main, to: 1 };
    let (call, channel) = (EdgeCounters::of(ends, 1), EdgeCounters::of(ends, 1));
    channel.count();
    let edges = vec![Some(Arc::new(call)), Some(Arc::new(channel))];
    page.begin(|| receiver, || noted.clone(), || edges);
    Parts { page, live, noted }
}

fn request(method: Method, target: &str) -> Request {
    let (host, mark) = (Some("localhost:7000".into()), Some("1".into()));
    let mut request = Request { method, host, mark, ..Request::default() };
    request.peer = Peer::Loopback;
    request.to(target);
    request
}

fn get(page: &Page, target: &str) -> Answer {
    page.answer(&request(Method::Get, target))
}

fn object(answer: &Answer) -> Value {
    serde_json::from_str(&answer.body()).unwrap()
}

fn four_calls() -> LiveCalls {
    let (oldest, mut times) = (Some(20.millis()), CallSeconds::default());
    (times.counts[4], times.sum) = (3, 24.millis());
    LiveCalls { in_flight: 4, limit: 8, waiting: 1, oldest, times }
}

/// An edge whose rate JSON cannot have.
fn half_full() -> LiveEdge {
    LiveEdge {
        output: Some("late".into()),
        to: 1,
        grouping: "by key".into(),
        is_channel: true,
        rate: PerSecond(f64::NAN),
        capacity: 8_192,
        buffered: 4_096,
        fill: Share(0.5),
        wait: Share(0.125),
        dropped: 9,
        ..LiveEdge::default()
    }
}

/// Figures in which everything is there, with names that JSON has to escape.
fn all_figures() -> LiveMetrics {
    let counts = InstanceMetrics { events_in: 90, late: 2, ..InstanceMetrics::default() };
    let one = LiveInstance {
        counts: InstanceMetrics { held: 250.millis(), held_now: true, ..counts },
        received: PerSecond(1_234.5),
        emitted: PerSecond(0.0),
        phases: PhaseShares { busy: Share(0.75), blocked: Share(0.25), ..PhaseShares::default() },
        blocked_on: Some(0),
        fill: Share(0.5),
        watermark: Some(EventTime::from_millis(1_500)),
        held_by: Some(WatermarkHolder { node: "a \"b\"\n".into(), instance: 3, is_silent: true }),
        is_idle: false,
        has_ended: false,
        since_received: Some(1_500.millis()),
        since_emitted: None,
        keys: Some(7),
        state_bytes: Some(9_000),
        next_window: Some(PendingWindow { fires_at: EventTime::from_secs(60), windows: 2 }),
        calls: Some(four_calls()),
        phase_totals: PhaseTotals { busy: 1_500.millis(), ..PhaseTotals::default() },
    };
    let ended = LiveInstance { watermark: Some(EventTime::MAX), ..LiveInstance::default() };
    let event = Some("Payment { card: 4111111111111111 }".into());
    let node = LiveNode {
        name: "scores".into(),
        operator: "average".into(),
        location: "src/fraud.rs:31".into(),
        stage: 1,
        limit: Some(PerSecond(100.0)),
        instances: vec![one, ended],
        top_keys: vec![KeyShare { key: "card \u{7} \\".into(), share: Share(0.5) }],
        hot_keys: vec![HotKey { instance: 0, waiting: 3, of: 4, event }],
        ..LiveNode::default()
    };
    let (alignment, writing, age) = (1.millis(), 2.millis(), 3.secs());
    let last = Some(LastCheckpoint { number: 5, bytes: 1_000, alignment, writing, age });
    LiveMetrics {
        job: "fraud".into(),
        delivery: "exactly_once".into(),
        state: JobState::Draining,
        uptime: 90.secs(),
        window: 1.secs(),
        cores: 8,
        nodes: vec![node],
        edges: vec![half_full()],
        at: Some(EventTime::from_secs(90)),
        checkpoints: Some(CheckpointMetrics { durable: 5, last, ..CheckpointMetrics::default() }),
    }
}

#[test]
fn the_figures_are_json_with_the_names_of_their_fields() {
    let Parts { page, .. } = begun(all_figures());
    let answer = get(&page, "/api/live");
    assert_eq!((answer.status, answer.media), (200, "application/json"));
    let live = object(&answer);
    assert_eq!((&live["v"], &live["state"]), (&json!(1), &json!("draining")));
    assert_eq!(live["cores"], json!(8));
    let node = &live["nodes"][0];
    assert_eq!(node["top_keys"], json!([{ "key": "card \u{7} \\", "share": 0.5 }]));
    assert_eq!(node["hot_keys"], json!([{ "instance": 0, "waiting": 3, "of": 4 }]));
    assert_eq!((&node["limit"], &node["received"]), (&json!(100.0), &json!(1_234.5)));
    let edge = &live["edges"][0];
    let ends = (&edge["from"], &edge["to"], &edge["output"]);
    assert_eq!(ends, (&json!(0), &json!(1), &json!("late")));
    assert_eq!((&edge["rate"], &edge["wait"]), (&json!(null), &json!(0.125)));
    assert_eq!(live["checkpoints"]["last"]["age"], json!(3.0));
    assert!(live["cause"]["text"].is_string());
    assert!(!answer.body().contains("4111"), "what an event has is for `Peek` to show");
}

#[test]
fn the_figures_of_an_instance_are_numbers_texts_and_nulls() {
    let Parts { page, .. } = begun(all_figures());
    let live = object(&get(&page, "/api/live"));
    let instances = &live["nodes"][0]["instances"];
    let one = &instances[0];
    assert_eq!(one["counts"], json!({ "events_in": 90, "late": 2 }));
    assert_eq!((&one["held"], &one["paused"]), (&json!(0.25), &json!(false)));
    assert_eq!(one["phases"], json!({"busy": 0.75, "awaiting": 0.0, "blocked": 0.25, "idle": 0.0}));
    assert_eq!(one["watermark"], json!("1970-01-01T00:00:01.5Z"));
    let holder = json!({ "node": "a \"b\"\n", "instance": 3, "is_silent": true });
    assert_eq!(one["held_by"], holder);
    assert_eq!((&one["since_received"], &one["since_emitted"]), (&json!(1.5), &json!(null)));
    let next = json!({ "fires_at": "1970-01-01T00:01:00Z", "windows": 2 });
    assert_eq!((&one["next_window"], &one["state_bytes"]), (&next, &json!(9_000)));
    let times = json!({ "counts": [0, 0, 0, 0, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0], "sum": 0.024 });
    let calls = json!({ "in_flight": 4, "limit": 8, "waiting": 1, "oldest": 0.02, "times": times });
    assert_eq!(one["calls"], calls);
    assert_eq!(instances[1]["watermark"], json!(null), "the end of event time");
}

#[test]
fn keys_are_hidden_where_events_are() {
    let page = page_that(false);
    let (_live, receiver) = watch::channel(Arc::new(all_figures()));
    page.begin(|| receiver, || Arc::<Noted>::default(), Vec::new);
    let live = object(&get(&page, "/api/live"));
    assert_eq!(live["nodes"][0]["top_keys"], json!([{ "key": "•••", "share": 0.5 }]));
    let tap = get(&page, "/api/tap?edge=0");
    assert_eq!(tap.status, 403);
}

#[test]
fn a_hot_key_that_is_known_by_an_event_is_not_named() {
    let mut live = LiveMetrics { window: 1.secs(), ..all_figures() };
    let hot = |node: &LiveMetrics| object(&get(&begun(node.clone()).page, "/api/why"));
    let cause = hot(&live);
    assert!(!cause.to_string().contains("4111"), "{cause}");
    live.nodes.iter_mut().for_each(|node| node.kind = Kind::Awaiting);
    let cause = hot(&live);
    assert!(!cause.to_string().contains("4111"), "{cause}");
}

#[test]
fn before_the_job_has_begun_it_is_not_ready() {
    let page = page();
    for path in ["/readyz", "/api/live", "/api/feed", "/metrics"] {
        assert_eq!(get(&page, path).status, 503, "{path}");
    }
    let alive = get(&page, "/healthz");
    assert_eq!((alive.status, alive.body().as_str()), (200, "starting\n"));
    assert_eq!(page.answer(&request(Method::Post, "/api/drain")).status, 503);
    assert_eq!(get(&page, "/").status, 200);
    assert_eq!(object(&get(&page, "/api/graph"))["job"], json!("orders"));
    let settings = json!([{ "name": "batch", "value": "256", "from": "code" }]);
    assert_eq!(object(&get(&page, "/api/settings"))["settings"], settings);

    let Parts { page, live, .. } = begun(LiveMetrics::default());
    assert_eq!((get(&page, "/readyz").status, get(&page, "/healthz").status), (200, 200));
    live.send_replace(Arc::new(LiveMetrics { state: JobState::Failed, ..LiveMetrics::default() }));
    assert_eq!((get(&page, "/readyz").status, get(&page, "/healthz").status), (503, 503));
}

#[tokio::test(start_paused = true)]
async fn figures_are_as_old_as_they_say_however_long_the_job_has_restored() {
    let (page, clock) = (page(), SystemClock::default());
    clock.sleep(40.secs()).await;
    let figures = |at| LiveMetrics { at, ..LiveMetrics::default() };
    let Parts { page, live, .. } = begun_page(page, figures(Some(clock.wall())));
    assert_eq!(get(&page, "/healthz").status, 200);
    live.send_replace(Arc::new(figures(Some(clock.wall() - 31.secs()))));
    let answer = get(&page, "/healthz");
    let text = "the job has given no figures for 31 s\n";
    assert_eq!((answer.status, answer.body().as_str()), (503, text));
    live.send_replace(Arc::new(figures(None)));
    assert_eq!(get(&page, "/healthz").status, 200, "none are there yet");
}

#[test]
fn every_path_has_its_methods() {
    let Parts { page, noted, .. } = begun(LiveMetrics::default());
    let ask = |method, path| page.answer(&request(method, path));
    for path in ["/", "/api/live", "/api/feed", "/metrics", "/healthz"] {
        assert_eq!(ask(Method::Head, path).status, 200, "{path}");
        for method in [Method::Post, Method::Other] {
            let answer = ask(method, path);
            assert_eq!((answer.status, answer.allow), (405, Some("GET, HEAD")), "{path}");
        }
    }
    for path in ["/api/drain", "/api/pause?source=orders", "/api/resume?source=orders"] {
        for method in [Method::Get, Method::Head, Method::Other] {
            let answer = ask(method, path);
            assert_eq!((answer.status, answer.allow), (405, Some("POST")), "{path}");
        }
    }
    for path in ["/api", "/api/live/", "/API/live", "//", "/../etc/passwd", "/%2e%2e/", "*"] {
        for method in [Method::Get, Method::Head, Method::Post, Method::Other] {
            assert_eq!(ask(method, path).status, 404, "{path}");
        }
    }
    for path in ["/api/stop", "/api/drain/", "/api/drained", "/drain", "/api/pause/orders"] {
        assert_eq!(ask(Method::Post, path).status, 404, "{path}");
    }
    assert!(noted.0.lock().unwrap().is_empty());
}

#[test]
fn a_change_is_made_as_asked_or_refused_with_the_reason() {
    let Parts { page, noted, .. } = begun(LiveMetrics::default());
    let post = |target| page.answer(&request(Method::Post, target));
    for target in [
        "/api/pause?source=orders",
        "/api/resume?source=orders",
        "/api/tune?node=enriched&in_flight=64",
        "/api/tune?node=a%20b&rate=2000",
        "/api/drain",
    ] {
        let answer = post(target);
        assert_eq!(answer.status, 200, "{target}");
        assert_eq!(object(&answer), json!({ "v": 1, "done": true }));
    }
    let rate = Tuning::Rate(2_000.per_sec());
    assert_eq!(
        *noted.0.lock().unwrap(),
        [
            "pause orders".to_owned(),
            "resume orders".to_owned(),
            "tune enriched InFlight(64)".to_owned(),
            format!("tune a b {rate:?}"),
            "drain".to_owned(),
        ],
    );
    for (target, reason) in [
        ("/api/pause", "the parameter `source` is missing"),
        ("/api/pause?source=unknown", "the job has no \"unknown\""),
        ("/api/tune?node=enriched", "the parameter `in_flight` is missing"),
        ("/api/tune?node=enriched&in_flight=-1", "`in_flight` is `-1`, expected a number"),
        ("/api/tune?node=enriched&rate=1e9", "`rate` is `1e9`, expected a number"),
    ] {
        let answer = post(target);
        assert_eq!((answer.status, &object(&answer)["error"]), (400, &json!(reason)), "{target}");
    }
}

#[test]
fn one_asks_why_of_the_job_or_of_one_of_its_nodes() {
    let Parts { page, .. } = begun(all_figures());
    assert_eq!(object(&get(&page, "/api/why"))["v"], json!(1));
    let silent = object(&get(&page, "/api/why?node=scores"));
    assert!(silent["text"].as_str().unwrap().starts_with("`scores` "), "{silent}");
    let unknown = get(&page, "/api/why?node=scorse");
    assert_eq!(unknown.status, 404);
}

#[test]
fn an_edge_is_looked_at_by_its_number_if_it_is_a_channel() {
    let Parts { page, .. } = begun(LiveMetrics::default());
    let status = |target| get(&page, target).status;
    assert_eq!(status("/api/tap?edge=1"), 200);
    assert_eq!(status("/api/tap?edge=0"), 409, "a call");
    assert_eq!((status("/api/tap?edge=2"), status("/api/tap")), (404, 404));
}

#[tokio::test(start_paused = true)]
async fn a_feed_sends_what_is_new_twice_a_second_at_most_and_ends_with_the_job() {
    let Parts { page, live, .. } = begun(LiveMetrics::default());
    let Content::Feed(mut feed) = get(&page, "/api/feed").content else { panic!("no feed") };
    let clock = SystemClock::default();
    let elapsed = || clock.monotonic().0;
    let begin = elapsed();
    assert_eq!(uptime_of(&mut feed).await, 0.0);
    assert_eq!(elapsed() - begin, 0.secs());
    let send = |state, second: u32| {
        let uptime = second.secs();
        live.send_replace(Arc::new(LiveMetrics { state, uptime, ..LiveMetrics::default() }));
    };
    send(JobState::Running, 1);
    assert_eq!(uptime_of(&mut feed).await, 1.0);
    assert_eq!(elapsed() - begin, 500.millis());
    send(JobState::Running, 2);
    send(JobState::Running, 3);
    assert_eq!(uptime_of(&mut feed).await, 3.0, "the newest, and no other");
    assert_eq!(elapsed() - begin, 1.secs());
    send(JobState::Ended, 4);
    assert_eq!(uptime_of(&mut feed).await, 4.0);
    assert_eq!(elapsed() - begin, 1.secs(), "the page goes with its job: the end is sent at once");
    assert_eq!(feed.next().await, None);
}

async fn uptime_of(feed: &mut futures::stream::BoxStream<'static, String>) -> f64 {
    let event = feed.next().await.unwrap();
    let object: Value = serde_json::from_str(event.trim_start_matches("data: ")).unwrap();
    object["uptime"].as_f64().unwrap()
}
