//! GRANT and REVOKE, one privilege of one grantee on one object at a time.

use super::{Lowering, Read, expected};
use crate::Dialect;
use crate::catalog::{Catalog, Granted, Name, Privilege, Target};
use crate::change::{Change, Pair};
use crate::dialect::quote;
use crate::reader::Reader;

impl Lowering<'_> {
    pub(super) fn privilege(&mut self, mut r: Reader) -> Read {
        let grant = r.is("GRANT");
        r.skip();
        let option_only = r.eat("GRANT OPTION FOR") || r.eat("ADMIN OPTION FOR");
        if option_only && !self.dialect().is_postgres() {
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
        let granted = Granted { held: grant, grantable };
        for target in targets {
            for privilege in &privileges {
                for grantee in &grantees {
                    let named =
                        Privilege { target: target.clone(), privilege: privilege.clone(), grantee: grantee.clone() };
                    match (self.dialect().is_postgres(), option_only) {
                        (false, _) => self.hold(named, granted),
                        (true, true) => self.keep_without_option(&named),
                        (true, false) => self.hold_each(&named, granted),
                    }
                }
            }
        }
        Ok(())
    }

    /// PostgreSQL keeps what is granted object by object and privilege by privilege: so do we. Beside that stays what was
    /// said: ALL (newer servers know more privileges), and of all objects of a schema (there are some that no file makes).
    fn hold_each(&mut self, named: &Privilege, granted: Granted) {
        for target in self.objects_of(&named.target) {
            for privilege in each(target.kind, &named.privilege) {
                let one = Privilege { target: target.clone(), privilege, grantee: named.grantee.clone() };
                if !granted.held {
                    self.revoke_columns(&one);
                }
                let had = self.catalog.privileges.get(&one).is_some_and(|g| g.held && g.grantable);
                let grantable = granted.held && (granted.grantable || had);
                self.hold(one, Granted { grantable, ..granted });
            }
        }
    }

    /// A table's privilege that is revoked goes from its columns, too.
    fn revoke_columns(&mut self, one: &Privilege) {
        let of_column = |p: &Privilege| {
            p.target == one.target
                && p.grantee == one.grantee
                && p.privilege.strip_prefix(&one.privilege).is_some_and(|c| c.starts_with(" ("))
        };
        let found: Vec<(Privilege, Granted)> =
            self.catalog.privileges.iter().filter(|(p, _)| of_column(p)).map(|(p, g)| (p.clone(), *g)).collect();
        for (privilege, granted) in found {
            self.emit(Change::Privilege { privilege, pair: Pair::drop(granted) });
        }
    }

    /// REVOKE GRANT OPTION FOR: the privilege itself stays.
    fn keep_without_option(&mut self, named: &Privilege) {
        for target in self.objects_of(&named.target) {
            for privilege in each(target.kind, &named.privilege) {
                let one = Privilege { target: target.clone(), privilege, grantee: named.grantee.clone() };
                if let Some(before) = self.catalog.privileges.get(&one).copied().filter(|g| g.held && g.grantable) {
                    let pair = Pair::alter(before, Granted { grantable: false, ..before });
                    self.emit(Change::Privilege { privilege: one, pair });
                }
            }
        }
    }

    /// What a target stands for: itself, and where it is all of a schema each object that is known there.
    fn objects_of(&self, target: &Target) -> Vec<Target> {
        let schema = match target.name.name.as_str() {
            "public" => "",
            schema => schema,
        };
        let here = |name: &&Name| name.schema == schema;
        let mut out = vec![self.with_signature(target.clone())];
        match target.kind {
            "ALL TABLES IN SCHEMA" => {
                let names = self.catalog.tables.keys().chain(self.catalog.views.keys()).filter(here);
                out.extend(names.map(|n| Target { kind: "TABLE", name: n.clone(), part: String::new() }));
            }
            "ALL SEQUENCES IN SCHEMA" => {
                let names = self.catalog.sequences.keys().filter(here);
                out.extend(names.map(|n| Target { kind: "SEQUENCE", name: n.clone(), part: String::new() }));
            }
            "ALL FUNCTIONS IN SCHEMA" | "ALL PROCEDURES IN SCHEMA" | "ALL ROUTINES IN SCHEMA" => {
                for ((name, part), routine) in self.catalog.routines.iter().filter(|((n, _), _)| here(&n)) {
                    let kind = if routine.kind == "PROCEDURE" { "PROCEDURE" } else { "FUNCTION" };
                    if kind == "FUNCTION" || !target.kind.contains("FUNCTIONS") {
                        out.push(Target { kind, name: name.clone(), part: part.clone() });
                    }
                }
            }
            _ => {}
        }
        out
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

    /// A new object has what default privileges give; one that goes takes what was granted on it along.
    pub(super) fn privileges_follow(&mut self, made: bool, target: &Target) {
        if made {
            for (privilege, granted) in by_default(self.catalog, target) {
                self.hold(privilege, granted);
            }
            return;
        }
        let on_it = |p: &&Privilege| p.target == *target;
        let gone: Vec<Privilege> = self.catalog.privileges.keys().filter(on_it).cloned().collect();
        for privilege in gone {
            if let Some(granted) = self.catalog.privileges.get(&privilege).copied() {
                self.emit(Change::Privilege { privilege, pair: Pair::drop(granted) });
            }
        }
    }
}

/// The object that a change makes (true) or drops, as privileges name it.
pub(crate) fn made_or_gone(change: &Change) -> Option<(bool, Target)> {
    fn one<T>(pair: &Pair<T>) -> Option<(bool, &T)> {
        match (&pair.before, &pair.after) {
            (None, Some(made)) => Some((true, made)),
            (Some(gone), None) => Some((false, gone)),
            _ => None,
        }
    }
    let plain = |kind, name: &Name| Target { kind, name: name.clone(), part: String::new() };
    Some(match change {
        Change::Table(pair) => one(pair).map(|(made, t)| (made, plain("TABLE", &t.name)))?,
        Change::View(pair) => one(pair).map(|(made, v)| (made, plain("TABLE", &v.name)))?,
        Change::Sequence(pair) => one(pair).map(|(made, s)| (made, plain("SEQUENCE", &s.name)))?,
        Change::Type(pair) => one(pair).map(|(made, t)| (made, plain("TYPE", &t.name)))?,
        Change::Routine(pair) => one(pair).map(|(made, r)| {
            let kind = if r.kind == "PROCEDURE" { "PROCEDURE" } else { "FUNCTION" };
            (made, Target { kind, name: r.name.clone(), part: r.signature.clone() })
        })?,
        _ => return None,
    })
}

/// The privileges that default ones give on a new object. What is set FOR ROLE hangs on who makes it, and is not known.
pub(crate) fn by_default(catalog: &Catalog, target: &Target) -> Vec<(Privilege, Granted)> {
    let words = match target.kind {
        "TABLE" => "TABLES",
        "SEQUENCE" => "SEQUENCES",
        "FUNCTION" | "PROCEDURE" => "FUNCTIONS",
        "SCHEMA" => "SCHEMAS",
        "TYPE" | "DOMAIN" => "TYPES",
        _ => return Vec::new(),
    };
    let mut out = Vec::new();
    for ((kind, name), _) in catalog.others.iter() {
        let Some(default) = (*kind == "DEFAULT PRIVILEGES").then(|| DefaultPrivilege::read(&name.name)).flatten()
        else {
            continue;
        };
        let schema = default.schema.as_ref().is_none_or(|s| *s == target.name.schema);
        if default.role.is_none() && default.on == words && schema && target.kind != "SCHEMA" {
            let privilege =
                Privilege { target: target.clone(), privilege: default.privilege, grantee: default.grantee };
            out.push((privilege, Granted { held: default.grant, grantable: default.grantable }));
        }
    }
    out
}

/// One privilege that ALTER DEFAULT PRIVILEGES gives or takes, as the catalog's name of it says:
/// `DEFAULT PRIVILEGES [FOR ROLE r] [IN SCHEMA s] GRANT SELECT ON TABLES TO x`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct DefaultPrivilege {
    /// FOR ROLE, as written.
    pub role: Option<String>,
    /// IN SCHEMA; the default one is empty.
    pub schema: Option<String>,
    /// GRANT, not REVOKE of what everybody has from the start.
    pub grant: bool,
    /// `SELECT`; `ALL` for what else the server knows.
    pub privilege: String,
    /// `TABLES`, `SEQUENCES`, `FUNCTIONS`, `TYPES`, `SCHEMAS`.
    pub on: String,
    /// To whom, as written.
    pub grantee: String,
    /// WITH GRANT OPTION.
    pub grantable: bool,
}

