//! The proof that the tools agree: real Prisma and real Drizzle deploy, our statements undo or mark, and the tool's own
//! `status` and `deploy` are asked what they make of it.
//!
//! The tools come from npm into `target/tools` the first time (`tests/tools`). PostgreSQL and MariaDB are found as the
//! cases find them; `UNMIGRATE_TEST_POSTGRES=none` and `UNMIGRATE_TEST_MYSQL=none` leave their tests out.

#[path = "tracking/database.rs"]
mod database;
#[path = "tracking/project.rs"]
mod project;
#[path = "engine/servers.rs"]
mod servers;

use project::Project;
use servers::{Server, given_up};
use unmigrate_kernel::Dialect;
use unmigrate_sources::Tool;
use unmigrate_sources::tracking::{How, Moment, Reading, Refusal, Status, Tracking, clock};

type Outcome<T> = Result<T, String>;

/// A test of a journey for each tool and database that is named.
macro_rules! tests {
    ($journey:ident: $($name:ident $version:literal $dialect:ident,)+) => {
        mod $journey {
            use super::*;
            $(#[test]
            fn $name() -> Outcome<()> {
                run($version, Dialect::$dialect, super::$journey)
            })+
        }
    };
}

tests! { rolled_back_and_deployed_again:
    prisma_5_postgres "prisma-5" Postgres,
    prisma_5_sqlite "prisma-5" Sqlite,
    prisma_6_postgres "prisma-6" Postgres,
    prisma_6_sqlite "prisma-6" Sqlite,
    prisma_7_postgres "prisma-7" Postgres,
    prisma_7_sqlite "prisma-7" Sqlite,
    drizzle_0_postgres "drizzle-0" Postgres,
    drizzle_0_mariadb "drizzle-0" Mysql,
    drizzle_0_sqlite "drizzle-0" Sqlite,
    drizzle_1_postgres "drizzle-1" Postgres,
    drizzle_1_mariadb "drizzle-1" Mysql,
    drizzle_1_sqlite "drizzle-1" Sqlite,
}

tests! { marked_as_applied:
    prisma_5_postgres "prisma-5" Postgres,
    prisma_6_sqlite "prisma-6" Sqlite,
    prisma_7_postgres "prisma-7" Postgres,
    prisma_7_sqlite "prisma-7" Sqlite,
    drizzle_0_postgres "drizzle-0" Postgres,
    drizzle_0_mariadb "drizzle-0" Mysql,
    drizzle_0_sqlite "drizzle-0" Sqlite,
    drizzle_1_postgres "drizzle-1" Postgres,
    drizzle_1_mariadb "drizzle-1" Mysql,
    drizzle_1_sqlite "drizzle-1" Sqlite,
}

tests! { baseline:
    prisma_6_postgres "prisma-6" Postgres,
    prisma_7_sqlite "prisma-7" Sqlite,
    drizzle_0_postgres "drizzle-0" Postgres,
    drizzle_1_mariadb "drizzle-1" Mysql,
    drizzle_1_postgres "drizzle-1" Postgres,
    drizzle_0_sqlite "drizzle-0" Sqlite,
}

fn run(version: &'static str, dialect: Dialect, journey: fn(Project) -> Outcome<()>) -> Outcome<()> {
    let left_out = match dialect {
        Dialect::Postgres | Dialect::Cockroach => given_up(Server::POSTGRES),
        Dialect::Mysql => given_up(Server::MYSQL),
        Dialect::Sqlite => false,
    };
    if left_out { Ok(()) } else { journey(Project::new(version, dialect)?) }
}

/// Fails with both sides where they differ.
fn same<T: PartialEq + std::fmt::Debug>(what: &str, is: T, wanted: T) -> Outcome<()> {
    if is == wanted { Ok(()) } else { Err(format!("{what}: {is:?}\nand not: {wanted:?}")) }
}

/// For every k: the last k are undone and forgotten; the tool then runs those k again, nothing else, and the schema is
/// that of a fresh deploy.
fn rolled_back_and_deployed_again(mut project: Project) -> Outcome<()> {
    project.deploy()?;
    let (fresh, rows) = (project.database.schema()?, project.rows()?);
    let (names, orm) = (project.names(), project.version.orm());
    let ran = if project.version.tool() == Tool::Prisma { How::Run } else { How::Untold };
    for k in 1..=names.len() {
        let state = project.state()?;
        same("applied", state.applied().map(str::to_owned).collect(), names.clone())?;
        for standing in &state.migrations {
            same("status", &standing.status, &Status::Applied(ran))?;
            let plain = (standing.runs_next, standing.edited, standing.applied_rows);
            same("how it stands", plain, (false, false, 1))?;
        }
        let undone: Vec<&str> = names.iter().rev().take(k).map(String::as_str).collect();
        let unmarked = project.tracking()?.unmark(&project.source()?, orm, &undone).map_err(|r| r.to_string())?;
        same("what runs besides", (unmarked.also_run, unmarked.together), (vec![], false))?;
        for at in (names.len() - k..names.len()).rev() {
            project.undo(at)?;
        }
        project.write_all(&unmarked.writes)?;
        let pending = names[names.len() - k..].to_vec();
        let state = project.state()?;
        let runs: Vec<String> = state.migrations.iter().filter(|m| m.runs_next).map(|m| m.name.clone()).collect();
        same("pending", runs, pending.clone())?;
        if project.version.tool() == Tool::Prisma {
            same("pending by Prisma", project.pending_by_prisma()?, pending.clone())?;
        }
        let said = project.deploy()?;
        if project.version.tool() == Tool::Prisma {
            let ran: Vec<String> = names.iter().filter(|n| said.contains(&format!("─ {n}/"))).cloned().collect();
            same("deployed", ran, pending)?;
        }
        same("schema", project.database.schema()?, fresh.clone())?;
        same("rows", project.rows()?, rows.clone())?;
    }
    Ok(())
}

