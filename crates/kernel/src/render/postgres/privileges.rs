//! PostgreSQL's privileges: the steps say each privilege of each grantee on each object, the statements say them together.
//!
//! What was said of ALL, or of all objects of a schema, is taken back so: there may be objects and privileges that no
//! file tells of. What shall stay of it is then granted again, and what shall not come is taken away.

use crate::Dialect;
use crate::catalog::{Catalog, Granted, Name, Privilege, Target};
use crate::change::{Change, Pair};
use crate::diff::{Phase, Step};
use crate::lower::privilege::{DefaultPrivilege, all_of, by_default, made_or_gone};
use crate::render::clause;
use crate::render::{Context, object};
use std::collections::{BTreeMap, BTreeSet};

const PG: Dialect = Dialect::Postgres;

/// A statement, and to whom it speaks.
pub struct Said {
    /// Without its semicolon.
    pub sql: String,
    /// As written.
    pub grantee: String,
    /// The objects that it is about.
    pub objects: Vec<String>,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
enum Verb {
    Revoke,
    RevokeOption,
    Grant,
    GrantWithOption,
}

impl Verb {
    fn words(self, membership: bool) -> (&'static str, &'static str, &'static str) {
        match (self, membership) {
            (Verb::Revoke, _) => ("REVOKE", "FROM", ""),
            (Verb::RevokeOption, false) => ("REVOKE GRANT OPTION FOR", "FROM", ""),
            (Verb::RevokeOption, true) => ("REVOKE ADMIN OPTION FOR", "FROM", ""),
            (Verb::Grant, _) => ("GRANT", "TO", ""),
            (Verb::GrantWithOption, false) => ("GRANT", "TO", " WITH GRANT OPTION"),
            (Verb::GrantWithOption, true) => ("GRANT", "TO", " WITH ADMIN OPTION"),
        }
    }

    fn of(granted: Granted) -> Verb {
        match (granted.held, granted.grantable) {
            (false, _) => Verb::Revoke,
            (true, false) => Verb::Grant,
            (true, true) => Verb::GrantWithOption,
        }
    }
}

/// What is said of one object to one grantee: the verb and the privileges.
type Asked = BTreeMap<(Target, String, Verb), BTreeSet<String>>;

/// The statements for all privileges of a phase.
pub fn statements(steps: &[Step], phase: Phase, context: &Context) -> Vec<Said> {
    let changes: Vec<(&Privilege, &Pair<Granted>)> = steps
        .iter()
        .filter(|s| s.phase == phase)
        .filter_map(|s| match &s.change {
            Change::Privilege { privilege, pair } => Some((privilege, pair)),
            _ => None,
        })
        .collect();
    let mut asked = Asked::new();
    for (privilege, pair) in &changes {
        let verb = match (pair.before, pair.after) {
            (Some(Granted { held: true, grantable: true }), Some(Granted { held: true, grantable: false })) => {
                Verb::RevokeOption
            }
            (_, Some(after)) => Verb::of(after),
            (Some(before), None) if before.held => Verb::Revoke,
            (_, None) => Verb::Grant,
        };
        ask(&mut asked, privilege, verb);
    }
    let wide: Vec<(Target, String, Verb)> = asked
        .iter()
        .filter(|((target, ..), privileges)| target.kind.starts_with("ALL ") || privileges.contains("ALL"))
        .map(|(key, _)| key.clone())
        .collect();
    let after = if wide.is_empty() { None } else { Some(state(steps, phase, context)) };
    if phase == Phase::Grant {
        without_what_comes(&mut asked, steps, context);
    }
    let mut out = Vec::new();
    let mut mended = Asked::new();
    for (target, grantee, verb) in wide {
        let Some(privileges) = asked.get(&(target.clone(), grantee.clone(), verb)).cloned() else { continue };
        swallow(&mut asked, &target, &grantee, verb, &privileges);
        if let Some(after) = &after {
            mend(&mut mended, after, &target, &grantee, verb, &privileges);
        }
    }
    // Those of all objects of a schema, then those of one, then what shall differ from what was said of all.
    let (all, one): (Asked, Asked) = asked.into_iter().partition(|((t, ..), _)| t.kind.starts_with("ALL "));
    [all, one, mended].into_iter().for_each(|asked| say(asked, &mut out));
    out
}

fn ask(asked: &mut Asked, privilege: &Privilege, verb: Verb) {
    let key = (privilege.target.clone(), privilege.grantee.clone(), verb);
    asked.entry(key).or_default().insert(privilege.privilege.clone());
}

/// The catalog when the phase is done.
fn state(steps: &[Step], phase: Phase, context: &Context) -> Catalog {
    let last = steps.iter().rposition(|s| s.phase == phase).map_or(0, |at| at + 1);
    context.at(&steps[..last])
}

/// The kind of the objects that `ALL .. IN SCHEMA` is of, and the schema.
fn of_schema(target: &Target) -> Option<(&'static [&'static str], &str)> {
    let kinds: &[&str] = match target.kind {
        "ALL TABLES IN SCHEMA" => &["TABLE"],
        "ALL SEQUENCES IN SCHEMA" => &["SEQUENCE"],
        "ALL FUNCTIONS IN SCHEMA" => &["FUNCTION"],
        "ALL PROCEDURES IN SCHEMA" => &["PROCEDURE"],
        "ALL ROUTINES IN SCHEMA" => &["FUNCTION", "PROCEDURE"],
        _ => return None,
    };
    let schema = target.name.name.as_str();
    Some((kinds, if schema == "public" { "" } else { schema }))
}

