//! Findings in every format, with names that try to be more than names.

use super::*;
use crate::output::github::Root;
use crate::output::painted;
use unmigrate_app::check::{CheckedHistory, Finding, Fix, Group, Since, Suppressed};

const NASTY: &str = "`a<img src=x>`|[x](http://e.x) @you \u{1b}[2J\n::error::x";

fn finding(rule: &'static str, severity: Severity, message: &str) -> Finding {
    Finding {
        rule,
        group: Group::Hazard,
        severity,
        file: "prisma/migrations/1 a/migration.sql".into(),
        line: 2,
        column: 1,
        end_line: 2,
        end_column: 11,
        message: message.into(),
        help: "do it otherwise".into(),
        fix: None,
        fingerprint: "0123456789abcdef".into(),
        mend: None,
        text: Some("\u{feff}-- ä\r\nDROP TABLE t;\r\n".into()),
    }
}

fn report(findings: Vec<Finding>) -> CheckReport {
    let mut report = CheckReport::empty();
    report.findings = findings;
    report.histories = vec![CheckedHistory {
        tool: "prisma",
        dialect: "postgresql",
        dir: "prisma/migrations".into(),
        runner: "prisma",
        migrations: 48,
        checked: 2,
    }];
    report.since = Some(Since { reference: "origin/main".into(), commit: "abc".into() });
    report.suppressed = Suppressed { ignored: 1, baseline: 2 };
    report
}

fn two() -> CheckReport {
    let note = finding("drop-index", Severity::Note, "an index goes");
    report(vec![note, finding("drop-table", Severity::Error, NASTY)])
}

#[test]
fn drawn_on_the_file_with_its_line_ends() {
    let text = human::findings(&report(vec![finding("drop-table", Severity::Warning, "dropping `t`")]), 100);
    let text = painted(&text, false);
    assert!(text.contains("warning[drop-table]: dropping `t`"), "{text}");
    assert!(text.contains("prisma/migrations/1 a/migration.sql:2:1"), "{text}");
    assert!(
        text.contains("DROP TABLE t;") && text.contains("━━━━━━━━━━") && text.contains("help: do it otherwise"),
        "{text}"
    );
}

#[test]
fn after_it_counts() {
    let text = painted(&human::after(&two()), false).into_owned();
    let first =
        "1 error, 1 note in 2 of 48 migrations (those that changed since origin/main); 1 ignored, 2 in the baseline\n";
    assert!(text.starts_with(first), "{text}");
    assert!(text.contains("unmigrate explain drop-table"));
}

#[test]
fn github_says_the_worst_first_and_nothing_else() {
    let text = github::annotations(&two(), &Root::default());
    let commands: Vec<&str> = text.lines().filter(|l| l.starts_with("::")).collect();
    assert_eq!(commands.len(), 2, "{text}");
    assert!(commands[0].starts_with("::error file=prisma/migrations/1 a/migration.sql,line=2,endLine=2,col=1,endColumn=11,title=unmigrate%3A drop-table::"), "{text}");
    assert!(commands[1].starts_with("::notice "));
    assert!(!text.contains('\u{1b}'));
}

#[test]
fn gitlab_has_what_it_needs() {
    let value = gitlab::report(&two(), &Root::default());
    assert_eq!(value[1]["severity"], "critical");
    assert_eq!(value[1]["location"]["lines"]["begin"], 2);
    assert_eq!(value[1]["fingerprint"], "0123456789abcdef");
}

#[test]
fn sarif_names_its_rules_and_its_fixes() {
    let mut report = two();
    report.findings[1].fix =
        Some(Fix { title: "t".into(), line: 2, column: 1, end_line: 2, end_column: 1, text: "x".into() });
    let log = sarif::log(&report, &Root::default());
    let run = &log["runs"][0];
    assert_eq!(log["version"], "2.1.0");
    let at = run["results"][1]["ruleIndex"].as_u64().unwrap() as usize;
    assert_eq!(run["tool"]["driver"]["rules"][at]["id"], "drop-table");
    let location = &run["results"][1]["locations"][0]["physicalLocation"];
    assert_eq!(location["artifactLocation"]["uri"], "prisma/migrations/1%20a/migration.sql");
    assert_eq!(location["region"]["endColumn"], 11);
    assert_eq!(run["results"][1]["fixes"][0]["artifactChanges"][0]["replacements"][0]["insertedContent"]["text"], "x");
}

#[test]
fn junit_is_xml_whatever_the_names() {
    let text = junit::document(&two());
    assert!(text.contains("tests=\"2\" failures=\"1\""), "{text}");
    assert!(text.contains("&lt;img src=x&gt;") && !text.contains("<img") && !text.contains('\u{1b}'), "{text}");
    assert!(junit::document(&report(vec![])).contains("<testcase name=\"nothing found\""));
}

#[test]
fn markdown_lets_no_name_act() {
    let text = markdown::page(&two());
    assert!(text.starts_with("<!-- unmigrate check -->\n### unmigrate check: 1 error, 1 note\n"), "{text}");
    for bad in ["<img", "](", "http:", "@you", "\u{1b}", "|"] {
        assert!(!text.contains(bad), "{bad}: {text}");
    }
}
