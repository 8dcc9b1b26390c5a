//! The state of a database, in 32 bytes.

use crate::snapshot::Snapshot;
use sha2::{Digest as _, Sha256};
use std::fmt;

/// What a database held: its objects, the order of their columns, and the rows of the migration tool's table. Two are
/// equal where nothing that a plan counts on has changed. Rows of the user's tables are not part of it.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Fingerprint([u8; 32]);

impl Fingerprint {
    /// Of the objects and of the tool's rows, each as one text, in the order of the table.
    pub fn of<'a>(objects: &Snapshot, rows: impl IntoIterator<Item = &'a str>) -> Fingerprint {
        let mut hash = Sha256::new();
        for (object, text) in &objects.objects {
            [object.kind, &object.name, text].into_iter().for_each(|part| add(&mut hash, part));
        }
        add(&mut hash, "order");
        for (table, columns) in &objects.order {
            add(&mut hash, table);
            columns.iter().for_each(|column| add(&mut hash, column));
        }
        add(&mut hash, "rows");
        rows.into_iter().for_each(|row| add(&mut hash, row));
        Fingerprint(hash.finalize().into())
    }

    /// Reads what `Display` writes.
    pub fn parse(text: &str) -> Option<Fingerprint> {
        let hex = text.strip_prefix("sha256:").filter(|hex| hex.len() == 64 && hex.is_ascii())?;
        let mut bytes = [0; 32];
        for (at, byte) in bytes.iter_mut().enumerate() {
            let pair = &hex[2 * at..2 * at + 2];
            *byte = u8::from_str_radix(pair, 16).ok().filter(|_| !pair.starts_with('+'))?;
        }
        Some(Fingerprint(bytes))
    }
}

/// With its length before it, so that no two lists of texts look alike.
fn add(hash: &mut Sha256, part: &str) {
    hash.update((part.len() as u64).to_le_bytes());
    hash.update(part);
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("sha256:")?;
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::snapshot::Object;
    use std::sync::Arc;

    fn of(objects: &[(&'static str, &str, &str)], rows: &[&str]) -> Fingerprint {
        let object = |kind, name: &str| Arc::new(Object { kind, name: name.into() });
        let text = |text: &str| Arc::new(text.to_owned());
        let objects = objects.iter().map(|(kind, name, told)| (object(kind, name), text(told))).collect();
        Fingerprint::of(&Snapshot { objects, ..Snapshot::default() }, rows.iter().copied())
    }

    #[test]
    fn whatever_moves_moves_it() {
        let base = of(&[("column", "t.a", "int")], &["1"]);
        assert_eq!(base, of(&[("column", "t.a", "int")], &["1"]));
        for other in [
            of(&[("column", "t.a", "bigint")], &["1"]),
            of(&[("column", "t.ai", "nt")], &["1"]),
            of(&[("index", "t.a", "int")], &["1"]),
            of(&[("column", "t.a", "int")], &["1", ""]),
            of(&[("column", "t.a", "int")], &[]),
        ] {
            assert_ne!(base, other);
        }
        let mut ordered = Snapshot::default();
        ordered.order.insert("t".into(), Arc::new(vec!["a".into(), "b".into()]));
        assert_ne!(Fingerprint::of(&ordered, []), Fingerprint::of(&Snapshot::default(), []));
    }

    #[test]
    fn written_and_read_back() {
        let print = of(&[], &[]);
        assert_eq!(Fingerprint::parse(&print.to_string()), Some(print));
        for bad in ["", "sha256:", "sha256:zz", &print.to_string().replace("sha256:", "sha256:+"), "sha256:é"] {
            assert_eq!(Fingerprint::parse(bad), None, "{bad}");
        }
    }
}
