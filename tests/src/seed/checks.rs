//! Rows that meet the checks of their tables.

use crate::session::Session;
use crate::sow::sow;
use unmigrate_kernel::Dialect;
use unmigrate_kernel::catalog::Name;
use unmigrate_kernel::rowset::tables;
use unmigrate_kernel::seed::{Options, Spice};

/// Every row is made, and so many of a hundred in the first variant; in every spice.
fn meets(dialect: Dialect, schema: &str, of_first: usize) {
    for spice in [Spice::Plain, Spice::Mild, Spice::Full] {
        let Some(mut session) = Session::open(dialect).unwrap() else { return };
        session.script(schema).unwrap();
        let names: Vec<Name> = tables(dialect, &mut |sql| session.query(sql)).unwrap();
        let sown = sow(&mut session, &names, &Options { spice, ..Options::default() }).unwrap();
        assert_eq!(sown.refused, [], "{spice:?}");
        for name in &names {
            assert!(sown.rows.contains_key(&name.to_string()), "{spice:?}: {name} has no rows");
        }
        let (all, first) = (sown.rows.values().sum::<usize>(), sown.variants.get(&0).copied().unwrap_or(0));
        assert!(first * 100 >= all * of_first, "{spice:?}: {first} of {all}: {:#?}", sown.plainer);
    }
}

#[test]
fn postgres() {
    let schema = r#"
        CREATE DOMAIN positive AS int CHECK (VALUE > 0);
        CREATE DOMAIN slug AS text NOT NULL CHECK (VALUE ~ '^[a-z][a-z0-9-]{2,20}$');
        CREATE TABLE a (
          id int PRIMARY KEY DEFAULT 1 CHECK (id = 1), amount numeric(10, 2) CHECK (amount >= 0), share int CHECK (share BETWEEN 0 AND 100),
          status varchar(20) NOT NULL CHECK (status IN ('open', 'it''s closed')), code text NOT NULL CHECK (code <> '' AND length(code) = 64),
          short text CHECK (char_length(short) <= 10), rank positive, slug slug
        );
        CREATE TABLE b (
          id serial PRIMARY KEY, email text NOT NULL UNIQUE CHECK (email = lower(btrim(email)) AND length(email) BETWEEN 3 AND 320),
          digest bytea NOT NULL CHECK (octet_length(digest) = 32), name text NOT NULL CHECK (length(trim(name)) > 0),
          color text NOT NULL CHECK (color ~* '^#[0-9a-f]{6}$'), doc jsonb NOT NULL CHECK (jsonb_typeof(doc) = 'object'),
          tags text[] NOT NULL CHECK (cardinality(tags) > 0), kind text NOT NULL CHECK (kind LIKE 'k_%'), level int NOT NULL CHECK (level >= 1 AND level <= 6),
          low int NOT NULL, high int NOT NULL, CHECK (low < high), starts timestamptz NOT NULL, ends timestamptz, CHECK (ends > starts)
        );
        CREATE TABLE c (
          id uuid PRIMARY KEY, type text NOT NULL, workspace_id int REFERENCES b, owner text, env text, accepted boolean NOT NULL, accepted_at timestamp,
          CHECK ((type = 'workspace' AND workspace_id IS NOT NULL) OR (type = 'personal' AND workspace_id IS NULL)),
          CHECK (num_nonnulls(owner, env) = 1), CHECK ((NOT accepted) OR accepted_at IS NOT NULL),
          CHECK ((type <> 'personal') OR (owner IS NOT NULL))
        );
        CREATE TABLE d (id int PRIMARY KEY, x int, y int, z int, CHECK ((x IS NULL) = (y IS NULL)), CHECK (((x IS NOT NULL)::int + (z IS NOT NULL)::int) = 1));
        CREATE TABLE part_key (id int PRIMARY KEY CHECK (id IN (7, 9)));
        CREATE TABLE part (id int, at timestamptz NOT NULL, PRIMARY KEY (id, at)) PARTITION BY RANGE (at);
        CREATE TABLE part_1 PARTITION OF part FOR VALUES FROM ('2025-01-01') TO ('2025-02-01');
        CREATE TABLE part_2 PARTITION OF part FOR VALUES FROM ('2025-02-01') TO ('2025-03-01');
        CREATE TABLE region (id int, name text NOT NULL, size int) PARTITION BY LIST (name);
        CREATE TABLE region_1 PARTITION OF region FOR VALUES IN ('eu', 'us');
        CREATE TABLE one (id int PRIMARY KEY REFERENCES part_key, low int CHECK (low < 3));
        CREATE TABLE e (id text PRIMARY KEY CHECK (id ~ '^usr_[a-z0-9]{8}$'), parent text REFERENCES e CHECK (parent <> id));
    "#;
    meets(Dialect::Postgres, schema, 90);
}

#[test]
fn mysql() {
    let schema = "
        CREATE TABLE a (id int PRIMARY KEY, amount decimal(10, 2) CHECK (amount >= 0), share int CHECK (share BETWEEN 0 AND 100), status varchar(20) NOT NULL CHECK (status IN ('open', 'closed')),
          code varchar(64) NOT NULL CHECK (char_length(code) = 64), doc json, old longtext CHECK (json_valid(old)), CHECK (code <> ''));
        CREATE TABLE b (id int PRIMARY KEY, low int NOT NULL, high int NOT NULL, CHECK (low < high), x int, y int, CHECK ((x is null) <> (y is null)), color varchar(7) NOT NULL CHECK (color REGEXP '^#[0-9a-f]{6}$'));
    ";
    meets(Dialect::Mysql, schema, 90);
}

#[test]
fn sqlite() {
    let schema = "
        CREATE TABLE a (id integer PRIMARY KEY, amount numeric CHECK (amount >= 0), status text NOT NULL CHECK (\"status\" IN ('open', 'closed')), doc text NOT NULL CHECK (json_valid(doc)),
          n integer NOT NULL CONSTRAINT top CHECK (n > 0), CHECK (length(status) < 10));
        CREATE TABLE b (id text PRIMARY KEY, kind text NOT NULL CHECK (kind = 'x' OR kind = 'y'), x int, y int, CONSTRAINT one CHECK (x IS NULL OR y IS NULL), UNIQUE (kind, x));
    ";
    meets(Dialect::Sqlite, schema, 90);
}
