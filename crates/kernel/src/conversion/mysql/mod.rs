//! MySQL and MariaDB: MODIFY converts as an INSERT would. Strict mode refuses what does not fit, without it the value is
//! cut in silence; a migration does not say which it runs in, so what one refuses counts as lost.

mod family;
mod judge;
mod question;

use super::Conversion;
use family::Column;

pub(super) fn conversion(from: &str, to: &str) -> Conversion {
    let (from, to) = (Column::read(from), Column::read(to));
    let (up, back) = (judge::judge(&from, &to), judge::judge(&to, &from));
    // Rounding is never refused.
    let silent = judge::rounds_only(&to, &from);
    let without = |what: &String| if silent { what.clone() } else { format!("{what} (without strict mode)") };
    let mut out = Conversion {
        loses: up.loses,
        may_refuse: back.loses.as_ref().filter(|_| !silent).map(|what| format!("{what} (strict mode)")),
        back_loses: back.loses.as_ref().map(without),
        depends_on_zone: up.zone || back.zone,
        ..Conversion::default()
    };
    if out.back_loses.is_some() {
        out.refused_where = question::question(&to, &from);
    }
    if from.collation != to.collation && out.back_loses.is_none() {
        out.may_refuse = Some("values that the other collation takes for equal, where a unique key covers them".into());
    }
    out
}
