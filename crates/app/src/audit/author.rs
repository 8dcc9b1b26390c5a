//! Who runs it, and from which state of the code.

use serde::Serialize;
use std::fs;
use std::path::{Path, PathBuf};

/// Who ran something, where it can be told.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Author {
    /// The operating system's name for the user.
    pub who: Option<String>,
    /// The machine.
    pub host: Option<String>,
    /// The commit that is checked out.
    pub commit: Option<String>,
}

impl Author {
    /// Of this process, in a folder that may lie in a git repository. `get` reads the environment.
    pub fn of(cwd: &Path, get: &dyn Fn(&str) -> Option<String>) -> Author {
        let first = |names: &[&str]| names.iter().find_map(|name| get(name).filter(|value| !value.is_empty()));
        let named = || fs::read_to_string("/etc/hostname").ok().map(|name| name.trim().to_owned());
        Author {
            who: first(&["USER", "LOGNAME", "USERNAME"]),
            host: first(&["HOSTNAME", "COMPUTERNAME"]).or_else(named).filter(|name| !name.is_empty()),
            commit: commit(cwd),
        }
    }
}

/// The commit of the repository that a folder lies in, without running git: its hooks and settings are not ours to run.
fn commit(cwd: &Path) -> Option<String> {
    let git = cwd.ancestors().map(|folder| folder.join(".git")).find(|path| path.exists())?;
    let git = match git.is_file() {
        // A worktree's or a submodule's.
        true => {
            let text = fs::read_to_string(&git).ok()?;
            git.parent()?.join(text.trim().strip_prefix("gitdir: ")?)
        }
        false => git,
    };
    let head = fs::read_to_string(git.join("HEAD")).ok()?;
    match head.trim().strip_prefix("ref: ") {
        None => hash(&head),
        Some(name) => [git.clone(), common(&git)].iter().find_map(|folder| reference(folder, name)),
    }
}

/// What all worktrees share.
fn common(git: &Path) -> PathBuf {
    let said = fs::read_to_string(git.join("commondir")).ok();
    said.map_or_else(|| git.to_owned(), |folder| git.join(folder.trim()))
}

fn reference(git: &Path, name: &str) -> Option<String> {
    if name.split('/').any(|part| part == "..") {
        return None;
    }
    let loose = fs::read_to_string(git.join(name)).ok().and_then(|text| hash(&text));
    loose.or_else(|| {
        let packed = fs::read_to_string(git.join("packed-refs")).ok()?;
        packed.lines().find_map(|line| line.split_once(' ').filter(|(_, n)| *n == name).and_then(|(h, _)| hash(h)))
    })
}

fn hash(text: &str) -> Option<String> {
    let text = text.trim();
    (text.len() >= 40 && text.bytes().all(|b| b.is_ascii_hexdigit())).then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commits_loose_packed_and_of_a_worktree() {
        let dir = tempfile::TempDir::new().unwrap();
        let (a, b) = ("a".repeat(40), "b".repeat(40));
        let write = |path: &str, text: &str| {
            let path = dir.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        };
        let of = |folder: &str| Author::of(&dir.path().join(folder), &|_| None).commit;
        write("r/.git/HEAD", "ref: refs/heads/main\n");
        write("r/sub/file", "");
        assert_eq!(of("r/sub"), None);
        write("r/.git/packed-refs", &format!("# pack-refs\n{b} refs/heads/main\n"));
        assert_eq!(of("r/sub"), Some(b.clone()));
        write("r/.git/refs/heads/main", &format!("{a}\n"));
        assert_eq!(of("r/sub"), Some(a.clone()));
        write("w/.git", "gitdir: ../r/.git/worktrees/w\n");
        write("r/.git/worktrees/w/HEAD", "ref: refs/heads/main\n");
        write("r/.git/worktrees/w/commondir", "../..\n");
        assert_eq!(of("w"), Some(a));
        write("r/.git/HEAD", &b);
        assert_eq!(of("r"), Some(b));
    }
}
