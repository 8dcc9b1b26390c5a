//! What a database holds, object by object, as a history builds it up.
//!
//! References between objects are by name, as in SQL, and a rename carries them along (`rename.rs`). Beside its name,
//! every object has a [`Lineage`]: it stays the same through renames and rebuilds, so that two catalogs can be compared
//! and a renamed column is not taken for a dropped one.

mod describe;
mod doubt;
mod finder;
mod list;
mod objects;
mod relation;
mod rename;
mod rename_in_query;
mod rename_label;
mod rename_sqlite;
mod requalify;
mod sql;
mod taken;

pub use doubt::{Doubt, Piece};
pub(crate) use finder::Wanted;
pub use list::List;
pub use objects::Objects;
pub(crate) use relation::SEQUENCE_NAME;
pub use relation::{
    Column, Constraint, ConstraintKind, ForeignKey, Generated, Identity, Index, Lenient, Part, Policy, Table, Trigger,
};
pub use rename_label::relabelled;
pub use rename_sqlite::{relations_in, renamed as renamed_sqlite};
pub use sql::{Sql, mentions, replace_identifier};

use crate::dialect::{Quotes, Server};
use crate::lex::{Kind, Token, lex};
use crate::{Dialect, History, types};
use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::rc::Rc;

/// A name with its schema; the default schema (`public`, `main`, the current database) is the empty string.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct Name {
    /// Empty for the default schema.
    pub schema: String,
    /// The object's own name.
    pub name: String,
}

impl Name {
    /// A name as written; the dialect's default schema is folded into none.
    pub fn new(schema: impl Into<String>, name: impl Into<String>, dialect: Dialect) -> Name {
        let mut schema = schema.into();
        let default = match dialect {
            Dialect::Postgres | Dialect::Cockroach => "public",
            Dialect::Sqlite => "main",
            Dialect::Mysql => "",
        };
        if schema == default {
            schema.clear();
        }
        Name { schema, name: name.into() }
    }

    /// The user-defined type that a column's type names: `"auth"."Role"[]` is `auth.Role`.
    pub fn of_type(data_type: &str, dialect: Dialect) -> Option<Name> {
        let tokens = crate::lex::lex(data_type, 0, dialect);
        crate::reader::Reader::new(data_type, &tokens, dialect).name()
    }

    /// Does a column's type name this user-defined type? Most don't hold its letters, and are not taken apart.
    pub fn is_type_of(&self, data_type: &str, dialect: Dialect) -> bool {
        let may = self.name.contains('"') || sql::contains_ignore_case(data_type, &self.name);
        may && Name::of_type(data_type, dialect).as_ref() == Some(self)
    }

    /// A name in the default schema.
    pub fn plain(name: impl Into<String>) -> Name {
        Name { schema: String::new(), name: name.into() }
    }

    /// Another name in the same schema.
    pub fn sibling(&self, name: impl Into<String>) -> Name {
        Name { schema: self.schema.clone(), name: name.into() }
    }
}

/// By schema, then by name. Most are in no schema, and maps ask often.
impl Ord for Name {
    fn cmp(&self, other: &Name) -> Ordering {
        match (self.schema.is_empty(), other.schema.is_empty()) {
            (true, true) => self.name.cmp(&other.name),
            _ => self.schema.cmp(&other.schema).then_with(|| self.name.cmp(&other.name)),
        }
    }
}

impl PartialOrd for Name {
    fn partial_cmp(&self, other: &Name) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.schema.is_empty() { f.write_str(&self.name) } else { write!(f, "{}.{}", self.schema, self.name) }
    }
}

/// Which object this is, through renames and rebuilds. Not part of what the object is like: all are equal.
#[derive(Debug, Clone, Copy, Default, Eq)]
pub struct Lineage(pub u32);

impl PartialEq for Lineage {
    fn eq(&self, _: &Lineage) -> bool {
        true
    }
}

/// A user-defined type.
#[derive(Debug, Clone, PartialEq)]
pub struct Type {
    /// Which one it is.
    pub lineage: Lineage,
    /// Its name.
    pub name: Name,
    /// What kind of type.
    pub kind: TypeKind,
}

