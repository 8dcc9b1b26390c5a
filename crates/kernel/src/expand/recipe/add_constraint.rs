//! An index, a unique key, a foreign key or a check comes on a table that has rows: in two steps, neither of which stops
//! others for as long as it takes to look at the rows.
//!
//! PostgreSQL: an index is made by `backfill`, CONCURRENTLY, and a unique constraint out of it by the contract; a foreign key or
//! a check holds for what is written from expand on (NOT VALID), and the contract validates it for what is there, while others
//! write. Gates count the rows that it would fail on. MySQL, MariaDB and SQLite know a unique key in two steps: the rows are
//! counted first, and the contract makes it.
//!
//! MySQL and MariaDB add a foreign key without a look at the rows where `foreign_key_checks` is off: it holds for what is written from
//! then on, and nobody waits. What was there the gate counts, and with 0 there is nothing left to do. A check copies the table, on
//! every version that is known.

use super::Recipe;
use crate::Dialect;
use crate::catalog::{Constraint, ConstraintKind, ForeignKey, Index, Name, Part, Table};
use crate::dialect::quote;
use crate::expand::rewrite::{Replaced, is_about, is_over};
use crate::expand::{Backfill, Decisions, Expansion, Gate, PhaseIndex, Piece, Refusal};
use crate::lint::Step;
use crate::names::truncate;
use crate::render::{clause, object};

pub const RECIPE: Recipe = Recipe { name: "add-constraint", find };

fn find(step: &Step, _: &Decisions, out: &mut Expansion) {
    for (before, after) in step.kept_tables().filter(|(b, _)| !b.partial) {
        let two_steps = TwoSteps { step, dialect: step.dialect, before, after };
        // What comes with a column that another recipe makes is that recipe's; one that stays where it is has no index made for it.
        let makes = |p: &&Piece| p.table == before.name && p.old != p.new;
        let taken: Vec<String> = out.pieces.iter().filter(makes).map(|p| p.last.clone()).collect();
        for index in two_steps.new_indexes().filter(|i| !taken.iter().any(|c| is_over(i, c, step.dialect))) {
            keep(two_steps.index(index), out);
        }
        for one in two_steps.new_constraints().filter(|c| !taken.iter().any(|t| is_about(c, t, step.dialect))) {
            keep(two_steps.constraint(one), out);
        }
    }
}

fn keep(found: Result<Option<Piece>, Refusal>, out: &mut Expansion) {
    match found {
        Ok(piece) => out.pieces.extend(piece),
        Err(refusal) => out.refusals.push(refusal),
    }
}

struct TwoSteps<'a> {
    step: &'a Step<'a>,
    dialect: Dialect,
    before: &'a Table,
    after: &'a Table,
}

/// What differs between the four.
struct Added {
    recipe: &'static str,
    what: String,
    name: String,
    expand: Vec<String>,
    indexes: Vec<PhaseIndex>,
    contract: Vec<String>,
    gates: Vec<Gate>,
    corners: Vec<String>,
}

impl<'a> TwoSteps<'a> {
    fn new_indexes(&self) -> impl Iterator<Item = &'a Index> + use<'a> {
        let before = self.before;
        let known = move |i: &Index| before.indexes.iter().any(|was| was.lineage.0 == i.lineage.0 || was == i);
        self.after.indexes.iter().filter(move |i| !known(i) && !i.implicit)
    }

    fn new_constraints(&self) -> impl Iterator<Item = &'a Constraint> + use<'a> {
        let before = self.before;
        let known = move |c: &Constraint| before.constraints.iter().any(|was| was.lineage.0 == c.lineage.0 || was == c);
        self.after.constraints.iter().filter(move |c| !known(c) && !c.not_valid)
    }

    fn own(&self) -> String {
        clause::name(&self.after.name, self.dialect)
    }

    fn cannot(&self, name: &str, why: impl Into<String>, instead: &str) -> Refusal {
        Refusal { object: object(&self.before.name, name), why: why.into(), instead: instead.into() }
    }

