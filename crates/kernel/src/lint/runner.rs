//! What runs the migrations, as data: which statements share a transaction, and what it can't do.

use crate::Dialect;
use crate::split;

/// Which statements share a transaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// None: each statement by itself.
    Statement,
    /// A file is one message: PostgreSQL wraps several statements into one implicit transaction, and runs a lone one
    /// outside of any.
    Message,
    /// A transaction around each file.
    File,
    /// One transaction around all files that are pending.
    All,
}

/// What runs the migrations.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Runner {
    /// As its makers write it: messages name it.
    pub name: &'static str,
    /// Which statements share a transaction.
    pub scope: Scope,
    /// SQLite: it turns foreign keys off before it begins.
    pub foreign_keys_off: bool,
    /// It runs only one statement of each piece between two breakpoints: what it does with a second one.
    pub one_statement: Option<&'static str>,
    /// It writes a heading such as `-- DropIndex` above what it generates.
    pub headings: bool,
}

impl Runner {
    /// One that no tool brings: every file in a transaction, or none at all.
    pub const fn plain(name: &'static str, scope: Scope) -> Runner {
        Runner { name, scope, foreign_keys_off: false, one_statement: None, headings: false }
    }

    /// How a statement that no transaction may hold can be run.
    pub fn apart(&self, statement: &str) -> String {
        let name = self.name;
        match self.scope {
            Scope::Statement => format!("write `{statement}`"),
            Scope::Message => format!(
                "write `{statement}` and put it alone into a migration of its own: {name} sends a file as one message, and \
                 only a lone statement runs outside of a transaction"
            ),
            Scope::File => format!(
                "{name} opens a transaction around each file: run `{statement}` by hand before you deploy, and let the \
                 migration say the same with IF NOT EXISTS or IF EXISTS and no CONCURRENTLY, so that it finds it done"
            ),
            Scope::All => format!(
                "{name} runs all pending migrations in one transaction, where CONCURRENTLY is refused: run `{statement}` by \
                 hand before you deploy, and let the migration say the same with IF NOT EXISTS or IF EXISTS and no \
                 CONCURRENTLY, so that it finds it done"
            ),
        }
    }

    /// How two statements are kept from sharing a transaction.
    pub fn later(&self) -> String {
        match self.scope {
            Scope::Statement => "in a statement of its own".into(),
            Scope::Message | Scope::File => "in a later migration".into(),
            Scope::All => {
                format!("in a migration of a later deployment ({} runs all that is pending as one)", self.name)
            }
        }
    }

    /// For each statement the transaction that it runs in; none: by itself.
    pub(super) fn transactions(&self, text: &str, all: &[split::Statement], dialect: Dialect) -> Vec<Option<usize>> {
        let lone = all.len() == 1;
        let mut wrapped = match self.scope {
            Scope::Statement => false,
            Scope::Message => dialect.is_postgres() && !lone,
            Scope::File | Scope::All => true,
        };
        let (mut number, mut open) = (0, false);
        let mut out = Vec::with_capacity(all.len());
        for (at, statement) in all.iter().enumerate() {
            match edge(text, statement) {
                Some(begins) => {
                    // PostgreSQL: BEGIN takes into its transaction what the message ran before it. A COMMIT ends the
                    // runner's own transaction, and what follows is sent outside of any; within a message another begins.
                    open = begins;
                    number += usize::from(!begins);
                    wrapped &= begins || self.scope == Scope::Message;
                    out.push(None);
                }
                None => {
                    // Several statements between two breakpoints are one message.
                    let near = |other: Option<&split::Statement>| other.is_some_and(|o| o.chunk == statement.chunk);
                    let shared = dialect.is_postgres()
                        && self.scope != Scope::Statement
                        && (near(all.get(at + 1)) || at > 0 && near(all.get(at - 1)));
                    out.push((open || wrapped || shared).then_some(number));
                }
            }
        }
        out
    }
}

/// BEGIN (true), COMMIT or ROLLBACK (false).
pub(super) fn edge(text: &str, statement: &split::Statement) -> Option<bool> {
    let word = |at: usize| statement.tokens.get(at).map_or("", |t| &text[t.start..t.end]);
    let is = |at: usize, w: &str| word(at).eq_ignore_ascii_case(w);
    if is(0, "BEGIN") && !is(1, "NOT") || is(0, "START") && is(1, "TRANSACTION") {
        return Some(true);
    }
    let ends = is(0, "COMMIT") || is(0, "END") || is(0, "ROLLBACK") && !is(1, "TO");
    ends.then_some(false)
}
