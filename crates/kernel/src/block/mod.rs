//! What a PostgreSQL DO block does, seen without running it.
//!
//! Most blocks guard one statement: it runs unless the object is there. Those are seen through: the statement comes out
//! with its place in the file and the condition it runs under. A block that builds its SQL at run time, or calls what we
//! do not know, is [`Block::Unknown`]; a condition that we do not understand is [`Condition::Unknown`], never dropped.

mod attribute;
mod body;
mod changes;
mod condition;
mod guard;
mod named;
mod probe;
mod simple;
#[cfg(test)]
mod tests;
mod texts;
mod unroll;

pub(crate) use condition::{bare, operator, parts};
pub use named::{Like, Lookup, Wanted};

use crate::Dialect;
use crate::lex::Kind;
use crate::rows::sql::Sql;
use crate::rows::{Name, RowChange};
use std::ops::Range;

/// What a DO block does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Block {
    /// Statements that run as if they stood in the file, each under its guard.
    Statements(Vec<Guarded>),
    /// It only checks something, raises or reports; it changes nothing.
    Assertion,
    /// It changes rows and nothing else. What runs under a condition or in a loop has `meets_existing` set, and no
    /// `filter` where that speaks of the block's variables.
    Rows(Vec<RowChange>),
    /// Only running it tells.
    Unknown {
        /// What stood in the way.
        why: String,
    },
}

/// What a block was seen to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    /// What it does.
    pub block: Block,
    /// It takes values of a sequence, or says where one goes on.
    pub moves_sequences: bool,
}

impl Seen {
    fn unknown(why: &str) -> Seen {
        Seen { block: Block::Unknown { why: why.to_string() }, moves_sequences: false }
    }
}

/// A statement of a block.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Guarded {
    /// Its bytes in the file. Of `EXECUTE '..'` what stands between the quotes, or with them where `text` is given; of what
    /// a loop does, the loop.
    pub span: Range<usize>,
    /// The statement itself where the file spells it otherwise: doubled quotes, parts put together, a loop's variable.
    pub text: Option<String>,
    /// When it runs.
    pub guard: Guard,
    /// Where the block asks the conditions that the guard begins with, in their order: numbers that mean nothing but that
    /// statements which share one share its answer. What runs in between does not change it.
    pub asked: Vec<usize>,
    /// Nothing runs here: what is asked under this number later, in a variable's name, is asked here.
    pub asks: Option<usize>,
}

/// When a statement of a block runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Guard {
    /// Always.
    None,
    /// `EXCEPTION WHEN duplicate_object THEN null`: unless what it makes exists.
    UnlessDuplicate,
    /// `EXCEPTION WHEN undefined_table THEN null`: unless what it needs is missing.
    UnlessMissing,
    /// If this holds. An error caught beside a condition is one more condition, an unknown one.
    If(Condition),
}

/// A question of a block.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Condition {
    /// It is there.
    Exists(Probe),
    /// It is not there.
    NotExists(Probe),
    /// All of them hold.
    And(Vec<Condition>),
    /// One of them holds.
    Or(Vec<Condition>),
    /// It does not hold.
    Not(Box<Condition>),
    /// What is asked about is like that, if it is there.
    Has(Probe, Attribute),
    /// What we can't answer; the source text, or why.
    Unknown(String),
}

/// What the row of a catalog that is about an object must be like.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attribute {
    /// The column of the catalog, or the function that gives the definition.
    pub column: String,
    /// What is tested of it.
    pub test: Test,
}

/// A test of a value. NULL passes none but the one for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Test {
    /// One of these.
    Is(Vec<String>),
    /// None of these.
    IsNot(Vec<String>),
    /// NULL.
    Null,
    /// Not NULL.
    NotNull,
    /// LIKE.
    Like(Like),
    /// NOT LIKE.
    NotLike(Like),
}

/// What an existence test asks about. Names are as the catalogs store them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Probe {
    /// A table.
    Table(Name),
    /// A column of a table.
    Column(Name, String),
    /// A column of a table that is like this.
    ColumnLike {
        /// The table.
        table: Name,
        /// The column.
        name: String,
        /// The first word of its type, as MySQL's `information_schema` has it.
        data_type: Option<String>,
        /// Whether it may hold NULL.
        nullable: Option<bool>,
    },
    /// A constraint.
    Constraint {
        /// Its table, if the question names one.
        table: Option<Name>,
        /// Its name.
        name: String,
    },
    /// An index.
    Index {
        /// Its table, if the question names one.
        table: Option<Name>,
        /// Its name.
        name: String,
    },
    /// A type.
    Type(String),
    /// A value of an enum.
    EnumValue {
        /// The enum.
        ty: String,
        /// The value.
        value: String,
    },
    /// A function.
    Function(String),
    /// A trigger.
    Trigger {
        /// Its table, if the question names one.
        table: Option<Name>,
        /// Its name.
        name: String,
    },
    /// A policy.
    Policy {
        /// Its table, if the question names one.
        table: Option<Name>,
        /// Its name.
        name: String,
    },
    /// A schema.
    Schema(String),
    /// An extension.
    Extension(String),
    /// A role.
    Role(String),
    /// A sequence.
    Sequence(Name),
    /// A view or a materialized view.
    View(Name),
    /// Whether a query has rows; its source text from FROM on.
    Rows(String),
    /// A question to the catalogs that we don't understand: its source text.
    Unknown(String),
}

/// What the DO statement at `span` of a file does. Spans that come out are of the file. `lookup` finds the constraints that it
/// looks for, as they are before it.
pub fn read(text: &str, span: Range<usize>, lookup: &Lookup) -> Seen {
    let unknown = Seen::unknown;
    let Some(statement) = text.get(span.clone()) else { return unknown("it lies outside the file") };
    let sql = Sql::new(statement, Dialect::Postgres);
    if !sql.is(0, "do") {
        return unknown("it is no DO block");
    }
    let mut body = None;
    let mut at = 1;
    while at < sql.tokens.len() {
        if sql.is(at, "language") {
            if !sql.at(at + 1).trim_matches(['"', '\'']).eq_ignore_ascii_case("plpgsql") {
                return unknown("its language is not plpgsql");
            }
            at += 2;
        } else {
            body = body.or(inner(&sql, at));
            at += 1;
        }
    }
    match body {
        Some(inner) if sql.sound => body::read(&statement[inner.clone()], span.start + inner.start, lookup),
        Some(_) => unknown("a quote is not closed"),
        None => unknown("its body is no plain string"),
    }
}

/// The bytes between the quotes of a string that says what it holds: dollar quotes, or plain ones with none doubled.
fn inner(sql: &Sql, at: usize) -> Option<Range<usize>> {
    let token = sql.tokens.get(at).filter(|t| t.kind == Kind::String && !t.cut)?;
    let text = sql.at(at);
    let quote = match text.as_bytes() {
        [b'$', ..] => text[1..].find('$')? + 2,
        [b'\'', ..] if !text[1..text.len() - 1].contains('\'') => 1,
        _ => return None,
    };
    (text.len() >= 2 * quote).then(|| token.start + quote..token.end - quote)
}
