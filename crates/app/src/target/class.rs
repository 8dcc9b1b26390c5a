//! What kind of database it is: whether a person must name it before anything is done to it.

use std::net::IpAddr;

/// Local and ephemeral databases are free to be changed; of the others the name must be given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Class {
    /// On this machine.
    Local,
    /// It carries our mark of a database that was made to be thrown away.
    Ephemeral,
    /// It is known to matter.
    Protected,
    /// Nothing is known of it: it counts as protected.
    Unknown,
}

impl Class {
    /// The word of JSON.
    pub fn word(self) -> &'static str {
        match self {
            Class::Local => "local",
            Class::Ephemeral => "ephemeral",
            Class::Protected => "protected",
            Class::Unknown => "unknown",
        }
    }

    /// Its name must be given.
    pub fn is_protected(self) -> bool {
        matches!(self, Class::Protected | Class::Unknown)
    }
}

/// A row of ours in the database that says what it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Marker {
    /// Made by unmigrate, to be thrown away.
    Ephemeral,
    /// Somebody marked it as one that matters.
    Protected,
}

/// Patterns of databases that matter, as the project's `unmigrate.json` has them: `{ "protected": ["*prod*"] }`. A config
/// file can protect and never the other way round.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Protection {
    /// Each is compared with the database's name, the host's name, and `host/name`; `*` stands for anything, case does not
    /// count.
    pub patterns: Vec<String>,
}

impl Protection {
    /// Reads the file's text.
    ///
    /// # Errors
    /// What is wrong with it, in words: a file that was meant to protect and is not understood must not pass in silence.
    pub fn parse(text: &str) -> Result<Protection, String> {
        let config: serde_json::Value = serde_json::from_str(text).map_err(|e| e.to_string())?;
        let Some(listed) = config.get("protected") else { return Ok(Protection::default()) };
        let pattern = |value: &serde_json::Value| value.as_str().map(str::to_owned);
        let patterns = listed.as_array().and_then(|list| list.iter().map(pattern).collect());
        patterns.map(|patterns| Protection { patterns }).ok_or_else(|| "`protected` is not a list of texts".into())
    }
}

/// What is known of a database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Facts<'a> {
    /// The row of ours that it carries.
    pub marker: Option<Marker>,
    /// The host of the URL; none: a file, or a socket of this machine.
    pub host: Option<&'a str>,
    /// The address that the server itself says it is reached under, where it tells. Behind a tunnel it is not this machine.
    pub server: Option<&'a str>,
    /// The database's name, or the file's path.
    pub database: &'a str,
    /// What the environment calls itself (`NODE_ENV`, `VERCEL_ENV`, `RAILS_ENV` ...), as it is set.
    pub environment: Option<&'a str>,
    /// What the project protects.
    pub protection: &'a Protection,
}

/// The class of a database, and why, in a sentence without a full stop.
///
/// What protects comes before what frees: a database that is marked as disposable and matches a protecting pattern is
/// protected.
pub fn classify(facts: &Facts) -> (Class, String) {
    if facts.marker == Some(Marker::Protected) {
        return (Class::Protected, "it carries the mark of a protected database".into());
    }
    if let Some(pattern) = facts.protection.patterns.iter().find(|pattern| facts.is_named(pattern)) {
        return (Class::Protected, format!("`{pattern}` in unmigrate.json protects it"));
    }
    if facts.marker == Some(Marker::Ephemeral) {
        return (Class::Ephemeral, "it carries unmigrate's mark of a database to be thrown away".into());
    }
    if facts.environment.is_some_and(|word| matches!(word.to_ascii_lowercase().as_str(), "production" | "prod")) {
        return (Class::Protected, "the environment says that this is production".into());
    }
    let Some(host) = facts.host else { return (Class::Local, "it is on this machine".into()) };
    if !is_this_machine(host) {
        return (Class::Unknown, format!("nothing tells what `{host}` is"));
    }
    match facts.server.filter(|server| !is_near(server)) {
        Some(server) => (Class::Unknown, format!("`{host}` leads to {server}, another machine")),
        None => (Class::Local, format!("`{host}` is this machine")),
    }
}

