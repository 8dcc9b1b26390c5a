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
            "move-column" | "split-table" | "merge-tables" => of.moved(),
            "drop-column" | "drop-table" => of.dropped(),
            "rename-table" => of.table_renamed(),
            "change-default" => of.default_changed(),
            recipe if recipe.starts_with("add-") => of.added(),
            _ => of.renamed(),
        });
    }
    // Several changes share their releases.
    out.sort_by_key(|(when, _)| *when);
    let last = if out.iter().any(|(when, _)| *when == When::Code) { 3 } else { 2 };
    let mut lines: Vec<String> = Vec::new();
    for (when, what) in out {
        let line = match when {
            When::Expand => format!("release 1: {what}"),
            When::Fill => format!("then: {what}"),
            When::Code => format!("release 2: {what}"),
            When::Ask => format!("when nothing of release 1 runs any more: {what}"),
            When::Contract => format!("release {last}: {what}"),
        };
        if !lines.contains(&line) {
            lines.push(line);
        }
    }
    lines
}

/// When something is to be done, in their order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum When {
    Expand,
    Fill,
    Code,
    Ask,
    Contract,
}

type Step = (When, String);

/// Why the code in Drizzle can't use the table that names both shapes, and what it does instead.
const NAMES_ALL: &str = "Drizzle's INSERT names every column of its table. The one that names both stays, in a file that \
                         drizzle-kit alone reads";

struct List<'a> {
    tool: Tool,
    migration: &'a str,
    piece: &'a Piece,
}

