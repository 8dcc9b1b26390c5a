//! MySQL's executable comments, opened: `/*!50001 .. */` holds SQL that servers from 5.0.1 on run, `/*M! .. */` what
//! MariaDB runs (MySQL manual, "Comments"; MariaDB's, "Comment Syntax").

use crate::Dialect;
use crate::dialect::Server;
use crate::lex::{Kind, Token, lex};
use std::borrow::Cow;
use std::ops::Range;

/// A text in which what the server runs stands in the open, and what it skips is white space. Every byte that is left
/// stands where it stood.
pub struct Opened<'a> {
    /// The text.
    pub text: Cow<'a, str>,
    /// What only some servers run, where the server is not known. It stands in the open.
    pub doubtful: Vec<(Range<usize>, String)>,
}

/// Which servers run a comment.
enum Runs {
    Yes,
    No,
    /// Which do.
    Doubtful(String),
}

/// Opens the executable comments of a text; that of any other database has none.
pub fn open(text: &str, dialect: Dialect, server: Option<Server>) -> Opened<'_> {
    let mut opened = Opened { text: Cow::Borrowed(text), doubtful: Vec::new() };
    if dialect != Dialect::Mysql || !(text.contains("/*!") || text.contains("/*M!")) {
        return opened;
    }
    let markers: Vec<Token> = lex(text, 0, dialect).into_iter().filter(|t| t.kind == Kind::Executable).collect();
    let mut bytes = text.as_bytes().to_vec();
    let mut blank = |range: Range<usize>| {
        bytes[range].iter_mut().filter(|b| !matches!(b, b'\n' | b'\r')).for_each(|b| *b = b' ');
    };
    for pair in markers.chunks(2) {
        // One that is never closed stays as it is, and its statement is cut.
        let [from, to] = pair else { break };
        match runs(&text[from.start..from.end], server) {
            Runs::No => {
                blank(from.start..to.end);
                continue;
            }
            Runs::Doubtful(which) => opened.doubtful.push((from.start..to.end, which)),
            Runs::Yes => {}
        }
        blank(from.start..from.end);
        blank(to.start..to.end);
    }
    // Only whole characters were overwritten, by spaces: it is still UTF-8.
    if let Ok(open) = String::from_utf8(bytes) {
        opened.text = Cow::Owned(open);
    }
    opened
}

/// MariaDB leaves alone what is marked for MySQL 5.7 to 9.
fn runs(marker: &str, server: Option<Server>) -> Runs {
    let maria_only = marker.starts_with("/*M");
    let version: Option<u32> = marker.trim_start_matches(['/', '*', 'M', '!']).parse().ok();
    let mysql_only = !maria_only && version.is_some_and(|v| (50_700..=99_999).contains(&v));
    match (server, version) {
        (Some(server), _) if (server.maria && mysql_only) || (!server.maria && maria_only) => Runs::No,
        (Some(server), Some(version)) if server.number() < version => Runs::No,
        (Some(_), _) => Runs::Yes,
        (None, _) if maria_only => Runs::Doubtful("MariaDB alone".to_string()),
        (None, Some(version)) if mysql_only => Runs::Doubtful(format!("MySQL alone, from {} on", dotted(version))),
        (None, Some(version)) if version > 99_999 => {
            Runs::Doubtful(format!("MariaDB alone, from {} on", dotted(version)))
        }
        (None, _) => Runs::Yes,
    }
}

/// 80016: `8.0.16`.
fn dotted(version: u32) -> String {
    format!("{}.{}.{}", version / 10_000, version / 100 % 100, version % 100)
}

#[cfg(test)]
mod tests {
    use super::open;
    use crate::Dialect;
    use crate::dialect::Server;

    fn text(sql: &str, server: &str) -> String {
        let opened = open(sql, Dialect::Mysql, Server::from_word(server));
        assert_eq!(opened.text.len(), sql.len());
        opened.text.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn what_each_server_runs() {
        let sql = "a /*!50001 é */ /*!80016 c */ /*M! d */ /*M!100500 e */ '/*! f */' /* g */";
        assert_eq!(text(sql, "mysql-8.0"), "a é c '/*! f */' /* g */");
        assert_eq!(text(sql, "mysql-5.7"), "a é '/*! f */' /* g */");
        assert_eq!(text(sql, "mariadb-10.4"), "a é d '/*! f */' /* g */");
        assert_eq!(text(sql, "mariadb-10.11"), "a é d e '/*! f */' /* g */");
        assert_eq!(text(sql, ""), "a é c d e '/*! f */' /* g */");
        assert_eq!(open(sql, Dialect::Mysql, None).doubtful.len(), 3);
    }

    #[test]
    fn one_that_is_not_closed_stays() {
        assert_eq!(text("/*!50001 a", ""), "/*!50001 a");
        assert_eq!(open("/*! a */", Dialect::Sqlite, None).text, "/*! a */");
    }
}
