use super::*;
use crate::catalog::{Column, Constraint, ForeignKey, Index, Sql};
use crate::rollback::{Grade, rollback};
use crate::{Dialect, Migration};

const COUNT: usize = 4 * MANY;

fn named(at: usize) -> Name {
    Name::plain(format!("t{at}"))
}

fn column(catalog: &mut Catalog, data_type: &str) -> Column {
    Column { lineage: catalog.fresh(), name: "c".into(), data_type: data_type.into(), ..Column::default() }
}

fn refers_to(table: Name) -> Constraint {
    let key = ForeignKey {
        columns: vec!["c".into()],
        table,
        references: Vec::new(),
        on_delete: String::new(),
        on_update: String::new(),
        matching: String::new(),
    };
    Constraint {
        lineage: Lineage::default(),
        name: "fk".into(),
        kind: ConstraintKind::ForeignKey(key),
        deferrable: "",
        not_valid: false,
        stands_in: Lineage::default(),
        tail: Sql::default(),
    }
}

fn index(name: &str) -> Index {
    Index {
        lineage: Lineage::default(),
        name: name.into(),
        unique: false,
        class: "",
        method: String::new(),
        parts: Vec::new(),
        include: Vec::new(),
        nulls_not_distinct: false,
        predicate: None,
        options: Sql::default(),
        implicit: false,
        concurrently: crate::catalog::Lenient(false),
    }
}

/// Each refers to the one before it, and a migration has begun.
fn many(dialect: Dialect) -> Catalog {
    let mut catalog = Catalog::new(dialect);
    for at in 0..COUNT {
        let lineage = catalog.fresh();
        let columns = vec![column(&mut catalog, "integer")].into();
        let constraints = (at > 0).then(|| refers_to(named(at - 1))).into_iter().collect();
        catalog.tables.insert(named(at), Table { lineage, name: named(at), columns, constraints, ..Table::default() });
    }
    catalog.begin();
    catalog
}

fn found(catalog: &Catalog, wanted: Wanted) -> Vec<String> {
    catalog.maybe(wanted).into_iter().map(|(n, _)| n.to_string()).collect()
}

fn refer(catalog: &mut Catalog, from: usize, to: usize) {
    catalog.tables.get_mut(&named(from)).unwrap().constraints.push(refers_to(named(to)));
}

#[test]
fn what_refers_is_found_without_the_others() {
    let catalog = many(Dialect::Postgres);
    assert_eq!(found(&catalog, Wanted::Refers(&named(7))), ["t8"]);
    assert!(found(&catalog, Wanted::Refers(&named(COUNT - 1))).is_empty());
}

#[test]
fn a_partition_refers_to_its_table() {
    let mut catalog = many(Dialect::Postgres);
    catalog.tables.get_mut(&named(100)).unwrap().partition_of = Some((named(7), Sql::default()));
    catalog.begin();
    assert_eq!(found(&catalog, Wanted::Refers(&named(7))), ["t100", "t8"]);
}

#[test]
fn what_was_changed_is_found_at_once_and_in_later_migrations() {
    let mut catalog = many(Dialect::Postgres);
    assert_eq!(found(&catalog, Wanted::Refers(&named(7))), ["t8"]);
    refer(&mut catalog, 100, 7);
    assert_eq!(found(&catalog, Wanted::Refers(&named(7))), ["t100", "t8"]);
    for _ in 0..3 {
        catalog.begin();
        assert_eq!(found(&catalog, Wanted::Refers(&named(7))), ["t100", "t8"]);
    }
}

#[test]
fn what_is_gone_is_not_found_and_what_has_its_name_then_is() {
    let mut catalog = many(Dialect::Postgres);
    let gone = catalog.tables.remove(&named(8)).unwrap();
    assert!(found(&catalog, Wanted::Refers(&named(7))).is_empty());
    catalog.begin();
    assert!(found(&catalog, Wanted::Refers(&named(7))).is_empty());
    catalog.tables.put(named(8), gone);
    catalog.begin();
    assert_eq!(found(&catalog, Wanted::Refers(&named(7))), ["t8"]);
}

#[test]
fn a_rename_is_followed() {
    let mut catalog = many(Dialect::Postgres);
    let lineage = catalog.tables.get(&named(7)).unwrap().lineage;
    let to = Name::plain("other");
    catalog.rename_table(&named(7), &to);
    catalog.begin();
    assert_eq!(found(&catalog, Wanted::Refers(&to)), ["t8"]);
    assert_eq!(catalog.table_of_lineage(lineage).unwrap().0, &to);
    assert_eq!(catalog.tables.get(&named(8)).unwrap().constraints[0].foreign_key().unwrap().table, to);
}

#[test]
fn what_is_assumed_is_found() {
    let mut catalog = many(Dialect::Postgres);
    let mut other = Catalog::new(Dialect::Postgres);
    let name = Name::plain("assumed");
    let constraints = vec![refers_to(named(7))].into();
    other.tables.insert(name.clone(), Table { name, constraints, ..Table::default() });
    catalog.assume(&other);
    assert_eq!(found(&catalog, Wanted::Refers(&named(7))), ["assumed", "t8"]);
    catalog.begin();
    assert_eq!(found(&catalog, Wanted::Refers(&named(7))), ["assumed", "t8"]);
}

