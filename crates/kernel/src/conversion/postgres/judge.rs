//! One direction of a change of type: what it cuts or rounds in silence, and what it refuses.
//!
//! "Loses" means that the value does not come back the same when it is converted back; a value that is refused is not
//! lost. Sources: the manual's pages on the types and `pg_cast`, each pair run on PostgreSQL 15 with edge values.

use super::family::Family::{self, *};
use super::family::Type;

/// Which cast is used. They differ where a length is exceeded: ALTER TYPE alone assigns, and assigning refuses all but
/// spaces; an explicit cast cuts in silence (manual, "Character Types").
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Cast {
    Assign,
    Explicit,
}

/// What one direction does.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Verdict {
    pub(super) loses: Option<String>,
    pub(super) refuses: Option<String>,
    pub(super) zone: bool,
}

impl Verdict {
    /// One after the other.
    pub(super) fn and(self, next: Verdict) -> Verdict {
        Verdict {
            loses: self.loses.or(next.loses),
            refuses: self.refuses.or(next.refuses),
            zone: self.zone || next.zone,
        }
    }

    fn refuses_if(mut self, yes: bool, why: impl FnOnce() -> String) -> Verdict {
        if yes {
            self.refuses = Some(why());
        }
        self
    }

    fn loses_if(mut self, yes: bool, what: impl FnOnce() -> String) -> Verdict {
        if yes {
            self.loses = Some(what());
        }
        self
    }

    fn in_zone(mut self) -> Verdict {
        self.zone = true;
        self
    }
}

const CLEAN: Verdict = Verdict { loses: None, refuses: None, zone: false };

fn loses(what: impl Into<String>) -> Verdict {
    Verdict { loses: Some(what.into()), ..CLEAN }
}

/// What one direction does to the values.
pub(super) fn judge(a: &Type, b: &Type, cast: Cast) -> Verdict {
    if a.text == b.text {
        return CLEAN;
    }
    match (a.array, b.array) {
        (true, true) => judge(&a.element(), &b.element(), cast),
        (false, false) => pair(a, b, cast),
        (true, false) if b.is_text() => to_text(&Jsonb, &b.family, cast),
        (false, true) if a.is_text() => from_text(a, b),
        (true, false) => loses("all elements but one are gone"),
        (false, true) => CLEAN.refuses_if(true, || format!("values that are not a {}", b.text)),
    }
}

fn pair(a: &Type, b: &Type, cast: Cast) -> Verdict {
    match (&a.family, &b.family) {
        (x, y) if x.is_text() && y.is_text() => texts(x, y, cast),
        (x, y) if y.is_text() => to_text(x, y, cast),
        (x, _) if x.is_text() => from_text(a, b),
        (Int(_) | Numeric(_) | Float(_) | Money | Bool, Int(_) | Numeric(_) | Float(_) | Money | Bool) => {
            numbers(&a.family, &b.family)
        }
        (Date | Time(_) | Timetz(_) | Timestamp(_) | Timestamptz(_) | Interval(..), y) if is_time(y) => {
            times(&a.family, &b.family)
        }
        (Bit(_) | Varbit(_), Bit(_) | Varbit(_)) => bits(&a.family, &b.family, cast),
        (Json, Jsonb) => Verdict {
            loses: Some("JSON loses its white space, the order of its keys and keys that occur twice".into()),
            refuses: Some("JSON with \\u0000 or a number out of range".into()),
            zone: false,
        },
        (Jsonb, Json) | (Cidr, Inet) | (Macaddr, Macaddr8) => CLEAN,
        (Inet, Cidr) => loses("the bits of the host are set to zero"),
        (Macaddr8, Macaddr) => CLEAN.refuses_if(true, || "addresses of 8 bytes".into()),
        (User, User) => CLEAN.refuses_if(true, || format!("values that {} does not have", b.text)),
        (Float(_), Jsonb) => loses("-0 comes back as 0"),
        (_, Json | Jsonb) => CLEAN,
        (Json | Jsonb, _) => loses(format!("JSON that is not written as {} comes back otherwise", b.text))
            .refuses_if(true, || format!("JSON that is not a {}", b.text)),
        _ => loses(format!("values that {} can't hold exactly come back otherwise", b.text))
            .refuses_if(true, || format!("values that are not a {}", b.text)),
    }
}

fn is_time(family: &Family) -> bool {
    matches!(family, Date | Time(_) | Timetz(_) | Timestamp(_) | Timestamptz(_) | Interval(..))
}

/// The most characters that a text of the family has, where there is a most.
fn longest(family: &Family) -> Option<i64> {
    Some(match family {
        Text(Some(n)) | Char(n) => *n,
        Name | User => 63, // bytes, so no more characters than that
        Byte => 4,         // \377
        Int(16) => 6,
        Int(32) => 11,
        Int(_) => 20,
        Float(24) => 15,
        Float(_) => 24,
        Bool => 5,
        Uuid => 36,
        Date => 13,
        Time(_) => 15,
        Timetz(_) => 24,
        Timestamp(_) => 29,
        Timestamptz(_) => 38,
        Inet | Cidr => 49,
        Macaddr => 17,
        Macaddr8 => 23,
        Bit(n) | Varbit(Some(n)) => *n,
        // A sign, a point, and NaN.
        Numeric(Some((p, s))) => ((p - s).max(1) + (*s).max(0) + 2).max(3),
        _ => return None,
    })
}

