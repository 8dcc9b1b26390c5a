//! What was seen of the catalogs, so that a second look need not read what is still as it was.
//!
//! PostgreSQL writes every change of a catalog as a row in a new place, under the number of its transaction. Where all rows of
//! all catalogs that a snapshot reads lie where they lay and were written by whom they were, it would say the same. Other
//! engines are read again each time.

use super::snapshot;
use unmigrate_engines::{Database, Failure};
use unmigrate_kernel::Dialect;
use unmigrate_kernel::snapshot::Snapshot;

/// Catalogs of which the server's own objects are passed over, with the column that tells them.
const LARGE: [(&str, &str); 16] = [
    ("pg_class", "oid"),
    ("pg_attribute", "attrelid"),
    ("pg_attrdef", "oid"),
    ("pg_constraint", "oid"),
    ("pg_index", "indexrelid"),
    ("pg_trigger", "oid"),
    ("pg_rewrite", "oid"),
    ("pg_type", "oid"),
    ("pg_proc", "oid"),
    ("pg_depend", "objid"),
    ("pg_description", "objoid"),
    ("pg_operator", "oid"),
    ("pg_opclass", "oid"),
    ("pg_opfamily", "oid"),
    ("pg_collation", "oid"),
    ("pg_cast", "oid"),
];

/// Catalogs that are taken whole.
const SMALL: [&str; 29] = [
    "pg_namespace",
    "pg_policy",
    "pg_inherits",
    "pg_sequence",
    "pg_enum",
    "pg_range",
    "pg_statistic_ext",
    "pg_event_trigger",
    "pg_publication",
    "pg_publication_rel",
    "pg_foreign_table",
    "pg_foreign_server",
    "pg_foreign_data_wrapper",
    "pg_default_acl",
    "pg_language",
    "pg_extension",
    "pg_am",
    "pg_ts_dict",
    "pg_ts_config",
    "pg_ts_config_map",
    "pg_ts_template",
    "pg_partitioned_table",
    "pg_transform",
    "pg_aggregate",
    "pg_amop",
    "pg_amproc",
    "pg_db_role_setting",
    "pg_shdescription",
    "pg_auth_members",
];

/// A look at the catalogs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    stamp: Option<String>,
    /// What they held.
    pub snapshot: Snapshot,
}

impl Seen {
    /// Looks; `before` is given again where the server says that nothing was written since.
    ///
    /// # Errors
    /// Those of the database.
    pub fn now(db: &mut dyn Database, before: Option<Seen>) -> Result<Seen, Failure> {
        // First the stamp: what is written between it and the reading makes the next look read again.
        let stamp = stamp(db);
        match before {
            Some(before) if stamp.is_some() && before.stamp == stamp => Ok(before),
            _ => Ok(Seen { stamp, snapshot: snapshot(db)? }),
        }
    }
}

/// Of every row: where it lies and who wrote it. None where that can't be told.
fn stamp(db: &mut dyn Database) -> Option<String> {
    if db.dialect() != Dialect::Postgres {
        return None;
    }
    let large = LARGE.iter().map(|(catalog, id)| told(catalog, &format!(" WHERE {id} >= 16384")));
    let small = SMALL.iter().map(|catalog| told(catalog, ""));
    let own = told("pg_database", " WHERE datname = current_database()");
    // Views that anybody may read, over catalogs that not everybody may.
    let views = ["pg_roles", "pg_user_mappings"].into_iter().map(|view| {
        format!("SELECT '{view}', count(*), coalesce(sum(hashtextextended(c::text, 0)), 0) FROM pg_catalog.{view} AS c")
    });
    let all: Vec<String> = large.chain(small).chain([own]).chain(views).collect();
    let sql = format!(
        "SELECT string_agg(concat_ws(' ', name, rows, hash), ',' ORDER BY name) FROM ({}) AS t (name, rows, hash)",
        all.join(" UNION ALL ")
    );
    db.query(&sql).ok()?.first().map(str::to_owned)
}

fn told(catalog: &str, of: &str) -> String {
    format!(
        "SELECT '{catalog}', count(*), coalesce(sum(hashtextextended(ctid::text || xmin::text, 0)), 0) FROM pg_catalog.{catalog}{of}"
    )
}
