//! PostgreSQL's indexes that are not valid: `CREATE INDEX CONCURRENTLY` that failed leaves one behind. It is kept up to
//! date by every write and used by no query, and `IF NOT EXISTS` takes it for the index that is wanted.

use unmigrate_engines::{Database, Failure, FailureKind};
use unmigrate_kernel::Dialect;
use unmigrate_kernel::plan::{Expect, Step, locks, probe};

/// One of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invalid {
    /// With its schema, quoted.
    pub name: String,
    /// The table, with its schema, quoted.
    pub table: String,
    /// What makes it anew: `CREATE UNIQUE INDEX .. ON ..`.
    pub definition: String,
    /// What is left of a `REINDEX .. CONCURRENTLY`: the index itself is there beside it.
    pub leftover: bool,
    /// How many values stand in its way, where it is to be unique.
    pub duplicates: u64,
}

/// Those of a database, without what is being built at this moment. None on other engines.
///
/// # Errors
/// Those of the database.
pub fn invalid(db: &mut dyn Database) -> Result<Vec<Invalid>, Failure> {
    if db.dialect() != Dialect::Postgres {
        return Ok(Vec::new());
    }
    let found = db.query(
        "SELECT format('%I.%I', n.nspname, c.relname) AS name, c.relname::text AS bare, \
         format('%I.%I', tn.nspname, t.relname) AS relation, pg_get_indexdef(i.indexrelid) AS definition, \
         i.indisunique::text AS is_unique, pg_get_expr(i.indpred, i.indrelid) AS predicate, \
         (SELECT string_agg(pg_get_indexdef(i.indexrelid, k, false), ', ' ORDER BY k) \
          FROM generate_series(1, i.indnkeyatts) AS k) AS keys, \
         (SELECT string_agg('(' || pg_get_indexdef(i.indexrelid, k, false) || ') IS NOT NULL', ' AND ' ORDER BY k) \
          FROM generate_series(1, i.indnkeyatts) AS k) AS filled \
         FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid \
         JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace JOIN pg_catalog.pg_class t ON t.oid = i.indrelid \
         JOIN pg_catalog.pg_namespace tn ON tn.oid = t.relnamespace \
         WHERE NOT i.indisvalid AND c.relkind = 'i' AND NOT EXISTS (SELECT 1 \
         FROM pg_catalog.pg_stat_progress_create_index p WHERE p.index_relid = i.indexrelid) ORDER BY 1",
    )?;
    let mut out = Vec::new();
    for row in found.iter() {
        let mut one = Invalid {
            name: row.text("name").to_owned(),
            table: row.text("relation").to_owned(),
            definition: row.text("definition").to_owned(),
            leftover: is_leftover(row.text("bare")),
            duplicates: 0,
        };
        if matches!(row.text("is_unique"), "true" | "t") && !one.leftover {
            let filter = row.get("predicate").map_or_else(String::new, |predicate| format!(" AND ({predicate})"));
            let (keys, filled) = (row.text("keys"), row.text("filled"));
            let table = &one.table;
            let count = db.query(&format!(
                "SELECT count(*) FROM (SELECT 1 FROM {table} WHERE {filled}{filter} GROUP BY {keys} HAVING count(*) > 1) AS d"
            ));
            one.duplicates = match count {
                Ok(rows) => rows.first().and_then(|n| n.parse().ok()).unwrap_or_default(),
                // What can't be grouped is left to the engine to refuse.
                Err(failure) if failure.kind == FailureKind::Refused => 0,
                Err(failure) => return Err(failure),
            };
        }
        out.push(one);
    }
    Ok(out)
}

/// `users_email_ccnew`, `users_email_ccold1`: the manual's names (REINDEX, "Rebuilding Indexes Concurrently").
fn is_leftover(name: &str) -> bool {
    let stem = name.trim_end_matches(|c: char| c.is_ascii_digit());
    stem.ends_with("_ccnew") || stem.ends_with("_ccold")
}

impl Invalid {
    /// The statements that mend it, each outside of a transaction.
    pub fn steps(&self) -> Vec<Step> {
        let step = |sql: String, why: String| Step {
            transaction: None,
            expect: Expect::Taken,
            locks: locks(&sql, Dialect::Postgres),
            probe: probe(&sql, Dialect::Postgres),
            why,
            file: None,
            line: 0,
            sql,
        };
        let drop = step(
            format!("DROP INDEX CONCURRENTLY IF EXISTS {}", self.name),
            format!("drop what is not valid: {}", self.name),
        );
        if self.leftover {
            return vec![drop];
        }
        let made = self.definition.replacen(" INDEX ", " INDEX CONCURRENTLY ", 1);
        vec![drop, step(made, format!("build {} anew, beside running traffic", self.name))]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_mends_one() {
        let one = Invalid {
            name: "public.u_email".into(),
            table: "public.u".into(),
            definition: "CREATE UNIQUE INDEX u_email ON public.u USING btree (email)".into(),
            leftover: false,
            duplicates: 0,
        };
        let sql: Vec<String> = one.steps().into_iter().map(|step| step.sql).collect();
        assert_eq!(
            sql,
            [
                "DROP INDEX CONCURRENTLY IF EXISTS public.u_email",
                "CREATE UNIQUE INDEX CONCURRENTLY u_email ON public.u USING btree (email)",
            ]
        );
        assert_eq!(Invalid { leftover: true, ..one }.steps().len(), 1);
        assert!(is_leftover("u_email_ccnew") && is_leftover("u_email_ccold2") && !is_leftover("u_ccnewer"));
    }
}