impl DefaultPrivilege {
    /// All that stands before GRANT or REVOKE.
    pub fn head(&self) -> String {
        let mut out = "DEFAULT PRIVILEGES".to_string();
        if let Some(role) = &self.role {
            out.push_str(&format!(" FOR ROLE {role}"));
        }
        if let Some(schema) = &self.schema {
            let schema = if schema.is_empty() { "public" } else { schema };
            out.push_str(&format!(" IN SCHEMA {}", quote(schema, Dialect::Postgres)));
        }
        out
    }

    /// As the catalog keeps it.
    pub fn name(&self) -> String {
        let (verb, to) = if self.grant { ("GRANT", "TO") } else { ("REVOKE", "FROM") };
        let option = if self.grantable { " WITH GRANT OPTION" } else { "" };
        format!("{} {verb} {} ON {} {to} {}{option}", self.head(), self.privilege, self.on, self.grantee)
    }

    /// Read from the catalog's name of it.
    pub fn read(name: &str) -> Option<DefaultPrivilege> {
        let tokens = crate::lex::lex(name, 0, Dialect::Postgres);
        let mut r = Reader::new(name, &tokens, Dialect::Postgres);
        let all = default_privileges(&mut r).ok()?;
        all.into_iter().next()
    }
}

/// `DEFAULT PRIVILEGES ..`: each privilege of each grantee in each schema.
pub(super) fn default_privileges(r: &mut Reader) -> Result<Vec<DefaultPrivilege>, String> {
    if !r.eat("DEFAULT PRIVILEGES") {
        return Err("DEFAULT PRIVILEGES is missing".to_string());
    }
    let (mut roles, mut schemas) = (vec![None], vec![None]);
    loop {
        if r.eat("FOR ROLE") || r.eat("FOR USER") {
            roles = grantees(r).into_iter().map(Some).collect();
        } else if r.eat("IN SCHEMA") {
            schemas.clear();
            while let Some(schema) = r.ident() {
                schemas.push(Some(if schema == "public" { String::new() } else { schema }));
                if !r.eat_punct(b',') {
                    break;
                }
            }
        } else {
            break;
        }
    }
    let grant = r.is("GRANT");
    if !grant && !r.is("REVOKE") {
        return Err("GRANT or REVOKE is missing".to_string());
    }
    r.skip();
    if r.eat("GRANT OPTION FOR") {
        return Err("REVOKE GRANT OPTION FOR of default privileges is not inverted".to_string());
    }
    let to = if grant { "TO" } else { "FROM" };
    let named = privileges(r, to);
    if !r.eat("ON") {
        return Err("ON is missing".to_string());
    }
    let on = match r.word().map(str::to_ascii_uppercase).as_deref() {
        Some("ROUTINES") => "FUNCTIONS".to_string(),
        Some(word) => word.to_string(),
        None => return Err("what the privileges are on is missing".to_string()),
    };
    r.skip();
    if !r.eat(to) {
        return Err(format!("{to} is missing"));
    }
    let whom = grantees(r);
    let grantable = r.are("WITH GRANT OPTION");
    let mut out = Vec::new();
    for role in &roles {
        for schema in &schemas {
            for grantee in &whom {
                for privilege in named.iter().flat_map(|p| each(&on, p)) {
                    out.push(DefaultPrivilege {
                        role: role.clone(),
                        schema: schema.clone(),
                        grant,
                        privilege,
                        on: on.clone(),
                        grantee: grantee.clone(),
                        grantable,
                    });
                }
            }
        }
    }
    Ok(out)
}

