use super::*;
use crate::Dialect::*;

/// `from > to`, or `from > to USING ..`; then `ok` or `lossy`, and what the way back uses.
fn check(dialect: Dialect, table: &str) {
    for line in table.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let (change, expected) = line.rsplit_once(" = ").expect(line);
        let (types, using) = change.split_once(" USING ").map_or((change, None), |(types, using)| (types, Some(using)));
        let (from, to) = types.split_once(" > ").expect(line);
        let got = conversion(dialect, from, to, using);
        let grade = match (&got.impossible, &got.loses) {
            (Some(_), _) => "by hand",
            (None, Some(_)) => "lossy",
            (None, None) => "ok",
        };
        let back = got.back_using.as_ref().filter(|_| grade != "by hand").map_or(String::new(), |b| format!(" {b}"));
        assert_eq!(format!("{grade}{back}"), expected, "{line}\n{got:?}");
    }
}

/// Each of these was run up and back on PostgreSQL 15, value by value.
#[test]
fn postgres_pairs() {
    let table = r#"
        varchar(50) > varchar(30) = lossy
        varchar(30) > varchar(50) = ok
        varchar(30) > text = ok
        text > varchar(30) USING "a"::varchar(30) = lossy
        char(3) > text = ok
        text > char(3) = lossy
        citext > text = ok
        integer > bigint = ok
        bigint > integer = ok
        integer > text = ok {}::integer
        text > integer USING "a"::integer = lossy
        integer > varchar(5) = ok {}::integer
        integer > varchar(5) USING a::varchar(5) = lossy {}::integer
        integer > numeric(10,2) = ok
        numeric(10,2) > integer = lossy
        numeric(10,2) > numeric(12,2) = ok
        decimal(65,30) > double precision = lossy
        numeric(10,2) > double precision = ok
        real > double precision = ok
        double precision > real = lossy
        double precision > decimal(65,30) = lossy
        boolean > integer USING a::integer = ok ({} <> 0)
        boolean > bigint USING a::integer::bigint = ok ({} <> 0)
        integer > boolean USING a::boolean = lossy {}::integer
        uuid > text = ok {}::uuid
        text > uuid USING a::uuid = lossy
        timestamp(6) > timestamp(3) = lossy
        timestamp(3) > timestamp(6) = ok
        date > timestamp = ok
        timestamp > date = lossy
        timestamp(3) > timestamptz(3) = lossy
        timestamp(3) > timestamptz(3) USING "a" AT TIME ZONE 'UTC' = ok {} AT TIME ZONE 'UTC'
        timestamp(6) > timestamptz(3) USING "a" AT TIME ZONE 'UTC' = lossy {} AT TIME ZONE 'UTC'
        timestamp(3) > timestamptz(3) USING "a" AT TIME ZONE 'Europe/Berlin' = lossy {} AT TIME ZONE 'Europe/Berlin'
        json > jsonb = lossy
        jsonb > json = ok
        text > json USING a::json = ok
        text > jsonb USING a::jsonb = lossy
        inet > cidr = lossy
        "Role" > text = ok {}::text::"Role"
        text > "Role" USING "a"::text::"Role" = ok
        "Role" > "Role_new" USING ("a"::text::"Role_new") = ok {}::text::"Role"
        "Role"[] > "Role_new"[] USING ("a"::text::"Role_new"[]) = ok {}::text[]::"Role"[]
        "Role" > integer USING CASE WHEN "a" = 'X' THEN 1 ELSE 2 END = by hand
        text > boolean USING CASE WHEN a = 'yes' THEN true ELSE false END = lossy
        text > text[] USING ARRAY["a"] = ok ({})[1]
        text > text[] USING string_to_array(features, ',') = ok array_to_string({}, ',')
        text[] > text USING array_to_string(features, ',') = lossy string_to_array({}, ',')
        bytea > text USING encode(token, 'escape') = ok decode({}, 'escape')
        text > bytea USING decode(token, 'escape') = lossy encode({}, 'escape')
        int[] > bigint[] = ok
        date > integer USING EXTRACT(YEAR FROM "d") = by hand
        text > integer USING NULL = lossy
    "#;
    check(Postgres, table);
}

