//! The plan's file: what was written, for whoever goes on with it.

use crate::write::replace;
use crate::{Problem, target};
use serde::{Deserialize, Serialize};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use unmigrate_kernel::Dialect;
use unmigrate_kernel::catalog::Name;
use unmigrate_kernel::expand::{Backfill, Batch, Gate, PhaseIndex, PhaseKey, Piece};
use unmigrate_kernel::render::clause;
use unmigrate_sources::Source;

/// Where plans lie, in the project.
const FOLDER: &str = "unmigrate/expand";
const FILE: &str = "plan.json";

/// How far a plan was written. How far a database is, the database says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum PlanPhase {
    /// The migration is rewritten; both shapes work where it is applied.
    Expanded,
    /// The contract is a migration of its own.
    Contracted,
}

/// A plan, version 1.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PlanFile {
    /// Of the contract: 1.
    pub version: u32,
    /// The migration that was rewritten.
    pub migration: String,
    /// How far it is written.
    pub phase: PlanPhase,
    /// The migration that ends it, once it is written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contract: Option<String>,
    /// What is done.
    pub parts: Vec<Part>,
    /// What is to be done with the code and the schema, release by release.
    pub checklist: Vec<String>,
    /// What the schema is with each release, where it can be told; it is kept in a file of its own.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub schema: Vec<ReleaseSchema>,
}

/// A release of a plan, by what comes with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Release {
    /// The expand phase.
    Expand,
    /// The code that has the new shape.
    Code,
    /// The contract.
    Contract,
}

impl Release {
    /// All of them, in their order.
    pub const ALL: [Release; 3] = [Release::Expand, Release::Code, Release::Contract];

    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Release::Expand => "expand",
            Release::Code => "code",
            Release::Contract => "contract",
        }
    }
}

/// What the schema is with a release.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReleaseSchema {
    /// Which.
    pub release: Release,
    /// What changes in it, as a unified diff, as it was meant when the plan was made.
    pub diff: String,
}

/// One thing that a plan does.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Part {
    /// The recipe: `rename-column`.
    pub recipe: String,
    /// In a few words.
    pub title: String,
    /// The table as people write it.
    pub table: String,
    /// The column of the old shape.
    pub old: String,
    /// The table that the new column is in, where it is another one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub into: Option<String>,
    /// The column of the new shape, while both are there; of an index or a constraint its name, of a table nothing.
    pub new: String,
    /// What the column is called when the contract is through.
    #[serde(default)]
    pub last: String,
    /// Columns of the key that batches go by; none: the table has no key.
    pub key: Vec<String>,
    /// The table in SQL.
    pub relation: String,
    /// What SET gets; nothing: no row of this table is filled.
    pub set: String,
    /// The statements of a batch where rows of another table are filled for this one's, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub batch: Vec<Around>,
    /// What holds for a row that is still to be done.
    pub todo: String,
    /// Indexes for the time of both shapes.
    pub indexes: Vec<Made>,
    /// Foreign keys for the time of both shapes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub references: Vec<Referring>,
    /// What has to hold before the contract.
    pub gates: Vec<Asked>,
    /// What can't be told apart, or can't be given.
    pub corners: Vec<String>,
}

/// A statement around the condition that a batch is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Around {
    /// What stands before the condition.
    pub head: String,
    /// What stands behind it; none: the statement has no condition.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tail: Option<String>,
}

/// An index for the time of both shapes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Made {
    /// Its name.
    pub name: String,
    /// Makes it.
    pub sql: String,
    /// Drops it.
    pub drop: String,
}

/// A foreign key for the time of both shapes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Referring {
    /// Its name.
    pub name: String,
    /// The table that it is of, in SQL.
    pub relation: String,
    /// Makes it for what is written from then on.
    pub add: String,
    /// Looks at the rows that are there.
    pub validate: String,
}

/// A gate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Asked {
    /// The word of `--skip-gate`.
    pub name: String,
    /// What it counts.
    pub asks: String,
    /// The query; 0 opens it.
    pub question: String,
}

impl Part {
    /// Rows are to be filled.
    pub fn fills(&self) -> bool {
        !self.set.is_empty() || !self.batch.is_empty()
    }

    /// Something goes with the contract that only old versions name.
    pub fn drops(&self) -> bool {
        self.recipe.starts_with("drop-")
    }

    /// Of what the kernel found.
    pub fn of(piece: &Piece, dialect: Dialect) -> Part {
        let Piece { recipe, title, table, old, into, new, last, indexes, keys, backfill, gates, corners, .. } =
            piece.clone();
        let relation = |table: &Name| clause::name(table, dialect);
        let Backfill { key, set, batch, todo, .. } = backfill;
        Part {
            recipe: recipe.to_owned(),
            title,
            table: table.to_string(),
            old,
            into: into.map(|table| table.to_string()),
            new,
            last,
            key,
            relation: relation(&table),
            set,
            batch: batch.into_iter().map(|Batch { head, tail }| Around { head, tail }).collect(),
            todo,
            indexes: indexes.into_iter().map(|PhaseIndex { name, sql, drop }| Made { name, sql, drop }).collect(),
            references: keys
                .into_iter()
                .map(|PhaseKey { name, table, add, validate }| Referring {
                    name,
                    relation: relation(&table),
                    add,
                    validate,
                })
                .collect(),
            gates: gates
                .into_iter()
                .map(|Gate { name, asks, question }| Asked { name: name.to_owned(), asks, question })
                .collect(),
            corners,
        }
    }
}

/// A plan and where it lies.
pub struct Place {
    /// `unmigrate/expand/<migration>`.
    pub folder: PathBuf,
}

impl Place {
    /// Of a migration of a folder.
    pub fn of(source: &Source, cwd: &Path, migration: &str) -> Place {
        Place { folder: target::project_of(&source.dir, cwd).join(FOLDER).join(migration) }
    }

    /// A file of the plan.
    pub fn file(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// Reads the plan.
    ///
    /// # Errors
    /// `not-expanded` where there is none, `broken-plan` where it can't be read.
    pub fn read(&self, migration: &str) -> Result<PlanFile, Problem> {
        let path = self.file(FILE);
        let text = match fs::read_to_string(&path) {
            Ok(text) => text,
            Err(why) if why.kind() == io::ErrorKind::NotFound => return Err(super::refusal::not_expanded(migration)),
            Err(why) => return Err(broken(&path, &why.to_string())),
        };
        let plan: PlanFile = serde_json::from_str(&text).map_err(|why| broken(&path, &why.to_string()))?;
        match plan.version {
            1 => Ok(plan),
            other => Err(broken(&path, &format!("it is of version {other}, which a newer unmigrate writes"))),
        }
    }

    /// Writes the plan whole.
    ///
    /// # Errors
    /// The operating system's own.
    pub fn write(&self, plan: &PlanFile) -> io::Result<PathBuf> {
        fs::create_dir_all(&self.folder)?;
        let path = self.file(FILE);
        let text = serde_json::to_string_pretty(plan).map_err(io::Error::other)?;
        replace(&path, &format!("{text}\n"))?;
        Ok(path)
    }
}

/// The migrations of a folder that have a plan, in the order of the history.
pub fn planned(source: &Source, cwd: &Path) -> Vec<String> {
    let has = |name: &&String| Place::of(source, cwd, name).file(FILE).is_file();
    source.history.migrations.iter().map(|m| &m.name).filter(has).cloned().collect()
}

fn broken(path: &Path, why: &str) -> Problem {
    Problem::error(
        "broken-plan",
        format!("`{}` can't be used: {why}", path.display()),
        "restore it from version control: it says what was written",
    )
}
