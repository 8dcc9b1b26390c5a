//! Rows are planned for whatever a catalog may say, and always the same ones.

use proptest::prelude::*;
use unmigrate_kernel::Dialect;
use unmigrate_kernel::catalog::Name;
use unmigrate_kernel::seed::{
    Charset, Column, Facts, Filled, Fixed, Key, Kind, Options, Reference, Spice, Table, Zone, plan,
};

fn kinds() -> impl Strategy<Value = Kind> {
    let size = prop_oneof![0usize..4, 30usize..40, Just(300usize)];
    let simple = prop_oneof![
        (any::<i64>(), any::<i64>()).prop_map(|(a, b)| Kind::Int(i128::from(a.min(b)), i128::from(a.max(b)))),
        proptest::option::of((0u32..70, 0u32..70)).prop_map(Kind::Decimal),
        any::<bool>().prop_map(|double| Kind::Float { double }),
        Just(Kind::Bool),
        (proptest::option::of(size.clone()), any::<bool>()).prop_map(|(longest, all)| Kind::Text {
            longest,
            charset: if all { Charset::Unicode } else { Charset::Ascii }
        }),
        proptest::option::of(size.clone()).prop_map(Kind::Bytes),
        (size.clone(), any::<bool>()).prop_map(|(n, yes)| Kind::Bits(n, if yes { Fixed::Yes } else { Fixed::No })),
        Just(Kind::Date),
        (0u32..9).prop_map(|digits| Kind::Time(digits, Zone::With)),
        (0u32..9).prop_map(|digits| Kind::Stamp(digits, Zone::Without)),
        (0u32..9).prop_map(Kind::UnixStamp),
        Just(Kind::Year),
        Just(Kind::Json),
        Just(Kind::Uuid),
        proptest::collection::vec(".{0,3}", 0..4).prop_map(Kind::Enum),
        proptest::collection::vec(".{0,3}", 0..80).prop_map(Kind::Set),
        size.clone().prop_map(Kind::Vector),
        size.prop_map(Kind::Composite),
        Just(Kind::Samples(&[])),
        Just(Kind::Anything),
        Just(Kind::Unknown),
    ];
    simple.prop_recursive(2, 4, 1, |inner| {
        prop_oneof![
            inner.clone().prop_map(|of| Kind::Array(Box::new(of))),
            (inner, any::<bool>()).prop_map(|(of, multi)| Kind::Range { of: Box::new(of), multi }),
        ]
    })
}

/// Conditions: any text, and such that are nearly conditions.
fn checks() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("a"),
        Just("b"),
        Just("VALUE"),
        Just(" ~ '^[a-z"),
        Just("]{2,99999999999}"),
        Just("'"),
        Just(" = "),
        Just(" < "),
        Just(" IS NULL"),
        Just(" AND "),
        Just(" OR "),
        Just("NOT "),
        Just("("),
        Just(")"),
        Just("length("),
        Just(" IN ('x', 2)"),
        Just("9223372036854775807"),
        Just("-170141183460469231731687303715884105728"),
        Just(" LIKE '%\\"),
        Just("num_nonnulls(a, b) = 1"),
        Just("1e400"),
        Just("''"),
        Just(" BETWEEN "),
    ];
    prop_oneof![".{0,40}", proptest::collection::vec(piece, 0..12).prop_map(|pieces| pieces.concat())]
}

