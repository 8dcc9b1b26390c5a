//! The statements of the three transactions and of what stands between them, in the order in which they run.

use crate::render::Statement;

/// What is gathered, before it is put together.
#[derive(Default)]
pub struct Parts {
    /// Before anything changes: refuses where a row has no value for a column.
    pub asked: Vec<Statement>,
    /// The first transaction: types that columns are of.
    pub types: Vec<Statement>,
    /// Columns, and checks of what is written from then on.
    pub first: Vec<Statement>,
    /// Functions and triggers that keep the columns what they are to be.
    pub kept: Vec<Statement>,
    /// While everybody goes on: rows are filled.
    pub filled: Vec<Statement>,
    /// Rows are looked at, indexes are made.
    pub beside: Vec<Statement>,
    /// A transaction between: foreign keys, which need the indexes, and look at no row.
    pub keys: Vec<Statement>,
    /// Their rows are looked at.
    pub looked: Vec<Statement>,
    /// The last transaction: what it begins with.
    pub counted: Vec<Statement>,
    /// What stands in it instead of a statement, by its place.
    pub instead: Vec<(usize, Vec<Statement>)>,
    /// What stands in it behind a statement, by its place.
    pub behind: Vec<(usize, Vec<Statement>)>,
    /// The triggers of the time between go.
    pub gone: Vec<Statement>,
}

impl Parts {
    /// All of it. `whole` is the way back as it would be in one transaction; `begins` what the first ones begin with, and the last.
    pub fn put_together(mut self, whole: Vec<Statement>, [begins, last]: [&[Statement]; 2]) -> Vec<Statement> {
        let mut out = self.asked;
        out.extend_from_slice(begins);
        out.append(&mut self.types);
        out.append(&mut self.first);
        out.append(&mut self.kept);
        out.append(&mut self.filled);
        out.append(&mut self.beside);
        if !self.keys.is_empty() {
            out.extend_from_slice(begins);
        }
        out.append(&mut self.keys);
        out.append(&mut self.looked);
        out.extend(whole.iter().filter(|s| locks_nothing(s)).cloned());
        out.extend_from_slice(last);
        out.append(&mut self.counted);
        for (at, statement) in whole.into_iter().enumerate() {
            match self.instead.iter_mut().find(|(place, _)| *place == at) {
                Some((_, instead)) => out.append(instead),
                None if locks_nothing(&statement) => {}
                None => out.push(statement),
            }
            self.behind.iter_mut().filter(|(place, _)| *place == at).for_each(|(_, behind)| out.append(behind));
        }
        out.append(&mut self.gone);
        out
    }
}

/// The function of a trigger: it is made before anybody has to wait.
fn locks_nothing(statement: &Statement) -> bool {
    let sql = &statement.sql;
    sql.starts_with("CREATE OR REPLACE FUNCTION ") && sql.contains("() RETURNS trigger LANGUAGE plpgsql ")
}

/// A statement outside of any transaction that looks at rows or changes them while others go on.
pub fn beside(sql: String) -> Statement {
    Statement { apart: true, ..Statement::new(sql, "") }
}
