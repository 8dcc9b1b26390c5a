//! MySQL's user variables and what is prepared out of them.

use super::{Lowering, Read};
use crate::lex::{Kind, lex};
use crate::prepared::Session;
use crate::reader::Reader;

impl Lowering<'_> {
    /// `SET @a = ..`
    pub(super) fn set_variables(&mut self, r: &Reader) {
        self.in_session(|session, lowering| session.set(r.peek_rest(), &|asked| lowering.holds(asked)));
    }

    /// `SELECT .. INTO @a`: was it one? It changes nothing but the session then, and what the functions in it do.
    pub(super) fn selects_into_variables(&mut self, r: &Reader) -> bool {
        self.dialect() == crate::Dialect::Mysql
            && self.in_session(|session, lowering| session.select_into(r.peek_rest(), &|asked| lowering.holds(asked)))
    }

    /// `PREPARE`, and `EXECUTE`: what it runs is read as if it stood in the file.
    pub(super) fn prepared(&mut self, r: Reader) -> Read {
        let statement = r.peek_rest();
        if r.is("PREPARE") {
            self.in_session(|session, lowering| session.prepare(statement, &|asked| lowering.holds(asked)));
            return Ok(());
        }
        let text = self.session.executed(statement, &|asked| self.holds(asked));
        let text = text.ok_or("what it runs is put together when it runs")?;
        let mut tokens = lex(&text, 0, self.dialect());
        tokens.retain(|t| t.kind != Kind::Comment && t.kind != Kind::Punct(b';'));
        let reader = Reader::new(&text, &tokens, self.dialect());
        if reader.is("EXECUTE") || reader.is("PREPARE") {
            return Err("a prepared statement can't run another".to_string());
        }
        self.read(reader)
    }

    pub(super) fn in_session<T>(&mut self, go: impl FnOnce(&mut Session, &Self) -> T) -> T {
        let mut session = std::mem::take(&mut self.session);
        let out = go(&mut session, self);
        self.session = session;
        out
    }
}
