//! Every file below `cases/` is a test: the rollback that comes out is compared with the one in the file, and executed.
//!
//! `cargo test -p unmigrate-tests -- sqlite/rebuild` runs some; `UPDATE_EXPECT=1` writes the answers into the files.
//! SQLite is built in. PostgreSQL and MariaDB are looked for where they usually listen (`UNMIGRATE_TEST_POSTGRES`,
//! `UNMIGRATE_TEST_MYSQL` name others; `none` leaves their cases out, and says so), and else started by `servers.sh`.
//! `UNMIGRATE_CORPUS` names a folder of whole histories that are run, replayed and compared too.

mod case;
mod corpus;
mod engine;
mod harness;
mod observed;
mod roundtrip;
mod snapshots;

use case::Case;
use engine::{Server, given_up};
use libtest_mimic::{Arguments, Failed, Trial};
use std::path::Path;
use std::process::ExitCode;
use unmigrate_kernel::Dialect;

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("cases");
    let cases = match case::all(&folder) {
        Ok(cases) => cases,
        Err(why) => {
            eprintln!("{why}");
            return ExitCode::FAILURE;
        }
    };
    let mut trials = harness::trials(&cases);
    trials.extend(snapshots::trials());
    trials.extend(observed::trials(&cases));
    trials.extend(corpus::trials());
    trials.extend(cases.into_iter().map(trial));
    let conclusion = libtest_mimic::run(&arguments, trials);
    engine::close();
    conclusion.exit_code()
}

fn trial(case: Case) -> Trial {
    let left_out = match case.dialect {
        Dialect::Sqlite => false,
        Dialect::Mysql => given_up(Server::MYSQL),
        Dialect::Postgres | Dialect::Cockroach => given_up(Server::POSTGRES),
    };
    let name = case.name.clone();
    Trial::test(name, move || test(&case).map_err(Failed::from)).with_ignored_flag(left_out)
}

fn test(case: &Case) -> Result<(), String> {
    let rollback = case.rollback()?;
    let answered = case.answered(&rollback);
    let update = std::env::var("UPDATE_EXPECT").is_ok_and(|v| v == "1");
    let compared = if answered.text() == case.text() {
        Ok(())
    } else if update {
        std::fs::write(&case.path, answered.text()).map_err(|e| format!("{}: {e}", case.path.display()))
    } else {
        Err(format!(
            "expected:\n{}--- loss\n{}\nfound:\n{}--- loss\n{}",
            case.down, case.loss, answered.down, answered.loss
        ))
    };
    let ran = roundtrip::check(case, &rollback).map_err(|why| format!("{why}\n\nthe rollback:\n{}", rollback.body));
    match (compared, ran) {
        (Ok(()), Ok(())) => Ok(()),
        (compared, ran) => Err([compared.err(), ran.err()].into_iter().flatten().collect::<Vec<_>>().join("\n")),
    }
}