    fn piece(&self, added: Added) -> Piece {
        let table = &self.after.name;
        Piece {
            recipe: added.recipe,
            title: format!("{table} gets {}", added.what),
            table: table.clone(),
            old: added.name.clone(),
            new: added.name.clone(),
            last: added.name.clone(),
            data_type: String::new(),
            expand: added.expand,
            indexes: added.indexes,
            backfill: Backfill { table: table.clone(), ..Backfill::default() },
            late: true,
            contract: added.contract,
            gates: added.gates,
            corners: added.corners,
            meanwhile: crate::expand::Meanwhile::Itself,
            shape: None,
            replaces: Replaced { table: table.clone(), objects: vec![added.name], ..Replaced::default() },
            ..Piece::default()
        }
    }

    fn refuse_partitions(&self, name: &str) -> Result<(), Refusal> {
        let parted = self.before.partition_by.is_some() || self.before.partition_of.is_some();
        match parted && self.dialect.is_postgres() {
            true => Err(self.cannot(
                name,
                "its table is partitioned, and an index of all partitions can't be made CONCURRENTLY",
                "make it on each partition CONCURRENTLY, then on the table, and attach them",
            )),
            false => Ok(()),
        }
    }

    fn index(&self, index: &Index) -> Result<Option<Piece>, Refusal> {
        if !index.unique && self.dialect != Dialect::Postgres || index.concurrently.0 {
            // InnoDB makes an index while others write, by itself; what is made CONCURRENTLY already needs nothing.
            return Ok(None);
        }
        if self.dialect == Dialect::Cockroach {
            return Ok(None);
        }
        self.refuse_partitions(&index.name)?;
        let table = &self.after.name;
        let columns = clause::parts(&index.parts, self.dialect);
        let word = if index.unique { "unique index" } else { "index" };
        let mut added = Added {
            recipe: if index.unique { "add-unique" } else { "add-index" },
            what: format!("the {word} {} ({columns})", index.name),
            name: index.name.clone(),
            expand: vec![],
            indexes: vec![],
            contract: vec![],
            gates: vec![],
            corners: vec![],
        };
        if index.unique {
            added.gates.push(self.duplicates(
                &index.parts,
                index.nulls_not_distinct,
                index.predicate.as_ref().map(|p| p.text.as_str()),
            ));
            added.corners.push(self.when_unique());
        }
        match self.dialect {
            Dialect::Postgres => {
                added.indexes.push(super::phase_index(index, table, super::PG));
                added.gates.push(super::index_gate(table, &index.name, super::PG));
                added.contract.push(super::create_if_missing(index, table));
            }
            _ => added.contract.push(self.made_at_once(index)),
        }
        Ok(Some(self.piece(added)))
    }

    fn when_unique(&self) -> String {
        match self.dialect {
            Dialect::Postgres => "from the moment that `backfill` has made the index, a duplicate is refused, whoever writes it".into(),
            Dialect::Sqlite => "the contract makes the index while nobody can write: for as long as it takes to read the table".into(),
            _ => "duplicates that are written between the gate and the end of the contract make it fail; nothing is changed then".into(),
        }
    }

    fn made_at_once(&self, index: &Index) -> String {
        let made = clause::create_index(index, &self.after.name, false, self.dialect);
        let ignore = "-- unmigrate-ignore add-unique, create-index: duplicates were counted\n";
        match self.dialect {
            Dialect::Mysql => format!("{ignore}{made} ALGORITHM=INPLACE LOCK=NONE"),
            _ => format!("{ignore}{made}"),
        }
    }

