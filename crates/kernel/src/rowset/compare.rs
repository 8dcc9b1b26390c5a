//! What is not as it was.

use super::{Forgiven, RowSet, TableRows};
use crate::catalog::Name;
use std::collections::BTreeMap;

/// Rows or values that are not what they were.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gap {
    /// The table.
    pub table: Name,
    /// The column, where it is only about values.
    pub column: Option<String>,
    /// What is the matter.
    pub kind: GapKind,
    /// How many rows.
    pub count: usize,
    /// One of them: its key and, for a value, what was there and what is. Short.
    pub example: String,
    /// The key of that one, without any other value; empty where the table has none.
    pub key: String,
}

/// How rows differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum GapKind {
    /// They are not there any more.
    Missing,
    /// They were not there.
    Added,
    /// They hold another value.
    Changed,
    /// Each column holds what it held, but not in the same rows.
    Mixed,
}

impl GapKind {
    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            GapKind::Missing => "missing",
            GapKind::Added => "added",
            GapKind::Changed => "changed",
            GapKind::Mixed => "mixed",
        }
    }
}

type Values = Vec<Option<String>>;

/// What of `before` is not so in `after`, but for what is forgiven; in the order of the tables.
///
/// Rows are matched by the primary key, and where there is none (or it is forgiven), as a whole. Only columns that both
/// sides have are compared: that one is missing is the catalog's to tell. A table that is missing in `after` has lost
/// all its rows.
pub fn compare(before: &RowSet, after: &RowSet, forgiven: &Forgiven) -> Vec<Gap> {
    let mut out = Vec::new();
    for (name, was) in &before.tables {
        if forgiven.table(name) {
            continue;
        }
        match after.tables.get(name) {
            Some(is) => Pair::new(name, was, is, forgiven).compare(&mut out),
            None if was.rows.is_empty() => {}
            None => out.push(Gap {
                table: name.clone(),
                column: None,
                kind: GapKind::Missing,
                count: was.rows.len(),
                example: was.rows.first().map(shown).unwrap_or_default(),
                key: String::new(),
            }),
        }
    }
    out
}

/// One table, then and now.
struct Pair<'a> {
    name: &'a Name,
    /// The columns that are compared: their names, and their places on both sides.
    columns: Vec<(&'a str, usize, usize)>,
    /// The key's places in `columns`; empty where rows are matched as a whole.
    key: Vec<usize>,
    was: Vec<Values>,
    is: Vec<Values>,
    more: bool,
}

