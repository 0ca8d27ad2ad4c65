//! The page in a server of your own: a service of tower.

use super::Page;
use super::answer::{Answer, Content};
use super::request::{Method, Peer, Request};
use bytes::Bytes;
use futures::StreamExt;
use futures::stream::{self, BoxStream};
use http::{HeaderName, HeaderValue, Response, StatusCode};
use http_body::{Body, Frame};
use std::convert::Infallible;
use std::fmt;
use std::future::{Ready, ready};
use std::pin::Pin;
use std::task::{Context, Poll};
use tower_service::Service;

/// The page in your own server: `axum::Router::new().fallback_service(job.page())`.
///
/// The names by which browsers reach that server are added with
/// [`Config::page_host`](crate::Config::page_host). Clients are not known here, so the job is
/// changed only by those who show the [token](crate::Config::page_token). Without a token,
/// everyone who reaches the service reads it: put it behind what protects your own pages.
///
/// # Examples
/// ```
/// use millstream::prelude::*;
/// use tower::ServiceExt;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> millstream::Result<()> {
/// let topology = topology!(source(from_iter([1])) >> map(|n| n + 1) >> ignore);
/// let mut job = topology.start(Config::default())?;
/// let request = http::Request::get("/healthz").header("host", "localhost:8080");
/// let response = job.page().oneshot(request.body(()).unwrap()).await.unwrap();
/// assert_eq!(response.status(), 200);
/// job.wait().await?;
/// # Ok(())
/// # }
/// ```
impl<B> Service<http::Request<B>> for Page {
    type Response = Response<PageBody>;
    type Error = Infallible;
    type Future = Ready<Result<Self::Response, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: http::Request<B>) -> Self::Future {
        let answer = match read(&request) {
            Some(request) => {
                let answer = self.answer(&request);
                (answer, request.method)
            }
            None => (Answer::refused(400, "a header is there twice, or is not text"), Method::Get),
        };
        ready(Ok(response(answer)))
    }
}

/// The request as the page sees it; none if that is ambiguous.
fn read<B>(request: &http::Request<B>) -> Option<Request> {
    let method = Method::of(request.method().as_str());
    let mut read = Request { method, peer: Peer::Remote, ..Request::default() };
    let uri = request.uri();
    read.to(uri.path_and_query().map_or("/", |target| target.as_str()));
    for (name, value) in request.headers() {
        read.header(name.as_str(), value.to_str().ok()?).ok()?;
    }
    // HTTP/2 has it in its own place.
    let authority = uri.authority().map(|authority| authority.as_str().to_owned());
    read.host = read.host.or(authority);
    Some(read)
}

fn response((answer, method): (Answer, Method)) -> Response<PageBody> {
    let headers = answer.headers();
    let status = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::OK);
    let body: BoxStream<'static, Bytes> = match answer.content {
        _ if method == Method::Head => stream::empty().boxed(),
        Content::Whole(bytes) => stream::once(ready(Bytes::from(bytes.into_owned()))).boxed(),
        Content::Feed(events) => events.map(Bytes::from).boxed(),
    };
    let mut response = Response::new(PageBody(body));
    *response.status_mut() = status;
    for (name, value) in headers {
        if let Ok(value) = HeaderValue::from_str(&value) {
            response.headers_mut().insert(HeaderName::from_static(name), value);
        }
    }
    response
}

/// The body of an answer of the page, to be sent by your own server.
pub struct PageBody(BoxStream<'static, Bytes>);

impl fmt::Debug for PageBody {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PageBody").finish_non_exhaustive()
    }
}

impl Body for PageBody {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        self.0.poll_next_unpin(cx).map(|bytes| bytes.map(|bytes| Ok(Frame::data(bytes))))
    }
}