#[test]
fn lineages_of_tables_and_of_columns_are_found() {
    let mut catalog = many(Dialect::Postgres);
    let new = column(&mut catalog, "text");
    let lineage = new.lineage;
    catalog.tables.get_mut(&named(9)).unwrap().columns.push(new);
    assert_eq!(catalog.table_with_column(lineage).unwrap().0, &named(9));
    catalog.begin();
    assert_eq!(catalog.table_with_column(lineage).unwrap().0, &named(9));
    let table = catalog.tables.get(&named(11)).unwrap().lineage;
    assert_eq!(catalog.table_of_lineage(table).unwrap().0, &named(11));
    assert!(catalog.table_with_column(table).is_none());
    // Not known: any may be meant.
    assert_eq!(found(&catalog, Wanted::Lineage(Lineage::default())).len(), COUNT);
}

#[test]
fn a_type_is_found_however_it_is_written() {
    let mut catalog = many(Dialect::Postgres);
    let written = ["role", "\"Role\"[]", "app.role", "ROLE", "\"role\"", "app.\"Role\" []", "roles", "\"my role\""];
    for (at, text) in written.iter().enumerate() {
        let column = column(&mut catalog, text);
        catalog.tables.get_mut(&named(at)).unwrap().columns.push(column);
    }
    catalog.begin();
    assert_eq!(found(&catalog, Wanted::OfType(&Name::plain("role"))), ["t0", "t1", "t2", "t3", "t4", "t5", "t7"]);
    // Of more than one word: what is looked at can't be told from words.
    assert_eq!(found(&catalog, Wanted::OfType(&Name::plain("my role"))).len(), COUNT);
    let long = "x".repeat(63);
    assert_eq!(found(&catalog, Wanted::OfType(&Name::plain(long))).len(), COUNT);
}

#[test]
fn names_are_found_in_any_case() {
    let mut catalog = many(Dialect::Mysql);
    catalog.tables.get_mut(&named(5)).unwrap().indexes.push(index("By_Email"));
    catalog.begin();
    assert_eq!(found(&catalog, Wanted::Holds("by_email")), ["t5"]);
    assert_eq!(catalog.index(&Name::plain("BY_EMAIL")).unwrap().0, named(5));
    assert_eq!(catalog.table_name(&Name::plain("T12")), Some(named(12)));
}

#[test]
fn copies_find_what_they_changed_themselves() {
    let mut catalog = many(Dialect::Postgres);
    let wanted = named(7);
    refer(&mut catalog, 100, 7);
    for mut copy in [catalog.without_names(), catalog.clone()] {
        refer(&mut copy, 101, 7);
        let found = found(&copy, Wanted::Refers(&wanted));
        assert!(["t8", "t100", "t101"].iter().all(|t| found.iter().any(|f| f == t)), "{found:?}");
        copy.begin();
        refer(&mut copy, 102, 7);
        copy.begin();
        let found = self::found(&copy, Wanted::Refers(&wanted));
        assert!(["t8", "t100", "t101", "t102"].iter().all(|t| found.iter().any(|f| f == t)), "{found:?}");
    }
    assert_eq!(found(&catalog, Wanted::Refers(&wanted)), ["t100", "t8"]);
}

/// The finder looks by itself whether it has missed a table, in builds for tests: a history that changes tables in every
/// way, of more tables than are looked at one by one.
#[test]
fn a_long_history_is_found_whole() {
    let mut up = String::new();
    for at in 0..COUNT {
        up.push_str(&format!(
            "CREATE TYPE k{at} AS ENUM ('a'); CREATE TABLE t{at} (id int PRIMARY KEY, k k{at}, p int);\n\
             CREATE INDEX i{at} ON t{at} (p);\n"
        ));
    }
    let migration = |sql: String| Migration {
        name: "m".into(),
        file: "m.sql".into(),
        sql,
        breakpoints: false,
        snapshot_before: None,
        observed: Vec::new(),
    };
    let mut catalog = Catalog::new(Dialect::Postgres);
    rollback(&mut catalog, &migration(up));
    for sql in [
        "ALTER TABLE t3 ADD CONSTRAINT f FOREIGN KEY (p) REFERENCES t2 (id) ON DELETE CASCADE;",
        "ALTER TABLE t2 RENAME TO u2; ALTER TYPE k3 RENAME TO l3; ALTER INDEX i4 RENAME TO j4;",
        "ALTER TABLE t5 SET SCHEMA app; ALTER TABLE t6 RENAME COLUMN p TO q;",
    ] {
        let down = rollback(&mut catalog, &migration(sql.into()));
        assert_ne!(down.grade, Grade::Manual, "{}", down.body);
    }
    let down = rollback(&mut catalog, &migration("DROP TABLE u2 CASCADE; DROP TYPE l3 CASCADE; DROP INDEX j4;".into()));
    let body = down.body.replace('"', "");
    for back in ["ADD CONSTRAINT f FOREIGN KEY (p) REFERENCES u2", "ADD COLUMN k l3", "CREATE INDEX j4 ON t4"] {
        assert!(body.contains(back), "{back}: {body}");
    }
}