impl<'a> Pair<'a> {
    fn new(name: &'a Name, was: &'a TableRows, is: &'a TableRows, forgiven: &Forgiven) -> Pair<'a> {
        let place = |rows: &TableRows, column: &str| rows.columns.iter().position(|c| c == column);
        let columns: Vec<(&str, usize, usize)> = was
            .columns
            .iter()
            .enumerate()
            .filter(|(_, column)| !forgiven.column(name, column))
            .filter_map(|(at, column)| Some((column.as_str(), at, place(is, column)?)))
            .collect();
        let key: Option<Vec<usize>> =
            was.key.iter().map(|key| columns.iter().position(|(name, ..)| name == key)).collect();
        let pick = |rows: &TableRows, at: fn(&(&str, usize, usize)) -> usize| {
            let one = |row: &Values| columns.iter().map(|c| row.get(at(c)).cloned().flatten()).collect();
            rows.rows.iter().map(one).collect::<Vec<Values>>()
        };
        let (was, is) = (pick(was, |c| c.1), pick(is, |c| c.2));
        Pair { name, columns, key: key.unwrap_or_default(), was, is, more: forgiven.more_rows(name) }
    }

    fn compare(&self, out: &mut Vec<Gap>) {
        if self.columns.is_empty() {
            return self.counts(out);
        }
        if !self.key.is_empty()
            && let Some((was, is)) = self.by_key(&self.was).zip(self.by_key(&self.is))
        {
            return self.matched(&was, &is, out);
        }
        self.whole(out);
    }

    fn gap(&self, column: Option<&str>, kind: GapKind, count: usize, example: String) -> Gap {
        let key = String::new();
        Gap { table: self.name.clone(), column: column.map(str::to_string), kind, count, example, key }
    }

    /// The same of a row that its key names; `value` is what is to be said of it beside that.
    fn keyed_gap(&self, column: Option<&str>, kind: GapKind, count: usize, key: String, value: &str) -> Gap {
        Gap { key: key.clone(), ..self.gap(column, kind, count, key + value) }
    }

    /// Nothing is left to compare but how many rows there are.
    fn counts(&self, out: &mut Vec<Gap>) {
        let (was, is) = (self.was.len(), self.is.len());
        if is < was {
            out.push(self.gap(None, GapKind::Missing, was - is, String::new()));
        } else if is > was && !self.more {
            out.push(self.gap(None, GapKind::Added, is - was, String::new()));
        }
    }

    /// Rows by their key; none where two rows have the same.
    fn by_key<'r>(&self, rows: &'r [Values]) -> Option<BTreeMap<Values, &'r Values>> {
        let key = |row: &Values| self.key.iter().map(|at| row[*at].clone()).collect::<Values>();
        let out: BTreeMap<Values, &Values> = rows.iter().map(|row| (key(row), row)).collect();
        (out.len() == rows.len()).then_some(out)
    }

    fn matched(&self, was: &BTreeMap<Values, &Values>, is: &BTreeMap<Values, &Values>, out: &mut Vec<Gap>) {
        let missing: Vec<&Values> = was.keys().filter(|k| !is.contains_key(*k)).collect();
        if let Some(first) = missing.first() {
            out.push(self.keyed_gap(None, GapKind::Missing, missing.len(), self.keyed(first), ""));
        }
        let added: Vec<&Values> = is.keys().filter(|k| !was.contains_key(*k)).collect();
        if let Some(first) = added.first().filter(|_| !self.more) {
            out.push(self.keyed_gap(None, GapKind::Added, added.len(), self.keyed(first), ""));
        }
        for (at, (column, ..)) in self.columns.iter().enumerate() {
            let other = |(key, row): (&'_ Values, &&'_ Values)| {
                let now = is.get(key).map(|r| r[at].as_ref())?;
                (now != row[at].as_ref()).then(|| {
                    let value = format!(": {} became {}", one(row[at].as_deref()), one(now.map(String::as_str)));
                    (self.keyed(key), value)
                })
            };
            let changed: Vec<(String, String)> = was.iter().filter_map(|(k, r)| other((k, r))).collect();
            if let Some((key, value)) = changed.first() {
                out.push(self.keyed_gap(Some(column), GapKind::Changed, changed.len(), key.clone(), value));
            }
        }
    }

    /// `id = 7`.
    fn keyed(&self, key: &Values) -> String {
        let names = self.key.iter().map(|at| self.columns[*at].0);
        let parts: Vec<String> = names.zip(key).map(|(n, v)| format!("{n} = {}", one(v.as_deref()))).collect();
        parts.join(", ")
    }

    /// Rows that nothing tells apart but their values.
    fn whole(&self, out: &mut Vec<Gap>) {
        let (gone, new) = difference(&self.was, &self.is);
        if gone.is_empty() && (new.is_empty() || self.more) {
            return;
        }
        // As many as before, with other values: which columns?
        if gone.len() == new.len() {
            let found = out.len();
            for (at, (column, ..)) in self.columns.iter().enumerate() {
                let of = |rows: &[&Values]| rows.iter().map(|r| vec![r[at].clone()]).collect::<Vec<Values>>();
                let (was, is) = (of(&gone), of(&new));
                let (lost, got) = difference(&was, &is);
                if let Some((a, b)) = lost.first().zip(got.first()) {
                    let example = format!("{} became {}", shown(a), shown(b));
                    out.push(self.gap(Some(column), GapKind::Changed, lost.len(), example));
                }
            }
            if out.len() == found {
                out.push(self.gap(None, GapKind::Mixed, gone.len(), shown(gone[0])));
            }
            return;
        }
        if let Some(first) = gone.first() {
            out.push(self.gap(None, GapKind::Missing, gone.len(), shown(first)));
        }
        if let Some(first) = new.first().filter(|_| !self.more) {
            out.push(self.gap(None, GapKind::Added, new.len(), shown(first)));
        }
    }
}

/// What is only in one and only in the other, each as often as it is there more often.
fn difference<'r>(was: &'r [Values], is: &'r [Values]) -> (Vec<&'r Values>, Vec<&'r Values>) {
    let mut counts: BTreeMap<&Values, i64> = BTreeMap::new();
    was.iter().for_each(|row| *counts.entry(row).or_default() += 1);
    is.iter().for_each(|row| *counts.entry(row).or_default() -= 1);
    let mut out = (Vec::new(), Vec::new());
    for (row, count) in counts {
        let side = if count > 0 { &mut out.0 } else { &mut out.1 };
        side.extend(std::iter::repeat_n(row, usize::try_from(count.abs()).unwrap_or(0)));
    }
    out
}

