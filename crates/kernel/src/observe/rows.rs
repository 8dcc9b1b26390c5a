//! Might a statement that nobody can read have changed rows? Catalogs don't tell, so its words are doubted: only one
//! whose every word is known to change the schema alone is cleared. A doubt too many costs a note, one too few a lie.

use crate::Dialect;
use crate::lex::{Kind, Token, lex};
use crate::reader::string_value;
use crate::rows::{is_harmless, is_reserved};
use crate::split::split;
use std::ops::Range;

/// Words that change rows wherever they stand.
const CHANGE_ROWS: &[&str] =
    &["INSERT", "UPDATE", "DELETE", "MERGE", "REPLACE", "COPY", "TRUNCATE", "PERFORM", "CALL", "LOAD", "IMPORT"];

/// Before which UPDATE, DELETE and INSERT say when something is to happen: `ON DELETE CASCADE`, `BEFORE INSERT OR UPDATE`.
const NAME_AN_EVENT: &[&str] = &["ON", "BEFORE", "AFTER", "OF", "FOR", "OR"];

/// With which a statement begins that changes the schema alone.
const SCHEMA: &[&str] = &["CREATE", "ALTER", "DROP", "COMMENT", "GRANT", "REVOKE"];

/// What stands before a parenthesis and calls nothing, or only asks the catalogs.
#[rustfmt::skip]
const NO_CALL: &[&str] = &[
    "ARRAY_UPPER", "COL_DESCRIPTION", "CURRENT_SCHEMAS", "DATABASE", "ELSIF", "EXECUTE", "FORMAT_TYPE", "HAS_COLUMN_PRIVILEGE",
    "HAS_SCHEMA_PRIVILEGE", "HAS_TABLE_PRIVILEGE", "IF", "NUMERIC", "OBJ_DESCRIPTION", "PG_GET_CONSTRAINTDEF", "PG_GET_EXPR",
    "PG_GET_FUNCTIONDEF", "PG_GET_INDEXDEF", "PG_GET_SERIAL_SEQUENCE", "PG_GET_VIEWDEF", "PG_TABLE_IS_VISIBLE",
    "PG_TYPE_IS_VISIBLE", "RAISE", "RETURN", "VARCHAR", "WHILE",
];

/// What a server has for all its databases, or knows of itself and of who asks: the next one has another.
#[rustfmt::skip]
const OF_THE_SERVER: &[&str] = &[
    "CURRENT_SETTING", "CURRENT_USER", "PG_AUTHID", "PG_AUTH_MEMBERS", "PG_AVAILABLE_EXTENSIONS", "PG_DATABASE", "PG_GROUP", "PG_HAS_ROLE",
    "PG_ROLES", "PG_SETTINGS", "PG_SHADOW", "PG_TABLESPACE", "PG_USER", "SESSION_USER", "VERSION",
];

/// What the words of a statement let fear that catalogs do not show.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Fears {
    /// It might change rows, or the values in them.
    pub rows: bool,
    /// It might give something another name, and the engine has no numbers to know it by.
    pub renames: bool,
    /// What it does to the schema might depend on rows or on the server, and be another thing elsewhere.
    pub depends: bool,
}

/// Reads the words of a statement of a file; on MySQL, for EXECUTE, those of what was prepared.
pub fn fears(file: &str, statement: &Range<usize>, dialect: Dialect) -> Fears {
    let own = file.get(statement.clone()).unwrap_or_default();
    let mut doubt =
        Doubt { dialect, types: false, drops: false, renames: false, reads: false, alters: false, depth: 0 };
    let executes = dialect == Dialect::Mysql && own.get(..7).is_some_and(|w| w.eq_ignore_ascii_case("EXECUTE"));
    let doubted = match executes {
        true => prepared(&file[..statement.start], own).is_none_or(|text| !names_a_verb(text) || doubt.text(text)),
        false => doubt.text(own),
    };
    let numbered = dialect.is_postgres();
    // Without numbers for objects, one that was dropped and made again looks as if it had stayed.
    // A query that becomes a table makes the same columns whatever rows there are.
    let one = word(own, 0).is_some_and(|w| w.eq_ignore_ascii_case("CREATE") || w.eq_ignore_ascii_case("SELECT"));
    Fears {
        rows: doubted || (doubt.drops && !numbered),
        renames: doubt.renames && !numbered,
        depends: doubt.reads && doubt.alters && !one,
    }
}

