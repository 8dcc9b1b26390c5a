//! Every verb that writes, hurt at random points, one round after the other on the same database.
//!
//! A round: `deploy --direct` of three migrations, of which the last destroys a column; then a rollback of all three, and where
//! it was cut off `--continue` or `--abort`, which are hurt as well; then `resolve --run` of the second, and back. After each
//! the state has a name and is finished from there, and at the end of each way every value is where it was.

use super::hurt::{Hurt, does, hurt, restarts, session, spawn, undisturbed};
use super::{chance, how_often};
use crate::common::project::{Project, picture};
use crate::common::{ENGINES, Own, run};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;
use unmigrate_app::archive::{self, Home};
use unmigrate_app::execute::unfinished;
use unmigrate_app::rollback::OutcomeState;
use unmigrate_engines::Database;

const NAMES: [&str; 4] = ["1_users", "2_bio", "3_posts", "4_nick"];
const ROWS: usize = 100;

fn quoted(engine: &str, sql: &str) -> String {
    if engine == "mysql" { sql.replace('"', "`").replace("TEXT", "VARCHAR(191)") } else { sql.to_owned() }
}

const BIO: &str = "ALTER TABLE \"User\" ADD COLUMN \"bio\" TEXT;\nALTER TABLE \"User\" ADD COLUMN \"age\" INTEGER;\n\
                   CREATE INDEX \"User_email_idx\" ON \"User\" (\"email\");\n";

fn project(engine: &str) -> Project {
    let texts = [
        "CREATE TABLE \"User\" (\"id\" INTEGER NOT NULL PRIMARY KEY, \"email\" TEXT NOT NULL, \"nick\" TEXT);\n",
        BIO,
        "CREATE TABLE \"Post\" (\"id\" INTEGER NOT NULL PRIMARY KEY, \"title\" TEXT);\n\
         CREATE TABLE \"Tag\" (\"id\" INTEGER NOT NULL PRIMARY KEY);\n",
        "ALTER TABLE \"User\" DROP COLUMN \"nick\";\n",
    ]
    .map(|text| quoted(engine, text));
    let project = Project::prisma(engine, &std::array::from_fn::<_, 4, _>(|at| (NAMES[at], texts[at].as_str())));
    std::fs::write(project.path("by-hand.sql"), quoted(engine, BIO)).unwrap();
    project
}

/// What was found after each hurt, by verb and state.
type Tally = BTreeMap<String, usize>;

struct Round<'a> {
    engine: &'static str,
    own: &'a Own,
    project: &'a Project,
    /// What the schema is like with so many migrations; two ways where columns stand in another order after a rollback.
    pictures: Vec<BTreeSet<String>>,
    /// Rows with the first alone, and with all four.
    rows: [String; 2],
    times: BTreeMap<&'static str, Duration>,
    hurts: usize,
    tally: Tally,
}