impl Facts<'_> {
    fn is_named(&self, pattern: &str) -> bool {
        let host = self.host.unwrap_or_default();
        let names = [self.database.to_owned(), host.to_owned(), format!("{host}/{}", self.database)];
        names.iter().any(|name| matches(&pattern.to_lowercase(), &name.to_lowercase()))
    }
}

fn is_this_machine(host: &str) -> bool {
    let host = host.trim_start_matches('[').trim_end_matches(']');
    let named = host.eq_ignore_ascii_case("localhost") || host.to_ascii_lowercase().ends_with(".localhost");
    named || host.starts_with('/') || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

/// A server that is reached through this machine's own name and is on it: also in a container, whose networks lie in
/// 172.16.0.0/12. Anything else is the far end of a tunnel.
fn is_near(server: &str) -> bool {
    let address = server.split('/').next().unwrap_or(server).parse::<IpAddr>();
    address.is_ok_and(|address| match address {
        IpAddr::V4(v4) => v4.is_loopback() || (v4.octets()[0] == 172 && (16..32).contains(&v4.octets()[1])),
        IpAddr::V6(v6) => v6.is_loopback(),
    })
}

/// Does a text match a pattern in which `*` stands for anything?
pub(crate) fn matches(pattern: &str, text: &str) -> bool {
    let mut parts = pattern.split('*');
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = text.strip_prefix(first) else { return false };
    let mut parts: Vec<&str> = parts.collect();
    let Some(last) = parts.pop() else { return rest.is_empty() };
    for part in parts {
        match rest.split_once(part) {
            Some((_, after)) => rest = after,
            None => return false,
        }
    }
    rest.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table() {
        use Class::{Ephemeral, Local, Protected, Unknown};
        let protection =
            Protection::parse(r#"{ "protected": ["*prod*", "db.example.com", "10.0.0.5/main"] }"#).unwrap();
        let plain = Facts {
            marker: None,
            host: Some("localhost"),
            server: None,
            database: "app",
            environment: None,
            protection: &protection,
        };
        let host = |host| Facts { host: Some(host), ..plain };
        let marked = |marker, facts| Facts { marker: Some(marker), ..facts };
        for (facts, class) in [
            (plain, Local),
            (Facts { host: None, database: "./dev.db", ..plain }, Local),
            (host("127.0.0.1"), Local),
            (host("[::1]"), Local),
            (host("/var/run/postgresql"), Local),
            (host("db"), Unknown),
            (host("10.0.0.4"), Unknown),
            (host("localhost.example.com"), Unknown),
            (host("DB.example.com"), Protected),
            (Facts { database: "main", ..host("10.0.0.5") }, Protected),
            (Facts { database: "shop_PROD_2", ..plain }, Protected),
            (Facts { server: Some("172.18.0.2"), ..plain }, Local),
            (Facts { server: Some("127.0.0.1/32"), ..plain }, Local),
            (Facts { server: Some("10.2.3.4"), ..plain }, Unknown),
            (Facts { environment: Some("production"), ..plain }, Protected),
            (Facts { environment: Some("development"), ..plain }, Local),
            (marked(Marker::Protected, plain), Protected),
            (marked(Marker::Ephemeral, host("far.example.org")), Ephemeral),
            (marked(Marker::Ephemeral, Facts { environment: Some("production"), ..plain }), Ephemeral),
            (marked(Marker::Ephemeral, Facts { database: "production", ..plain }), Protected),
        ] {
            let (found, why) = classify(&facts);
            assert_eq!(found, class, "{facts:?}: {why}");
            assert_eq!(found.is_protected(), matches!(class, Protected | Unknown));
        }
    }

    #[test]
    fn patterns() {
        for (pattern, text, fits) in [
            ("a*", "abc", true),
            ("*c", "abc", true),
            ("a*c*e", "abcde", true),
            ("a", "abc", false),
            ("*", "", true),
            ("a*a", "a", false),
            ("*b*", "ac", false),
            ("", "a", false),
        ] {
            assert_eq!(matches(pattern, text), fits, "{pattern} {text}");
        }
    }

    #[test]
    fn a_file_that_is_not_understood() {
        assert_eq!(Protection::parse("{}").unwrap(), Protection::default());
        for bad in ["", "[", r#"{ "protected": "prod" }"#, r#"{ "protected": [1] }"#] {
            assert!(Protection::parse(bad).is_err(), "{bad}");
        }
    }
}