/// Run on MariaDB 10.11 in strict mode and without.
#[test]
fn mysql_pairs() {
    let table = "
        int > bigint = ok
        bigint > int = lossy
        int > int unsigned = lossy
        int unsigned > bigint = ok
        int > varchar(11) = ok
        int > varchar(10) = lossy
        varchar(191) > text = ok
        varchar(191) > tinytext = lossy
        text > varchar(191) = lossy
        varchar(10) > char(10) = lossy
        char(10) > varchar(10) = ok
        enum('a','b') > enum('a','b','c') = ok
        enum('a','b') > enum('b','a') = ok
        enum('a','b') > enum('a') = lossy
        enum('a','b') > varchar(1) = ok
        datetime(3) > datetime(6) = ok
        datetime(6) > datetime(3) = lossy
        date > datetime = ok
        timestamp > datetime = lossy
        decimal(10,2) > decimal(12,2) = ok
        decimal(10,2) > decimal(12,4) = ok
        decimal(10,2) > decimal(11,4) = lossy
        tinyint(1) > int = ok
        json > longtext = ok
        varchar(9) character set utf8mb4 > varchar(9) character set latin1 = lossy
        varchar(9) character set latin1 > varchar(9) character set utf8mb4 = ok
        varchar(9) collate utf8mb4_bin > varchar(9) collate utf8mb4_general_ci = ok
    ";
    check(Mysql, table);
}

/// Run on SQLite 3.40.
#[test]
fn sqlite_pairs() {
    let table = "
        INTEGER > TEXT = ok
        TEXT > INTEGER = lossy
        REAL > INTEGER = ok
        INTEGER > REAL = lossy
        DATETIME > TEXT = ok
        TEXT > BLOB = ok
        BLOB > TEXT = lossy
        DECIMAL(10,2) > TEXT = lossy
        INTEGER > TEXT USING upper(a) = lossy
    ";
    check(Sqlite, table);
}

#[test]
fn the_way_back_is_judged_too() {
    let widened = conversion(Postgres, "varchar(30)", "varchar(50)", None);
    assert_eq!(widened.refused_where.as_deref(), Some("char_length({}) > 30"));
    assert!(widened.may_refuse.is_some() && !widened.drop_default);
    let text = conversion(Postgres, "\"Role\"", "text", None);
    assert!(text.drop_default && text.may_refuse.is_some());
    assert_eq!(not_a_label(&["a", "it's"]), "{}::text NOT IN ('a', 'it''s')");
    assert!(conversion(Postgres, "timestamp", "timestamptz", None).depends_on_zone);
    assert_eq!(using_column(Postgres, "(\"My\"::text::\"Role\")"), Some("\"My\""));
    assert_eq!(using_column(Postgres, "CASE WHEN a THEN 1 END"), None);
}

#[test]
fn no_text_makes_it_panic() {
    let types = [
        "",
        "(",
        "int[",
        "numeric(9223372036854775807,-9223372036854775808)",
        "varchar(99999999999)",
        "enum('",
        "char(-5)",
        "text[]",
        "\"R\"",
        "bit",
        "timestamp(",
        "interval year",
    ];
    let usings = [
        "",
        "(",
        "a::",
        "::",
        "a AT TIME ZONE",
        "ARRAY[",
        "f(",
        "cast(a as",
        "a.b.c",
        "encode(,",
        "é(é)",
        "((((((((((((((((((((((((((((",
    ];
    for dialect in [Postgres, Cockroach, Mysql, Sqlite] {
        for from in types {
            for to in types {
                let _ = conversion(dialect, from, to, None);
                for using in usings {
                    let _ = conversion(dialect, from, to, Some(using));
                    let _ = using_column(dialect, using);
                }
            }
        }
    }
}
