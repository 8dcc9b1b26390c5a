//! A walk in a schema instead of a database: what leaves it is not run.

use super::report::{MigrationVerdict, Verdict};
use super::trip::blank;
use super::walk::Stop;
use crate::Problem;
use unmigrate_kernel::confined::leaves;

/// Takes out of the walk what names something outside of the schema: a rollback that does, and from the first migration
/// that does, everything. `schemas` are the others of the database. Gives a problem where something is left out.
pub fn confine(stops: &mut [Stop], schemas: &[String], dir: &str) -> Option<Problem> {
    let mut first = None;
    let mut left_out = 0;
    let mut ended = false;
    for stop in stops.iter_mut() {
        let (up, subject) = (stop.subject.up, &stop.subject);
        let of_up = leaves(&up.sql, schemas).map(|found| (&*up.file, found));
        let of_down = subject.down.and_then(|text| leaves(text, schemas)).map(|found| (subject.down_file, found));
        ended |= of_up.is_some();
        let found = of_up.or(of_down);
        if !ended && found.is_none() {
            continue;
        }
        if first.is_none() {
            first = found.map(|(file, found)| (file.to_owned(), found));
        }
        if stop.is_due() {
            left_out += 1;
            stop.known = Some(MigrationVerdict { verdict: Verdict::Unverified, ..blank(&stop.subject) });
        }
    }
    let (file, found) = first.filter(|_| left_out > 0)?;
    let (line, words) = (found.line, found.words);
    let more = if left_out == 1 { "is one migration".to_owned() } else { format!("are {left_out} migrations") };
    let message = format!(
        "there {more} of `{dir}` that can't be judged in a schema: no database may be made on this server, and `{words}` in \
         line {line} of `{file}` reaches beyond a schema"
    );
    let help = "name a server with --scratch-url on which the user may make databases (ALTER ROLE .. CREATEDB), or use \
                --engine pglite";
    Some(Problem::error("beyond-schema", message, help).at(file))
}
