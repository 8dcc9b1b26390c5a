//! What the catalogs of PostgreSQL say of an object that the history has made, where that is beyond doubt.

use super::Lowering;
use super::definition::{Printed, of_constraint, of_index};
use crate::Dialect;
use crate::block::{Attribute, Probe, Test};
use crate::catalog::{Column, Constraint, ConstraintKind, Name, Table, TypeKind};
use crate::rows;
use crate::types::{self, TypeParts};

const PG: Dialect = Dialect::Postgres;

/// What a column of a catalog holds.
enum Value {
    Null,
    Text(String),
    /// A text that is known in parts.
    Printed(Printed),
}

impl Lowering<'_> {
    /// Is what the question is about like that? None where the history does not tell, or where it is not there.
    pub(super) fn has(&self, probe: &Probe, attribute: &Attribute) -> Option<bool> {
        if !self.dialect().is_postgres() {
            return None;
        }
        let value = match probe {
            Probe::Table(name) => of_table(self.only(name)?, &attribute.column),
            Probe::Column(table, column) => {
                self.of_column(self.only(table)?.column(column).filter(|c| c.name == *column)?, &attribute.column)
            }
            Probe::Index { table, name } => {
                let owner = self.holder(table, |t| t.indexes.iter().any(|i| i.name == *name) || keyed(t, name))?;
                self.of_index(owner, name, &attribute.column)
            }
            Probe::Constraint { table, name } => {
                let owner = self.holder(table, |t| t.constraint(name).is_some())?;
                self.of_constraint(owner, owner.constraint(name)?, &attribute.column)
            }
            _ => None,
        };
        passes(value?, &attribute.test)
    }

    /// The table of this name, where there is but one that may be meant.
    fn only(&self, name: &rows::Name) -> Option<&Table> {
        let alone = name.schema.is_some() || self.catalog.tables.keys().filter(|n| n.name == name.name).count() == 1;
        self.catalog.table(&super::rows::name(name)).filter(|_| alone)
    }

    /// The one table that has something.
    fn holder(&self, table: &Option<rows::Name>, has: impl Fn(&Table) -> bool) -> Option<&Table> {
        if let Some(name) = table {
            return self.only(name).filter(|t| has(t));
        }
        let mut found = self.catalog.tables.iter().map(|(_, t)| t).filter(|t| has(t));
        let first = found.next()?;
        found.next().is_none().then_some(first)
    }

    fn of_column(&self, column: &Column, of: &str) -> Option<Value> {
        // Of a column that no file makes only the name is known.
        if column.canonical.is_empty() {
            return None;
        }
        let parts = types::parts(PG, &column.data_type);
        let kind = self.kind_of(&parts);
        let truth = |is: bool| text(if is { "true" } else { "false" });
        let word = |is: bool| text(if is { "YES" } else { "NO" });
        match of {
            "data_type" => match (parts.array, kind?) {
                (1.., _) => text("ARRAY"),
                (_, Kind::Own) => text(&parts.base),
                (_, Kind::Made(_)) => text("USER-DEFINED"),
            },
            "udt_name" => {
                let name = match kind? {
                    Kind::Own => types::internal_name(&parts.base),
                    Kind::Made(name) => name,
                };
                text(&if parts.array > 0 { format!("_{name}") } else { name })
            }
            "format_type" | "atttypid" => match (parts.array, kind?) {
                (0, Kind::Own) if of == "atttypid" => text(&parts.base),
                (_, Kind::Own) if of == "format_type" => text(&column.canonical),
                _ => None,
            },
            // A domain may forbid NULL by itself.
            "is_nullable" if column.not_null => word(false),
            "is_nullable" => kind.and(word(true)),
            "attnotnull" => truth(column.not_null),
            "atthasdef" => truth(column.default.is_some() || column.generated.is_some()),
            "column_default" => match &column.default {
                None => Some(Value::Null),
                Some(default) => Some(default_of(&default.text, &parts)),
            },
            "character_maximum_length" => {
                let sized = ["character varying", "character"].contains(&parts.base.as_str()) && parts.array == 0;
                match (sized, parts.args.first()) {
                    (true, Some(length)) => text(length),
                    _ => kind.map(|_| Value::Null),
                }
            }
            "numeric_precision" | "numeric_scale" if parts.base == "numeric" && parts.array == 0 => {
                let place = usize::from(of == "numeric_scale");
                Some(parts.args.get(place).map_or(Value::Null, |n| Value::Text(n.clone())))
            }
            "is_identity" => word(column.identity.is_some()),
            "identity_generation" => match &column.identity {
                Some(identity) => text(if identity.always { "ALWAYS" } else { "BY DEFAULT" }),
                None => Some(Value::Null),
            },
            "attidentity" => text(match &column.identity {
                Some(identity) if identity.always => "a",
                Some(_) => "d",
                None => "",
            }),
            "is_generated" => text(if column.generated.is_some() { "ALWAYS" } else { "NEVER" }),
            _ => None,
        }
    }

    /// What kind of type it is; none where the history does not tell, or where it is a domain.
    fn kind_of(&self, parts: &TypeParts) -> Option<Kind> {
        const OWN: [&str; 29] = [
            "integer",
            "bigint",
            "smallint",
            "character varying",
            "character",
            "text",
            "boolean",
            "timestamp with time zone",
            "timestamp without time zone",
            "time with time zone",
            "time without time zone",
            "double precision",
            "real",
            "numeric",
            "uuid",
            "json",
            "jsonb",
            "date",
            "bytea",
            "interval",
            "inet",
            "cidr",
            "macaddr",
            "tsvector",
            "tsquery",
            "xml",
            "money",
            "bit",
            "point",
        ];
        if OWN.contains(&parts.base.as_str()) {
            return Some(Kind::Own);
        }
        let name = Name::of_type(&parts.base, PG)?;
        match &self.catalog.types.get(&name)?.kind {
            TypeKind::Enum(_) => Some(Kind::Made(name.name)),
            TypeKind::Domain(_) | TypeKind::Other(_) => None,
        }
    }

    fn of_index(&self, owner: &Table, name: &str, of: &str) -> Option<Value> {
        let index = owner.indexes.iter().find(|i| i.name == name);
        match of {
            "indexdef" | "pg_get_indexdef" => {
                let printed = match index {
                    Some(index) => of_index(owner, index),
                    None => of_index(owner, &super::definition::index_of_key(owner.constraint(name)?)?),
                };
                Some(Value::Printed(printed))
            }
            "indisunique" => text(if index.is_none_or(|i| i.unique) { "true" } else { "false" }),
            _ => None,
        }
    }

    fn of_constraint(&self, owner: &Table, constraint: &Constraint, of: &str) -> Option<Value> {
        let key = constraint.foreign_key();
        let rule = |rule: &str| if rule.is_empty() { "NO ACTION".to_string() } else { rule.to_ascii_uppercase() };
        let letter = |rule: &str| {
            Some(match rule.to_ascii_uppercase().as_str() {
                "" => "a",
                "RESTRICT" => "r",
                "CASCADE" => "c",
                "SET NULL" => "n",
                "SET DEFAULT" => "d",
                _ => return None,
            })
        };
        let plain = |rule: &str| letter(rule).is_some();
        match of {
            "pg_get_constraintdef" => Some(Value::Printed(of_constraint(owner, constraint))),
            "delete_rule" => key.filter(|k| plain(&k.on_delete)).map(|k| Value::Text(rule(&k.on_delete))),
            "update_rule" => key.filter(|k| plain(&k.on_update)).map(|k| Value::Text(rule(&k.on_update))),
            "confdeltype" => key.and_then(|k| letter(&k.on_delete)).and_then(text),
            "confupdtype" => key.and_then(|k| letter(&k.on_update)).and_then(text),
            "convalidated" => text(if constraint.not_valid { "false" } else { "true" }),
            _ => None,
        }
    }
}

