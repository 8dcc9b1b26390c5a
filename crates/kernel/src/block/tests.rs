use super::guard::relation;
use super::*;

fn block(text: &str) -> Block {
    read(text, 0..text.len(), &|_| None).block
}

fn statements(text: &str) -> Vec<(String, Guard)> {
    match block(text) {
        Block::Statements(all) => {
            let run = all.into_iter().filter(|g| g.asks.is_none());
            run.map(|g| (g.text.unwrap_or_else(|| text[g.span].to_string()), g.guard)).collect()
        }
        other => panic!("{text}: {other:?}"),
    }
}

fn one(text: &str) -> (String, Guard) {
    let mut all = statements(text);
    assert_eq!(all.len(), 1, "{text}: {all:?}");
    all.remove(0)
}

/// The condition that `IF ..` comes to.
fn asked(condition: &str) -> Condition {
    match one(&format!("DO $$ DECLARE v int; BEGIN IF {condition} THEN DROP TABLE t; END IF; END $$")).1 {
        Guard::If(condition) => condition,
        other => panic!("{condition}: {other:?}"),
    }
}

fn name(name: &str) -> Name {
    Name { schema: None, name: name.into() }
}

#[test]
fn caught_duplicates() {
    let (text, guard) = one(
        "DO $$ BEGIN\n ALTER TABLE \"a\" ADD CONSTRAINT c UNIQUE (x);\nEXCEPTION\n WHEN duplicate_object OR duplicate_table THEN null;\nEND $$",
    );
    assert_eq!(text, "ALTER TABLE \"a\" ADD CONSTRAINT c UNIQUE (x)");
    assert_eq!(guard, Guard::UnlessDuplicate);
    let (_, guard) = one(
        "DO $$ BEGIN DROP TYPE t; EXCEPTION WHEN undefined_object THEN RAISE NOTICE 'gone'; END; $$ LANGUAGE plpgsql;",
    );
    assert_eq!(guard, Guard::UnlessMissing);
    let (_, guard) = one("DO $$ BEGIN DROP TYPE t; EXCEPTION WHEN SQLSTATE '42710' THEN END $$");
    assert_eq!(guard, Guard::UnlessDuplicate);
    let (_, guard) = one("DO $$ BEGIN DROP TYPE t; EXCEPTION WHEN others THEN RAISE; END $$");
    assert_eq!(guard, Guard::None);
    let (_, guard) = one("DO $$ BEGIN DROP TYPE t; EXCEPTION WHEN others THEN NULL; END $$");
    assert!(matches!(guard, Guard::If(Condition::Unknown(_))));
}

#[test]
fn spans_are_of_the_file() {
    let file = "-- é\nSELECT 1; DO LANGUAGE plpgsql $x$ BEGIN CREATE TYPE a AS ENUM ('ü'); END $x$; SELECT 2";
    let start = file.find("DO ").unwrap();
    let Block::Statements(all) = read(file, start..file.find("; SELECT 2").unwrap(), &|_| None).block else { panic!() };
    assert_eq!(&file[all[0].span.clone()], "CREATE TYPE a AS ENUM ('ü')");
    assert_eq!(all[0].guard, Guard::None);
}

