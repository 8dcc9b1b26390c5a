//! PostgreSQL's built-in types, and those of extensions that are met often, by the name that `pg_type` has for them.

use super::{Fixed, Kind, Zone};

/// What a type that no user made holds. `modifier` is `atttypmod`, -1 where there is none.
pub fn kind(name: &str, modifier: i64) -> Kind {
    let length = usize::try_from(modifier).ok();
    match name {
        "int2" => Kind::signed(2),
        "int4" => Kind::signed(4),
        "int8" => Kind::signed(8),
        "oid" | "xid" => Kind::Int(1, i128::from(i32::MAX)),
        "numeric" => Kind::Decimal(decimal(modifier)),
        "float4" => Kind::Float { double: false },
        "float8" => Kind::Float { double: true },
        "bool" => Kind::Bool,
        "text" | "citext" => Kind::TEXT,
        "varchar" | "bpchar" => text(length.map(|l| l.saturating_sub(4))),
        "name" => text(Some(40)),
        "char" => Kind::Samples(&["a", "Z", "~"]),
        "bytea" => Kind::Bytes(None),
        "bit" => Kind::Bits(length.unwrap_or(1), Fixed::Yes),
        "varbit" => Kind::Bits(length.unwrap_or(16), Fixed::No),
        "date" => Kind::Date,
        "time" => Kind::Time(digits(modifier), Zone::Without),
        "timetz" => Kind::Time(digits(modifier), Zone::With),
        "timestamp" => Kind::Stamp(digits(modifier), Zone::Without),
        "timestamptz" => Kind::Stamp(digits(modifier), Zone::With),
        "json" | "jsonb" => Kind::Json,
        "uuid" => Kind::Uuid,
        "vector" | "halfvec" => Kind::Vector(length.filter(|l| *l > 0).unwrap_or(3)),
        "int4range" => range(Kind::signed(4), false),
        "int8range" => range(Kind::signed(8), false),
        "numrange" => range(Kind::Decimal(None), false),
        "daterange" => range(Kind::Date, false),
        "tsrange" => range(Kind::Stamp(6, Zone::Without), false),
        "tstzrange" => range(Kind::Stamp(6, Zone::With), false),
        "int4multirange" => range(Kind::signed(4), true),
        "int8multirange" => range(Kind::signed(8), true),
        "nummultirange" => range(Kind::Decimal(None), true),
        "datemultirange" => range(Kind::Date, true),
        "tsmultirange" => range(Kind::Stamp(6, Zone::Without), true),
        "tstzmultirange" => range(Kind::Stamp(6, Zone::With), true),
        _ => samples(name).map_or(Kind::Unknown, Kind::Samples),
    }
}

/// Types of which a few values are enough.
fn samples(name: &str) -> Option<&'static [&'static str]> {
    Some(match name {
        "inet" => &["10.0.0.1", "192.168.7.9/24", "::1", "2001:db8::ff/64", "255.255.255.255", "0.0.0.0/0"],
        "cidr" => &["10.0.0.0/8", "192.168.7.0/24", "::1/128", "2001:db8::/32", "255.255.255.255/32", "0.0.0.0/0"],
        "macaddr" => {
            &["08:00:2b:01:02:03", "ff:ff:ff:ff:ff:ff", "00:00:00:00:00:00", "08:00:2b:01:02:04", "aa:bb:cc:dd:ee:ff"]
        }
        "macaddr8" => &["08:00:2b:01:02:03:04:05", "ff:ff:ff:ff:ff:ff:ff:ff", "00:00:00:00:00:00:00:00"],
        "money" => &["12.34", "-92233720368547758.08", "0", "92233720368547758.07", "1000000.01"],
        "interval" => &[
            "1 year 2 mons -3 days 04:05:06.789",
            "-00:00:00.000001",
            "00:00:00",
            "178000000 years",
            "30 days",
            "1 mon",
        ],
        "xml" => &["<a b=\"1\">é &amp; <c/></a>", "<x/>", "text <b/> text"],
        "tsvector" => &["'cat':3 'fat':2,4A", "", "'O''Reilly':1 'ünï'"],
        "tsquery" => &["'fat' & 'cat'", "'a' | !'b'", "'x':*"],
        "point" => &["(1,2)", "(-1.5,0.1)", "(1e+300,-1e-300)"],
        "line" => &["{1,2,3}", "{-1,0.5,0}"],
        "lseg" => &["[(0,0),(1,1)]", "[(-1,2),(3.5,4)]"],
        "box" => &["(1,1),(0,0)", "(3.5,4),(-1,-2)"],
        "path" => &["((0,0),(1,1),(2,0))", "[(0,0),(1,1)]"],
        "polygon" => &["((0,0),(1,1),(2,0))", "((0,0),(0,1),(1,1),(1,0))"],
        "circle" => &["<(0,0),1>", "<(1.5,-2),0.5>"],
        "pg_lsn" => &["16/B374D848", "0/0", "FFFFFFFF/FFFFFFFF"],
        "pg_snapshot" | "txid_snapshot" => &["10:20:10,14,15", "1:1:"],
        "jsonpath" => &["$.\"a\"", "$[*]"],
        "regclass" => &["pg_class", "pg_type"],
        "regtype" => &["integer", "text"],
        "regproc" => &["now", "random"],
        "xid8" => &["1", "18446744073709551615"],
        "hstore" => &["\"a\"=>\"1\", \"ü\"=>NULL", "", "\"k\"=>\"it's \\\"q\\\"\""],
        "ltree" => &["Top.Science.Astronomy", "Top", "a.b.c.d"],
        "lquery" => &["Top.*", "*.a"],
        "geometry" | "geography" => {
            &["SRID=4326;POINT(1 2)", "SRID=4326;POINT(-1.5 0.1)", "SRID=4326;LINESTRING(0 0,1 1)"]
        }
        "sparsevec" => &["{1:1.5}/3", "{}/3"],
        "cube" => &["(1, 2, 3)", "(0)"],
        "isbn" => &["978-0-393-04002-9"],
        _ => return None,
    })
}

fn text(longest: Option<usize>) -> Kind {
    Kind::Text { longest, charset: super::Charset::Unicode }
}

fn range(of: Kind, multi: bool) -> Kind {
    Kind::Range { of: Box::new(of), multi }
}

/// `numeric(10, 2)` is kept as `((10 << 16) | 2) + 4`; a scale can be negative since version 15 (eleven bits, signed).
fn decimal(modifier: i64) -> Option<(u32, u32)> {
    let packed = u32::try_from(modifier - 4).ok()?;
    let (digits, scale) = (packed >> 16, packed & 0x7ff);
    let scale = if scale >= 1024 { 0 } else { scale };
    Some((digits, scale))
}

fn digits(modifier: i64) -> u32 {
    u32::try_from(modifier).ok().filter(|d| *d <= 6).unwrap_or(6)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn modifiers() {
        assert_eq!(kind("numeric", ((10 << 16) | 2) + 4), Kind::Decimal(Some((10, 2))));
        assert_eq!(kind("numeric", -1), Kind::Decimal(None));
        assert_eq!(kind("varchar", 34), text(Some(30)));
        assert_eq!(kind("timestamp", 3), Kind::Stamp(3, Zone::Without));
        assert_eq!(kind("timestamptz", -1), Kind::Stamp(6, Zone::With));
        assert_eq!(kind("nonesuch", -1), Kind::Unknown);
    }
}
