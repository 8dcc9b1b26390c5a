//! What the first words of a statement say: for the walk, which decides by them only how it is noted.

use unmigrate_kernel::Dialect;
use unmigrate_kernel::lex::{Kind, Token, lex};

/// The statement's words and quoted names, in order, upper-cased where they are bare.
fn words(sql: &str, dialect: Dialect, how_many: usize) -> Vec<String> {
    let is_word = |t: &Token| matches!(t.kind, Kind::Word | Kind::Quoted | Kind::Punct(b'.'));
    lex(sql, 0, dialect)
        .into_iter()
        .filter(|t| t.kind != Kind::Comment)
        .take_while(is_word)
        .take(how_many)
        .map(|t| match t.kind {
            Kind::Word => sql[t.start..t.end].to_ascii_uppercase(),
            _ => sql[t.start..t.end].to_owned(),
        })
        .collect()
}

/// It changes rows and nothing else, so that a transaction of MySQL holds it together with a line of the journal.
pub fn is_rows(sql: &str, dialect: Dialect) -> bool {
    let words = words(sql, dialect, 1);
    matches!(words.first().map(String::as_str), Some("INSERT" | "UPDATE" | "DELETE" | "REPLACE" | "WITH"))
}

/// It builds or drops an index beside running traffic, outside of a transaction, and may leave an invalid one behind.
pub fn is_concurrent(sql: &str, dialect: Dialect) -> bool {
    dialect.is_postgres()
        && lex(sql, 0, dialect)
            .iter()
            .any(|t| t.kind == Kind::Word && sql[t.start..t.end].eq_ignore_ascii_case("CONCURRENTLY"))
}

/// All names in it, with their schemas, as they are written: what the engine knows of them, it has locked.
pub fn names(sql: &str, dialect: Dialect) -> Vec<String> {
    let tokens: Vec<Token> = lex(sql, 0, dialect).into_iter().filter(|t| t.kind != Kind::Comment).collect();
    let mut out: Vec<String> = Vec::new();
    let mut after_dot = false;
    for token in tokens {
        let text = &sql[token.start..token.end];
        match (token.kind, out.last_mut()) {
            (Kind::Punct(b'.'), Some(last)) => {
                last.push('.');
                after_dot = true;
                continue;
            }
            (Kind::Word | Kind::Quoted, Some(last)) if after_dot => last.push_str(text),
            (Kind::Word | Kind::Quoted, _) => out.push(text.to_owned()),
            _ => {}
        }
        after_dot = false;
    }
    // What has more parts than a name can have, an engine refuses to look up.
    out.retain(|name| !name.ends_with('.') && name.matches('.').count() < 3);
    out.sort();
    out.dedup();
    out
}

/// SQLite's settings around a rollback, which the walk sets itself.
pub fn is_pragma_of_keys(sql: &str, dialect: Dialect) -> bool {
    let words = words(sql, dialect, 2);
    dialect == Dialect::Sqlite
        && words.first().is_some_and(|w| w == "PRAGMA")
        && words
            .get(1)
            .is_some_and(|w| matches!(w.as_str(), "FOREIGN_KEYS" | "FOREIGN_KEY_CHECK" | "DEFER_FOREIGN_KEYS"))
}

/// MySQL: it makes a trigger or drops one.
pub fn is_trigger(sql: &str, dialect: Dialect) -> bool {
    let words = words(sql, dialect, 2);
    let first = words.first().is_some_and(|w| w == "CREATE" || w == "DROP");
    dialect == Dialect::Mysql && first && words.get(1).is_some_and(|w| w == "TRIGGER")
}

/// `SET ..`: it changes how the session behaves, and nothing in the database.
pub fn is_setting(sql: &str, dialect: Dialect) -> bool {
    words(sql, dialect, 1).first().is_some_and(|w| w == "SET")
}