#[test]
fn catalogs_that_are_asked() {
    use Condition::{Exists, NotExists};
    let table = Some(name("User"));
    let t = || name("t");
    for (text, condition) in [
        ("NOT EXISTS (SELECT 1 FROM pg_type WHERE typname = 'Kind')", NotExists(Probe::Type("Kind".into()))),
        (
            "NOT EXISTS (SELECT FROM pg_type y JOIN pg_namespace n ON n.oid = y.typnamespace WHERE y.typname = 'k' AND n.nspname = current_schema() AND typtype = 'e')",
            NotExists(Probe::Type("k".into())),
        ),
        (
            "EXISTS (SELECT 1 FROM information_schema.columns WHERE table_schema = 'public' AND table_name = 't' AND column_name = 'c')",
            Exists(Probe::Column(t(), "c".into())),
        ),
        (
            "(EXISTS (SELECT 1 FROM pg_attribute WHERE attrelid = 't'::regclass AND attname = 'c' AND NOT attisdropped))",
            Exists(Probe::Column(t(), "c".into())),
        ),
        (
            "NOT EXISTS (SELECT 1 FROM pg_constraint WHERE conname = 'c')",
            NotExists(Probe::Constraint { table: None, name: "c".into() }),
        ),
        (
            "NOT EXISTS (SELECT 1 FROM pg_constraint WHERE conname = 'c' AND conrelid = 'public.\"User\"'::regclass AND contype = 'f')",
            NotExists(Probe::Constraint { table: table.clone(), name: "c".into() }),
        ),
        (
            "EXISTS (SELECT 1 FROM pg_constraint c JOIN pg_class r ON r.oid = c.conrelid WHERE c.conname = 'c' AND r.relname = 'User')",
            Exists(Probe::Constraint { table: table.clone(), name: "c".into() }),
        ),
        (
            "EXISTS (SELECT 1 FROM information_schema.table_constraints WHERE constraint_name = 'c' AND table_name = 'User' LIMIT 1)",
            Exists(Probe::Constraint { table: table.clone(), name: "c".into() }),
        ),
        (
            "NOT EXISTS (SELECT 1 FROM pg_indexes WHERE schemaname = 'public' AND indexname = 'i')",
            NotExists(Probe::Index { table: None, name: "i".into() }),
        ),
        ("EXISTS (SELECT 1 FROM pg_class WHERE relname = 's' AND relkind = 'S')", Exists(Probe::Sequence(name("s")))),
        ("EXISTS (SELECT 1 FROM pg_class WHERE relname = 't')", relation(t())),
        ("to_regclass('public.\"T\"') IS NULL", relation(name("T")).not()),
        ("to_regclass('T'::text) IS NOT NULL", relation(t())),
        (
            "EXISTS (SELECT 1 FROM pg_policies WHERE tablename = 'User' AND policyname = 'p')",
            Exists(Probe::Policy { table: table.clone(), name: "p".into() }),
        ),
        (
            "EXISTS (SELECT 1 FROM pg_trigger WHERE tgname = 'g' AND tgrelid = '\"User\"'::regclass AND NOT tgisinternal)",
            Exists(Probe::Trigger { table: table.clone(), name: "g".into() }),
        ),
        (
            "EXISTS (SELECT 1 FROM pg_enum e JOIN pg_type y ON e.enumtypid = y.oid WHERE y.typname = 'K' AND e.enumlabel = 'x')",
            Exists(Probe::EnumValue { ty: "K".into(), value: "x".into() }),
        ),
        (
            "NOT EXISTS (SELECT 1 FROM pg_enum WHERE enumlabel = 'x' AND enumtypid = (SELECT oid FROM pg_type WHERE typname = 'K'))",
            NotExists(Probe::EnumValue { ty: "K".into(), value: "x".into() }),
        ),
        ("NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'r')", NotExists(Probe::Role("r".into()))),
        ("NOT EXISTS (SELECT 1 FROM pg_extension WHERE extname = 'x')", NotExists(Probe::Extension("x".into()))),
        ("EXISTS (SELECT 1 FROM pg_catalog.pg_proc WHERE proname = 'f')", Exists(Probe::Function("f".into()))),
        (
            "EXISTS (SELECT 1 FROM information_schema.schemata WHERE schema_name = 's')",
            Exists(Probe::Schema("s".into())),
        ),
        ("(SELECT to_regclass('t') IS NULL)", relation(t()).not()),
        (
            "(SELECT EXISTS (SELECT 1 FROM pg_extension WHERE extname = 'x')) IS FALSE",
            NotExists(Probe::Extension("x".into())),
        ),
        ("(SELECT count(*) FROM pg_type WHERE typname = 'k') = 0", NotExists(Probe::Type("k".into()))),
        ("EXISTS (SELECT 1 FROM t WHERE a IS NULL)", Exists(Probe::Rows("t WHERE a IS NULL".into()))),
        (
            "EXISTS (SELECT 1 FROM information_schema.tables WHERE table_schema = 'app' AND table_name = 't')",
            Exists(Probe::Table(Name { schema: Some("app".into()), name: "t".into() })),
        ),
    ] {
        assert_eq!(asked(text), condition, "{text}");
    }
}

