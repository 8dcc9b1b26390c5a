//! `expand`, `backfill` and `contract`: a breaking migration in phases, each a migration of the tool's own.
//!
//! [`expand`] rewrites a migration that no database has run yet, and keeps the contract out of the tool's folder, in
//! `unmigrate/expand/<migration>/` of the project: a deploy applies all that is pending. [`backfill`] fills the rows that
//! were there before. [`contract`] asks the gates and writes the next migration. What state a database is in, it says
//! itself; the plan's file knows only what was written.

mod applied;
mod backfill;
mod batch;
mod chunks;
mod clients;
mod contract;
mod drizzle;
mod edits;
mod foretold;
mod lag;
mod module;
mod pages;
mod plan;
mod prisma;
mod refusal;
mod release;
mod report;
mod running;
mod schema;
mod snapshot;
mod timeline;
mod verb;

pub use backfill::{BackfillOptions, Filling, Silent, backfill};
pub use contract::{ContractOptions, contract};
pub(crate) use pages::PAGES;
pub use plan::{Part, PlanFile, PlanPhase, Release, ReleaseSchema};
pub use release::plan;
pub use report::{
    BackfillReport, ContractReport, ExpandReport, GateReport, QuestionReport, RefusalReport, SchemaReport,
};
pub use timeline::{Moment, mermaid, timeline};
pub use verb::{ExpandOptions, Where, expand};
