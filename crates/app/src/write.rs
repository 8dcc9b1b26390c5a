//! Whole files or nothing: a temporary file in the same folder, then a rename.

use std::fs;
use std::io::{self, Write};
use std::path::Path;

/// Puts a text at a path. A symbolic link there is replaced, never written through.
///
/// # Errors
/// The operating system's own; nothing is left behind then, and what was there is untouched.
pub fn replace(path: &Path, text: &str) -> io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    if !folder.is_dir() {
        fs::create_dir(folder)?; // `rollback/`; what is above it is the folder of migrations
    }
    let mut builder = tempfile::Builder::new();
    // Not `.sql`: a runner that looks in just now would take it for a migration.
    builder.prefix(".unmigrate-").suffix(".tmp");
    // What the umask leaves of it, as for any file that a person makes; the crate's own default is 0600.
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    let mut file = builder.tempfile_in(folder)?;
    file.write_all(text.as_bytes())?;
    file.persist(path)?;
    Ok(())
}
