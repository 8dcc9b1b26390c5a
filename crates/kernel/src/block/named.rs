//! Constraints that a block looks up by what they are, to use their names: `SELECT conname INTO c FROM pg_constraint ..`.

use super::condition::{Variables, bare, name_in, parts};
use super::probe::{Constant, column, constant, is_column};
use crate::lex::Kind;
use crate::reader::string_value;
use crate::rows::sql::Sql;
use crate::rows::{Name, tables_in};
use std::ops::Range;

/// What a constraint or a policy must be like. Names are as the catalogs store them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Wanted {
    /// It is a policy.
    pub policy: bool,
    /// Its table.
    pub table: Name,
    /// `p`, `u`, `f`, `c` or `x`, as `pg_constraint.contype` has it; none: any.
    pub kind: Option<char>,
    /// A column that it is about.
    pub column: Option<String>,
    /// The table that it refers to.
    pub refers: Option<Name>,
    /// What its name is like, and its definition.
    pub name_like: Vec<Like>,
    /// What `pg_get_constraintdef` gives for it is like.
    pub definition_like: Vec<Like>,
}

/// `LIKE '%piece%'`, or ILIKE.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Like {
    /// What stands between the two `%`. `_` stands for any character.
    pub piece: String,
    /// ILIKE.
    pub any_case: bool,
}

/// Finds the names of the constraints of a table that are like that; none where the history can't tell.
pub type Lookup<'l> = dyn Fn(&Wanted) -> Option<Vec<String>> + 'l;

impl Like {
    /// Does a text have the piece in it?
    pub fn is_in(&self, text: &str) -> bool {
        let fold = |text: &str| if self.any_case { text.to_lowercase() } else { text.to_string() };
        let (piece, text): (Vec<char>, Vec<char>) = (fold(&self.piece).chars().collect(), fold(text).chars().collect());
        text.windows(piece.len().max(1)).any(|part| part.iter().zip(&piece).all(|(c, p)| c == p || *p == '_'))
    }
}

/// What a query for the name of a constraint looks for; its list of values ends at INTO or at FROM.
pub(super) fn wanted(sql: &Sql, query: Range<usize>, variables: &Variables) -> Option<Wanted> {
    let from = sql.find_word(query.clone(), &["from"])?;
    let where_at = sql.find_word(from..query.end, &["where"])?;
    let end = sql.find_word(where_at..query.end, &["limit", "order"]).unwrap_or(query.end);
    let tables = tables_in(sql, from + 1..where_at);
    let known = |table: &Name| {
        let system = table.schema.as_deref().is_none_or(|schema| schema == "pg_catalog");
        let standard = table.schema.as_deref() == Some("information_schema");
        match table.name.as_str() {
            "pg_constraint" | "pg_policies" | "pg_policy" | "pg_class" | "pg_namespace" => system,
            "table_constraints" | "key_column_usage" | "constraint_column_usage" => standard,
            _ => false,
        }
    };
    let policies = |table: &Name| ["pg_policies", "pg_policy"].contains(&table.name.as_str());
    let asks = |table: &Name| ["pg_constraint", "table_constraints"].contains(&table.name.as_str()) || policies(table);
    if !tables.iter().all(known) || tables.iter().filter(|table| asks(table)).count() != 1 {
        return None;
    }
    if sql.find_word(query.start..query.end, &["union", "group", "left", "distinct"]).is_some() {
        return None;
    }
    let mut wanted = Wanted { policy: tables.iter().any(policies), ..Wanted::default() };
    let mut at = from;
    while let Some(on) = sql.find_word(at..where_at, &["on"]) {
        let next = sql.find_word(on..where_at, &["join", "inner"]).unwrap_or(where_at);
        wanted.read(sql, on + 1..next, variables)?;
        at = next;
    }
    wanted.read(sql, where_at + 1..end, variables)?;
    (!wanted.table.name.is_empty()).then_some(wanted)
}

impl Wanted {
    fn read(&mut self, sql: &Sql, range: Range<usize>, variables: &Variables) -> Option<()> {
        let range = bare(sql, range);
        if sql.find_word(range.clone(), &["or", "not", "between"]).is_some() {
            return None;
        }
        parts(sql, range, "and").into_iter().try_for_each(|part| self.one(sql, bare(sql, part), variables))
    }

    fn one(&mut self, sql: &Sql, part: Range<usize>, variables: &Variables) -> Option<()> {
        if let Some(like) = sql.find_word(part.clone(), &["like", "ilike"]) {
            return self.like(sql, part.start..like, like, part.end);
        }
        let equals = sql.find(part.clone(), |at| sql.punct(at, b'='))?;
        let (left, right) = (is_column(sql, part.start..equals)?, equals + 1..part.end);
        if is_column(sql, right.clone()).is_some() && variables.text(&sql.folded(right.start)).is_none() {
            return Some(()); // a join
        }
        let own = |schema: &Constant| {
            matches!(schema, Constant::OwnSchema) || matches!(schema, Constant::Is(name) if name == "public")
        };
        let value = constant(sql, right.clone(), &left)
            .or_else(|| Some(Constant::Is(super::texts::text(sql, right, variables)?)))?;
        match (left.as_str(), value) {
            ("conrelid" | "polrelid", Constant::Is(written)) => self.table = name_in(&written)?,
            ("confrelid", Constant::Is(written)) => self.refers = Some(name_in(&written)?),
            ("relname" | "table_name" | "tablename", Constant::Is(name)) => self.table = Name { schema: None, name },
            ("contype", Constant::Is(kind)) => self.kind = kind.chars().next(),
            ("constraint_type", Constant::Is(kind)) => {
                let kinds = [("PRIMARY KEY", 'p'), ("UNIQUE", 'u'), ("FOREIGN KEY", 'f'), ("CHECK", 'c')];
                self.kind = Some(kinds.iter().find(|(name, _)| *name == kind)?.1);
            }
            ("column_name", Constant::Is(name)) => self.column = Some(name),
            (
                "nspname" | "schemaname" | "table_schema" | "constraint_schema" | "connamespace" | "relnamespace",
                schema,
            ) => {
                return own(&schema).then_some(());
            }
            _ => return None,
        }
        Some(())
    }

    fn like(&mut self, sql: &Sql, left: Range<usize>, like: usize, end: usize) -> Option<()> {
        let literal = like + 2 == end && sql.kind(like + 1) == Some(Kind::String);
        let pattern = literal.then(|| string_value(sql.at(like + 1), sql.dialect))?;
        let piece = pattern.strip_prefix('%')?.strip_suffix('%')?.to_string();
        if piece.is_empty() || piece.contains(['%', '\\']) {
            return None;
        }
        let like = Like { piece, any_case: sql.is(like, "ilike") };
        let (names, next) = sql.dotted(left.start)?;
        if names.last().is_some_and(|name| name == "pg_get_constraintdef") && sql.punct(next, b'(') {
            self.definition_like.push(like);
        } else if matches!(
            column(sql, left.start)?.0.as_str(),
            "conname" | "constraint_name" | "policyname" | "polname"
        ) {
            self.name_like.push(like);
        } else {
            return None;
        }
        Some(())
    }
}
