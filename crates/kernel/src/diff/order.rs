//! Within a phase, what is rested on comes before what rests on it, and goes after it.

use super::{Phase, Step};
use crate::catalog::{Name, Table, View, mentions};
use crate::change::Change;
use std::rc::Rc;

/// Orders the steps by phase, and tables and views among themselves by who names whom.
pub fn sort(steps: &mut Vec<Step>) {
    steps.sort_by_key(|s| s.phase);
    for phase in [Phase::DropTable, Phase::CreateTable, Phase::DropView, Phase::CreateView] {
        let start = steps.partition_point(|s| s.phase < phase);
        let end = steps.partition_point(|s| s.phase <= phase);
        if end - start > 1 {
            let drop = matches!(phase, Phase::DropTable | Phase::DropView);
            let ordered = ordered(steps[start..end].to_vec(), drop, &owned_sequences(steps));
            steps.splice(start..end, ordered);
        }
    }
    schemas_first(steps);
    aggregates_outside(steps);
}

/// An aggregate comes after the functions that it is made of, and goes before them.
fn aggregates_outside(steps: &mut [Step]) {
    let is_aggregate = |s: &Step| {
        matches!(&s.change, Change::Routine(pair)
            if pair.before.as_ref().or(pair.after.as_ref()).is_some_and(|r| r.kind == "AGGREGATE"))
    };
    for (phase, last) in [(Phase::CreateSqlRoutine, true), (Phase::DropRoutine, false)] {
        let start = steps.partition_point(|s| s.phase < phase);
        let end = steps.partition_point(|s| s.phase <= phase);
        steps[start..end].sort_by_key(|s| is_aggregate(s) == last);
    }
}

/// A schema comes before what may be in it, and goes after.
fn schemas_first(steps: &mut [Step]) {
    let is_schema = |s: &Step| {
        matches!(&s.change, Change::Other(pair)
            if pair.before.as_ref().or(pair.after.as_ref()).is_some_and(|o| o.kind == "SCHEMA"))
    };
    let start = steps.partition_point(|s| s.phase < Phase::CreateOther);
    let end = steps.partition_point(|s| s.phase <= Phase::CreateOther);
    steps[start..end].sort_by_key(|s| !is_schema(s));
    let start = steps.partition_point(|s| s.phase < Phase::DropOther);
    steps[start..].sort_by_key(is_schema);
}

/// The sequences that come or go with a table.
fn owned_sequences(steps: &[Step]) -> Vec<(String, Name)> {
    let owned = |s: &Step| match &s.change {
        Change::Sequence(pair) => {
            let sequence = pair.after.as_ref().or(pair.before.as_ref())?;
            Some((sequence.name.name.clone(), sequence.owner.as_ref()?.0.clone()))
        }
        _ => None,
    };
    steps.iter().filter_map(owned).collect()
}

fn ordered(mut left: Vec<Step>, drop: bool, owned: &[(String, Name)]) -> Vec<Step> {
    let mut out = Vec::with_capacity(left.len());
    while !left.is_empty() {
        // The first that rests on none of the others; in a circle, the first.
        let free = (0..left.len())
            .find(|at| !left.iter().enumerate().any(|(other, step)| other != *at && rests_on(&left[*at], step, owned)))
            .unwrap_or(0);
        out.push(left.remove(free));
    }
    if drop {
        out.reverse();
    }
    out
}

fn rests_on(step: &Step, other: &Step, owned: &[(String, Name)]) -> bool {
    match (&step.change, &other.change) {
        (Change::Table(a), Change::Table(b)) => match (side(a), side(b)) {
            (Some(a), Some(b)) => table_rests_on(a, &b.name) || refers_to_whole(a, b) || draws_from(a, &b.name, owned),
            _ => false,
        },
        (Change::View(a), Change::View(b)) => match (side(a), side(b)) {
            (Some(a), Some(b)) => view_rests_on(a, &b.name),
            _ => false,
        },
        _ => false,
    }
}

fn side<T>(pair: &crate::change::Pair<Rc<T>>) -> Option<&T> {
    pair.after.as_deref().or(pair.before.as_deref())
}

fn table_rests_on(table: &Table, other: &Name) -> bool {
    table.name != *other
        && (table.constraints.iter().any(|c| c.foreign_key().is_some_and(|k| k.table == *other))
            || table.partition_of.as_ref().is_some_and(|(parent, _)| parent == other)
            || table.options.text.to_ascii_uppercase().contains("INHERITS") && table.options.text.contains(&other.name))
}

/// A foreign key to a partitioned table rests on every partition.
fn refers_to_whole(table: &Table, partition: &Table) -> bool {
    partition.partition_of.as_ref().is_some_and(|(parent, _)| {
        table.name != *parent && table.constraints.iter().any(|c| c.foreign_key().is_some_and(|k| k.table == *parent))
    })
}

/// Does a default draw from a sequence that the other table owns?
fn draws_from(table: &Table, other: &Name, owned: &[(String, Name)]) -> bool {
    table.name != *other
        && owned.iter().filter(|(_, owner)| owner == other).any(|(sequence, _)| {
            let draws = |text: &str| text.to_ascii_lowercase().contains("nextval") && text.contains(sequence.as_str());
            table.columns.iter().any(|c| c.default.as_ref().is_some_and(|d| draws(&d.text)))
        })
}

fn view_rests_on(view: &View, other: &Name) -> bool {
    view.name != *other && mentions(&view.query.text, &other.name, crate::Dialect::Postgres)
}
