//! Work on its own thread, and panics that end as errors.

use napi::bindgen_prelude::spawn_blocking;
use std::any::Any;
use std::panic::{self, AssertUnwindSafe};
use std::sync::Once;
use unmigrate_app::Error;

/// Runs `work` on a worker thread. A panic becomes a failure: it is a bug of ours, and never the end of the process.
pub async fn on_worker<T, F>(work: F) -> Result<T, Error>
where
    T: Send + 'static,
    F: FnOnce() -> Result<T, Error> + Send + 'static,
{
    match spawn_blocking(move || caught(work)).await {
        Ok(done) => done,
        Err(error) => Err(bug(&error.to_string())),
    }
}

/// Runs `work` here; a panic becomes a failure.
pub fn caught<T>(work: impl FnOnce() -> Result<T, Error>) -> Result<T, Error> {
    // Rust's own hook writes to stderr, and a library has no business there.
    static QUIET: Once = Once::new();
    QUIET.call_once(|| panic::set_hook(Box::new(|_| {})));
    panic::catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|payload| Err(bug(words(&*payload))))
}

fn words(payload: &(dyn Any + Send)) -> &str {
    let text = payload.downcast_ref::<String>().map(String::as_str);
    text.or_else(|| payload.downcast_ref::<&str>().copied()).unwrap_or("a panic without words")
}

fn bug(words: &str) -> Error {
    Error::error(
        "internal",
        format!("unmigrate failed inside: {words}"),
        concat!("this is a bug in unmigrate; please report it: ", env!("CARGO_PKG_REPOSITORY"), "/issues"),
    )
}