/// What kind of type.
#[derive(Debug, Clone, PartialEq)]
pub enum TypeKind {
    /// `CREATE TYPE .. AS ENUM`, its labels in order.
    Enum(Vec<Label>),
    /// `CREATE DOMAIN`: the text after its name.
    Domain(Sql),
    /// A composite, range or base type: the text after its name.
    Other(Sql),
}

/// A value of an enum.
#[derive(Debug, Clone, PartialEq)]
pub struct Label {
    /// Which one it is: a renamed value is the same.
    pub lineage: Lineage,
    /// The value.
    pub name: String,
}

/// A sequence that stands by itself or belongs to a column (`serial`).
#[derive(Debug, Clone, PartialEq)]
pub struct Sequence {
    /// Which one it is.
    pub lineage: Lineage,
    /// Its name.
    pub name: Name,
    /// `AS type`, lower case; empty for bigint.
    pub data_type: String,
    /// The options that are not the defaults: keyword to value (`INCREMENT BY`, `MINVALUE`, `MAXVALUE`, `START WITH`, `CACHE`, `CYCLE`).
    pub options: BTreeMap<&'static str, String>,
    /// The table and column that it is dropped with.
    pub owner: Option<(Name, String)>,
}

/// The tables and views that a query names, and of each table the columns that it names. It follows from the query and
/// the catalog, so it does not make two views different.
#[derive(Debug, Clone, Default, Eq)]
pub struct Reads(pub Vec<(Name, Vec<String>)>);

impl PartialEq for Reads {
    fn eq(&self, _: &Reads) -> bool {
        true
    }
}

/// A view or materialized view, kept as text.
#[derive(Debug, Clone, PartialEq)]
pub struct View {
    /// Which one it is.
    pub lineage: Lineage,
    /// Which definition it has: a rename of what it reads changes its text, not what it is.
    pub defined: Lineage,
    /// Its name.
    pub name: Name,
    /// MATERIALIZED.
    pub materialized: bool,
    /// What stands between CREATE and VIEW beside MATERIALIZED (`RECURSIVE`, MySQL's `ALGORITHM=..`), as written.
    pub modifiers: Sql,
    /// The text between the name and AS: column list, WITH (..).
    pub options: Sql,
    /// The query, and what follows it (WITH CHECK OPTION, WITH NO DATA).
    pub query: Sql,
    /// What it read when it was made; kept on MySQL, whose views do not follow what they name.
    pub reads: Reads,
    /// The indexes of a materialized view.
    pub indexes: List<Index>,
    /// INSTEAD OF triggers.
    pub triggers: List<Trigger>,
}

/// A function, procedure or aggregate, kept as text.
#[derive(Debug, Clone, PartialEq)]
pub struct Routine {
    /// Which one it is.
    pub lineage: Lineage,
    /// Its name.
    pub name: Name,
    /// `FUNCTION`, `PROCEDURE`, `AGGREGATE`.
    pub kind: &'static str,
    /// What stands between CREATE and the kind: MySQL's `DEFINER=..`.
    pub modifiers: Sql,
    /// The types of its input arguments, canonical, as DROP names them: `integer, text`.
    pub signature: String,
    /// All that follows the name: arguments, RETURNS, body.
    pub rest: Sql,
}

impl Routine {
    /// Arguments and result, as written: what a routine depends on. Its body is text.
    pub fn head(&self) -> &str {
        let rest = &self.rest.text;
        let end = self.head_tokens().last().map_or(0, |t| t.end);
        &rest[..end]
    }

    /// Arguments and result in one spelling: what PostgreSQL's CREATE OR REPLACE can't change (the names of the
    /// arguments and their defaults included).
    pub fn callable(&self) -> String {
        let rest = &self.rest.text;
        let tokens = self.head_tokens();
        let word = |t: &Token| rest[t.start..t.end].to_ascii_lowercase();
        let returns = tokens.iter().position(|t| t.kind == Kind::Word && word(t) == "returns");
        let (arguments, result) = tokens.split_at(returns.unwrap_or(tokens.len()));
        let arguments: Vec<String> = arguments
            .iter()
            .map(|t| if t.kind == Kind::Word { word(t) } else { rest[t.start..t.end].to_string() })
            .collect();
        let result = match result {
            [_, first, .., last] | [_, first @ last] => {
                types::canonical(Dialect::Postgres, &rest[first.start..last.end])
            }
            _ => String::new(),
        };
        format!("{} {}", arguments.join(" "), result.split_whitespace().collect::<Vec<_>>().join(" "))
    }

