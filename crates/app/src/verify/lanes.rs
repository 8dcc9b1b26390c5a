//! One history on two scratch databases at the same time: the first is walked to somewhere in the middle; on the second the
//! migrations until there only run, and the rest is walked. What is told is what one walk would have told, but that fewer
//! rows of earlier stops stand in the tables.

use super::report::MigrationVerdict;
use super::spent::Spent;
use super::stage::{Company, Stage};
use super::trip::blank;
use super::walk::{Stop, Way, walk};
use crate::Problem;
use std::panic::resume_unwind;
use std::thread;
use unmigrate_engines::Failure;
use unmigrate_kernel::Dialect;
use unmigrate_kernel::confined::reaches_server;

/// So many migrations take longer to prove than a second engine takes to open, and to run those before the middle.
const WORTH_A_SECOND: usize = 40;

/// A scratch database, or why there is none.
pub type Opened = Result<Box<dyn Stage>, Problem>;

/// Opens a scratch database, and where it may be worth it a second one at the same time.
pub fn open(stops: &[Stop], open: &(dyn Fn() -> Opened + Sync)) -> (Opened, Option<Opened>) {
    if due(stops).len() < WORTH_A_SECOND {
        return (open(), None);
    }
    let (first, second) = thread::scope(|scope| {
        let second = scope.spawn(open);
        (open(), second.join().unwrap_or_else(|panic| resume_unwind(panic)))
    });
    match (first, second) {
        // Where there is room for one only, it is of no matter who got it.
        (Err(_), Ok(second)) => (Ok(second), None),
        (first, second) => (first, Some(second)),
    }
}

/// The first stop of the second lane; none where one lane is better, or where the two would meet.
pub fn middle(stops: &[Stop], company: Company, dialect: Dialect) -> Option<usize> {
    let due = due(stops);
    let texts =
        || stops.iter().flat_map(|stop| [Some(stop.subject.up.sql.as_str()), stop.subject.down].into_iter().flatten());
    let alone = match company {
        Company::No => true,
        Company::OnServer => texts().any(|sql| reaches_server(sql, dialect)),
        Company::Yes => false,
    };
    // A little behind the middle: the second has to run what comes before, and later migrations meet more tables.
    if alone || due.len() < WORTH_A_SECOND { None } else { Some(due[due.len() * 53 / 100]) }
}

/// Where the stops are that have to run.
fn due(stops: &[Stop]) -> Vec<usize> {
    (0..stops.len()).filter(|at| stops[*at].is_due()).collect()
}

