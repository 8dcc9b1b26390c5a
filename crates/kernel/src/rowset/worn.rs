//! Values that the rollback lost, where its file only says that the migration had lost some.

use super::{Forgiven, Gap, GapKind, RowSet, TableRows};
use crate::rollback::{Note, NoteKind};
use std::collections::BTreeSet;

/// What the rollback itself took, in the tables and columns that are forgiven because the migration changed them: it has
/// to leave as many rows, and as many different values, as there were before the migration or as the migration left,
/// whichever is less. Where the file says that it discards something, nothing is asked for.
pub fn worn(before: &RowSet, left: &RowSet, back: &RowSet, notes: &[Note]) -> Vec<Gap> {
    let forgiven = Forgiven::of(notes);
    let discards: Vec<&str> =
        notes.iter().filter(|n| n.kind == NoteKind::Discards).map(|n| n.object.as_str()).collect();
    let mut out = Vec::new();
    for (name, was) in &before.tables {
        let (Some(left), Some(is)) = (left.tables.get(name), back.tables.get(name)) else { continue };
        let table = name.to_string();
        if discards.contains(&table.as_str()) {
            continue;
        }
        let gap = |column: Option<&str>, count: usize| Gap {
            table: name.clone(),
            column: column.map(str::to_owned),
            kind: GapKind::Missing,
            count,
            example: String::new(),
            key: String::new(),
        };
        let least = was.rows.len().min(left.rows.len());
        if forgiven.table(name) && is.rows.len() < least {
            out.push(gap(None, least - is.rows.len()));
            continue;
        }
        for column in was.columns.iter().filter(|c| forgiven.column(name, c)) {
            let Some(had) = different(was, column).zip(different(left, column)).map(|(a, b)| a.min(b)) else {
                continue;
            };
            let has = different(is, column).unwrap_or(had);
            if has < had && !discards.contains(&format!("{table}.{column}").as_str()) {
                out.push(gap(Some(column), had - has));
            }
        }
    }
    out
}

/// How many different values a column holds; none where it is not there.
fn different(rows: &TableRows, column: &str) -> Option<usize> {
    let at = rows.columns.iter().position(|c| c == column)?;
    Some(rows.rows.iter().map(|row| row.get(at)).collect::<BTreeSet<_>>().len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::Name;

    fn rows(values: &[&str]) -> RowSet {
        let rows =
            values.iter().enumerate().map(|(id, v)| vec![Some(id.to_string()), Some((*v).to_string())]).collect();
        let table = TableRows { columns: vec!["id".into(), "v".into()], rows, ..TableRows::default() };
        let mut out = RowSet::default();
        out.tables.insert(Name { schema: String::new(), name: "t".into() }, table);
        out
    }

    fn found(back: &RowSet, notes: &[(NoteKind, &str)]) -> Vec<(Option<String>, usize)> {
        let note = |(kind, object): &(NoteKind, &str)| Note {
            kind: *kind,
            object: (*object).into(),
            detail: String::new(),
            line: 1,
            question: None,
        };
        let notes: Vec<Note> = notes.iter().map(note).collect();
        let gaps = worn(&rows(&["a", "b", "c"]), &rows(&["a", "b", "b"]), back, &notes);
        gaps.into_iter().map(|g| (g.column, g.count)).collect()
    }

    #[test]
    fn no_less_than_the_migration_left() {
        use NoteKind::{Discards, Gone};
        assert_eq!(found(&rows(&["a", "b", "b"]), &[(Gone, "t.v")]), []);
        assert_eq!(found(&rows(&["x", "x", "x"]), &[(Gone, "t.v")]), [(Some("v".to_string()), 1)]);
        assert_eq!(found(&rows(&["x", "x", "x"]), &[(Gone, "t.v"), (Discards, "t.v")]), []);
        assert_eq!(found(&rows(&["a"]), &[(Gone, "t")]), [(None, 2)]);
        assert_eq!(found(&rows(&["a"]), &[(Gone, "t"), (Discards, "t")]), []);
    }
}
