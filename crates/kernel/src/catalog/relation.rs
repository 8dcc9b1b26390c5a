//! A table and what lives inside it.

use super::{Lineage, List, Name, Sql, mentions};
use crate::Dialect;
use crate::names;
use std::rc::Rc;

/// A table.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Table {
    /// Which one it is.
    pub lineage: Lineage,
    /// Its name.
    pub name: Name,
    /// In their order.
    pub columns: List<Column>,
    /// Primary key, unique, foreign keys, checks, exclusions. MySQL's unique keys are indexes.
    pub constraints: List<Constraint>,
    /// Indexes that no constraint makes.
    pub indexes: List<Index>,
    /// Triggers.
    pub triggers: List<Trigger>,
    /// Row security policies.
    pub policies: List<Policy>,
    /// `UNLOGGED`, `TEMP`, `VIRTUAL`, `FOREIGN`; empty for a plain table.
    pub persistence: String,
    /// The text after the closing parenthesis: `ENGINE=InnoDB`, `WITHOUT ROWID`, `WITH (fillfactor=70)`, `USING fts5(..)`.
    pub options: Sql,
    /// `PARTITION BY ..`
    pub partition_by: Option<Sql>,
    /// `PARTITION OF parent <bound>`
    pub partition_of: Option<(Name, Sql)>,
    /// ENABLE ROW LEVEL SECURITY.
    pub row_security: bool,
    /// FORCE ROW LEVEL SECURITY.
    pub force_row_security: bool,
    /// `REPLICA IDENTITY ..` where it is not the default.
    pub replica_identity: Option<Sql>,
    /// `CLUSTER ON index`.
    pub cluster_on: Option<String>,
    /// The history never made it: only what was said of it since is known.
    pub partial: bool,
}

/// A column.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Column {
    /// Which one it is.
    pub lineage: Lineage,
    /// Its name.
    pub name: String,
    /// Its type as written, without constraints; `integer` where `serial` was written.
    pub data_type: String,
    /// Its type as the engine prints it, for comparing.
    pub canonical: String,
    /// NOT NULL, or part of the primary key.
    pub not_null: bool,
    /// DEFAULT.
    pub default: Option<Sql>,
    /// GENERATED ALWAYS AS (..).
    pub generated: Option<Generated>,
    /// GENERATED .. AS IDENTITY.
    pub identity: Option<Identity>,
    /// COLLATE, as written.
    pub collation: Option<String>,
    /// MySQL's CHARACTER SET.
    pub charset: Option<String>,
    /// AUTO_INCREMENT, AUTOINCREMENT.
    pub auto_increment: bool,
    /// MySQL's ON UPDATE.
    pub on_update: Option<Sql>,
    /// MySQL's COMMENT, as a literal.
    pub comment: Option<String>,
    /// STORAGE, COMPRESSION, STATISTICS, INVISIBLE: keyword and value.
    pub settings: Vec<(&'static str, String)>,
}

/// A generated column's expression.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Generated {
    /// What it is computed by.
    pub expression: Sql,
    /// STORED, not VIRTUAL.
    pub stored: bool,
}

/// PostgreSQL's identity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// ALWAYS, not BY DEFAULT.
    pub always: bool,
    /// What stands in its parentheses, by keyword, without the defaults (SEQUENCE NAME among them).
    pub options: std::collections::BTreeMap<&'static str, String>,
}

/// A constraint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Constraint {
    /// Which one it is.
    pub lineage: Lineage,
    /// Its name; the one that the engine gives where none was written; empty on SQLite where none was.
    pub name: String,
    /// What it demands.
    pub kind: ConstraintKind,
    /// `DEFERRABLE INITIALLY DEFERRED`, `DEFERRABLE`, or empty.
    pub deferrable: &'static str,
    /// NOT VALID.
    pub not_valid: bool,
    /// The column in whose definition it stands, and with which it comes and goes; none where it stands apart. How it
    /// is written does not make two constraints different.
    pub stands_in: Lineage,
    /// What else stands behind it: `NO INHERIT`, `WITH (..)`, SQLite's ON CONFLICT, MySQL's `NOT ENFORCED`.
    pub tail: Sql,
}

/// What a constraint demands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ConstraintKind {
    /// PRIMARY KEY.
    PrimaryKey {
        /// Its columns.
        parts: Vec<Part>,
        /// INCLUDE.
        include: Vec<String>,
    },
    /// UNIQUE (not on MySQL).
    Unique {
        /// Its columns.
        parts: Vec<Part>,
        /// INCLUDE.
        include: Vec<String>,
        /// NULLS NOT DISTINCT.
        nulls_not_distinct: bool,
    },
    /// FOREIGN KEY.
    ForeignKey(ForeignKey),
    /// CHECK.
    Check(Sql),
    /// EXCLUDE: all that follows the keyword.
    Exclude(Sql),
}

/// A foreign key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ForeignKey {
    /// The columns that refer.
    pub columns: Vec<String>,
    /// The table referred to.
    pub table: Name,
    /// Its columns; empty where the primary key is meant.
    pub references: Vec<String>,
    /// ON DELETE; empty for NO ACTION.
    pub on_delete: String,
    /// ON UPDATE; empty for NO ACTION.
    pub on_update: String,
    /// MATCH FULL; empty for SIMPLE.
    pub matching: String,
}

