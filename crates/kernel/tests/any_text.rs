//! Whatever text comes, reading answers: no panic, and spans inside the file and on character boundaries.

use proptest::prelude::*;
use unmigrate_kernel::answer::Rows;
use unmigrate_kernel::block::{self, Block};
use unmigrate_kernel::observe::fears;
use unmigrate_kernel::snapshot::{self, Options};
use unmigrate_kernel::split::{BREAKPOINT, split};
use unmigrate_kernel::{Dialect, History, Migration, rollbacks, rows};

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
    "CREATE TABLE IF NOT EXISTS \"a b\".\"ü\" (id bigserial PRIMARY KEY, b varchar(10)[] COLLATE \"C\" DEFAULT '{}'::varchar[] NOT NULL, CONSTRAINT c CHECK ((b <> '')) NOT VALID, d int GENERATED ALWAYS AS (id * 2) STORED, FOREIGN KEY (id) REFERENCES x(y) ON DELETE SET NULL (id) DEFERRABLE INITIALLY DEFERRED, EXCLUDE USING gist (r WITH &&)) PARTITION BY RANGE (id) WITH (fillfactor = 70);",
    "ALTER TABLE ONLY t ADD COLUMN IF NOT EXISTS a int, DROP COLUMN b CASCADE, ALTER COLUMN c TYPE text USING (c::text || 'x'), ALTER d SET DEFAULT $$;$$, RENAME TO u, ADD CONSTRAINT k PRIMARY KEY USING INDEX i, ENABLE ROW LEVEL SECURITY;",
    "ALTER TABLE `t` MODIFY COLUMN `a` enum('x','y''z') CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL DEFAULT 'x' COMMENT 'c' AFTER `b`, CHANGE c d datetime(3) ON UPDATE CURRENT_TIMESTAMP(3) FIRST, DROP FOREIGN KEY `k`, ADD FULLTEXT INDEX i (a(10), b DESC), RENAME INDEX x TO y; # end\n",
    "PRAGMA foreign_keys=OFF;--> statement-breakpoint\nCREATE TABLE `__new_t` (`a` integer PRIMARY KEY AUTOINCREMENT, `b` text DEFAULT (strftime('%s','now')) NOT NULL COLLATE NOCASE, CHECK (`a` > 0)) STRICT, WITHOUT ROWID;--> statement-breakpoint\nINSERT INTO `__new_t`(\"a\", [b]) SELECT \"a\", \"b\" FROM `t`;--> statement-breakpoint\nDROP TABLE `t`;--> statement-breakpoint\nALTER TABLE `__new_t` RENAME TO `t`;",
    "CREATE TYPE s AS ENUM ('a', 'b'); ALTER TYPE s ADD VALUE IF NOT EXISTS 'c' BEFORE 'b'; ALTER TYPE s RENAME VALUE 'a' TO 'é'; DROP TYPE s CASCADE; CREATE DOMAIN d AS int CHECK (VALUE > 0); CREATE SEQUENCE q AS smallint INCREMENT BY -1 OWNED BY t.a;",
    "CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS i ON public.t USING gin (lower(a) gin_trgm_ops DESC NULLS LAST, (b->>'x')) INCLUDE (c) NULLS NOT DISTINCT WITH (fastupdate=off) WHERE d IS NOT NULL; DROP INDEX CONCURRENTLY i, j RESTRICT;",
    "CREATE OR REPLACE FUNCTION f(IN a int DEFAULT 1, VARIADIC b text[]) RETURNS TABLE (c int) LANGUAGE plpgsql AS $f$ BEGIN RETURN; END; $f$; CREATE TRIGGER g BEFORE UPDATE OF a ON t REFERENCING OLD TABLE AS o FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION f('x'); CREATE POLICY p ON t AS RESTRICTIVE FOR ALL TO a, PUBLIC USING (x = current_user) WITH CHECK (true);",
    "CREATE TRIGGER x AFTER INSERT ON t WHEN NEW.a > 1 BEGIN UPDATE t SET b = CASE WHEN a THEN 1 ELSE 2 END; DELETE FROM u; END; CREATE VIRTUAL TABLE f USING fts5(a, b, content='t');",
    "COMMENT ON COLUMN s.t.\"c d\" IS E'it\\'s'; GRANT SELECT (a, b), UPDATE ON ALL TABLES IN SCHEMA s TO r WITH GRANT OPTION; REVOKE ALL ON FUNCTION f(int, text) FROM PUBLIC CASCADE; CREATE MATERIALIZED VIEW m AS WITH x AS (SELECT 1) SELECT * FROM x WITH NO DATA;",
    "/*!50001 CREATE TABLE `t` (`a` int /*!80023 INVISIBLE */) */; /*M!100100 ALTER TABLE t ADD é int */ /*! DROP */ TABLE u; ALTER TABLE t ADD CHECK (a > 0), RENAME INDEX x TO y; DROP TEMPORARY TABLE IF EXISTS w;",
    "CREATE TYPE s_new AS ENUM ('é', 'c'); ALTER TABLE t ALTER COLUMN s TYPE s_new USING ((CASE \"s\"::text WHEN 'a' THEN 'é'::s_new WHEN ('b') THEN 'c' ELSE (s)::text END)::s_new); ALTER TYPE s RENAME TO s_old; ALTER TYPE s_new RENAME TO s; DROP TYPE s_old;",
    "CREATE TABLE t (a int, b int); CREATE VIEW v AS WITH q (z) AS (SELECT * FROM t) SELECT DISTINCT x.*, q.*, count(*) FROM ONLY s.t AS x (c) LEFT JOIN q USING (a), LATERAL (SELECT t.* FROM t) y, f(1) g WHERE x.a * 2 > 1 UNION SELECT * FROM t;",
    "CREATE TEMP TABLE w AS SELECT 1; BEGIN; PRAGMA foreign_keys=OFF; DROP TABLE p; COMMIT; DROP FUNCTION f(int) CASCADE; SELECT setval('q', 1), set_config('a', 'b', true);",
    "/* a /* b */ c */ -- d\r\n\u{feff}SELECT E'\\\\', U&\"\\00e9\", B'01', 1e-3, $1, a::b[], '\\';\r\n",
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
        let _ = fears(text, &(text.len() / 2..text.len()), dialect);
        let _ = fears(text, &(0..text.len()), dialect);
    }
    told_by_sqlite(text);
    for (start, _) in text.char_indices().filter(|(i, _)| text[*i..].starts_with("DO")) {
        if let Block::Statements(all) = block::read(text, start..text.len(), &|_| None).block {
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

/// A database that says this text of its objects.
fn told_by_sqlite(text: &str) {
    let mut ask = |query: &str| -> Result<Rows, ()> {
        let columns = ["type", "name", "tbl_name", "sql"].map(str::to_string).to_vec();
        let of_kind = |kind: &str| [kind, kind, "t", text].map(|v| Some(v.to_string())).to_vec();
        let rows = ["table", "index", "trigger", "view"].map(of_kind).to_vec();
        Ok(if query.contains("SELECT type, name") { Rows { columns, rows } } else { Rows::default() })
    };
    assert!(snapshot::read(Dialect::Sqlite, &mut ask, &Options::default()).is_ok_and(|s| s.objects.len() >= 4));
}

/// Splitting a file: nothing is lost, nothing overlaps, and every span can be taken out of the text.
fn splits(text: &str) {
    for (dialect, breakpoints) in DIALECTS.into_iter().flat_map(|d| [(d, false), (d, true)]) {
        let statements = split(text, dialect, breakpoints);
        let mut end = 0;
        for statement in &statements {
            assert!(text.get(statement.span.clone()).is_some_and(|t| !t.is_empty()), "{text}: {:?}", statement.span);
            assert_eq!(statement.whole.start, end, "{text}");
            assert!(
                statement.whole.start <= statement.span.start && statement.span.end <= statement.whole.end,
                "{text}"
            );
            end = statement.whole.end;
        }
        let joined: String = statements.iter().map(|s| &text[s.whole.clone()]).collect();
        assert!(statements.is_empty() || joined == text, "{text}");
    }
}

/// A text as two migrations, so that the second finds something there.
fn undoes(first: &str, second: &str) {
    for dialect in DIALECTS {
        let migration = |name: &str, sql: &str| Migration {
            name: name.to_string(),
            file: format!("{name}.sql"),
            sql: sql.to_string(),
            breakpoints: sql.contains(BREAKPOINT),
            snapshot_before: None,
            observed: Vec::new(),
        };
        let migrations = vec![migration("first", first), migration("second", second)];
        let all = rollbacks(&History { dialect, server: None, migrations });
        assert_eq!(all.len(), 2);
        for (rollback, text) in all.iter().zip([first, second]) {
            let lines = 1 + text.matches('\n').count();
            assert!(rollback.notes.iter().all(|n| (1..=lines).contains(&n.line)), "{text}: {:?}", rollback.notes);
            assert!(rollback.body.ends_with('\n'), "{text}");
        }
    }
}

/// A text with some of its characters cut out, doubled, or put in another's place.
fn broken(text: &str, at: &[(prop::sample::Index, u8)]) -> String {
    let mut text: Vec<char> = text.chars().collect();
    for (index, what) in at {
        if text.is_empty() {
            break;
        }
        let at = index.index(text.len());
        match what % 5 {
            0 => drop(text.remove(at)),
            1 => text.truncate(at),
            2 => text.insert(at, text[at]),
            3 => text.insert(at, ['\'', '"', ';', '(', '$', '`', '\\', 'é'][usize::from(what / 5) % 8]),
            _ => text.swap(at, usize::from(*what) % 7 % (at + 1)),
        }
    }
    text.into_iter().collect()
}

/// Real files, mutated, for a longer run: `UNMIGRATE_FUZZ=folder cargo test -p unmigrate-kernel --release --test any_text real`.
#[test]
fn real_files_mutated() {
    let Some(folder) = std::env::var_os("UNMIGRATE_FUZZ") else {
        // Without a folder, the statements above are the files.
        return SEEDS.iter().for_each(|seed| mutations(seed, 20));
    };
    let mut files = Vec::new();
    collect(std::path::Path::new(&folder), &mut files);
    assert!(!files.is_empty(), "no .sql below {}", folder.display());
    for file in files {
        let bytes = std::fs::read(&file).unwrap_or_default();
        mutations(&String::from_utf8_lossy(&bytes), 5);
    }
}

fn mutations(text: &str, count: u32) {
    let config = ProptestConfig { cases: count, failure_persistence: None, ..ProptestConfig::default() };
    let places = prop::collection::vec(any::<(prop::sample::Index, u8)>(), 0..6);
    let outcome = proptest::test_runner::TestRunner::new(config).run(&places, |places| {
        let text = broken(text, &places);
        splits(&text);
        undoes(&text, &text);
        Ok(())
    });
    outcome.unwrap_or_else(|why| panic!("{why}"));
}

fn collect(folder: &std::path::Path, files: &mut Vec<std::path::PathBuf>) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|e| e == "sql") {
            files.push(path);
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
    fn statements_are_the_file(text in mutated()) {
        splits(&text);
    }

    #[test]
    fn any_text_is_undone(first in mutated(), second in mutated()) {
        undoes(&first, &second);
    }

    #[test]
    fn any_characters_split(text in any::<Vec<char>>()) {
        let text: String = text.into_iter().collect();
        splits(&text);
        undoes(&text, &text);
    }

    #[test]
    fn any_characters(text in any::<Vec<char>>()) {
        reads(&text.into_iter().collect::<String>());
    }

    #[test]
    fn spans_outside_the_file(start in 0..99usize, end in 0..99usize) {
        block::read("DO $$ BEGIN é END $$", start..end, &|_| None);
    }
}
