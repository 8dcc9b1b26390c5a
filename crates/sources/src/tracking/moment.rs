//! Times, as the tools write them.

use std::fmt;

/// Milliseconds since 1970, UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Moment(pub i64);

impl Moment {
    /// Reads what a query of ours answers: whole milliseconds.
    pub(super) fn read(text: Option<&str>) -> Option<Moment> {
        text?.parse().ok().map(Moment)
    }

    /// `2026-11-21 07:01:35.570`, as MySQL takes a DATETIME(3).
    pub(super) fn plain(self) -> String {
        self.parts(' ')
    }

    fn parts(self, between: char) -> String {
        let (days, ms) = (self.0.div_euclid(86_400_000), self.0.rem_euclid(86_400_000));
        let (year, month, day) = civil(days);
        let (hour, minute, second) = (ms / 3_600_000, ms / 60_000 % 60, ms / 1000 % 60);
        format!("{year:04}-{month:02}-{day:02}{between}{hour:02}:{minute:02}:{second:02}.{:03}", ms % 1000)
    }
}

/// ISO 8601: `2026-11-21T07:01:35.570+00:00`, as Prisma's JavaScript drivers write it into SQLite.
impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "{}+00:00", self.parts('T'))
    }
}

/// The time that a folder's name begins with, `YYYYMMDDHHMMSS` in UTC, as drizzle-orm computes it (JavaScript's
/// `Date.UTC`, which lets a 13th month run over into the next year).
pub fn of_name(name: &str) -> Option<i64> {
    let digits = name.get(..14).filter(|d| d.bytes().all(|b| b.is_ascii_digit()))?;
    let number = |from: usize, to: usize| digits[from..to].parse::<i64>().ok();
    let (year, month, day) = (number(0, 4)?, number(4, 6)?, number(6, 8)?);
    let (hour, minute, second) = (number(8, 10)?, number(10, 12)?, number(12, 14)?);
    let months = year * 12 + month - 1;
    let days = day_of(months.div_euclid(12), months.rem_euclid(12) + 1) + day - 1;
    Some((((days * 24 + hour) * 60 + minute) * 60 + second) * 1000)
}

/// The first of a month, in days since 1970. Years begin in March, so that the leap day is their last.
fn day_of(year: i64, month: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let (era, of_era) = (year.div_euclid(400), year.rem_euclid(400));
    let of_year = (153 * ((month + 9) % 12) + 2) / 5;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

/// Year, month and day of a day since 1970.
fn civil(days: i64) -> (i64, i64, i64) {
    // A first guess that is never too late, then forward to the year and the month that hold the day.
    let mut year = 1970 + days.div_euclid(366).min(days.div_euclid(365));
    while day_of(year + 1, 1) <= days {
        year += 1;
    }
    let month = (1..=12).rev().find(|month| day_of(year, *month) <= days).unwrap_or(1);
    (year, month, days - day_of(year, month) + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_javascript_prints_them() {
        // new Date(ms).toISOString() in Node 20
        for (ms, text) in [
            (0, "1970-01-01T00:00:00.000+00:00"),
            (-1, "1969-12-31T23:59:59.999+00:00"),
            (1_795_243_661_123, "2026-11-21T06:47:41.123+00:00"),
            (951_782_400_000, "2000-02-29T00:00:00.000+00:00"),
            (4_107_542_399_000, "2100-02-28T23:59:59.000+00:00"),
        ] {
            assert_eq!(Moment(ms).to_string(), text);
        }
        assert_eq!(Moment(1_795_243_661_123).plain(), "2026-11-21 06:47:41.123");
    }

    #[test]
    fn every_day_there_and_back() {
        let mut before = String::new();
        for day in (-40_000..80_000).step_by(13) {
            let text = Moment(day * 86_400_000).to_string();
            let digits: String = text.chars().filter(char::is_ascii_digit).take(14).collect();
            assert_eq!(of_name(&digits), Some(day * 86_400_000), "{text}");
            assert!(before < text);
            before = text;
        }
    }

    #[test]
    fn times_of_folders() {
        assert_eq!(of_name("20261121070101_x"), Some(1_795_244_461_000));
        assert_eq!(of_name("20261301000000"), of_name("20270101000000"));
        for none in ["", "2026", "init", "2026112107010x_a", "0000_ä0000000000"] {
            assert_eq!(of_name(none), None, "{none}");
        }
    }
}
