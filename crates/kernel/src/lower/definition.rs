//! What PostgreSQL prints as the definition of an index or a constraint: all of it where that is certain, else which words
//! are in it and which may be.

use crate::Dialect;
use crate::block::Like;
use crate::catalog::{Constraint, ConstraintKind, Index, Lenient, Name, Part, Sql, Table};
use crate::lex::{Kind, lex};
use crate::reader::{identifier, string_value};
use crate::types::quote_ident;

const PG: Dialect = Dialect::Postgres;

/// What PostgreSQL may put into an expression that nobody wrote: casts, and how it prints IN, LIKE and BETWEEN.
const ADDED: &str = "CHECK EXCLUDE USING WITH WHERE NOT VALID IS NULL AND OR ANY ALL ARRAY LIKE ILIKE CASE WHEN THEN ELSE END TRUE FALSE \
    true false DISTINCT FROM COALESCE CURRENT_TIMESTAMP CURRENT_DATE CURRENT_USER COLLATE default text character varying bpchar numeric double \
    precision integer bigint smallint real date time timestamp with without zone interval json jsonb boolean uuid regclass \
    NULLS FIRST LAST ASC DESC DEFERRABLE INITIALLY DEFERRED NO INHERIT INCLUDE TABLESPACE AT TIME ZONE EXTRACT SELECT";

/// A text that is known whole or in parts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Printed {
    /// All of it.
    whole: Option<String>,
    /// Words that are in it, as they are printed.
    certain: Vec<String>,
    /// Words that may be in it.
    possible: Vec<String>,
    /// More may be in it than is known.
    anything: bool,
}

impl Printed {
    /// An expression; the columns that it may name are printed as they are called.
    pub(super) fn of_expression(text: &str, columns: &[&str]) -> Printed {
        let mut out = Printed::default();
        out.expression(text, columns);
        out
    }

    fn expression(&mut self, text: &str, columns: &[&str]) {
        for token in lex(text, 0, PG).iter().filter(|t| t.kind != Kind::Comment) {
            let piece = &text[token.start..token.end];
            match token.kind {
                Kind::String => {
                    let value = string_value(piece, PG);
                    let plain = piece.starts_with('\'') && !value.contains(['\'', '\\']);
                    if plain { self.certain.push(value) } else { self.may(&value) }
                }
                Kind::Word | Kind::Quoted => match identifier(piece, token.kind, PG) {
                    Some(name) if columns.contains(&name.as_str()) => self.certain.push(name),
                    _ => self.may(piece),
                },
                _ => self.may(piece),
            }
        }
        self.may(ADDED);
    }

    fn may(&mut self, text: &str) {
        for case in [text.to_string(), text.to_lowercase(), text.to_uppercase()] {
            self.possible.extend(case.split(|c: char| !(c.is_alphanumeric() || c == '_')).map(str::to_string));
        }
        self.possible.retain(|word| !word.is_empty());
    }

    /// Is the piece in it? None where that can't be told.
    pub(super) fn holds(&self, like: &Like) -> Option<bool> {
        if let Some(whole) = &self.whole {
            return Some(like.is_in(whole));
        }
        let name = like.piece.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
        if !name {
            return None;
        }
        if self.certain.iter().any(|word| like.is_in(word)) {
            return Some(true);
        }
        (!self.anything && !self.may_hold(like)).then_some(false)
    }

    /// `_` stands for any character, so that a piece may also lie over two words and what is between them.
    fn may_hold(&self, like: &Like) -> bool {
        let any = |fits: &dyn Fn(&str) -> bool| {
            self.certain.iter().chain(&self.possible).any(|word| fits(&word.to_lowercase()))
        };
        let piece = like.piece.to_lowercase();
        let whole = Like { piece: piece.clone(), any_case: true };
        let over = |at: usize| {
            let next = piece[at + 1..].split('_').next().unwrap_or_default();
            any(&|word| word.ends_with(&piece[..at])) && any(&|word| word.starts_with(next))
        };
        any(&|word| whole.is_in(word)) || piece.match_indices('_').any(|(at, _)| over(at))
    }
}

/// The index that comes with a key.
pub(super) fn index_of_key(key: &Constraint) -> Option<Index> {
    let (parts, include, nulls_not_distinct) = match &key.kind {
        ConstraintKind::PrimaryKey { parts, include } => (parts, include, false),
        ConstraintKind::Unique { parts, include, nulls_not_distinct } => (parts, include, *nulls_not_distinct),
        _ => return None,
    };
    Some(Index {
        lineage: key.lineage,
        name: key.name.clone(),
        unique: true,
        class: "",
        method: String::new(),
        parts: parts.clone(),
        include: include.clone(),
        nulls_not_distinct,
        predicate: None,
        options: key.tail.clone(),
        implicit: false,
        concurrently: Lenient(false),
    })
}

