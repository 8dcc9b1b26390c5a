//! Drizzle's journal in an order that no database skips: entries that none has run get a later `when`.

use super::super::database::Standings;
use super::shipped::Shipped;
use std::fs;
use std::path::PathBuf;
use unmigrate_sources::{Chain, Source};

/// What is done about the entries that are out of order.
#[derive(Default)]
pub struct Order {
    /// The journal, its text and its new text.
    pub file: Option<(PathBuf, String, String)>,
    /// For each entry that is out of order: its tag, its line, its new `when` or why it keeps the old one.
    pub entries: Vec<(String, usize, Result<i64, String>)>,
}

/// Looks through the journal once, oldest first.
pub fn order(source: &Source, chain: &Chain, shipped: &Shipped, standings: Option<&Standings>) -> Order {
    let path = source.dir.join("meta/_journal.json");
    let Ok(text) = fs::read_to_string(&path) else { return Order::default() };
    let why = |tag: &str| {
        let at = source.history.migrations.iter().position(|m| m.name == tag);
        at.map_or(Some("it has no file".to_owned()), |at| shipped.why(source, standings, at))
    };
    let kept: Vec<Option<String>> = chain.entries.iter().map(|e| why(&e.tag)).collect();
    let whens = chain.entries.iter().zip(&kept).filter(|(_, kept)| kept.is_some()).filter_map(|(e, _)| e.when);
    let mut newest = whens.max().unwrap_or(i64::MIN);
    let mut seen = i64::MIN;
    let mut order = Order::default();
    let mut after = text.clone();
    for (at, entry) in chain.entries.iter().enumerate() {
        let Some(when) = entry.when else { continue };
        let out_of_order = when <= seen;
        seen = seen.max(when);
        if let Some(why) = &kept[at] {
            if out_of_order {
                order.entries.push((entry.tag.clone(), entry.line, Err(why.clone())));
            }
            continue;
        }
        if when > newest {
            newest = when;
            continue;
        }
        if let Some(behind) = chain.entries[at..].iter().zip(&kept[at..]).find(|(_, kept)| kept.is_some()) {
            let why = format!(
                "it stands before `{}`, which was there first: take it out (drizzle-kit drop) and generate it again",
                behind.0.tag
            );
            order.entries.push((entry.tag.clone(), entry.line, Err(why)));
            continue;
        }
        newest += 1;
        let done =
            put(&mut after, &entry.tag, newest).ok_or_else(|| "its entry is not as drizzle-kit writes it".to_owned());
        order.entries.push((entry.tag.clone(), entry.line, done.map(|()| newest)));
    }
    order.file = (after != text).then_some((path, text, after));
    order
}

/// Another number behind `"when"` in the entry of a tag; nothing else of the text changes.
fn put(text: &mut String, tag: &str, when: i64) -> Option<()> {
    let quoted = serde_json::to_string(tag).ok()?;
    let mut places = text.match_indices(&quoted).map(|(at, _)| at);
    let at = places.find(|at| text[..*at].trim_end().trim_end_matches(':').trim_end().ends_with("\"tag\""))?;
    let start = text[..at].rfind('{')?;
    let end = at + text[at..].find('}')?;
    let key = start + text[start..end].find("\"when\"")? + "\"when\"".len();
    let digits = key + text[key..end].find(|c: char| c.is_ascii_digit())?;
    let length = text[digits..end].find(|c: char| !c.is_ascii_digit())?;
    text.replace_range(digits..digits + length, &when.to_string());
    Some(())
}

#[cfg(test)]
mod tests {
    use super::put;

    #[test]
    fn one_number_and_nothing_else() {
        let mut text = r#"{"entries": [{"tag": "a", "when": 5, "x": 1}, { "when": 4, "tag": "b" }]}"#.to_owned();
        put(&mut text, "b", 6).unwrap();
        assert_eq!(text, r#"{"entries": [{"tag": "a", "when": 5, "x": 1}, { "when": 6, "tag": "b" }]}"#);
        assert!(put(&mut text, "c", 7).is_none());
    }
}
