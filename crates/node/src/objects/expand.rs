//! What `expand`, `backfill`, `contract` and `plan` give, field by field what `--json` prints.

use super::{Problem, all};
use napi_derive::napi;
use unmigrate_app::expand as app;
use unmigrate_app::site::TargetReport;

/// One thing that a plan does.
#[napi(object)]
pub struct PlanPart {
    /// The recipe: `rename-column`, `change-type`, `make-required`, `drop-column`, `drop-table`, `rename-table`,
    /// `change-default`, `move-column`, `split-table`, `merge-tables`, `add-unique`, `add-index`, `add-foreign-key`, `add-check`.
    pub recipe: String,
    /// In a few words.
    pub title: String,
    /// The table.
    pub table: String,
    /// The column of the old shape.
    pub old: String,
    /// The table that the new column is in, where it is another one.
    pub into: Option<String>,
    /// The column of the new shape, while both are there; of an index or a constraint its name, of a table nothing.
    pub new: String,
    /// What the column is called when the contract is through.
    pub last: String,
    /// Columns of the key that batches go by.
    pub key: Vec<String>,
    /// The table in SQL.
    pub relation: String,
    /// What SET gets; empty: no row of this table is filled.
    pub set: String,
    /// The statements of a batch where rows of another table are filled for this one's, in order.
    pub batch: Vec<PlanBatch>,
    /// What holds for a row that is still to be done.
    pub todo: String,
    /// Indexes that `backfill` makes.
    pub indexes: Vec<PlanIndex>,
    /// Foreign keys that `backfill` makes when all is filled.
    pub references: Vec<PlanReference>,
    /// What has to hold before the contract.
    pub gates: Vec<PlanGate>,
    /// What can't be told apart, or can't be given.
    pub corners: Vec<String>,
}

/// A statement around the condition that a batch is.
#[napi(object)]
pub struct PlanBatch {
    /// What stands before the condition.
    pub head: String,
    /// What stands behind it; nothing: the statement has no condition.
    pub tail: Option<String>,
}

/// A foreign key that `backfill` makes.
#[napi(object)]
pub struct PlanReference {
    /// Its name.
    pub name: String,
    /// The table that it is of, in SQL.
    pub relation: String,
    /// Makes it for what is written from then on.
    pub add: String,
    /// Looks at the rows that are there.
    pub validate: String,
}

/// An index that `backfill` makes.
#[napi(object)]
pub struct PlanIndex {
    /// Its name.
    pub name: String,
    /// Makes it.
    pub sql: String,
    /// Drops it.
    pub drop: String,
}

/// What has to hold before the contract.
#[napi(object)]
pub struct PlanGate {
    /// Its name, as `skipGate` takes it.
    pub name: String,
    /// What it counts.
    pub asks: String,
    /// The query; 0 opens it.
    pub question: String,
}

impl From<app::Part> for PlanPart {
    fn from(it: app::Part) -> PlanPart {
        PlanPart {
            recipe: it.recipe,
            title: it.title,
            table: it.table,
            old: it.old,
            into: it.into,
            new: it.new,
            last: it.last,
            key: it.key,
            relation: it.relation,
            set: it.set,
            batch: it.batch.into_iter().map(|b| PlanBatch { head: b.head, tail: b.tail }).collect(),
            todo: it.todo,
            indexes: it.indexes.into_iter().map(|i| PlanIndex { name: i.name, sql: i.sql, drop: i.drop }).collect(),
            references: it
                .references
                .into_iter()
                .map(|r| PlanReference { name: r.name, relation: r.relation, add: r.add, validate: r.validate })
                .collect(),
            gates: it
                .gates
                .into_iter()
                .map(|g| PlanGate { name: g.name, asks: g.asks, question: g.question })
                .collect(),
            corners: it.corners,
        }
    }
}