fn covers(target: &Target, other: &Target) -> bool {
    match of_schema(target) {
        Some((kinds, schema)) => kinds.contains(&other.kind) && other.name.schema == schema,
        None => target == other,
    }
}

/// `SELECT` is what `SELECT (a)` is of.
fn word(privilege: &str) -> &str {
    privilege.split(" (").next().unwrap_or(privilege)
}

fn is_of(privileges: &BTreeSet<String>, one: &str) -> bool {
    privileges.contains("ALL") || privileges.contains(word(one))
}

/// What a wide statement says already is not said again of each object.
fn swallow(asked: &mut Asked, target: &Target, grantee: &str, verb: Verb, privileges: &BTreeSet<String>) {
    for ((other, whom, also), wanted) in asked.iter_mut() {
        if whom == grantee && *also == verb && covers(target, other) && of_schema(target).is_some() && other != target {
            wanted.retain(|p| !is_of(privileges, p));
        }
    }
    asked.retain(|_, wanted| !wanted.is_empty());
    if privileges.contains("ALL")
        && let Some(own) = asked.get_mut(&(target.clone(), grantee.to_string(), verb))
    {
        own.retain(|p| p == "ALL");
    }
}

/// What a wide statement takes or gives beyond what shall be.
fn mend(mended: &mut Asked, after: &Catalog, target: &Target, grantee: &str, verb: Verb, said: &BTreeSet<String>) {
    let mine = |p: &Privilege| p.grantee == grantee && covers(target, &p.target);
    match verb {
        Verb::Revoke => {
            for (privilege, granted) in
                after.privileges.iter().filter(|(p, g)| mine(p) && g.held && p.privilege != "ALL")
            {
                if is_of(said, &privilege.privilege) {
                    ask(mended, privilege, Verb::of(*granted));
                }
            }
        }
        Verb::Grant | Verb::GrantWithOption => {
            let objects = match of_schema(target) {
                Some((kinds, schema)) => objects(after, kinds, schema),
                None => vec![target.clone()],
            };
            for object in objects {
                let all = all_of(object.kind).iter().map(|p| p.to_string());
                let wanted: Vec<String> =
                    if said.contains("ALL") { all.collect() } else { said.iter().cloned().collect() };
                for privilege in wanted {
                    let one = Privilege { target: object.clone(), privilege, grantee: grantee.to_string() };
                    match after.privileges.get(&one) {
                        Some(granted) if granted.held && Verb::of(*granted) == verb => {}
                        Some(granted) if granted.held && granted.grantable => ask(mended, &one, Verb::GrantWithOption),
                        Some(granted) if granted.held => ask(mended, &one, Verb::RevokeOption),
                        _ => ask(mended, &one, Verb::Revoke),
                    }
                }
            }
        }
        Verb::RevokeOption => {}
    }
}

fn objects(catalog: &Catalog, kinds: &[&str], schema: &str) -> Vec<Target> {
    let plain = |kind, name: &Name| Target { kind, name: name.clone(), part: String::new() };
    let here = |name: &&Name| name.schema == schema;
    let mut out = Vec::new();
    if kinds.contains(&"TABLE") {
        let names = catalog.tables.keys().chain(catalog.views.keys()).filter(here);
        out.extend(names.map(|n| plain("TABLE", n)));
    }
    if kinds.contains(&"SEQUENCE") {
        out.extend(catalog.sequences.keys().filter(here).map(|n| plain("SEQUENCE", n)));
    }
    for ((name, part), routine) in catalog.routines.iter().filter(|((n, _), _)| n.schema == schema) {
        let kind = if routine.kind == "PROCEDURE" { "PROCEDURE" } else { "FUNCTION" };
        if kinds.contains(&kind) {
            out.push(Target { kind, name: name.clone(), part: part.clone() });
        }
    }
    out
}

/// What default privileges give to an object that comes back needs not be granted; what they give too much is taken away.
fn without_what_comes(asked: &mut Asked, steps: &[Step], context: &Context) {
    for (made, target) in steps.iter().filter_map(|s| made_or_gone(&s.change)) {
        if !made {
            continue;
        }
        // Defaults that go are still there when objects come back; those that come are there before.
        let given = by_default(context.now, &target).into_iter().chain(by_default(context.target, &target));
        for (privilege, granted) in given {
            let key = (privilege.target.clone(), privilege.grantee.clone(), Verb::of(granted));
            let wanted = asked.get_mut(&key).is_some_and(|p| p.remove(&privilege.privilege));
            let as_it_shall_be = context.target.privileges.get(&privilege) == Some(&granted);
            if !wanted && !as_it_shall_be && privilege.privilege != "ALL" {
                ask(asked, &privilege, if granted.held { Verb::Revoke } else { Verb::Grant });
            }
        }
    }
    asked.retain(|_, wanted| !wanted.is_empty());
}

