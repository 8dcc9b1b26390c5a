//! Where a page of HTML may be written.

use super::Failure;
use crate::Env;
use crate::output::{html, human};
use std::fs;
use std::io::{self, Read};
use std::path::Path;
use unmigrate_app::{Error, replace};

/// A page may be written where nothing is, or over a page: a slip of the pen must not cost a migration.
pub fn may_be_written(file: &Path, env: &Env) -> Result<(), Failure> {
    let (path, shown) = (&env.cwd.join(file), &shown(file));
    let about = match fs::symlink_metadata(path) {
        Err(why) if why.kind() == io::ErrorKind::NotFound => return Ok(()),
        about => about.map_err(|why| not_written(shown, &why))?,
    };
    let page = about.is_file() && begins_as_page(path).map_err(|why| not_written(shown, &why))?;
    if page {
        return Ok(());
    }
    Err(Error::error(
        "not-writable",
        format!("`{shown}` is there and is no HTML page: it is left as it is"),
        "name a file that is not there yet, such as report.html",
    )
    .at(shown)
    .into())
}

fn begins_as_page(path: &Path) -> io::Result<bool> {
    let mut start = vec![];
    fs::File::open(path)?.take(html::START.len() as u64).read_to_end(&mut start)?;
    Ok(start.is_empty() || start.eq_ignore_ascii_case(html::START.as_bytes()))
}

/// Writes it whole.
pub fn write(file: &Path, page: &str, env: &Env) -> Result<(), Failure> {
    replace(&env.cwd.join(file), page).map_err(|why| not_written(&shown(file), &why))
}

fn shown(file: &Path) -> String {
    human::name(&file.display().to_string()).to_string()
}

fn not_written(shown: &str, why: &io::Error) -> Failure {
    let message = format!("`{shown}` can't be written: {why}");
    let help = "see to its folder and the permissions there; nothing half written was left behind";
    Error::error("not-writable", message, help).at(shown).into()
}
