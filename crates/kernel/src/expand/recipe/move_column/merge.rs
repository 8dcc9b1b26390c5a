//! Two tables become one: the one that refers goes, and what its columns hold moves to the one that it refers to.
//!
//! Old versions know both until the contract, new ones the other alone. What a new version writes there has a row here for old
//! ones; a row here that an old version deletes takes along what it held there.

use super::Move;
use super::link::{Link, is_unique};
use super::refuse::{Unfit, constant};
use crate::Dialect;
use crate::catalog::{Column, Table};
use crate::expand::recipe::{drop_foreign_key, stops_deletes};
use crate::expand::rows::Rows;
use crate::expand::sync::across::Across;
use crate::expand::{Question, Refusal, Restore, Restores};
use crate::lint::Step;
use crate::render::object;

const PG: Dialect = Dialect::Postgres;

/// The tables that the migration drops, and makes none in their place.
pub(super) fn going<'s>(step: &'s Step) -> impl Iterator<Item = &'s Table> {
    let left = |table: &Table| {
        let mut all = step.after.tables.iter();
        all.any(|(name, t)| t.lineage.0 == table.lineage.0 || *name == table.name)
    };
    let tables = step.touched_before.tables.iter().map(|(_, table)| table as &Table);
    tables.filter(move |t| t.lineage.0 != 0 && !left(t) && !step.rebuilt_from(t))
}

/// Its columns move to more than one table.
pub(super) fn several(table: &Table, second: &Table) -> Refusal {
    Refusal {
        object: table.name.to_string(),
        why: format!("it goes, and its columns move to more than one table, {} among them", second.name),
        instead: "move those of all tables but one in a migration of their own, before this one".into(),
    }
}

impl<'a> Move<'a> {
    /// The foreign key would stop who deletes a row there.
    pub(super) fn stops(&self, link: &Link) -> bool {
        link.constraint.foreign_key().is_some_and(|key| stops_deletes(&key.on_delete))
    }

    /// What a table that goes has against it.
    pub(super) fn merges(&self, link: &Link) -> Result<(), Unfit> {
        if !self.gone {
            return Ok(());
        }
        let (table, there) = (&self.before.name, &self.there.name);
        let refuse = |why: String, instead: &str| Err(self.cannot(table.to_string(), why, instead));
        if self.step.dialect != PG {
            let why = "it goes, and what its columns hold moves: that is known of PostgreSQL alone";
            return refuse(why.into(), "move the columns first, and drop the table in a migration after the contract");
        }
        if !link.own {
            let why = format!("{there} refers to it by {}: a new version knows no row for that", link.constraint.name);
            return refuse(why, "move the columns first, and drop the table in a migration after the contract");
        }
        let mut others = self.step.before.tables.iter().filter(|(name, _)| *name != table);
        let referring = others.find_map(|(name, other)| {
            let key = other.constraints.iter().find(|c| c.foreign_key().is_some_and(|k| k.table == *table))?;
            Some(format!("{} of {name} refers to it: its rows would have to go before the contract", key.name))
        });
        if let Some(why) = referring {
            return refuse(why, "let go of that foreign key in a migration before this one");
        }
        let once = |c: &Column| c.not_null && is_unique(self.before, &[&c.name]);
        match self.columns.iter().find(|(old, _)| once(old)) {
            None => Ok(()),
            Some((old, _)) => Err(self.cannot(
                object(table, &old.name),
                "it is unique and NOT NULL: rows that are made for new versions which write nothing to it would all hold the same",
                "let it be NULL in a migration of its own, before this one",
            )),
        }
    }

    /// What the columns that do not move hold in a row that is made here.
    pub(super) fn made_here(&self, link: &Link, questions: &mut Vec<Question>) -> Result<Vec<(String, String)>, Unfit> {
        let mut out = Vec::new();
        for column in self.staying(link).filter(|c| c.generated.is_none()) {
            let place = object(&self.before.name, &column.name);
            let said = self.decisions.fills.iter().find(|(of, _)| *of == place);
            let filled =
                !column.not_null || column.default.is_some() || column.identity.is_some() || column.auto_increment;
            match said {
                Some((_, value)) if constant(value, PG) && is_unique(self.before, &[&column.name]) => {
                    let why = format!("it is unique, and would hold {value} in every row that is made for a new version");
                    return Err(self.cannot(place, why, format!("say what it holds by the row of {}", self.there.name)));
                }
                Some((_, value)) => out.push((column.name.clone(), value.clone())),
                None if filled => {}
                None => questions.push(Question {
                    object: place.clone(),
                    text: format!(
                        "`{place}` goes with its table and is NOT NULL without a default: what does it hold in a row that is made for \
                         what a new version writes to `{}`?",
                        self.there.name
                    ),
                    answers: vec![(
                        format!("--fill {place}=<SQL expression>"),
                        format!("that, computed from the columns of {}", self.there.name),
                    )],
                }),
            }
        }
        Ok(out)
    }

