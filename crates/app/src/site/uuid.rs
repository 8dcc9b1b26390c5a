//! UUIDs for rows and snapshots, which the tools give to theirs.

use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher, Hasher};

/// A random UUID (version 4), as Prisma gives to its rows.
pub fn uuid() -> String {
    let half = || RandomState::new().build_hasher().finish();
    let (a, b) = (half(), half());
    let (high, low) = ((a & 0xffff_ffff_ffff_0fff) | 0x4000, (b & 0x3fff_ffff_ffff_ffff) | 0x8000_0000_0000_0000);
    let hex = format!("{high:016x}{low:016x}");
    format!("{}-{}-{}-{}-{}", &hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_of_version_4() {
        let (a, b) = (uuid(), uuid());
        assert!(a.len() == 36 && a.as_bytes()[14] == b'4' && b"89ab".contains(&a.as_bytes()[19]), "{a}");
        assert_ne!(a, b);
    }
}
