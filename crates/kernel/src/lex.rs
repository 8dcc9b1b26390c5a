//! Bytes into tokens with exact byte spans. Never fails: what is cut off is a token that says so.
//!
//! `sqlparser`'s own tokenizer gives lines and columns in characters and gives up at an unterminated string; every span
//! that leaves this crate has to be a byte range of the user's file, so the spans start here.

use crate::Dialect;

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A keyword or a bare identifier.
    Word,
    /// `"x"`, `` `x` ``, `[x]`: a quoted identifier.
    Quoted,
    /// A string in single quotes (with its prefix, `E'..'`), in dollar quotes, or MySQL's in double quotes.
    String,
    /// A number.
    Number,
    /// `::`
    Cast,
    /// One character of punctuation or of an operator.
    Punct(u8),
    /// `-- ..`, `# ..`, `/* .. */`.
    Comment,
    /// MySQL's `/*!`, `/*!50001`, `/*M!` and the `*/` that belongs to it: what stands between is executed.
    Executable,
}

/// A token: what it is and where.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Token {
    /// What it is.
    pub kind: Kind,
    /// The first byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
    /// The closing quote (or `*/`) is missing; the token runs to the end of the text.
    pub cut: bool,
}

/// The tokens of a text, comments included, white space left out. `offset` is added to every span.
pub fn lex(text: &str, offset: usize, dialect: Dialect) -> Vec<Token> {
    let mut out = Vec::with_capacity(text.len() / 5);
    out.extend(tokens(text, offset, dialect));
    out
}

/// The same, one after the other.
pub(crate) fn tokens(text: &str, offset: usize, dialect: Dialect) -> impl Iterator<Item = Token> {
    let mut lexer = Lexer { text, bytes: text.as_bytes(), at: 0, dialect, executable: false };
    std::iter::from_fn(move || {
        let token = lexer.next()?;
        Some(Token { start: token.start + offset, end: token.end + offset, ..token })
    })
}

struct Lexer<'a> {
    text: &'a str,
    bytes: &'a [u8],
    at: usize,
    dialect: Dialect,
    /// We are inside of an executable comment.
    executable: bool,
}

const fn word_start(b: u8) -> bool {
    b.is_ascii_alphabetic() || b == b'_' || b >= 0x80
}

const fn word_part(b: u8) -> bool {
    word_start(b) || b.is_ascii_digit() || b == b'$'
}

/// The characters of one byte that may stand in a word.
const IN_WORD: [bool; 256] = {
    let mut out = [false; 256];
    let mut b = 0;
    while b < 0x80 {
        out[b] = word_part(b as u8);
        b += 1;
    }
    out
};

