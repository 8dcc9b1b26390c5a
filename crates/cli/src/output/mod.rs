//! Results as text, one file per format. Text for people carries its colours as ANSI sequences, and the stream that it
//! goes to decides whether they stay.

pub mod check;
pub mod github;
pub mod html;
pub mod human;
pub mod json;
pub mod quote;
#[cfg(test)]
pub mod rollback_example;
#[cfg(test)]
pub mod verify_example;
pub mod verify_github;

use std::borrow::Cow;

/// The text with its colours, or without.
pub fn painted(text: &str, colors: bool) -> Cow<'_, str> {
    if colors { text.into() } else { anstream::adapter::strip_str(text).to_string().into() }
}
