//! Verdicts as annotations of a GitHub workflow, the worst first: GitHub shows only the first ten of a step.

use super::github::{Root, annotation};
use super::human::verify::code;
use super::human::verify_finding::{gap_words, help, in_lines, spot, title};
use unmigrate_app::verify::{MigrationVerdict, Verdict, VerifiedHistory, VerifyReport};
use unmigrate_app::{Problem, Severity};

/// An annotation for each finding, then a line for each history.
pub fn annotations(report: &VerifyReport, root: &Root) -> String {
    let mut found: Vec<(u8, String)> = report.migrations().filter_map(|m| finding(m, root)).collect();
    found.sort_by_key(|(rank, _)| *rank); // stable: within a rank in the order of the histories
    let mut text: String = report.problems.iter().map(|p| problem(p, root)).collect();
    text.extend(found.into_iter().map(|(_, line)| line));
    text.extend(report.histories.iter().map(line));
    text
}

fn finding(m: &MigrationVerdict, root: &Root) -> Option<(u8, String)> {
    let rank = match m.verdict {
        Verdict::RowsDiffer if m.is_false_lossless() => 0,
        Verdict::RowsDiffer => 1,
        Verdict::Differs | Verdict::Refused => 2,
        Verdict::UpRefused => 3,
        Verdict::Missing => 4,
        Verdict::Exact | Verdict::Approximate | Verdict::ByHand | Verdict::Unverified => return None,
    };
    if m.verdict == Verdict::Missing {
        let words = format!("`{}` has no rollback\nunmigrate generate  writes it", m.name);
        return Some((rank, annotation("error", &root.file(&m.up), 0, "missing", &words)));
    }
    let mut lines = vec![title(m)?];
    lines.extend(m.gaps.iter().map(gap_words));
    lines.extend(m.differences.iter().map(in_lines));
    if let Some(refusal) = &m.refusal {
        lines.push(refusal.statement.clone());
        let code = refusal.code.as_ref().map_or(String::new(), |code| format!(" ({code})"));
        lines.push(format!("{}{code}", refusal.message));
    }
    lines.push(help(m));
    let (file, line) = spot(m);
    Some((rank, annotation("error", &root.file(file), line, code(m.verdict), &lines.join("\n"))))
}

/// An annotation about a problem, or about what ended the verb.
pub fn problem(problem: &Problem, root: &Root) -> String {
    let level = match problem.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    };
    let words = format!("{}\n{}", problem.message, problem.help);
    let file = problem.path.as_deref().map(|path| root.file(path)).unwrap_or_default();
    annotation(level, &file, 0, problem.code, &words)
}

/// `prisma/migrations on PostgreSQL 17.2: 57 of 64 rollbacks proven`
fn line(history: &VerifiedHistory) -> String {
    let proven = history.migrations.iter().filter(|m| m.verdict.is_proven()).count();
    let engine = history.engine.as_deref().unwrap_or("no engine");
    let words = format!("{} on {engine}: {proven} of {} rollbacks proven", history.dir, history.migrations.len());
    // A line that begins with `::` would be a command.
    let words: String = words.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    format!("{}\n", words.trim_start().trim_start_matches(':'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::verify_example as example;

    fn root() -> Root {
        Root::default()
    }

    #[test]
    fn nothing_in_a_finding_ends_the_command_or_begins_another() {
        let mut report = example::one(example::differing());
        let migration = &mut report.histories[0].migrations[0];
        migration.name = "1,a:b%0A\n::error::pwned".into();
        migration.differences[0].file = "a,b/c:d%\n.sql".into();
        migration.differences[0].after = Some("x\r\n::warning file=y::z \u{1b}[31m".into());
        report.histories[0].dir = "::debug::dir\n::stop-commands::x".into();
        let text = annotations(&report, &root());
        let commands: Vec<&str> = text.lines().filter(|line| line.starts_with("::")).collect();
        assert_eq!((commands.len(), text.lines().count()), (1, 2), "{text}");
        assert!(
            commands[0].starts_with("::error file=a%2Cb/c%3Ad%25%0A.sql,line=3,title=unmigrate%3A differs::"),
            "{text}"
        );
        assert!(commands[0].contains("1,a:b%250A"), "a percent sign of the name stays one: {text}");
        assert!(!text.contains(['\r', '\u{1b}']));
    }

    #[test]
    fn the_worst_first() {
        let text = annotations(&example::report(), &root());
        let titles: Vec<&str> =
            text.lines().filter_map(|l| l.split_once("title=unmigrate%3A ")?.1.split("::").next()).collect();
        assert_eq!(titles, ["rows-differ", "rows-differ", "differs", "refused", "differs", "up-refused", "missing"]);
        assert!(text.lines().next().unwrap().contains("claims to be lossless"), "{text}");
    }

    #[test]
    fn golden() {
        let report = example::one(example::differing());
        let expected = "\
::error file=prisma/migrations/20240601_phone/down.sql,line=3,title=unmigrate%3A differs::after the rollback of \
`20240601_phone`, 2 objects are not as before%0Acolumn users.phone is not as before%0Abefore  character varying(32) \
NOT NULL%0Aafter   character varying(32)%0Aindex users_phone_key is not brought back%0Abefore  CREATE UNIQUE INDEX \
users_phone_key ON users USING btree (phone)%0Aafter   (not there)%0Acorrect the rollback, then%0Aunmigrate \
verify 20240601_phone%0Aif nobody edited it, this is a defect of unmigrate: please report it with the migration
prisma/migrations on PostgreSQL 17.2: 0 of 1 rollbacks proven
";
        assert_eq!(annotations(&report, &root()), expected);
    }
}