/// Walks to `middle` on `stage` and from there on `second`. `reached` hears of each verdict as soon as it stands,
/// `told` in their order.
///
/// # Errors
/// Where an engine does not answer any more; `told` heard the verdicts before that.
pub fn walk_in_two(
    way: &Way,
    middle: usize,
    stage: &mut dyn Stage,
    second: &mut dyn Stage,
    reached: &(dyn Fn(&MigrationVerdict) + Sync),
    told: &mut dyn FnMut(MigrationVerdict),
) -> Result<Spent, Failure> {
    let (before, behind) = (Way { stops: &way.stops[..middle], ..*way }, Way { from: middle, ..*way });
    let (first, rest) = thread::scope(|scope| {
        let rest = scope.spawn(move || {
            let mut verdicts = Vec::new();
            let walked = walk(&behind, second, &mut |verdict| {
                reached(&verdict);
                verdicts.push(verdict);
            });
            (walked, verdicts)
        });
        let first = walk(&before, stage, &mut |verdict| {
            reached(&verdict);
            told(verdict);
        });
        (first, rest.join().unwrap_or_else(|panic| resume_unwind(panic)))
    });
    let first = first?;
    if !first.stands {
        let wanted = way.stops[middle..].iter().filter(|stop| stop.wanted);
        wanted.for_each(|stop| told(stop.known.clone().unwrap_or_else(|| blank(&stop.subject))));
        return Ok(first.spent);
    }
    let (walked, verdicts) = rest;
    verdicts.into_iter().for_each(told);
    Ok(first.spent.and(walked?.spent))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::verify::prepared::Down;
    use crate::verify::report::Rows;
    use crate::verify::scratches::Scratches;
    use crate::verify::stage::Stages;
    use std::path::Path;
    use std::sync::Arc;
    use unmigrate_engines::NoEmbedded;
    use unmigrate_kernel::touch::touched;
    use unmigrate_kernel::{History, Migration};

    fn history(migrations: &[(String, String)]) -> History {
        let one = |(name, sql): &(String, String)| Migration {
            name: name.clone(),
            file: format!("{name}/migration.sql"),
            sql: sql.clone(),
            breakpoints: false,
            snapshot_before: None,
            observed: vec![],
        };
        History { dialect: Dialect::Sqlite, server: None, migrations: migrations.iter().map(one).collect() }
    }

    /// A table each, and its rollback: most are whole, one is wrong, one is missing, one loses rows that nobody named.
    fn migrations(count: usize) -> (Vec<(String, String)>, Vec<Down>) {
        let migration = |at: usize| {
            let (up, down) = match at {
                30 | 50 => {
                    (format!("ALTER TABLE t1 ADD COLUMN c{at} TEXT"), Some(format!("ALTER TABLE t1 DROP COLUMN c{at}")))
                }
                35 => {
                    ("DROP TABLE t2".to_owned(), Some("CREATE TABLE t2 (id INTEGER PRIMARY KEY, name TEXT)".to_owned()))
                }
                45 => ("CREATE INDEX i ON t1 (name)".to_owned(), None),
                55 => ("CREATE INDEX j ON t1 (name)".to_owned(), Some("SELECT 1".to_owned())),
                _ => {
                    let made = format!("CREATE TABLE t{at} (id INTEGER PRIMARY KEY, name TEXT NOT NULL)");
                    (made, Some(format!("DROP TABLE t{at}")))
                }
            };
            ((format!("{at:03}"), up), Down::new(format!("{at:03}/down.sql"), down))
        };
        (0..count).map(migration).unzip()
    }

    /// The verdicts of one walk and of two lanes, without their times and how many rows of earlier stops there were.
    fn both(texts: &[(String, String)], downs: &[Down]) -> [Vec<MigrationVerdict>; 2] {
        let (history, scratches) =
            (history(texts), Scratches::asked(&None, &None, Path::new("."), Arc::new(NoEmbedded)));
        let scratches = scratches.expect("no option");
        let touched = touched(&history);
        let stops: Vec<Stop> = history
            .migrations
            .iter()
            .zip(downs)
            .zip(&touched)
            .map(|((up, down), touched)| Stop { subject: down.subject(up, touched), known: None, wanted: true })
            .collect();
        let way = Way { stops: &stops, from: 0, migrations: &history.migrations, sample: None };
        let open = || scratches.open(&history, "m");
        let (mut one, mut two) = (Vec::new(), Vec::new());
        let mut stage = open().expect("SQLite");
        walk(&way, stage.as_mut(), &mut |verdict| one.push(verdict)).expect("a walk");
        let (mut stage, mut other) = (open().expect("SQLite"), open().expect("SQLite"));
        let middle = middle(&stops, stage.company(), Dialect::Sqlite).expect("worth a second lane");
        walk_in_two(&way, middle, stage.as_mut(), other.as_mut(), &|_| {}, &mut |verdict| two.push(verdict))
            .expect("a walk");
        [one, two].map(|all| {
            all.into_iter().map(|v| MigrationVerdict { milliseconds: 0, rows: Rows::default(), ..v }).collect()
        })
    }

    #[test]
    fn two_lanes_say_what_one_says() {
        let (texts, downs) = migrations(60);
        let [one, two] = both(&texts, &downs);
        assert_eq!(one.len(), 60);
        assert!(one == two, "{one:#?}\n{two:#?}");
        let not_exact = one.iter().filter(|v| v.verdict != crate::verify::Verdict::Exact).count();
        assert!(not_exact >= 3, "the wrong ones are found: {not_exact}");
    }

    #[test]
    fn behind_what_does_not_run_nothing_is_said() {
        let (mut texts, downs) = migrations(60);
        texts[20].1 = "CREATE TABLE t1 (id INTEGER)".to_owned();
        let [one, two] = both(&texts, &downs);
        assert!(one == two, "{one:#?}\n{two:#?}");
        assert_eq!(one[20].verdict, crate::verify::Verdict::UpRefused);
        assert_eq!(two[59].verdict, crate::verify::Verdict::Unverified);
    }

    #[test]
    fn where_two_lanes_are_none() {
        let (texts, downs) = migrations(60);
        let history = history(&texts);
        let touched = touched(&history);
        let stops = |count: usize| -> Vec<Stop> {
            let all = history.migrations.iter().zip(&downs).zip(&touched).take(count);
            all.map(|((up, down), touched)| Stop { subject: down.subject(up, touched), known: None, wanted: true })
                .collect()
        };
        assert_eq!(middle(&stops(60), Company::Yes, Dialect::Sqlite), Some(31));
        assert_eq!(middle(&stops(60), Company::No, Dialect::Sqlite), None);
        assert_eq!(middle(&stops(20), Company::Yes, Dialect::Sqlite), None);
    }
}
