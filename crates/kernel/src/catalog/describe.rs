//! A catalog as plain lines, stable between versions: what a rollback depends on, to be hashed.

use super::{Catalog, Column, Constraint, ConstraintKind, Index, Name, Part, TypeKind};
use std::fmt::Write;

impl Catalog {
    /// Every object in a line or two, by kind and name.
    pub fn describe(&self) -> String {
        let mut out = String::with_capacity(256);
        for (name, table) in self.tables.iter() {
            out.push_str("table ");
            push_name(&mut out, name);
            line(&mut out, &[" ", &table.persistence, " ", table.options.key()]);
            table.columns.iter().for_each(|c| column(&mut out, c));
            table.constraints.iter().for_each(|c| constraint(&mut out, c));
            table.indexes.iter().for_each(|i| index(&mut out, i));
            for trigger in &table.triggers {
                let _ = writeln!(
                    out,
                    " trigger {} {} {} {}",
                    trigger.name,
                    trigger.event.key(),
                    trigger.rest.key(),
                    trigger.state
                );
            }
            for policy in &table.policies {
                let sides = [&policy.using, &policy.check].map(|s| s.as_ref().map(|s| s.key()).unwrap_or_default());
                let _ = writeln!(out, " policy {} {} {} {:?}", policy.name, policy.command, policy.roles.key(), sides);
            }
            line(&mut out, &[" security ", word(table.row_security), " ", word(table.force_row_security)]);
        }
        for (name, view) in self.views.iter() {
            let _ = writeln!(out, "view {name} {} {}", view.materialized, view.query.key());
            view.indexes.iter().for_each(|i| index(&mut out, i));
        }
        for (name, kind) in self.types.iter() {
            let text = match &kind.kind {
                TypeKind::Enum(labels) => labels.iter().map(|l| l.name.as_str()).collect::<Vec<_>>().join("|"),
                TypeKind::Domain(sql) | TypeKind::Other(sql) => sql.key().to_string(),
            };
            let _ = writeln!(out, "type {name} {text}");
        }
        for (name, sequence) in self.sequences.iter() {
            let _ = writeln!(out, "sequence {name} {} {:?}", sequence.data_type, sequence.options);
        }
        for ((name, signature), routine) in self.routines.iter() {
            let _ = writeln!(out, "routine {name}({signature}) {}", routine.rest.key());
        }
        for ((kind, name), other) in self.others.iter() {
            let _ = writeln!(out, "{kind} {name} {}", other.create.key());
        }
        for (target, text) in self.comments.iter() {
            let _ = writeln!(out, "comment {} {} {} {text}", target.kind, target.name, target.part);
        }
        for (privilege, held) in self.privileges.iter() {
            let target = &privilege.target;
            let _ = writeln!(
                out,
                "privilege {} {} {} {} {}",
                target.kind, target.name, privilege.privilege, privilege.grantee, held.held
            );
        }
        out
    }
}

// Tables are most of it, and every migration is described: what they are made of is put together without formatting.

fn push(out: &mut String, pieces: &[&str]) {
    pieces.iter().for_each(|piece| out.push_str(piece));
}

fn line(out: &mut String, pieces: &[&str]) {
    push(out, pieces);
    out.push('\n');
}

fn word(is: bool) -> &'static str {
    if is { "true" } else { "false" }
}

/// As it is displayed.
fn push_name(out: &mut String, name: &Name) {
    if !name.schema.is_empty() {
        push(out, &[&name.schema, "."]);
    }
    out.push_str(&name.name);
}

/// As `{:?}` writes it.
fn push_quoted(out: &mut String, text: &str) {
    match text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_') {
        true => push(out, &["\"", text, "\""]),
        false => drop(write!(out, "{text:?}")),
    }
}

/// As `{:?}` writes it.
fn push_optional(out: &mut String, text: Option<&str>) {
    match text {
        Some(text) => {
            out.push_str("Some(");
            push_quoted(out, text);
            out.push(')');
        }
        None => out.push_str("None"),
    }
}

/// As `{:?}` writes them.
fn push_list(out: &mut String, names: &[String]) {
    out.push('[');
    for (at, name) in names.iter().enumerate() {
        out.push_str(if at == 0 { "" } else { ", " });
        push_quoted(out, name);
    }
    out.push(']');
}

fn column(out: &mut String, c: &Column) {
    let default = c.default.as_ref().map(|d| d.key()).unwrap_or_default();
    let generated = c.generated.as_ref().map(|g| g.expression.key()).unwrap_or_default();
    push(out, &[" column ", &c.name, " ", &c.canonical, " ", word(c.not_null), " ", default, " ", generated, " "]);
    push_optional(out, c.collation.as_deref());
    out.push(' ');
    push_optional(out, c.charset.as_deref());
    let identity = match c.identity.as_ref().map(|i| i.always) {
        Some(true) => "Some(true)",
        Some(false) => "Some(false)",
        None => "None",
    };
    line(out, &[" ", identity, " ", word(c.auto_increment)]);
}

fn parts(out: &mut String, parts: &[Part]) {
    for (at, p) in parts.iter().enumerate() {
        let what = p.column.as_deref().or(p.expression.as_ref().map(|e| e.key())).unwrap_or_default();
        push(out, &[if at == 0 { "" } else { ", " }, what, " ", p.suffix.key()]);
    }
}

fn constraint(out: &mut String, c: &Constraint) {
    push(out, &[" constraint ", &c.name, " "]);
    match &c.kind {
        ConstraintKind::PrimaryKey { parts: p, include } => key(out, "primary key ", p, include),
        ConstraintKind::Unique { parts: p, include, .. } => key(out, "unique ", p, include),
        ConstraintKind::ForeignKey(k) => {
            out.push_str("references ");
            push_list(out, &k.columns);
            out.push(' ');
            push_name(out, &k.table);
            out.push(' ');
            push_list(out, &k.references);
            push(out, &[" ", &k.on_delete, " ", &k.on_update]);
        }
        ConstraintKind::Check(sql) => push(out, &["check ", sql.key()]),
        ConstraintKind::Exclude(sql) => push(out, &["exclude ", sql.key()]),
    }
    line(out, &[" ", c.deferrable, " ", word(c.not_valid)]);
}

fn key(out: &mut String, kind: &str, of: &[Part], include: &[String]) {
    out.push_str(kind);
    parts(out, of);
    out.push(' ');
    push_list(out, include);
}

fn index(out: &mut String, i: &Index) {
    let predicate = i.predicate.as_ref().map(|p| p.key()).unwrap_or_default();
    push(out, &[" index ", &i.name, " ", word(i.unique), " ", &i.method, " "]);
    parts(out, &i.parts);
    line(out, &[" ", predicate]);
}
