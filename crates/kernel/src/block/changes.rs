//! Whether rows are all that a block changes.

use super::body::Item;
use super::condition::Variables;
use crate::Dialect;
use crate::rows::sql::Sql;
use crate::rows::{self, Name, RowChange, RowEffects};

/// What a statement does to a table of the session.
enum Temporary {
    /// Makes it; `true`: it goes with the transaction.
    Made(Name, bool),
    /// Drops these.
    Dropped(Vec<Name>),
}

/// The changes, if the block changes rows and nothing else. A temporary table that is gone at its end is nothing else.
pub(super) fn row_changes(sql: &Sql, items: &[Item], variables: &Variables) -> Option<Vec<RowChange>> {
    let statements = items.iter().filter(|item| item.asks.is_none());
    let texts: Vec<(&Item, &str)> = statements.map(|item| (item, item.text_in(sql.text))).collect();
    let tables: Vec<Option<Temporary>> = texts.iter().map(|(_, text)| temporary(text)).collect();
    let gone = gone(&tables);
    let mut out = Vec::new();
    for ((item, text), table) in texts.into_iter().zip(tables) {
        match table {
            Some(Temporary::Made(name, _)) if gone.contains(&name) => continue,
            Some(Temporary::Dropped(names)) if names.iter().all(|name| gone.contains(name)) => continue,
            _ => {}
        }
        let RowEffects { changes, calls, makes } = rows::read(text, Dialect::Postgres).ok()?;
        if !calls.is_empty() || makes.is_some() {
            return None;
        }
        for mut change in changes.into_iter().filter(|change| !gone.contains(&change.table)) {
            change.meets_existing |= !item.conditions.is_empty() || !item.caught.is_empty();
            if change.filter.as_ref().is_some_and(|filter| variables.named_in(filter)) {
                change.filter = None;
            }
            out.push(change);
        }
    }
    Some(out)
}

/// The temporary tables that do not outlive the block's transaction.
fn gone(tables: &[Option<Temporary>]) -> Vec<Name> {
    let dropped: Vec<&Name> = tables
        .iter()
        .filter_map(|t| if let Some(Temporary::Dropped(names)) = t { Some(names) } else { None })
        .flatten()
        .collect();
    let made = tables
        .iter()
        .filter_map(|t| if let Some(Temporary::Made(name, drops)) = t { Some((name, *drops)) } else { None });
    made.filter(|(name, drops)| *drops || dropped.contains(name)).map(|(name, _)| name.clone()).collect()
}

fn temporary(text: &str) -> Option<Temporary> {
    let sql = Sql::new(text, Dialect::Postgres);
    if sql.are(0, &["drop", "table"]) {
        let start = if sql.are(2, &["if", "exists"]) { 4 } else { 2 };
        let names = sql.commas(start..sql.tokens.len()).into_iter().map(|part| Some(sql.name(part.start)?.0));
        return Some(Temporary::Dropped(names.collect::<Option<_>>()?));
    }
    let at = 1 + usize::from(sql.is_any(1, &["local", "global"]));
    if !sql.is(0, "create") || !sql.is_any(at, &["temp", "temporary"]) || !sql.is(at + 1, "table") {
        return None;
    }
    let (name, _) = sql.name(at + if sql.are(at + 2, &["if", "not", "exists"]) { 5 } else { 2 })?;
    let drops = sql.find(at..sql.tokens.len(), |i| sql.are(i, &["on", "commit", "drop"])).is_some();
    Some(Temporary::Made(name, drops))
}