/// `pg_get_indexdef`
pub(super) fn of_index(table: &Table, index: &Index) -> Printed {
    let method = if index.method.is_empty() { "btree" } else { &index.method };
    let plain = index.predicate.is_none() && index.options.is_empty() && index.include.is_empty();
    if let Some(parts) = columns(&index.parts).filter(|_| plain && !index.nulls_not_distinct) {
        let unique = if index.unique { "UNIQUE " } else { "" };
        let schema = if table.name.schema.is_empty() { "public" } else { &table.name.schema };
        let (own, on) =
            (quote_ident(&index.name), format!("{}.{}", quote_ident(schema), quote_ident(&table.name.name)));
        let whole = format!("CREATE {unique}INDEX {own} ON {on} USING {method} ({parts})");
        return Printed { whole: Some(whole), ..Printed::default() };
    }
    let names: Vec<&str> = table.columns.iter().map(|c| c.name.as_str()).collect();
    let mut out = Printed::default();
    out.certain.extend(["CREATE", "INDEX", "ON", "USING", method].map(str::to_string));
    out.certain.extend([index.name.clone(), table.name.name.clone()]);
    out.certain.extend(index.unique.then(|| "UNIQUE".to_string()));
    out.certain.extend(index.include.iter().cloned());
    out.certain.extend(index.parts.iter().filter_map(|p| p.column.clone()));
    out.may(&table.name.schema);
    out.may("public NULLS NOT DISTINCT");
    let texts = index.parts.iter().flat_map(|p| p.expression.iter().chain([&p.suffix]));
    texts.chain([&index.options]).for_each(|sql| out.expression(&sql.text, &names));
    if let Some(predicate) = &index.predicate {
        out.certain.push("WHERE".to_string());
        out.expression(&predicate.text, &names);
    }
    out
}

/// `pg_get_constraintdef`
pub(super) fn of_constraint(table: &Table, constraint: &Constraint) -> Printed {
    let names: Vec<&str> = table.columns.iter().map(|c| c.name.as_str()).collect();
    let plain = constraint.deferrable.is_empty() && constraint.tail.is_empty() && !constraint.not_valid;
    let whole = match &constraint.kind {
        ConstraintKind::PrimaryKey { parts, include } if include.is_empty() => {
            columns(parts).map(|list| format!("PRIMARY KEY ({list})"))
        }
        ConstraintKind::Unique { parts, include, nulls_not_distinct: false } if include.is_empty() => {
            columns(parts).map(|list| format!("UNIQUE ({list})"))
        }
        ConstraintKind::ForeignKey(key) if !key.references.is_empty() && key.matching.is_empty() => {
            let list = |names: &[String]| names.iter().map(|n| quote_ident(n)).collect::<Vec<_>>().join(", ");
            let rule = |event: &str, rule: &str| match rule {
                "" => String::new(),
                rule => format!(" ON {event} {}", rule.to_ascii_uppercase()),
            };
            Some(format!(
                "FOREIGN KEY ({}) REFERENCES {}({}){}{}",
                list(&key.columns),
                qualified(&key.table),
                list(&key.references),
                rule("UPDATE", &key.on_update),
                rule("DELETE", &key.on_delete)
            ))
        }
        _ => None,
    };
    if let Some(whole) = whole.filter(|_| plain) {
        return Printed { whole: Some(whole), ..Printed::default() };
    }
    let mut out = Printed::default();
    match &constraint.kind {
        ConstraintKind::Check(sql) | ConstraintKind::Exclude(sql) => out.expression(&sql.text, &names),
        ConstraintKind::PrimaryKey { parts, include } | ConstraintKind::Unique { parts, include, .. } => {
            out.certain.extend(parts.iter().filter_map(|p| p.column.clone()).chain(include.iter().cloned()));
            out.may("PRIMARY KEY UNIQUE NULLS NOT DISTINCT");
        }
        ConstraintKind::ForeignKey(key) => {
            out.certain.extend(key.columns.iter().chain(&key.references).cloned());
            out.certain.push(key.table.name.clone());
            out.may(&format!("FOREIGN KEY REFERENCES MATCH FULL ON UPDATE DELETE RESTRICT {} id", key.table.schema));
            out.may(&format!("{} {}", key.on_delete, key.on_update));
            // Then its columns are the other table's primary key, which is not looked up here.
            out.anything = key.references.is_empty();
        }
    }
    out.may(&constraint.tail.text);
    out.may(ADDED);
    out
}

/// The columns of a key, where each is a plain one.
fn columns(parts: &[Part]) -> Option<String> {
    let plain = |part: &Part| part.column.as_ref().filter(|_| part.suffix == Sql::default()).map(|c| quote_ident(c));
    Some(parts.iter().map(plain).collect::<Option<Vec<_>>>()?.join(", "))
}

fn qualified(name: &Name) -> String {
    match name.schema.as_str() {
        "" => quote_ident(&name.name),
        schema => format!("{}.{}", quote_ident(schema), quote_ident(&name.name)),
    }
}
