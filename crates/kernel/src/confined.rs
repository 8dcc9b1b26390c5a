//! SQL that would leave the schema which a session is confined to (PostgreSQL).
//!
//! Where there is only a schema to work in, everything else in its database, and on its server, is somebody's. A name
//! without a schema stays inside, since the search path holds nothing else. What can leave is said by a few words, or by
//! the name of another schema; this errs on the side of refusing.

use crate::Dialect;
use crate::lex::{Kind, Token, lex};
use crate::split::line_of;

/// Where a text leaves its schema.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leaves {
    /// The line, from 1.
    pub line: usize,
    /// What stands there, as the file has it.
    pub words: String,
}

/// Words that reach what is not in a schema, or another schema, as they are told apart from names: not in quotes. A DO
/// block, and EXECUTE inside of a function's body, may put together any statement.
const REACHING: [&str; 16] = [
    "SCHEMA",
    "SEARCH_PATH",
    "EXTENSION",
    "DATABASE",
    "OWNED",
    "TABLESPACE",
    "PUBLICATION",
    "SUBSCRIPTION",
    "SERVER",
    "CAST",
    "SYSTEM",
    "COPY",
    "LOAD",
    "DO",
    "SET_CONFIG",
    "DBLINK",
];

/// Words that reach further only behind these: `role`, `user` and `event` are names of columns, too.
const AFTER: [(&str, &[&str]); 4] = [
    ("ROLE", &["CREATE", "ALTER", "DROP", "SET", "RESET", "LOCAL", "SESSION"]),
    ("USER", &["CREATE", "ALTER", "DROP"]),
    ("GROUP", &["CREATE", "ALTER", "DROP"]),
    ("EVENT", &["CREATE", "ALTER", "DROP"]),
];

/// The first place where a text leaves the schema that its session is in. `schemas` are the others of the database.
pub fn leaves(sql: &str, schemas: &[String]) -> Option<Leaves> {
    leaves_in(sql, 0, schemas).map(|(at, words)| Leaves { line: line_of(sql, at), words })
}

fn leaves_in(sql: &str, offset: usize, schemas: &[String]) -> Option<(usize, String)> {
    let tokens: Vec<Token> = lex(sql, 0, Dialect::Postgres).into_iter().filter(|t| t.kind != Kind::Comment).collect();
    let text = |t: &Token| &sql[t.start..t.end];
    for (at, token) in tokens.iter().enumerate() {
        let found = |words: &str| Some((offset + token.start, words.to_owned()));
        let previous = at.checked_sub(1).map(|before| text(&tokens[before]).to_ascii_uppercase()).unwrap_or_default();
        match token.kind {
            Kind::Word => {
                let word = text(token).to_ascii_uppercase();
                // CAST( is an expression, CREATE CAST a statement; ON CONFLICT DO is no block.
                let harmless = (word == "CAST" && !["CREATE", "DROP"].contains(&previous.as_str()))
                    || (word == "DO" && !previous.is_empty() && previous != ";");
                if REACHING.contains(&word.as_str()) && !harmless {
                    return found(text(token));
                }
                if AFTER.iter().any(|(w, after)| *w == word && after.contains(&previous.as_str())) {
                    return found(text(token));
                }
                // EXECUTE FUNCTION and PROCEDURE belong to a trigger.
                let next = tokens.get(at + 1).map(|t| text(t).to_ascii_uppercase()).unwrap_or_default();
                if word == "EXECUTE" && next != "FUNCTION" && next != "PROCEDURE" {
                    return found(text(token));
                }
            }
            // U&"..." spells a name in numbers.
            Kind::Quoted if text(token).starts_with(['U', 'u']) => return found(text(token)),
            // A function's body, or the name of a relation or a schema in a string.
            Kind::String => {
                if let Some((start, inside)) = body(text(token))
                    && let Some(found) = leaves_in(inside, offset + token.start + start, schemas)
                {
                    return Some(found);
                }
            }
            _ => {}
        }
        let dotted = matches!(tokens.get(at + 1).map(|t| t.kind), Some(Kind::Punct(b'.')));
        let first = previous != ".";
        if dotted && first && matches!(token.kind, Kind::Word | Kind::Quoted) {
            let name = name(text(token), token.kind);
            if schemas.contains(&name) {
                return found(&format!("{}.", text(token)));
            }
        }
    }
    None
}

/// What stands in a string, and where in it that begins.
fn body(string: &str) -> Option<(usize, &str)> {
    let (quote, close) = match string.strip_prefix('$') {
        Some(tag) => (tag.find('$')? + 2, tag.find('$')? + 2),
        None => (string.find('\'')? + 1, 1),
    };
    Some((quote, string.get(quote..string.len().checked_sub(close)?)?))
}

fn name(text: &str, kind: Kind) -> String {
    match kind {
        Kind::Quoted => text.trim_matches('"').replace("\"\"", "\""),
        _ => text.to_lowercase(),
    }
}

