//! SQLite keeps a type as it was written; only its letters' case and its white space never matter.

use super::TypeParts;
use super::reader::Reader;
use crate::Dialect;
use crate::lex::Kind;

pub(super) fn parts(text: &str) -> TypeParts {
    let mut reader = Reader::new(Dialect::Sqlite, text);
    let mut base = String::new();
    while let Some((kind, word)) = reader.peek() {
        if kind == Kind::Punct(b'(') {
            break;
        }
        reader.take();
        if !base.is_empty() && !matches!(kind, Kind::Punct(_)) {
            base.push(' ');
        }
        base.push_str(word);
    }
    base.make_ascii_lowercase();
    let args = reader.args().into_iter().map(|arg| arg.to_ascii_lowercase()).collect();
    TypeParts { base, args, tail: reader.rest(), ..TypeParts::default() }
}
