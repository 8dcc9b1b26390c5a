//! What a database holds, as its own catalogs tell it: for comparing, not for changing.
//!
//! A snapshot knows nothing of the replayed [`Catalog`](crate::catalog::Catalog): what is proven against it is proven
//! against the engine's word alone.

mod mysql;
pub(crate) mod postgres;
mod sqlite;
mod watch;

use crate::Dialect;
use crate::answer::Ask;
use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;
pub use watch::Watch;

/// An object, as people write it, with its kind in front: `column users.email`, `index users_email_key`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Object {
    /// `table`, `column`, `constraint`, `index`, `sequence`, `type`, `view`, `routine`, `trigger`, `policy`, `grant`,
    /// `comment`, `order` ...
    pub kind: &'static str,
    /// With its schema where that is not the usual one, and the table where it lives in one.
    pub name: String,
}

impl fmt::Display for Object {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.kind, self.name)
    }
}

/// All that is compared of a schema. To copy one copies no text: a walk keeps several that are nearly alike.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Snapshot {
    /// Objects and what each is like, as the engine prints it. Two texts differ only where the objects do.
    pub objects: BTreeMap<Arc<Object>, Arc<String>>,
    /// The order of the columns of each table, by the table's name.
    pub order: BTreeMap<String, Arc<Vec<String>>>,
}

/// What is left out of a snapshot, and what is added to it.
#[derive(Debug, Clone, Copy, Default)]
pub struct Options<'a> {
    /// Tables and schemas that are nobody's business, with all that is in them: the ones in which tools keep their books.
    pub ignore: &'a [&'a str],
    /// Roles that are compared, as `LIKE` patterns (PostgreSQL). Roles belong to the server, not to the database, and
    /// others may be changing theirs: none unless named.
    pub roles: &'a [&'a str],
    /// Only this schema is read, and its name left out of names as that of `public` is otherwise (PostgreSQL).
    pub schema: Option<&'a str>,
}

/// Where a sequence, an identity column or an AUTO_INCREMENT stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Generator {
    /// The value that it gives next, as the engine prints it.
    pub next: String,
    /// That value lies beyond every value of the columns that take theirs from it; so it does where there are no rows.
    pub above: bool,
    /// A query that takes its next number, where it counts up and no column takes its values from it: such a sequence may be at any
    /// number, and only what it has given tells whether it goes on.
    pub takes: Option<String>,
}

/// Reads all that the catalogs of the database hold that `ask` is connected to; schemas of the system are left out.
///
/// The session's settings are the same before and after; on PostgreSQL they are other ones while it is read, so that `ask`
/// has to keep to one session.
///
/// # Errors
/// Those of `ask`.
pub fn read<E>(dialect: Dialect, ask: &mut Ask<E>, options: &Options) -> Result<Snapshot, E> {
    match dialect {
        Dialect::Postgres | Dialect::Cockroach => postgres::read(ask, options),
        Dialect::Mysql => mysql::read(ask, options),
        Dialect::Sqlite => sqlite::read(ask, options),
    }
}

/// Where every generator of keys stands, by the object that it is (`sequence users_id_seq`) or belongs to (`column users.id`).
///
/// Not part of a [`Snapshot`]: rows move them. A rollback that makes one anew has to leave it [`above`](Generator::above).
///
/// # Errors
/// Those of `ask`.
pub fn generators<E>(dialect: Dialect, ask: &mut Ask<E>, options: &Options) -> Result<BTreeMap<Object, Generator>, E> {
    match dialect {
        Dialect::Postgres | Dialect::Cockroach => postgres::generators(ask, options),
        Dialect::Mysql => mysql::generators(ask, options),
        Dialect::Sqlite => sqlite::generators(ask, options),
    }
}

/// Statements that make generators count on which never give a number twice: AUTOINCREMENT of SQLite. Those of others
/// are only asked to stay above the rows that are there. They fail where there is no such generator.
pub fn count_on(dialect: Dialect) -> &'static [&'static str] {
    match dialect {
        Dialect::Sqlite => &["UPDATE sqlite_sequence SET seq = seq + 7"],
        _ => &[],
    }
}

/// A string in single quotes.
fn literal(text: &str, dialect: Dialect) -> String {
    let text = text.replace('\'', "''");
    if dialect == Dialect::Mysql { format!("'{}'", text.replace('\\', "\\\\")) } else { format!("'{text}'") }
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
        let mut out = Vec::new();
        let (mut was, mut is) = (before.objects.iter().peekable(), self.objects.iter().peekable());
        loop {
            let order = match (was.peek(), is.peek()) {
                (None, None) => return out,
                (Some(_), None) => Ordering::Less,
                (None, Some(_)) => Ordering::Greater,
                (Some((was, _)), Some((is, _))) => was.cmp(is),
            };
            let before = if order == Ordering::Greater { None } else { was.next() };
            let after = if order == Ordering::Less { None } else { is.next() };
            let text = |side: Option<(&Arc<Object>, &Arc<String>)>| side.map(|(_, text)| text.to_string());
            if let Some((object, _)) = before.or(after)
                && before.map(|(_, text)| text) != after.map(|(_, text)| text)
            {
                out.push(Difference { object: Object::clone(object), before: text(before), after: text(after) });
            }
        }
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
        let object = |name: &str| Arc::new(Object { kind: "column", name: name.into() });
        Snapshot {
            objects: objects.iter().map(|(n, t)| (object(n), Arc::new((*t).into()))).collect(),
            order: [("t".to_string(), Arc::new(order.iter().map(|c| (*c).into()).collect()))].into(),
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