    /// The tokens before the first option: LANGUAGE, AS, STABLE ..
    fn head_tokens(&self) -> Vec<Token> {
        let rest = &self.rest.text;
        let (mut depth, mut out) = (0usize, Vec::new());
        let tokens: Vec<Token> =
            lex(rest, 0, Dialect::Postgres).into_iter().filter(|t| t.kind != Kind::Comment).collect();
        let is = |at: usize, word: &str| {
            tokens.get(at).is_some_and(|t| t.kind == Kind::Word && rest[t.start..t.end].eq_ignore_ascii_case(word))
        };
        for (at, token) in tokens.iter().enumerate() {
            match token.kind {
                Kind::Punct(b'(') => depth += 1,
                Kind::Punct(b')') => depth = depth.saturating_sub(1),
                Kind::Word if depth == 0 => {
                    let option = OPTIONS.iter().any(|o| is(at, o)) || (is(at, "returns") && is(at + 1, "null"));
                    if option {
                        break;
                    }
                }
                _ => {}
            }
            out.push(*token);
        }
        out
    }
}

/// What may follow a routine's arguments and result (PostgreSQL manual, "CREATE FUNCTION"; MySQL's own words too).
const OPTIONS: [&str; 24] = [
    "language",
    "as",
    "immutable",
    "stable",
    "volatile",
    "leakproof",
    "not",
    "called",
    "strict",
    "security",
    "external",
    "parallel",
    "cost",
    "rows",
    "support",
    "set",
    "window",
    "transform",
    "begin",
    "return",
    "deterministic",
    "comment",
    "contains",
    "reads",
];

/// Anything else that is made by one statement and dropped by `DROP <kind> <name>`.
#[derive(Debug, Clone, PartialEq)]
pub struct Other {
    /// Which one it is.
    pub lineage: Lineage,
    /// `EXTENSION`, `SCHEMA`, `ROLE`, `PUBLICATION`, `EVENT TRIGGER`, `RULE`, `STATISTICS`, `EVENT` ...
    pub kind: &'static str,
    /// Its name, as DROP names it (`rule ON table` included).
    pub name: Name,
    /// The statement that makes it.
    pub create: Sql,
}

/// What a comment or a grant is about.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Target {
    /// `TABLE`, `COLUMN`, `VIEW`, `FUNCTION`, `CONSTRAINT`, `SCHEMA`, `ALL TABLES IN SCHEMA` ...
    pub kind: &'static str,
    /// The object, for a column or constraint or trigger: its table.
    pub name: Name,
    /// The column, constraint, trigger or policy; a routine's signature; else empty.
    pub part: String,
}

/// One privilege that somebody holds.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Privilege {
    /// On what.
    pub target: Target,
    /// `SELECT`, `ALL`, `USAGE`; with its columns: `SELECT (a, b)`; a membership: the role.
    pub privilege: String,
    /// To whom, as written.
    pub grantee: String,
}

/// A whole database, as far as a history tells.
#[derive(Debug, Clone)]
pub struct Catalog {
    /// Whose rules apply.
    pub dialect: Dialect,
    /// MySQL's family: which server it is, where that is known.
    pub server: Option<Server>,
    /// The quotes that the history writes names in.
    pub quotes: Quotes,
    /// Tables, with columns, constraints, indexes, triggers and policies inside.
    pub tables: Objects<Name, Table>,
    /// Views and materialized views.
    pub views: Objects<Name, View>,
    /// Enums, domains, composites.
    pub types: Objects<Name, Type>,
    /// Sequences.
    pub sequences: Objects<Name, Sequence>,
    /// Functions and procedures, by name and signature.
    pub routines: Objects<(Name, String), Routine>,
    /// Extensions, schemas, roles and the rest, by kind and name.
    pub others: Objects<(&'static str, Name), Other>,
    /// Comments.
    pub comments: Objects<Target, String>,
    /// Privileges; the value says whether they were granted (true) or a default one was revoked (false), and the option.
    pub privileges: Objects<Privilege, Granted>,
    /// The history names tables that no file makes: what it does not say may have been there before.
    pub incomplete: bool,
    /// What statements that were not read may have changed: not known any more from the next migration on.
    pub doubts: Vec<Doubt>,
    /// Views and routines that are there, though what they are is not known: a change of them was not read.
    pub(crate) unread: BTreeSet<Name>,
    pub(crate) taken: taken::Taken,
    finder: finder::Finder,
    /// Objects are remembered: then it is known what was touched.
    begun: bool,
    next: u32,
}

/// How a privilege differs from what nobody ever touched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Granted {
    /// False: a default privilege was taken away.
    pub held: bool,
    /// WITH GRANT OPTION.
    pub grantable: bool,
}

