//! What a statement does to rows: whose, which columns, and whether it can be told which rows they were.
//!
//! Everything is read from the tokens, so every text that comes out is the user's own, and nothing is re-printed.
//! A statement is taken apart only at words that stand outside brackets. What is not understood is said to be
//! [`Unread`], with the table if that much can be seen; it is never guessed to be harmless.

mod constant;
mod copy;
mod insert;
mod scan;
pub(crate) mod sql;
mod table_from_query;
#[cfg(test)]
mod tests;
mod update;
mod words;

use crate::Dialect;
use scan::push_new;
use sql::Sql;
use std::ops::Range;
pub use table_from_query::{TableFromQuery, create_table_as, select_into};

/// The name of a table as the database stores it: on PostgreSQL a bare word in lower case and the schema `public` left
/// out; elsewhere as written.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Name {
    /// The schema (MySQL: the database), if one is written.
    pub schema: Option<String>,
    /// The name itself.
    pub name: String,
}

/// What is done to rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RowKind {
    /// INSERT, REPLACE.
    Insert,
    /// UPDATE.
    Update,
    /// DELETE.
    Delete,
    /// TRUNCATE.
    Truncate,
    /// MERGE.
    Merge,
}

/// What a statement does to the rows of one table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowChange {
    /// What is done.
    pub kind: RowKind,
    /// Whose rows.
    pub table: Name,
    /// What the statement calls the table, if not by its name: `filter` and `assignments` may use it.
    pub alias: Option<String>,
    /// Inserted or assigned columns. Empty: not listed, so all.
    pub columns: Vec<String>,
    /// The rows of an INSERT as source texts, where at least one value of them is constant; none for each value that is
    /// not (a function, a parameter, a subquery, DEFAULT).
    pub values: Option<Vec<Vec<Option<String>>>>,
    /// It skips or changes rows that were there before: ON CONFLICT, IGNORE, REPLACE, WHERE NOT EXISTS.
    pub meets_existing: bool,
    /// Other rows than its own may be changed or deleted by it: ON CONFLICT DO UPDATE, REPLACE, ON DUPLICATE KEY, MERGE.
    pub overwrites: bool,
    /// TRUNCATE .. CASCADE: the tables that refer to it are emptied too.
    pub cascade: bool,
    /// The condition of UPDATE and DELETE. None: every row.
    pub filter: Option<String>,
    /// Assigned columns with the source text of what they become, of an upsert's and a MERGE's update too. Several
    /// columns assigned from one query share its text.
    pub assignments: Vec<(String, String)>,
    /// The source text of the other tables that `filter` speaks about: FROM, USING, MySQL's joined tables.
    pub others: Option<String>,
    /// An INSERT that copies a table's rows.
    pub copy: Option<Copy>,
    /// Tables that are read, not the names of a WITH.
    pub reads: Vec<Name>,
    /// Columns of the changed table that conditions and expressions name: unqualified words may belong to another.
    pub names: Vec<String>,
}

/// Rows of one table put into another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Copy {
    /// Where they come from.
    pub from: Name,
    /// For each column of the destination what it gets; the name is empty where the statement lists none, and the
    /// whole is empty for `SELECT *`: then the order of the listed columns, or of the table's own, decides.
    pub columns: Vec<(String, CopySource)>,
    /// Every row is copied exactly once: no WHERE, join, DISTINCT, GROUP BY, LIMIT, aggregate.
    pub whole: bool,
}

/// What a copied column gets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CopySource {
    /// A column as it is.
    Column(String),
    /// Something computed.
    Expression {
        /// The source text.
        text: String,
        /// The columns that it names.
        columns: Vec<String>,
    },
}

/// What a statement does, beside what it says to the schema.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RowEffects {
    /// The changes, in the order in which they are written.
    pub changes: Vec<RowChange>,
    /// Lower-case names of called functions and procedures that are not known to only compute, with their schema
    /// (`pg_catalog.` left out).
    pub calls: Vec<String>,
    /// The temporary table that PostgreSQL's SELECT INTO makes. One that stays is [`Unread`].
    pub makes: Option<Name>,
}

/// A statement that could not be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unread {
    /// What stood in the way.
    pub why: String,
    /// Whose rows it changes, when at least that can be seen.
    pub table: Option<(RowKind, Name)>,
}

/// What a query refers to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct References {
    /// Tables read, not the names of a WITH.
    pub tables: Vec<Name>,
    /// Words that can be columns.
    pub columns: Vec<String>,
    /// `*` or `t.*` stands in it.
    pub has_star: bool,
    /// Lower-case names of called functions.
    pub functions: Vec<String>,
}

impl RowChange {
    fn new(kind: RowKind, table: Name) -> RowChange {
        RowChange {
            kind,
            table,
            alias: None,
            columns: Vec::new(),
            values: None,
            meets_existing: false,
            overwrites: false,
            cascade: false,
            filter: None,
            assignments: Vec::new(),
            others: None,
            copy: None,
            reads: Vec::new(),
            names: Vec::new(),
        }
    }
}

impl RowEffects {
    fn called(&mut self, dialect: Dialect, functions: Vec<String>) {
        for function in functions {
            if !words::harmless_in(dialect, &function) {
                push_new(&mut self.calls, function);
            }
        }
    }
}

/// What a statement (without its semicolon, or with it) does to rows.
pub fn read(text: &str, dialect: Dialect) -> Result<RowEffects, Unread> {
    let sql = Sql::new(text, dialect);
    read_range(&sql, sql.all())
}