/// The statement that gives the variable its value that `PREPARE name FROM @variable` takes; a literal is its own.
fn prepared<'a>(before: &'a str, execute: &str) -> Option<&'a str> {
    let name = word(execute, 1)?;
    let statements: Vec<&str> = split(before, Dialect::Mysql, false).into_iter().map(|s| &before[s.span]).collect();
    let at = statements.iter().rposition(|s| {
        word(s, 0).is_some_and(|w| w.eq_ignore_ascii_case("PREPARE"))
            && word(s, 1).is_some_and(|w| w.eq_ignore_ascii_case(name))
    })?;
    let source = statements[at].split_whitespace().nth(3)?;
    if !source.starts_with('@') {
        return Some(statements[at]);
    }
    let gives = |s: &&&str| {
        let tokens = lex(s, 0, Dialect::Mysql);
        let first = word(s, 0).unwrap_or_default();
        (first.eq_ignore_ascii_case("SET") || first.eq_ignore_ascii_case("SELECT"))
            && tokens.windows(2).any(|t| s.get(t[0].start..t[1].end).is_some_and(|v| v.eq_ignore_ascii_case(source)))
    };
    statements[..at].iter().rev().find(gives).copied()
}

fn word(text: &str, at: usize) -> Option<&str> {
    text.split_whitespace().nth(at)
}

/// Does a string in it begin a statement that changes the schema?
fn names_a_verb(text: &str) -> bool {
    lex(text, 0, Dialect::Mysql)
        .iter()
        .filter(|t| t.kind == Kind::String)
        .any(|t| is_verb(&text[t.start..t.end], Dialect::Mysql))
}

fn is_verb(literal: &str, dialect: Dialect) -> bool {
    let value = string_value(literal, dialect);
    let verb = value.split_whitespace().next().unwrap_or_default().to_ascii_uppercase();
    SCHEMA.contains(&verb.as_str())
}

struct Doubt {
    dialect: Dialect,
    /// A column was given a type: USING may then give it any value.
    types: bool,
    /// Something was dropped.
    drops: bool,
    /// Something got another name.
    renames: bool,
    /// Rows are read, or what belongs to the server.
    reads: bool,
    /// The schema is changed.
    alters: bool,
    depth: usize,
}

impl Doubt {
    /// Is there a doubt about a text: a statement, a block, what stands in a string?
    fn text(&mut self, text: &str) -> bool {
        self.depth += 1;
        let tokens: Vec<Token> = lex(text, 0, self.dialect).into_iter().filter(|t| t.kind != Kind::Comment).collect();
        let word = |at: usize| match tokens.get(at) {
            Some(t) if t.kind == Kind::Word => text[t.start..t.end].to_ascii_uppercase(),
            _ => String::new(),
        };
        let is = |at: usize, sign: u8| tokens.get(at).is_some_and(|t| t.kind == Kind::Punct(sign));
        let (mut schema, mut privileges, mut doubted) = (false, false, false);
        for (at, token) in tokens.iter().enumerate() {
            let before = if at == 0 { String::new() } else { word(at - 1) };
            let called = is(at + 1, b'(');
            // Of somebody's own schema, whatever its name.
            let own =
                at > 1 && is(at - 1, b'.') && !matches!(word(at - 2).as_str(), "PG_CATALOG" | "INFORMATION_SCHEMA");
            doubted |= match token.kind {
                Kind::Punct(b';') => {
                    (schema, privileges) = (false, false);
                    false
                }
                Kind::String => self.string(&text[token.start..token.end]),
                Kind::Word => {
                    let this = word(at);
                    if at == 0 || begins(&tokens, at, &before) {
                        schema = SCHEMA.contains(&this.as_str());
                        privileges = matches!(this.as_str(), "GRANT" | "REVOKE");
                    }
                    self.alters |= schema || this == "EXECUTE";
                    self.reads |= !privileges && self.is_read(&this, &before, text, &tokens[at + 1..]);
                    // A query inside it may call anything.
                    schema &= !matches!(this.as_str(), "SELECT" | "WITH");
                    (self.word(&this, &before, &word(at + 1)) && !privileges)
                        || (called && !schema && (own || self.is_doubtful_call(&this)))
                        || (this == "EXECUTE" && !self.runs_what_is_seen(text, &tokens, at))
                }
                Kind::Quoted => !schema && called,
                _ => false,
            };
        }
        self.depth -= 1;
        doubted
    }

