//! The clauses that all databases write alike.

use crate::Dialect;
use crate::catalog::{Column, Constraint, ConstraintKind, ForeignKey, Index, Name, Part};
use crate::dialect::{Quotes, push_quoted, quote};

/// A quoted name with its schema.
pub fn name(name: &Name, quotes: impl Into<Quotes>) -> String {
    let mut out = String::with_capacity(name.schema.len() + name.name.len() + 5);
    push_name(&mut out, name, quotes.into());
    out
}

fn push_name(out: &mut String, name: &Name, quotes: Quotes) {
    if !name.schema.is_empty() {
        push_quoted(out, &name.schema, quotes);
        out.push('.');
    }
    push_quoted(out, &name.name, quotes);
}

/// `"a", "b"`
pub fn columns<S: AsRef<str>>(columns: &[S], quotes: impl Into<Quotes>) -> String {
    let quotes = quotes.into();
    columns.iter().map(|c| quote(c.as_ref(), quotes)).collect::<Vec<_>>().join(", ")
}

/// `"a" DESC, lower(b)`
pub fn parts(parts: &[Part], quotes: impl Into<Quotes>) -> String {
    let quotes = quotes.into();
    parts.iter().map(|p| part(p, quotes)).collect::<Vec<_>>().join(", ")
}

fn part(part: &Part, quotes: Quotes) -> String {
    let mut text = match (&part.column, &part.expression) {
        (Some(column), _) => quote(column, quotes),
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
pub fn constraint(constraint: &Constraint, quotes: impl Into<Quotes>) -> String {
    let quotes = quotes.into();
    let mut out = String::new();
    let unnamed = constraint.name.is_empty()
        || (quotes.dialect == Dialect::Mysql && matches!(constraint.kind, ConstraintKind::PrimaryKey { .. }));
    if !unnamed {
        out.push_str("CONSTRAINT ");
        out.push_str(&quote(&constraint.name, quotes));
        out.push(' ');
    }
    match &constraint.kind {
        ConstraintKind::PrimaryKey { parts: list, include } => {
            out.push_str(&format!("PRIMARY KEY ({})", parts(list, quotes)));
            push_include(&mut out, include, quotes);
        }
        ConstraintKind::Unique { parts: list, include, nulls_not_distinct } => {
            let nulls = if *nulls_not_distinct { " NULLS NOT DISTINCT" } else { "" };
            out.push_str(&format!("UNIQUE{nulls} ({})", parts(list, quotes)));
            push_include(&mut out, include, quotes);
        }
        ConstraintKind::ForeignKey(key) => {
            out.push_str(&format!("FOREIGN KEY ({}) ", columns(&key.columns, quotes)));
            out.push_str(&references(key, quotes));
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

fn push_include(out: &mut String, include: &[String], quotes: Quotes) {
    if !include.is_empty() {
        out.push_str(&format!(" INCLUDE ({})", columns(include, quotes)));
    }
}

/// `REFERENCES t (a) ON DELETE CASCADE`
pub fn references(key: &ForeignKey, quotes: impl Into<Quotes>) -> String {
    let quotes = quotes.into();
    let mut out = format!("REFERENCES {}", name(&key.table, quotes));
    if !key.references.is_empty() {
        out.push_str(&format!("({})", columns(&key.references, quotes)));
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
pub fn create_index(index: &Index, table: &Name, concurrently: bool, quotes: impl Into<Quotes>) -> String {
    let quotes = quotes.into();
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
    out.push_str(&format!("{} ON {}", quote(&index.name, quotes), name(table, quotes)));
    if !index.method.is_empty() && quotes.dialect != Dialect::Mysql {
        out.push_str(&format!(" USING {}", index.method));
    }
    out.push_str(&format!(" ({})", parts(&index.parts, quotes)));
    if !index.method.is_empty() && quotes.dialect == Dialect::Mysql {
        out.push_str(&format!(" USING {}", index.method.to_uppercase()));
    }
    push_include(&mut out, &index.include, quotes);
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

/// A text as PostgreSQL's string constants have it.
pub fn literal(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}