/// One column or expression of a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// The column, where it is a plain one.
    pub column: Option<String>,
    /// The expression, where it is not.
    pub expression: Option<Sql>,
    /// COLLATE, operator class, ASC/DESC, NULLS FIRST, MySQL's length: what follows, as written.
    pub suffix: Sql,
}

impl Part {
    /// A plain column.
    pub fn column(name: impl Into<String>) -> Part {
        Part { column: Some(name.into()), expression: None, suffix: Sql::default() }
    }
}

/// An index.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Index {
    /// Which one it is.
    pub lineage: Lineage,
    /// Its name.
    pub name: String,
    /// UNIQUE.
    pub unique: bool,
    /// `FULLTEXT`, `SPATIAL`, or empty.
    pub class: &'static str,
    /// USING, lower case; empty for btree.
    pub method: String,
    /// What it is over.
    pub parts: Vec<Part>,
    /// INCLUDE.
    pub include: Vec<String>,
    /// NULLS NOT DISTINCT.
    pub nulls_not_distinct: bool,
    /// WHERE.
    pub predicate: Option<Sql>,
    /// WITH (..), TABLESPACE, MySQL's index options.
    pub options: Sql,
    /// MySQL made it for a foreign key, and takes it back when another serves.
    pub implicit: bool,
    /// Made or dropped CONCURRENTLY: a clause of the statement, not of the index.
    pub concurrently: Lenient,
}

/// A property of the statement that made an object, not of the object: it carries over to the way back, and does not
/// make two objects different.
#[derive(Debug, Clone, Copy, Default, Eq)]
pub struct Lenient(pub bool);

impl PartialEq for Lenient {
    fn eq(&self, _: &Lenient) -> bool {
        true
    }
}

/// A trigger, kept as text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trigger {
    /// Which one it is.
    pub lineage: Lineage,
    /// Its name.
    pub name: String,
    /// What stands between CREATE and TRIGGER (`CONSTRAINT`, `TEMP`, `DEFINER=..`).
    pub modifiers: Sql,
    /// From the timing to ON: `BEFORE UPDATE OF a`.
    pub event: Sql,
    /// All that follows the table's name.
    pub rest: Sql,
    /// The function that it calls (PostgreSQL).
    pub function: Option<Name>,
    /// `D` disabled, `A` always, `R` replica; `O` as created.
    pub state: char,
    /// The name that a constraint trigger was made under: its constraint keeps it (`renametrig`, PostgreSQL 15).
    pub made_as: Option<String>,
}

/// A row security policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    /// Which one it is.
    pub lineage: Lineage,
    /// Its name.
    pub name: String,
    /// AS RESTRICTIVE.
    pub restrictive: bool,
    /// FOR; `ALL` where none is written.
    pub command: String,
    /// TO, as written; empty for PUBLIC.
    pub roles: Sql,
    /// USING (..), without the parentheses.
    pub using: Option<Sql>,
    /// WITH CHECK (..), without the parentheses.
    pub check: Option<Sql>,
}

impl Table {
    /// Is there a key over the very same columns, that PostgreSQL's CREATE TABLE would take for this one as well?
    pub fn is_second_key(&self, constraint: &Constraint) -> bool {
        let ConstraintKind::Unique { parts, include, nulls_not_distinct } = &constraint.kind else { return false };
        let same = |other: &Constraint| match &other.kind {
            ConstraintKind::PrimaryKey { parts: p, include: i } => p == parts && i == include && !nulls_not_distinct,
            ConstraintKind::Unique { parts: p, include: i, nulls_not_distinct: n } => {
                p == parts && i == include && n == nulls_not_distinct && other.name < constraint.name
            }
            _ => false,
        };
        self.constraints.iter().any(|other| other.deferrable == constraint.deferrable && same(other))
    }

    /// A column by name (exact, else without regard to case: callers of case-sensitive dialects pass exact names).
    pub fn column(&self, name: &str) -> Option<&Column> {
        self.columns
            .iter()
            .find(|c| c.name == name)
            .or_else(|| self.columns.iter().find(|c| c.name.eq_ignore_ascii_case(name)))
    }

    /// A column by name, shared.
    pub fn shared_column(&self, name: &str) -> Option<&Rc<Column>> {
        self.columns.shared(self.position(name)?)
    }

    /// A column by name, to be changed.
    pub fn column_mut(&mut self, name: &str) -> Option<&mut Column> {
        let at = self.position(name)?;
        Some(&mut self.columns[at])
    }

    /// Where a column stands, from 0.
    pub fn position(&self, name: &str) -> Option<usize> {
        self.columns
            .iter()
            .position(|c| c.name == name)
            .or_else(|| self.columns.iter().position(|c| c.name.eq_ignore_ascii_case(name)))
    }

    /// The column of a lineage.
    pub fn column_of(&self, lineage: Lineage) -> Option<&Column> {
        self.columns.iter().find(|c| c.lineage.0 == lineage.0)
    }

