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

/// A file as it is and as it is to be.
pub struct Whole<'a> {
    /// Where it lies; folders that are not there are made.
    pub path: &'a Path,
    /// Its text so far; none where there is no such file.
    pub before: Option<&'a str>,
    /// Its text from then on.
    pub after: &'a str,
}

/// Puts several texts, one after the other. Where one can't be written, those before it go back to what they were.
///
/// # Errors
/// The place of the file that could not be written, and the operating system's own word.
pub fn together(files: &[Whole]) -> Result<(), (usize, io::Error)> {
    for (at, file) in files.iter().enumerate() {
        let parent = file.path.parent().map_or(Ok(()), fs::create_dir_all);
        if let Err(why) = parent.and_then(|()| replace(file.path, file.after)) {
            take_back(&files[..=at]);
            return Err((at, why));
        }
    }
    Ok(())
}

/// The last of these files was not written, those before it were.
fn take_back(files: &[Whole]) {
    let Some((_, written)) = files.split_last() else { return };
    for file in written.iter().rev() {
        drop(match file.before {
            Some(text) => replace(file.path, text),
            None => fs::remove_file(file.path),
        });
    }
    // Prisma takes an empty folder for a migration, too; one that holds anything stays.
    let made = files.iter().filter(|file| file.before.is_none()).filter_map(|file| file.path.parent());
    made.for_each(|dir| drop(fs::remove_dir(dir)));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_one_fails_all_are_as_they_were() {
        let dir = tempfile::tempdir().unwrap();
        let [old, new, blocked] =
            ["old.sql", "made/new.sql", "old.sql/in_a_file.sql"].map(|name| dir.path().join(name));
        fs::write(&old, "a").unwrap();
        let files = [(&old, Some("a")), (&new, None), (&blocked, None)].map(|(path, before)| Whole {
            path,
            before,
            after: "b",
        });
        assert_eq!(together(&files).unwrap_err().0, 2);
        assert_eq!(fs::read_to_string(&old).unwrap(), "a");
        assert!(!new.parent().unwrap().exists());
        together(&files[..2]).unwrap();
        assert_eq!([&old, &new].map(|path| fs::read_to_string(path).unwrap()), ["b", "b"]);
    }
}