impl Lexer<'_> {
    fn byte(&self, ahead: usize) -> u8 {
        self.bytes.get(self.at + ahead).copied().unwrap_or(0)
    }

    fn next(&mut self) -> Option<Token> {
        self.skip_space();
        if self.at >= self.bytes.len() {
            return None;
        }
        let start = self.at;
        let (kind, cut) = self.token();
        debug_assert!(self.at > start);
        Some(Token { kind, start, end: self.at, cut })
    }

    fn skip_space(&mut self) {
        loop {
            let space = |b: &u8| b.is_ascii_whitespace() || *b == 0x0b;
            self.at += self.bytes[self.at..].iter().take_while(|b| space(b)).count();
            if self.byte(0) < 0x80 {
                return;
            } else if self.bytes[self.at..].starts_with("\u{feff}".as_bytes()) {
                self.at += 3;
            } else if self.bytes[self.at..].starts_with("\u{a0}".as_bytes()) {
                self.at += 2;
            } else {
                return;
            }
        }
    }

    fn token(&mut self) -> (Kind, bool) {
        let mysql = self.dialect == Dialect::Mysql;
        let postgres = self.dialect.is_postgres();
        match (self.byte(0), self.byte(1)) {
            (b'-', b'-') if !mysql || self.byte(2) <= b' ' => self.line_comment(),
            (b'#', _) if mysql => self.line_comment(),
            (b'/', b'*') if mysql && !self.executable && self.opens_executable() => self.open_executable(),
            (b'*', b'/') if self.executable => self.close_executable(),
            (b'/', b'*') => self.block_comment(postgres),
            (b'\'', _) => self.quoted(b'\'', 1, mysql, Kind::String),
            (b'"', _) if mysql => self.quoted(b'"', 1, true, Kind::String),
            (b'"', _) => self.quoted(b'"', 1, false, Kind::Quoted),
            (b'`', _) if !postgres => self.quoted(b'`', 1, false, Kind::Quoted),
            (b'[', _) if self.dialect == Dialect::Sqlite => self.quoted(b']', 1, false, Kind::Quoted),
            (b'E' | b'e', b'\'') if postgres => self.quoted(b'\'', 2, true, Kind::String),
            (b'N' | b'n' | b'X' | b'x' | b'B' | b'b', b'\'') => self.quoted(b'\'', 2, mysql, Kind::String),
            (b'U' | b'u', b'&') if postgres && self.byte(2) == b'"' => self.quoted(b'"', 3, false, Kind::Quoted),
            (b'U' | b'u', b'&') if postgres && self.byte(2) == b'\'' => self.quoted(b'\'', 3, false, Kind::String),
            (b'$', _) if postgres && self.dollar_tag().is_some() => self.dollar_quoted(),
            (b, next) if b.is_ascii_digit() || (b == b'.' && next.is_ascii_digit()) => self.number(),
            (b, _) if word_start(b) => self.word(),
            (b':', b':') => {
                self.at += 2;
                (Kind::Cast, false)
            }
            (b, _) => {
                self.at += 1;
                (Kind::Punct(b), false)
            }
        }
    }

    fn line_comment(&mut self) -> (Kind, bool) {
        let rest = &self.bytes[self.at..];
        self.at += rest.iter().position(|b| *b == b'\n').unwrap_or(rest.len());
        (Kind::Comment, false)
    }

    fn opens_executable(&self) -> bool {
        self.byte(2) == b'!' || (self.byte(2) == b'M' && self.byte(3) == b'!')
    }

    /// The marker and the version behind it: five digits, or six.
    fn open_executable(&mut self) -> (Kind, bool) {
        self.at += if self.byte(2) == b'!' { 3 } else { 4 };
        let digits = self.bytes[self.at..].iter().take_while(|b| b.is_ascii_digit()).count();
        self.at += if digits >= 5 { digits.min(6) } else { 0 };
        self.executable = true;
        (Kind::Executable, false)
    }

    fn close_executable(&mut self) -> (Kind, bool) {
        self.at += 2;
        self.executable = false;
        (Kind::Executable, false)
    }

    /// PostgreSQL's nest, the others' do not.
    fn block_comment(&mut self, nested: bool) -> (Kind, bool) {
        self.at += 2;
        let mut depth = 1;
        while self.at < self.bytes.len() {
            match (self.byte(0), self.byte(1)) {
                (b'*', b'/') => {
                    self.at += 2;
                    depth -= 1;
                    if depth == 0 {
                        return (Kind::Comment, false);
                    }
                }
                (b'/', b'*') if nested => {
                    self.at += 2;
                    depth += 1;
                }
                _ => self.at += 1,
            }
        }
        (Kind::Comment, true)
    }

    fn quoted(&mut self, close: u8, skip: usize, backslash: bool, kind: Kind) -> (Kind, bool) {
        self.at += skip;
        let plain = |b: &u8| *b != close && (*b != b'\\' || !backslash);
        while self.at < self.bytes.len() {
            self.at += self.bytes[self.at..].iter().take_while(|b| plain(b)).count();
            let b = self.byte(0);
            if backslash && b == b'\\' {
                self.at = (self.at + 2).min(self.bytes.len());
            } else if b == close && self.byte(1) == close && close != b']' {
                self.at += 2;
            } else if b == close {
                self.at += 1;
                return (kind, false);
            }
        }
        // A backslash may have stepped into the middle of a character.
        while !self.text.is_char_boundary(self.at) {
            self.at += 1;
        }
        (kind, true)
    }

    /// The length of `$tag$`, where one stands here.
    fn dollar_tag(&self) -> Option<usize> {
        let rest = &self.bytes[self.at + 1..];
        let len = rest.iter().position(|b| !word_part(*b) || *b == b'$')?;
        (rest[len] == b'$' && !rest[..len].first().is_some_and(u8::is_ascii_digit)).then_some(len + 2)
    }

    fn dollar_quoted(&mut self) -> (Kind, bool) {
        let len = self.dollar_tag().unwrap_or(2);
        let body = self.at + len;
        let tag = &self.text[self.at..body];
        match self.text[body..].find(tag) {
            Some(end) => {
                self.at = body + end + len;
                (Kind::String, false)
            }
            None => {
                self.at = self.bytes.len();
                (Kind::String, true)
            }
        }
    }

    fn number(&mut self) -> (Kind, bool) {
        while self.byte(0).is_ascii_alphanumeric() || self.byte(0) == b'.' || self.byte(0) == b'_' {
            let exponent = matches!(self.byte(0), b'e' | b'E') && matches!(self.byte(1), b'+' | b'-');
            self.at += if exponent { 2 } else { 1 };
        }
        (Kind::Number, false)
    }

    fn word(&mut self) -> (Kind, bool) {
        loop {
            self.at += self.bytes[self.at..].iter().take_while(|b| IN_WORD[usize::from(**b)]).count();
            if self.byte(0) < 0x80 {
                break;
            }
            // A no-break space is white space to the skipper, so it ends a word.
            let rest = &self.bytes[self.at..];
            if rest.starts_with("\u{a0}".as_bytes()) || rest.starts_with("\u{feff}".as_bytes()) {
                break;
            }
            self.at += 1;
        }
        (Kind::Word, false)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pieces(sql: &str, dialect: Dialect) -> Vec<&str> {
        lex(sql, 0, dialect).iter().map(|t| &sql[t.start..t.end]).collect()
    }

    #[test]
    fn quotes_of_each_dialect() {
        assert_eq!(pieces(r#"E'a\'b' 'c''d' "e""f""#, Dialect::Postgres), [r"E'a\'b'", "'c''d'", r#""e""f""#]);
        assert_eq!(pieces(r"'a\'b' `c` # d", Dialect::Mysql), [r"'a\'b'", "`c`", "# d"]);
        assert_eq!(pieces("[a b] 'c\\' x", Dialect::Sqlite), ["[a b]", "'c\\'", "x"]);
        assert_eq!(pieces("$x$ ; $y$ $x$ $1", Dialect::Postgres), ["$x$ ; $y$ $x$", "$", "1"]);
    }

    #[test]
    fn comments_nest_in_postgres_only() {
        assert_eq!(pieces("/* a /* b */ c */ d", Dialect::Postgres), ["/* a /* b */ c */", "d"]);
        assert_eq!(pieces("/* a /* b */ c", Dialect::Sqlite), ["/* a /* b */", "c"]);
    }

    #[test]
    fn what_mysql_executes_in_comments() {
        let sql = "/*!50001 SELECT '*/' /* x */ */ /*M!100100 a*/ /*! b */ /*!123 c */";
        let found = ["/*!50001", "SELECT", "'*/'", "/* x */", "*/", "/*M!100100", "a", "*/", "/*!", "b", "*/"];
        assert_eq!(pieces(sql, Dialect::Mysql)[..11], found);
        assert_eq!(pieces(sql, Dialect::Mysql)[11..], ["/*!", "123", "c", "*/"]);
        assert_eq!(lex("/*!50001 a */", 0, Dialect::Sqlite).len(), 1);
    }

    #[test]
    fn what_is_cut_says_so() {
        assert!(lex("'abc", 0, Dialect::Postgres)[0].cut);
        assert!(lex("$a$ x", 0, Dialect::Postgres)[0].cut);
        assert!(lex("/* x", 0, Dialect::Sqlite)[0].cut);
        assert!(lex("'a\\é", 0, Dialect::Mysql)[0].cut);
    }
}
