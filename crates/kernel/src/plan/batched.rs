//! `UPDATE /* unmigrate-batched */ t SET .. WHERE ..`: a statement that looks by its WHERE alone which rows are still to be done,
//! and so may be run for a part of the rows at a time. To whatever else runs the file it is one UPDATE like any other.

use crate::Dialect;
use crate::catalog::Name;
use crate::lex::{Kind, lex};
use crate::reader::Reader;
use crate::split::split;

/// The comment, between UPDATE and the table.
pub const BATCHED: &str = "/* unmigrate-batched */";

/// Such a statement, taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Batched {
    /// Its table.
    pub table: Name,
    /// The table as it stands there.
    pub relation: String,
    /// It looks at other rows than the one that it writes, and not at all of them under a lock.
    pub reads: bool,
    head: String,
    condition: Option<String>,
}

impl Batched {
    /// The statement for the rows for which something holds beside.
    pub fn within(&self, holds: &str) -> String {
        let all: Vec<String> = self.condition.iter().map(|own| format!("({own})")).chain([holds.to_owned()]).collect();
        let all = all.iter().filter(|one| !one.is_empty()).cloned().collect::<Vec<_>>().join(" AND ");
        if all.is_empty() { self.head.clone() } else { format!("{} WHERE {all}", self.head) }
    }
}

/// A statement carries the mark, whether or not it can be taken apart.
pub fn is_batched(sql: &str, dialect: Dialect) -> bool {
    if !sql.contains(BATCHED) {
        return false;
    }
    let mut tokens = lex(sql, 0, dialect).into_iter();
    let update =
        tokens.next().is_some_and(|t| t.kind == Kind::Word && sql[t.start..t.end].eq_ignore_ascii_case("UPDATE"));
    update && tokens.next().is_some_and(|t| t.kind == Kind::Comment && &sql[t.start..t.end] == BATCHED)
}

/// The statement without the mark: one that is run whole wherever it stands.
pub fn unmarked(sql: &str, dialect: Dialect) -> String {
    let mark = format!("{BATCHED} ");
    if is_batched(sql, dialect) { sql.replacen(&mark, "", 1) } else { sql.to_owned() }
}

/// Takes one apart. None: it is no such statement, or one with more to it than a table, SET and WHERE; that is run whole.
pub fn batched(sql: &str, dialect: Dialect) -> Option<Batched> {
    if !is_batched(sql, dialect) {
        return None;
    }
    let [statement] = split(sql, dialect, false).try_into().ok()?;
    let mut r = Reader::new(sql, &statement.tokens, dialect);
    let start = r.mark();
    r.eat("UPDATE").then_some(())?;
    let at = r.mark();
    let table = r.name()?;
    let relation = r.between(at, r.mark()).to_owned();
    r.is("SET").then_some(())?;
    let words = |word: &str| {
        let is = |t: &&crate::lex::Token| t.kind == Kind::Word && sql[t.start..t.end].eq_ignore_ascii_case(word);
        statement.tokens.iter().filter(is).count()
    };
    // What it reads `LOCK IN SHARE MODE` is what stands there now.
    let reads = words("SELECT") > words("SHARE");
    plain(&mut r, true)?;
    let head = r.since(start).to_owned();
    let condition = r.eat("WHERE").then(|| r.mark());
    let condition = match condition {
        Some(from) => {
            plain(&mut r, false)?;
            Some(r.since(from).to_owned())
        }
        None => None,
    };
    r.done().then_some(Batched { table, relation, reads, head, condition })
}

/// Steps over what stands outside of parentheses, to a WHERE or to the end. None where a clause stands there that takes other
/// rows, or not all.
fn plain(r: &mut Reader, to_where: bool) -> Option<()> {
    while !r.done() {
        if to_where && r.is("WHERE") {
            break;
        }
        // `IS DISTINCT FROM` is no clause.
        if r.eat("DISTINCT FROM") {
            continue;
        }
        let other = ["FROM", "RETURNING", "ORDER", "LIMIT", "WHERE", "CURRENT"].iter().any(|word| r.is(word));
        (!other).then_some(())?;
        r.skip_balanced();
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(sql: &str, dialect: Dialect) -> Option<(String, bool)> {
        batched(sql, dialect).map(|b| (b.within("k > 1"), b.reads))
    }

    #[test]
    fn a_range_goes_beside_its_condition() {
        let my = "UPDATE /* unmigrate-batched */ `s`.`t` SET `a` = `b`, c = 'x WHERE' WHERE a <=> b OR c";
        assert_eq!(
            parts(my, Dialect::Mysql),
            Some((my.replace("WHERE a <=> b OR c", "WHERE (a <=> b OR c) AND k > 1"), false))
        );
        assert_eq!(
            batched(my, Dialect::Mysql).map(|b| (b.relation, b.table.schema)),
            Some(("`s`.`t`".into(), "s".into()))
        );
        let pg = "UPDATE /* unmigrate-batched */ t SET a = (SELECT b FROM u WHERE u.id = t.id ORDER BY 1 LIMIT 1)";
        assert_eq!(parts(pg, Dialect::Postgres), Some((format!("{pg} WHERE k > 1"), true)));
        let locked = "UPDATE /* unmigrate-batched */ t SET a = (SELECT b FROM u WHERE u.id = t.id LOCK IN SHARE MODE)";
        assert_eq!(parts(locked, Dialect::Mysql), Some((format!("{locked} WHERE k > 1"), false)));
        let pg = "update /* unmigrate-batched */ t set a = b where a is distinct from b";
        assert_eq!(
            parts(pg, Dialect::Postgres).map(|p| p.0),
            Some("update /* unmigrate-batched */ t set a = b WHERE (a is distinct from b) AND k > 1".into())
        );
    }

    #[test]
    fn without_the_mark() {
        assert_eq!(unmarked("UPDATE /* unmigrate-batched */ t SET a = b", Dialect::Mysql), "UPDATE t SET a = b");
        assert_eq!(unmarked("SELECT '/* unmigrate-batched */ '", Dialect::Mysql), "SELECT '/* unmigrate-batched */ '");
    }

    #[test]
    fn what_takes_other_rows_is_run_whole() {
        for sql in [
            "UPDATE /* unmigrate-batched */ t AS x SET a = b",
            "UPDATE /* unmigrate-batched */ ONLY t SET a = b",
            "UPDATE /* unmigrate-batched */ t SET a = u.b FROM u WHERE u.id = t.id",
            "UPDATE /* unmigrate-batched */ t SET a = b WHERE a > 1 RETURNING a",
            "UPDATE /* unmigrate-batched */ t SET a = b WHERE a > 1 ORDER BY a LIMIT 5",
            "UPDATE /* unmigrate-batched */ t, u SET a = b",
        ] {
            assert!(is_batched(sql, Dialect::Mysql) && parts(sql, Dialect::Mysql).is_none(), "{sql}");
        }
        for sql in [
            "UPDATE t /* unmigrate-batched */ SET a = b",
            "/* unmigrate-batched */ UPDATE t SET a = b",
            "UPDATE t SET a = '/* unmigrate-batched */'",
            "DELETE /* unmigrate-batched */ FROM t",
        ] {
            assert!(!is_batched(sql, Dialect::Mysql) && parts(sql, Dialect::Mysql).is_none(), "{sql}");
        }
    }
}
