//! The proof is put to the proof: rollbacks of the case files, each broken in one way, have to be found out.
//!
//! By default one mutant of thirty is judged; `UNMIGRATE_MUTANTS=1` judges all (`npm run mutants`), another number one of
//! so many. A mutant that is not found has to stand in `docs/mutants.md`, where it is said why it is no worse than the
//! rollback that it was made from. Servers are looked for as the cases do.

#[allow(dead_code, reason = "the answers in the case files are for the cases")]
#[path = "../case.rs"]
mod case;
mod mutate;
#[path = "../engine/servers.rs"]
mod servers;
mod survivors;
mod theater;
mod tokens;

use case::Case;
use libtest_mimic::{Arguments, Failed, Trial};
use mutate::{Mutant, mutants};
use servers::{Server, given_up};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::Path;
use std::process::ExitCode;
use std::sync::Mutex;
use survivors::Survivors;
use unmigrate_app::verify::{MigrationVerdict, Verdict, prove};
use unmigrate_kernel::split::BREAKPOINT;
use unmigrate_kernel::{Dialect, Grade, History, Migration};

/// What went wrong, in words.
pub type Outcome<T> = Result<T, String>;

/// Of a hundred mutants, so many have to be found.
const FOUND: usize = 97;
/// Where nobody says how many are to be judged: one of so many.
const EVERY: u64 = 30;

/// What came out, over all cases: by dialect, mutants and those that were found.
static TALLY: Mutex<Vec<(Dialect, usize, usize)>> = Mutex::new(Vec::new());

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let trials = match trials() {
        Ok(trials) => trials,
        Err(why) => {
            eprintln!("{why}");
            return ExitCode::FAILURE;
        }
    };
    let conclusion = libtest_mimic::run(&arguments, trials);
    theater::close();
    if arguments.list {
        return conclusion.exit_code();
    }
    match summary() {
        Ok(words) => {
            println!("{words}\n");
            conclusion.exit_code()
        }
        Err(words) => {
            eprintln!("{words}");
            ExitCode::FAILURE
        }
    }
}

/// A trial for every case of which a mutant is to be judged.
fn trials() -> Outcome<Vec<Trial>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let survivors: &'static Survivors = Box::leak(Box::new(Survivors::read(&root.join("../docs/mutants.md"))?));
    let every = every()?;
    if every > 1 {
        println!("of {every} mutants one is judged; UNMIGRATE_MUTANTS=1 judges all");
    }
    let mut out = Vec::new();
    for case in case::all(&root.join("cases"))? {
        let rollback = case.rollback()?;
        let mut chosen = mutants(&rollback.body, rollback.grade, case.dialect);
        chosen.retain(|mutant| number(&case.name, &mutant.how).is_multiple_of(every));
        if !chosen.is_empty() {
            out.push(trial(Broken { case, body: rollback.body, grade: rollback.grade, mutants: chosen }, survivors));
        }
    }
    Ok(out)
}

/// The same for the same mutant, whatever other cases there are.
fn number(case: &str, how: &str) -> u64 {
    // What a line says of it moves with the lines above.
    let how = how.split_once(": ").map_or(how, |(_, how)| how);
    let mut hasher = DefaultHasher::new();
    (case, how).hash(&mut hasher);
    hasher.finish()
}

fn every() -> Outcome<u64> {
    match std::env::var("UNMIGRATE_MUTANTS") {
        Err(_) => Ok(EVERY),
        Ok(word) => {
            word.parse().ok().filter(|n| *n > 0).ok_or_else(|| format!("UNMIGRATE_MUTANTS is {word:?}, no number"))
        }
    }
}

/// A case, its rollback and the mutants of it that are judged.
struct Broken {
    case: Case,
    body: String,
    grade: Grade,
    mutants: Vec<Mutant>,
}

