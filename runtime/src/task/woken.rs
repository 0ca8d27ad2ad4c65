//! How a task yields to those that it has woken.

use std::future::poll_fn;
use std::task::Poll;

/// Yields to the tasks that were woken, while an idle thread may go on with this one:
/// [`yield_now`](tokio::task::yield_now) would keep it on its own thread until that has nothing
/// else to do.
pub(super) async fn yield_to_woken() {
    let mut woken = false;
    poll_fn(|cx| {
        if std::mem::replace(&mut woken, true) {
            return Poll::Ready(());
        }
        cx.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}
