//! What makes a database ours: its name, which has a sum in it that no name has by accident, and what is written into it.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// What all names begin with.
pub(super) const PREFIX: &str = "unmigrate_scratch_";

/// What all markers begin with.
const WORDS: &str = "unmigrate scratch v1";

/// A scratch database older than this is nobody's any more.
const LIFE: Duration = Duration::from_secs(24 * 60 * 60);

/// Who made a scratch database, and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Marker {
    /// The machine's name.
    pub host: String,
    /// The process.
    pub pid: u32,
    /// In seconds since 1970.
    pub made: u64,
    /// The name of the copy that is being made of it, until that has a marker of its own.
    pub copy: Option<String>,
}

impl Marker {
    /// Of this process, now.
    pub(super) fn of_this_process() -> Marker {
        Marker { host: host(), pid: std::process::id(), made: now(), copy: None }
    }

    /// As it is written into the database.
    pub(super) fn text(&self) -> String {
        let copy = self.copy.as_ref().map(|name| format!(" copy={name}")).unwrap_or_default();
        format!("{WORDS} pid={} made={} host={}{copy}", self.pid, self.made, self.host)
    }

    /// Read from a database.
    pub(super) fn read(text: &str) -> Option<Marker> {
        let mut words = text.strip_prefix(WORDS)?.strip_prefix(' ')?.split(' ');
        let pid = words.next()?.strip_prefix("pid=")?.parse().ok()?;
        let made = words.next()?.strip_prefix("made=")?.parse().ok()?;
        let host = words.next()?.strip_prefix("host=")?.to_owned();
        let copy = words.next().and_then(|word| word.strip_prefix("copy=")).map(str::to_owned);
        Some(Marker { host, pid, made, copy })
    }

    /// A name for a database: who made it and when, something that makes it unique, and a sum over all of it.
    pub(super) fn name(&self) -> String {
        let start =
            format!("{PREFIX}{}_{}_{}{}", self.pid, self.made, digits(unique(), 8), digits(sum(&self.host), 4),);
        let check = digits(sum(&start), 6);
        start + &check
    }

    /// Is whoever made it gone? Then nobody will drop it but we.
    pub(super) fn is_orphan(&self) -> bool {
        (self.host == host() && !is_alive(self.pid)) || is_old(self.made)
    }
}

/// What a name tells: the process, when it was made, and the sum of its machine's name. None where it is not ours.
fn read_name(name: &str) -> Option<(u32, u64, &str)> {
    let (start, check) = name.split_at_checked(name.len().checked_sub(6)?)?;
    let mut parts = start.strip_prefix(PREFIX)?.split('_');
    let (pid, made, tail) = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?, parts.next()?);
    let is = parts.next().is_none() && tail.len() == 12 && check == digits(sum(start), 6);
    is.then(|| (pid, made, &tail[8..]))
}

/// Is a name of our making?
pub(super) fn is_ours(name: &str) -> bool {
    read_name(name).is_some()
}

/// Is whoever made a database of this name gone? For one whose maker was killed before the marker was written.
pub(super) fn is_orphan_name(name: &str) -> bool {
    let Some((pid, made, machine)) = read_name(name) else { return false };
    (machine == digits(sum(&host()), 4) && !is_alive(pid)) || is_old(made)
}

fn is_old(made: u64) -> bool {
    now().saturating_sub(made) > LIFE.as_secs()
}

fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map(|time| time.as_secs()).unwrap_or_default()
}

/// FNV-1a: nothing here has to withstand an attack, only an accident.
fn sum(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |sum, byte| (sum ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

/// The first so many digits of a number, in 32 letters that can't be mistaken for each other.
fn digits(mut number: u64, count: usize) -> String {
    const LETTERS: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
    let mut out = String::new();
    for _ in 0..count {
        out.push(char::from(LETTERS[usize::try_from(number % 32).unwrap_or_default()]));
        number /= 32;
    }
    out
}

fn unique() -> u64 {
    use std::hash::{BuildHasher, RandomState};
    // Random where the system has randomness; a hasher's own seed where it has not.
    getrandom::u64().unwrap_or_else(|_| RandomState::new().hash_one(now()))
}

#[cfg(unix)]
fn host() -> String {
    let name = rustix::system::uname().nodename().to_string_lossy().into_owned();
    name.split_whitespace().collect::<Vec<_>>().join("_")
}

#[cfg(not(unix))]
fn host() -> String {
    std::env::var("COMPUTERNAME").unwrap_or_default()
}

#[cfg(unix)]
fn is_alive(pid: u32) -> bool {
    let pid = i32::try_from(pid).ok().and_then(rustix::process::Pid::from_raw);
    // A process of another user can't be signalled, and is alive.
    pid.is_some_and(|pid| rustix::process::test_kill_process(pid) != Err(rustix::io::Errno::SRCH))
}

/// Cannot be told here: it counts as alive until it is old.
#[cfg(not(unix))]
fn is_alive(_: u32) -> bool {
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        let marker = Marker::of_this_process();
        assert_eq!(Marker::read(&marker.text()), Some(marker.clone()));
        let copied = Marker { copy: Some(marker.name()), ..marker.clone() };
        assert_eq!(Marker::read(&copied.text()), Some(copied));
        let name = marker.name();
        assert!(is_ours(&name) && name.len() <= 63, "{name}");
        assert_ne!(marker.name(), name);
        assert!(!marker.is_orphan() && !is_orphan_name(&name));
    }

    #[test]
    fn nothing_else_is_ours() {
        let name = Marker::of_this_process().name();
        let last = if name.ends_with('0') { "1" } else { "0" };
        for other in [
            "unmigrate_scratch_",
            "unmigrate_scratch_1_2_3",
            "unmigrate_scratch_production",
            "production",
            "",
            "ä",
            &format!("{name}x"),
            &format!("{}{last}", &name[..name.len() - 1]),
            &name.replacen("unmigrate", "Unmigrate", 1),
        ] {
            assert!(!is_ours(other), "{other}");
        }
        for text in
            ["", "unmigrate scratch", "unmigrate scratch v1", "unmigrate scratch v1 pid=x made=1 host=h", "my database"]
        {
            assert_eq!(Marker::read(text), None);
        }
    }

    #[test]
    fn orphans() {
        let gone = Marker { pid: i32::MAX.unsigned_abs(), ..Marker::of_this_process() };
        assert!(gone.is_orphan() && is_orphan_name(&gone.name()));
        let elsewhere = Marker { host: "another".into(), ..gone.clone() };
        assert!(!elsewhere.is_orphan() && !is_orphan_name(&elsewhere.name()));
        let old = Marker { made: now() - LIFE.as_secs() - 1, ..elsewhere };
        assert!(old.is_orphan() && is_orphan_name(&old.name()));
    }
}
