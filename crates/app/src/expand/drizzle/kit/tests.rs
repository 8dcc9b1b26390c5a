use super::kit;
use unmigrate_kernel::catalog::Name;
use unmigrate_kernel::expand::Piece;

fn piece(recipe: &'static str, old: &str, new: &str, last: &str) -> Piece {
    let mut piece = Piece::default();
    piece.recipe = recipe;
    piece.table = Name::plain("users");
    [piece.old, piece.new, piece.last] = [old, new, last].map(str::to_owned);
    piece
}

fn written(old: &str, new: &str, pieces: &[Piece]) -> String {
    kit(old, new, pieces, false).unwrap().unwrap()
}

fn refused(old: &str, new: &str, pieces: &[Piece]) -> String {
    kit(old, new, pieces, false).unwrap_err()
}

fn rename() -> Piece {
    piece("rename-column", "full_name", "display_name", "display_name")
}

const OLD: &str = "import { integer, pgTable, serial, text, uniqueIndex } from 'drizzle-orm/pg-core'

export const users = pgTable('users', {
  id: serial().primaryKey(),
  // The name.
  fullName: text('full_name').notNull().default('x'),
  score: integer().notNull(),
}, (t) => [
  uniqueIndex('users_full_name_idx').on(t.fullName),
  index('users_score_idx').on(t.score),
])
";

#[test]
fn a_rename_has_both_properties_and_what_hung_on_the_old_one() {
    let new = OLD.replace("fullName", "displayName").replace("full_name", "display_name");
    let wanted = OLD
        .replace(
            "  fullName: text('full_name').notNull().default('x'),\n",
            "  fullName: text('full_name').notNull().default('x'),\n  displayName: text('display_name'),\n",
        )
        .replace(
            "  uniqueIndex('users_full_name_idx').on(t.fullName),\n  index('users_score_idx').on(t.score),\n",
            "  index('users_score_idx').on(t.score),\n  uniqueIndex('users_full_name_idx').on(t.fullName),\n",
        );
    assert_eq!(written(OLD, &new, &[rename()]), wanted);
}

#[test]
fn a_column_that_is_called_the_same_in_the_code_gets_a_key_of_its_own() {
    let old = "const users = pgTable('users', { name: text('full_name').notNull(), id: integer() })\n";
    let new = old.replace("full_name", "display_name");
    let wanted = "const users = pgTable('users', { name: text('full_name').notNull(), nameNew: text('display_name'), id: integer() })\n";
    assert_eq!(written(old, &new, &[rename()]), wanted);
    let named = format!("{new}const posts = pgTable('posts', {{ name: text().references(() => users.name) }})\n");
    assert!(refused(old, &named, &[rename()]).contains("users.name is named elsewhere"));
    // Where the key says the name, the other one has to say its own.
    let keyed = new.replace("text('display_name')", "text()").replace("name:", "display_name:");
    let found =
        written(&old.replace("text('full_name')", "text()").replace("name:", "full_name:"), &keyed, &[rename()]);
    assert!(found.contains("full_name: text().notNull(), display_name: text(), id"), "{found}");
}

#[test]
fn a_type_that_changes_has_a_column_beside_it_and_its_import() {
    let new = OLD
        .replace("import { integer,", "import { bigint,")
        .replace("score: integer()", "score: bigint({ mode: 'number' })");
    let found = written(OLD, &new, &[piece("change-type", "score", "score_new", "score")]);
    assert!(found.starts_with("import { integer } from 'drizzle-orm/pg-core'\nimport { bigint, pgTable"), "{found}");
    assert!(
        found.contains(
            "  score: integer().notNull(),\n  scoreNew: bigint('score_new', { mode: 'number' }),\n}, (t) => ["
        ),
        "{found}"
    );
    // The index is on the column that is there.
    assert!(found.ends_with(&OLD[OLD.find("}, (t)").unwrap()..]), "{found}");
}

#[test]
fn one_is_taken_apart_and_two_are_put_together() {
    let one = "const users = pgTable('users', {\n  fullName: text('full_name').notNull(),\n});\n";
    let two = "const users = pgTable('users', {\n  first: text().notNull(),\n  last: text().notNull()\n});\n";
    let split =
        [piece("split-column", "full_name", "first", "first"), piece("split-column", "full_name", "last", "last")];
    let both = "  fullName: text('full_name').notNull(),\n  first: text(),\n  last: text()\n";
    assert!(written(one, two, &split).contains(both));
    let merge = [
        piece("merge-columns", "first", "full_name", "full_name"),
        piece("merge-columns", "last", "full_name", "full_name"),
    ];
    let both = "  first: text().notNull(),\n  last: text().notNull(),\n  fullName: text('full_name'),\n";
    let found = written(two, one, &merge);
    assert!(found.contains(both), "{found}");
}

