//! The recipes: one file each.

mod add_constraint;
mod add_primary_key;
mod beside;
mod change_default;
mod change_type;
mod counted;
mod drop_column;
mod drop_table;
mod enum_value;
mod hung;
mod make_required;
mod move_column;
mod recompose;
mod references;
mod rename_column;
mod rename_table;
mod sqlite;
mod then;

use super::{Decisions, Expansion, Gate, PhaseIndex};
use crate::Dialect;
use crate::catalog::{Constraint, ConstraintKind, Index, Name, Part, Sql, Table};
use crate::dialect::quote;
use crate::lint::Step;
use crate::render::clause;

/// One kind of breaking change.
pub struct Recipe {
    /// Its name: `rename-column`.
    pub name: &'static str,
    /// Looks at a migration, and adds what it would do, ask or refuse.
    pub find: fn(&Step, &Decisions, &mut Expansion),
}

/// Every recipe, in the order in which their statements stand.
pub const RECIPES: &[Recipe] = &[
    rename_column::RECIPE,
    move_column::RECIPE,
    recompose::RECIPE,
    change_type::RECIPE,
    enum_value::RECIPE,
    make_required::RECIPE,
    drop_column::RECIPE,
    drop_table::RECIPE,
    change_default::RECIPE,
    add_primary_key::RECIPE,
    add_constraint::RECIPE,
    rename_table::RECIPE,
];

const PG: Dialect = Dialect::Postgres;

/// An index that `backfill` makes: PostgreSQL while others write, SQLite while nobody does.
fn phase_index(index: &Index, table: &Name, dialect: Dialect) -> PhaseIndex {
    if dialect == Dialect::Sqlite {
        return PhaseIndex {
            name: index.name.clone(),
            sql: clause::create_index(index, table, false, dialect),
            drop: format!("DROP INDEX IF EXISTS {}", quote(&index.name, dialect)),
        };
    }
    PhaseIndex {
        name: index.name.clone(),
        sql: clause::create_index(index, table, true, PG),
        drop: format!("DROP INDEX CONCURRENTLY IF EXISTS {}", clause::name(&table.sibling(&index.name), PG)),
    }
}

/// PostgreSQL: the same index in a migration. `backfill` has made it where there are rows; where a tool builds the schema
/// from the migrations alone there are none.
fn create_if_missing(index: &Index, table: &Name) -> String {
    let unique = if index.unique { "UNIQUE " } else { "" };
    let made = clause::create_index(index, table, false, PG);
    let made = made.replacen(&format!("CREATE {unique}INDEX "), &format!("CREATE {unique}INDEX IF NOT EXISTS "), 1);
    format!("-- unmigrate-ignore create-index, add-unique: `unmigrate backfill` has made it\n{made}")
}

/// PostgreSQL and SQLite: is an index there, and whole?
fn index_gate(table: &Name, index: &str, dialect: Dialect) -> Gate {
    let text = |s: &str| format!("'{}'", s.replace('\'', "''"));
    if dialect == Dialect::Sqlite {
        return Gate {
            name: "indexed",
            asks: format!("index missing of {table}: {index}, which `backfill` makes"),
            question: format!(
                "SELECT 1 - count(*) FROM sqlite_master WHERE type = 'index' AND tbl_name = {} AND name = {}",
                text(&table.name),
                text(index)
            ),
        };
    }
    Gate {
        name: "indexed",
        asks: format!("index missing or broken of {table}: {index}, which `backfill` makes"),
        question: format!(
            "SELECT 1 - count(*) FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid WHERE i.indrelid = to_regclass({}) AND \
             c.relname = {} AND i.indisvalid",
            text(&clause::name(table, PG)),
            text(index)
        ),
    }
}

/// PostgreSQL: a primary key or unique constraint out of an index, which gets its name.
pub(super) fn constraint_using(constraint: &Constraint, index: &str, own: &str) -> String {
    let word = if matches!(constraint.kind, ConstraintKind::PrimaryKey { .. }) { "PRIMARY KEY" } else { "UNIQUE" };
    let later = if constraint.deferrable.is_empty() { String::new() } else { format!(" {}", constraint.deferrable) };
    format!(
        "ALTER TABLE {own} ADD CONSTRAINT {} {word} USING INDEX {}{later}",
        quote(&constraint.name, PG),
        quote(index, PG)
    )
}

/// The columns that batches of a table go by. SQLite: its key where no part of it may be NULL, else the number that every row
/// has; that one may change by a VACUUM, and the rows that are left then are found by counting.
fn batch_key(table: &Table, dialect: Dialect) -> Vec<String> {
    let key: Vec<String> = table.key_columns().into_iter().map(str::to_owned).collect();
    if dialect != Dialect::Sqlite || sqlite::keyed(table) {
        return key;
    }
    sqlite::number(table).map(str::to_owned).into_iter().collect()
}

/// The unique index that a primary key or a unique constraint is.
pub(super) fn as_index(constraint: &Constraint) -> Option<Index> {
    let (parts, include, nulls_not_distinct): (&[Part], &[String], bool) = match &constraint.kind {
        ConstraintKind::PrimaryKey { parts, include } => (parts, include, false),
        ConstraintKind::Unique { parts, include, nulls_not_distinct } => (parts, include, *nulls_not_distinct),
        _ => return None,
    };
    Some(Index {
        lineage: constraint.lineage,
        name: constraint.name.clone(),
        unique: true,
        class: "",
        method: String::new(),
        parts: parts.to_vec(),
        include: include.to_vec(),
        nulls_not_distinct,
        predicate: None,
        options: Sql::default(),
        implicit: false,
        concurrently: crate::catalog::Lenient(true),
    })
}

/// Does a foreign key with this ON DELETE refuse that somebody deletes what it refers to?
fn stops_deletes(on_delete: &str) -> bool {
    !["cascade", "set null", "set default"].iter().any(|free| on_delete.to_ascii_lowercase().starts_with(free))
}

fn drop_foreign_key(own: &str, name: &str, dialect: Dialect) -> String {
    let word = if dialect == Dialect::Mysql { "FOREIGN KEY" } else { "CONSTRAINT" };
    format!("ALTER TABLE {own} DROP {word} {}", quote(name, dialect))
}

pub(super) fn truncate_to(longest: usize, name: &str) -> String {
    let end = name.char_indices().map(|(at, c)| at + c.len_utf8()).take_while(|end| *end <= longest).last();
    name[..end.unwrap_or_default()].to_owned()
}