/// Does a text name what all databases of a server share, so that another one at work on it would notice? Words in
/// strings and quotes count, too: this errs on the side of yes.
pub fn reaches_server(sql: &str, dialect: Dialect) -> bool {
    const EVERYWHERE: [&str; 5] = ["GRANT", "REVOKE", "DATABASE", "TABLESPACE", "SYSTEM"];
    const ROLES: [&str; 3] = ["ROLE", "USER", "GROUP"];
    let own: &[&str] = match dialect {
        Dialect::Mysql => &["SCHEMA", "USE", "GLOBAL", "PERSIST"],
        _ => &["SUBSCRIPTION", "DBLINK", "DBLINK_EXEC", "POSTGRES_FDW", "REASSIGN"],
    };
    let tokens = lex(sql, 0, dialect).into_iter().filter(|token| token.kind != Kind::Comment);
    let words = tokens.flat_map(|t| sql[t.start..t.end].split(|c: char| !c.is_alphanumeric() && c != '_'));
    let mut previous = "";
    for word in words.filter(|word| !word.is_empty()) {
        let is = |known: &&&str| word.eq_ignore_ascii_case(known);
        let made = ["CREATE", "ALTER", "DROP", "RENAME"].iter().any(|verb| previous.eq_ignore_ascii_case(verb));
        if EVERYWHERE.iter().chain(own).any(|known| is(&known)) || made && ROLES.iter().any(|known| is(&known)) {
            return true;
        }
        previous = word;
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(sql: &str) -> Option<(usize, String)> {
        leaves(sql, &["public".into(), "Audit".into()]).map(|l| (l.line, l.words))
    }

    #[test]
    fn what_stays_inside() {
        for sql in [
            "CREATE TABLE \"User\" (id int PRIMARY KEY, role text, schema_name text); CREATE INDEX i ON \"User\" (role);",
            "GRANT SELECT ON t TO PUBLIC; INSERT INTO t VALUES ('public', 1) ON CONFLICT DO NOTHING;",
            "CREATE VIEW v AS SELECT u.public, CAST(u.a AS text) FROM \"User\" u; -- public.t is not named\n",
            "CREATE TRIGGER t AFTER INSERT ON t EXECUTE FUNCTION f();",
            "SELECT pg_catalog.now(), \"user\" FROM audit.t",
            "ALTER TABLE t ADD COLUMN \"schema\" text, ADD COLUMN \"database\" text",
            "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS $$ SELECT 1 $$",
        ] {
            assert_eq!(found(sql), None, "{sql}");
        }
    }

    #[test]
    fn what_leaves() {
        for (sql, line, words) in [
            ("SELECT 1;\nCREATE TABLE public.t ()", 2, "public."),
            ("CREATE TYPE \"public\".\"role\" AS ENUM ('a')", 1, "\"public\"."),
            ("DROP TABLE PUBLIC . t", 1, "PUBLIC."),
            ("DROP TABLE \"Audit\".t", 1, "\"Audit\"."),
            ("CREATE SCHEMA x", 1, "SCHEMA"),
            ("ALTER TABLE t SET SCHEMA public", 1, "SCHEMA"),
            ("SET search_path = public", 1, "search_path"),
            ("SELECT set_config('search_path', '', false)", 1, "set_config"),
            ("CREATE EXTENSION citext", 1, "EXTENSION"),
            ("DO $$ BEGIN NULL; END $$", 1, "DO"),
            ("SELECT 1; DO 'BEGIN END'", 1, "DO"),
            ("CREATE ROLE r", 1, "ROLE"),
            ("CREATE USER u", 1, "USER"),
            ("DROP OWNED BY u", 1, "OWNED"),
            ("CREATE CAST (a AS b) WITHOUT FUNCTION", 1, "CAST"),
            ("CREATE TABLE U&\"p\\0075blic\".t ()", 1, "U&\"p\\0075blic\""),
            (
                "CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $x$\nBEGIN DELETE FROM public.t; END $x$",
                2,
                "public.",
            ),
            (
                "CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS 'BEGIN EXECUTE ''DROP TABLE t''; END'",
                1,
                "EXECUTE",
            ),
            ("SELECT 'public.t'::regclass", 1, "public."),
        ] {
            assert_eq!(found(sql), Some((line, words.to_owned())), "{sql}");
        }
    }

    #[test]
    fn what_reaches_the_server() {
        for (sql, reaches) in [
            ("CREATE TABLE \"User\" (role text); ALTER TABLE \"User\" ADD COLUMN user_id int", false),
            ("DO $$ BEGIN EXECUTE 'create role app'; END $$", true),
            ("grant select on t to app", true),
            ("ALTER DATABASE x SET a = b", true),
            ("CREATE SCHEMA s", false),
            ("-- GRANT\n/* of the database */ CREATE TABLE t ()", false),
        ] {
            assert_eq!(reaches_server(sql, Dialect::Postgres), reaches, "{sql}");
        }
        assert!(reaches_server("CREATE SCHEMA s", Dialect::Mysql));
        assert!(!reaches_server("CREATE TABLE users (id INT)", Dialect::Mysql));
    }
}
