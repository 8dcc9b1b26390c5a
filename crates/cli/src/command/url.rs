//! The URL of a database, as it is given on the command line.

use crate::Env;
use crate::args::DatabaseArgs;
use unmigrate_app::Error;
use unmigrate_app::verify::Secret;

/// The database that is named; none: as the tool itself finds it.
pub fn of(args: &DatabaseArgs, env: &Env) -> Result<Option<Secret>, Error> {
    given(&args.url, &args.url_env, "--url-env", env)
}

/// A URL from the command line, or from the variable that it names.
pub fn given(
    given: &Option<String>,
    variable: &Option<String>,
    flag: &str,
    env: &Env,
) -> Result<Option<Secret>, Error> {
    let Some(name) = variable else { return Ok(given.as_deref().map(Secret::new)) };
    match env.variables.get(name) {
        Some(url) => Ok(Some(Secret::new(url))),
        None => Err(no_variable(name, flag)),
    }
}

/// A name that is none may be the URL itself, with its password, and is not repeated.
fn no_variable(name: &str, flag: &str) -> Error {
    let is_name = name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    let shown = if is_name { format!(" `{name}`") } else { String::new() };
    Error::error(
        "no-such-variable",
        format!("the environment variable{shown} that {flag} names is not set"),
        format!("set it to the database's URL; {flag} takes the variable's name, not the URL"),
    )
}