fn tables() -> impl Strategy<Value = Table> {
    let filled = prop_oneof![Just(Filled::No), Just(Filled::Default), Just(Filled::Counted), Just(Filled::Computed)];
    let column = (kinds(), any::<bool>(), filled, proptest::collection::vec(checks(), 0..2));
    let columns = proptest::collection::vec(column, 0..4);
    let key = (proptest::collection::vec(prop_oneof![Just("a"), Just("b"), Just("nowhere")], 0..3), any::<bool>());
    let reference = (prop_oneof![Just("t0"), Just("t1"), Just("none")], prop_oneof![Just("a"), Just("b")]);
    (
        columns,
        proptest::collection::vec(key, 0..3),
        proptest::collection::vec(reference, 0..3),
        proptest::collection::vec(checks(), 0..3),
        prop_oneof![0usize..4, Just(1_000_000usize)],
    )
        .prop_map(|(columns, keys, references, checks, rows)| {
            let columns: Vec<Column> = columns
                .into_iter()
                .zip(["a", "b", "c", "d"])
                .map(|((kind, nullable, filled, checks), name)| Column {
                    name: name.into(),
                    kind,
                    nullable,
                    filled,
                    checks,
                })
                .collect();
            let key = |(columns, exclusive): (Vec<&str>, bool)| Key {
                columns: columns.into_iter().map(str::to_string).collect(),
                exclusive,
            };
            let reference = |(parent, column): (&str, &str)| Reference {
                columns: vec![column.to_string()],
                parent: Name::plain(parent),
                keys: vec!["a".to_string()],
            };
            Table {
                uniform: columns.iter().map(|c| c.name.clone()).collect(),
                columns,
                keys: keys.into_iter().map(key).collect(),
                references: references.into_iter().map(reference).collect(),
                checks,
                rows,
                ..Table::default()
            }
        })
}

/// The rows of one table with one column.
fn rows(kind: &Kind, nullable: bool, place: usize, dialect: Dialect) -> String {
    let column = |name: String, kind: &Kind, nullable| Column {
        name,
        kind: kind.clone(),
        nullable,
        filled: Filled::No,
        checks: Vec::new(),
    };
    let mut columns: Vec<Column> = (0..place).map(|n| column(format!("c{n}"), &Kind::Bool, false)).collect();
    columns.push(column("wanted".into(), kind, nullable));
    let table = Table { name: Name::plain("t"), sql: "t".into(), columns, ..Table::default() };
    let facts = Facts { dialect, tables: vec![table] };
    let planned = plan(&facts, &Options::default());
    planned.iter().map(|p| p.variants[0].as_str()).collect::<Vec<_>>().join("\n")
}

#[test]
fn five_rows_show_all_that_matters() {
    let text = |longest| Kind::Text { longest, charset: Charset::Unicode };
    let long = "long é ".repeat(10);
    let shown: [(Kind, Vec<&str>); 7] = [
        (text(None), vec![", ''", &long, "'  it''s", "\u{1F600}", "'007'"]),
        (text(Some(7)), vec!["''", "'long é '", "'  it''s '", "'007'"]),
        (Kind::Int(-128, 127), vec!["127)", "-128)", " 0)", "-7)"]),
        (Kind::Decimal(Some((6, 2))), vec!["9999.99", "-9999.99", "-7.5", "1.01"]),
        (Kind::Stamp(6, Zone::Without), vec!["30.123456'", "9999-12-31", "59.5'", "0001-01-02"]),
        (Kind::Json, vec!["{\"b\": 1,  \"a\"", "'[]'", "null", "12345678901234567890.10"]),
        (Kind::Array(Box::new(Kind::Int(-100, 100))), vec!["'{}'", ",NULL,"]),
    ];
    for (kind, pieces) in shown {
        // In any place of the table, nullable or not.
        for (place, nullable) in (1..8).flat_map(|place| [(place, true), (place, false)]) {
            let found = rows(&kind, nullable, place, Dialect::Postgres);
            for piece in &pieces {
                assert!(found.contains(piece), "{kind:?} {nullable} {place}: no {piece} in\n{found}");
            }
            assert_eq!(found.contains("NULL)"), nullable, "{kind:?} {place}:\n{found}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn any_facts(mut tables in proptest::collection::vec(tables(), 1..3), from in 0usize..100_000) {
        for (at, table) in tables.iter_mut().enumerate() {
            table.name = Name::plain(format!("t{at}"));
            table.sql = format!("t{at}");
        }
        for dialect in [Dialect::Postgres, Dialect::Mysql, Dialect::Sqlite] {
            let facts = Facts { dialect, tables: tables.clone() };
            for spice in [Spice::Plain, Spice::Full] {
                let options = Options { from, spice, ..Options::default() };
                let planned = plan(&facts, &options);
                prop_assert_eq!(&planned, &plan(&facts, &options));
                prop_assert!(planned.iter().all(|p| !p.variants.is_empty()));
            }
        }
    }
}