    fn word(&mut self, this: &str, before: &str, after: &str) -> bool {
        self.types |= this == "TYPE";
        self.drops |= this == "DROP";
        self.renames |= this == "RENAME" || this == "CHANGE";
        let event = matches!(this, "INSERT" | "UPDATE" | "DELETE") && NAME_AN_EVENT.contains(&before);
        let replaced = this == "REPLACE" && before == "OR";
        let counted = this == "REPLACE" && after.is_empty();
        (CHANGE_ROWS.contains(&this) && !event && !replaced && !counted) || (this == "USING" && self.types)
    }

    /// Does a query read here what is not the schema: rows, or what the server has for all its databases?
    fn is_read(&self, this: &str, before: &str, text: &str, rest: &[Token]) -> bool {
        if OF_THE_SERVER.contains(&this) {
            return true;
        }
        let from = (this == "FROM" && before != "DISTINCT") || this == "JOIN";
        let Some(name) = rest.first().filter(|t| from && matches!(t.kind, Kind::Word | Kind::Quoted)) else {
            return false;
        };
        if rest.get(1).is_some_and(|t| t.kind == Kind::Punct(b'(')) {
            return false;
        }
        let name = text[name.start..name.end].trim_matches(['"', '`']).to_ascii_lowercase();
        !(name.starts_with("pg_") || name == "information_schema" || name == "lateral")
    }

    /// A call whose name is no keyword and no function that only computes.
    fn is_doubtful_call(&self, word: &str) -> bool {
        !is_harmless(word) && !is_reserved(word) && !NO_CALL.contains(&word)
    }

    /// What stands in a string may run.
    fn string(&mut self, literal: &str) -> bool {
        if self.depth > 8 {
            return true;
        }
        let value = string_value(literal, self.dialect);
        !value.trim().is_empty() && self.text(&value)
    }

    /// `EXECUTE 'ALTER ..'`, `EXECUTE format('DROP ..', ..)`: the string tells what kind of statement it is.
    fn runs_what_is_seen(&self, text: &str, tokens: &[Token], at: usize) -> bool {
        let is = |token: &Token, word: &str| {
            token.kind == Kind::Word && text[token.start..token.end].eq_ignore_ascii_case(word)
        };
        let mut rest = tokens[at + 1..].iter();
        let first = rest.find(|t| !is(t, "format") && !is(t, "concat") && t.kind != Kind::Punct(b'('));
        match first {
            // Of a trigger, or a privilege.
            Some(token) if is(token, "FUNCTION") || is(token, "PROCEDURE") || is(token, "ON") => true,
            Some(token) if token.kind == Kind::String => is_verb(&text[token.start..token.end], self.dialect),
            _ => false,
        }
    }
}

