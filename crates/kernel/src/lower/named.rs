//! The constraints that a DO block looks for, as the history has made them.

use super::Lowering;
use crate::block::Wanted;
use crate::catalog::{Constraint, ConstraintKind, Part};

/// What PostgreSQL may put into a definition that nobody wrote: casts, and how it prints IN, LIKE and BETWEEN.
const PRINTED: &str = "check unique primary key foreign references not valid on delete update cascade restrict set null default \
    is null not and or any array all like ilike between case when then else end true false ::text ::character varying ::bpchar \
    ::numeric ::double precision ::integer ::bigint ::smallint ::real ::date ::timestamp without time zone ::interval ::jsonb \
    ((((()))))[] ~~ ~~* !~~ = <> >= <=";

impl Lowering<'_> {
    /// Their names; none where the history can't tell.
    pub(super) fn constraints_wanted(&self, wanted: &Wanted) -> Option<Vec<String>> {
        let table = self.catalog.table(&super::rows::name(&wanted.table)).filter(|table| !table.partial)?;
        let mut names = Vec::new();
        for constraint in &table.constraints {
            if is_wanted(constraint, wanted)? {
                names.push(constraint.name.clone());
            }
        }
        Some(names)
    }
}

fn is_wanted(constraint: &Constraint, wanted: &Wanted) -> Option<bool> {
    let names = |parts: &[Part]| parts.iter().filter_map(|part| part.column.clone()).collect::<Vec<_>>();
    let (kind, columns, definition) = match &constraint.kind {
        ConstraintKind::PrimaryKey { parts, .. } => {
            ('p', Some(names(parts)), format!("PRIMARY KEY ({})", names(parts).join(", ")))
        }
        ConstraintKind::Unique { parts, .. } => {
            ('u', Some(names(parts)), format!("UNIQUE ({})", names(parts).join(", ")))
        }
        ConstraintKind::ForeignKey(key) => {
            let definition = format!(
                "FOREIGN KEY ({}) REFERENCES {}({})",
                key.columns.join(", "),
                key.table.name,
                key.references.join(", ")
            );
            ('f', Some(key.columns.clone()), definition)
        }
        ConstraintKind::Check(check) => ('c', None, check.text.to_string()),
        ConstraintKind::Exclude(rest) => ('x', None, rest.text.to_string()),
    };
    if wanted.kind.is_some_and(|wanted| wanted != kind)
        || !wanted.name_like.iter().all(|like| like.is_in(&constraint.name))
    {
        return Some(false);
    }
    if let Some(column) = &wanted.column
        && !columns?.contains(column)
    {
        return Some(false);
    }
    for like in &wanted.definition_like {
        // The server prints an expression in its own words: only that a name is in it can be told.
        let expression = matches!(kind, 'c' | 'x');
        let name = like.piece.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
        if expression && (!name || like.is_in(PRINTED) || like.is_in(&PRINTED.to_uppercase())) {
            return None;
        }
        if !like.is_in(&definition) {
            return Some(false);
        }
    }
    Some(true)
}
