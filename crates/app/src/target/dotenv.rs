//! `.env` files, read as the tools read them: both with the npm package `dotenv`, whose grammar is one regular expression.
//! A reader with rules of its own would take another password out of the same line.

use regex::{Captures, Regex};
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// Names and values.
pub type Variables = BTreeMap<String, String>;

/// `dotenv` 15 to 17, `lib/main.js`.
static LINE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let pattern = concat!(
        r#"(?m)^\s*(?:export\s+)?((?-u:[\w.-])+)(?:\s*=\s*?|:\s+?)"#,
        r#"(\s*'(?:\\'|[^'])*'|\s*"(?:\\"|[^"])*"|\s*`(?:\\`|[^`])*`|[^#\r\n]+)?\s*(?:#.*)?$"#
    );
    Regex::new(pattern).ok()
});

/// Prisma's `${NAME}`, with the character before it, which may be a backslash.
static PLACE: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"(?s)(.?)\$\{([a-zA-Z0-9_]*)\}").ok());

/// The variables of a file. Of two lines for one name the later counts.
pub fn parse(text: &str) -> Variables {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    let lines = LINE.iter().flat_map(|line| line.captures_iter(text));
    lines.map(|found| (found[1].to_owned(), value(found.get(2).map_or("", |m| m.as_str())))).collect()
}

fn value(text: &str) -> String {
    let text = text.trim();
    let quote = text.chars().next().filter(|c| matches!(c, '\'' | '"' | '`'));
    let inner = quote.and_then(|q| text.strip_prefix(q)?.strip_suffix(q)).unwrap_or(text);
    match quote {
        Some('"') => inner.replace("\\n", "\n").replace("\\r", "\r"),
        _ => inner.to_owned(),
    }
}

/// A value with its `${NAME}`s filled in, as Prisma 5 and 6 do it: from the environment, then from the file. `$NAME` alone
/// stays as it is. Drizzle fills in nothing.
pub fn expand(text: &str, environment: &dyn Fn(&str) -> Option<String>, file: &Variables) -> String {
    expand_within(text, environment, file, 8)
}

fn expand_within(text: &str, environment: &dyn Fn(&str) -> Option<String>, file: &Variables, depth: usize) -> String {
    let Some(place) = PLACE.as_ref().filter(|_| depth > 0) else { return text.to_owned() };
    let fill = |found: &Captures| {
        if &found[1] == "\\" {
            return found[0][1..].to_owned();
        }
        let value = environment(&found[2]).or_else(|| file.get(&found[2]).cloned()).unwrap_or_default();
        format!("{}{}", &found[1], expand_within(&value, environment, file, depth - 1))
    };
    place.replace_all(text, fill).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_the_package_reads_them() {
        // Each with what `require('dotenv').parse` 16.6.1 gives for X.
        for (text, wanted) in [
            ("X=plain", "plain"),
            ("  export X = spaced out  # note", "spaced out"),
            ("X='single # kept' # note", "single # kept"),
            ("X=\"two\\nlines\"", "two\nlines"),
            ("X='no\\nlines'", "no\\nlines"),
            ("X=`it's \"both\"`", "it's \"both\""),
            ("X=", ""),
            ("X: yaml", "yaml"),
            ("X=postgres://u:p%40$w@h/d?a=b", "postgres://u:p%40$w@h/d?a=b"),
            ("X=cut#here", "cut"),
            ("X=\"on\ntwo\"", "on\ntwo"),
            ("X=first\r\nX=second\r\n", "second"),
            ("# X=no\nX=yes", "yes"),
            ("X='open", "'open"),
        ] {
            assert_eq!(parse(text).get("X").map(String::as_str), Some(wanted), "{text:?}");
        }
        assert!(parse("nonsense\nx\n").is_empty());
    }

    #[test]
    fn prisma_fills_in() {
        let file = parse("USER=u\nLOOP=${LOOP}x\nURL=a");
        let environment = |name: &str| (name == "USER").then(|| "env".to_owned());
        let expand = |text| expand(text, &environment, &file);
        assert_eq!(expand("postgres://${USER}:$USER@h/${NONE}${URL}"), "postgres://env:$USER@h/a");
        assert_eq!(expand("a\\${USER}"), "a${USER}");
        assert!(expand("${LOOP}").ends_with('x'), "a circle ends");
    }
}
