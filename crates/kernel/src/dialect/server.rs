//! Which server of MySQL's family: MySQL and MariaDB part ways in what they take.

/// A server and its version, as far as SQL for it differs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Server {
    /// MariaDB, not MySQL.
    pub maria: bool,
    /// Major, minor and patch. One that is not said is the last of its series.
    pub version: (u32, u32, u32),
}

/// Where a version is not said to the end, the newest of that series is meant.
const NEWEST: u32 = 99;

impl Server {
    /// The server that a word means: `mysql-8.0`, `mysql-5.7.44`, `mariadb-10.11`, or what a server says of itself
    /// (`8.0.36-0ubuntu0.22.04.1`, `5.5.5-10.11.6-MariaDB-1`). None where it is no word for one.
    pub fn from_word(word: &str) -> Option<Server> {
        let lower = word.trim().to_ascii_lowercase();
        let maria = lower.contains("mariadb");
        let named = lower.strip_prefix("mariadb").or_else(|| lower.strip_prefix("mysql"));
        let version = match named {
            Some(rest) => rest.trim_start_matches(['-', ' ', '@']),
            // MariaDB says 5.5.5 first, for old replicas.
            None => lower.strip_prefix("5.5.5-").filter(|_| maria).unwrap_or(&lower),
        };
        let digits = version.split(|c: char| !c.is_ascii_digit() && c != '.').next()?;
        let mut parts = digits.split('.');
        let major = parts.next()?.parse().ok()?;
        let mut next = |unsaid: u32| parts.next().map_or(Some(unsaid), |p| p.parse().ok().filter(|n| *n <= NEWEST));
        // `mysql-8` is 8.0 as well as 8.4: the least that it can mean.
        let minor = next(0)?;
        let patch = next(NEWEST)?;
        (major <= NEWEST).then_some(Server { maria, version: (major, minor, patch) })
    }

    /// As executable comments write it: 80036, 101106.
    pub fn number(self) -> u32 {
        let (major, minor, patch) = self.version;
        major * 10_000 + minor * 100 + patch
    }

    /// It keeps CHECK constraints; before, they are read and forgotten.
    pub fn has_checks(self) -> bool {
        self.since((8, 0, 16), (10, 2, 1))
    }

    /// `ALTER TABLE .. DROP CONSTRAINT`.
    pub fn drops_constraints(self) -> bool {
        self.since((8, 0, 19), (10, 2, 1))
    }

    /// `ALTER TABLE .. RENAME COLUMN`.
    pub fn renames_columns(self) -> bool {
        self.since((8, 0, 3), (10, 5, 2))
    }

    /// `ALTER TABLE .. RENAME INDEX`.
    pub fn renames_indexes(self) -> bool {
        self.since((5, 7, 1), (10, 5, 2))
    }

    fn since(self, mysql: (u32, u32, u32), mariadb: (u32, u32, u32)) -> bool {
        self.version >= if self.maria { mariadb } else { mysql }
    }
}

#[cfg(test)]
mod tests {
    use super::Server;

    #[test]
    fn words_of_people_and_servers() {
        let of = |word: &str| Server::from_word(word).map(|s| (s.maria, s.version));
        assert_eq!(of("mysql-8.0"), Some((false, (8, 0, 99))));
        assert_eq!(of("MySQL 5.7.44"), Some((false, (5, 7, 44))));
        assert_eq!(of("mariadb-10.11"), Some((true, (10, 11, 99))));
        assert_eq!(of("5.5.5-10.11.6-MariaDB-1:10.11.6"), Some((true, (10, 11, 6))));
        assert_eq!(of("8.0.36-0ubuntu0.22.04.1"), Some((false, (8, 0, 36))));
        for bad in ["", "mysql", "postgres-15", "mysql-x", "mysql-8.0.100000"] {
            assert_eq!(of(bad), None, "{bad}");
        }
    }

    #[test]
    fn what_each_can() {
        let can = |word: &str| {
            let server = Server::from_word(word).expect("a server");
            [server.has_checks(), server.drops_constraints(), server.renames_columns(), server.renames_indexes()]
        };
        assert_eq!(can("mysql-5.7"), [false, false, false, true]);
        assert_eq!(can("mysql-8.0.16"), [true, false, true, true]);
        assert_eq!(can("mysql-8.4"), [true; 4]);
        assert_eq!(can("mariadb-10.4"), [true, true, false, false]);
        assert_eq!(can("mariadb-11"), [true; 4]);
    }
}
