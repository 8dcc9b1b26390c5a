//! For programs: versioned, and the same objects that the JavaScript functions return.

use serde::Serialize;
use unmigrate_app::Problem;

/// Indented, since people read it too, and ending in a line feed.
pub fn text(result: &impl Serialize) -> String {
    // Plain structs with string keys: there is nothing in them that JSON can't hold.
    serde_json::to_string_pretty(result).expect("plain data") + "\n"
}

/// What stands in place of a result where a verb failed.
#[derive(Serialize)]
pub struct Failed<'a> {
    version: u32,
    error: &'a Problem,
}

impl<'a> Failed<'a> {
    pub fn new(error: &'a Problem) -> Self {
        Failed { version: 1, error }
    }
}

/// The page of a word.
#[derive(Serialize)]
pub struct Page<'a> {
    version: u32,
    word: &'a str,
    page: &'a str,
}

impl<'a> Page<'a> {
    pub fn new(word: &'a str, page: &'a str) -> Self {
        Page { version: 1, word, page }
    }
}
