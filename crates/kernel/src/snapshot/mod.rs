//! What a database holds, as its own catalogs tell it: for comparing, not for changing.
//!
//! A snapshot knows nothing of the replayed [`Catalog`](crate::catalog::Catalog): what is proven against it is proven
//! against the engine's word alone.

use std::collections::BTreeMap;

/// An object, as people write it, with its kind in front: `column users.email`, `index users_email_key`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Object {
    /// `table`, `column`, `constraint`, `index`, `sequence`, `type`, `view`, `routine`, `trigger`, `policy`, `grant`,
    /// `comment`, `order` ...
    pub kind: &'static str,
    /// With its schema where that is not the usual one, and the table where it lives in one.
    pub name: String,
}

/// All that is compared of a schema.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Snapshot {
    /// Objects and what each is like, as the engine prints it. Two texts differ only where the objects do.
    pub objects: BTreeMap<Object, String>,
    /// The order of the columns of each table, by the table's name.
    pub order: BTreeMap<String, Vec<String>>,
}

/// One object that is not as it was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// Which.
    pub object: Object,
    /// As it was; none where it was not there.
    pub before: Option<String>,
    /// As it is; none where it is gone.
    pub after: Option<String>,
}

impl Snapshot {
    /// What is not as it was in `before`, in the order of the objects. The order of columns is left to
    /// [`reordered`](Self::reordered).
    pub fn differences(&self, before: &Snapshot) -> Vec<Difference> {
        let names = before.objects.keys().chain(self.objects.keys().filter(|o| !before.objects.contains_key(o)));
        let mut out: Vec<Difference> = names
            .filter_map(|object| {
                let (before, after) = (before.objects.get(object).cloned(), self.objects.get(object).cloned());
                (before != after).then(|| Difference { object: object.clone(), before, after })
            })
            .collect();
        out.sort_by(|a, b| a.object.cmp(&b.object));
        out
    }

    /// Tables of both whose columns are the same and stand in another order.
    pub fn reordered(&self, before: &Snapshot) -> Vec<Difference> {
        before
            .order
            .iter()
            .filter_map(|(table, was)| {
                let is = self.order.get(table).filter(|is| *is != was)?;
                let sorted = |columns: &[String]| {
                    let mut columns = columns.to_vec();
                    columns.sort();
                    columns
                };
                (sorted(is) == sorted(was)).then(|| Difference {
                    object: Object { kind: "order", name: table.clone() },
                    before: Some(was.join(", ")),
                    after: Some(is.join(", ")),
                })
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn snapshot(objects: &[(&str, &str)], order: &[&str]) -> Snapshot {
        let object = |name: &str| Object { kind: "column", name: name.into() };
        Snapshot {
            objects: objects.iter().map(|(n, t)| (object(n), (*t).into())).collect(),
            order: [("t".to_string(), order.iter().map(|c| (*c).into()).collect())].into(),
        }
    }

    #[test]
    fn what_differs() {
        let before = snapshot(&[("t.a", "int"), ("t.b", "text")], &["a", "b"]);
        let after = snapshot(&[("t.a", "bigint"), ("t.c", "text")], &["a", "c"]);
        let found: Vec<String> = after.differences(&before).into_iter().map(|d| d.object.name).collect();
        assert_eq!(found, ["t.a", "t.b", "t.c"]);
        assert!(after.reordered(&before).is_empty(), "other columns are no other order");
        assert!(before.differences(&before).is_empty());
    }

    #[test]
    fn another_order() {
        let before = snapshot(&[], &["a", "b"]);
        let found = snapshot(&[], &["b", "a"]).reordered(&before);
        assert_eq!((found[0].before.as_deref(), found[0].after.as_deref()), (Some("a, b"), Some("b, a")));
    }
}
