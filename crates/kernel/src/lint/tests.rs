//! The folder, the list and the pages agree, and every example does what its page says.

use super::*;
use crate::{Dialect, Migration};
use std::collections::BTreeSet;
use std::path::Path;

/// The runner of an example's words.
fn setting(words: &[String]) -> (Dialect, Runner) {
    let dialect = words.iter().find_map(|w| Dialect::from_word(w)).unwrap_or(Dialect::Postgres);
    let scope = if dialect.is_postgres() { Scope::Message } else { Scope::Statement };
    let mut runner = Runner::plain("the runner", scope);
    for word in words {
        match word.as_str() {
            "one transaction around all" => runner.scope = Scope::All,
            "one transaction around each file" => runner.scope = Scope::File,
            "statement by statement" => runner.scope = Scope::Statement,
            "foreign keys off" => runner.foreign_keys_off = true,
            "one statement between breakpoints" => runner.one_statement = Some("refuses the file"),
            "generated" => runner.headings = true,
            other => assert!(Dialect::from_word(other).is_some(), "`{other}` is no word of an example"),
        }
    }
    (dialect, runner)
}

fn findings(example: &Example) -> Vec<Finding> {
    let (dialect, runner) = setting(&example.words);
    let migration = |(at, sql): (usize, &String)| Migration {
        name: at.to_string(),
        file: format!("{at}.sql"),
        sql: sql.clone(),
        breakpoints: sql.contains(crate::split::BREAKPOINT),
        snapshot_before: None,
        observed: vec![],
    };
    let migrations = example.migrations.iter().enumerate().map(migration).collect();
    let history = History { dialect, server: None, migrations };
    let options = Options { runner: &runner, wanted: &|_| true, judged: &[], unshipped: None };
    lint(&history, &options, |_, _| {}).pop().unwrap()
}

#[test]
fn the_folder_is_the_list() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/lint/rule");
    let files: BTreeSet<String> = std::fs::read_dir(folder)
        .unwrap()
        .map(|e| e.unwrap().path().file_stem().unwrap().to_string_lossy().replace('_', "-"))
        .collect();
    let listed: BTreeSet<String> = rule::RULES.iter().map(|r| r.name.to_owned()).collect();
    assert_eq!(files, listed);
    assert_eq!(listed.len(), rule::RULES.len(), "a name stands twice");
}

#[test]
fn every_page_has_its_title_and_examples() {
    for rule in rule::RULES {
        let page = rule.page();
        assert_eq!(page.title(), rule.name);
        assert!(!page.summary().is_empty(), "{}", rule.name);
        let examples = page.examples();
        assert!(examples.iter().any(|e| e.bad), "{} has no bad example", rule.name);
        assert!(examples.iter().any(|e| !e.bad), "{} has no good example", rule.name);
    }
}