/// What became of the schema file. With nothing of it all, there is nothing to edit.
#[napi(object)]
pub struct ExpandSchema {
    /// The file that was written; of several, the first.
    pub file: Option<String>,
    /// All files that were written.
    pub files: Vec<String>,
    /// What changed in them, or would with `write`, as a unified diff.
    pub diff: Option<String>,
    /// Why it is for a person to edit.
    pub why: Option<String>,
}

impl From<app::SchemaReport> for ExpandSchema {
    fn from(it: app::SchemaReport) -> ExpandSchema {
        ExpandSchema { file: it.file, files: it.files, diff: it.diff, why: it.why }
    }
}

/// What only a person knows.
#[napi(object)]
pub struct ExpandQuestion {
    /// What it is about.
    pub object: String,
    /// The question.
    pub question: String,
    /// Each flag that answers it, and what it says.
    #[napi(ts_type = "[string, string][]")]
    pub answers: Vec<Vec<String>>,
}

/// What can't be done.
#[napi(object)]
pub struct ExpandRefusal {
    /// What it is about.
    pub object: String,
    /// Why.
    pub why: String,
    /// What to do instead.
    pub instead: String,
}

/// A migration in phases: what `expand` gives.
#[napi(object)]
pub struct ExpandReport {
    /// Of this shape. Fields are only ever added within a version.
    #[napi(ts_type = "1")]
    pub version: u32,
    /// The migration.
    pub migration: String,
    /// What is done.
    pub parts: Vec<PlanPart>,
    /// What only a person knows; nothing was written then.
    pub questions: Vec<ExpandQuestion>,
    /// What can't be done; nothing was written then.
    pub refusals: Vec<ExpandRefusal>,
    /// The files that were written, relative to the working directory.
    pub written: Vec<String>,
    /// What became of the schema file, or would; nothing where it was not asked for, and can't be told.
    pub schema: Option<ExpandSchema>,
    /// What is to be done with the code and the schema, release by release.
    pub checklist: Vec<String>,
    /// What is good to know.
    pub problems: Vec<Problem>,
}

impl From<app::ExpandReport> for ExpandReport {
    fn from(it: app::ExpandReport) -> ExpandReport {
        let question = |q: app::QuestionReport| ExpandQuestion {
            object: q.object,
            question: q.question,
            answers: q.answers.into_iter().map(|(flag, says)| vec![flag, says]).collect(),
        };
        let refusal = |r: app::RefusalReport| ExpandRefusal { object: r.object, why: r.why, instead: r.instead };
        ExpandReport {
            version: it.version,
            migration: it.migration,
            parts: all(it.parts),
            questions: it.questions.into_iter().map(question).collect(),
            refusals: it.refusals.into_iter().map(refusal).collect(),
            written: it.written,
            schema: it.schema.map(ExpandSchema::from),
            checklist: it.checklist,
            problems: all(it.problems),
        }
    }
}

/// The database that is meant.
#[napi(object)]
pub struct BackfillTarget {
    /// Its server and version.
    pub engine: String,
    /// Its name.
    pub database: String,
    /// Its class.
    pub class: String,
    /// Its place, without a password.
    pub shown: String,
}

impl From<TargetReport> for BackfillTarget {
    fn from(it: TargetReport) -> BackfillTarget {
        BackfillTarget { engine: it.engine, database: it.database, class: it.class, shown: it.shown }
    }
}

/// What `backfill` did.
#[napi(object)]
pub struct BackfillReport {
    /// Of this shape. Fields are only ever added within a version.
    #[napi(ts_type = "1")]
    pub version: u32,
    /// The migration.
    pub migration: String,
    /// Which database.
    pub target: BackfillTarget,
    /// Rows that this run filled.
    pub rows: f64,
    /// Batches that this run did.
    pub batches: f64,
    /// Rows that are still to be done, counted at the end.
    pub left: f64,
    /// Indexes that were made.
    pub indexes: Vec<String>,
    /// Foreign keys that were made.
    pub references: Vec<String>,
    /// What stopped it.
    pub problems: Vec<Problem>,
}