impl Catalog {
    /// An empty database.
    pub fn new(dialect: Dialect) -> Catalog {
        Catalog {
            dialect,
            server: None,
            quotes: dialect.into(),
            tables: Objects::default(),
            views: Objects::default(),
            types: Objects::default(),
            sequences: Objects::default(),
            routines: Objects::default(),
            others: Objects::default(),
            comments: Objects::default(),
            privileges: Objects::default(),
            incomplete: false,
            doubts: Vec::new(),
            unread: BTreeSet::new(),
            taken: taken::Taken::default(),
            finder: finder::Finder::default(),
            begun: false,
            next: 0,
        }
    }

    /// An empty database of the history's dialect and server.
    pub fn of(history: &History) -> Catalog {
        let server = history.server.as_deref().and_then(Server::from_word);
        Catalog { server, ..Catalog::new(history.dialect) }
    }

    /// A copy that does not know which names are taken, for what asks for no new ones and is soon let go of.
    pub(crate) fn without_names(&self) -> Catalog {
        Catalog {
            dialect: self.dialect,
            server: self.server,
            quotes: self.quotes,
            tables: self.tables.clone(),
            views: self.views.clone(),
            types: self.types.clone(),
            sequences: self.sequences.clone(),
            routines: self.routines.clone(),
            others: self.others.clone(),
            comments: self.comments.clone(),
            privileges: self.privileges.clone(),
            incomplete: self.incomplete,
            doubts: Vec::new(),
            unread: self.unread.clone(),
            taken: taken::Taken::default(),
            finder: self.finder.share(&self.tables),
            begun: self.begun,
            next: self.next,
        }
    }

    /// A lineage that no object has yet.
    pub fn fresh(&mut self) -> Lineage {
        self.next += 1;
        Lineage(self.next)
    }

    /// Takes over what another catalog knows and this one does not, as if it had been there all along.
    pub fn assume(&mut self, other: &Catalog) {
        for (name, table) in other.tables.iter().filter(|(n, _)| !self.tables.contains(n)).collect::<Vec<_>>() {
            let mut table = table.clone();
            table.lineage = self.fresh();
            for column in &mut table.columns {
                column.lineage = self.fresh();
            }
            self.tables.assume(name.clone(), table);
        }
        for (name, kind) in other.types.iter().filter(|(n, _)| !self.types.contains(n)).collect::<Vec<_>>() {
            let lineage = self.fresh();
            self.types.assume(name.clone(), Type { lineage, ..kind.clone() });
        }
        for (name, sequence) in other.sequences.iter().filter(|(n, _)| !self.sequences.contains(n)).collect::<Vec<_>>()
        {
            let lineage = self.fresh();
            self.sequences.assume(name.clone(), Sequence { lineage, ..sequence.clone() });
        }
        for (name, view) in other.views.iter().filter(|(n, _)| !self.views.contains(n)).collect::<Vec<_>>() {
            let lineage = self.fresh();
            self.views.assume(name.clone(), View { lineage, ..view.clone() });
        }
    }

    /// From here on, remember what every touched object was like.
    pub fn begin(&mut self) {
        match self.begun {
            true => self.finder.touched(&self.tables),
            false => self.finder.unfiled(),
        }
        self.begun = true;
        self.tables.begin();
        self.views.begin();
        self.types.begin();
        self.sequences.begin();
        self.routines.begin();
        self.others.begin();
        self.comments.begin();
        self.privileges.begin();
        self.forget_doubted();
    }

