//! SQL into changes: one file per family of statements.
//!
//! DDL is read from tokens (`reader.rs`), rows through `rows`. A statement that can't be read is `Opaque`, with the
//! reason; reading never fails.

mod alter;
mod attribute;
mod called;
mod column;
mod comment;
mod constraint;
mod definition;
mod doubt;
mod drop;
mod guard;
mod index;
mod lineage;
mod mysql;
mod named;
mod others;
mod policy;
mod prepared;
pub(crate) mod privilege;
mod reach;
mod rename;
mod routine;
mod rows;
mod sequence;
mod sqlite;
pub(crate) mod star;
mod table;
mod table_options;
mod trigger;
mod types;
mod view;

pub use reach::{Cause, Reached};
pub use rows::{CopiedFrom, Fired, RowEffect, name};
pub use sequence::nextval;
pub use table_options::{has_charset, table_option, table_options, whole_type};

use guard::Answers;
use privilege::made_or_gone;
use sqlite::Pragmas;

use crate::Dialect;
use crate::block::{self, Block, Guard, Guarded};
use crate::catalog::{Catalog, Lineage, Name, Table};
use crate::change::{Change, Pair};
use crate::lex::{Kind, lex};
use crate::observe::fears;
use crate::prepared::Session;
use crate::reader::Reader;
use crate::split::{Statement, split};
use std::collections::BTreeSet;
use std::ops::Range;
use std::rc::Rc;

/// A change and the statement of the file that made it.
#[derive(Debug, Clone)]
pub struct Lowered {
    /// The bytes of the statement that made it (inside a DO block: of the inner one).
    pub span: Range<usize>,
    /// What changed.
    pub change: Change,
}

/// Why a statement could not be read.
type Read = Result<(), String>;

/// Lowers the statements of one file, one after the other, into changes, and applies each to the catalog.
pub struct Lowering<'a> {
    /// The database as the statements so far have made it.
    pub catalog: &'a mut Catalog,
    /// The changes so far.
    pub changes: Vec<Lowered>,
    /// What was done to rows.
    pub effects: Vec<RowEffect>,
    /// Tables that were filled from others.
    pub copies: Vec<CopiedFrom>,
    /// Those of them that have taken the other's place.
    pub rebuilt: Vec<CopiedFrom>,
    /// Rows of other tables that a statement reached through their foreign keys.
    pub reached: Vec<Reached>,
    /// SQLite's settings, as the file has set them so far.
    pragmas: Pragmas,
    /// MySQL's user variables and prepared statements.
    session: Session,
    /// The first schema of `search_path`, where the file set it to another than the default one.
    path: Option<String>,
    /// Functions of the history's own that were called.
    pub calls: Vec<(Range<usize>, String)>,
    /// Statements that set where a sequence goes on, each with what it names.
    pub moved_sequences: Vec<(Range<usize>, String)>,
    /// Roles that the file makes where the server has none of that name.
    pub server_roles: Vec<(Range<usize>, String)>,
    /// Roles that the file grants to only where the server has them.
    pub guarded_roles: BTreeSet<String>,
    /// Columns of the ALTER TABLE that is being read whose name another takes first: the name, and the one meanwhile.
    aside: Vec<(String, String)>,
    /// How many procedures are being followed, one inside of the other, and how many statements of theirs were.
    calling: usize,
    called: usize,
    file: &'a str,
    span: Range<usize>,
}