impl From<app::BackfillReport> for BackfillReport {
    fn from(it: app::BackfillReport) -> BackfillReport {
        BackfillReport {
            version: it.version,
            migration: it.migration,
            target: it.target.into(),
            rows: it.rows as f64,
            batches: it.batches as f64,
            left: it.left as f64,
            indexes: it.indexes,
            references: it.references,
            problems: all(it.problems),
        }
    }
}

/// What `contract` asked and wrote.
#[napi(object)]
pub struct ContractReport {
    /// Of this shape. Fields are only ever added within a version.
    #[napi(ts_type = "1")]
    pub version: u32,
    /// The migration that was expanded.
    pub migration: String,
    /// What was asked, and answered.
    pub gates: Vec<ContractGate>,
    /// The migration that was written; `undefined` where a gate is closed.
    pub contract: Option<String>,
    /// The files that were written, relative to the working directory.
    pub written: Vec<String>,
    /// What became of the schema file, or would; nothing where a gate is closed, or it is for a person to edit.
    pub schema: Option<ExpandSchema>,
    /// Which gates are closed and why, and what else is good to know.
    pub problems: Vec<Problem>,
}

/// A gate and what it saw.
#[napi(object)]
pub struct ContractGate {
    /// Its name, as `skipGate` takes it.
    pub name: String,
    /// What it counts.
    pub asks: String,
    /// What it saw; `undefined` where nobody was asked.
    pub saw: Option<String>,
    /// It lets through.
    pub open: bool,
    /// Why it was not asked.
    pub skipped: Option<String>,
}

impl From<app::ContractReport> for ContractReport {
    fn from(it: app::ContractReport) -> ContractReport {
        let gate = |g: app::GateReport| ContractGate {
            name: g.name,
            asks: g.asks,
            saw: g.saw,
            open: g.open,
            skipped: g.skipped,
        };
        ContractReport {
            version: it.version,
            migration: it.migration,
            gates: it.gates.into_iter().map(gate).collect(),
            contract: it.contract,
            written: it.written,
            schema: it.schema.map(ExpandSchema::from),
            problems: all(it.problems),
        }
    }
}

/// A plan as it was written: what `plan` gives.
#[napi(object)]
pub struct Plan {
    /// Of this shape. Fields are only ever added within a version.
    #[napi(ts_type = "1")]
    pub version: u32,
    /// The migration that was rewritten.
    pub migration: String,
    /// How far it is written.
    #[napi(ts_type = "'expanded' | 'contracted'")]
    pub phase: String,
    /// The migration that ends it, once it is written.
    pub contract: Option<String>,
    /// What is done.
    pub parts: Vec<PlanPart>,
    /// What is to be done with the code and the schema, release by release.
    pub checklist: Vec<String>,
    /// What the schema is with each release, where it can be told.
    pub schema: Option<Vec<ReleaseSchema>>,
}

/// What the schema is with a release.
#[napi(object)]
pub struct ReleaseSchema {
    /// With expand, with the code that has the new shape, or with the contract.
    #[napi(ts_type = "'expand' | 'code' | 'contract'")]
    pub release: String,
    /// What changes in it, as a unified diff, as it was meant when the plan was made.
    pub diff: String,
}

impl From<app::PlanFile> for Plan {
    fn from(it: app::PlanFile) -> Plan {
        let phase = match it.phase {
            app::PlanPhase::Expanded => "expanded",
            app::PlanPhase::Contracted => "contracted",
        };
        Plan {
            version: it.version,
            migration: it.migration,
            phase: phase.to_owned(),
            contract: it.contract,
            parts: all(it.parts),
            checklist: it.checklist,
            schema: (!it.schema.is_empty()).then(|| it.schema.into_iter().map(release).collect()),
        }
    }
}

fn release(it: app::ReleaseSchema) -> ReleaseSchema {
    ReleaseSchema { release: it.release.word().to_owned(), diff: it.diff }
}