#[test]
fn what_is_not_understood_stays_in_the_condition() {
    let more = asked("NOT EXISTS (SELECT 1 FROM pg_indexes WHERE indexname = 'i' AND indexdef ~ 'x')");
    let both = Condition::And(vec![
        Condition::Exists(Probe::Index { table: None, name: "i".into() }),
        Condition::Unknown("indexdef ~ 'x'".into()),
    ]);
    assert_eq!(more, Condition::Not(Box::new(both)));
    assert!(matches!(asked("current_setting('x')::int > 3"), Condition::Unknown(_)));
    assert!(matches!(asked("EXISTS (SELECT 1 FROM pg_type)"), Condition::Exists(Probe::Unknown(_))));
    assert!(matches!(
        asked("EXISTS (SELECT 1 FROM pg_class WHERE relname = 'a' OR relname = 'b')"),
        Condition::Exists(Probe::Unknown(_))
    ));
    let Condition::Or(parts) = asked("to_regtype('a') IS NULL OR (v > 1 AND NOT EXISTS (SELECT 1 FROM x))") else {
        panic!()
    };
    assert_eq!(parts[0], Condition::NotExists(Probe::Type("a".into())));
}

#[test]
fn branches_and_returns() {
    let all = statements(
        "DO $$ BEGIN
           IF to_regclass('a') IS NULL THEN CREATE TABLE a (i int);
           ELSIF to_regclass('b') IS NULL THEN CREATE TABLE b (i int);
           ELSE DROP TABLE b; END IF;
           IF to_regclass('c') IS NOT NULL THEN RETURN; END IF;
           CREATE TABLE c (i int);
         END $$",
    );
    let a = || relation(name("a"));
    let b = || relation(name("b"));
    use Condition::And;
    assert_eq!(all[0].1, Guard::If(a().not()));
    assert_eq!(all[1].1, Guard::If(And(vec![a(), b().not()])));
    assert_eq!(all[2].1, Guard::If(And(vec![a(), b()])));
    assert_eq!(all[3].1, Guard::If(relation(name("c")).not()));
}

#[test]
fn variables_keep_what_they_were_asked() {
    for text in [
        "SELECT EXISTS (SELECT 1 FROM pg_type WHERE typname = 'k') INTO v; IF v THEN DROP TYPE k; END IF;",
        "v := EXISTS (SELECT 1 FROM pg_type WHERE typname = 'k'); IF v = true THEN DROP TYPE k; END IF;",
        "SELECT count(*) INTO v FROM pg_type WHERE typname = 'k'; IF v > 0 THEN DROP TYPE k; END IF;",
        "SELECT oid INTO v FROM pg_type WHERE typname = 'k'; IF v IS NOT NULL THEN DROP TYPE k; END IF;",
        "PERFORM 1 FROM pg_type WHERE typname = 'k'; IF FOUND THEN DROP TYPE k; END IF;",
        "v := to_regtype('k') IS NULL; IF NOT v THEN DROP TYPE k; END IF;",
    ] {
        let (_, guard) = one(&format!("DO $$ DECLARE v int := 0; BEGIN {text} END $$"));
        assert_eq!(guard, Guard::If(Condition::Exists(Probe::Type("k".into()))), "{text}");
    }
    let (_, guard) = one(
        "DO $$ DECLARE v bool; BEGIN v := to_regtype('k') IS NULL; IF x() THEN v := false; END IF; IF v THEN DROP TYPE k; END IF; END $$"
            .replace("x()", "true")
            .as_str(),
    );
    assert!(matches!(guard, Guard::If(Condition::Unknown(_))));
}

