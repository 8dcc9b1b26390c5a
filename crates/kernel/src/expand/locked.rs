//! `-- unmigrate-locks users, writers of profiles`: tables whose triggers write to each other. Whoever changes one of them takes
//! its lock on both at once: a statement that has one of them and waits for the other in its trigger would wait for who has that
//! one, and he for it. The way back of a file that says so begins with the same.

use crate::Dialect;
use crate::catalog::Name;
use crate::lex::{Kind, lex};
use crate::reader::Reader;
use crate::render::{Statement, clause};

const WORD: &str = "-- unmigrate-locks ";
const WRITERS: &str = "writers of";
const PG: Dialect = Dialect::Postgres;

/// A table, and whether only those who write it have to stay out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Lock {
    pub table: Name,
    pub writers: bool,
}

impl Lock {
    /// Nobody reads or writes.
    pub fn all(table: &Name) -> Lock {
        Lock { table: table.clone(), writers: false }
    }

    /// Nobody writes.
    pub fn writers(table: &Name) -> Lock {
        Lock { table: table.clone(), writers: true }
    }

    fn sql(&self) -> String {
        let mode = if self.writers { "SHARE ROW EXCLUSIVE" } else { "ACCESS EXCLUSIVE" };
        format!("LOCK TABLE {} IN {mode} MODE", clause::name(&self.table, PG))
    }
}

/// The comment that has the way back of a file begin with these.
pub(crate) fn comment(locks: &[Lock]) -> String {
    let one = |l: &Lock| format!("{}{}", if l.writers { "writers of " } else { "" }, clause::name(&l.table, PG));
    format!("{WORD}{}", locks.iter().map(one).collect::<Vec<_>>().join(", "))
}

/// PostgreSQL: takes all of them or none, and asks again after a moment; only after ten seconds does it wait in the queue.
pub(crate) fn together(locks: &[Lock]) -> String {
    let now: String = locks.iter().map(|l| format!("      {} NOWAIT;\n", l.sql())).collect();
    let waiting: String = locks.iter().map(|l| format!("  {};\n", l.sql())).collect();
    format!(
        "DO $$ BEGIN\n  -- All or none: who has one of them and waits for the other would wait for somebody who needs both.\n  \
         FOR attempt IN 1..1000 LOOP\n    BEGIN\n{now}      RETURN;\n    EXCEPTION WHEN lock_not_available THEN\n      \
         PERFORM pg_sleep(0.01);\n    END;\n  END LOOP;\n{waiting}END $$"
    )
}

/// What the way back of a file begins with: the locks that its comment names.
pub(crate) fn begins(text: &str, dialect: Dialect) -> Vec<Statement> {
    if dialect != PG || !text.contains(WORD) {
        return vec![];
    }
    let mut comments = lex(text, 0, dialect).into_iter().filter(|t| t.kind == Kind::Comment);
    let locks = comments.find_map(|c| read(&text[c.start..c.end]));
    locks.iter().map(|locks| Statement::new(together(locks), "")).collect()
}

fn read(comment: &str) -> Option<Vec<Lock>> {
    let said = comment.strip_prefix(WORD)?.trim_end();
    let tokens = lex(said, 0, PG);
    let one = |own: &[crate::lex::Token]| {
        let mut reader = Reader::new(said, own, PG);
        let writers = own.len() > 2 && reader.eat(WRITERS);
        Some(Lock { table: reader.name()?, writers })
    };
    tokens.split(|t| t.kind == Kind::Punct(b',')).map(one).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_way_back_takes_what_the_comment_names() {
        let (users, of) = (Name::plain("users"), Name { schema: "x".into(), name: "a b".into() });
        let locks = [Lock::all(&users), Lock::writers(&of)];
        let text = format!("SELECT 1;\n{}\nSELECT 2;", comment(&locks));
        assert!(text.contains(r#"-- unmigrate-locks "users", writers of "x"."a b""#), "{text}");
        let begins = begins(&text, PG);
        assert_eq!(begins.iter().map(|s| s.sql.clone()).collect::<Vec<_>>(), [together(&locks)]);
        assert!(
            begins[0].sql.contains(r#"LOCK TABLE "x"."a b" IN SHARE ROW EXCLUSIVE MODE NOWAIT;"#),
            "{}",
            begins[0].sql
        );
        assert_eq!(super::begins("-- unmigrate-locks ,", PG), []);
    }
}
