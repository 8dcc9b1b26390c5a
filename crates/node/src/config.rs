//! Config files are JavaScript, so JavaScript evaluates them.

use napi::Status;
use napi::bindgen_prelude::{Promise, block_on};
use napi::threadsafe_function::ThreadsafeFunction;
use serde_json::Value;
use std::path::Path;
use unmigrate_app::ConfigLoader;

/// `(path: string) => Promise<unknown>`: the config's default export as plain data.
pub type LoadConfig = ThreadsafeFunction<String, Promise<Value>, String, Status, false>;

/// A loader that asks Node. To be used on any thread but Node's own.
pub struct NodeLoader(pub LoadConfig);

impl ConfigLoader for NodeLoader {
    fn load(&self, path: &Path) -> Result<Value, String> {
        let path = path.to_str().ok_or("its path is not valid Unicode")?.to_owned();
        // Not `call_async`: a callback that throws instead of rejecting would end the process.
        block_on(async { self.0.call_async_catch(path).await?.await }).map_err(|e| e.reason.to_string())
    }
}