fn trial(broken: Broken, survivors: &'static Survivors) -> Trial {
    let left_out = match broken.case.dialect {
        Dialect::Sqlite => false,
        Dialect::Mysql => given_up(Server::MYSQL),
        Dialect::Postgres | Dialect::Cockroach => given_up(Server::POSTGRES),
    };
    let name = format!("mutants/{}", broken.case.name);
    Trial::test(name, move || broken.judge(survivors).map_err(Failed::from)).with_ignored_flag(left_out)
}

impl Broken {
    fn judge(&self, known: &Survivors) -> Outcome<()> {
        let texts: Vec<String> =
            std::iter::once(&self.body).chain(self.mutants.iter().map(|m| &m.text)).map(|t| self.file(t)).collect();
        let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
        let history = self.history();
        let verdicts = theater::on(self.case.dialect, |stage| prove(stage, &history, &texts))?;
        let (whole, broken) = verdicts.split_first().ok_or("no verdict came out")?;
        if !whole.verdict.is_proven() && whole.verdict != Verdict::ByHand {
            return Err(format!("the rollback itself is not proven: {}", words(whole)));
        }
        let survived: Vec<&Mutant> =
            self.mutants.iter().zip(broken).filter(|(_, v)| v.verdict == whole.verdict).map(|(m, _)| m).collect();
        let mut tally = TALLY.lock().map_err(|e| e.to_string())?;
        tally.push((self.case.dialect, self.mutants.len(), self.mutants.len() - survived.len()));
        drop(tally);
        let unknown: Vec<String> =
            survived.iter().map(|m| format!("- `{}` {}", self.case.name, m.how)).filter(|l| !known.lists(l)).collect();
        if unknown.is_empty() {
            Ok(())
        } else {
            Err(format!("{} and not found:\n{}", whole.verdict.json(), unknown.join("\n")))
        }
    }

    /// The file as `generate` would have written it: the proof reads its grade from the head.
    fn file(&self, body: &str) -> String {
        let hash = format!("sha256:{}", "0".repeat(64));
        format!("-- unmigrate v1 {} up={hash} body={hash} base={hash}\n{body}", self.grade.word())
    }

    /// The rows of the case are there before the migration, beside those that the proof makes.
    fn history(&self) -> History {
        let migration = |name: &str, sql: &str| Migration {
            name: name.to_string(),
            file: format!("{name}.sql"),
            sql: sql.to_string(),
            breakpoints: sql.contains(BREAKPOINT),
            snapshot_before: None,
            observed: vec![],
        };
        let rows = self.case.rows.as_deref().unwrap_or_default();
        let parts = [("before", &*self.case.before), ("rows", rows), ("up", &*self.case.up)];
        let migrations = parts.into_iter().map(|(name, sql)| migration(name, sql)).collect();
        History { dialect: self.case.dialect, server: None, migrations }
    }
}

fn words(verdict: &MigrationVerdict) -> String {
    let MigrationVerdict { verdict, differences, gaps, refusal, .. } = verdict;
    format!("{}\n{differences:#?}\n{gaps:?}\n{refusal:?}", verdict.json())
}

/// The figures, and whether they are good enough.
fn summary() -> Outcome<String> {
    let tally = TALLY.lock().map_err(|e| e.to_string())?;
    let mut lines = Vec::new();
    let sum = |of: &dyn Fn(Dialect) -> bool| {
        tally.iter().filter(|(d, ..)| of(*d)).fold((0, 0), |(all, found), (_, a, f)| (all + a, found + f))
    };
    for dialect in [Dialect::Postgres, Dialect::Mysql, Dialect::Sqlite] {
        let (all, found) = sum(&|d| d == dialect);
        lines.push(format!("{}: {found} of {all} mutants found", dialect.word()));
    }
    let (all, found) = sum(&|_| true);
    lines.push(format!("all: {found} of {all}, {:.1} %", 100.0 * found as f64 / all.max(1) as f64));
    let words = lines.join("\n");
    if found * 100 >= all * FOUND { Ok(words) } else { Err(format!("{words}\nthat is under {FOUND} %")) }
}