    fn constraint(&self, constraint: &Constraint) -> Result<Option<Piece>, Refusal> {
        let name = &constraint.name;
        // A primary key has a recipe of its own.
        if self.dialect == Dialect::Cockroach || matches!(constraint.kind, ConstraintKind::PrimaryKey { .. }) {
            return Ok(None);
        }
        if let (Dialect::Mysql, ConstraintKind::ForeignKey(key)) = (self.dialect, &constraint.kind) {
            return self.foreign_key(constraint, key).map(Some);
        }
        if self.dialect != Dialect::Postgres {
            let why = match self.dialect {
                Dialect::Mysql => {
                    "MySQL and MariaDB copy the table for a check, also where its rows are not to be looked at, and hold writers for \
                     as long; triggers that refuse the same would not spare that"
                }
                _ => "SQLite makes the table anew for a constraint, and nobody writes meanwhile",
            };
            return Err(self.cannot(
                if name.is_empty() { "a constraint" } else { name },
                why,
                "add it in a migration of its own, at a quiet time",
            ));
        }
        match &constraint.kind {
            ConstraintKind::Unique { parts, nulls_not_distinct, .. } => {
                self.refuse_partitions(name)?;
                Ok(Some(self.unique(constraint, parts, *nulls_not_distinct)))
            }
            ConstraintKind::ForeignKey(key) => self.foreign_key(constraint, key).map(Some),
            ConstraintKind::Check(sql) => Ok(Some(self.check(constraint, &sql.text))),
            ConstraintKind::PrimaryKey { .. } => Ok(None),
            ConstraintKind::Exclude(_) => Err(self.cannot(
                name,
                "an exclusion constraint looks at every row under a lock, and PostgreSQL knows no other way",
                "add it at a quiet time",
            )),
        }
    }

    fn unique(&self, constraint: &Constraint, parts: &[Part], nulls_not_distinct: bool) -> Piece {
        let table = &self.after.name;
        let own_name = truncate(Dialect::Postgres, &format!("unmigrate_{}", constraint.name));
        let index = super::as_index(constraint).map(|i| Index { name: own_name.clone(), ..i });
        let made: Vec<&Index> = index.iter().collect();
        let mut contract: Vec<String> = made.iter().map(|i| super::create_if_missing(i, table)).collect();
        contract.push(super::constraint_using(constraint, &own_name, &self.own()));
        self.piece(Added {
            recipe: "add-unique",
            what: format!("the unique constraint {} ({})", constraint.name, clause::parts(parts, self.dialect)),
            name: constraint.name.clone(),
            expand: vec![],
            indexes: made.iter().map(|i| super::phase_index(i, table, super::PG)).collect(),
            contract,
            gates: vec![
                self.duplicates(parts, nulls_not_distinct, None),
                super::index_gate(table, &own_name, super::PG),
            ],
            corners: vec![self.when_unique()],
        })
    }

    fn duplicates(&self, parts: &[Part], nulls_not_distinct: bool, predicate: Option<&str>) -> Gate {
        duplicates(&self.after.name, parts, nulls_not_distinct, predicate, self.dialect)
    }

    /// A constraint that holds for what is written first, and for what is there when the contract has looked.
    fn validated(
        &self,
        constraint: &Constraint,
        recipe: &'static str,
        what: String,
        gate: Gate,
        corner: String,
    ) -> Piece {
        let (own, name) = (self.own(), quote(&constraint.name, self.dialect));
        let eased = Constraint { not_valid: true, ..constraint.clone() };
        self.piece(Added {
            recipe,
            what,
            name: constraint.name.clone(),
            expand: vec![format!("ALTER TABLE {own} ADD {}", clause::constraint(&eased, self.dialect))],
            indexes: vec![],
            contract: vec![format!("ALTER TABLE {own} VALIDATE CONSTRAINT {name}")],
            gates: vec![gate],
            corners: vec![corner],
        })
    }