#[test]
fn executed_strings() {
    let sql = "DO $$ BEGIN EXECUTE 'DROP TABLE t'; EXECUTE 'COMMENT ON TABLE u IS ''x'''; EXECUTE 'DROP ' || 'VIEW v'; EXECUTE $q$DROP TYPE y$q$; END $$";
    let texts: Vec<_> = statements(sql).into_iter().map(|(text, _)| text).collect();
    assert_eq!(texts, ["DROP TABLE t", "COMMENT ON TABLE u IS 'x'", "DROP VIEW v", "DROP TYPE y"]);
    let Block::Statements(all) = block(sql) else { panic!() };
    assert!(all[0].text.is_none() && all[1].text.is_some());
}

#[test]
fn texts_that_are_put_together() {
    let sql = "DO $$ DECLARE t text := 'my t'; q text; BEGIN
        EXECUTE format('DROP TABLE %I.%1$s; DROP VIEW %2$I', 'public', t);
        q := 'COMMENT ON TABLE ' || quote_ident(t) || ' IS ' || quote_literal('it''s'); EXECUTE q;
        EXECUTE format('ALTER TABLE %s ALTER a SET DEFAULT %L', 'x', 'y');
        IF EXISTS (SELECT 1 FROM pg_tables WHERE tablename = t) THEN EXECUTE 'DROP TABLE u'; END IF;
    END $$";
    let all = statements(sql);
    let texts: Vec<&str> = all.iter().map(|(text, _)| text.as_str()).collect();
    let comment = "COMMENT ON TABLE \"my t\" IS 'it''s'";
    let alter = "ALTER TABLE x ALTER a SET DEFAULT 'y'";
    assert_eq!(texts, ["DROP TABLE public.public", "DROP VIEW \"my t\"", comment, alter, "DROP TABLE u"]);
    assert_eq!(all[4].1, Guard::If(Condition::Exists(Probe::Table(name("my t")))));
    for dynamic in
        ["format('DROP TABLE %10s', 'a')", "format('DROP TABLE %I', b)", "'DROP TABLE ' || a USING 1", "'a'::regclass"]
    {
        assert!(matches!(block(&format!("DO $$ BEGIN EXECUTE {dynamic}; END $$")), Block::Unknown { .. }), "{dynamic}");
    }
}

#[test]
fn what_a_variable_held_before_it_was_set_anew() {
    for body in [
        "FOR t IN SELECT tablename FROM pg_tables LOOP EXECUTE 'DROP TABLE ' || t; END LOOP;",
        "FOREACH t IN ARRAY ARRAY['x'] LOOP NULL; END LOOP; EXECUTE 'DROP TABLE ' || t;",
        "SELECT a, b INTO u, t FROM s; EXECUTE 'DROP TABLE ' || t;",
        "INSERT INTO s VALUES (1) RETURNING name INTO t; EXECUTE 'DROP TABLE ' || t;",
        "GET DIAGNOSTICS t = ROW_COUNT; EXECUTE 'DROP TABLE ' || t;",
        "DECLARE t text := 'inner'; BEGIN NULL; END; EXECUTE 'DROP TABLE ' || t;",
        "DECLARE t text; BEGIN EXECUTE 'DROP TABLE ' || t; END;",
        "IF EXISTS (SELECT 1 FROM s) THEN t := 'b'; END IF; EXECUTE 'DROP TABLE ' || t;",
        "WHILE true LOOP EXECUTE 'DELETE FROM ' || t; t := 'b'; END LOOP;",
        "FOR i IN SELECT 1 LOOP EXECUTE 'DELETE FROM ' || t; SELECT name INTO t FROM s; END LOOP;",
    ] {
        let sql = format!("DO $$ DECLARE t text := 'a'; u text; BEGIN {body} END $$");
        assert!(matches!(block(&sql), Block::Unknown { .. }), "{body}: {:?}", block(&sql));
    }
}

