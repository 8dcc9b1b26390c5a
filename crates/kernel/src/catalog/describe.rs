//! A catalog as plain lines, stable between versions: what a rollback depends on, to be hashed.

use super::{Catalog, Column, Constraint, ConstraintKind, Index, Part, TypeKind};
use std::fmt::Write;

impl Catalog {
    /// Every object in a line or two, by kind and name.
    pub fn describe(&self) -> String {
        let mut out = String::new();
        for (name, table) in self.tables.iter() {
            let _ = writeln!(out, "table {name} {} {}", table.persistence, table.options.key());
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
            let _ = writeln!(out, " security {} {}", table.row_security, table.force_row_security);
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

fn column(out: &mut String, c: &Column) {
    let default = c.default.as_ref().map(|d| d.key()).unwrap_or_default();
    let generated = c.generated.as_ref().map(|g| g.expression.key()).unwrap_or_default();
    let _ = write!(out, " column {} {} {} {default} {generated}", c.name, c.canonical, c.not_null);
    let _ = writeln!(
        out,
        " {:?} {:?} {:?} {}",
        c.collation,
        c.charset,
        c.identity.as_ref().map(|i| i.always),
        c.auto_increment
    );
}

fn parts(parts: &[Part]) -> String {
    let one = |p: &Part| {
        let what = p.column.as_deref().or(p.expression.as_ref().map(|e| e.key())).unwrap_or_default();
        format!("{what} {}", p.suffix.key())
    };
    parts.iter().map(one).collect::<Vec<_>>().join(", ")
}

fn constraint(out: &mut String, c: &Constraint) {
    let text = match &c.kind {
        ConstraintKind::PrimaryKey { parts: p, include } => format!("primary key {} {include:?}", parts(p)),
        ConstraintKind::Unique { parts: p, include, .. } => format!("unique {} {include:?}", parts(p)),
        ConstraintKind::ForeignKey(k) => {
            format!("references {:?} {} {:?} {} {}", k.columns, k.table, k.references, k.on_delete, k.on_update)
        }
        ConstraintKind::Check(sql) => format!("check {}", sql.key()),
        ConstraintKind::Exclude(sql) => format!("exclude {}", sql.key()),
    };
    let _ = writeln!(out, " constraint {} {text} {} {}", c.name, c.deferrable, c.not_valid);
}

fn index(out: &mut String, i: &Index) {
    let predicate = i.predicate.as_ref().map(|p| p.key()).unwrap_or_default();
    let _ = writeln!(out, " index {} {} {} {} {predicate}", i.name, i.unique, i.method, parts(&i.parts));
}
