//! What a person does with the schema file and the code, release by release.

use unmigrate_kernel::expand::Piece;
use unmigrate_sources::Tool;

/// The checklist of a plan.
pub fn checklist(tool: Tool, migration: &str, pieces: &[Piece]) -> Vec<String> {
    let mut out = Vec::new();
    let (required, others): (Vec<_>, Vec<_>) = pieces.iter().partition(|p| p.recipe == "make-required");
    for piece in required {
        let (column, table) = (&piece.new, &piece.table);
        let optional = match tool {
            Tool::Prisma => "in schema.prisma the field stays optional",
            Tool::Drizzle => "in the schema in TypeScript the column stays without notNull()",
        };
        out.push(format!(
            "release 1: deploy {migration}. From here on nobody writes a NULL into {table}.{column}; {optional}"
        ));
        out.push(format!("then: unmigrate backfill {migration} puts values in the place of the NULLs that are there"));
        out.push(format!("release 2: the code counts on a value in {table}.{column}"));
        out.push(format!("when nothing of release 1 runs any more: unmigrate contract {migration}"));
        out.push(format!("release 3: deploy the contract; the schema says that {table}.{column} is required"));
    }
    for piece in others {
        let (old, new, table) = (&piece.old, &piece.new, &piece.table);
        let schema = match tool {
            Tool::Prisma => format!(
                "schema.prisma, with this migration: the model of {table} keeps its field of `{old}` as it is and gets one more, \
                 optional and of the same type, for `{new}`"
            ),
            Tool::Drizzle => format!(
                "the schema in TypeScript, with this migration: the table {table} keeps `{old}` as it is and gets `{new}`, of the \
                 same type, without notNull() and without default()"
            ),
        };
        out.push(format!("release 1: deploy {migration}. {schema}; the code stays as it is"));
        out.push(format!("then: unmigrate backfill {migration} fills {table}.{new} and makes its indexes"));
        out.push(match tool {
            Tool::Prisma => format!(
                "release 2: the code reads and writes `{new}` and nothing of `{old}`; in schema.prisma the field of `{old}` gets \
                 @default(dbgenerated()) @ignore, so that the client leaves it alone"
            ),
            Tool::Drizzle => format!(
                "release 2: the code reads and writes `{new}` and nothing of `{old}`: no select() without a list of columns while \
                 `{old}` is in the schema"
            ),
        });
        out.push(format!("when nothing of release 1 runs any more: unmigrate contract {migration}"));
        out.push(format!(
            "release 3: deploy the contract; the schema names `{new}` alone, as it stood when the migration was made"
        ));
    }
    out
}
