//! Objects that one statement makes and `DROP <kind> <name>` takes away.

use super::privilege::{self, DefaultPrivilege};
use super::{Lowering, Read, expected};
use crate::Dialect;
use crate::catalog::{Name, Other, Sql};
use crate::change::{Change, Pair};
use crate::reader::Reader;
use std::rc::Rc;

/// The kinds, longest first where one begins another.
const KINDS: [&str; 19] = [
    "EXTENSION",
    "SCHEMA",
    "DATABASE",
    "ROLE",
    "USER",
    "GROUP",
    "PUBLICATION",
    "SUBSCRIPTION",
    "EVENT TRIGGER",
    "EVENT",
    "RULE",
    "STATISTICS",
    "COLLATION",
    "TEXT SEARCH CONFIGURATION",
    "TEXT SEARCH DICTIONARY",
    "SERVER",
    "FOREIGN DATA WRAPPER",
    "CAST",
    "OPERATOR CLASS",
];

fn kind(r: &mut Reader) -> Option<&'static str> {
    KINDS.into_iter().find(|k| r.eat(k))
}

impl Lowering<'_> {
    pub(super) fn is_other(&self, r: &Reader) -> bool {
        kind(&mut r.clone()).is_some()
    }

    pub(super) fn create_other(&mut self, mut r: Reader, replace: bool) -> Read {
        let Some(kind) = kind(&mut r) else {
            return Err(format!(
                "CREATE {} is not understood",
                r.peek_rest().split_whitespace().next().unwrap_or_default()
            ));
        };
        let unless_exists = r.eat("IF NOT EXISTS");
        let mut name = r.name().ok_or_else(expected("its name"))?;
        if kind == "RULE" {
            r.until(&["TO"]);
            r.skip();
            let table = r.name().ok_or_else(expected("the rule's table"))?;
            name = Name { schema: table.schema, name: format!("{} ON {}", name.name, table.name) };
        }
        let key = (kind, name.clone());
        let old = self.catalog.others.shared(&key);
        if old.is_some() && unless_exists {
            return Ok(());
        }
        let made = Other {
            lineage: self.fresh(),
            kind,
            name,
            create: Sql::new(&self.file[self.span.clone()], self.dialect()),
        };
        match old.filter(|_| replace) {
            Some(old) => self.emit(Change::Other(Pair::alter(old, Rc::new(made)))),
            None => self.emit(Change::Other(Pair::create(Rc::new(made)))),
        }
        Ok(())
    }

    pub(super) fn drop_other(&mut self, mut r: Reader) -> Read {
        let Some(kind) = kind(&mut r) else {
            return Err(format!("DROP {} is not understood", r.peek_rest()));
        };
        if kind == "SCHEMA" {
            return self.drop_schema(r);
        }
        let missing_ok = r.eat("IF EXISTS");
        loop {
            let mut name = r.name().ok_or_else(expected("its name"))?;
            if kind == "RULE" && r.eat("ON") {
                let table = r.name().ok_or_else(expected("the rule's table"))?;
                name = Name { schema: table.schema, name: format!("{} ON {}", name.name, table.name) };
            }
            match self.catalog.others.shared(&(kind, name.clone())) {
                Some(gone) => self.emit(Change::Other(Pair::drop(gone))),
                None if missing_ok => {}
                None => return Err(format!("{name}: no file makes this, so what it was is not known")),
            }
            if !r.eat_punct(b',') {
                return Ok(());
            }
        }
    }

    fn drop_schema(&mut self, r: Reader) -> Read {
        self.each_dropped(r, |low, name, missing_ok, cascade, _| {
            let schema = &name.name;
            if cascade {
                low.empty_schema(schema)?;
            }
            let key = ("SCHEMA", Name::plain(schema.clone()));
            match low.catalog.others.shared(&key) {
                Some(gone) => low.emit(Change::Other(Pair::drop(gone))),
                None if missing_ok => {}
                None => return Err(format!("{schema}: no file makes this schema, so what was in it is not known")),
            }
            Ok(())
        })
    }

    fn empty_schema(&mut self, schema: &str) -> Read {
        let views: Vec<Name> = self.catalog.views.keys().filter(|n| n.schema == schema).cloned().collect();
        views.iter().try_for_each(|n| self.drop_view(n, true, true))?;
        let tables: Vec<Name> = self.catalog.tables.keys().filter(|n| n.schema == schema).cloned().collect();
        tables.iter().try_for_each(|n| self.drop_table(n, true, true))?;
        let routines: Vec<_> = self.catalog.routines.keys().filter(|(n, _)| n.schema == schema).cloned().collect();
        // Outside of the schema, what uses its routines, types and sequences goes too.
        for key in routines {
            self.drop_users(&key.0)?;
            if let Some(gone) = self.catalog.routines.shared(&key) {
                self.drop_routine_of(gone);
            }
        }
        let types: Vec<Name> = self.catalog.types.keys().filter(|n| n.schema == schema).cloned().collect();
        types.iter().try_for_each(|n| self.drop_type(n, true, true))?;
        let sequences: Vec<Name> = self.catalog.sequences.keys().filter(|n| n.schema == schema).cloned().collect();
        sequences.iter().try_for_each(|n| self.drop_sequence(n, true, true))
    }

    pub(super) fn alter_other(&mut self, mut r: Reader) -> Read {
        if r.are("DEFAULT PRIVILEGES") {
            return self.default_privileges(r);
        }
        let Some(kind) = kind(&mut r) else {
            return Err(format!("ALTER {} is not understood", r.peek_rest()));
        };
        let name = r.name().ok_or_else(expected("its name"))?;
        if r.is("OWNER") {
            return Ok(());
        }
        if kind == "SCHEMA" && r.eat("RENAME TO") {
            let to = r.ident().ok_or_else(expected("the new name"))?;
            return self.rename_schema(&name.name, &to);
        }
        if kind == "EXTENSION" && r.is("UPDATE") {
            return Err("an extension's older version is not known".to_string());
        }
        Err(format!("ALTER {kind} .. {} is not inverted", r.peek_rest()))
    }

    fn rename_schema(&mut self, from: &str, to: &str) -> Read {
        let dialect = self.dialect();
        let key = ("SCHEMA", Name::plain(from));
        let before = self.catalog.others.shared(&key).ok_or(format!("{from}: no file makes this schema"))?;
        let after = Other {
            name: Name::plain(to),
            create: Sql::new(&format!("CREATE SCHEMA {}", crate::dialect::quote(to, dialect)), dialect),
            ..(*before).clone()
        };
        self.emit(Change::Other(Pair::alter(before, Rc::new(after))));
        // What is in it moves along: no statement of its own, but the names are new.
        self.catalog.rename_schema(from, to);
        Ok(())
    }

    /// ALTER DEFAULT PRIVILEGES: its inverse is the same statement with GRANT and REVOKE swapped, a privilege at a time.
    fn default_privileges(&mut self, mut r: Reader) -> Read {
        let defaults = privilege::default_privileges(&mut r)?;
        let mut known = false;
        for wanted in &defaults {
            let key = |d: &DefaultPrivilege| ("DEFAULT PRIVILEGES", Name::plain(d.name()));
            let opposite = |grantable| DefaultPrivilege { grant: !wanted.grant, grantable, ..wanted.clone() };
            let held =
                [false, true].into_iter().find_map(|grantable| self.catalog.others.shared(&key(&opposite(grantable))));
            if let Some(gone) = held {
                known = true;
                self.emit(Change::Other(Pair::drop(gone)));
                continue;
            }
            let everybody = wanted.grantee.eq_ignore_ascii_case("public") && wanted.schema.is_none();
            let from_the_start = everybody && matches!(wanted.on.as_str(), "FUNCTIONS" | "TYPES");
            if wanted.grant == from_the_start {
                continue;
            }
            known = true;
            if self.catalog.others.contains(&key(wanted)) {
                continue;
            }
            let made = Other {
                lineage: self.fresh(),
                kind: "DEFAULT PRIVILEGES",
                name: Name::plain(wanted.name()),
                create: Sql::new(&format!("ALTER {}", wanted.name()), Dialect::Postgres),
            };
            self.emit(Change::Other(Pair::create(Rc::new(made))));
        }
        let granted = defaults.first().is_some_and(|d| d.grant);
        if known || granted { Ok(()) } else { Err("what was granted by default before is not known".to_string()) }
    }
}
