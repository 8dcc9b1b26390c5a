//! To be written.
use super::{Context, Statement};
use crate::diff::Step;
/// To be written.
pub fn render(_steps: &[Step], _context: &Context) -> Result<Vec<Statement>, String> {
    Err("this dialect is not written yet".into())
}
