//! Config files and modules of the project's own are JavaScript, so JavaScript evaluates them.

use napi::Status;
use napi::bindgen_prelude::{Promise, block_on};
use napi::threadsafe_function::ThreadsafeFunction;
use serde_json::Value;
use std::path::Path;
use unmigrate_app::{ConfigLoader, Modules};

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

/// `(request: string) => Promise<string>`: `runModule` of `js/module.js`.
pub type RunModule = ThreadsafeFunction<String, Promise<String>, String, Status, false>;

/// A loader that runs the project's modules, too.
pub struct NodeScripts {
    config: NodeLoader,
    modules: NodeModules,
}

struct NodeModules(RunModule);

impl NodeScripts {
    /// Takes the functions that do it.
    pub fn new(load_config: LoadConfig, run_module: RunModule) -> NodeScripts {
        NodeScripts { config: NodeLoader(load_config), modules: NodeModules(run_module) }
    }
}

impl ConfigLoader for NodeScripts {
    fn load(&self, path: &Path) -> Result<Value, String> {
        self.config.load(path)
    }

    fn modules(&self) -> Option<&dyn Modules> {
        Some(&self.modules)
    }
}

impl Modules for NodeModules {
    fn ask(&self, request: &Value) -> Result<Value, String> {
        let request = request.to_string();
        let answer = block_on(async { self.0.call_async_catch(request).await?.await });
        let answer = answer.map_err(|e| e.reason.to_string())?;
        serde_json::from_str(&answer).map_err(|e| e.to_string())
    }
}