#[test]
fn loops_over_values_are_written_out() {
    let texts = |sql: &str| statements(sql).into_iter().map(|(text, _)| text).collect::<Vec<_>>();
    for head in [
        "t text; BEGIN FOREACH t IN ARRAY ARRAY['a', 'b'] LOOP",
        "t text; all_of text[] := ARRAY['a', 'b']::text[]; BEGIN FOREACH t IN ARRAY all_of LOOP",
        "t text; all_of text[] := '{a, b}'; BEGIN FOR t IN SELECT unnest(all_of) LOOP",
        "t text; BEGIN FOR t IN SELECT x FROM unnest(ARRAY['a', 'b']) AS x LOOP",
        "BEGIN FOR t IN SELECT * FROM (VALUES ('a'), ('b')) AS v(x) LOOP",
    ] {
        let sql =
            format!("DO $$ DECLARE {head} EXECUTE 'DROP TABLE ' || t; ALTER TABLE x.t ADD c text; END LOOP; END $$");
        let alter = "ALTER TABLE x.t ADD c text";
        assert_eq!(texts(&sql), ["DROP TABLE a", alter, "DROP TABLE b", alter], "{head}");
    }
    let records = "DO $$ DECLARE r record; BEGIN
        FOR r IN SELECT * FROM (VALUES ('a', 'x y'), ('b', 'c')) AS v(tbl, con) LOOP
          IF EXISTS (SELECT 1 FROM information_schema.tables WHERE table_name = r.tbl) THEN
            EXECUTE format('ALTER TABLE %I DROP CONSTRAINT %I', r.tbl, r.con);
          END IF;
          IF r.tbl = 'b' THEN DROP VIEW v; END IF;
        END LOOP; END $$";
    let all = statements(records);
    assert_eq!(all[0].0, "ALTER TABLE a DROP CONSTRAINT \"x y\"");
    assert_eq!(all[0].1, Guard::If(Condition::Exists(Probe::Table(name("a")))));
    assert_eq!(all[1].1, Guard::If(Condition::Or(Vec::new())));
    assert_eq!(all[3].1, Guard::If(Condition::And(Vec::new())));
    let Block::Statements(seen) = block(records) else { panic!() };
    assert_ne!(seen[0].asked, seen[2].asked, "each round asks anew");
    assert!(records[seen[0].span.clone()].starts_with("FOR r") && records[seen[0].span.clone()].ends_with("LOOP"));
    let counted = "DO $$ BEGIN FOR i IN 0..1 LOOP FOR j IN 1 .. 2 LOOP EXECUTE format('DROP TABLE p_%s_%s', i, j); END LOOP; END LOOP; END $$";
    assert_eq!(texts(counted), ["DROP TABLE p_0_1", "DROP TABLE p_0_2", "DROP TABLE p_1_1", "DROP TABLE p_1_2"]);
}

#[test]
fn constraints_that_are_looked_up() {
    let query = |more: &str| {
        format!(
            "SELECT conname INTO c FROM pg_constraint WHERE conrelid = 'public.t'::regclass AND contype = 'c' AND {more};"
        )
    };
    let block_with = |head: &str, found: &[&str]| {
        let text = format!(
            "DO $$ DECLARE c text; BEGIN {head} IF c IS NOT NULL THEN EXECUTE format('ALTER TABLE t DROP CONSTRAINT %I', c); END IF; END $$"
        );
        let like = Like { piece: "kind".into(), any_case: true };
        let wanted = Wanted { table: name("t"), kind: Some('c'), definition_like: vec![like], ..Wanted::default() };
        let found: Vec<String> = found.iter().map(|name| name.to_string()).collect();
        read(&text, 0..text.len(), &|asked| (*asked == wanted).then(|| found.clone())).block
    };
    let like = query("pg_get_constraintdef(oid) ILIKE '%kind%' LIMIT 1");
    let Block::Statements(all) = block_with(&like, &["t check"]) else { panic!() };
    assert_eq!(all[0].text.as_deref(), Some("ALTER TABLE t DROP CONSTRAINT \"t check\""));
    assert_eq!(all[0].guard, Guard::If(Condition::And(Vec::new())));
    assert_eq!(block_with(&like, &[]), Block::Assertion);
    assert!(matches!(block_with(&like, &["a", "b"]), Block::Unknown { .. }), "which of two");
    assert!(matches!(
        block_with(&format!("ALTER TABLE t ADD CHECK (kind > 1); {like}"), &["a"]),
        Block::Unknown { .. }
    ));
    assert!(matches!(block_with(&query("pg_get_constraintdef(oid) LIKE '%a%b%'"), &["a"]), Block::Unknown { .. }));
    let looped = "DO $$ DECLARE r record; BEGIN FOR r IN (SELECT constraint_name FROM information_schema.table_constraints
        WHERE table_name = 't' AND constraint_type = 'FOREIGN KEY') LOOP EXECUTE 'ALTER TABLE t DROP CONSTRAINT ' || r.constraint_name; END LOOP; END $$";
    let wanted = Wanted { table: name("t"), kind: Some('f'), ..Wanted::default() };
    let seen = read(looped, 0..looped.len(), &|asked| (*asked == wanted).then(|| vec!["a".into(), "b".into()]));
    let Block::Statements(all) = seen.block else { panic!("{seen:?}") };
    assert_eq!(all.len(), 2);
}

