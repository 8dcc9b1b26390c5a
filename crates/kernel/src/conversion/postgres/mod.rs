//! PostgreSQL: both directions are judged by one table of pairs, since the way back is a change of type like any other.

mod family;
mod judge;
mod question;
mod using;
mod way;

use super::Conversion;
use crate::Dialect;
use family::{Family, Type};
use judge::{Cast, Verdict, judge};
use using::Using;
use way::{Way, way};

pub use question::not_a_label;
pub use using::{JSONB_ELEMENTS, using_column};

pub(super) fn conversion(dialect: Dialect, from: &str, to: &str, using: Option<&str>) -> Conversion {
    let (from, to) = (Type::read(dialect, from), Type::read(dialect, to));
    match using.map(|text| using::read(dialect, text)) {
        None if from.text == to.text => Conversion::default(),
        None => plain(&from, &to, judge(&from, &to, Cast::Assign)),
        Some(Using::Casts(casts)) => plain(&from, &to, through(&from, &to, &casts)),
        Some(Using::Call(call)) => using::call(&from, &to, &call).unwrap_or_else(|| unknown(&from, &to)),
        Some(Using::Other) => unknown(&from, &to),
    }
}

/// The column itself, cast from type to type.
fn through(from: &Type, to: &Type, casts: &[Type]) -> Verdict {
    // By way of text an enum becomes another; everything else comes out at best as with the direct cast.
    let casts = match casts {
        [first, rest @ ..] if first.family == Family::Text(None) && !rest.is_empty() => rest,
        all => all,
    };
    let mut all = Verdict::default();
    let mut at = from;
    for next in casts {
        all = all.and(judge(at, next, Cast::Explicit));
        at = next;
    }
    if at.text != to.text {
        all = all.and(judge(at, to, Cast::Assign));
    }
    all
}

/// A change that only casts: the way back casts too.
fn plain(from: &Type, to: &Type, up: Verdict) -> Conversion {
    let mut out = Conversion { loses: up.loses, depends_on_zone: up.zone, ..Conversion::default() };
    match way(to, from) {
        Way::Plain => {}
        Way::Using(expression) => {
            out.back_using = Some(expression);
            out.drop_default = true;
        }
        Way::None => {
            out.impossible = Some(format!("no cast leads from {} back to {}", to.text, from.text));
            out.loses.get_or_insert_with(|| "nothing brings the values back".into());
            out.drop_default = true;
            return out;
        }
    }
    let back = judge(to, from, Cast::Assign);
    out.depends_on_zone |= back.zone;
    out.may_refuse = back.refuses;
    out.back_loses = back.loses;
    if out.may_refuse.is_some() || out.back_loses.is_some() {
        out.refused_where = question::question(to, from);
    }
    out
}

/// An expression that we can't turn round: its values stay changed, and where even a cast leads nowhere, a person
/// decides.
fn unknown(from: &Type, to: &Type) -> Conversion {
    let mut out = plain(from, to, Verdict::default());
    out.loses = Some("what the USING expression did to the values is not undone".into());
    // Text of another meaning would be refused as a label at best.
    if from.user() && !to.user() {
        out.impossible = Some(format!("nothing says which {} stands for which {}", to.text, from.text));
    }
    out
}