    fn foreign_key(&self, constraint: &Constraint, key: &ForeignKey) -> Result<Piece, Refusal> {
        if key.matching.eq_ignore_ascii_case("full") {
            return Err(self.cannot(
                &constraint.name,
                "what MATCH FULL would refuse is not counted here",
                "add it NOT VALID yourself, and validate it later",
            ));
        }
        let parent = self.step.after.tables.get(&key.table);
        let theirs: Vec<String> = match key.references.is_empty() {
            false => key.references.clone(),
            true => parent.map(|p| p.key_columns().into_iter().map(str::to_owned).collect()).unwrap_or_default(),
        };
        if theirs.len() != key.columns.len() {
            return Err(self.cannot(
                &constraint.name,
                format!("the history does not say which columns of {} it means", key.table),
                "name them in the migration: REFERENCES t (a)",
            ));
        }
        let q = |name: &String| quote(name, self.dialect);
        let given: Vec<String> = key.columns.iter().map(|c| format!("child.{} IS NOT NULL", q(c))).collect();
        let meets: Vec<String> =
            key.columns.iter().zip(&theirs).map(|(c, p)| format!("parent.{} = child.{}", q(p), q(c))).collect();
        let gate = Gate {
            name: "orphans",
            asks: format!("rows of {} that refer to no row of {}", self.after.name, key.table),
            question: format!(
                "SELECT count(*) FROM {} AS child WHERE {} AND NOT EXISTS (SELECT 1 FROM {} AS parent WHERE {})",
                self.own(),
                given.join(" AND "),
                clause::name(&key.table, self.dialect),
                meets.join(" AND ")
            ),
        };
        let what = format!("the foreign key {} to {}", constraint.name, key.table);
        let corner =
            format!("from expand on a row that refers to no row of {} is refused, whoever writes it", key.table);
        if self.dialect != Dialect::Mysql {
            return Ok(self.validated(constraint, "add-foreign-key", what, gate, corner));
        }
        // Without checks the engine takes one to a table that is not there, and refuses every write then.
        if parent.is_none() {
            return Err(self.cannot(
                &constraint.name,
                format!(
                    "no migration makes {}, and without a look at the rows nobody would notice that it is not there",
                    key.table
                ),
                "add it in a migration of its own, at a quiet time",
            ));
        }
        Ok(self.piece(Added {
            recipe: "add-foreign-key",
            what,
            name: constraint.name.clone(),
            expand: self.unchecked(constraint),
            indexes: vec![],
            contract: vec![],
            gates: vec![gate],
            corners: vec![corner, self.when_unchecked()],
        }))
    }

    /// MySQL: added without a look at the rows, while others write. The engine refuses the way of doing it where the session
    /// has its checks on.
    fn unchecked(&self, constraint: &Constraint) -> Vec<String> {
        let made = clause::constraint(constraint, self.dialect);
        vec![
            "SET @unmigrate_checks = @@foreign_key_checks".into(),
            "SET foreign_key_checks = 0".into(),
            format!("ALTER TABLE {} ADD {made}, ALGORITHM=INPLACE, LOCK=NONE", self.own()),
            "SET foreign_key_checks = @unmigrate_checks".into(),
        ]
    }

    fn when_unchecked(&self) -> String {
        "rows that were there are not looked at by the engine: the gate `orphans` counts them, and the contract has nothing more to do".into()
    }

    fn check(&self, constraint: &Constraint, condition: &str) -> Piece {
        let gate = Gate {
            name: "violations",
            asks: format!("rows of {} that {} refuses", self.after.name, constraint.name),
            question: format!("SELECT count(*) FROM {} WHERE NOT ({condition})", self.own()),
        };
        let what = format!("the check {} ({condition})", constraint.name);
        let corner =
            "from expand on it holds for every row that is written, one that is only updated included".to_owned();
        self.validated(constraint, "add-check", what, gate, corner)
    }
}

/// Keys that more than one row has.
pub(super) fn duplicates(
    table: &Name,
    parts: &[Part],
    nulls_not_distinct: bool,
    predicate: Option<&str>,
    dialect: Dialect,
) -> Gate {
    let plain = |p: &Part| match (&p.column, &p.expression) {
        (Some(column), _) => quote(column, dialect),
        (None, Some(expression)) => format!("({})", expression.text),
        (None, None) => "NULL".to_owned(),
    };
    let keys: Vec<String> = parts.iter().map(plain).collect();
    let mut filters: Vec<String> = predicate.map(|p| format!("({p})")).into_iter().collect();
    if !nulls_not_distinct {
        filters.extend(keys.iter().map(|k| format!("{k} IS NOT NULL")));
    }
    let filter = if filters.is_empty() { String::new() } else { format!(" WHERE {}", filters.join(" AND ")) };
    Gate {
        name: "duplicates",
        asks: format!("keys that more than one row of {table} has"),
        question: format!(
            "SELECT count(*) FROM (SELECT 1 AS one FROM {}{filter} GROUP BY {} HAVING count(*) > 1) AS twice",
            clause::name(table, dialect),
            keys.join(", ")
        ),
    }
}
