//! When two catalogs are the same: all that counts of every object, the order of what has none left aside.

use std::fmt::Debug;
use unmigrate_kernel::catalog::{Catalog, Objects, Table, Target, View};

/// What differs between two catalogs, in words; nothing where they are the same. `any_order`: of columns, and MySQL's
/// indexes that a foreign key makes by itself are left aside.
pub fn differences(a: &Catalog, b: &Catalog, any_order: bool) -> Vec<String> {
    let mut out = Vec::new();
    let tables = |c: &Catalog| c.tables.iter().map(|(n, t)| (n.clone(), table(t, any_order))).collect();
    let (tables_a, tables_b): (Vec<_>, Vec<_>) = (tables(a), tables(b));
    for (name, is) in &tables_a {
        match tables_b.iter().find(|(n, _)| n == name) {
            Some((_, other)) if other == is => {}
            Some((_, other)) => out.push(format!("table {name}\n  {is:?}\n  {other:?}")),
            None => out.push(format!("table {name} only in the first")),
        }
    }
    let missing = |n: &&_| !tables_a.iter().any(|(name, _)| name == *n);
    out.extend(tables_b.iter().map(|(n, _)| n).filter(missing).map(|n| format!("table {n} only in the second")));
    let views = |c: &Catalog| {
        let mut all = Objects::default();
        c.views.iter().for_each(|(n, v)| all.insert(n.clone(), view(v)));
        all
    };
    objects("view", &views(a), &views(b), &mut out);
    objects("type", &a.types, &b.types, &mut out);
    objects("sequence", &a.sequences, &b.sequences, &mut out);
    objects("routine", &a.routines, &b.routines, &mut out);
    objects("other", &a.others, &b.others, &mut out);
    objects("comment", &comments(a), &comments(b), &mut out);
    objects("privilege", &a.privileges, &b.privileges, &mut out);
    out
}

/// What is said of a table goes with it, said or not.
fn comments(catalog: &Catalog) -> Objects<Target, String> {
    let there = |t: &Target| match t.kind {
        "TABLE" => catalog.tables.contains(&t.name),
        "COLUMN" => catalog.tables.get(&t.name).is_some_and(|table| table.column(&t.part).is_some()),
        _ => true,
    };
    let mut all = Objects::default();
    catalog.comments.iter().filter(|(t, _)| there(t)).for_each(|(t, text)| all.insert(t.clone(), text.clone()));
    all
}

fn objects<K: Ord + Clone + Debug, V: Clone + PartialEq + Debug>(
    kind: &str,
    a: &Objects<K, V>,
    b: &Objects<K, V>,
    out: &mut Vec<String>,
) {
    for (key, is) in a.iter() {
        match b.get(key) {
            Some(other) if other == is => {}
            other => out.push(format!("{kind} {key:?}\n  {is:?}\n  {other:?}")),
        }
    }
    out.extend(b.keys().filter(|k| !a.contains(k)).map(|k| format!("{kind} {k:?} only in the second")));
}

/// A table with what has no order in its order.
fn table(table: &Table, columns_too: bool) -> Table {
    let mut table = table.clone();
    table.constraints.sort_by(|a, b| (&a.name, format!("{:?}", a.kind)).cmp(&(&b.name, format!("{:?}", b.kind))));
    table.indexes.sort_by(|a, b| a.name.cmp(&b.name));
    table.triggers.sort_by(|a, b| a.name.cmp(&b.name));
    table.policies.sort_by(|a, b| a.name.cmp(&b.name));
    if columns_too {
        table.indexes.retain(|i| !i.implicit);
        table.columns.sort_by(|a, b| a.name.cmp(&b.name));
    }
    table
}

fn view(view: &View) -> View {
    let mut view = view.clone();
    view.indexes.sort_by(|a, b| a.name.cmp(&b.name));
    view.triggers.sort_by(|a, b| a.name.cmp(&b.name));
    view
}