enum Kind {
    /// PostgreSQL's own.
    Own,
    /// An enum of this name.
    Made(String),
}

fn text(value: &str) -> Option<Value> {
    Some(Value::Text(value.to_string()))
}

fn keyed(table: &Table, name: &str) -> bool {
    table.constraint(name).is_some_and(Constraint::has_index)
}

fn of_table(table: &Table, of: &str) -> Option<Value> {
    let truth = |is: bool| text(if is { "true" } else { "false" });
    match of {
        // Of a table that no file makes it may have been said before.
        _ if table.partial => None,
        "relrowsecurity" | "rowsecurity" => truth(table.row_security),
        "relforcerowsecurity" => truth(table.force_row_security),
        _ => None,
    }
}

/// As the server prints a default; it prints few as they are written.
fn default_of(written: &str, parts: &TypeParts) -> Value {
    let number = parts.base == "integer" && written.bytes().all(|b| b.is_ascii_digit());
    let truth = parts.base == "boolean" && ["true", "false"].contains(&written.to_ascii_lowercase().as_str());
    match parts.array == 0 && (number || truth) {
        true => Value::Text(written.to_ascii_lowercase()),
        false => Value::Printed(Printed::of_expression(written, &[])),
    }
}

fn passes(value: Value, test: &Test) -> Option<bool> {
    let boolean = |text: &str| match text {
        "t" => "true".to_string(),
        "f" => "false".to_string(),
        other => other.to_string(),
    };
    match (value, test) {
        (Value::Null, Test::Null) => Some(true),
        (Value::Null, _) => Some(false),
        (_, Test::Null) => Some(false),
        (_, Test::NotNull) => Some(true),
        (Value::Text(text), Test::Is(values)) => Some(values.iter().any(|v| *v == text || boolean(v) == text)),
        (Value::Text(text), Test::IsNot(values)) => Some(!values.iter().any(|v| *v == text || boolean(v) == text)),
        (Value::Text(text), Test::Like(like)) => Some(like.is_in(&text)),
        (Value::Text(text), Test::NotLike(like)) => Some(!like.is_in(&text)),
        (Value::Printed(printed), Test::Like(like)) => printed.holds(like),
        (Value::Printed(printed), Test::NotLike(like)) => printed.holds(like).map(|held| !held),
        (Value::Printed(_), Test::Is(_) | Test::IsNot(_)) => None,
    }
}

/// Is it of this kind, as `pg_constraint.contype` has it?
pub(super) fn letter_of(constraint: &Constraint) -> char {
    match &constraint.kind {
        ConstraintKind::PrimaryKey { .. } => 'p',
        ConstraintKind::Unique { .. } => 'u',
        ConstraintKind::ForeignKey(_) => 'f',
        ConstraintKind::Check(_) => 'c',
        ConstraintKind::Exclude(_) => 'x',
    }
}
