//! What a piece of a statement refers to: tables, columns, calls. One pass over its tokens.

use super::sql::Sql;
use super::{Name, References, words};
use crate::lex::Kind;
use std::collections::{HashMap, HashSet};
use std::ops::Range;

/// A column word: what stands before its dot, and itself.
pub(super) struct ColumnWord {
    pub(super) qualifier: Option<String>,
    pub(super) name: String,
}

/// All that a range refers to.
#[derive(Default)]
pub(super) struct Scan {
    pub(super) tables: Vec<Name>,
    /// The names that FROM lists give to tables.
    pub(super) aliases: Vec<(String, Name)>,
    pub(super) columns: Vec<ColumnWord>,
    pub(super) star: bool,
    /// Lower-case names of called functions, `pg_catalog.` left out.
    pub(super) calls: Vec<String>,
}

impl Scan {
    pub(super) fn into_references(self) -> References {
        let mut columns: Vec<String> = Vec::new();
        for word in self.columns {
            push_new(&mut columns, word.name);
        }
        References { tables: self.tables, columns, has_star: self.star, functions: self.calls }
    }
}

pub(super) fn push_new<T: PartialEq>(list: &mut Vec<T>, item: T) {
    if !list.contains(&item) {
        list.push(item);
    }
}

/// A common table expression: where its name is a table, and where its body stands.
pub(super) struct Cte {
    pub(super) name: String,
    /// From its name to the bracket that opens its body.
    pub(super) head: Range<usize>,
    /// From here on the name means the expression; inside its own body only when it is recursive.
    pub(super) from: usize,
    pub(super) body: Range<usize>,
}

/// The common table expressions of the WITH here, and what follows them.
pub(super) fn ctes(sql: &Sql, with: usize) -> Option<(Vec<Cte>, usize)> {
    let recursive = sql.is(with + 1, "recursive");
    let mut at = with + 1 + usize::from(recursive);
    let mut out = Vec::new();
    loop {
        if !matches!(sql.kind(at), Some(Kind::Word | Kind::Quoted)) {
            return None;
        }
        let name = sql.folded(at);
        let start = at;
        at += 1;
        if sql.punct(at, b'(') {
            at = sql.past(at);
        }
        if !sql.is(at, "as") {
            return None;
        }
        at += 1;
        at += usize::from(sql.is(at, "not"));
        at += usize::from(sql.is(at, "materialized"));
        if !sql.punct(at, b'(') {
            return None;
        }
        let head = start..at;
        let body = sql.inside(at);
        at = sql.past(at);
        out.push(Cte { name, head, from: if recursive { body.start } else { at }, body });
        // SEARCH and CYCLE clauses of a recursive one.
        while sql.is_any(at, &["search", "cycle"]) {
            at = sql.find(at + 1..sql.tokens.len(), |i| {
                sql.punct(i, b',') || sql.is_any(i, &["select", "insert", "update", "delete", "cycle"])
            })?;
        }
        if !sql.punct(at, b',') {
            return Some((out, at));
        }
        at += 1;
    }
}

/// One level of brackets.
#[derive(Clone, Copy, Default)]
struct Level {
    /// SELECT, DELETE or UPDATE stood here, so that FROM begins a list of tables.
    query: bool,
    /// We are in a list of tables: a comma brings the next one.
    list: bool,
    /// A table must come now.
    table: bool,
    /// `CAST(x AS type)`: what follows AS is a type.
    cast: bool,
}

/// The common table expressions of a whole text.
#[derive(Default)]
pub(super) struct Ctes {
    /// Where the head of each begins, and the bracket of its body.
    heads: HashMap<usize, usize>,
    /// From where on a name means an expression.
    names: HashMap<String, usize>,
}

impl Ctes {
    /// Those of these WITHs.
    pub(super) fn of(sql: &Sql, withs: &[usize]) -> Ctes {
        let mut out = Ctes::default();
        for cte in withs.iter().filter_map(|at| ctes(sql, *at)).flat_map(|(list, _)| list) {
            out.heads.insert(cte.head.start, cte.head.end);
            let from = out.names.entry(cte.name).or_insert(cte.from);
            *from = cte.from.min(*from);
        }
        out
    }
}

struct Walk<'s, 'a> {
    sql: &'s Sql<'a>,
    /// What stands before belongs to something else.
    start: usize,
    ctes: &'s Ctes,
    levels: Vec<Level>,
    out: Scan,
}

