//! The clauses that all databases write alike.

use crate::Dialect;
use crate::catalog::{Column, Constraint, ConstraintKind, ForeignKey, Index, Name, Part};
use crate::dialect::quote;

/// A quoted name with its schema.
pub fn name(name: &Name, dialect: Dialect) -> String {
    if name.schema.is_empty() {
        quote(&name.name, dialect)
    } else {
        format!("{}.{}", quote(&name.schema, dialect), quote(&name.name, dialect))
    }
}

/// `"a", "b"`
pub fn columns<S: AsRef<str>>(columns: &[S], dialect: Dialect) -> String {
    columns.iter().map(|c| quote(c.as_ref(), dialect)).collect::<Vec<_>>().join(", ")
}

/// `"a" DESC, lower(b)`
pub fn parts(parts: &[Part], dialect: Dialect) -> String {
    parts.iter().map(|p| part(p, dialect)).collect::<Vec<_>>().join(", ")
}

fn part(part: &Part, dialect: Dialect) -> String {
    let mut text = match (&part.column, &part.expression) {
        (Some(column), _) => quote(column, dialect),
        (None, Some(expression)) => expression.text.clone(),
        (None, None) => String::new(),
    };
    if !part.suffix.is_empty() {
        // MySQL's length stands right behind the column.
        if !part.suffix.text.starts_with('(') {
            text.push(' ');
        }
        text.push_str(&part.suffix.text);
    }
    text
}

/// A constraint with its name, as in CREATE TABLE and behind ADD.
pub fn constraint(constraint: &Constraint, dialect: Dialect) -> String {
    let mut out = String::new();
    let unnamed = constraint.name.is_empty()
        || (dialect == Dialect::Mysql && matches!(constraint.kind, ConstraintKind::PrimaryKey { .. }));
    if !unnamed {
        out.push_str("CONSTRAINT ");
        out.push_str(&quote(&constraint.name, dialect));
        out.push(' ');
    }
    match &constraint.kind {
        ConstraintKind::PrimaryKey { parts: list, include } => {
            out.push_str(&format!("PRIMARY KEY ({})", parts(list, dialect)));
            push_include(&mut out, include, dialect);
        }
        ConstraintKind::Unique { parts: list, include, nulls_not_distinct } => {
            let nulls = if *nulls_not_distinct { " NULLS NOT DISTINCT" } else { "" };
            out.push_str(&format!("UNIQUE{nulls} ({})", parts(list, dialect)));
            push_include(&mut out, include, dialect);
        }
        ConstraintKind::ForeignKey(key) => {
            out.push_str(&format!("FOREIGN KEY ({}) ", columns(&key.columns, dialect)));
            out.push_str(&references(key, dialect));
        }
        ConstraintKind::Check(sql) => out.push_str(&format!("CHECK ({})", sql.text)),
        ConstraintKind::Exclude(sql) => out.push_str(&format!("EXCLUDE {}", sql.text)),
    }
    for clause in [constraint.tail.text.as_str(), constraint.deferrable] {
        if !clause.is_empty() {
            out.push(' ');
            out.push_str(clause);
        }
    }
    if constraint.not_valid {
        out.push_str(" NOT VALID");
    }
    out
}

fn push_include(out: &mut String, include: &[String], dialect: Dialect) {
    if !include.is_empty() {
        out.push_str(&format!(" INCLUDE ({})", columns(include, dialect)));
    }
}

/// `REFERENCES t (a) ON DELETE CASCADE`
pub fn references(key: &ForeignKey, dialect: Dialect) -> String {
    let mut out = format!("REFERENCES {}", name(&key.table, dialect));
    if !key.references.is_empty() {
        out.push_str(&format!("({})", columns(&key.references, dialect)));
    }
    if !key.matching.is_empty() {
        out.push_str(&format!(" MATCH {}", key.matching));
    }
    for (event, action) in [("DELETE", &key.on_delete), ("UPDATE", &key.on_update)] {
        if !action.is_empty() {
            out.push_str(&format!(" ON {event} {action}"));
        }
    }
    out
}

/// CREATE INDEX.
pub fn create_index(index: &Index, table: &Name, concurrently: bool, dialect: Dialect) -> String {
    let mut out = "CREATE ".to_string();
    if index.unique {
        out.push_str("UNIQUE ");
    }
    if !index.class.is_empty() {
        out.push_str(index.class);
        out.push(' ');
    }
    out.push_str("INDEX ");
    if concurrently {
        out.push_str("CONCURRENTLY ");
    }
    out.push_str(&format!("{} ON {}", quote(&index.name, dialect), name(table, dialect)));
    if !index.method.is_empty() && dialect != Dialect::Mysql {
        out.push_str(&format!(" USING {}", index.method));
    }
    out.push_str(&format!(" ({})", parts(&index.parts, dialect)));
    if !index.method.is_empty() && dialect == Dialect::Mysql {
        out.push_str(&format!(" USING {}", index.method.to_uppercase()));
    }
    push_include(&mut out, &index.include, dialect);
    if index.nulls_not_distinct {
        out.push_str(" NULLS NOT DISTINCT");
    }
    if !index.options.is_empty() {
        out.push(' ');
        out.push_str(&index.options.text);
    }
    if let Some(predicate) = &index.predicate {
        out.push_str(&format!(" WHERE {}", predicate.text));
    }
    out
}

/// `DEFAULT x`, with the parentheses that the dialect wants around an expression.
pub fn default(column: &Column) -> Option<String> {
    column.default.as_ref().map(|d| format!("DEFAULT {}", d.text))
}

/// The list of columns and constraints of a CREATE TABLE, one in a line.
pub fn elements(columns: &[String], constraints: &[String]) -> String {
    let mut out = columns.iter().map(|c| format!("    {c}")).collect::<Vec<_>>().join(",\n");
    if !constraints.is_empty() {
        if !out.is_empty() {
            out.push_str(",\n\n");
        }
        out.push_str(&constraints.iter().map(|c| format!("    {c}")).collect::<Vec<_>>().join(",\n"));
    }
    out
}