    /// A constraint by name.
    pub fn constraint(&self, name: &str) -> Option<&Constraint> {
        self.constraints.iter().find(|c| c.name == name)
    }

    /// The primary key.
    pub fn primary_key(&self) -> Option<&Constraint> {
        self.constraints.iter().find(|c| matches!(c.kind, ConstraintKind::PrimaryKey { .. }))
    }

    /// Becomes like another in all that is the table's own; what stands inside it stays.
    pub(crate) fn take_header(&mut self, other: &Table) {
        self.lineage = other.lineage;
        self.name.clone_from(&other.name);
        self.persistence.clone_from(&other.persistence);
        self.options.clone_from(&other.options);
        self.partition_by.clone_from(&other.partition_by);
        self.partition_of.clone_from(&other.partition_of);
        self.row_security = other.row_security;
        self.force_row_security = other.force_row_security;
        self.replica_identity.clone_from(&other.replica_identity);
        self.cluster_on.clone_from(&other.cluster_on);
        self.partial = other.partial;
    }

    /// The primary key's columns.
    pub fn key_columns(&self) -> Vec<&str> {
        self.primary_key().map(Constraint::columns).unwrap_or_default()
    }
}

impl Table {
    /// Does a default, a generated column, a check or an index call a function of this name?
    pub fn calls(&self, function: &str, dialect: Dialect) -> bool {
        let named = |sql: &Sql| mentions(&sql.text, function, dialect);
        let in_column = |c: &Column| {
            c.default.as_ref().is_some_and(named) || c.generated.as_ref().is_some_and(|g| named(&g.expression))
        };
        let in_index = |i: &Index| {
            i.predicate.as_ref().is_some_and(named) || i.parts.iter().any(|p| p.expression.as_ref().is_some_and(named))
        };
        self.columns.iter().any(in_column)
            || self.constraints.iter().any(|c| matches!(&c.kind, ConstraintKind::Check(sql) if named(sql)))
            || self.indexes.iter().any(in_index)
    }
}

impl Column {
    /// Is its default a literal of this user-defined type, whatever it is itself?
    pub fn default_is_of(&self, name: &Name, dialect: Dialect) -> bool {
        let cast = self.default.as_ref().and_then(|default| default.text.rsplit_once("::"));
        cast.is_some_and(|(_, cast)| name.is_type_of(cast, dialect))
    }

    /// Does its default draw from this sequence?
    pub fn draws_from(&self, sequence: &Name) -> bool {
        let text = self.default.as_ref().map_or("", |d| d.text.as_str());
        let mut words = text.split(|c: char| !c.is_alphanumeric() && c != '_');
        text.contains("nextval") && words.any(|word| word == sequence.name)
    }

    /// The sequence behind an identity column of a table: as it was named, else as PostgreSQL names it.
    pub fn identity_sequence(&self, table: &Name) -> Option<Name> {
        let identity = self.identity.as_ref()?;
        let usual = || table.sibling(names::constraint_name(&table.name, &[self.name.as_str()], names::Kind::Sequence));
        Some(match identity.options.get(SEQUENCE_NAME) {
            Some(text) => {
                let named = Name::of_type(text, Dialect::Postgres).unwrap_or_else(usual);
                let dotted = text.contains('.');
                if dotted { named } else { table.sibling(named.name) }
            }
            None => usual(),
        })
    }

    /// The sequence keeps its name when the table or the column gets another.
    pub(crate) fn keep_identity_sequence(&mut self, sequence: &Name, table: &Name) {
        let usual = table.sibling(names::constraint_name(&table.name, &[self.name.as_str()], names::Kind::Sequence));
        let Some(identity) = &mut self.identity else { return };
        if *sequence == usual {
            identity.options.remove(SEQUENCE_NAME);
        } else {
            let name = crate::dialect::quote_needed(&Name::plain(sequence.name.clone()));
            identity.options.insert(SEQUENCE_NAME, name);
        }
    }
}

/// The option of an identity that names its sequence.
pub(crate) const SEQUENCE_NAME: &str = "SEQUENCE NAME";

impl Constraint {
    /// The columns of this table that it names (for a check: none, see its expression).
    pub fn columns(&self) -> Vec<&str> {
        match &self.kind {
            ConstraintKind::PrimaryKey { parts, .. } | ConstraintKind::Unique { parts, .. } => {
                parts.iter().filter_map(|p| p.column.as_deref()).collect()
            }
            ConstraintKind::ForeignKey(key) => key.columns.iter().map(String::as_str).collect(),
            ConstraintKind::Check(_) | ConstraintKind::Exclude(_) => vec![],
        }
    }

    /// The foreign key that it is, if it is one.
    pub fn foreign_key(&self) -> Option<&ForeignKey> {
        match &self.kind {
            ConstraintKind::ForeignKey(key) => Some(key),
            _ => None,
        }
    }

    /// An index of the same name comes with it.
    pub fn has_index(&self) -> bool {
        !matches!(self.kind, ConstraintKind::ForeignKey(_) | ConstraintKind::Check(_))
    }
}