    /// The columns whose values go with the table.
    fn staying(&self, link: &Link) -> impl Iterator<Item = &'a Column> {
        let mut out: Vec<&Column> = self.before.columns.iter().collect();
        let moved = |c: &&Column| self.columns.iter().any(|(old, _)| old.name == c.name);
        out.retain(|c| !moved(c) && !link.referring().contains(&c.name.as_str()));
        out.into_iter()
    }

    /// Foreign keys, beside the one that links, which would stop new versions from deleting what its rows refer to.
    pub(super) fn let_go(&self) -> Vec<String> {
        self.stopping()
            .map(|name| drop_foreign_key(&crate::render::clause::name(&self.before.name, PG), name, PG))
            .collect()
    }

    fn stopping(&self) -> impl Iterator<Item = &str> {
        let (own, there) = (&self.before.name, &self.there.name);
        let keys = self.before.constraints.iter().filter(|_| self.gone);
        let keys = keys.filter(move |c| {
            c.foreign_key().is_some_and(|k| k.table != *own && k.table != *there && stops_deletes(&k.on_delete))
        });
        keys.map(|c| c.name.as_str())
    }

    /// The table goes, with what says how its rows come back, and what the other table holds by then.
    pub(super) fn drop_table(&self, across: &Across) -> String {
        let q = |name: &str| crate::dialect::quote(name, PG);
        let own = across.own();
        let (names, values) = across.row_here("there.");
        let rows = Rows {
            table: self.before.name.clone(),
            from: self.there.name.clone(),
            insert: format!(
                "({names}) SELECT {values} FROM {} AS there WHERE {}",
                across.other(),
                across.holds_there("there.")
            ),
        };
        let mut said: Vec<String> = rows.comment(PG).into_iter().collect();
        for moved in &across.columns {
            let filled = Restore {
                kind: Restores::Filled,
                table: self.there.name.clone(),
                column: moved.there.name.clone(),
                from: Some(self.before.name.clone()),
                expression: format!(
                    "(SELECT moved.{} FROM {own} AS moved WHERE {})",
                    q(&moved.here.name),
                    across.linked("moved.", &format!("{}.", across.other()))
                ),
            };
            said.extend(filled.comment(PG));
        }
        said.push("-- unmigrate-ignore drop-table: the other table holds what moved".into());
        format!("{}\nDROP TABLE {own}", said.join("\n"))
    }

    pub(super) fn merge_corners(&self, across: &Across, link: &Link) -> Vec<String> {
        let (table, there) = (&self.before.name, &self.there.name);
        let (here, new) = (self.here_names(), self.there_names());
        let lost = Self::listed(self.staying(link).map(|c| c.name.as_str()));
        let mut out = vec![format!(
            "{new} of {there} is NULL for rows that are not filled yet: versions that read or UPDATE it go out when `backfill` is done"
        )];
        if !lost.is_empty() {
            out.push(format!(
                "the contract drops {lost} of {table}, which do not move: deployed with `unmigrate deploy` a copy of the rows is kept"
            ));
        }
        out.push(format!(
            "the way back of the contract makes a row of {table} for each of {there} that holds {}, with new values in what did not \
             move; a row that held nothing of it does not come back",
            self.columns.iter().map(|(_, c)| c.name.as_str()).collect::<Vec<_>>().join(" or ")
        ));
        out.push(format!(
            "a new version that writes {new} of a row of {there} which has none in {table} makes one, for old versions; who deletes a row \
             of {table} leaves NULL in {there}, and who writes NULL there leaves the row of {table}"
        ));
        let nothing =
            across.columns.iter().filter(|m| m.here.not_null).map(|m| format!("{} in {}", m.said, m.here.name));
        let nothing = nothing.collect::<Vec<_>>().join(" and ");
        if !nothing.is_empty() {
            out.push(format!("{nothing} of {table} says the same as NULL in {there}: `backfill` leaves NULL there"));
        }
        if self.stops(link) {
            out.push(format!(
                "who deletes a row of {there} deletes its row of {table}, until the contract: {} would stop new versions, which know no \
                 {table}",
                link.constraint.name
            ));
        }
        let keys = self.stopping().collect::<Vec<_>>().join(", ");
        if !keys.is_empty() {
            out.push(format!(
                "from expand on {keys} no longer holds: a new version could not delete what {table} refers to"
            ));
        }
        let key = link.constraint.foreign_key();
        if !key.is_some_and(|k| k.on_update.to_ascii_lowercase().starts_with("cascade")) {
            out.push(format!(
                "a row of {there} that has one in {table} keeps its {}: {} stops who would change it",
                link.theirs().join(", "),
                link.constraint.name
            ));
        }
        out.push(format!(
            "who writes {here} of {table} writes {there} too, and the other way around: a role needs SELECT, INSERT and UPDATE on both, and \
             DELETE where it deletes, until the contract"
        ));
        out.push(format!(
            "an old version that writes or deletes a row of {table} and a new one that writes {new} of its row of {there}, at the same \
             moment, wait for each other: the server ends one of the two (deadlock), which may try again"
        ));
        out.push(format!("TRUNCATE of {table} is seen by no trigger: {there} goes on holding what it held"));
        for (one, other) in [(self.before, there), (self.there, table)] {
            let fires = one.triggers.iter().filter(|t| t.state != 'D');
            out.extend(
                fires.map(|t| format!("trigger {} of {} fires for what is written to {other}, too", t.name, one.name)),
            );
        }
        out.extend(self.columns.iter().filter(|(_, c)| c.default.is_some()).map(|(_, c)| {
            format!("{there}.{} has no default until the contract: new versions name its value", c.name)
        }));
        out
    }
}