/// A row on one line.
fn shown(row: &Values) -> String {
    format!("({})", row.iter().map(|v| one(v.as_deref())).collect::<Vec<_>>().join(", "))
}

/// A value, not too long.
fn one(value: Option<&str>) -> String {
    let Some(text) = value else { return "NULL".to_string() };
    match text.char_indices().nth(60) {
        Some((at, _)) => format!("{:?}...", &text[..at]),
        None => format!("{text:?}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rollback::{Note, NoteKind};

    fn rows(key: &[&str], columns: &[&str], rows: &[&[&str]]) -> RowSet {
        let value = |v: &&str| (*v != "NULL").then(|| v.to_string());
        let table = TableRows {
            columns: columns.iter().map(|c| c.to_string()).collect(),
            key: key.iter().map(|c| c.to_string()).collect(),
            rows: rows.iter().map(|r| r.iter().map(value).collect()).collect(),
        };
        RowSet { tables: [(Name::plain("t"), table)].into() }
    }

    fn found(before: &RowSet, after: &RowSet, forgiven: &Forgiven) -> Vec<String> {
        let one = |g: Gap| format!("{} {} {}: {}", g.column.unwrap_or_default(), g.kind.word(), g.count, g.example);
        compare(before, after, forgiven).into_iter().map(one).collect()
    }

    fn named(kind: NoteKind, object: &str) -> Forgiven {
        Forgiven::of(&[Note { kind, object: object.into(), detail: String::new(), line: 1, question: None }])
    }

    #[test]
    fn by_key() {
        let before = rows(&["id"], &["id", "a"], &[&["1", "x"], &["2", "NULL"], &["3", "z"]]);
        let after = rows(&["id"], &["a", "id"], &[&["y", "1"], &["", "2"], &["n", "4"]]);
        assert_eq!(
            found(&before, &after, &Forgiven::default()),
            [" missing 1: id = \"3\"", " added 1: id = \"4\"", "a changed 2: id = \"1\": \"x\" became \"y\"",]
        );
        assert!(found(&before, &before, &Forgiven::default()).is_empty());
    }

    #[test]
    fn what_is_forgiven() {
        let before = rows(&["id"], &["id", "a", "b"], &[&["1", "x", "p"]]);
        let after = rows(&["id"], &["id", "a", "b"], &[&["1", "y", "q"], &["2", "y", "q"]]);
        let a = named(NoteKind::Gone, "t.a");
        assert_eq!(found(&before, &after, &a).len(), 2, "b, and a row more");
        let left = named(NoteKind::ByHand, "t");
        assert_eq!(found(&before, &after, &left).len(), 2, "a and b");
        assert!(found(&before, &after, &named(NoteKind::Gone, "t")).is_empty());
        assert!(found(&before, &after, &named(NoteKind::Gone, "f()")).is_empty());
        // The key itself is forgiven: rows are matched by the rest.
        let renumbered = rows(&["id"], &["id", "a", "b"], &[&["9", "x", "p"]]);
        assert!(found(&before, &renumbered, &named(NoteKind::Gone, "t.id")).is_empty());
        assert_eq!(found(&before, &renumbered, &Forgiven::default()).len(), 2);
    }

    #[test]
    fn without_a_key() {
        let before = rows(&[], &["a", "b"], &[&["1", "x"], &["1", "x"], &["2", "y"]]);
        let fewer = rows(&[], &["a", "b"], &[&["1", "x"], &["2", "y"]]);
        assert_eq!(found(&before, &fewer, &Forgiven::default()), [" missing 1: (\"1\", \"x\")"]);
        let other = rows(&[], &["a", "b"], &[&["1", "x"], &["1", "x"], &["2", "NULL"]]);
        assert_eq!(found(&before, &other, &Forgiven::default()), ["b changed 1: (\"y\") became (NULL)"]);
        let mixed = rows(&[], &["a", "b"], &[&["1", "x"], &["1", "y"], &["2", "x"]]);
        assert_eq!(found(&before, &mixed, &Forgiven::default()), [" mixed 2: (\"1\", \"x\")"]);
    }

    #[test]
    fn a_table_that_is_gone() {
        let before = rows(&["id"], &["id"], &[&["1"]]);
        assert_eq!(found(&before, &RowSet::default(), &Forgiven::default()), [" missing 1: (\"1\")"]);
        assert!(found(&rows(&[], &["id"], &[]), &RowSet::default(), &Forgiven::default()).is_empty());
    }
}
