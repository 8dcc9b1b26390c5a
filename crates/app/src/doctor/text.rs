//! A migration's text with only some of its statements in it.

use unmigrate_kernel::script::Piece;

/// The text with the wanted statements alone, each on its line, whatever the tool split the file by.
pub fn only(sql: &str, pieces: &[Piece], wanted: impl Fn(usize) -> bool) -> String {
    let mut out = String::with_capacity(sql.len() + pieces.len());
    let mut from = 0;
    for (at, piece) in pieces.iter().enumerate() {
        blank(&sql[from..piece.span.start], &mut out);
        if wanted(at) {
            out.push_str(&sql[piece.span.clone()]);
            out.push(';');
        } else {
            blank(&sql[piece.span.clone()], &mut out);
        }
        from = piece.span.end;
    }
    out
}

/// As many lines, and nothing on them.
fn blank(text: &str, out: &mut String) {
    out.extend(text.chars().map(|c| if c == '\n' { '\n' } else { ' ' }));
}

#[cfg(test)]
mod tests {
    use super::*;
    use unmigrate_kernel::Dialect;
    use unmigrate_kernel::script::blocks;

    #[test]
    fn lines_stay_where_they_were() {
        let sql =
            "-- ä\nALTER TABLE a ADD b int--> statement-breakpoint\nUPDATE a\nSET b = 1;\nBEGIN; DROP TABLE c; COMMIT;";
        let pieces: Vec<Piece> = blocks(sql, Dialect::Postgres, true).into_iter().flat_map(|b| b.pieces).collect();
        assert_eq!(pieces.len(), 3);
        let text = only(sql, &pieces, |at| at != 0);
        let lines: Vec<&str> = text.lines().map(str::trim).collect();
        assert_eq!(lines, ["", "", "UPDATE a", "SET b = 1;", "DROP TABLE c;"]);
        let first = only(sql, &pieces, |at| at == 0);
        assert_eq!(first.lines().map(str::trim).collect::<Vec<_>>()[..2], ["", "ALTER TABLE a ADD b int;"]);
    }
}