#[test]
fn loops_whose_rounds_are_not_known() {
    for text in [
        "FOR t IN SELECT tablename FROM pg_tables LOOP EXECUTE 'DROP TABLE ' || t; END LOOP;",
        "FOREACH t IN ARRAY ARRAY['a', 'b'] LOOP EXIT WHEN t = 'b'; EXECUTE 'DROP TABLE ' || t; END LOOP;",
        "FOR i IN 1..100000 LOOP EXECUTE 'DROP TABLE t' || i; END LOOP;",
        "FOREACH t SLICE 1 IN ARRAY ARRAY['a', 'b'] LOOP EXECUTE 'DROP TABLE ' || t; END LOOP;",
        "FOREACH t IN ARRAY ARRAY[a, 'b'] LOOP EXECUTE 'DROP TABLE ' || t; END LOOP;",
        "FOR t IN SELECT * FROM (VALUES ('a', 'b')) AS v(x, y) LOOP EXECUTE 'DROP TABLE ' || t; END LOOP;",
    ] {
        let sql = format!("DO $$ DECLARE t text; BEGIN {text} END $$");
        assert!(matches!(block(&sql), Block::Unknown { .. }), "{text}: {:?}", block(&sql));
    }
    let set_within = "DO $$ DECLARE s text := 'a'; t text; BEGIN
        FOREACH t IN ARRAY ARRAY['b', 'c'] LOOP s := t; END LOOP; EXECUTE 'DROP TABLE ' || s; END $$";
    assert!(matches!(block(set_within), Block::Unknown { .. }));
}

#[test]
fn a_sequence_that_goes_on() {
    let sql = "DO $$ DECLARE r record; n int; BEGIN
        FOR r IN SELECT id FROM t LOOP n := nextval('s'); UPDATE t SET code = 'T-' || n WHERE id = r.id; END LOOP; END $$";
    let seen = read(sql, 0..sql.len(), &|_| None);
    assert!(seen.moves_sequences && matches!(seen.block, Block::Rows(_)), "{seen:?}");
}

#[test]
fn what_only_checks() {
    for text in [
        "DO $$ BEGIN IF EXISTS (SELECT 1 FROM t WHERE a IS NULL) THEN RAISE EXCEPTION 'no'; END IF; END $$",
        "DO $$ DECLARE n int; BEGIN SELECT count(*) INTO n FROM t; ASSERT n = 0, 'no'; RAISE NOTICE '%', n; END $$",
        "DO $$ DECLARE d text; BEGIN SELECT string_agg(a, ', ') INTO d FROM (SELECT a FROM t) x; IF d IS NOT NULL THEN RAISE EXCEPTION USING MESSAGE = d; END IF; END $$",
        "DO $$ BEGIN NULL; END $$",
        "DO $$ DECLARE n int; BEGIN WITH x AS (SELECT 1 AS i) SELECT i INTO n FROM x; END $$",
    ] {
        assert_eq!(block(text), Block::Assertion, "{text}");
    }
    let (_, guard) =
        one("DO $$ BEGIN IF EXISTS (SELECT 1 FROM t) THEN RAISE EXCEPTION 'no'; ELSE DROP TABLE t; END IF; END $$");
    assert_eq!(guard, Guard::None);
}

