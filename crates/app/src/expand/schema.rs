//! What a person does with the schema file and the code, release by release.

use unmigrate_kernel::expand::{Meanwhile, Piece};
use unmigrate_sources::Tool;

/// The checklist of a plan.
pub fn checklist(tool: Tool, migration: &str, pieces: &[Piece]) -> Vec<String> {
    let mut out = Vec::new();
    for piece in pieces {
        let of = List { tool, migration, piece };
        out.extend(match piece.recipe {
            "make-required" => of.required(),
            "change-type" => of.retyped(),
            "enum-value" => of.revalued(),
            "move-column" | "split-table" => of.moved(),
            "drop-column" | "drop-table" => of.dropped(),
            "rename-table" => of.table_renamed(),
            "change-default" => of.default_changed(),
            recipe if recipe.starts_with("add-") => of.added(),
            _ => of.renamed(),
        });
    }
    let mut once: Vec<String> = Vec::new();
    out.retain(|line| {
        !once.contains(line) && {
            once.push(line.clone());
            true
        }
    });
    out
}

/// Why the code in Drizzle can't use the table that names both shapes, and what it does instead.
const NAMES_ALL: &str = "Drizzle's INSERT names every column of its table. The one that names both stays, in a file that \
                         drizzle-kit alone reads";

struct List<'a> {
    tool: Tool,
    migration: &'a str,
    piece: &'a Piece,
}

