use super::*;

fn pairs(dialect: Dialect, table: &str) {
    for line in table.lines().filter(|l| !l.trim().is_empty()) {
        let (written, printed) = line.split_once(" = ").unwrap_or((line, line));
        assert_eq!(canonical(dialect, written), printed.trim(), "{written}");
        assert_eq!(canonical(dialect, printed.trim()), printed.trim(), "twice: {printed}");
    }
}

/// The right side is what PostgreSQL 15's format_type printed for a column made with the left side.
#[test]
fn as_postgres_prints_them() {
    let table = r#"
int4 = integer
INT = integer
serial = integer
BIGSERIAL = bigint
VARCHAR ( 10 ) = character varying(10)
char varying(3) = character varying(3)
national character varying(4) = character varying(4)
char = character(1)
nchar(3) = character(3)
bpchar = bpchar
bpchar(3) = character(3)
"char" = "char"
timestamptz(3) = timestamp(3) with time zone
timestamp (3) = timestamp(3) without time zone
timestamp(9) = timestamp(6) without time zone
time = time without time zone
time (3) with time zone = time(3) with time zone
DECIMAL( 65 , 30 ) = numeric(65,30)
numeric(5) = numeric(5,0)
numeric(3,-2) = numeric(3,-2)
float(24) = real
float(25) = double precision
bit = bit(1)
"bit" = "bit"
varbit(3) = bit varying(3)
integer array[3] = integer[]
text[][] = text[]
timestamptz(3)[] = timestamp(3) with time zone[]
public."Role" = "Role"
"Role"[] = "Role"[]
ROLE2 = role2
"S x"."My ""T" = "S x"."My ""T"
other.THING[] = other.thing[]
"order" = "order"
"integer" = "integer"
interval day to second(3) = interval day to second(3)
interval second(2) = interval second(2)
pg_catalog.varchar(3) = character varying(3)
pg_catalog.char = "char"
"timestamptz"(3) = timestamp(3) with time zone
JSONB[] = jsonb[]
integer /* c */ = integer
vector(1536) = vector(1536)
"#;
    pairs(Dialect::Postgres, table);
}

/// The right side is what MariaDB 10.11 showed, less its display widths.
#[test]
fn as_mysql_prints_them() {
    let table = "
INTEGER = int
INT(11) = int
int(10) unsigned zerofill = int(10) unsigned zerofill
int zerofill = int(10) unsigned zerofill
TINYINT(4) = tinyint
BOOLEAN = tinyint(1)
tinyint(1) unsigned = tinyint unsigned
int8 = bigint
dec = decimal(10,0)
DECIMAL ( 10 , 2 ) = decimal(10,2)
float(30) = double
DOUBLE PRECISION = double
character(4) = char(4)
char = char(1)
char varying(5) = varchar(5)
char byte = binary(1)
TEXT(60) = tinytext
text(20000) = mediumtext
long varbinary = mediumblob
datetime(0) = datetime
ENUM( 'a' , 'B' ) = enum('a','B')
enum('it''s','x ') = enum('it''s','x')
enum(\"a\",\"b'c\") = enum('a','b''c')
json = json
numeric unsigned = decimal(10,0) unsigned
varchar(10) charset utf8 collate `utf8_bin` = varchar(10) character set utf8mb3 collate utf8mb3_bin
";
    pairs(Dialect::Mysql, table);
}

#[test]
fn sqlite_keeps_what_was_written() {
    pairs(
        Dialect::Sqlite,
        "VARCHAR( 10 ) = varchar(10)\nunsigned  BIG int = unsigned big int\nDECIMAL(10, 2) = decimal(10,2)",
    );
}

#[test]
fn cockroach_has_wide_integers() {
    pairs(Dialect::Cockroach, "INT = bigint\nSTRING[] = text[]\nINT4 = int4\nSERIAL4 = bigint\nBYTES = bytea");
}

#[test]
fn serial_is_no_type() {
    assert_eq!(is_serial(" BigSerial "), Some("bigint"));
    assert_eq!(is_serial("\"serial\""), None);
    assert_eq!(internal_name("timestamp(3) with time zone"), "timestamptz");
    assert_eq!(internal_name("other.\"A b\""), "A b");
}

#[test]
fn no_text_makes_it_panic() {
    let all = [Dialect::Postgres, Dialect::Cockroach, Dialect::Mysql, Dialect::Sqlite];
    for text in [
        "",
        "(",
        ")",
        "a(",
        "a((,",
        "\"",
        "\"a",
        ".",
        "a.",
        "[",
        "a[",
        "int[3",
        "enum('",
        "enum('é",
        "é(é",
        "bool",
        "boo\u{e9}",
        "\u{feff}",
        "timestamp(",
        "interval(9) day to",
        "text(99999999999999999999)",
        "boé",
    ] {
        for dialect in all {
            let _ = canonical(dialect, text);
        }
        let _ = internal_name(text);
        let _ = is_serial(text);
    }
}