/// What several objects of a kind may be told at once: the kind, to whom, the verb and the privileges.
type Sentence = (&'static str, String, Verb, BTreeSet<String>);

/// One statement for the objects of a kind that are told the same.
fn say(asked: Asked, out: &mut Vec<Said>) {
    let mut together: Vec<(Sentence, Vec<Target>)> = Vec::new();
    for ((target, grantee, verb), privileges) in asked {
        let key = (target.kind, grantee, verb, privileges);
        match together.iter_mut().find(|(k, _)| *k == key) {
            Some((_, targets)) if key.0 != "ROLE" => targets.push(target),
            _ => together.push((key, vec![target])),
        }
    }
    for ((kind, grantee, verb, privileges), targets) in together {
        let (verb, to, option) = verb.words(kind == "ROLE");
        let named = |t: &Target| match kind {
            "FUNCTION" | "PROCEDURE" | "ROUTINE" => format!("{}({})", clause::name(&t.name, PG), t.part),
            _ => clause::name(&t.name, PG),
        };
        let on = match kind {
            "ROLE" => String::new(),
            _ => format!(" ON {kind} {}", targets.iter().map(named).collect::<Vec<_>>().join(", ")),
        };
        let privileges = privileges.into_iter().collect::<Vec<_>>().join(", ");
        let sql = format!("{verb} {privileges}{on} {to} {grantee}{option}");
        let objects = targets.iter().map(|t| t.name.to_string()).collect();
        out.push(Said { sql, grantee, objects });
    }
}

/// The default privilege that a change makes or drops.
pub fn default_of(change: &Change) -> Option<(bool, DefaultPrivilege)> {
    let Change::Other(pair) = change else { return None };
    let (made, other) = match (&pair.before, &pair.after) {
        (_, Some(after)) => (true, after),
        (Some(before), None) => (false, before),
        (None, None) => return None,
    };
    let default = (other.kind == "DEFAULT PRIVILEGES").then(|| DefaultPrivilege::read(&other.name.name)).flatten()?;
    Some((made, default))
}

/// The statements for all default privileges of a phase.
pub fn defaults(steps: &[Step], phase: Phase, context: &Context) -> Vec<Said> {
    let mut asked: BTreeMap<(String, String, String, bool, bool), BTreeSet<String>> = BTreeMap::new();
    let mut key = |d: &DefaultPrivilege, grant: bool| {
        let key = (d.head(), d.on.clone(), d.grantee.clone(), grant, d.grantable && grant);
        asked.entry(key).or_default().insert(d.privilege.clone());
    };
    let changes: Vec<(bool, DefaultPrivilege)> =
        steps.iter().filter(|s| s.phase == phase).filter_map(|s| default_of(&s.change)).collect();
    changes.iter().for_each(|(made, d)| key(d, d.grant == *made));
    let mut out = Vec::new();
    for ((head, on, grantee, grant, grantable), privileges) in asked {
        let (verb, to) = if grant { ("GRANT", "TO") } else { ("REVOKE", "FROM") };
        let option = if grantable { " WITH GRANT OPTION" } else { "" };
        let all = privileges.contains("ALL");
        let list = if all { "ALL".to_string() } else { privileges.iter().cloned().collect::<Vec<_>>().join(", ") };
        let objects = vec![object(&Name::plain(head.clone()), &on)];
        let sql = format!("ALTER {head} {verb} {list} ON {on} {to} {grantee}{option}");
        out.push(Said { sql, grantee: grantee.clone(), objects: objects.clone() });
        if !all {
            continue;
        }
        // Of ALL, what shall be otherwise.
        let known = all_of(&on).iter().filter(|p| !privileges.contains(**p));
        let other: Vec<&str> = match grant {
            true => known.copied().collect(),
            false => known.copied().filter(|p| stays(context, steps, &head, p, &on, &grantee)).collect(),
        };
        if !other.is_empty() {
            let (verb, to) = if grant { ("REVOKE", "FROM") } else { ("GRANT", "TO") };
            let sql = format!("ALTER {head} {verb} {} ON {on} {to} {grantee}", other.join(", "));
            out.push(Said { sql, grantee, objects });
        }
    }
    out
}

/// Is a default privilege there now, and no step takes it?
fn stays(context: &Context, steps: &[Step], head: &str, privilege: &str, on: &str, grantee: &str) -> bool {
    let name = Name::plain(format!("{head} GRANT {privilege} ON {on} TO {grantee}"));
    let dropped =
        |s: &Step| matches!(&s.change, Change::Other(Pair { before: Some(o), after: None }) if o.name == name);
    context.now.others.contains(&("DEFAULT PRIVILEGES", name.clone())) && !steps.iter().any(dropped)
}
