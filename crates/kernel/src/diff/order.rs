//! Within a phase, what is rested on comes before what rests on it, and goes after it.

use super::{Phase, Step};
use crate::Dialect;
use crate::catalog::{Name, Table, View, mentions};
use crate::change::Change;
use std::collections::{BTreeSet, HashMap};
use std::rc::Rc;

/// Orders the steps by phase, and tables and views among themselves by who names whom.
pub fn sort(steps: &mut Vec<Step>, dialect: Dialect) {
    steps.sort_by_key(|s| s.phase);
    let owned = owned_sequences(steps);
    for phase in [Phase::DropTable, Phase::CreateTable, Phase::DropView, Phase::CreateView] {
        let start = steps.partition_point(|s| s.phase < phase);
        let end = steps.partition_point(|s| s.phase <= phase);
        if end - start > 1 {
            let drop = matches!(phase, Phase::DropTable | Phase::DropView);
            let ordered = ordered(steps.drain(start..end).collect(), drop, &owned, dialect);
            steps.splice(start..start, ordered);
        }
    }
    schemas_first(steps);
    aggregates_outside(steps);
    computed_first(steps);
}

/// A column that is computed from others goes before them.
fn computed_first(steps: &mut [Step]) {
    let plain = |s: &Step| matches!(&s.change, Change::Column { pair, .. } if pair.before.as_ref().is_some_and(|c| c.generated.is_none()));
    let start = steps.partition_point(|s| s.phase < Phase::DropColumn);
    let end = steps.partition_point(|s| s.phase <= Phase::DropColumn);
    steps[start..end].sort_by_key(plain);
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

fn ordered(steps: Vec<Step>, drop: bool, owned: &[(String, Name)], dialect: Dialect) -> Vec<Step> {
    let rests = rests(&steps, owned, dialect);
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
fn rests(steps: &[Step], owned: &[(String, Name)], dialect: Dialect) -> Vec<BTreeSet<usize>> {
    let by_name = ByName::new(steps);
    let one = |at: usize| {
        let mut out = if let Some(table) = table(&steps[at]) {
            by_name.table_rests_on(table, owned)
        } else if let Some(view) = view(&steps[at]) {
            let others = steps.iter().enumerate().filter_map(|(other, s)| Some((other, self::view(s)?)));
            others.filter(|(_, o)| view_rests_on(view, &o.name, dialect)).map(|(other, _)| other).collect()
        } else {
            BTreeSet::new()
        };
        out.remove(&at);
        out
    };
    (0..steps.len()).map(one).collect()
}

/// The places of the tables among the steps.
struct ByName<'a> {
    tables: HashMap<&'a Name, Vec<usize>>,
    /// Those of the partitions, by the table that they are of.
    partitions: HashMap<&'a Name, Vec<usize>>,
}

impl<'a> ByName<'a> {
    fn new(steps: &'a [Step]) -> ByName<'a> {
        let (mut tables, mut partitions) = (HashMap::<_, Vec<usize>>::new(), HashMap::<_, Vec<usize>>::new());
        for (at, table) in steps.iter().enumerate().filter_map(|(at, s)| Some((at, table(s)?))) {
            tables.entry(&table.name).or_default().push(at);
            if let Some((parent, _)) = &table.partition_of {
                partitions.entry(parent).or_default().push(at);
            }
        }
        ByName { tables, partitions }
    }

    fn table_rests_on(&self, table: &Table, owned: &[(String, Name)]) -> BTreeSet<usize> {
        let keys = || table.constraints.iter().filter_map(|c| c.foreign_key()).map(|k| &k.table);
        let parent = table.partition_of.as_ref().map(|(parent, _)| parent);
        let named = keys().chain(parent).chain(drawn_from(table, owned));
        let mut out: BTreeSet<usize> =
            named.filter(|n| **n != table.name).filter_map(|n| self.tables.get(n)).flatten().copied().collect();
        if table.options.text.to_ascii_uppercase().contains("INHERITS") {
            let inherits =
                |(name, _): &(&&Name, &Vec<usize>)| **name != &table.name && table.options.text.contains(&name.name);
            out.extend(self.tables.iter().filter(inherits).flat_map(|(_, others)| others));
        }
        // A foreign key to a partitioned table rests on every partition.
        let wholes = keys().filter(|n| **n != table.name);
        out.extend(wholes.filter_map(|n| self.partitions.get(n)).flatten());
        out
    }
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

/// The tables that own a sequence that a default draws from.
fn drawn_from<'a>(table: &'a Table, owned: &'a [(String, Name)]) -> impl Iterator<Item = &'a Name> {
    let draws = |text: &str, sequence: &str| text.to_ascii_lowercase().contains("nextval") && text.contains(sequence);
    owned
        .iter()
        .filter(move |(sequence, _)| {
            table.columns.iter().any(|c| c.default.as_ref().is_some_and(|d| draws(&d.text, sequence)))
        })
        .map(|(_, owner)| owner)
}

fn view_rests_on(view: &View, other: &Name, dialect: Dialect) -> bool {
    view.name != *other && mentions(&view.query.text, &other.name, dialect)
}