impl List<'_> {
    fn required(&self) -> Vec<Step> {
        let (migration, column, table) = (self.migration, &self.piece.new, &self.piece.table);
        let optional = match self.tool {
            Tool::Prisma => "in schema.prisma the field stays optional",
            Tool::Drizzle => "in the schema in TypeScript the column stays without notNull()",
        };
        vec![
            (
                When::Expand,
                format!("deploy {migration}. From here on nobody writes a NULL into {table}.{column}; {optional}"),
            ),
            (
                When::Fill,
                format!("unmigrate backfill {migration} puts values in the place of the NULLs that are there"),
            ),
            (When::Code, format!("the code counts on a value in {table}.{column}")),
            self.contract(),
            (When::Contract, format!("deploy the contract; the schema says that {table}.{column} is required")),
        ]
    }

    fn contract(&self) -> Step {
        (When::Ask, format!("unmigrate contract {}", self.migration))
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
                "the schema that drizzle-kit reads, with this migration: the table {table} keeps `{old}` as it is and gets `{new}`, {alike}{its}, \
                 without notNull() and without default()"
            ),
        }
    }

    fn renamed(&self) -> Vec<Step> {
        let (migration, Piece { old, new, table, .. }) = (self.migration, self.piece);
        vec![
            (When::Expand, format!("deploy {migration}. {}; the code stays as it is", self.both())),
            (When::Fill, format!("unmigrate backfill {migration} fills {table}.{new} and makes its indexes")),
            match self.tool {
                Tool::Prisma => (
                    When::Code,
                    format!(
                        "the code reads and writes `{new}` and nothing of `{old}`; in schema.prisma the field of `{old}` gets \
                     @default(dbgenerated()) @ignore, so that the client leaves it alone"
                    ),
                ),
                Tool::Drizzle => (
                    When::Code,
                    format!(
                        "the code reads and writes `{new}` through a table that does not name `{old}`: {NAMES_ALL}"
                    ),
                ),
            },
            self.contract(),
            (
                When::Contract,
                format!("deploy the contract; the schema names `{new}` alone, as it stood when the migration was made"),
            ),
        ]
    }

    fn retyped(&self) -> Vec<Step> {
        let (migration, Piece { old, new, last, table, data_type, .. }) = (self.migration, self.piece);
        if new == last {
            return self.renamed();
        }
        let meanwhile = match self.tool {
            Tool::Prisma => format!("@ignore on the field of `{new}`, so that the client leaves it alone"),
            Tool::Drizzle => format!("through a table that does not name `{new}`: {NAMES_ALL}"),
        };
        vec![
            (When::Expand, format!("deploy {migration}. {}; the code stays with `{old}` ({meanwhile})", self.both())),
            (When::Fill, format!("unmigrate backfill {migration} fills {table}.{new} and makes its indexes")),
            (When::Code, format!("the code goes on naming `{old}`, and lives with it as {data_type} too")),
            self.contract(),
            (When::Contract, format!("deploy the contract; `{last}` is {data_type}, and the schema names it alone")),
        ]
    }

    fn moved(&self) -> Vec<Step> {
        let (migration, Piece { old, new, table, recipe, .. }) = (self.migration, self.piece);
        let there = self.piece.into.as_ref().map(ToString::to_string).unwrap_or_default();
        let comes = match (*recipe, self.tool) {
            ("split-table", _) => format!("has {there} as the migration makes it"),
            (_, Tool::Prisma) => format!("gets `{new}` in the model of {there}, optional and without a default"),
            (_, Tool::Drizzle) => format!("gets `{new}` in {there}, without notNull() and without default()"),
        };
        let goes = *recipe == "merge-tables";
        let kept = if goes { table.to_string() } else { format!("`{old}` of {table}") };
        let (schema, unseen) = match self.tool {
            Tool::Prisma if goes => (
                "schema.prisma, with this migration,",
                format!("in schema.prisma the model of {table} gets @@ignore, and what relates to it goes"),
            ),
            Tool::Drizzle if goes => (
                "the schema in TypeScript, with this migration,",
                format!("{table} stays in the schema, and no query names it"),
            ),
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
            (
                When::Expand,
                format!("deploy {migration}. {schema} keeps {kept} as it is, and {comes}; the code stays as it is"),
            ),
            (When::Fill, format!("unmigrate backfill {migration} fills {there}.{new}")),
            (When::Code, format!("the code reads and writes {there}.{new} and nothing of {table}.{old}; {unseen}")),
            self.contract(),
            (
                When::Contract,
                format!(
                    "deploy the contract; the schema names {there}.{new} alone, as it stood when the migration was made"
                ),
            ),
        ]
    }

    fn revalued(&self) -> Vec<Step> {
        let (migration, Piece { old, new, table, data_type, .. }) = (self.migration, self.piece);
        let unseen = match self.tool {
            Tool::Prisma => "with @ignore, so that the client leaves it alone",
            Tool::Drizzle => {
                "which the table that the code uses does not name: Drizzle's INSERT names every column of its table"
            }
        };
        vec![
            (
                When::Expand,
                format!(
                    "deploy {migration}. The schema keeps the enum and `{old}` of {table} as they are, and gets the enum \
                 {data_type} with the new values and a column `{new}` of it, {unseen}"
                ),
            ),
            (When::Fill, format!("unmigrate backfill {migration} fills {table}.{new} and makes its indexes")),
            (
                When::Code,
                format!(
                    "the code goes on naming `{old}`, writes no value that goes, and reads either. Where a value gets another \
                 name, no one version writes both: it writes `{new}` from here on, and is replaced at the contract"
                ),
            ),
            self.contract(),
            (
                When::Contract,
                format!("deploy the contract; `{old}` has the new values, and the schema names it and its enum alone"),
            ),
        ]
    }

    fn table_renamed(&self) -> Vec<Step> {
        let (migration, Piece { old, new, .. }) = (self.migration, self.piece);
        vec![
            (
                When::Expand,
                format!("deploy {migration}: the table is {new}, and {old}, which running versions name, a view of it"),
            ),
            (When::Code, format!("the code and the schema name {new}")),
            self.contract(),
            (When::Contract, "deploy the contract; the view goes".to_owned()),
        ]
    }

    fn default_changed(&self) -> Vec<Step> {
        let (migration, Piece { new, table, .. }) = (self.migration, self.piece);
        let place = match self.tool {
            Tool::Prisma => "schema.prisma keeps the old default",
            Tool::Drizzle => "the schema in TypeScript keeps the old default",
        };
        vec![
            (When::Expand, format!("deploy {migration}. The default of {table}.{new} is what it was; {place}")),
            (When::Code, format!("the code names the value of {new} where it inserts")),
            self.contract(),
            (When::Contract, "deploy the contract; the schema has the new default".to_owned()),
        ]
    }

    fn dropped(&self) -> Vec<Step> {
        let (migration, Piece { old, table, .. }) = (self.migration, self.piece);
        let what = if old.is_empty() { table.to_string() } else { format!("{table}.{old}") };
        let unseen = match (self.tool, old.is_empty()) {
            (Tool::Prisma, true) => format!("in schema.prisma the model of {table} gets @@ignore"),
            (Tool::Prisma, false) => format!(
                "in schema.prisma the field of `{old}` gets @ignore, and @default(..) where expand gave the column one"
            ),
            (Tool::Drizzle, _) => format!("the schema in TypeScript no longer names {what}"),
        };
        let keeps = match (self.tool, self.piece.let_go.is_empty()) {
            (Tool::Prisma, true) => format!("; schema.prisma keeps {what}"),
            (Tool::Prisma, false) => {
                format!("; schema.prisma keeps {what}, without the relation whose foreign key is let go")
            }
            (Tool::Drizzle, _) => String::new(),
        };
        vec![
            (When::Expand, format!("deploy {migration}. Nothing is dropped yet{keeps}")),
            (When::Code, format!("the code does not use {what}; {unseen}")),
            self.contract(),
            (
                When::Contract,
                format!("deploy the contract, with `unmigrate deploy` where a copy of {what} is to be kept"),
            ),
        ]
    }

    fn added(&self) -> Vec<Step> {
        let (migration, piece) = (self.migration, self.piece);
        // What only the contract makes is drift until then.
        let yet = match (piece.recipe, self.tool) {
            ("add-foreign-key" | "add-check", _) => "",
            (_, Tool::Prisma) => "; schema.prisma does not have it yet",
            (_, Tool::Drizzle) => "; the schema that drizzle-kit reads does not have it yet",
        };
        let mut out = vec![(
            When::Expand,
            format!("deploy {migration}; the code writes nothing that {} would refuse{yet}", piece.new),
        )];
        if !piece.indexes.is_empty() {
            out.push((When::Fill, format!("unmigrate backfill {migration} makes the index beside everything else")));
        }
        out.push(self.contract());
        out.push((When::Contract, format!("deploy the contract; {} holds for every row", piece.new)));
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use unmigrate_kernel::catalog::Name;

    fn piece(recipe: &'static str, old: &str, new: &str) -> Piece {
        let mut piece = Piece::default();
        piece.recipe = recipe;
        piece.table = Name::plain("users");
        [piece.old, piece.new, piece.last] = [old, new, new].map(str::to_owned);
        piece
    }

    #[test]
    fn several_changes_share_their_releases() {
        let both = [piece("rename-column", "full_name", "display_name"), piece("drop-column", "bio", "")];
        let lines = checklist(Tool::Prisma, "m", &both);
        let begins: Vec<&str> = lines.iter().filter_map(|line| line.split_once(": ")).map(|(when, _)| when).collect();
        let wanted =
            ["release 1", "release 1", "then", "release 2", "release 2", "when nothing of release 1 runs any more"];
        assert_eq!(begins[..6], wanted);
        assert_eq!(begins[6..], ["release 3", "release 3"]);
    }

    #[test]
    fn where_the_code_stays_as_it_is_the_contract_is_the_second_release() {
        let lines = checklist(Tool::Drizzle, "m", &[piece("add-unique", "", "users_email_key")]);
        assert!(lines.last().is_some_and(|line| line.starts_with("release 2: deploy the contract")), "{lines:?}");
    }
}
