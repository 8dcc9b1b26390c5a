//! A migration file's text, or why there is none.

use crate::Problem;
use std::fs;
use std::io;
use std::path::Path;

/// Beyond this a file is data, not a migration, and replaying it would take more memory than a laptop has to spare.
pub const LARGEST: u64 = 32 << 20;

/// What a file holds.
pub struct Text {
    /// As it is on disk. Where the bytes are not UTF-8, as near as can be, so that what follows can be replayed.
    pub sql: String,
    /// Why no rollback can be derived from it.
    pub problem: Option<Problem>,
}

/// Reads a migration file once. None where there is no such file.
pub fn read(path: &Path, shown: &str) -> Option<Text> {
    let refused = |problem: Problem| Some(Text { sql: String::new(), problem: Some(problem.at(shown)) });
    let bytes = match bytes(path) {
        Ok(Some(bytes)) => bytes,
        Ok(None) => return None,
        Err(Unread::Large(size)) => return refused(too_large(shown, size)),
        Err(Unread::Io(why)) => return refused(unreadable(shown, &why)),
    };
    Some(match String::from_utf8(bytes) {
        Ok(sql) => Text { sql, problem: None },
        Err(error) => {
            let problem = not_utf8(shown, error.as_bytes(), error.utf8_error().valid_up_to()).at(shown);
            Text { sql: String::from_utf8_lossy(error.as_bytes()).into_owned(), problem: Some(problem) }
        }
    })
}

enum Unread {
    Large(u64),
    Io(io::Error),
}

fn bytes(path: &Path) -> Result<Option<Vec<u8>>, Unread> {
    use io::Read;
    let file = match fs::File::open(path) {
        Ok(file) => file,
        Err(e) if matches!(e.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => return Ok(None),
        Err(e) => return Err(Unread::Io(e)),
    };
    let about = file.metadata().map_err(Unread::Io)?;
    if !about.is_file() {
        return Ok(None); // a folder of that name holds no SQL, and a pipe would never end
    }
    if about.len() > LARGEST {
        return Err(Unread::Large(about.len()));
    }
    let mut bytes = Vec::with_capacity(about.len() as usize);
    file.take(LARGEST).read_to_end(&mut bytes).map_err(Unread::Io)?;
    Ok(Some(bytes))
}

fn too_large(shown: &str, size: u64) -> Problem {
    Problem::error(
        "migration-too-large",
        format!("`{shown}` has {} MB; a migration may have {} MB to be replayed", size >> 20, LARGEST >> 20),
        "keep bulk data out of migrations (a seed script, or several smaller files), or write its rollback by hand",
    )
}

fn unreadable(shown: &str, why: &io::Error) -> Problem {
    Problem::error(
        "unreadable",
        format!("`{shown}` can't be read: {why}"),
        "see to its permissions; what follows it was replayed without it",
    )
}

fn not_utf8(shown: &str, bytes: &[u8], at: usize) -> Problem {
    let utf16 = bytes.starts_with(&[0xFF, 0xFE]) || bytes.starts_with(&[0xFE, 0xFF]);
    let (message, help) = if utf16 {
        (
            format!("`{shown}` is UTF-16; the tools read UTF-8"),
            "save it as UTF-8 (PowerShell's `>` writes UTF-16: use `| Out-File -Encoding utf8`)",
        )
    } else {
        (
            format!("`{shown}` is not UTF-8: the byte at offset {at} (0x{:02X}) begins no character", bytes[at]),
            "save the file as UTF-8; what follows it was replayed as well as it could be",
        )
    };
    Problem::error("invalid-utf8", message, help)
}