/// The same for a part of a text.
pub(crate) fn read_range(sql: &Sql, range: Range<usize>) -> Result<RowEffects, Unread> {
    let mut effects = RowEffects::default();
    let unread = |why: &str| Unread { why: why.to_string(), table: target(sql, range.clone()) };
    if !sql.sound {
        return Err(unread("a bracket or a quote is not closed"));
    }
    match statement(sql, range.clone(), &mut effects) {
        Ok(()) => Ok(effects),
        Err(why) => Err(unread(why)),
    }
}

fn statement(sql: &Sql, range: Range<usize>, effects: &mut RowEffects) -> Result<(), &'static str> {
    let at = range.start;
    if sql.is(at, "with") {
        return with(sql, range, effects);
    }
    if sql.is(at, "call") {
        let (parts, _) = sql.dotted(at + 1).ok_or("CALL of what is not a name")?;
        push_new(&mut effects.calls, parts.join(".").to_lowercase());
        effects.called(sql.dialect, scan::scan(sql, at + 1..range.end, false).calls);
        return Ok(());
    }
    if sql.is_any(at, &["select", "values", "table"]) || sql.punct(at, b'(') {
        return select(sql, range, effects);
    }
    let read = match sql.at(at).to_ascii_lowercase().as_str() {
        "insert" | "replace" => insert::insert(sql, range, effects),
        "update" => update::update(sql, range, effects),
        "delete" => update::delete(sql, range, effects),
        "truncate" => update::truncate(sql, range, effects),
        "merge" => update::merge(sql, range, effects),
        "copy" | "load" => return Err("it loads rows from outside"),
        _ => return Err("it is no statement about rows"),
    };
    read.ok_or("its form is not known")
}

/// A WITH: each of its bodies may change rows, and then what follows it.
fn with(sql: &Sql, range: Range<usize>, effects: &mut RowEffects) -> Result<(), &'static str> {
    let (ctes, at) = scan::ctes(sql, range.start).ok_or("its WITH is not understood")?;
    if at >= range.end {
        return Err("nothing follows its WITH");
    }
    let mut queries = Vec::new();
    for cte in ctes {
        if sql.is_any(cte.body.start, &["insert", "update", "delete", "merge"]) {
            statement(sql, cte.body, effects)?;
        } else {
            let found = scan::scan(sql, cte.body, true);
            effects.called(sql.dialect, found.calls);
            queries.extend(found.tables);
        }
    }
    if sql.is(at, "with") {
        return Err("a WITH follows a WITH");
    }
    statement(sql, at..range.end, effects)?;
    // What the WITH reads, every change of the statement may depend on.
    for change in &mut effects.changes {
        for table in &queries {
            push_new(&mut change.reads, table.clone());
        }
    }
    Ok(())
}

fn select(sql: &Sql, range: Range<usize>, effects: &mut RowEffects) -> Result<(), &'static str> {
    if let Some(into) = sql.find_word(range.clone(), &["into"]) {
        if !sql.dialect.is_postgres() {
            return Err("SELECT INTO writes a file or a variable");
        }
        let mut at = into + 1;
        let temporary = sql.is_any(at, &["temp", "temporary"]);
        while sql.is_any(at, &["temp", "temporary", "unlogged", "table"]) {
            at += 1;
        }
        if !temporary {
            return Err("SELECT INTO makes a table");
        }
        let (name, _) = sql.name(at).ok_or("SELECT INTO what is not a name")?;
        effects.makes = Some(name);
    }
    effects.called(sql.dialect, scan::scan(sql, range, true).calls);
    Ok(())
}

/// What a view's body or another query refers to. None: its brackets or quotes are broken.
pub fn references(text: &str, dialect: Dialect) -> Option<References> {
    let sql = Sql::new(text, dialect);
    sql.sound.then(|| scan::scan(&sql, sql.all(), false).into_references())
}

/// The functions called in a range that are not known to only compute.
pub(crate) fn calls_in(sql: &Sql, range: Range<usize>) -> Vec<String> {
    let mut effects = RowEffects::default();
    effects.called(sql.dialect, scan::scan(sql, range, false).calls);
    effects.calls
}

/// Is it a function that only computes?
pub(crate) fn is_harmless(function: &str) -> bool {
    words::harmless(function)
}

/// Is it a word that can't be a name without quotes in a query?
pub(crate) fn is_reserved(word: &str) -> bool {
    words::reserved(word)
}

/// The tables of a FROM list.
pub(crate) fn tables_in(sql: &Sql, range: Range<usize>) -> Vec<Name> {
    scan::scan_tables(sql, range).tables
}

/// The table that a statement changes, seen from its first words only.
fn target(sql: &Sql, range: Range<usize>) -> Option<(RowKind, Name)> {
    let first = sql.is_any(range.start, &["replace", "truncate", "copy", "load"]).then_some(range.start);
    let verb = first.or_else(|| sql.find_word(range.clone(), &["insert", "update", "delete", "merge"]))?;
    let kind = match sql.at(verb).to_ascii_lowercase().as_str() {
        "update" => RowKind::Update,
        "delete" => RowKind::Delete,
        "truncate" => RowKind::Truncate,
        "merge" => RowKind::Merge,
        _ => RowKind::Insert,
    };
    let introduced = ["into", "from"];
    let intro = (verb + 1..range.end.min(verb + 8)).find(|at| sql.is_any(*at, &introduced));
    let mut at = match kind {
        RowKind::Insert | RowKind::Delete | RowKind::Merge if !sql.is(verb, "copy") => intro? + 1,
        _ => verb + 1,
    };
    while sql.is_any(at, &["only", "table", "ignore", "low_priority"]) {
        at += 1;
    }
    sql.name(at).map(|(name, _)| (kind, name))
}
