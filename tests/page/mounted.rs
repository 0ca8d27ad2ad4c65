//! The page in a server of one's own.

use http::Request;
use http_body::Body;
use millstream::page::PageBody;
use millstream::prelude::*;
use std::pin::Pin;
use tower::ServiceExt;

fn topology() -> Topology {
    topology!(source(from_iter([1])) >> map(|n| n + 1) >> ignore)
}

async fn text(body: PageBody) -> String {
    let mut body = body;
    let mut all = Vec::new();
    while let Some(frame) = std::future::poll_fn(|cx| Pin::new(&mut body).poll_frame(cx)).await {
        all.extend(frame.unwrap().into_data().unwrap());
    }
    String::from_utf8(all).unwrap()
}

#[tokio::test]
async fn the_page_is_a_service() {
    let mut job = topology().start(Config::default().page_host("ops.example")).unwrap();
    let page = job.page();
    let ask = async |request: http::request::Builder| {
        page.clone().oneshot(request.body(()).unwrap()).await.unwrap()
    };
    let host = |host: &str| Request::get("/api/graph").header("host", host.to_owned());
    let graph = ask(host("ops.example:8080")).await;
    assert_eq!(
        (graph.status().as_u16(), &graph.headers()["cache-control"]),
        (200, &"no-store".parse().unwrap())
    );
    let graph: serde_json::Value = serde_json::from_str(&text(graph.into_body()).await).unwrap();
    assert_eq!(graph["v"], 1);
    assert_eq!(ask(host("evil.example")).await.status(), 421);
    assert_eq!(ask(host("ops.example").header("host", "evil.example")).await.status(), 400);
    let in_uri = Request::get("https://ops.example/healthz");
    assert_eq!(ask(in_uri).await.status(), 200);
    let feed = ask(Request::head("/api/feed").header("host", "ops.example")).await;
    assert_eq!(text(feed.into_body()).await, "");
    job.wait().await.unwrap();
}

#[tokio::test]
async fn a_mounted_page_changes_the_job_by_token_only() {
    let token = "0123456789abcdef0123456789abcdef";
    for (config, status) in [(Config::default(), 403), (Config::default().page_token(token), 200)] {
        let mut job = topology().start(config).unwrap();
        let request = Request::post("/api/drain")
            .header("host", "localhost")
            .header("x-millstream", "1")
            .header("authorization", format!("Bearer {token}"));
        let response = job.page().oneshot(request.body(()).unwrap()).await.unwrap();
        assert_eq!(response.status(), status);
        job.wait().await.unwrap();
    }
}
