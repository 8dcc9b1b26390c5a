//! A GitHub workflow's annotations: how a line of output says where and what.

use crate::Env;
use std::path::Path;

/// The way from the repository's root to the working directory: annotations name files from the root.
#[derive(Debug, Clone, Default)]
pub struct Root(String);

impl Root {
    /// As the workflow or pipeline says it; where it does not, the working directory is taken for the root.
    pub fn of(env: &Env) -> Root {
        let root = ["GITHUB_WORKSPACE", "CI_PROJECT_DIR"].iter().find_map(|name| env.variables.get(name));
        let below = root.as_deref().and_then(|root| env.cwd.strip_prefix(Path::new(root)).ok());
        let text = below.map(|path| path.to_string_lossy().replace('\\', "/")).unwrap_or_default();
        Root(if text.is_empty() { text } else { text + "/" })
    }

    /// A file as it is named from there.
    pub fn file(&self, file: &str) -> String {
        // A file that is not below the working directory: what `..` leads to is for GitHub to make out.
        if Path::new(file).is_absolute() { file.to_owned() } else { format!("{}{file}", self.0) }
    }
}

/// `::error file=..,line=..,title=..::words`; without a line where it is 0, without a file where there is none.
pub fn annotation(level: &str, file: &str, line: usize, code: &str, words: &str) -> String {
    let file = if file.is_empty() { String::new() } else { format!("file={},", property(file)) };
    let line = if line == 0 { String::new() } else { format!("line={line},") };
    command(level, &format!("{file}{line}"), code, words)
}

/// The same over several lines: from a line and column to another.
pub fn annotation_over(
    level: &str,
    file: &str,
    from: (usize, usize),
    to: (usize, usize),
    code: &str,
    words: &str,
) -> String {
    let file = property(file);
    // GitHub takes columns only where both are on one line.
    let columns = if from.0 == to.0 { format!("col={},endColumn={},", from.1, to.1) } else { String::new() };
    command(level, &format!("file={file},line={},endLine={},{columns}", from.0, to.0), code, words)
}

fn command(level: &str, place: &str, code: &str, words: &str) -> String {
    format!("::{level} {place}title={}::{}\n", property(&format!("unmigrate: {code}")), data(words))
}

/// As GitHub's runner takes a message.
fn data(text: &str) -> String {
    let text: String = text.chars().filter(|c| !c.is_control() || matches!(c, '\n' | '\r' | '\t')).collect();
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// As GitHub's runner takes a property, which a colon or a comma would end.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Env, Variables};
    use std::path::PathBuf;

    #[test]
    fn files_are_named_from_the_repository() {
        let env = |cwd: &str| Env {
            cwd: PathBuf::from(cwd),
            variables: Variables::new(|name| (name == "GITHUB_WORKSPACE").then(|| "/home/runner/work/x".into())),
            ..Env::default()
        };
        assert_eq!(Root::of(&env("/home/runner/work/x/apps/web")).file("a.sql"), "apps/web/a.sql");
        assert_eq!(Root::of(&env("/home/runner/work/x")).file("a.sql"), "a.sql");
        assert_eq!(Root::of(&env("/elsewhere")).file("a.sql"), "a.sql");
    }

    #[test]
    fn columns_only_within_a_line() {
        assert_eq!(
            annotation_over("error", "a.sql", (2, 3), (2, 9), "r", "w"),
            "::error file=a.sql,line=2,endLine=2,col=3,endColumn=9,title=unmigrate%3A r::w\n"
        );
        assert_eq!(
            annotation_over("notice", "a.sql", (2, 3), (4, 1), "r", "w"),
            "::notice file=a.sql,line=2,endLine=4,title=unmigrate%3A r::w\n"
        );
    }
}
