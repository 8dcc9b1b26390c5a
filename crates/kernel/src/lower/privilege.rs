//! GRANT and REVOKE, one privilege of one grantee on one object at a time.

use super::{Lowering, Read, expected};
use crate::catalog::{Granted, Name, Privilege, Target};
use crate::change::{Change, Pair};
use crate::reader::Reader;

impl Lowering<'_> {
    pub(super) fn privilege(&mut self, mut r: Reader) -> Read {
        let grant = r.is("GRANT");
        r.skip();
        let option_only = r.eat("GRANT OPTION FOR");
        if option_only {
            return Err("REVOKE GRANT OPTION FOR is not inverted".to_string());
        }
        let to = if grant { "TO" } else { "FROM" };
        let privileges = privileges(&mut r, to);
        let targets = if r.eat("ON") { targets(&mut r, to)? } else { vec![membership()] };
        if !r.eat(to) {
            return Err(format!("{to} is missing"));
        }
        let grantees = grantees(&mut r);
        let grantable = r.are("WITH GRANT OPTION") || r.are("WITH ADMIN OPTION");
        for target in targets {
            for privilege in &privileges {
                for grantee in &grantees {
                    self.absorb(&target, privilege, grantee, grant);
                    let privilege =
                        Privilege { target: target.clone(), privilege: privilege.clone(), grantee: grantee.clone() };
                    self.hold(privilege, Granted { held: grant, grantable });
                }
            }
        }
        Ok(())
    }

    /// ALL, and what is said of all objects of a schema, takes in what was granted one by one: undoing it takes that away
    /// too, so that it has to be granted again.
    fn absorb(&mut self, target: &Target, privilege: &str, grantee: &str, grant: bool) {
        if !self.dialect().is_postgres() {
            return;
        }
        let schema = target.kind.starts_with("ALL ").then(|| match target.name.name.as_str() {
            "public" => String::new(),
            schema => schema.to_string(),
        });
        let kind = match target.kind {
            "ALL TABLES IN SCHEMA" => "TABLE",
            "ALL SEQUENCES IN SCHEMA" => "SEQUENCE",
            kind if schema.is_some() => kind.trim_start_matches("ALL ").split("S IN").next().unwrap_or_default(),
            kind => kind,
        };
        let whole = |p: &str| privilege == "ALL" || p.split(' ').next() == Some(privilege);
        let within = |p: &Privilege| match &schema {
            Some(schema) => p.target.kind == kind && p.target.name.schema == *schema && whole(&p.privilege),
            None => p.target == *target && privilege == "ALL" && p.privilege != "ALL",
        };
        let held = self.catalog.privileges.iter();
        let found: Vec<(Privilege, Granted)> =
            held.filter(|(p, g)| p.grantee == grantee && g.held && within(p)).map(|(p, g)| (p.clone(), *g)).collect();
        // What can be passed on stays so when it is granted once more.
        for (privilege, granted) in found.into_iter().filter(|(_, g)| !grant || !g.grantable) {
            self.emit(Change::Privilege { privilege, pair: Pair::drop(granted) });
        }
        let all = Privilege { target: target.clone(), privilege: "ALL".to_string(), grantee: grantee.to_string() };
        if !grant
            && privilege != "ALL"
            && target.kind == "TABLE"
            && let Some(granted) = self.catalog.privileges.get(&all).copied().filter(|g| g.held)
        {
            self.emit(Change::Privilege { privilege: all.clone(), pair: Pair::drop(granted) });
            for one in TABLE_PRIVILEGES {
                let privilege = Privilege { privilege: one.to_string(), ..all.clone() };
                self.emit(Change::Privilege { privilege, pair: Pair::create(granted) });
            }
        }
    }

    fn hold(&mut self, privilege: Privilege, granted: Granted) {
        let before = self.catalog.privileges.get(&privilege).copied();
        // What is taken away and was never granted was there by default, or was not there at all; PUBLIC has EXECUTE
        // on functions and USAGE on types, and nobody else has anything (manual, "Privileges", table 5.2).
        let by_default = privilege.grantee.eq_ignore_ascii_case("public")
            && (matches!(
                privilege.target.kind,
                "FUNCTION" | "PROCEDURE" | "ROUTINE" | "TYPE" | "DOMAIN" | "DATABASE" | "LANGUAGE"
            ) || (privilege.target.kind == "SCHEMA" && privilege.target.name.name == "public")
                || privilege.target.kind.starts_with("ALL FUNCTIONS")
                || privilege.target.kind.starts_with("ALL ROUTINES"));
        let after = match (granted.held, by_default) {
            (true, false) | (false, true) => Some(granted),
            (false, false) | (true, true) => None,
        };
        if before != after {
            self.emit(Change::Privilege { privilege, pair: Pair { before, after } });
        }
    }
}

/// What ALL is of a table (PostgreSQL manual, "Privileges", table 5.2).
const TABLE_PRIVILEGES: [&str; 7] = ["SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER"];

fn membership() -> Target {
    Target { kind: "ROLE", name: Name::default(), part: String::new() }
}

/// `SELECT, UPDATE (a, b)`, as written but for case.
fn privileges(r: &mut Reader, to: &str) -> Vec<String> {
    let mut out = Vec::new();
    loop {
        let mark = r.mark();
        while !r.done() && !r.is_punct(b',') && !r.is("ON") && !r.is(to) {
            r.skip_balanced();
        }
        let text = r.since(mark);
        let word = text.split('(').next().unwrap_or(text).trim().to_ascii_uppercase();
        let columns = text.find('(').map(|at| &text[at..]);
        out.push(match (word.as_str(), columns) {
            ("ALL PRIVILEGES", None) => "ALL".to_string(),
            (_, Some(columns)) => format!("{word} {columns}"),
            // A role's name (a membership) keeps its case.
            (_, None) if text.starts_with('"') => text.to_string(),
            (_, None) => word,
        });
        if !r.eat_punct(b',') {
            return out;
        }
    }
}

fn targets(r: &mut Reader, to: &str) -> Result<Vec<Target>, String> {
    const IN_SCHEMA: [&str; 4] =
        ["ALL TABLES IN SCHEMA", "ALL SEQUENCES IN SCHEMA", "ALL FUNCTIONS IN SCHEMA", "ALL ROUTINES IN SCHEMA"];
    const KINDS: [&str; 11] = [
        "TABLE",
        "SEQUENCE",
        "FUNCTION",
        "PROCEDURE",
        "ROUTINE",
        "SCHEMA",
        "DATABASE",
        "TYPE",
        "DOMAIN",
        "LANGUAGE",
        "FOREIGN SERVER",
    ];
    let in_schema = IN_SCHEMA.into_iter().find(|k| r.eat(k));
    let kind = in_schema.or_else(|| KINDS.into_iter().find(|k| r.eat(k))).unwrap_or("TABLE");
    let mut out = Vec::new();
    loop {
        let name = r.name().ok_or_else(expected("what the privilege is on"))?;
        let part = r.parens().map(super::routine::signature).unwrap_or_default();
        out.push(Target { kind, name, part });
        if !r.eat_punct(b',') {
            break;
        }
    }
    if r.is(to) { Ok(out) } else { Err(format!("`{}` in a privilege is not understood", r.peek_rest())) }
}

fn grantees(r: &mut Reader) -> Vec<String> {
    let mut out = Vec::new();
    loop {
        r.eat("GROUP");
        let mark = r.mark();
        if r.token().is_none() {
            return out;
        }
        r.skip();
        out.push(r.since(mark).to_string());
        if !r.eat_punct(b',') {
            return out;
        }
    }
}
