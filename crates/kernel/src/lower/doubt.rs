//! MySQL: what a statement that was not read may have done to tables, as far as its words tell. What it runs stands in
//! strings of the file, or in the procedure that it calls.

use super::Lowering;
use crate::Dialect;
use crate::catalog::{Doubt, Name, Piece};
use crate::lex::{Kind, Token, lex};
use crate::reader::{Reader, string_value};

const MYSQL: Dialect = Dialect::Mysql;

impl Lowering<'_> {
    /// EXECUTE and CALL: every text that may be what is run.
    pub(super) fn doubt_what_runs(&mut self, mut r: Reader) {
        let mut texts = strings(self.file);
        if r.eat("CALL")
            && let Some(routine) = r.name().and_then(|name| self.find_routine(&name, None))
        {
            texts.extend(strings(&routine.rest.text));
            texts.push(routine.rest.text.clone());
        }
        for text in texts {
            self.doubt(&text);
        }
    }

    /// All that the statements in a text may change of tables.
    pub(super) fn doubt(&mut self, text: &str) {
        let tokens: Vec<Token> = lex(text, 0, MYSQL).into_iter().filter(|t| t.kind != Kind::Comment).collect();
        for statement in tokens.split(|t| t.kind == Kind::Punct(b';')) {
            let begins =
                |t: &Token| ["alter", "drop", "rename"].iter().any(|w| text[t.start..t.end].eq_ignore_ascii_case(w));
            // In a procedure words such as THEN stand before it.
            let Some(at) = statement.iter().position(begins) else { continue };
            for doubt in doubts(Reader::new(text, &statement[at..], MYSQL)) {
                if let Some(table) = self.catalog.table_name(&doubt.table) {
                    self.catalog.doubts.push(Doubt { table, ..doubt });
                }
            }
        }
    }
}

/// The strings of a text.
fn strings(text: &str) -> Vec<String> {
    let tokens = lex(text, 0, MYSQL).into_iter().filter(|t| t.kind == Kind::String);
    tokens.map(|t| string_value(&text[t.start..t.end], MYSQL)).collect()
}

fn doubts(mut r: Reader) -> Vec<Doubt> {
    let of = |table: Option<Name>, piece| table.map(|table| Doubt { table, piece }).into_iter().collect();
    if r.eat("ALTER TABLE") {
        r.eat("IF EXISTS");
        let Some(table) = r.name() else { return Vec::new() };
        let piece = |action| touched(action).map(|piece| Doubt { table: table.clone(), piece });
        return r.commas().into_iter().filter_map(piece).collect();
    }
    if r.eat("DROP INDEX") {
        let Some(index) = r.ident() else { return Vec::new() };
        return if r.eat("ON") { of(r.name(), Piece::Index(index)) } else { Vec::new() };
    }
    if r.eat("DROP TABLE") || r.eat("RENAME TABLE") {
        r.eat("IF EXISTS");
        return of(r.name(), Piece::Something);
    }
    Vec::new()
}

/// What an action of ALTER TABLE changes of what is there.
fn touched(mut r: Reader) -> Option<Piece> {
    const INDEX: [&str; 4] = ["DROP INDEX", "DROP KEY", "RENAME INDEX", "RENAME KEY"];
    const CONSTRAINT: [&str; 3] = ["DROP FOREIGN KEY", "DROP CONSTRAINT", "DROP CHECK"];
    if r.is("ADD") {
        return None;
    }
    if r.eat("DROP PRIMARY KEY") {
        return Some(Piece::Constraint(String::new()));
    }
    let piece = if r.eat_any(&INDEX).is_some() {
        Piece::Index
    } else if r.eat_any(&CONSTRAINT).is_some() {
        Piece::Constraint
    } else if r.eat_any(&["MODIFY", "CHANGE", "ALTER", "DROP", "RENAME COLUMN"]).is_some() {
        r.eat("COLUMN");
        Piece::Column
    } else if ["CHARACTER", "CHARSET", "COLLATE"].iter().any(|w| r.is(w) || r.is_at(1, w)) || r.is("CONVERT") {
        return Some(Piece::Charset);
    } else {
        return Some(Piece::Something);
    };
    r.eat("IF EXISTS");
    r.ident().map(piece)
}
