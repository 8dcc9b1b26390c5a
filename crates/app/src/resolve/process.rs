//! The project's own `prisma migrate resolve`.

use super::refusal;
use super::report::As;
use crate::Problem;
use crate::tool::Call;

/// What Prisma made of one migration.
pub enum Marked {
    /// Its success line was there.
    Done,
    /// It says that it is recorded already (P3008): somebody was faster.
    Already,
    /// It did not run at all: its engine can't be had, or died without a word.
    NotRun(String),
    /// It ran and refused.
    Refused(Problem),
}

/// Runs it for one migration.
pub fn mark(prisma: &Call, name: &str, to: As) -> Marked {
    let (flag, success) = match to {
        As::Applied => ("--applied", format!("Migration {name} marked as applied.")),
        As::RolledBack => ("--rolled-back", format!("Migration {name} marked as rolled back.")),
    };
    let said = match prisma.clone().args(&["migrate", "resolve", flag, name]).run() {
        Ok(said) => said,
        Err(why) => return Marked::NotRun(why.to_string()),
    };
    // An engine that dies leaves Prisma with exit code 0 and nothing said: only the line counts.
    if said.has(&success) {
        return Marked::Done;
    }
    let text = format!("{}\n{}", said.out, said.err);
    match code(&text) {
        Some("P3008") => Marked::Already,
        Some(_) => Marked::Refused(refusal::by_prisma(name, &said.why())),
        None if said.why().is_empty() => Marked::NotRun("it said nothing".into()),
        None => Marked::NotRun(said.why()),
    }
}

/// Prisma's own code of an error: `P3012`.
fn code(text: &str) -> Option<&str> {
    text.split(|c: char| !c.is_ascii_alphanumeric())
        .find(|word| word.len() == 5 && word.starts_with('P') && word[1..].bytes().all(|b| b.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    #[test]
    fn codes() {
        assert_eq!(super::code("Error: P3012\n\nMigration"), Some("P3012"));
        assert_eq!(super::code("Error: request to https://binaries.prisma.sh/P1/x failed"), None);
    }
}
