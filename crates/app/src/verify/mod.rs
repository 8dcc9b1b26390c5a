//! `verify` proves every rollback on a real engine, with rows in the tables.

mod blame;
pub(crate) mod evidence;
mod filling;
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
mod stage;
mod trip;
mod verb;
mod walk;

pub use progress::{Progress, Silent};
pub use prove::prove;
pub use report::{
    Change, Gap, MigrationVerdict, Refusal, Rows, SampleUse, Unfit, Verdict, VerifiedHistory, VerifyReport,
};
pub use request::{SecretUrl, VerifyRequest};
pub use sample::{MOST_ROWS, Sampled};
pub use scratches::Scratches;
pub use stage::{Stage, Stages};
pub(crate) use verb::engine_stopped;
pub use verb::{verify, verify_on};