/// What a range of a statement refers to. `query`: the range is inside a statement whose FROM names tables.
pub(super) fn scan(sql: &Sql, range: Range<usize>, query: bool) -> Scan {
    scan_from(sql, range, Level { query, ..Level::default() })
}

/// A list of tables, as it stands after FROM, UPDATE or USING.
pub(super) fn scan_tables(sql: &Sql, range: Range<usize>) -> Scan {
    scan_from(sql, range, Level { query: true, list: true, table: true, cast: false })
}

fn scan_from(sql: &Sql, range: Range<usize>, level: Level) -> Scan {
    // Names of WITH reach into every part of the statement, so they are those of all of it.
    let ctes = sql.ctes();
    let mut walk = Walk { sql, start: range.start, ctes, levels: vec![level], out: Scan::default() };
    let mut at = range.start;
    while at < range.end {
        at = walk.step(at, range.end).max(at + 1);
    }
    // An alias is no column: `RETURNING t`, `to_json(t)`.
    let Scan { columns, aliases, .. } = &mut walk.out;
    let aliases: HashSet<&str> = aliases.iter().map(|(alias, _)| alias.as_str()).collect();
    columns.retain(|c| c.qualifier.is_some() || !aliases.contains(c.name.as_str()));
    walk.out
}

impl Walk<'_, '_> {
    fn level(&mut self) -> &mut Level {
        if self.levels.is_empty() {
            self.levels.push(Level::default());
        }
        let last = self.levels.len() - 1;
        &mut self.levels[last]
    }

    /// Reads what stands here and gives where to go on.
    fn step(&mut self, at: usize, end: usize) -> usize {
        match self.sql.kind(at) {
            Some(Kind::Punct(b'(' | b'[')) => self.open(at),
            Some(Kind::Punct(b')' | b']')) => drop(self.levels.pop()),
            Some(Kind::Punct(b',')) => {
                let level = self.level();
                level.table |= level.list;
            }
            Some(Kind::Punct(b'*')) => self.star(at),
            Some(Kind::Cast) => return past_type(self.sql, at + 1),
            Some(Kind::Word | Kind::Quoted) => return self.word(at, end),
            Some(Kind::String) if self.level().table => return self.table(at, end),
            _ => {}
        }
        at + 1
    }

    fn open(&mut self, at: usize) {
        let cast = at > 0 && self.sql.is_any(at - 1, &["cast", "try_cast", "convert"]);
        let level = self.level();
        let mut inner = Level { cast, ..Level::default() };
        if level.table {
            // `FROM (a JOIN b ..)`; a subquery's own SELECT sets this right.
            level.table = false;
            inner = Level { query: true, list: true, table: true, cast: false };
        }
        self.levels.push(inner);
    }

    fn star(&mut self, at: usize) {
        let sql = self.sql;
        let before = at.checked_sub(1);
        self.out.star |= before.is_some_and(|b| {
            sql.is_any(b, &["select", "distinct", "all", "returning"]) || sql.punct(b, b',') || sql.punct(b, b'.')
        });
    }

    fn word(&mut self, at: usize, end: usize) -> usize {
        let sql = self.sql;
        if let Some(body) = self.ctes.heads.get(&at) {
            return *body; // neither its name nor its columns are read here
        }
        if sql.is(at, "recursive") && at > 0 && sql.is(at - 1, "with") {
            return at + 1;
        }
        if self.level().table && !sql.is_any(at, &["select", "with", "values"]) {
            return self.table(at, end);
        }
        if sql.kind(at) == Some(Kind::Word) && words::reserved(sql.at(at)) && !sql.punct(at + 1, b'.') {
            return self.keyword(at);
        }
        if sql.is(at, "time") && sql.is(at + 1, "zone") {
            return at + 2;
        }
        self.expression_word(at)
    }

    fn keyword(&mut self, at: usize) -> usize {
        let sql = self.sql;
        if sql.punct(at + 1, b'(') && sql.is_any(at, &["left", "right", "insert", "user"]) {
            return self.expression_word(at);
        }
        if sql.is(at, "as") {
            let alias = usize::from(matches!(sql.kind(at + 1), Some(Kind::Word | Kind::Quoted)));
            let next = if self.level().cast { past_type(sql, at + 1) } else { at + 1 + alias };
            // `FROM f(..) AS t (a, b)` names columns of its own.
            return if self.level().list && sql.punct(next, b'(') { sql.past(next) } else { next };
        }
        if sql.is_any(at, &["select", "values"]) {
            *self.level() = Level { query: true, ..Level::default() };
        } else if sql.is_any(at, &["delete", "update"]) {
            self.level().query = true;
        } else if self.begins_tables(at) {
            let level = self.level();
            level.list = true;
            level.table = true;
        } else if sql.is_any(
            at,
            &[
                "where",
                "group",
                "having",
                "order",
                "limit",
                "union",
                "intersect",
                "except",
                "set",
                "returning",
                "window",
                "offset",
                "fetch",
                "for",
                "into",
            ],
        ) {
            let level = self.level();
            level.list = false;
            level.table = false;
        }
        at + 1
    }