/// Does a statement begin at this word?
fn begins(tokens: &[Token], at: usize, before: &str) -> bool {
    tokens[at - 1].kind == Kind::Punct(b';') || matches!(before, "BEGIN" | "THEN" | "ELSE" | "LOOP")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn doubted(statement: &str) -> bool {
        fears(statement, &(0..statement.len()), Dialect::Postgres).rows
    }

    #[test]
    fn schema_alone() {
        for statement in [
            "DO $$ BEGIN EXECUTE format('CREATE INDEX %I ON t (a)', 't_' || 'a'); END $$",
            "DO $$ DECLARE r record; BEGIN FOR r IN SELECT conname FROM pg_constraint WHERE conrelid = 't'::regclass LOOP
               EXECUTE 'ALTER TABLE t DROP CONSTRAINT ' || quote_ident(r.conname); END LOOP; END $$",
            "DO $$ BEGIN IF (SELECT count(*) FROM pg_class) > 0 THEN ALTER TABLE t ADD CONSTRAINT f FOREIGN KEY (a) REFERENCES u (id) ON DELETE CASCADE; END IF; END $$",
            "DO $$ BEGIN EXECUTE 'CREATE TRIGGER x BEFORE INSERT OR UPDATE ON t FOR EACH ROW EXECUTE FUNCTION f()'; END $$",
            "CREATE TABLE a AS SELECT lower(b) FROM c",
            "DO $$ BEGIN EXECUTE 'GRANT INSERT, UPDATE ON t TO ' || quote_ident('r'); END $$",
            "DO $$ BEGIN CREATE OR REPLACE VIEW v AS SELECT 1; END $$",
        ] {
            assert!(!doubted(statement), "{statement}");
        }
    }

    #[test]
    fn another_thing_elsewhere() {
        let depends = |statement: &str| fears(statement, &(0..statement.len()), Dialect::Postgres).depends;
        for statement in [
            "DO $$ DECLARE r record; BEGIN FOR r IN SELECT name FROM tenants LOOP EXECUTE format('CREATE SCHEMA %I', r.name); END LOOP; END $$",
            "DO $$ BEGIN IF EXISTS (SELECT 1 FROM app.users) THEN EXECUTE 'DROP TABLE ' || x; END IF; END $$",
            "DO $$ BEGIN IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'web') THEN EXECUTE 'GRANT SELECT ON t TO web'; END IF; END $$",
            "DO $$ BEGIN IF current_setting('server_version_num')::int > 15 THEN ALTER TABLE t ADD c int; END IF; END $$",
        ] {
            assert!(depends(statement), "{statement}");
        }
        for statement in [
            "CREATE TABLE a AS SELECT * FROM b",
            "DO $$ BEGIN UPDATE a SET x = b.y FROM b; END $$",
            "DO $$ BEGIN IF EXISTS (SELECT FROM information_schema.tables t JOIN pg_class c ON true) THEN EXECUTE 'DROP TABLE ' || x; END IF; END $$",
            "DO $$ BEGIN EXECUTE 'REVOKE ALL ON t FROM ' || r; END $$",
        ] {
            assert!(!depends(statement), "{statement}");
        }
    }

    #[test]
    fn rows_perhaps() {
        for statement in [
            "DO $$ BEGIN EXECUTE 'UPDATE t SET a = 1'; END $$",
            "DO $$ BEGIN EXECUTE 'UP' || 'DATE t SET a = 1'; END $$",
            "DO $$ BEGIN EXECUTE x; END $$",
            "DO $$ BEGIN EXECUTE format('%s t', x); END $$",
            "DO $$ BEGIN PERFORM f(); END $$",
            "DO $$ DECLARE n int; BEGIN SELECT f(1) INTO n; EXECUTE 'DROP TABLE t'; END $$",
            "DO $$ BEGIN n := app.fill(1); END $$",
            "DO $$ BEGIN n := app.lower(1); END $$",
            "DO $$ BEGIN n := \"fill\"(1); END $$",
            "DO $$ BEGIN EXECUTE 'ALTER TABLE t ALTER COLUMN a TYPE int ' || 'USING a * 2'; END $$",
            "DO $x$ BEGIN EXECUTE $y$ DO $z$ BEGIN DELETE FROM t; END $z$ $y$; END $x$",
            "CREATE TABLE a AS SELECT fill(b) FROM c",
            "WITH d AS (DELETE FROM t RETURNING *) SELECT * INTO e FROM d",
            "CALL p()",
            "DO $$ BEGIN EXECUTE 'GRANT INSERT ON t TO r; DELETE FROM t'; END $$",
        ] {
            assert!(doubted(statement), "{statement}");
        }
    }

    /// The last statement of a file of MySQL's.
    fn last(file: &str) -> Fears {
        let span = split(file, Dialect::Mysql, false).pop().expect("a statement").span;
        fears(file, &span, Dialect::Mysql)
    }

    #[test]
    fn what_was_prepared() {
        let idiom = |sql: &str| {
            last(&format!(
                "SET @s = IF((SELECT COUNT(*) FROM information_schema.COLUMNS) > 0, {sql}, 'SELECT 1'); PREPARE p FROM @s; EXECUTE p"
            ))
        };
        assert_eq!(idiom("'ALTER TABLE t ADD c int'"), Fears::default());
        assert_eq!(idiom("CONCAT('ALTER TABLE ', @t, ' ADD c int')"), Fears::default());
        assert!(idiom("'ALTER TABLE t RENAME COLUMN a TO b'").renames);
        assert!(idiom("'DROP TABLE t'").rows, "what comes again looks as if it had stayed");
        assert!(idiom("'UPDATE t SET a = 1'").rows);
        assert!(last("SET @s = @t; PREPARE p FROM @s; EXECUTE p").rows);
        assert!(last("EXECUTE p").rows);
        assert!(!last("PREPARE p FROM 'ALTER TABLE t ADD c int'; EXECUTE p").rows);
        assert!(!last("PREPARE p FROM @s").rows, "to prepare is to do nothing");
    }
}
