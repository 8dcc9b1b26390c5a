//! `explain`: the page of a word.

use super::{Outcome, Session};
use crate::FINE;
use crate::args::{ExplainArgs, Format};
use crate::output::{human, json};
use unmigrate_app::{Error, explain};

pub fn run(args: &ExplainArgs, format: Format, session: &mut Session<'_, '_>) -> Outcome {
    // `may refuse` needs no quotes.
    let word = args.word.join(" ");
    let Some(page) = explain(&word) else {
        return Err(unknown(&word).into());
    };
    match format {
        Format::Json => session.json(&json::Page::new(&word, &page))?,
        _ => session.say(&human::page(&page))?,
    }
    Ok(FINE)
}

fn unknown(word: &str) -> Error {
    Error::error(
        "unknown-word",
        format!("there is no page for `{word}`"),
        "there is one for each grade (lossless, lossy, manual), note (approximate, may-refuse, discards, gone, by-hand), \
         state (stale, ...) and error code",
    )
}
