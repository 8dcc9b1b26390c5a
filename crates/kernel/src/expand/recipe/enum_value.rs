//! Values of an enum go or get other names, on PostgreSQL.
//!
//! A value can't be taken out of a type, and one that old versions read by its old name can't have another: so expand makes
//! the new type beside the old one, and every column of it gets one of the new type beside it, kept in step value by value.
//! What a value that goes becomes is asked for. The contract drops the old columns and the old type, and the new ones get
//! their names.

use super::Recipe;
use super::beside::{Beside, Said, Ways};
use super::then::Then;
use crate::Dialect;
use crate::catalog::{Column, Label, Name, Table, Type, TypeKind, mentions};
use crate::change::{Change, Pair};
use crate::dialect::quote;
use crate::expand::{Decisions, Expansion, Piece, Question, Refusal};
use crate::lint::Step;
use crate::names::truncate;
use crate::render::{clause, create_type, object};
use std::collections::BTreeSet;

pub const RECIPE: Recipe = Recipe { name: "enum-value", find };

const PG: Dialect = Dialect::Postgres;

fn find(step: &Step, decisions: &Decisions, out: &mut Expansion) {
    for (name, before) in step.touched_before.types.iter() {
        let Some(after) = step.after.types.get(name) else { continue };
        let (TypeKind::Enum(was), TypeKind::Enum(is)) = (&before.kind, &after.kind) else { continue };
        let values = Values { step, name, after, was, is };
        if values.gone().next().is_none() || values.columns().is_empty() {
            continue;
        }
        let known = match values.known(decisions) {
            Ok(known) => known,
            Err(refusal) => {
                out.refusals.push(refusal);
                continue;
            }
        };
        let asked = values.questions(&known);
        let found = values.refuse().and_then(|()| values.pieces(&known, &out.pieces));
        match found {
            Err(refusal) => out.refusals.push(refusal),
            Ok(_) if !asked.is_empty() => out.questions.extend(asked),
            Ok(pieces) => out.pieces.extend(pieces),
        }
    }
}

/// A type and what becomes of its values.
struct Values<'a> {
    step: &'a Step<'a>,
    name: &'a Name,
    after: &'a Type,
    was: &'a [Label],
    is: &'a [Label],
}

/// Which value stands for which, where they are not called the same.
#[derive(Default)]
struct Known {
    up: Vec<(String, String)>,
    back: Vec<(String, String)>,
}

impl Known {
    /// Every value comes back as it was, and none of the new ones stands for one that another is already.
    fn is_exact(&self, was: &[Label]) -> bool {
        let there = was.iter().all(|l| through(&self.back, through(&self.up, &l.name)) == l.name);
        there && self.back.iter().all(|(of, to)| through(&self.up, to) == of)
    }
}

impl<'a> Values<'a> {
    fn cannot(&self, object: String, why: impl Into<String>, instead: &str) -> Refusal {
        Refusal { object, why: why.into(), instead: instead.to_owned() }
    }

    fn has(labels: &[Label], name: &str) -> bool {
        labels.iter().any(|l| l.name == name)
    }