    /// What lives in a session only is gone with it: the tables and the views that were left.
    pub fn end_session(&mut self) -> (Vec<Rc<Table>>, Vec<Name>) {
        let temporary = |t: &Table| t.persistence.contains("TEMP");
        let named: Vec<Name> = self.tables.changed().filter(|(_, t)| temporary(t)).map(|(n, _)| n.clone()).collect();
        let tables = named.iter().filter_map(|n| self.tables.shared(n)).collect();
        named.iter().for_each(|n| self.tables.forget(n));
        let temporary = |v: &View| v.modifiers.text.to_ascii_uppercase().contains("TEMP");
        let views: Vec<Name> = self.views.changed().filter(|(_, v)| temporary(v)).map(|(n, _)| n.clone()).collect();
        views.iter().for_each(|n| self.views.forget(n));
        (tables, views)
    }

    /// Only what was touched since [`begin`](Self::begin): as it was, and as it is.
    pub fn touched(&self) -> (Catalog, Catalog) {
        let mut before = Catalog::new(self.dialect);
        let mut now = Catalog::new(self.dialect);
        self.tables.split(&mut before.tables, &mut now.tables);
        self.views.split(&mut before.views, &mut now.views);
        self.types.split(&mut before.types, &mut now.types);
        self.sequences.split(&mut before.sequences, &mut now.sequences);
        self.routines.split(&mut before.routines, &mut now.routines);
        self.others.split(&mut before.others, &mut now.others);
        self.comments.split(&mut before.comments, &mut now.comments);
        self.privileges.split(&mut before.privileges, &mut now.privileges);
        (before, now)
    }

    /// The name under which a table is stored: exact, else without regard to case where the dialect has none.
    pub fn table_name(&self, name: &Name) -> Option<Name> {
        if self.tables.contains(name) {
            return Some(name.clone());
        }
        if self.dialect.is_postgres() {
            return None;
        }
        self.maybe(Wanted::Holds(&name.name))
            .into_iter()
            .map(|(k, _)| k)
            .find(|k| k.name.eq_ignore_ascii_case(&name.name) && k.schema.eq_ignore_ascii_case(&name.schema))
            .cloned()
    }

    /// A table by name.
    pub fn table(&self, name: &Name) -> Option<&Table> {
        match self.tables.get(name) {
            Some(table) => Some(table),
            None => self.tables.get(&self.table_name(name)?),
        }
    }

    /// A table by name, shared; an empty one where there is none. Let go of it before the table is changed, or the
    /// change has to copy it.
    pub fn shared_table(&self, name: &Name) -> Rc<Table> {
        let stored = self.tables.shared(name);
        stored.or_else(|| self.tables.shared(&self.table_name(name)?)).unwrap_or_default()
    }

    /// A table by name, to be changed.
    pub fn table_mut(&mut self, name: &Name) -> Option<&mut Table> {
        if self.tables.contains(name) {
            return self.tables.get_mut(name);
        }
        let name = self.table_name(name)?;
        self.tables.get_mut(&name)
    }

    /// The table or materialized view that an index belongs to, and the index.
    pub fn index(&self, name: &Name) -> Option<(Name, &Index)> {
        let same = |i: &&Index| self.same(&i.name, &name.name);
        let in_tables = self.maybe(Wanted::Holds(&name.name)).into_iter();
        in_tables
            .filter(|(owner, _)| owner.schema == name.schema)
            .find_map(|(owner, t)| t.indexes.iter().find(same).map(|index| (owner.clone(), index)))
            .or_else(|| {
                self.views.iter().find_map(|(owner, v)| v.indexes.iter().find(same).map(|index| (owner.clone(), index)))
            })
    }

    /// The table that has a constraint of this name.
    pub fn constraint_owner(&self, schema: &str, name: &str) -> Option<Name> {
        self.maybe(Wanted::Holds(name))
            .into_iter()
            .find(|(owner, t)| owner.schema == schema && t.constraints.iter().any(|c| c.name == name))
            .map(|(owner, _)| owner.clone())
    }

    /// Do two identifiers mean the same object?
    pub fn same(&self, a: &str, b: &str) -> bool {
        a == b || (!self.dialect.is_postgres() && a.eq_ignore_ascii_case(b))
    }
}