impl<'a> Lowering<'a> {
    /// Nothing read yet.
    pub fn new(catalog: &'a mut Catalog, file: &'a str) -> Lowering<'a> {
        Lowering {
            catalog,
            changes: Vec::new(),
            effects: Vec::new(),
            copies: Vec::new(),
            rebuilt: Vec::new(),
            reached: Vec::new(),
            pragmas: Pragmas::default(),
            session: Session::default(),
            path: None,
            calls: Vec::new(),
            moved_sequences: Vec::new(),
            server_roles: Vec::new(),
            guarded_roles: BTreeSet::new(),
            aside: Vec::new(),
            calling: 0,
            called: 0,
            file,
            span: 0..0,
        }
    }

    /// The file runs where its runner may have a transaction open.
    pub fn inside_transaction(&mut self) {
        self.pragmas.inside();
    }

    fn dialect(&self) -> Dialect {
        self.catalog.dialect
    }

    /// Reads one statement.
    pub fn statement(&mut self, statement: &Statement) {
        self.span = statement.span.clone();
        if statement.cut {
            return self.opaque("a quote or a comment in it is never closed");
        }
        let reader = Reader::new(self.file, &statement.tokens, self.dialect());
        if let Err(why) = self.read(reader.clone()) {
            self.not_read(reader);
            self.opaque(&why);
        }
    }

    /// A table is no longer known whole once a change of it was not read: what needs all of it, such as undoing its DROP
    /// in a later migration, is by hand.
    fn not_read(&mut self, mut r: Reader) {
        if self.dialect() == Dialect::Mysql {
            return match r.is("EXECUTE") || r.is("CALL") {
                true => self.doubt_what_runs(r),
                false => self.doubt(r.peek_rest()),
            };
        }
        if !r.eat("ALTER TABLE") {
            return;
        }
        r.eat("IF EXISTS");
        r.eat("ONLY");
        let Some(name) = r.name().and_then(|name| self.catalog.table_name(&name)) else { return };
        if self.catalog.tables.touched(&name) {
            self.catalog.tables.get_mut(&name).into_iter().for_each(|table| table.partial = true);
        } else if let Some(table) = self.catalog.table(&name).cloned() {
            self.catalog.tables.assume(name, Table { partial: true, ..table });
        }
    }

    /// Only some servers run a part of the statement that was just read, and which one it is nobody said.
    pub fn doubtful(&mut self, statement: &Statement, which: &str) {
        let mut reader = Reader::new(self.file, &statement.tokens, self.dialect());
        // What is set ends with the session.
        if reader.eat("SET") {
            return;
        }
        self.span = statement.span.clone();
        self.opaque(&format!("{which} runs the comment in it: say which server it is (--server)"));
    }

    /// Reads what a database showed a statement to do, in its place.
    pub fn observed(&mut self, statement: &Statement, text: &str) {
        self.span = statement.span.clone();
        let dialect = self.dialect();
        for part in split(text, dialect, false) {
            if let Err(why) = self.read(Reader::new(text, &part.tokens, dialect)) {
                self.opaque(&why);
            }
        }
        let fears = fears(self.file, &statement.span, dialect);
        if fears.renames {
            return self.opaque("what got another name can't be told from what was dropped and made");
        }
        if fears.depends {
            return self.opaque("what it does depends on rows, or on the server");
        }
        if fears.rows {
            let own = &self.file[statement.span.clone()];
            let word = own.split(|c: char| !c.is_ascii_alphabetic()).next().unwrap_or_default().to_ascii_lowercase();
            self.calls.push((statement.span.clone(), word));
        }
    }

    fn opaque(&mut self, why: &str) {
        self.emit(Change::Opaque { why: why.to_string() });
    }

    /// Applies a change and keeps it.
    fn emit(&mut self, change: Change) {
        self.catalog.apply(&change);
        let made_or_gone = made_or_gone(&change).filter(|_| self.dialect().is_postgres());
        self.changes.push(Lowered { span: self.span.clone(), change });
        if let Some((made, target)) = made_or_gone {
            self.privileges_follow(made, &target);
        }
    }

    fn fresh(&mut self) -> Lineage {
        self.catalog.fresh()
    }

    fn read(&mut self, mut r: Reader) -> Read {
        let start = r.mark();
        if let Some(why) = self.elsewhere(&r) {
            // What is in that schema is not known any more: its DROP can't be undone.
            let schema = Name::plain(self.path.clone().unwrap_or_default());
            self.catalog.others.forget(&("SCHEMA", schema));
            return Err(why);
        }
        match r.word().map(str::to_ascii_uppercase).as_deref() {
            Some("CREATE") => self.create(r),
            Some("ALTER") => self.alter(r),
            Some("DROP") => self.drop(r),
            Some("COMMENT") => self.comment(r),
            Some("GRANT" | "REVOKE") => self.privilege(r),
            Some("RENAME") if r.eat("RENAME TABLE") => self.rename_tables(r),
            Some("DO") if self.dialect().is_postgres() => self.block(),
            Some("SELECT") => self.select(&r),
            // MySQL's: a SELECT that gives no rows.
            Some("DO") if r.eat("DO") => self.rows(&format!("SELECT {}", r.peek_rest())),
            Some("CALL") if self.dialect() == Dialect::Mysql => self.call_procedure(&r),
            Some(
                "INSERT" | "UPDATE" | "DELETE" | "WITH" | "TRUNCATE" | "REPLACE" | "MERGE" | "CALL" | "COPY" | "VALUES"
                | "TABLE",
            ) => self.rows(r.peek_rest()),
            Some(
                "REFRESH" | "ANALYZE" | "ANALYSE" | "VACUUM" | "REINDEX" | "EXPLAIN" | "SHOW" | "LOCK" | "CLUSTER"
                | "CHECKPOINT" | "OPTIMIZE" | "NOTIFY",
            ) => Ok(()),
            Some("SET" | "RESET" | "PRAGMA" | "USE" | "DISCARD" | "DEALLOCATE" | "UNLOCK") => self.setting(r),
            Some(word @ ("BEGIN" | "COMMIT" | "END" | "START" | "ROLLBACK" | "SAVEPOINT" | "RELEASE" | "ABORT")) => {
                self.pragmas.transaction(word);
                Ok(())
            }
            Some("PREPARE" | "EXECUTE") if self.dialect() == Dialect::Mysql => self.prepared(r),
            Some("REASSIGN" | "SECURITY" | "IMPORT" | "PREPARE" | "EXECUTE" | "DELIMITER") => {
                Err(format!("{} is not inverted", r.between(start, start + 1)))
            }
            Some(word) => Err(format!("{word} is not a statement that is known")),
            None => Err("it does not begin with a keyword".to_string()),
        }
    }

    /// What is set ends with the session; MySQL's user variables feed what is prepared.
    fn setting(&mut self, mut r: Reader) -> Read {
        if self.dialect() == Dialect::Sqlite && r.eat("PRAGMA") {
            self.pragmas.set(&mut r);
            return Ok(());
        }
        if self.dialect().is_postgres() {
            self.set_path(&mut r);
        }
        if self.dialect() == Dialect::Mysql && r.is("SET") {
            self.set_variables(&r);
        }
        Ok(())
    }

    /// `SET search_path`: where it does not begin with the default schema, names without one mean something else from
    /// here on.
    fn set_path(&mut self, r: &mut Reader) {
        let reset = r.eat("RESET");
        if !reset && !r.eat("SET") {
            return;
        }
        r.eat_any(&["SESSION", "LOCAL"]);
        if reset && (r.is("ALL") || r.is("search_path")) {
            self.path = None;
        } else if r.eat("search_path") {
            r.skip();
            let first = r.string().or_else(|| r.ident()).unwrap_or_default();
            let first = first.split(',').next().unwrap_or_default().trim().trim_matches('"').to_string();
            let usual = ["public", "$user", "default", ""].contains(&first.to_ascii_lowercase().as_str());
            self.path = (!usual).then_some(first);
        }
    }

    /// Is a name that a statement makes or changes looked up in a schema that the file set, and not the default one?
    fn elsewhere(&self, r: &Reader) -> Option<String> {
        let path = self.path.as_ref()?;
        let mut r = r.clone();
        r.eat_any(&["CREATE", "ALTER", "DROP", "COMMENT ON", "TRUNCATE", "INSERT INTO", "UPDATE", "DELETE FROM"])?;
        const NOT_IN_A_SCHEMA: [&str; 8] =
            ["EXTENSION", "SCHEMA", "ROLE", "USER", "DATABASE", "PUBLICATION", "EVENT", "DEFAULT PRIVILEGES"];
        if NOT_IN_A_SCHEMA.iter().any(|k| r.are(k)) {
            return None;
        }
        // The first dot belongs to the first name that has a schema; what has none stands before a parenthesis.
        for token in r.tokens_left().iter().take(12) {
            match token.kind {
                Kind::Punct(b'.') => return None,
                Kind::Punct(b'(') => break,
                _ => {}
            }
        }
        Some(format!(
            "search_path is set to {path}, so what its names mean is not known: write the schema in front of them"
        ))
    }

    fn create(&mut self, mut r: Reader) -> Read {
        r.skip();
        let replace = r.eat("OR REPLACE");
        let modifiers = r.mark();
        for ahead in 0..24 {
            let word = |keyword: &str| r.is_at(ahead, keyword);
            if word("TABLE") {
                return self.create_table(r, replace);
            } else if word("INDEX") {
                return self.create_index(r);
            } else if word("VIEW") {
                return self.create_view(r, replace);
            } else if word("TYPE") || word("DOMAIN") {
                return self.create_type(r);
            } else if word("SEQUENCE") {
                return self.create_sequence(r);
            } else if word("TRIGGER") && !(ahead > 0 && r.is_at(ahead - 1, "EVENT")) {
                return self.create_trigger(r, replace);
            } else if word("FUNCTION") || word("PROCEDURE") || word("AGGREGATE") {
                return self.create_routine(r, replace);
            } else if word("POLICY") {
                return self.create_policy(r);
            }
            if ahead == 0 && self.is_other(&r) {
                break;
            }
        }
        r.reset(modifiers);
        self.create_other(r, replace)
    }

    /// A DO block: what it guards is read as if it stood in the file.
    fn block(&mut self) -> Read {
        let seen = block::read(self.file, self.span.clone(), &|wanted| self.constraints_wanted(wanted));
        if seen.moves_sequences {
            self.sequence_moves(sequence::CALLED);
        }
        match seen.block {
            Block::Statements(guarded) => {
                let mut answers = Answers::default();
                for (at, inner) in guarded.iter().enumerate() {
                    match inner.asks {
                        Some(number) if guarded[at..].iter().any(|later| later.asked.contains(&number)) => {
                            answers.ask(number, self.catalog.without_names());
                        }
                        Some(_) => {}
                        None => self.guarded(inner, &mut answers)?,
                    }
                }
                Ok(())
            }
            Block::Assertion => Ok(()),
            Block::Rows(changes) => {
                changes.into_iter().for_each(|c| self.row_change(c));
                Ok(())
            }
            Block::Unknown { why } => Err(why),
        }
    }

    fn guarded(&mut self, inner: &Guarded, answers: &mut Answers) -> Read {
        // Inside a string its quotes are doubled: then it is read from a text of its own.
        let file = self.file;
        let (text, offset) = match &inner.text {
            Some(text) => (text.as_str(), 0),
            None => (&file[inner.span.clone()], inner.span.start),
        };
        let whole = if inner.text.is_some() { text } else { file };
        let mut tokens = lex(text, offset, self.dialect());
        tokens.retain(|t| t.kind != Kind::Comment);
        let reader = Reader::new(whole, &tokens, self.dialect());
        if !self.runs(inner, &reader, answers)? {
            return Ok(());
        }
        let outer = std::mem::replace(&mut self.span, inner.span.clone());
        let read = self.read(reader);
        self.span = outer;
        if matches!(inner.guard, Guard::UnlessMissing) { Ok(()) } else { read }
    }

    /// The table that a statement names; one that no file made is assumed, as far as the statement tells.
    fn known_table(&mut self, name: &Name) -> Name {
        if let Some(name) = self.catalog.table_name(name) {
            return name;
        }
        self.catalog.incomplete = true;
        let table = Table { lineage: self.fresh(), name: name.clone(), partial: true, ..Table::default() };
        self.catalog.tables.assume(name.clone(), table);
        name.clone()
    }

    fn table_change(&mut self, before: Rc<Table>, after: Table) {
        if *before != after || before.name != after.name {
            self.emit(Change::Table(Pair::alter(before, Rc::new(after))));
        }
    }
}

/// Why what stands for a view or a routine can't come back: a statement changed it that was not read.
fn changed_unread(what: &str, name: &Name) -> String {
    format!("{name}: a change of this {what} was not read, so what it was is not known")
}

/// What is missing, for `ok_or_else`.
fn expected(what: &'static str) -> impl FnOnce() -> String {
    move || format!("{what} is not where it is expected")
}
