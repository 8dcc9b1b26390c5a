//! The proof that the tools agree: real Prisma and real Drizzle deploy, our statements undo or mark, and the tool's own
//! `status` and `deploy` are asked what they make of it.
//!
//! The tools come from npm into `target/tools` the first time (`tests/tools`). PostgreSQL and MariaDB are found as the
//! cases find them; `UNMIGRATE_TEST_POSTGRES=none` and `UNMIGRATE_TEST_MYSQL=none` leave their tests out.

#[path = "tracking/resolved.rs"]
mod by_resolve;
#[path = "tracking/database.rs"]
mod database;
#[path = "tracking/project.rs"]
mod project;
#[path = "engine/servers.rs"]
mod servers;

use by_resolve::{baselined, resolved, taken_back, without_its_process};
use project::{DAY, FIRST, Project};
use servers::{Server, given_up};
use unmigrate_kernel::Dialect;
use unmigrate_sources::Tool;
use unmigrate_sources::tracking::batch::NoBatch;
use unmigrate_sources::tracking::{How, Location, Moment, Reading, Refusal, Status, ToolLock, Tracking, clock};

type Outcome<T> = Result<T, String>;

/// A test of a journey for each tool and database that is named; one with a word behind it is left to that command.
macro_rules! tests {
    ($journey:ident: $($name:ident $version:literal $dialect:ident $($later:literal)?,)+) => {
        mod $journey {
            use super::*;
            $(#[test]
            $(#[ignore = $later])?
            fn $name() -> Outcome<()> {
                run($version, Dialect::$dialect, super::$journey)
            })+
        }
    };
}

tests! { rolled_back_and_deployed_again:
    prisma_5_postgres "prisma-5" Postgres "npm run tools",
    prisma_5_sqlite "prisma-5" Sqlite,
    prisma_6_postgres "prisma-6" Postgres "npm run tools",
    prisma_6_sqlite "prisma-6" Sqlite,
    prisma_7_postgres "prisma-7" Postgres,
    prisma_7_sqlite "prisma-7" Sqlite "npm run tools",
    drizzle_0_postgres "drizzle-0" Postgres,
    drizzle_0_mariadb "drizzle-0" Mysql,
    drizzle_0_sqlite "drizzle-0" Sqlite "npm run tools",
    drizzle_1_postgres "drizzle-1" Postgres,
    drizzle_1_mariadb "drizzle-1" Mysql,
    drizzle_1_sqlite "drizzle-1" Sqlite "npm run tools",
}

tests! { resolved:
    prisma_5_postgres "prisma-5" Postgres "npm run tools",
    prisma_5_sqlite "prisma-5" Sqlite,
    prisma_6_postgres "prisma-6" Postgres,
    prisma_6_sqlite "prisma-6" Sqlite "npm run tools",
    prisma_7_postgres "prisma-7" Postgres "npm run tools",
    prisma_7_sqlite "prisma-7" Sqlite,
    drizzle_0_postgres "drizzle-0" Postgres "npm run tools",
    drizzle_0_mariadb "drizzle-0" Mysql "npm run tools",
    drizzle_0_sqlite "drizzle-0" Sqlite,
    drizzle_1_postgres "drizzle-1" Postgres,
    drizzle_1_mariadb "drizzle-1" Mysql,
    drizzle_1_sqlite "drizzle-1" Sqlite "npm run tools",
}

tests! { baselined:
    prisma_5_sqlite "prisma-5" Sqlite "npm run tools",
    prisma_6_postgres "prisma-6" Postgres "npm run tools",
    prisma_7_postgres "prisma-7" Postgres "npm run tools",
    prisma_7_sqlite "prisma-7" Sqlite,
    drizzle_0_postgres "drizzle-0" Postgres,
    drizzle_0_mariadb "drizzle-0" Mysql "npm run tools",
    drizzle_0_sqlite "drizzle-0" Sqlite "npm run tools",
    drizzle_1_postgres "drizzle-1" Postgres "npm run tools",
    drizzle_1_mariadb "drizzle-1" Mysql,
    drizzle_1_sqlite "drizzle-1" Sqlite "npm run tools",
}

tests! { taken_back:
    prisma_5_postgres "prisma-5" Postgres "npm run tools",
    prisma_6_postgres "prisma-6" Postgres "npm run tools",
    prisma_7_postgres "prisma-7" Postgres,
    drizzle_0_sqlite "drizzle-0" Sqlite,
    drizzle_1_postgres "drizzle-1" Postgres "npm run tools",
    drizzle_1_mariadb "drizzle-1" Mysql "npm run tools",
}

tests! { without_its_process:
    prisma_6_sqlite "prisma-6" Sqlite,
    prisma_7_postgres "prisma-7" Postgres,
}

tests! { marked_as_applied:
    prisma_5_postgres "prisma-5" Postgres "npm run tools",
    prisma_6_sqlite "prisma-6" Sqlite "npm run tools",
    prisma_7_postgres "prisma-7" Postgres "npm run tools",
    prisma_7_sqlite "prisma-7" Sqlite,
    drizzle_0_postgres "drizzle-0" Postgres "npm run tools",
    drizzle_0_mariadb "drizzle-0" Mysql,
    drizzle_0_sqlite "drizzle-0" Sqlite "npm run tools",
    drizzle_1_postgres "drizzle-1" Postgres "npm run tools",
    drizzle_1_mariadb "drizzle-1" Mysql "npm run tools",
    drizzle_1_sqlite "drizzle-1" Sqlite,
}

tests! { baseline:
    prisma_6_postgres "prisma-6" Postgres "npm run tools",
    prisma_7_sqlite "prisma-7" Sqlite,
    drizzle_0_postgres "drizzle-0" Postgres "npm run tools",
    drizzle_1_mariadb "drizzle-1" Mysql,
    drizzle_1_postgres "drizzle-1" Postgres "npm run tools",
    drizzle_0_sqlite "drizzle-0" Sqlite "npm run tools",
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
        project.write_all(&unmarked.writes.concat())?;
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
    project.write_all(&unmarked.writes.concat())?;

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
    project.write_all(&unmarked.writes.concat())?;
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

tests! { only_the_middle:
    prisma_6_sqlite "prisma-6" Sqlite,
    prisma_7_postgres "prisma-7" Postgres,
    drizzle_0_sqlite "drizzle-0" Sqlite "npm run tools",
    drizzle_1_postgres "drizzle-1" Postgres "npm run tools",
    drizzle_1_sqlite "drizzle-1" Sqlite,
}

/// The second of three is undone: it alone comes back, where the tool can do that; where it can't, we refuse.
fn only_the_middle(mut project: Project) -> Outcome<()> {
    project.deploy()?;
    let (fresh, rows) = (project.database.schema()?, project.rows()?);
    let (names, orm, source) = (project.names(), project.version.orm(), project.source()?);
    let unmarked = project.tracking()?.unmark(&source, orm, &[&names[1]]);
    if project.version.0 == "drizzle-0" {
        let wanted = Refusal::NotLast { name: names[1].clone(), above: vec![names[2].clone()] };
        return same("refused", unmarked, Err(wanted));
    }
    project.undo(1)?;
    project.write_all(&unmarked.map_err(|r| r.to_string())?.writes.concat())?;
    if project.version.tool() == Tool::Prisma {
        same("pending by Prisma", project.pending_by_prisma()?, vec![names[1].clone()])?;
    }
    project.deploy()?;
    same("schema", project.database.schema()?, fresh)?;
    same("rows", project.rows()?, rows)?;
    let last = [&names[0], &names[2], &names[1]].map(String::clone).to_vec();
    same("the order is the database's", project.state()?.applied().map(str::to_owned).collect(), last)
}

tests! { two_deploys:
    prisma_6_postgres "prisma-6" Postgres "npm run tools",
    prisma_7_sqlite "prisma-7" Sqlite,
    drizzle_0_postgres "drizzle-0" Postgres "npm run tools",
    drizzle_1_postgres "drizzle-1" Postgres "npm run tools",
    drizzle_1_mariadb "drizzle-1" Mysql,
    drizzle_1_sqlite "drizzle-1" Sqlite,
}

/// The last deploy is told from the one before it, where the table tells times.
fn two_deploys(mut project: Project) -> Outcome<()> {
    let batch = |project: &mut Project| -> Outcome<Result<Vec<String>, NoBatch>> {
        let state = project.state()?;
        let batch = project.tracking()?.batch(&state);
        Ok(batch.map(|applied| applied.into_iter().map(|a| state.name_of(a).to_owned()).collect()))
    };
    let names = project.names();
    project.hide_from(2).map_err(|e| e.to_string())?;
    project.deploy()?;
    let first = batch(&mut project)?;
    std::thread::sleep(std::time::Duration::from_millis(3_000));
    project
        .show(2)
        .and_then(|()| project.write_journal(&[0, 1, 2].map(|at| (at, FIRST + DAY * at as i64))))
        .map_err(|e| e.to_string())?;
    project.deploy()?;
    let second = batch(&mut project)?;
    if project.version.0 == "drizzle-0" {
        return same("no times", (first, second), (Err(NoBatch::NoTimes), Err(NoBatch::NoTimes)));
    }
    same("deploys", (first, second), (Ok(names[..2].to_vec()), Ok(names[2..].to_vec())))
}

tests! { a_failed_one:
    prisma_6_postgres "prisma-6" Postgres,
    prisma_7_postgres "prisma-7" Postgres,
}

/// A deploy fails, is marked as rolled back as Prisma would, and is tried again; then it is rolled back: of the failed try
/// nothing is left that `status` could stumble over.
fn a_failed_one(mut project: Project) -> Outcome<()> {
    let (names, source) = (project.names(), project.source()?);
    project.hide_from(2).map_err(|e| e.to_string())?;
    project.deploy()?;
    project.show(2).map_err(|e| e.to_string())?;
    project.apply_by_hand(2)?; // in the way of the third
    same("the deploy", project.deploy().is_err_and(|said| said.contains("P3018")), true)?;
    let state = project.state()?;
    let unfinished: Vec<&str> = state.unfinished().map(|m| m.name.as_str()).collect();
    same("unfinished", unfinished, vec![names[2].as_str()])?;
    same("blocked", state.blocked.is_some_and(|why| why.contains("P3009")), true)?;
    same("the next deploy", project.deploy().is_err_and(|said| said.contains("P3009")), true)?;

    let now = now(&mut project)?;
    let writes = project.tracking()?.mark_rolled_back(&[&names[2]], now).map_err(|r| r.to_string())?;
    project.write_all(&writes)?;
    same("rolled back", &project.state()?.migrations[2].status, &Status::RolledBack)?;
    project.undo(2)?;
    project.deploy()?;
    same("rows", project.rows()?.len(), 4)?;

    let newest_first: Vec<&str> = names.iter().rev().map(String::as_str).collect();
    let unmarked = project.tracking()?.unmark(&source, None, &newest_first).map_err(|r| r.to_string())?;
    for at in (0..names.len()).rev() {
        project.undo(at)?;
    }
    project.write_all(&unmarked.writes.concat())?;
    same("pending by Prisma", project.pending_by_prisma()?, names.clone())?;
    project.deploy()?;
    same("rows", project.rows()?.len(), 3)
}

tests! { developed_on:
    prisma_5_sqlite "prisma-5" Sqlite,
    prisma_6_sqlite "prisma-6" Sqlite "npm run tools",
    prisma_7_sqlite "prisma-7" Sqlite,
}

/// After a rollback `prisma migrate dev` applies it again, and asks for no reset.
fn developed_on(mut project: Project) -> Outcome<()> {
    project.deploy()?;
    let (names, source, fresh) = (project.names(), project.source()?, project.database.schema()?);
    let unmarked = project.tracking()?.unmark(&source, None, &[&names[2]]).map_err(|r| r.to_string())?;
    project.undo(2)?;
    project.write_all(&unmarked.writes.concat())?;
    // Up to 6 it would generate a client afterwards, for which there is no package.
    let more: &[&str] = if project.version.0 == "prisma-7" { &[] } else { &["--skip-generate"] };
    let said = project.run(&[&["migrate", "dev", "--name", "x"], more].concat())?;
    same(&said.text, said.ok && said.text.contains(&format!("─ {}/", names[2])), true)?;
    same("schema", project.database.schema()?, fresh)?;
    let state = project.state()?;
    same("migrations", state.migrations.len(), names.len())
}

tests! { out_of_order:
    drizzle_0_sqlite "drizzle-0" Sqlite,
    drizzle_0_postgres "drizzle-0" Postgres,
}

/// A migration from another branch, generated before the last that was applied, is skipped by Drizzle 0 without a word:
/// we say so, and after a rollback of the last that it will run.
fn out_of_order(mut project: Project) -> Outcome<()> {
    let (names, orm) = (project.names(), project.version.orm());
    project.write_journal(&[(0, FIRST), (2, FIRST + 2 * DAY)]).map_err(|e| e.to_string())?;
    project.deploy()?;
    let without = project.database.schema()?;
    project.write_journal(&[(0, FIRST), (2, FIRST + 2 * DAY), (1, FIRST + DAY)]).map_err(|e| e.to_string())?;
    let state = project.state()?;
    let skipped: Vec<&str> = state.migrations.iter().filter(|m| m.is_skipped()).map(|m| m.name.as_str()).collect();
    same("skipped", skipped, vec![names[1].as_str()])?;
    project.deploy()?;
    same("skipped by Drizzle", project.database.schema()?, without)?;
    let unmarked = project.tracking()?.unmark(&project.source()?, orm, &[&names[2]]).map_err(|r| r.to_string())?;
    same("runs besides", &unmarked.also_run, &vec![names[1].clone()])?;
    project.undo(2)?;
    project.write_all(&unmarked.writes.concat())?;
    project.deploy()?;
    let applied: Vec<String> = project.state()?.applied().map(str::to_owned).collect();
    same("in the order of the journal", applied, [&names[0], &names[2], &names[1]].map(String::clone).to_vec())
}

tests! { locked:
    prisma_7_postgres "prisma-7" Postgres,
    drizzle_1_mariadb "drizzle-1" Mysql,
}

/// A lock is taken by one session, refused to the other at once, and its holder is named; Prisma waits for the one that is
/// its own, and gives up.
fn locked(mut project: Project) -> Outcome<()> {
    let mut other = project.database.another()?;
    let dialect = project.database.dialect;
    let both = [ToolLock::of(Tool::Prisma, dialect), ToolLock::ours(dialect)];
    for lock in both.iter().flatten() {
        same("free", lock.holder(&project.database.query(&lock.holder)?), None)?;
        same("taken", lock.is_taken(&other.query(&lock.take)?), true)?;
        same("not taken", lock.is_taken(&project.database.query(&lock.take)?), false)?;
        let holder = lock.holder(&project.database.query(&lock.holder)?).ok_or("nobody is named")?;
        let pid = if dialect == Dialect::Mysql { "SELECT CONNECTION_ID()" } else { "SELECT pg_backend_pid()" };
        same("the holder", Some(holder.pid.as_str()), other.query(pid)?.first())?;
        same(&format!("{holder:?}"), holder.age.is_some_and(|age| age < 60), true)?;
        if lock.name.starts_with("Prisma") && project.version.tool() == Tool::Prisma {
            let said = project.deploy();
            same("Prisma", said.is_err_and(|said| said.contains("P1002")), true)?;
        }
        same("released", lock.is_taken(&other.query(&lock.release)?), true)?;
        // The session of a Prisma that gave up may still stand in line, and has the lock until the server sees it gone.
        let mut taken = false;
        for _ in 0..150 {
            taken = lock.is_taken(&project.database.query(&lock.take)?);
            if taken {
                break;
            }
            std::thread::sleep(std::time::Duration::from_millis(100));
        }
        same("taken", taken, true)?;
        same("released", lock.is_taken(&project.database.query(&lock.release)?), true)?;
    }
    Ok(())
}

tests! { elsewhere:
    prisma_6_postgres "prisma-6" Postgres,
    drizzle_0_postgres "drizzle-0" Postgres,
    drizzle_1_sqlite "drizzle-1" Sqlite,
}

/// Prisma in the schema of `?schema=`, Drizzle with a table and a schema of its config: the usual table is not touched.
fn elsewhere(mut project: Project) -> Outcome<()> {
    let (dialect, orm) = (project.database.dialect, project.version.orm());
    if project.version.tool() == Tool::Prisma {
        project.database.url.push_str("?schema=tenant_7");
        project.elsewhere = Some(Location::prisma(dialect, Some("tenant_7")));
    } else {
        let config = "export default { dialect: 'DIALECT', out: './drizzle', schema: './schema.ts', \
                      migrations: { table: 'applied', schema: 'own' }, dbCredentials: { url: process.env.DATABASE_URL } }\n";
        project.write("drizzle.config.ts", &config.replace("DIALECT", dialect.word())).map_err(|e| e.to_string())?;
        let config = serde_json::json!({ "migrations": { "table": "applied", "schema": "own" } });
        project.elsewhere = Some(Location::drizzle(dialect, Some(&config)));
    }
    project.deploy()?;
    let names = project.names();
    let unmarked = project.tracking()?.unmark(&project.source()?, orm, &[&names[2]]).map_err(|r| r.to_string())?;
    if project.version.tool() == Tool::Prisma {
        project.database.execute("SET search_path TO tenant_7")?;
    }
    project.undo(2)?;
    project.write_all(&unmarked.writes.concat())?;
    let runs = |project: &mut Project| -> Outcome<Vec<String>> {
        Ok(project.state()?.migrations.iter().filter(|m| m.runs_next).map(|m| m.name.clone()).collect())
    };
    same("pending", runs(&mut project)?, vec![names[2].clone()])?;
    project.deploy()?;
    same("pending", runs(&mut project)?, vec![])
}