impl Round<'_> {
    fn does(&self, verb: &str, options: Value) -> OutcomeState {
        let ended = does(self.project, &self.own.url, verb, &options);
        ended.unwrap_or_else(|why| panic!("{} {verb} {options}: {why}", self.engine)).0
    }

    /// Starts a verb and hurts it.
    fn hurt(&mut self, word: &'static str, verb: &str, options: Value) {
        let kinds = match (self.engine, restarts(self.engine)) {
            ("sqlite", _) => &[Hurt::Kill][..],
            (_, None) => &[Hurt::Kill, Hurt::Cut],
            (_, Some(_)) => &[Hurt::Kill, Hurt::Cut, Hurt::Restart],
        };
        let how = kinds[(chance() * kinds.len() as f64) as usize % kinds.len()];
        let whole = self.times.get(word).or(self.times.get(verb)).copied().unwrap_or(Duration::from_millis(100));
        let child = spawn(self.project, &self.own.url, self.engine, verb, &options);
        hurt(child, self.own, self.engine, how, whole.mul_f64(chance()));
        self.hurts += 1;
        let found = self.named();
        *self.tally.entry(format!("{word}, {how:?}: {found}").to_lowercase()).or_default() += 1;
    }

    /// The name of the state that the database is in.
    fn named(&self) -> String {
        let db = &mut *session(self.own);
        let home = Home::find(db).unwrap();
        match unfinished(db, &home).unwrap() {
            Some(found) if !found.is_idle() => "cut off".to_owned(),
            _ => {
                let applied = self.project.applied(db);
                assert!(NAMES.starts_with(&applied.iter().map(String::as_str).collect::<Vec<_>>()), "{applied:?}");
                let now = picture(db);
                let known = &self.pictures[applied.len() - 1];
                assert!(known.contains(&now), "{}: {applied:?} and\n{now}\nis none of {known:#?}", self.engine);
                format!("{} applied", applied.len())
            }
        }
    }

    fn is_cut_off(&self) -> bool {
        self.named() == "cut off"
    }

    /// Finishes what was cut off: by one of the two words, which are hurt too, three times at most. `forward`: it was a deploy,
    /// or SQL by hand.
    fn finish(&mut self, forward: bool) {
        for tries in 0.. {
            if !self.is_cut_off() {
                return;
            }
            let word = if chance() < 0.5 { "continue" } else { "abort" };
            if tries < 3 {
                self.hurt(word, "rollback", json!({ word: true }));
                continue;
            }
            let ended = does(self.project, &self.own.url, "rollback", &json!({ word: true })).unwrap();
            // What runs forward has no way back of its own: it is said, and `--continue` is the way out.
            if word == "abort" && ended.1.contains(&"no-way-back") {
                assert!(forward, "{}: a rollback that kept everything can be taken back: {ended:?}", self.engine);
                *self.tally.entry("no way back, said".into()).or_default() += 1;
                let ended = does(self.project, &self.own.url, "rollback", &json!({ "continue": true })).unwrap();
                assert_eq!(ended.0, OutcomeState::Done, "{}: {ended:?}", self.engine);
            } else {
                let is_over = matches!(ended.0, OutcomeState::Done | OutcomeState::Unchanged | OutcomeState::Partly);
                assert!(is_over, "{}: {word} {ended:?}", self.engine);
            }
            *self.tally.entry("finished in peace".into()).or_default() += 1;
        }
    }

    /// Every copy that is not put back yet is, newest first, where it has a place; and all of them go.
    fn put_back(&self) {
        let db = &mut *session(self.own);
        let home = Home::find(db).unwrap();
        for entry in archive::list(db, &home).unwrap().into_iter().rev() {
            if archive::restore(db, &home, &entry).is_ok() {
                archive::drop_kept(db, &home, &entry.id).unwrap();
            }
        }
    }

    fn all_is_there(&self, applied: usize) {
        let db = &mut *session(self.own);
        assert_eq!(self.project.applied(db).len(), applied, "{}", self.engine);
        let wanted = &self.rows[usize::from(applied == 4)];
        assert_eq!(rows(db, self.engine, applied), *wanted, "{}: rows are lost", self.engine);
    }

    fn forth(&mut self) {
        self.hurt("deploy --direct", "deploy", json!({ "direct": true }));
        self.finish(true);
        assert_eq!(self.does("deploy", json!({ "direct": true })), OutcomeState::Done);
        self.put_back();
        self.all_is_there(4);
    }

    fn back(&mut self) {
        self.hurt("rollback", "rollback", json!({ "to": NAMES[0], "archive": true }));
        self.finish(false);
        if self.named() != "1 applied" {
            assert_eq!(self.does("rollback", json!({ "to": NAMES[0], "archive": true })), OutcomeState::Done);
        }
        self.put_back();
        self.all_is_there(1);
    }

    fn by_hand(&mut self) {
        let options = json!({ "applied": [NAMES[1]], "run": "by-hand.sql" });
        self.hurt("resolve --run", "resolve", options);
        self.finish(true);
        if self.named() != "1 applied" {
            // What is only recorded is undone where its name is said.
            assert_eq!(self.does("rollback", json!({ "only": [NAMES[1]], "archive": true })), OutcomeState::Done);
        }
        self.put_back();
        self.all_is_there(1);
    }

    /// What it is like when nobody hurts it, and how long that takes.
    fn in_peace(&mut self) {
        let mut seen = vec![BTreeSet::new(); 4];
        let look = |seen: &mut Vec<BTreeSet<String>>, at: usize| {
            seen[at].insert(picture(&mut *session(self.own)));
        };
        let db = &mut *session(self.own);
        self.project.deploy(db, &NAMES[..1]);
        let users: Vec<String> = (0..ROWS).map(|n| format!("({n}, 'u{n}', 'nick {n}')")).collect();
        let insert = format!("INSERT INTO \"User\" VALUES {}", users.join(", "));
        run(db, &[&quoted(self.engine, &insert)]);
        look(&mut seen, 0);
        for at in 1..4 {
            self.project.deploy(db, &NAMES[at..=at]);
            look(&mut seen, at);
        }
        for at in (0..3).rev() {
            assert_eq!(self.does("rollback", json!({ "archive": false })), OutcomeState::Done);
            look(&mut seen, at);
        }
        run(db, &[&quoted(self.engine, "UPDATE \"User\" SET \"nick\" = \"email\"")]);
        let start = |verb, options| spawn(self.project, &self.own.url, self.engine, verb, &options);
        let (deploy, said) = undisturbed(start("deploy", json!({ "direct": true })));
        assert!(said.contains("Done"), "{}: {said}", self.engine);
        look(&mut seen, 3);
        let fill = format!(
            "INSERT INTO \"Post\" VALUES {}",
            (0..ROWS).map(|n| format!("({n}, 'post {n}')")).collect::<Vec<_>>().join(", ")
        );
        let db = &mut *session(self.own);
        run(
            db,
            &[
                &quoted(self.engine, &fill),
                &quoted(self.engine, "UPDATE \"User\" SET \"bio\" = \"email\", \"age\" = \"id\""),
            ],
        );
        let all = rows(db, self.engine, 4);
        let (rollback, said) = undisturbed(start("rollback", json!({ "to": NAMES[0], "archive": true })));
        assert!(said.contains("Done"), "{}: {said}", self.engine);
        let db = &mut *session(self.own);
        look(&mut seen, 0);
        self.rows = [rows(db, self.engine, 1), all];
        let (resolve, said) = undisturbed(start("resolve", json!({ "applied": [NAMES[1]], "run": "by-hand.sql" })));
        assert!(said.contains("Done"), "{}: {said}", self.engine);
        look(&mut seen, 1);
        assert_eq!(self.does("rollback", json!({ "only": [NAMES[1]], "archive": true })), OutcomeState::Done);
        self.pictures = seen;
        self.times = BTreeMap::from([("deploy", deploy), ("rollback", rollback), ("resolve", resolve)]);
    }
}