fn limit(family: &Family) -> Option<i64> {
    match family {
        Text(limit) => *limit,
        Char(n) => Some(*n),
        Name => Some(63),
        Byte => Some(1),
        _ => None,
    }
}

fn over(n: i64) -> String {
    format!("text of more than {n} characters")
}

/// Any type that is not text, written as text.
fn to_text(a: &Family, b: &Family, cast: Cast) -> Verdict {
    if *a == Xml && *b == Citext {
        return loses("the XML declaration is gone");
    }
    let Some(n) = limit(b) else {
        return CLEAN.loses_if(*b == Bpchar && spaced(a), || "spaces at the end of a text are gone".into());
    };
    let fits = longest(a).is_some_and(|most| most <= n);
    let silent = cast == Cast::Explicit || matches!(b, Name | Byte);
    let spaces = spaced(a) || (matches!(b, Char(_)) && *a == User);
    if fits && !spaces {
        CLEAN
    } else if !fits && silent {
        loses(format!("text after {n} characters is cut off"))
    } else {
        CLEAN
            .loses_if(spaces, || "spaces at the end of a text are gone".into())
            .refuses_if(!fits && !silent, || over(n))
    }
}

/// Its text may end in spaces that are no padding.
fn spaced(family: &Family) -> bool {
    matches!(family, Json | Xml)
}

/// Text read as something else.
fn from_text(a: &Type, b: &Type) -> Verdict {
    let refused = CLEAN.refuses_if(true, || format!("text that is not a {}", b.text));
    // The text itself is kept: an enum's label has one spelling, json and xml are stored as written.
    let verbatim = matches!(b.family, User | Json | Xml) && !b.array && a.family != Byte;
    refused.loses_if(!verbatim, || format!("text not written just as {} prints it comes back otherwise", b.text))
}

/// Between the kinds of text.
fn texts(a: &Family, b: &Family, cast: Cast) -> Verdict {
    match (a, b) {
        (_, Byte) => return loses("all but the first byte is cut off"),
        (Byte, Char(_) | Bpchar) => return loses("a space is gone"),
        (Char(_), Bpchar) => return CLEAN,
        (Bpchar, Text(_) | Citext | Name | Char(_)) if limit(b).is_none() => {
            return loses("spaces at the end of a text are gone");
        }
        (Text(_) | Citext | Name, Bpchar) => return loses("spaces at the end of a text are gone"),
        (_, Name) => {
            // 63 bytes, and a character has up to four.
            let fits = longest(a).is_some_and(|n| n <= 15) && *a != Bpchar;
            return CLEAN.loses_if(!fits, || "text after 63 bytes is cut off".into());
        }
        _ => {}
    }
    let spaces = !matches!(a, Char(_)) && (matches!(b, Char(_)) || *a == Bpchar);
    let Some(n) = limit(b) else { return CLEAN };
    let fits = longest(a).is_some_and(|most| most <= n);
    if fits {
        return CLEAN.loses_if(spaces, || "spaces at the end of a text are gone".into());
    }
    match cast {
        Cast::Explicit => loses(format!("text after {n} characters is cut off")),
        Cast::Assign => CLEAN
            .loses_if(!matches!(a, Char(_)), || format!("spaces after {n} characters are cut off"))
            .refuses_if(true, || over(n)),
    }
}

/// The decimal digits that an integer has at most, and those that it holds whatever they are.
fn digits(bits: u32) -> (i64, i64) {
    match bits {
        16 => (5, 4),
        32 => (10, 9),
        _ => (19, 18),
    }
}

fn range(b: &Family) -> String {
    let name = match b {
        Int(16) => "smallint",
        Int(32) => "integer",
        Int(_) => "bigint",
        Float(24) => "real",
        Money => "money",
        _ => return "numbers that do not fit".into(),
    };
    format!("numbers out of the range of {name}")
}

