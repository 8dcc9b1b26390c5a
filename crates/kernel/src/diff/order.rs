//! Within a phase, what is rested on comes before what rests on it, and goes after it.

use super::{Phase, Step};
use crate::catalog::{Name, Table, View, mentions};
use crate::change::Change;
use std::collections::{BTreeSet, HashMap};
use std::rc::Rc;

/// Orders the steps by phase, and tables and views among themselves by who names whom.
pub fn sort(steps: &mut Vec<Step>) {
    steps.sort_by_key(|s| s.phase);
    for phase in [Phase::DropTable, Phase::CreateTable, Phase::DropView, Phase::CreateView] {
        let start = steps.partition_point(|s| s.phase < phase);
        let end = steps.partition_point(|s| s.phase <= phase);
        if end - start > 1 {
            let drop = matches!(phase, Phase::DropTable | Phase::DropView);
            let ordered = ordered(steps.drain(start..end).collect(), drop);
            steps.splice(start..start, ordered);
        }
    }
    schemas_first(steps);
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

fn ordered(steps: Vec<Step>, drop: bool) -> Vec<Step> {
    let rests = rests(&steps);
    let mut carries: Vec<Vec<usize>> = vec![Vec::new(); steps.len()];
    for (at, others) in rests.iter().enumerate() {
        others.iter().for_each(|other| carries[*other].push(at));
    }
    let mut waits: Vec<usize> = rests.iter().map(BTreeSet::len).collect();
    let mut free: BTreeSet<usize> = (0..steps.len()).filter(|at| waits[*at] == 0).collect();
    let mut left: BTreeSet<usize> = (0..steps.len()).collect();
    let mut out = Vec::with_capacity(steps.len());
    // The first that rests on none of the others; in a circle, the first.
    while let Some(at) = free.pop_first().or_else(|| left.first().copied()) {
        left.remove(&at);
        out.push(at);
        for above in &carries[at] {
            waits[*above] -= 1;
            if waits[*above] == 0 && left.contains(above) {
                free.insert(*above);
            }
        }
    }
    if drop {
        out.reverse();
    }
    let mut steps: Vec<Option<Step>> = steps.into_iter().map(Some).collect();
    out.into_iter().filter_map(|at| steps[at].take()).collect()
}

/// For every step the others that it rests on.
fn rests(steps: &[Step]) -> Vec<BTreeSet<usize>> {
    let mut tables: HashMap<&Name, Vec<usize>> = HashMap::new();
    for (at, table) in steps.iter().enumerate().filter_map(|(at, s)| Some((at, table(s)?))) {
        tables.entry(&table.name).or_default().push(at);
    }
    let one = |at: usize| {
        let mut out = BTreeSet::new();
        if let Some(table) = table(&steps[at]) {
            let keys = table.constraints.iter().filter_map(|c| c.foreign_key()).map(|k| &k.table);
            let named = keys.chain(table.partition_of.as_ref().map(|(parent, _)| parent));
            out.extend(named.filter_map(|name| tables.get(name)).flatten());
            if table.options.text.to_ascii_uppercase().contains("INHERITS") {
                let inherits = |(name, _): &(&&Name, &Vec<usize>)| table.options.text.contains(&name.name);
                out.extend(tables.iter().filter(inherits).flat_map(|(_, others)| others));
            }
            out.retain(|other| self::table(&steps[*other]).is_some_and(|o| o.name != table.name));
        } else if let Some(view) = view(&steps[at]) {
            let others = steps.iter().enumerate().filter_map(|(other, s)| Some((other, self::view(s)?)));
            out.extend(others.filter(|(_, o)| view_rests_on(view, &o.name)).map(|(other, _)| other));
        }
        out.remove(&at);
        out
    };
    (0..steps.len()).map(one).collect()
}

fn table(step: &Step) -> Option<&Table> {
    match &step.change {
        Change::Table(pair) => side(pair),
        _ => None,
    }
}

fn view(step: &Step) -> Option<&View> {
    match &step.change {
        Change::View(pair) => side(pair),
        _ => None,
    }
}

fn side<T>(pair: &crate::change::Pair<Rc<T>>) -> Option<&T> {
    pair.after.as_deref().or(pair.before.as_deref())
}

fn view_rests_on(view: &View, other: &Name) -> bool {
    view.name != *other && mentions(&view.query.text, &other.name, crate::Dialect::Postgres)
}
