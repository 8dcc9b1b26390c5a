//! COMMENT ON.

use super::{Lowering, Read, expected};
use crate::catalog::{Name, Target};
use crate::change::{Change, Pair};
use crate::reader::Reader;

/// The kinds that are named by `schema.name` alone.
const PLAIN: [&str; 12] = [
    "TABLE",
    "VIEW",
    "MATERIALIZED VIEW",
    "INDEX",
    "SEQUENCE",
    "TYPE",
    "DOMAIN",
    "SCHEMA",
    "EXTENSION",
    "FOREIGN TABLE",
    "ROLE",
    "DATABASE",
];

impl Lowering<'_> {
    pub(super) fn comment(&mut self, mut r: Reader) -> Read {
        r.skip();
        if !r.eat("ON") {
            return Err("ON is missing".to_string());
        }
        let target = target(&mut r)?;
        let target = self.with_signature(target);
        if !r.eat("IS") {
            return Err("IS is missing".to_string());
        }
        // As a literal: what it was is written back as it was written.
        let after =
            if r.is("NULL") { None } else { Some(r.literal().ok_or_else(expected("the comment"))?.to_string()) };
        let before = self.catalog.comments.get(&target).cloned();
        if before != after {
            self.emit(Change::Comment { target, pair: Pair { before, after } });
        }
        Ok(())
    }
}

impl Lowering<'_> {
    /// A routine may be named without its arguments where there is one of the name.
    pub(super) fn with_signature(&self, target: Target) -> Target {
        if !matches!(target.kind, "FUNCTION" | "PROCEDURE" | "ROUTINE" | "AGGREGATE") || !target.part.is_empty() {
            return target;
        }
        match self.find_routine(&target.name, None) {
            Some(routine) => Target { part: routine.signature.clone(), ..target },
            None => target,
        }
    }
}

fn target(r: &mut Reader) -> Result<Target, String> {
    if r.eat("COLUMN") {
        let mut parts = vec![r.ident().ok_or_else(expected("the column"))?];
        while r.eat_punct(b'.') {
            parts.push(r.ident().ok_or_else(expected("the column"))?);
        }
        let part = parts.pop().unwrap_or_default();
        let table = parts.pop().ok_or_else(expected("the table"))?;
        let name = Name::new(parts.pop().unwrap_or_default(), table, r.dialect);
        return Ok(Target { kind: "COLUMN", name, part });
    }
    for kind in ["CONSTRAINT", "TRIGGER", "POLICY", "RULE"] {
        if r.eat(kind) {
            let part = r.ident().ok_or_else(expected("its name"))?;
            if !r.eat("ON") {
                return Err("ON is missing".to_string());
            }
            r.eat("DOMAIN");
            return Ok(Target { kind, name: r.name().ok_or_else(expected("the table"))?, part });
        }
    }
    for kind in ["FUNCTION", "PROCEDURE", "AGGREGATE"] {
        if r.eat(kind) {
            let name = r.name().ok_or_else(expected("the routine"))?;
            let part = r.parens().map(super::routine::signature).unwrap_or_default();
            return Ok(Target { kind, name, part });
        }
    }
    for kind in PLAIN {
        if r.eat(kind) {
            return Ok(Target { kind, name: r.name().ok_or_else(expected("its name"))?, part: String::new() });
        }
    }
    Err(format!("COMMENT ON {} is not understood", r.peek_rest()))
}
