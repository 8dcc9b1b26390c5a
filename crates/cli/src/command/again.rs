//! The command that does what was only shown, to be pasted.

use crate::args::{LockArgs, SiteArgs};
use unmigrate_app::pasted;

/// A command line, word by word.
pub struct Again(Vec<String>);

impl Again {
    /// The verb alone.
    pub fn of(verb: &str) -> Again {
        Again(vec![format!("unmigrate {verb}")])
    }

    /// A value that stands without a flag.
    pub fn value(&mut self, value: &str) {
        self.0.push(pasted(value));
    }

    /// A flag with its value, where there is one.
    pub fn flag(&mut self, flag: &str, value: Option<String>) {
        self.0.extend(value.map(|value| format!("{flag} {}", pasted(&value))));
    }

    /// A flag without a value, where it was given.
    pub fn switch(&mut self, flag: &str, given: bool) {
        self.0.extend(given.then(|| flag.to_owned()));
    }

    /// Which history and which database, and how locks are waited for. A URL may hold a password, and is not repeated.
    pub fn site(&mut self, site: &SiteArgs, table: &Option<String>, locks: &LockArgs) {
        let history = &site.history;
        history.project.iter().for_each(|project| self.flag("--project", Some(project.clone())));
        history.dir.iter().for_each(|dir| self.flag("--dir", Some(dir.display().to_string())));
        self.flag("--tool", history.tool.clone());
        self.flag("--dialect", history.dialect.clone());
        self.flag("--table", table.clone());
        self.flag("--url-env", site.database.url_env.clone());
        self.flag("--lock-timeout", locks.lock_timeout.map(|n| n.to_string()));
        self.flag("--retry", locks.retry.map(|n| n.to_string()));
        self.flag("--audit", site.audit.as_ref().map(|path| path.display().to_string()));
        self.switch("--url '...'", site.database.url.is_some());
    }

    /// The whole line, with the yes to this database.
    pub fn confirming(mut self, database: &str) -> String {
        self.flag("--confirm", Some(database.to_owned()));
        self.0.join(" ")
    }
}