    /// The values that old versions know alone.
    fn gone(&self) -> impl Iterator<Item = &'a Label> {
        let is = self.is;
        self.was.iter().filter(move |l| !Self::has(is, &l.name))
    }

    /// The values that new versions know alone.
    fn come(&self) -> impl Iterator<Item = &'a Label> {
        let was = self.was;
        self.is.iter().filter(move |l| !Self::has(was, &l.name))
    }

    /// The columns of the type, with their tables, as they are before.
    fn columns(&self) -> Vec<(&'a Table, &'a Column)> {
        let of = |c: &&Column| self.name.is_type_of(&c.canonical, PG);
        self.step.before.tables.iter().flat_map(|(_, t)| t.columns.iter().filter(of).map(move |c| (t, c))).collect()
    }

    /// Values that the migration itself renames, and what a person said.
    fn known(&self, decisions: &Decisions) -> Result<Known, Refusal> {
        let mut known = Known::default();
        for old in self.gone().filter(|l| l.lineage.0 != 0) {
            if let Some(new) = self.is.iter().find(|new| new.lineage.0 == old.lineage.0) {
                known.up.push((old.name.clone(), new.name.clone()));
                known.back.push((new.name.clone(), old.name.clone()));
            }
        }
        for old in self.gone() {
            self.take("--value", old, &decisions.values, self.is, &mut known.up)?;
        }
        for new in self.come() {
            self.take("--value-back", new, &decisions.values_back, self.was, &mut known.back)?;
        }
        Ok(known)
    }

    fn take(
        &self,
        flag: &str,
        label: &Label,
        said: &[(String, String)],
        into: &[Label],
        known: &mut Vec<(String, String)>,
    ) -> Result<(), Refusal> {
        let place = object(self.name, &label.name);
        let Some((_, value)) = said.iter().find(|(of, _)| *of == place) else { return Ok(()) };
        if !Self::has(into, value) {
            let instead = format!("{flag} {place}=<one of {}>", listed(into));
            return Err(self.cannot(place, format!("{} has no value `{value}` there", self.name), &instead));
        }
        known.retain(|(of, _)| *of != label.name);
        known.push((label.name.clone(), value.clone()));
        Ok(())
    }

    fn questions(&self, known: &Known) -> Vec<Question> {
        let unknown = self.gone().filter(|l| !known.up.iter().any(|(of, _)| *of == l.name));
        let ask = |label: &Label| {
            let place = object(self.name, &label.name);
            Question {
                object: place.clone(),
                text: format!(
                    "`{}` loses the value {}: what do new versions find where old ones have written it?",
                    self.name, label.name
                ),
                answers: vec![(format!("--value {place}=<value>"), format!("one of {}", listed(self.is)))],
            }
        };
        unknown.map(ask).collect()
    }

    /// What uses the type, and is no column.
    fn refuse(&self) -> Result<(), Refusal> {
        let place = self.name.to_string();
        let quiet = "stop writing the value, replace it where it is, and let the migration run at a quiet time";
        if self.step.dialect != PG {
            return Err(self.cannot(place, "nothing is known of triggers on CockroachDB here", quiet));
        }
        let named = |text: &str| mentions(text, &self.name.name, PG);
        let mut routines = self.step.before.routines.iter();
        // What a body in quotes means is looked up when it runs.
        let outside = |text: &str| text.to_ascii_uppercase().find(" AS ").map_or(text.len(), |at| at);
        if let Some(((function, _), _)) =
            routines.find(|((_, signature), r)| named(signature) || named(&r.rest.text[..outside(&r.rest.text)]))
        {
            return Err(self.cannot(
                place,
                format!("the function {function} names it, and would have to move too"),
                quiet,
            ));
        }
        let mut types = self.step.before.types.iter();
        let rests = |t: &Type| matches!(&t.kind, TypeKind::Domain(sql) | TypeKind::Other(sql) if named(&sql.text));
        if let Some((other, _)) = types.find(|(_, t)| rests(t)) {
            return Err(self.cannot(place, format!("the type {other} is made of it"), quiet));
        }
        Ok(())
    }

    /// The name of the new type until the contract.
    fn meanwhile(&self) -> Name {
        let own = |n: &str| self.name.sibling(truncate(PG, &format!("{}_new{n}", self.name.name)));
        let taken = |name: &Name| self.step.before.types.contains(name) || self.step.after.types.contains(name);
        let others = (2..).map(|n: u32| own(&n.to_string()));
        std::iter::once(own("")).chain(others).find(|name| !taken(name)).unwrap_or_else(|| own(""))
    }

    /// The names under which the migration itself has the one and the other.
    fn names(&self) -> Vec<Name> {
        let mut names = BTreeSet::from([self.name.clone()]);
        loop {
            let known = names.len();
            for (_, lowered) in self.step.changes() {
                let Change::Type(Pair { before, after }) = &lowered.change else { continue };
                let both: Vec<Name> = before.iter().chain(after).map(|t| t.name.clone()).collect();
                if both.iter().any(|n| names.contains(n)) {
                    names.extend(both);
                }
            }
            if names.len() == known {
                return names.into_iter().collect();
            }
        }
    }

    fn pieces(&self, known: &Known, others: &[Piece]) -> Result<Vec<Piece>, Refusal> {
        let meanwhile = self.meanwhile();
        let mut all = Vec::new();
        for (before, old) in self.columns() {
            let place = object(&before.name, &old.name);
            let apart = "do that in a migration of its own, before this one or after the contract";
            if old.canonical.ends_with(']') {
                return Err(self.cannot(place, format!("it holds a list of {}", self.name), apart));
            }
            let mut tables = self.step.after.tables.iter().map(|(_, t)| t);
            let after = tables.find(|t| t.lineage.0 == before.lineage.0 && before.lineage.0 != 0);
            let new = after.and_then(|t| t.column_of(old.lineage)).filter(|_| old.lineage.0 != 0);
            let (Some(after), Some(new)) = (after, new) else {
                return Err(self.cannot(place, "it goes in the same migration", apart));
            };
            if new.name != old.name || new.canonical != old.canonical {
                return Err(self.cannot(place, "its name or type changes in the same migration", apart));
            }
            let beside = Beside { step: self.step, before, after, old: vec![old], new: vec![new] };
            if let Some((why, instead)) = beside.obstacle() {
                return Err(self.cannot(place, why, instead));
            }
            if let Some(why) = beside.key_obstacle().or_else(|| beside.shared(others)) {
                return Err(self.cannot(place, why, apart));
            }
            all.push(beside);
        }
        let then = Then::of(self.step, all.iter(), vec![(self.name.clone(), meanwhile.clone())]);
        let mut pieces: Vec<Piece> = all.iter().map(|beside| self.piece(beside, known, &then)).collect();
        self.around_all(&mut pieces, &meanwhile);
        Ok(pieces)
    }

    /// The type comes before its first column, and goes behind its last.
    fn around_all(&self, pieces: &mut [Piece], meanwhile: &Name) {
        let (own, new) = (clause::name(self.name, PG), clause::name(meanwhile, PG));
        if let Some(first) = pieces.first_mut() {
            first.expand.insert(0, create_type(&Type { name: meanwhile.clone(), ..self.after.clone() }));
        }
        if let Some(last) = pieces.last_mut() {
            last.contract.push(format!("DROP TYPE {own}"));
            last.contract.push(format!("ALTER TYPE {new} RENAME TO {}", quote(&self.name.name, PG)));
        }
        let names = self.names();
        pieces.iter_mut().for_each(|p| p.replaces.types.clone_from(&names));
    }

    fn piece(&self, beside: &Beside, known: &Known, then: &Then) -> Piece {
        let meanwhile = then.types.first().map_or(self.name, |(_, now)| now);
        let (place, meant) = (object(&beside.before.name, &beside.was().name), beside.meanwhile(beside.is()));
        let (old, new) = (quote(&beside.was().name, PG), quote(&meant, PG));
        let ways = Ways {
            up: vec![converted(&old, &known.up, &clause::name(meanwhile, PG))],
            back: vec![converted(&new, &known.back, &clause::name(self.name, PG))],
            exact: known.is_exact(self.was),
            free: false,
        };
        let changes: Vec<String> = known.up.iter().map(|(of, to)| format!("{of} is {to}")).collect();
        let title = format!("{place} gets the new {}: {}", self.name, changes.join(", "));
        let values = self.corners(beside, known);
        beside.piece(&ways, then, Said { recipe: RECIPE.name, title, values })
    }

    fn corners(&self, beside: &Beside, known: &Known) -> Vec<String> {
        let (old, new) = (&beside.was().name, beside.meanwhile(beside.is()));
        let mut out: Vec<String> =
            known.up.iter().map(|(of, to)| format!("where {old} holds {of}, {new} holds {to}")).collect();
        let back = known.back.iter().filter(|(of, _)| !known.up.iter().any(|(_, to)| to == of));
        out.extend(back.map(|(of, to)| format!("where {new} is given {of}, old versions find {to} in {old}")));
        let refused = self.come().filter(|l| !known.back.iter().any(|(of, _)| *of == l.name));
        out.extend(refused.map(|l| {
            format!(
                "until the contract {} is refused in {new} (invalid_text_representation), for old versions know no such value: \
                 --value-back {}=<value> gives them another",
                l.name,
                object(self.name, &l.name)
            )
        }));
        out.push(format!(
            "a cast to {} means the old values until the contract, and the new ones from then on",
            self.name
        ));
        out
    }
}

fn listed(labels: &[Label]) -> String {
    labels.iter().map(|l| l.name.as_str()).collect::<Vec<_>>().join(", ")
}

fn through<'k>(known: &'k [(String, String)], label: &'k str) -> &'k str {
    known.iter().find(|(of, _)| of == label).map_or(label, |(_, to)| to)
}

/// A value of the one type as one of the other.
fn converted(column: &str, known: &[(String, String)], to: &str) -> String {
    if known.is_empty() {
        return format!("{column}::text::{to}");
    }
    let when = |(of, to): &(String, String)| format!(" WHEN {} THEN {}", clause::literal(of), clause::literal(to));
    let cases: String = known.iter().map(when).collect();
    format!("(CASE {column}::text{cases} ELSE {column}::text END)::{to}")
}