#[test]
fn every_example_does_what_its_page_says() {
    let mut wrong = Vec::new();
    for rule in rule::RULES {
        for example in rule.page().examples() {
            let found = findings(&example);
            let own: Vec<_> = found.iter().filter(|f| f.rule == rule.name).collect();
            if own.is_empty() == example.bad {
                let others: Vec<_> = found.iter().map(|f| (f.rule, &f.found.message)).collect();
                wrong.push(format!(
                    "{} {}: {:#?}\n{others:#?}",
                    rule.name,
                    if example.bad { "bad" } else { "good" },
                    example.migrations
                ));
            }
            for f in &own {
                let sql = example.migrations.last().unwrap();
                assert!(sql.get(f.found.span.clone()).is_some_and(|t| !t.is_empty()), "{} has no place", rule.name);
                assert!(
                    !f.found.message.ends_with('.') && !f.found.help.is_empty(),
                    "{}: {}",
                    rule.name,
                    f.found.message
                );
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Every example cut off at every place, in every dialect and under every runner: nothing panics, every place is one.
#[test]
fn text_that_is_cut_off() {
    for rule in rule::RULES {
        for example in rule.page().examples() {
            let last = example.migrations.last().cloned().unwrap_or_default();
            let ends = last.char_indices().map(|(at, _)| at).step_by(7);
            for end in ends {
                let mut cut = example.clone();
                if let Some(text) = cut.migrations.last_mut() {
                    *text = format!("é {}", &last[..end]);
                }
                for found in findings(&cut) {
                    let text = cut.migrations.last().unwrap();
                    assert!(text.get(found.found.span.clone()).is_some(), "{} in {text:?}", found.rule);
                }
            }
        }
    }
}

/// What a rule draws on, of a migration behind a table `t (id int, a text)`.
fn drawn(rule: &str, up: &str) -> Vec<String> {
    let before = "CREATE TABLE t (id int, a text, b text);".to_owned();
    let example = Example { bad: true, words: vec![], migrations: vec![before, up.to_owned()] };
    findings(&example).iter().filter(|f| f.rule == rule).map(|f| up[f.found.span.clone()].to_owned()).collect()
}

#[test]
fn a_rename_is_drawn_where_it_stands() {
    let up = "ALTER TABLE t ALTER COLUMN a SET DEFAULT '';\nALTER TABLE t RENAME a TO c;";
    assert_eq!(drawn("rename-column", up), ["RENAME a TO c"]);
    let up = "ALTER TABLE t ALTER COLUMN a SET NOT NULL;\nALTER TABLE t RENAME COLUMN a TO c;\nALTER TABLE t ALTER COLUMN c SET DEFAULT 'x';";
    assert_eq!(drawn("rename-column", up), ["RENAME COLUMN a TO c"]);
}

/// What a repair makes of a migration behind `before`, and the statements that come later.
fn repaired(before: &str, up: &str, words: &[&str]) -> Vec<(&'static str, String, Vec<String>)> {
    let words = words.iter().map(|w| (*w).to_owned()).collect();
    let example = Example { bad: true, words, migrations: vec![before.to_owned(), up.to_owned()] };
    let one = |f: Finding| {
        let repair = f.found.repair.filter(|_| !rule::named(f.rule).is_some_and(|r| r.style))?;
        let mut text = up.to_owned();
        let mut edits = repair.edits;
        edits.sort_by_key(|(span, _)| span.start);
        edits.into_iter().rev().for_each(|(span, with)| text.replace_range(span, &with));
        let later = repair.later.map_or(vec![], |l| [l.checks, l.then].concat());
        Some((f.rule, text, later))
    };
    findings(&example).into_iter().filter_map(one).collect()
}

#[test]
fn what_a_runner_can_not_do_is_not_repaired() {
    let before = "CREATE TABLE t (id int PRIMARY KEY, a int); CREATE TABLE u (a int);";
    let index = "CREATE INDEX i ON t (a);\nALTER TABLE u ADD b int;";
    assert_eq!(
        repaired(before, index, &[]),
        [(
            "create-index",
            "ALTER TABLE u ADD b int;".to_owned(),
            vec!["CREATE INDEX CONCURRENTLY i ON t (a)".to_owned()]
        )]
    );
    assert_eq!(repaired(before, index, &["one transaction around all"]), []);
    assert_eq!(repaired(before, index, &["one transaction around each file"]), []);
    let alone = repaired(before, index, &["statement by statement"]);
    assert_eq!(alone, [("create-index", index.replace("INDEX i", "INDEX CONCURRENTLY i"), vec![])]);
    let key = "ALTER TABLE u ADD CONSTRAINT k FOREIGN KEY (a) REFERENCES t (id);";
    assert_eq!(repaired(before, key, &["one transaction around all"]), []);
    let apart = repaired(before, key, &["one transaction around each file"]);
    assert_eq!(apart[0].2, ["ALTER TABLE u VALIDATE CONSTRAINT k"]);
    let together = repaired(before, key, &["statement by statement"]);
    assert_eq!(together[0].1, key.replace(';', " NOT VALID;\nALTER TABLE u VALIDATE CONSTRAINT k;"));
    // With a transaction of the file's own nobody knows what else counts on it.
    assert_eq!(repaired(before, &format!("BEGIN;\n{key}\nCOMMIT;"), &[]), []);
    // What comes behind may count on a unique index.
    let unique = "CREATE UNIQUE INDEX i ON t (a);\nALTER TABLE u ADD CONSTRAINT k FOREIGN KEY (a) REFERENCES t (a);";
    assert!(repaired(before, unique, &[]).iter().all(|(rule, ..)| *rule != "create-index"));
}