/// The table whose rows it adds or deletes by name.
pub fn rows_of(sql: &str, dialect: Dialect) -> Option<String> {
    let words = words(sql, dialect, 8);
    let at = words.iter().position(|w| w == "INTO" || w == "FROM")?;
    matches!(words[0].as_str(), "INSERT" | "REPLACE" | "DELETE").then_some(())?;
    let last = words[at + 1..].chunks(2).take_while(|pair| pair.get(1).is_some_and(|dot| dot == ".")).count();
    let name = words.get(at + 1 + 2 * last)?;
    Some(bare(name).to_lowercase())
}

/// SQLite: the table that it drops.
pub fn dropped(sql: &str) -> Option<String> {
    let words = words(sql, Dialect::Sqlite, 7);
    let rest = match words.as_slice() {
        [drop, table, rest @ ..] if drop == "DROP" && table == "TABLE" => rest,
        _ => return None,
    };
    let rest = if rest.first().is_some_and(|w| w == "IF") { rest.get(2..)? } else { rest };
    let name = if rest.get(1).is_some_and(|dot| dot == ".") { rest.get(2)? } else { rest.first()? };
    Some(bare(name).to_lowercase())
}

/// SQLite: all names in it, without quotes, in lower case.
pub fn bare_names(sql: &str) -> Vec<String> {
    let parts = names(sql, Dialect::Sqlite).into_iter();
    parts.map(|name| bare(name.rsplit('.').next().unwrap_or_default()).to_lowercase()).collect()
}

fn bare(name: &str) -> &str {
    let inner = |open: char, close: char| name.strip_prefix(open).and_then(|n| n.strip_suffix(close));
    inner('"', '"').or_else(|| inner('`', '`')).or_else(|| inner('[', ']')).unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn by_the_first_words() {
        assert!(is_rows("/* x */ delete from t", Dialect::Mysql));
        assert!(!is_rows("ALTER TABLE t DROP a", Dialect::Mysql));
        assert!(is_setting("set @a = 1, SESSION sql_mode = ''", Dialect::Mysql));
        assert!(!is_setting("ALTER TABLE t SET (a = 1)", Dialect::Postgres));
        assert!(is_trigger("create trigger t BEFORE INSERT ON u FOR EACH ROW SET @a = 1", Dialect::Mysql));
        assert!(!is_trigger("CREATE TABLE trigger_of (a int)", Dialect::Mysql));
        assert!(is_concurrent("DROP INDEX concurrently i", Dialect::Postgres));
        assert!(!is_concurrent("COMMENT ON TABLE t IS 'CONCURRENTLY'", Dialect::Postgres));
        assert!(is_pragma_of_keys("PRAGMA foreign_keys=OFF", Dialect::Sqlite));
        assert!(!is_pragma_of_keys("PRAGMA user_version=1", Dialect::Sqlite));
    }

    #[test]
    fn names_with_their_schemas() {
        assert_eq!(names("DROP TABLE app.\"T\", u", Dialect::Postgres), ["DROP", "TABLE", "app.\"T\"", "u"]);
    }

    #[test]
    fn tables_whose_rows_are_named() {
        let of = |sql: &str| rows_of(sql, Dialect::Sqlite);
        assert_eq!(of("DELETE FROM \"Users\" WHERE id = 1").as_deref(), Some("users"));
        assert_eq!(of("INSERT OR IGNORE INTO main.`__new_x` (a) SELECT a FROM x").as_deref(), Some("__new_x"));
        assert_eq!(of("DROP TABLE x"), None);
        assert_eq!(of("UPDATE x SET a = 1"), None);
        assert_eq!(of("DELETE FROM"), None);
        assert_eq!(dropped("DROP TABLE IF EXISTS main.`User`").as_deref(), Some("user"));
        assert_eq!(dropped("drop table \"a b\"").as_deref(), Some("a b"));
        assert_eq!(dropped("DROP INDEX a"), None);
        assert!(bare_names("ALTER TABLE main.\"New\" RENAME TO [x]").contains(&"new".to_owned()));
    }
}