#[test]
fn what_changes_rows_only() {
    let Block::Rows(changes) = block(
        "DO $$ DECLARE r record; n text; BEGIN
           FOR r IN SELECT id, zone FROM poll LOOP
             IF r.zone IS NULL THEN UPDATE option SET start = at WHERE poll = r.id;
             ELSE UPDATE option SET start = at AT TIME ZONE r.zone WHERE poll = r.id; END IF;
             n := gen_random_uuid()::text;
             INSERT INTO log (id, kind) VALUES (n, 'poll') RETURNING id INTO n;
           END LOOP;
           DELETE FROM poll WHERE old;
         END $$",
    ) else {
        panic!()
    };
    assert_eq!(changes.iter().map(|c| c.table.name.as_str()).collect::<Vec<_>>(), ["option", "option", "log", "poll"]);
    assert!(changes[0].meets_existing && changes[0].filter.is_none());
    assert_eq!(changes[2].values, Some(vec![vec![None, Some("'poll'".into())]]));
    assert_eq!((changes[3].meets_existing, changes[3].filter.as_deref()), (false, Some("old")));
}

#[test]
fn a_temporary_table_is_no_change_when_it_is_gone_at_the_end() {
    let block_with = |end: &str, drop: &str| {
        block(&format!(
            "DO $$ BEGIN CREATE TEMP TABLE x (id int) {end}; INSERT INTO x SELECT id FROM t; UPDATE t SET a = 1 FROM x WHERE x.id = t.id; {drop} END $$"
        ))
    };
    for gone in [block_with("ON COMMIT DROP", ""), block_with("", "DROP TABLE IF EXISTS x;")] {
        let Block::Rows(changes) = gone else { panic!("{gone:?}") };
        assert_eq!(changes.iter().map(|c| c.table.name.as_str()).collect::<Vec<_>>(), ["t"]);
    }
    assert!(matches!(block_with("", ""), Block::Statements(_)));
    assert!(matches!(block_with("", "DROP TABLE x, t;"), Block::Statements(_)));
}

#[test]
fn what_only_running_tells() {
    for text in [
        "DO $$ DECLARE r record; BEGIN FOR r IN SELECT 1 LOOP EXECUTE format('DROP TABLE %I', r.x); END LOOP; END $$",
        "DO $$ BEGIN PERFORM app.rebuild(); END $$",
        "DO $$ BEGIN EXECUTE 'DROP TABLE ' || name; END $$",
        "DO LANGUAGE plv8 $$ x $$",
        "DO 'BEGIN RAISE ''x''; END'",
        "DO $$ BEGIN IF a THEN DROP TABLE t; END $$",
        "DO $$ BEGIN <<x>> LOOP END $$",
        "DO $$ BEGIN (",
        "DO",
    ] {
        assert!(matches!(block(text), Block::Unknown { .. }), "{text}: {:?}", block(text));
    }
}

#[test]
fn guards_add_up() {
    let (_, guard) = one(
        "DO $$ BEGIN IF to_regclass('a') IS NOT NULL THEN BEGIN ALTER TABLE a ADD COLUMN b int; EXCEPTION WHEN duplicate_column THEN NULL; END; END IF; END $$",
    );
    let there = relation(name("a"));
    let unless = Condition::Unknown("unless what it makes exists".into());
    assert_eq!(guard, Guard::If(Condition::And(vec![there, unless])));
}

#[test]
fn deep_nesting_is_refused_in_time() {
    let nested = "BEGIN NULL; EXCEPTION WHEN others THEN ".repeat(60) + &"END; ".repeat(60);
    assert!(matches!(block(&format!("DO $$ {nested} $$")), Block::Unknown { .. }));
    let nested = "BEGIN NULL; EXCEPTION WHEN others THEN ".repeat(30) + &"END; ".repeat(30);
    block(&format!("DO $$ {nested} $$"));
    let deep =
        format!("DO $$ BEGIN IF {}true{} THEN DROP TABLE t; END IF; END $$", "(".repeat(9_000), ")".repeat(9_000));
    block(&deep);
    block(&format!("DO $$ BEGIN IF {}true THEN DROP TABLE t; END IF; END $$", "NOT ".repeat(9_000)));
}