    fn begins_tables(&mut self, at: usize) -> bool {
        let sql = self.sql;
        let distinct = at > 0 && sql.is(at - 1, "distinct");
        (sql.is(at, "from") && self.level().query && !distinct)
            || sql.is_any(at, &["join", "straight_join"])
            || (sql.is(at, "using") && self.level().query && !self.level().list && !sql.punct(at + 1, b'('))
    }

    /// A table of a FROM list, a function in its place, or words that stand before one.
    fn table(&mut self, at: usize, end: usize) -> usize {
        let sql = self.sql;
        if sql.is_any(at, &["only", "lateral", "table"]) || (sql.is(at, "rows") && sql.is(at + 1, "from")) {
            return at + 1;
        }
        let Some((name, mut next)) = sql.name(at) else { return at + 1 };
        self.level().table = false;
        if sql.punct(next, b'(') {
            self.call(at, next);
            return next;
        }
        next += usize::from(sql.punct(next, b'*'));
        let (alias, after) = sql.alias(next, end);
        let own = name.schema.is_none() && self.ctes.names.get(&name.name).is_some_and(|from| at >= *from);
        if !own {
            self.out.aliases.push((alias.unwrap_or_else(|| name.name.clone()), name.clone()));
            push_new(&mut self.out.tables, name);
        } else if let Some(alias) = alias {
            self.out.aliases.push((alias.clone(), Name { schema: None, name: name.name }));
        }
        // `AS t (a, b)` names columns of its own.
        if after > next && sql.punct(after, b'(') { sql.past(after) } else { after }
    }

    /// A column, a call, a typed literal, an alias.
    fn expression_word(&mut self, at: usize) -> usize {
        let sql = self.sql;
        let Some((mut parts, next)) = sql.dotted(at) else { return at + 1 };
        let alias = at > self.start && self.ends_operand(at - 1);
        if alias {
            let names_columns = self.level().list && sql.punct(next, b'(');
            return if names_columns { sql.past(next) } else { next };
        }
        if sql.punct(next, b'(') {
            self.call(at, next);
            return next;
        }
        if sql.kind(next) == Some(Kind::String) && sql.kind(at) == Some(Kind::Word) {
            return next; // DATE '2024-01-01', _utf8mb4'x'
        }
        if sql.punct(next, b'.') && sql.punct(next + 1, b'*') {
            self.out.star = true;
            return next + 2;
        }
        if let Some(name) = parts.pop() {
            self.out.columns.push(ColumnWord { qualifier: parts.pop(), name });
        }
        next
    }

    /// A value ended here, so that a word after it can only be its alias.
    fn ends_operand(&self, at: usize) -> bool {
        let sql = self.sql;
        match sql.kind(at) {
            Some(Kind::String | Kind::Number | Kind::Quoted | Kind::Punct(b')' | b']')) => true,
            Some(Kind::Word) => sql.identifier(at) || sql.is_any(at, &["end", "null", "true", "false"]),
            _ => false,
        }
    }

    fn call(&mut self, at: usize, bracket: usize) {
        let text = self.sql.source(at..bracket).to_lowercase().replace(['"', '`', ' '], "");
        let name = text.strip_prefix("pg_catalog.").unwrap_or(&text).to_string();
        if !words::reserved(&name) || words::harmless(&name) {
            push_new(&mut self.out.calls, name);
        }
    }
}

/// Past a type's name, as far as it can be told from the words.
pub(super) fn past_type(sql: &Sql, at: usize) -> usize {
    let Some((_, mut next)) = sql.dotted(at) else { return at };
    next += usize::from(sql.is_any(next, &["precision", "varying", "unsigned", "signed", "integer"]));
    if sql.punct(next, b'(') {
        next = sql.past(next);
    }
    if sql.is_any(next, &["with", "without"]) && sql.is(next + 1, "time") && sql.is(next + 2, "zone") {
        next += 3;
    }
    while sql.punct(next, b'[') {
        next = sql.past(next);
    }
    next
}