impl List<'_> {
    fn required(&self) -> Vec<String> {
        let (migration, column, table) = (self.migration, &self.piece.new, &self.piece.table);
        let optional = match self.tool {
            Tool::Prisma => "in schema.prisma the field stays optional",
            Tool::Drizzle => "in the schema in TypeScript the column stays without notNull()",
        };
        vec![
            format!(
                "release 1: deploy {migration}. From here on nobody writes a NULL into {table}.{column}; {optional}"
            ),
            format!("then: unmigrate backfill {migration} puts values in the place of the NULLs that are there"),
            format!("release 2: the code counts on a value in {table}.{column}"),
            self.contract(),
            format!("release 3: deploy the contract; the schema says that {table}.{column} is required"),
        ]
    }

    fn contract(&self) -> String {
        format!("when nothing of release 1 runs any more: unmigrate contract {}", self.migration)
    }

    fn both(&self) -> String {
        let Piece { old, new, table, recipe, .. } = self.piece;
        let (alike, its) = match *recipe {
            "change-type" | "split-column" | "merge-columns" => {
                ("of its own type", format!(" ({})", self.piece.data_type))
            }
            _ => ("of the same type", String::new()),
        };
        match self.tool {
            Tool::Prisma => format!(
                "schema.prisma, with this migration: the model of {table} keeps its field of `{old}`{} and gets one more, optional and \
                 {alike}{its}, for `{new}`",
                match self.piece.meanwhile {
                    Meanwhile::Itself => " as it is",
                    Meanwhile::Default => ", which gets @default(dbgenerated()),",
                    Meanwhile::Null => ", which becomes optional,",
                }
            ),
            Tool::Drizzle => format!(
                "the schema in TypeScript, with this migration: the table {table} keeps `{old}` as it is and gets `{new}`, {alike}{its}, \
                 without notNull() and without default()"
            ),
        }
    }

    fn renamed(&self) -> Vec<String> {
        let (migration, Piece { old, new, table, .. }) = (self.migration, self.piece);
        vec![
            format!("release 1: deploy {migration}. {}; the code stays as it is", self.both()),
            format!("then: unmigrate backfill {migration} fills {table}.{new} and makes its indexes"),
            match self.tool {
                Tool::Prisma => format!(
                    "release 2: the code reads and writes `{new}` and nothing of `{old}`; in schema.prisma the field of `{old}` gets \
                     @default(dbgenerated()) @ignore, so that the client leaves it alone"
                ),
                Tool::Drizzle => format!(
                    "release 2: the code reads and writes `{new}` through a table that does not name `{old}`: {NAMES_ALL}"
                ),
            },
            self.contract(),
            format!(
                "release 3: deploy the contract; the schema names `{new}` alone, as it stood when the migration was made"
            ),
        ]
    }

    fn retyped(&self) -> Vec<String> {
        let (migration, Piece { old, new, last, table, data_type, .. }) = (self.migration, self.piece);
        if new == last {
            return self.renamed();
        }
        let meanwhile = match self.tool {
            Tool::Prisma => format!("@ignore on the field of `{new}`, so that the client leaves it alone"),
            Tool::Drizzle => format!("through a table that does not name `{new}`: {NAMES_ALL}"),
        };
        vec![
            format!("release 1: deploy {migration}. {}; the code stays with `{old}` ({meanwhile})", self.both()),
            format!("then: unmigrate backfill {migration} fills {table}.{new} and makes its indexes"),
            format!("release 2: the code goes on naming `{old}`, and lives with it as {data_type} too"),
            self.contract(),
            format!("release 3: deploy the contract; `{last}` is {data_type}, and the schema names it alone"),
        ]
    }

    fn moved(&self) -> Vec<String> {
        let (migration, Piece { old, new, table, recipe, .. }) = (self.migration, self.piece);
        let there = self.piece.into.as_ref().map(ToString::to_string).unwrap_or_default();
        let comes = match (*recipe, self.tool) {
            ("split-table", _) => format!("has {there} as the migration makes it"),
            (_, Tool::Prisma) => format!("gets `{new}` in the model of {there}, optional and without a default"),
            (_, Tool::Drizzle) => format!("gets `{new}` in {there}, without notNull() and without default()"),
        };
        let (schema, unseen) = match self.tool {
            Tool::Prisma => (
                "schema.prisma, with this migration,",
                format!(
                    "in schema.prisma the field of `{old}` gets @ignore, and @default(..) where expand gave the column one"
                ),
            ),
            Tool::Drizzle => (
                "the schema in TypeScript, with this migration,",
                format!(
                    "no select() of {table} without a list of columns while `{old}` is in the schema; where it is notNull(), .$default(() => ..) gives it what --fill says"
                ),
            ),
        };
        vec![
            format!(
                "release 1: deploy {migration}. {schema} keeps `{old}` of {table} as it is, and {comes}; the code stays as it is"
            ),
            format!("then: unmigrate backfill {migration} fills {there}.{new}"),
            format!("release 2: the code reads and writes {there}.{new} and nothing of {table}.{old}; {unseen}"),
            self.contract(),
            format!(
                "release 3: deploy the contract; the schema names {there}.{new} alone, as it stood when the migration was made"
            ),
        ]
    }

    fn revalued(&self) -> Vec<String> {
        let (migration, Piece { old, new, table, data_type, .. }) = (self.migration, self.piece);
        let unseen = match self.tool {
            Tool::Prisma => "with @ignore, so that the client leaves it alone",
            Tool::Drizzle => {
                "which the table that the code uses does not name: Drizzle's INSERT names every column of its table"
            }
        };
        vec![
            format!(
                "release 1: deploy {migration}. The schema keeps the enum and `{old}` of {table} as they are, and gets the enum \
                 {data_type} with the new values and a column `{new}` of it, {unseen}"
            ),
            format!("then: unmigrate backfill {migration} fills {table}.{new} and makes its indexes"),
            format!(
                "release 2: the code goes on naming `{old}`, writes no value that goes, and reads either. Where a value gets another \
                 name, no one version writes both: it writes `{new}` from here on, and is replaced at the contract"
            ),
            self.contract(),
            format!(
                "release 3: deploy the contract; `{old}` has the new values, and the schema names it and its enum alone"
            ),
        ]
    }

    fn table_renamed(&self) -> Vec<String> {
        let (migration, Piece { old, new, .. }) = (self.migration, self.piece);
        vec![
            format!(
                "release 1, which names {old}, goes on running: deploy {migration}; the table is {new}, and {old} a view of it"
            ),
            format!("release 2: the code and the schema name {new}"),
            self.contract(),
            "release 3: deploy the contract; the view goes".to_owned(),
        ]
    }

    fn default_changed(&self) -> Vec<String> {
        let (migration, Piece { new, table, .. }) = (self.migration, self.piece);
        let place = match self.tool {
            Tool::Prisma => "schema.prisma keeps the old default",
            Tool::Drizzle => "the schema in TypeScript keeps the old default",
        };
        vec![
            format!("release 1: deploy {migration}. The default of {table}.{new} is what it was; {place}"),
            format!("release 2: the code names the value of {new} where it inserts"),
            self.contract(),
            "release 3: deploy the contract; the schema has the new default".to_owned(),
        ]
    }

    fn dropped(&self) -> Vec<String> {
        let (migration, Piece { old, table, .. }) = (self.migration, self.piece);
        let what = if old.is_empty() { table.to_string() } else { format!("{table}.{old}") };
        let unseen = match (self.tool, old.is_empty()) {
            (Tool::Prisma, true) => format!("in schema.prisma the model of {table} gets @@ignore"),
            (Tool::Prisma, false) => format!(
                "in schema.prisma the field of `{old}` gets @ignore, and @default(..) where expand gave the column one"
            ),
            (Tool::Drizzle, _) => format!("the schema in TypeScript no longer names {what}"),
        };
        vec![
            format!("release 1: deploy {migration}. Nothing is dropped yet"),
            format!("release 2: the code does not use {what}; {unseen}"),
            self.contract(),
            format!("release 3: deploy the contract, with `unmigrate deploy` where a copy of {what} is to be kept"),
        ]
    }

    fn added(&self) -> Vec<String> {
        let (migration, piece) = (self.migration, self.piece);
        let mut out =
            vec![format!("release 1: deploy {migration}; the code writes nothing that {} would refuse", piece.new)];
        if !piece.indexes.is_empty() {
            out.push(format!("then: unmigrate backfill {migration} makes the index beside everything else"));
        }
        out.push(self.contract());
        out.push(format!("release 2: deploy the contract; {} holds for every row", piece.new));
        out
    }
}
