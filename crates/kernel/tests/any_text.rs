//! Whatever text comes, reading answers: no panic, and spans inside the file and on character boundaries.

use proptest::prelude::*;
use unmigrate_kernel::block::{self, Block};
use unmigrate_kernel::{Dialect, rows};

const DIALECTS: [Dialect; 4] = [Dialect::Postgres, Dialect::Cockroach, Dialect::Mysql, Dialect::Sqlite];

/// Statements whose pieces are cut, repeated and shuffled.
const SEEDS: &[&str] = &[
    "INSERT INTO \"t\" AS x (a, b) VALUES (1, 'é'), (now(), $1) ON CONFLICT (a) DO UPDATE SET b = excluded.b WHERE t.c RETURNING *",
    "INSERT IGNORE INTO `t` SET a = 1, b = (SELECT max(c) FROM d) ON DUPLICATE KEY UPDATE a = VALUES(a)",
    "INSERT INTO a (x, y) WITH q (z) AS (SELECT 1 UNION ALL SELECT z + 1 FROM q) SELECT DISTINCT z, 'a' AS b FROM q AS r LIMIT 3",
    "WITH RECURSIVE u AS NOT MATERIALIZED (UPDATE a SET (b, c) = (1, 2) FROM d, LATERAL f(a.x) g(h) WHERE a.i = d.i RETURNING *) DELETE FROM e USING u WHERE e.i = u.i",
    "UPDATE a JOIN b USING (id) SET a.x[1] = CASE WHEN b.y THEN CAST(1 AS numeric(3, 1)) ELSE '2'::double precision END WHERE a.z IS DISTINCT FROM 1 ORDER BY 1 LIMIT 2",
    "DELETE a, b FROM a LEFT JOIN b ON a.i = b.i WHERE b.i IS NULL",
    "TRUNCATE TABLE ONLY a *, b RESTART IDENTITY CASCADE",
    "MERGE INTO s USING (SELECT * FROM d) d ON d.i = s.i WHEN MATCHED THEN UPDATE SET n = 1 WHEN NOT MATCHED THEN INSERT (i) VALUES (d.i)",
    "CREATE TEMP TABLE IF NOT EXISTS k (a, b) AS (SELECT a, b FROM t) WITH NO DATA",
    "SELECT x.*, count(*) FILTER (WHERE y) OVER (PARTITION BY z) INTO TEMP w FROM ONLY v x",
    "DO $$ <<l>> DECLARE v int := 0; r record; BEGIN IF NOT EXISTS (SELECT 1 FROM pg_type WHERE typname = 'ü') THEN CREATE TYPE a AS ENUM ('b'); ELSIF v > 0 THEN RETURN; ELSE RAISE; END IF; FOR r IN SELECT 1 LOOP DELETE FROM t WHERE i = r.i; END LOOP; EXECUTE 'DROP TABLE ' || 'x'; CASE v WHEN 1 THEN NULL; END CASE; EXCEPTION WHEN duplicate_object OR SQLSTATE '42P07' THEN NULL; END $$ LANGUAGE plpgsql",
    "DO 'BEGIN SELECT EXISTS (SELECT 1 FROM information_schema.columns WHERE table_name = x) INTO v; IF v THEN EXECUTE $q$DROP$q$; END IF; END'",
];

/// A text made of pieces of the seeds, broken at any character.
fn mutated() -> impl Strategy<Value = String> {
    let piece = (0..SEEDS.len(), any::<prop::sample::Index>(), any::<prop::sample::Index>(), 0..4u8);
    prop::collection::vec(piece, 1..6).prop_map(|pieces| {
        let mut out = String::new();
        for (seed, from, to, whole) in pieces {
            let text: Vec<char> = SEEDS[seed].chars().collect();
            let (mut from, mut to) = (from.index(text.len()), to.index(text.len() + 1));
            if whole == 0 {
                (from, to) = (0, text.len());
            }
            out.extend(&text[from.min(to)..from.max(to)]);
        }
        out
    })
}

fn reads(text: &str) {
    for dialect in DIALECTS {
        let _ = rows::read(text, dialect);
        let _ = rows::references(text, dialect);
        let _ = rows::create_table_as(text, dialect);
    }
    for (start, _) in text.char_indices().filter(|(i, _)| text[*i..].starts_with("DO")) {
        if let Block::Statements(all) = block::read(text, start..text.len()) {
            for statement in all {
                assert!(
                    text.get(statement.span.clone()).is_some_and(|t| !t.is_empty()),
                    "{text}: {:?}",
                    statement.span
                );
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn pieces_of_statements(text in mutated()) {
        reads(&text);
    }

    #[test]
    fn a_block_around_anything(text in mutated()) {
        reads(&format!("DO $a$ BEGIN {text} ; END $a$"));
    }

    #[test]
    fn any_characters(text in any::<Vec<char>>()) {
        reads(&text.into_iter().collect::<String>());
    }

    #[test]
    fn spans_outside_the_file(start in 0..99usize, end in 0..99usize) {
        block::read("DO $$ BEGIN é END $$", start..end);
    }
}