/// A privilege, or where it is ALL each that PostgreSQL 15 knows of the kind, and ALL for what a newer one knows.
fn each(kind: &str, privilege: &str) -> Vec<String> {
    let mut out = vec![privilege.to_string()];
    if privilege == "ALL" {
        out.extend(all_of(kind).iter().map(|p| p.to_string()));
    }
    out
}

/// What ALL is of a kind of object (PostgreSQL manual, "Privileges", table 5.2).
pub(crate) fn all_of(kind: &str) -> &'static [&'static str] {
    match kind {
        "TABLE" | "TABLES" | "ALL TABLES IN SCHEMA" => &TABLE_PRIVILEGES,
        "SEQUENCE" | "SEQUENCES" | "ALL SEQUENCES IN SCHEMA" => &["SELECT", "UPDATE", "USAGE"],
        "SCHEMA" | "SCHEMAS" => &["CREATE", "USAGE"],
        "DATABASE" => &["CONNECT", "CREATE", "TEMPORARY"],
        "TYPE" | "TYPES" | "DOMAIN" | "LANGUAGE" | "FOREIGN SERVER" => &["USAGE"],
        _ => &["EXECUTE"],
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
    const IN_SCHEMA: [&str; 5] = [
        "ALL TABLES IN SCHEMA",
        "ALL SEQUENCES IN SCHEMA",
        "ALL FUNCTIONS IN SCHEMA",
        "ALL PROCEDURES IN SCHEMA",
        "ALL ROUTINES IN SCHEMA",
    ];
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