fn numbers(a: &Family, b: &Family) -> Verdict {
    let out_of_range = |yes: bool| CLEAN.refuses_if(yes, || range(b));
    let rounded = || "fractions are rounded".to_string();
    match (a, b) {
        (Bool, _) => CLEAN,
        (_, Bool) => loses("every number but 0 becomes 1"),
        (Int(x), Int(y)) => out_of_range(y < x),
        (Int(_), Numeric(None)) => CLEAN,
        (Int(x), Numeric(Some((p, s)))) => {
            let room = p - s;
            out_of_range(room < digits(*x).0).loses_if(*s < 0, || "low digits are rounded".into())
        }
        (Int(x), Float(y)) => CLEAN.loses_if(x > y, || "digits that it can't hold are rounded".into()),
        (Int(x), Money) => out_of_range(*x > 32),
        (Numeric(None), Int(_)) => out_of_range(true).loses_if(true, rounded),
        (Numeric(Some((p, s))), Int(y)) => out_of_range(p - s > digits(*y).1).loses_if(*s > 0, rounded),
        (Numeric(_), Numeric(None)) => CLEAN,
        (Numeric(None), Numeric(Some(_))) => out_of_range(true)
            .loses_if(true, || "digits after its scale are rounded, zeros before that filled up".into()),
        (Numeric(Some((p, s))), Numeric(Some((q, t)))) => {
            // Rounding up may need a digit more.
            let room = q - t;
            let need = p - s;
            out_of_range(room < need || (t < s && room <= need))
                .loses_if(t < s, || format!("digits after {t} decimal places are rounded"))
        }
        (Numeric(Some((p, s))), Float(y)) => {
            // FLT_DIG and DBL_DIG, which the cast back to numeric uses.
            let exact = if *y == 24 { 6 } else { 15 };
            CLEAN
                .loses_if(*p > exact || s.abs() > 30, || format!("digits after the first {exact} are rounded"))
                .refuses_if(p - s > 38 && *y == 24, || range(b))
        }
        (Numeric(None), Float(_)) => {
            out_of_range(true).loses_if(true, || "digits that it can't hold are rounded".into())
        }
        (Float(24), Float(_)) => CLEAN,
        (Float(_), Float(_)) => out_of_range(true).loses_if(true, || "digits after the first 6 are rounded".into()),
        (Float(_), Int(_)) => out_of_range(true).loses_if(true, rounded),
        (Float(y), Numeric(limits)) => {
            let digits = if *y == 24 { 6 } else { 15 };
            out_of_range(limits.is_some()).loses_if(true, || format!("digits after the first {digits} are rounded"))
        }
        (Money, Numeric(None)) => CLEAN,
        (Money, Numeric(Some((p, s)))) => out_of_range(p - s < 17).loses_if(*s < 2, rounded),
        (Money, _) => out_of_range(true).loses_if(true, rounded),
        // How many decimal places money has depends on lc_monetary.
        (Numeric(Some((p, s))), Money) => {
            out_of_range(p - s > 16).loses_if(*s > 0, || "digits that money does not have are rounded".into())
        }
        (_, Money) => out_of_range(true).loses_if(true, rounded),
        _ => CLEAN,
    }
}

fn precision(family: &Family) -> i64 {
    match family {
        Time(p) | Timetz(p) | Timestamp(p) | Timestamptz(p) | Interval(_, p) => *p,
        _ => 0,
    }
}

const MISSING_HOUR: &str =
    "in a TimeZone with summer time, times in the hour that is skipped or repeated come back an hour off";

fn times(a: &Family, b: &Family) -> Verdict {
    let finer = precision(a) > precision(b);
    let cut = || format!("fractions of a second after {} digits are rounded", precision(b));
    match (a, b) {
        (Timestamp(_), Timestamptz(_)) | (Timestamptz(_), Timestamp(_)) => loses(MISSING_HOUR).in_zone(),
        (Date, Timestamp(_)) => CLEAN.refuses_if(true, || "dates after the year 294276".into()),
        (Date, Timestamptz(_)) => CLEAN.refuses_if(true, || "dates after the year 294276".into()).in_zone(),
        (Timestamp(_), Date) => loses("the time of day is gone"),
        (Timestamptz(_), Date) => loses("the time of day is gone").in_zone(),
        (Timestamp(_), Time(_)) => loses("the date is gone"),
        (Timestamptz(_), Time(_) | Timetz(_)) => loses("the date is gone").in_zone(),
        (Time(_), Timetz(_)) => CLEAN.loses_if(finer, cut).in_zone(),
        (Timetz(_), Time(_)) => loses("the time zone is gone").in_zone(),
        (Time(_), Interval(..)) => loses("24:00 comes back as 00:00"),
        (Interval(..), Time(_)) => loses("whole days are gone"),
        (Interval(x, _), Interval(y, _)) if !y.is_empty() && x != y => loses(format!("all but {y} is cut off")),
        (Time(_), Time(_))
        | (Timetz(_), Timetz(_))
        | (Timestamp(_), Timestamp(_))
        | (Timestamptz(_), Timestamptz(_))
        | (Interval(..), Interval(..)) => CLEAN.loses_if(finer, cut),
        _ => {
            loses("values that the other type can't hold are gone").refuses_if(true, || "values of another kind".into())
        }
    }
}

fn bits(a: &Family, b: &Family, cast: Cast) -> Verdict {
    let (Bit(m) | Varbit(Some(m))) = a else {
        return match (b, cast) {
            (Varbit(None), _) => CLEAN,
            (_, Cast::Assign) => CLEAN.refuses_if(true, || "bit strings of another length".into()),
            (_, Cast::Explicit) => loses("bit strings of another length are cut off or filled up"),
        };
    };
    let fits = match b {
        Varbit(None) => true,
        Varbit(Some(n)) => m <= n,
        Bit(n) => m == n && matches!(a, Bit(_)),
        _ => false,
    };
    match cast {
        _ if fits => CLEAN,
        Cast::Assign => CLEAN.refuses_if(true, || "bit strings of another length".into()),
        Cast::Explicit => loses("bit strings of another length are cut off or filled up"),
    }
}
