//! Enums, domains and composite types.

use super::{Lowering, Read, expected};
use crate::catalog::{Label, Lineage, Name, Sql, Type, TypeKind};
use crate::change::{Change, Pair};
use crate::reader::{Reader, string_value};

impl Lowering<'_> {
    pub(super) fn create_type(&mut self, mut r: Reader) -> Read {
        let dialect = self.dialect();
        let domain = r.is("DOMAIN");
        r.skip();
        let unless_exists = r.eat("IF NOT EXISTS");
        let name = r.name().ok_or_else(expected("the type's name"))?;
        if unless_exists && self.catalog.types.contains(&name) {
            return Ok(());
        }
        let kind = if domain {
            TypeKind::Domain(Sql::new(r.rest(), dialect))
        } else if r.eat("AS ENUM") {
            TypeKind::Enum(labels(&mut r)?.into_iter().map(|name| Label { lineage: self.fresh(), name }).collect())
        } else {
            TypeKind::Other(Sql::new(r.rest(), dialect))
        };
        let made = Type { lineage: self.fresh(), name, kind };
        self.emit(Change::Type(Pair::create(made)));
        Ok(())
    }

    pub(super) fn alter_type(&mut self, mut r: Reader) -> Read {
        let name = r.name().ok_or_else(expected("the type's name"))?;
        let Some(before) = self.catalog.types.get(&name).cloned() else {
            if r.is("OWNER") {
                return Ok(());
            }
            self.rename_unknown_type(&name, &mut r);
            return Err(format!(
                "{name}: no file makes this type, or a change of it was not read: what it was is not known"
            ));
        };
        let mut after = before.clone();
        let fresh = self.fresh();
        if r.eat("RENAME TO") {
            after.name = name.sibling(r.ident().ok_or_else(expected("the new name"))?);
        } else if r.eat("SET SCHEMA") {
            after.name = Name::new(r.ident().ok_or_else(expected("the schema"))?, name.name.clone(), self.dialect());
        } else if r.is("OWNER") {
            return Ok(());
        } else if let TypeKind::Enum(values) = &mut after.kind {
            alter_labels(&mut r, values, fresh)?;
        } else {
            // What it is from here on is not known: a DROP of it can't be undone either.
            self.catalog.types.forget(&name);
            return Err(format!("ALTER TYPE .. {} is not inverted", r.peek_rest()));
        }
        if before != after {
            self.emit(Change::Type(Pair::alter(before, after)));
        }
        Ok(())
    }
}

impl Lowering<'_> {
    /// Whatever it is, the columns that have it have it under its new name.
    fn rename_unknown_type(&mut self, name: &Name, r: &mut Reader) {
        let to = match (r.eat("RENAME TO"), r.eat("SET SCHEMA")) {
            (true, _) => r.ident().map(|to| name.sibling(to)),
            (_, true) => r.ident().map(|schema| Name::new(schema, name.name.clone(), self.dialect())),
            _ => None,
        };
        let Some(to) = to else { return };
        let unknown = Type { lineage: self.fresh(), name: name.clone(), kind: TypeKind::Other(Sql::default()) };
        self.catalog.types.assume(name.clone(), unknown);
        self.catalog.rename_type(name, &to);
        self.catalog.types.forget(name);
        self.catalog.types.forget(&to);
    }
}

fn labels(r: &mut Reader) -> Result<Vec<String>, String> {
    let inside = r.parens().ok_or_else(expected("the list of values"))?;
    inside.commas().into_iter().map(|mut one| one.string().ok_or_else(expected("a value"))).collect()
}

fn alter_labels(r: &mut Reader, values: &mut Vec<Label>, fresh: Lineage) -> Read {
    if r.eat("ADD VALUE") {
        let unless_exists = r.eat("IF NOT EXISTS");
        let value = r.string().ok_or_else(expected("the value"))?;
        if values.iter().any(|v| v.name == value) {
            return if unless_exists { Ok(()) } else { Err(format!("'{value}' is a value of it already")) };
        }
        let beside =
            |values: &[Label], other: Option<String>| values.iter().position(|v| Some(&v.name) == other.as_ref());
        let at = if r.eat("BEFORE") {
            beside(values, r.string())
        } else if r.eat("AFTER") {
            beside(values, r.string()).map(|at| at + 1)
        } else {
            None
        };
        values.insert(at.unwrap_or(values.len()), Label { lineage: fresh, name: value });
        return Ok(());
    }
    if r.eat("RENAME VALUE") {
        let from = r.string().ok_or_else(expected("the value"))?;
        if !r.eat("TO") {
            return Err("TO is missing".to_string());
        }
        let to = r.string().ok_or_else(expected("the new value"))?;
        match values.iter_mut().find(|v| v.name == from) {
            Some(value) => value.name = to,
            None => return Err(format!("'{from}' is not a value of it")),
        }
        return Ok(());
    }
    if r.eat("DROP VALUE") {
        // CockroachDB
        let value = r.string().ok_or_else(expected("the value"))?;
        values.retain(|v| v.name != value);
        return Ok(());
    }
    Err(format!("ALTER TYPE .. {} is not understood", string_value(r.peek_rest(), r.dialect)))
}
