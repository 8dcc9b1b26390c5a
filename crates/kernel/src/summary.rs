//! A change in three words, for people and for build tooling.

use crate::change::{Change, Pair};
use crate::render::object;
use crate::rows::RowKind;

/// What a change does to what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Summary {
    /// `create`, `drop`, `alter`, `rename`; of rows `insert`, `update`, `delete`, `truncate`, `merge`; `unread` where the
    /// statement could not be read.
    pub action: &'static str,
    /// `table`, `column`, `constraint`, `index`, `trigger`, `policy`, `view`, `type`, `sequence`, `routine`, `comment`,
    /// `privilege`, `rows`, `statement`, or another object's kind in lower case.
    pub kind: String,
    /// As people write it: `users.email`; after a rename the new name; of a statement that could not be read: why.
    pub object: String,
}

impl Change {
    /// The change in three words.
    pub fn summary(&self) -> Summary {
        match self {
            Change::Table(pair) => named(pair, "table", |t| t.name.to_string()),
            Change::Column { table, pair, .. } => named(pair, "column", |c| object(table, &c.name)),
            Change::Constraint { table, pair } => named(pair, "constraint", |c| object(table, &c.name)),
            Change::Index { table, pair } => named(pair, "index", |i| object(table, &i.name)),
            Change::Trigger { table, pair } => named(pair, "trigger", |t| object(table, &t.name)),
            Change::Policy { table, pair } => named(pair, "policy", |p| object(table, &p.name)),
            Change::View(pair) => named(pair, "view", |v| v.name.to_string()),
            Change::Type(pair) => named(pair, "type", |t| t.name.to_string()),
            Change::Sequence(pair) => named(pair, "sequence", |s| s.name.to_string()),
            Change::Routine(pair) => named(pair, "routine", |r| format!("{}({})", r.name, r.signature)),
            Change::Other(pair) => {
                let kind = pair.after.as_ref().or(pair.before.as_ref()).map_or("", |o| o.kind).to_lowercase();
                named(pair, &kind, |o| o.name.to_string())
            }
            Change::Comment { target, pair } => {
                let own = target.part.is_empty();
                let about = if own { target.name.to_string() } else { object(&target.name, &target.part) };
                named(pair, "comment", |_| about.clone())
            }
            Change::Privilege { privilege, pair } => {
                let about = format!("{} on {} to {}", privilege.privilege, privilege.target.name, privilege.grantee);
                named(pair, "privilege", |_| about.clone())
            }
            Change::Rows(rows) => {
                let action = match rows.kind {
                    RowKind::Insert => "insert",
                    RowKind::Update => "update",
                    RowKind::Delete => "delete",
                    RowKind::Truncate => "truncate",
                    RowKind::Merge => "merge",
                };
                Summary { action, kind: "rows".to_string(), object: rows.table.name.clone() }
            }
            Change::Opaque { why } => Summary { action: "unread", kind: "statement".to_string(), object: why.clone() },
        }
    }
}

fn named<T>(pair: &Pair<T>, kind: &str, name: impl Fn(&T) -> String) -> Summary {
    let (before, after) = (pair.before.as_ref().map(&name), pair.after.as_ref().map(&name));
    let action = match (&before, &after) {
        (None, _) => "create",
        (_, None) => "drop",
        (Some(a), Some(b)) if a != b => "rename",
        _ => "alter",
    };
    Summary { action, kind: kind.to_string(), object: after.or(before).unwrap_or_default() }
}
