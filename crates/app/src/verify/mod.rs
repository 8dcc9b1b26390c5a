//! `verify` proves every rollback on a real engine, with rows in the tables.

mod blame;
mod confine;
pub(crate) mod evidence;
mod filling;
mod lanes;
mod measure;
pub(crate) mod observe;
mod prepared;
mod progress;
mod prove;
mod report;
mod request;
mod run;
mod sample;
mod scene;
mod scratches;
mod spent;
mod stage;
mod trip;
mod verb;
mod walk;

pub use measure::{Cost, Measured, measure};
pub use progress::{Progress, Silent};
pub use prove::prove;
pub use report::{
    Change, Gap, MigrationVerdict, Refusal, Rows, SampleUse, Unfit, Verdict, VerifiedHistory, VerifyReport,
};
pub use request::VerifyRequest;
pub(crate) use run::up;
pub use sample::{MOST_ROWS, Sampled};
pub use scratches::Scratches;
pub use spent::Spent;
pub use stage::{Company, Stage, Stages};
pub use unmigrate_engines::Secret;
pub(crate) use verb::engine_stopped;
pub use verb::{verify, verify_on};