/// All rows, as one text.
fn rows(db: &mut dyn Database, engine: &str, applied: usize) -> String {
    let all = |db: &mut dyn Database, sql: &str| format!("{:?}", db.query(&quoted(engine, sql)).unwrap().rows);
    match applied {
        1 => all(db, "SELECT id, email, nick FROM \"User\" ORDER BY id"),
        _ => {
            all(db, "SELECT id, email, bio, age FROM \"User\" ORDER BY id")
                + &all(db, "SELECT id, title FROM \"Post\" ORDER BY id")
        }
    }
}

#[test]
fn every_verb_hurt_at_random_points() {
    let only = std::env::var("UNMIGRATE_FAULTS_ON").unwrap_or_default();
    for engine in ENGINES.into_iter().filter(|engine| only.is_empty() || only == *engine) {
        let (own, project) = (Own::on(engine), project(engine));
        let (pictures, times) = (vec![BTreeSet::new(); 4], BTreeMap::new());
        let rows = [String::new(), String::new()];
        let mut round =
            Round { engine, own: &own, project: &project, pictures, rows, times, hurts: 0, tally: Tally::new() };
        round.in_peace();
        let mut told = 0;
        while round.hurts < how_often() {
            round.forth();
            round.back();
            round.by_hand();
            if engine == "mysql" {
                // InnoDB keeps the place of each column that was ever dropped, and has room for so many.
                run(&mut *session(&own), &["ALTER TABLE `User` FORCE"]);
            }
            if round.hurts / 50 > told {
                told = round.hurts / 50;
                eprintln!("{engine}: {} so far, {:?}", round.hurts, round.tally);
            }
        }
        eprintln!("{engine}: {} times hurt\n{:#?}", round.hurts, round.tally);
    }
}