#[test]
fn what_comes_later_is_not_there_yet() {
    let old = "const users = pgTable('users', { bio: text().default('old'), mail: text() })\n";
    let new = "const users = pgTable('users', { bio: text().notNull().default('new'), mail: text().unique(), x: text().unique('own') }, (t) => [unique().on(t.bio, t.mail)])\n";
    let pieces = [
        piece("make-required", "bio", "bio", "bio"),
        piece("change-default", "bio", "bio", "bio"),
        piece("add-unique", "", "users_mail_unique", ""),
        piece("add-unique", "", "own", ""),
        piece("add-unique", "", "users_bio_mail_unique", ""),
        piece("drop-column", "gone", "gone", "gone"),
    ];
    assert_eq!(
        written(old, new, &pieces),
        "const users = pgTable('users', { bio: text().default('old'), mail: text(), x: text() }, (t) => [])\n"
    );
    assert!(
        refused(old, new, &[piece("add-index", "", "nobody", "")]).contains("nothing in the text of users is nobody")
    );
    assert_eq!(kit(old, new, &[piece("drop-column", "gone", "gone", "gone")], false), Ok(None));
}

#[test]
fn an_enum_is_there_twice() {
    let old = "export const role = pgEnum('Role', ['a', 'b'])\nexport const users = pgTable('users', { role: role('role').notNull().default('a') })\n";
    let new = old.replace("['a', 'b']", "['b']").replace("default('a')", "default('b')");
    let mut one = piece("enum-value", "role", "role_new", "role");
    one.data_type = "\"Role_new\"".into();
    assert_eq!(
        written(old, &new, &[one]),
        "export const role = pgEnum('Role', ['a', 'b'])\nexport const roleNew = pgEnum('Role_new', ['b'])\n\
         export const users = pgTable('users', { role: role('role').notNull().default('a'), roleNew: roleNew('role_new') })\n"
    );
}

#[test]
fn a_column_that_moves_is_in_both_tables() {
    let old = "const users = pgTable('users', { id: integer(), bio: text().notNull(), mail: text() })
const profiles = pgTable('profiles', { id: integer() })
";
    let new = "const users = pgTable('users', { id: integer(), mail: text() })
const profiles = pgTable('profiles', { id: integer(), bio: text().notNull() })
";
    let mut one = piece("move-column", "bio", "bio", "bio");
    one.into = Some(Name::plain("profiles"));
    let both = "const users = pgTable('users', { id: integer(), bio: text().notNull(), mail: text() })
const profiles = pgTable('profiles', { id: integer(), bio: text() })
";
    assert_eq!(written(old, new, std::slice::from_ref(&one)), both);
    one.recipe = "split-table";
    assert_eq!(
        written(old, new, &[one]),
        both.replace("id: integer(), bio: text() }", "id: integer(), bio: text().notNull() }")
    );
}

#[test]
fn what_can_not_be_told_is_left_to_a_person() {
    let new = OLD.replace("fullName", "displayName").replace("full_name", "display_name");
    let cases: [(&str, String, &str); 10] = [
        (
            OLD,
            new.replace("  displayName: text('display_name')", "  ...names({ a: 1 })"),
            "no property of the literal of users is display_name",
        ),
        (
            OLD,
            new.replace("pgTable('users', {", "pgTable('users', columns({").replace("}, (t) =>", "}), (t) =>"),
            "no table users is written as a literal",
        ),
        (OLD, new.replace("pgTable('users'", "createTable('users'"), "no table users is written as a literal"),
        (
            OLD,
            new.replace("(t) => [", "(t) => other(t, () => t.displayName, ").replace("])", "))"),
            "is no list that is written out",
        ),
        (
            OLD,
            new.replace("(t) =>", "(table) =>").replace("t.displayName", "table.displayName"),
            "was written in another way",
        ),
        (OLD, new.replace(".default('x')", ".someday()"), "what .someday() does to display_name is not known"),
        (
            OLD,
            new.replace("text('display_name')", "bigserial('display_name')"),
            "bigserial() is required and counts by itself",
        ),
        (OLD, new.replace("score: integer", "fullName: integer"), "another column of users is called fullName now"),
        (
            OLD,
            format!("{new}export const v = pgView('v').as((qb) => qb.select().from(users))\n"),
            "the view v is made of users",
        ),
        (OLD, format!("{new}("), "a bracket has no other one"),
    ];
    for (old, new, why) in cases {
        let said = refused(old, &new, &[rename()]);
        assert!(said.contains(why), "{why}: {said}");
    }
    // A name in the old text that means something else by now.
    let old = OLD.replace("text('full_name')", "kind('full_name')").replace("import", "const kind = text\nimport");
    let said = refused(&old, &new, &[rename()]);
    assert!(said.contains("`kind`, which the old text names, is not what it was"), "{said}");
}
