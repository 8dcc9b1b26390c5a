//! Sequences.

use super::{Lowering, Read, expected};
use crate::Dialect;
use crate::catalog::{Name, Sequence, Sql};
use crate::change::{Change, Pair};
use crate::reader::Reader;
use std::collections::BTreeMap;

/// What a list of sequence options says.
#[derive(Default)]
pub struct Options {
    /// Those that are not the defaults.
    pub options: BTreeMap<&'static str, String>,
    /// `AS type`.
    pub data_type: Option<String>,
    /// OWNED BY; inner none: OWNED BY NONE.
    pub owner: Option<Option<(Name, String)>>,
    /// Options that were set back to the default.
    pub cleared: Vec<&'static str>,
    /// RESTART: it goes on from elsewhere.
    pub restarts: bool,
}

/// Reads sequence options; PostgreSQL's defaults for an ascending bigint are left out.
pub fn options(r: &mut Reader) -> Options {
    let mut out = Options::default();
    while !r.done() {
        if r.eat("AS") {
            let text = r.ident().unwrap_or_default();
            out.data_type = Some(crate::types::canonical(Dialect::Postgres, &text));
        } else if r.eat("INCREMENT BY") || r.eat("INCREMENT") {
            out.number(r, "INCREMENT BY", "1");
        } else if r.eat("NO MINVALUE") {
            out.cleared.push("MINVALUE");
        } else if r.eat("NO MAXVALUE") {
            out.cleared.push("MAXVALUE");
        } else if r.eat("MINVALUE") {
            out.number(r, "MINVALUE", "1");
        } else if r.eat("MAXVALUE") {
            out.number(r, "MAXVALUE", "");
        } else if r.eat("START WITH") || r.eat("START") {
            out.number(r, "START WITH", "1");
        } else if r.eat("CACHE") {
            out.number(r, "CACHE", "1");
        } else if r.eat("NO CYCLE") {
            out.cleared.push("CYCLE");
        } else if r.eat("CYCLE") {
            out.options.insert("CYCLE", String::new());
        } else if r.eat("SEQUENCE NAME") {
            let mark = r.mark();
            r.name();
            out.options.insert("SEQUENCE NAME", r.since(mark).to_string());
        } else if r.eat("OWNED BY NONE") {
            out.owner = Some(None);
        } else if r.eat("OWNED BY") {
            out.owner = Some(owner(r));
        } else {
            // RESTART moves the value, which is rows, not schema.
            out.restarts |= r.is("RESTART");
            r.skip();
        }
    }
    out.drop_type_bounds();
    out
}

fn owner(r: &mut Reader) -> Option<(Name, String)> {
    let mut parts = vec![r.ident()?];
    while r.eat_punct(b'.') {
        parts.push(r.ident()?);
    }
    let column = parts.pop()?;
    let table = parts.pop()?;
    Some((Name::new(parts.pop().unwrap_or_default(), table, r.dialect), column))
}

impl Options {
    fn number(&mut self, r: &mut Reader, key: &'static str, default: &str) {
        let mark = r.mark();
        if !r.eat_punct(b'-') {
            r.eat_punct(b'+');
        }
        r.literal();
        let value = r.since(mark).to_string();
        if value == default {
            self.cleared.push(key);
        } else {
            self.options.insert(key, value);
        }
    }

    /// The highest value of the type is the default of MAXVALUE.
    fn drop_type_bounds(&mut self) {
        let highest = ["32767", "2147483647", "9223372036854775807"];
        if self.options.get("MAXVALUE").is_some_and(|v| highest.contains(&v.as_str())) {
            self.options.remove("MAXVALUE");
            self.cleared.push("MAXVALUE");
        }
    }
}

/// `nextval('s'::regclass)`, as the engine prints it.
pub fn nextval(name: &Name) -> Sql {
    let quoted = crate::dialect::quote_needed(name).replace('\'', "''");
    Sql::new(&format!("nextval('{quoted}'::regclass)"), Dialect::Postgres)
}

/// What a call that sets or draws a value is named by.
pub(super) const CALLED: &str = "setval()";

impl Lowering<'_> {
    /// The statement sets where a sequence goes on; no catalog tells from where.
    pub(super) fn sequence_moves(&mut self, what: impl Into<String>) {
        self.moved_sequences.push((self.span.clone(), what.into()));
    }

    pub(super) fn create_sequence(&mut self, mut r: Reader) -> Read {
        r.until(&["SEQUENCE"]);
        r.skip();
        let unless_exists = r.eat("IF NOT EXISTS");
        let name = r.name().ok_or_else(expected("the sequence's name"))?;
        if unless_exists && self.catalog.sequences.contains(&name) {
            return Ok(());
        }
        let read = options(&mut r);
        let sequence = Sequence {
            lineage: self.fresh(),
            name,
            data_type: read.data_type.filter(|t| t != "bigint").unwrap_or_default(),
            options: read.options,
            owner: read.owner.flatten(),
        };
        self.emit(Change::Sequence(Pair::create(sequence)));
        Ok(())
    }

    pub(super) fn alter_sequence(&mut self, mut r: Reader) -> Read {
        let if_exists = r.eat("IF EXISTS");
        let name = r.name().ok_or_else(expected("the sequence's name"))?;
        let Some(before) = self.catalog.sequences.get(&name).cloned() else {
            if r.is("RESTART") {
                self.sequence_moves(name.to_string());
                return Ok(());
            }
            if if_exists || r.is("OWNER") {
                return Ok(());
            }
            return self.alter_identity_sequence(&name, r);
        };
        let mut after = before.clone();
        if r.eat("RENAME TO") {
            after.name = name.sibling(r.ident().ok_or_else(expected("the new name"))?);
        } else if r.eat("SET SCHEMA") {
            let schema = r.ident().ok_or_else(expected("the schema"))?;
            after.name = Name::new(schema, name.name.clone(), self.dialect());
        } else if r.is("OWNER") || r.is("SET") {
            return Ok(());
        } else {
            let read = options(&mut r);
            if read.restarts {
                self.sequence_moves(name.to_string());
            }
            for key in read.cleared {
                after.options.remove(key);
            }
            after.options.extend(read.options);
            if let Some(data_type) = read.data_type {
                after.data_type = if data_type == "bigint" { String::new() } else { data_type };
            }
            if let Some(owner) = read.owner {
                after.owner = owner;
            }
        }
        if before != after {
            self.emit(Change::Sequence(Pair::alter(before, after)));
        }
        Ok(())
    }

    /// ALTER SEQUENCE on the sequence behind an identity column changes the column's identity.
    fn alter_identity_sequence(&mut self, name: &Name, mut r: Reader) -> Read {
        let owner = self.catalog.tables.iter().find_map(|(table, t)| {
            let column = t.columns.iter().find(|c| c.identity_sequence(table).as_ref() == Some(name))?;
            Some((table.clone(), column.name.clone()))
        });
        let (table, column) = owner.ok_or(format!("{name}: no file makes this sequence"))?;
        if r.eat("RENAME TO") {
            let to = table.sibling(r.ident().ok_or_else(expected("the new name"))?);
            self.alter_column(&table, &column, |c| c.keep_identity_sequence(&to, &table));
            return Ok(());
        }
        if r.is("SET") {
            return Err(format!("ALTER SEQUENCE .. {} is not inverted", r.peek_rest()));
        }
        let read = options(&mut r);
        self.alter_column(&table, &column, |c| {
            if let Some(identity) = &mut c.identity {
                for key in read.cleared {
                    identity.options.remove(key);
                }
                identity.options.extend(read.options);
            }
        });
        Ok(())
    }
}
