//! What a query answered: text, as every engine and every JavaScript driver can give it.

/// Rows of text, by position; NULL is none.
///
/// Queries of ours ask for text (`::text`, `quote(..)`, `CAST(.. AS CHAR)`) wherever the way a value is printed matters,
/// so that two drivers of the same engine answer alike.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Rows {
    /// The names of the columns, in their order.
    pub columns: Vec<String>,
    /// The rows, each as long as `columns`.
    pub rows: Vec<Vec<Option<String>>>,
}

impl Rows {
    /// The first value of the first row.
    pub fn first(&self) -> Option<&str> {
        self.rows.first()?.first()?.as_deref()
    }

    /// The values of a column, by its name in any case (MySQL's catalogs answer in upper case, MariaDB's in lower).
    /// Empty where there is no such column.
    pub fn column(&self, name: &str) -> Vec<Option<&str>> {
        let Some(at) = self.at(name) else { return Vec::new() };
        self.rows.iter().map(|row| row.get(at).and_then(Option::as_deref)).collect()
    }

    /// Each row as something that can be asked by name.
    pub fn iter(&self) -> impl Iterator<Item = Row<'_>> {
        self.rows.iter().map(|values| Row { rows: self, values })
    }

    fn at(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|c| c.eq_ignore_ascii_case(name))
    }
}

/// One row.
#[derive(Debug, Clone, Copy)]
pub struct Row<'a> {
    rows: &'a Rows,
    values: &'a [Option<String>],
}

impl<'a> Row<'a> {
    /// A value by its column's name; none where it is NULL or there is no such column.
    pub fn get(&self, name: &str) -> Option<&'a str> {
        self.values.get(self.rows.at(name)?)?.as_deref()
    }

    /// The same, NULL as empty text.
    pub fn text(&self, name: &str) -> &'a str {
        self.get(name).unwrap_or_default()
    }
}

/// Asks a database one query. The kernel does no IO: who calls it brings this along.
pub type Ask<'a, E> = dyn FnMut(&str) -> Result<Rows, E> + 'a;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn by_name_in_any_case() {
        let rows = Rows { columns: vec!["TABLE_NAME".into()], rows: vec![vec![Some("t".into())], vec![None]] };
        assert_eq!(rows.column("table_name"), [Some("t"), None]);
        assert_eq!(rows.iter().map(|r| r.text("Table_Name")).collect::<Vec<_>>(), ["t", ""]);
        assert_eq!(rows.column("nonesuch"), Vec::<Option<&str>>::new());
        assert_eq!(rows.first(), Some("t"));
    }
}