/// A UUID that no other row of the test has.
fn uuid() -> impl FnMut() -> String {
    let mut n = 0;
    move || {
        n += 1;
        format!("00000000-0000-4000-8000-{n:012}")
    }
}

fn now(project: &mut Project) -> Outcome<Moment> {
    let answer = project.database.query(clock(project.database.dialect))?;
    answer.first().and_then(|ms| ms.parse().ok()).map(Moment).ok_or_else(|| "no time".into())
}

/// The last two are in the database and not in its table: once they are marked, the tool has nothing to do, and the rows
/// are those that it would have written.
fn marked_as_applied(mut project: Project) -> Outcome<()> {
    project.deploy()?;
    let (fresh, rows) = (project.database.schema()?, project.rows()?);
    let (names, orm, source) = (project.names(), project.version.orm(), project.source()?);
    let last: Vec<&str> = names.iter().skip(1).map(String::as_str).collect();
    let newest_first: Vec<&str> = last.iter().rev().copied().collect();
    let unmarked = project.tracking()?.unmark(&source, orm, &newest_first).map_err(|r| r.to_string())?;
    project.write_all(&unmarked.writes)?;

    let now = now(&mut project)?;
    let all: Vec<&str> = names.iter().map(String::as_str).collect();
    let writes = project.tracking()?.mark(&source, orm, &all, now, &mut uuid()).map_err(|r| r.to_string())?;
    same("statements", writes.len(), 2)?;
    project.write_all(&writes)?;
    for write in &writes {
        same("a second time", project.database.execute(&write.sql)?, 0)?;
    }
    let again = project.tracking()?.mark(&source, orm, &all, now, &mut uuid()).map_err(|r| r.to_string())?;
    same("nothing is left to mark", again, vec![])?;
    let state = project.state()?;
    same("applied", state.applied().map(str::to_owned).collect(), names.clone())?;

    if project.version.tool() == Tool::Prisma {
        same("marked", &state.migrations[2].status, &Status::Applied(How::Marked))?;
        same("pending by Prisma", project.pending_by_prisma()?, vec![])?;
        let said = project.deploy()?;
        let nothing = said.contains("No pending migrations to apply.");
        same(&said, nothing, true)?;
        return as_prisma_itself_marks(project, &names[2], &names[1]);
    }
    project.deploy()?;
    same("rows", project.rows()?, rows)?;
    same("schema", project.database.schema()?, fresh)
}

/// `prisma migrate resolve --applied` writes for one migration what we write for another.
fn as_prisma_itself_marks(mut project: Project, theirs: &str, ours: &str) -> Outcome<()> {
    let source = project.source()?;
    let unmarked = project.tracking()?.unmark(&source, None, &[theirs]).map_err(|r| r.to_string())?;
    project.write_all(&unmarked.writes)?;
    let said = project.run(&["migrate", "resolve", "--applied", theirs])?;
    same(&said.text, said.ok, true)?;
    let rows = project.rows()?;
    let row = |name: &str| {
        let row = rows.iter().find(|row| row[1].as_deref() == Some(name)).cloned();
        row.map(|row| row[2..].to_vec())
    };
    same("the row", row(ours), row(theirs))?;
    let kinds = match project.database.dialect {
        Dialect::Sqlite => {
            "SELECT DISTINCT typeof(id), typeof(started_at), typeof(finished_at), typeof(logs), \
                            typeof(applied_steps_count), length(id) FROM _prisma_migrations WHERE applied_steps_count = 0"
        }
        _ => "SELECT DISTINCT length(id) FROM _prisma_migrations",
    };
    same("kinds of values", project.database.query(kinds)?.rows.len(), 1)
}

/// What was made by hand, in a database that the tool has never seen, counts as applied once it is marked.
fn baseline(mut project: Project) -> Outcome<()> {
    let (names, orm, source) = (project.names(), project.version.orm(), project.source()?);
    for at in 0..names.len() {
        project.apply_by_hand(at)?;
    }
    let by_hand = project.database.schema()?;
    let (tool, dialect, at) = (project.version.tool(), project.database.dialect, project.location());
    let found = unmigrate_sources::tracking::read(tool, dialect, &at, &mut |sql: &str| project.database.query(sql))?;
    same("before", found, Reading::Missing)?;
    let absent = Tracking::absent(&source, &at, orm);
    let now = now(&mut project)?;
    let all: Vec<&str> = names.iter().map(String::as_str).collect();
    if project.version.0 == "drizzle-0" {
        let refused = absent.mark(&source, orm, &all[1..], now, &mut uuid());
        let wanted = Refusal::WouldSkip { name: names[2].clone(), skipped: vec![names[0].clone()] };
        same("without the first", refused, Err(wanted))?;
    }
    let writes = absent.mark(&source, orm, &all, now, &mut uuid()).map_err(|r| r.to_string())?;
    project.write_all(&writes)?;
    let rows = project.rows()?;
    same("rows", rows.len(), names.len())?;
    if tool == Tool::Prisma {
        same("pending by Prisma", project.pending_by_prisma()?, vec![])?;
    }
    project.deploy()?;
    same("rows", project.rows()?, rows)?;
    same("schema", project.database.schema()?, by_hand)
}
