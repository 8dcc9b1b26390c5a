//! A plan with everything in it: what the tests of `rollback` show.

use unmigrate_app::rollback::{
    ArchiveReport, DownReport, OutcomeReport, OutcomeState, PlanReport, RollbackReport, StepReport, TargetReport,
};
use unmigrate_app::{NoteReport, State};
use unmigrate_kernel::{Grade, NoteKind};

const BIO: &str = "20260102_add_bio";
const BIO_DOWN: &str = "prisma/migrations/20260102_add_bio/down.sql";
const INDEX: &str = "20260103_index";

/// A database of this class.
pub fn target(class: &str) -> TargetReport {
    TargetReport {
        engine: "PostgreSQL 15.20".into(),
        database: "shop".into(),
        class: class.into(),
        shown: "postgresql://app@db.example.com:5432/shop".into(),
    }
}

fn step(migration: &str, sql: &str, transaction: Option<usize>, lock: &str) -> StepReport {
    StepReport {
        migration: migration.into(),
        sql: sql.into(),
        transaction,
        lock: (!lock.is_empty()).then(|| lock.into()),
        why: "undo the migration".into(),
        file: Some(format!("prisma/migrations/{migration}/down.sql")),
        line: Some(3),
    }
}

fn forget(migration: &str, transaction: Option<usize>) -> StepReport {
    StepReport {
        why: format!("make Prisma forget that `{migration}` was applied"),
        file: None,
        line: None,
        ..step(migration, "DELETE FROM \"_prisma_migrations\"", transaction, "ROW EXCLUSIVE on _prisma_migrations")
    }
}

/// An index that goes outside of a transaction, and before it a column that goes with its values.
pub fn plan() -> PlanReport {
    let note = |kind, object: &str, detail: &str, count| NoteReport {
        kind,
        object: object.into(),
        detail: detail.into(),
        file: "prisma/migrations/20260102_add_bio/migration.sql".into(),
        line: 4,
        question: None,
        count,
    };
    PlanReport {
        fingerprint: format!("sha256:{}", "0".repeat(64)),
        migrations: vec![
            DownReport {
                name: INDEX.into(),
                down: format!("prisma/migrations/{INDEX}/down.sql"),
                grade: Some(Grade::Lossless),
                state: State::Unchanged,
                verified: true,
                notes: vec![],
            },
            DownReport {
                name: BIO.into(),
                down: BIO_DOWN.into(),
                grade: Some(Grade::Lossy),
                state: State::Stale,
                verified: false,
                notes: vec![
                    note(NoteKind::Discards, "users.bio", "the values in it", Some(40)),
                    note(NoteKind::Gone, "users.nick", "the migration dropped the column", None),
                ],
            },
        ],
        steps: vec![
            step(INDEX, "DROP INDEX CONCURRENTLY \"users_email\"", None, "SHARE UPDATE EXCLUSIVE on users"),
            forget(INDEX, None),
            step(BIO, "ALTER TABLE \"users\"\n  DROP COLUMN \"bio\"", Some(0), "ACCESS EXCLUSIVE on users"),
            step(BIO, "ALTER TABLE \"users\" ADD COLUMN \"nick\" TEXT", Some(0), "ACCESS EXCLUSIVE on users"),
            forget(BIO, Some(0)),
        ],
        archive: Some(ArchiveReport {
            place: "the schema _unmigrate".into(),
            objects: vec!["users.bio".into()],
            rows: 40,
            bytes: Some(8192),
            keyless: vec!["logs: it has no key".into()],
        }),
    }
}

/// How that ended.
pub fn report(class: &str, state: OutcomeState) -> RollbackReport {
    let done = match state {
        OutcomeState::Done => vec![INDEX.into(), BIO.into()],
        OutcomeState::Partly => vec![INDEX.into()],
        _ => vec![],
    };
    let kept = if state == OutcomeState::Done { vec!["bio_20261126".to_owned()] } else { vec![] };
    let outcome = OutcomeReport { state, done, stopped_at: None, kept, waited: 2400, audited: true };
    RollbackReport { version: 1, target: target(class), plan: plan(), outcome, problems: vec![] }
}
