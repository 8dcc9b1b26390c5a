use super::texts;
use unmigrate_kernel::catalog::Name;
use unmigrate_kernel::expand::{Meanwhile, Piece};

fn piece(recipe: &'static str, old: &str, new: &str, last: &str) -> Piece {
    let mut piece = Piece::default();
    piece.recipe = recipe;
    piece.table = Name::plain("users");
    [piece.old, piece.new, piece.last] = [old, new, last].map(str::to_owned);
    piece
}

/// The text for the first release.
fn both(old: &str, new: &str, pieces: &[Piece]) -> Result<String, String> {
    texts(old, new, pieces).map(|(first, _)| first)
}

const OLD: &str = "model User {\n  id       Int    @id\n  fullName String @unique @map(\"full_name\") @db.VarChar(80)\n  score    Int    @default(0)\n\n  @@index([fullName])\n  @@map(\"users\")\n}\n\nmodel Other {\n  fullName String\n}\n";

#[test]
fn the_old_line_stays_and_the_new_one_is_optional() {
    let new = OLD
        .replacen("fullName String @unique @map(\"full_name\")", "displayName String @unique @map(\"display_name\")", 1)
        .replacen("[fullName]", "[displayName]", 1)
        .replacen("  score    Int    @default(0)\n", "  score    Int    @default(0)\n  age      Int?\n", 1);
    let found = both(OLD, &new, &[piece("rename-column", "full_name", "display_name", "display_name")]).unwrap();
    assert!(found.contains("  fullName String @unique @map(\"full_name\") @db.VarChar(80)\n"), "{found}");
    assert!(found.contains("  displayName String? @db.VarChar(80) @map(\"display_name\")\n"), "{found}");
    assert!(found.contains("  age      Int?\n"), "what else was edited stays:\n{found}");
    assert!(found.contains("@@index([fullName])") && !found.contains("@@index([displayName])"), "{found}");
}

/// SQLite: a required column is not quite what it was.
#[test]
fn the_old_line_says_what_the_database_has_meanwhile() {
    let old = OLD.replace("@db.VarChar(80)", "// of a person");
    let new = old.replacen(
        "fullName String @unique @map(\"full_name\")",
        "displayName String @unique @map(\"display_name\")",
        1,
    );
    let mut one = piece("rename-column", "full_name", "display_name", "display_name");
    one.meanwhile = Meanwhile::Default;
    let found = both(&old, &new, &[one.clone()]).unwrap();
    let line = "  fullName String @unique @map(\"full_name\") @default(dbgenerated()) // of a person\n";
    assert!(found.contains(line), "{found}");
    one.meanwhile = Meanwhile::Null;
    let found = both(&old, &new, &[one]).unwrap();
    assert!(found.contains("  fullName String? @unique @map(\"full_name\") // of a person\n"), "{found}");
}

#[test]
fn a_type_that_changes_in_place_has_a_field_of_its_own_until_the_contract() {
    let new = OLD.replacen("score    Int    @default(0)", "score    BigInt @default(0)", 1);
    let found = both(OLD, &new, &[piece("change-type", "score", "score_new", "score")]).unwrap();
    assert!(
        found.contains("  score    Int    @default(0)\n  scoreNew BigInt? @map(\"score_new\") @ignore\n"),
        "{found}"
    );
}

#[test]
fn a_field_that_moves_stays_in_its_model_and_comes_in_the_other() {
    let old = "model User {\n  id  Int     @id\n  bio String? @db.Text\n  @@map(\"users\")\n}\n";
    let profile = "model Profile {\n  id Int @id\n  bio String @default(\"x\") @db.Text\n  user User @relation(fields: [id], references: [id])\n  @@map(\"profiles\")\n}\n";
    let new = format!("{}{profile}", old.replacen("  bio String? @db.Text\n", "  profile Profile?\n", 1));
    for (recipe, line) in
        [("split-table", "  bio String @default(\"x\") @db.Text\n"), ("move-column", "  bio String? @db.Text\n")]
    {
        let mut moved = piece(recipe, "bio", "bio", "bio");
        moved.into = Some(Name::plain("profiles"));
        let found = both(old, &new, std::slice::from_ref(&moved)).unwrap();
        assert!(found.contains("  bio String? @db.Text\n  profile Profile?\n"), "{found}");
        moved.default = Some("'it''s'".into());
        let filled = both(old, &new, std::slice::from_ref(&moved)).unwrap();
        assert!(filled.contains("  bio String? @db.Text @default(\"it's\")\n"), "{filled}");
        moved.default = Some("'x'::text".into());
        assert!(both(old, &new, &[moved]).is_err());
        assert!(found.split_once("model Profile").unwrap().1.contains(line), "{found}");
    }
}

#[test]
fn what_can_not_be_told_is_left_to_a_person() {
    let new = OLD.replacen("  score    Int    @default(0)\n", "", 1);
    let why = both(OLD, &new, &[piece("rename-column", "score", "points", "points")]).unwrap_err();
    assert!(why.contains("no line of User is the column points"), "{why}");
    // A model of another table has a field of the same name.
    let other = OLD.replacen("model Other {\n  fullName String", "model Other {\n  displayName String", 1);
    assert!(both(OLD, &other, &[piece("rename-column", "full_name", "display_name", "display_name")]).is_err());
}

fn second(old: &str, new: &str, pieces: &[Piece]) -> String {
    texts(old, new, pieces).unwrap().1.unwrap()
}

#[test]
fn in_the_second_release_the_client_leaves_the_old_field_alone() {
    let new = OLD.replace("fullName String @unique @map(\"full_name\")", "displayName String @map(\"display_name\")");
    let rename = [piece("rename-column", "full_name", "display_name", "display_name")];
    let found = second(OLD, &new.replacen("  @@index([fullName])\n", "", 1), &rename);
    let line = "  fullName String @unique @map(\"full_name\") @db.VarChar(80) @default(dbgenerated()) @ignore\n";
    assert!(found.contains(line), "{found}");
    // A type that changes under its name is read by the same field.
    let wider = OLD.replacen("score    Int ", "score    BigInt ", 1);
    let (first, second) = texts(OLD, &wider, &[piece("change-type", "score", "score_new", "score")]).unwrap();
    assert_eq!(Ok(first), second);
}

const TWO: &str = "model Team {\n  id    Int    @id\n  users User[]\n}\n\nmodel User {\n  id     Int   @id\n  teamId Int?  @map(\"team_id\")\n  team   Team? @relation(fields: [teamId], references: [id], onDelete: Restrict)\n\n  @@map(\"users\")\n}\n";

#[test]
fn a_column_that_goes_is_back_with_its_relation_as_long_as_the_foreign_key_is() {
    let new = TWO
        .replace("  users User[]\n", "")
        .replace("  teamId Int?  @map(\"team_id\")\n  team   Team? @relation(fields: [teamId], references: [id], onDelete: Restrict)\n", "");
    let mut one = piece("drop-column", "team_id", "team_id", "team_id");
    assert_eq!(both(TWO, &new, std::slice::from_ref(&one)).unwrap(), TWO);
    one.let_go = vec!["users_team_id_fkey".into()];
    let alone = new.replace(
        "model User {\n  id     Int   @id\n",
        "model User {\n  id     Int   @id\n  teamId Int?  @map(\"team_id\")\n",
    );
    assert_eq!(both(TWO, &new, std::slice::from_ref(&one)).unwrap(), alone);
    one.let_go = vec!["another".into()];
    assert!(both(TWO, &new, &[one]).unwrap_err().contains("no relation of User is another"));
}

#[test]
fn a_table_that_goes_is_back_whole() {
    let new = &TWO[..TWO.find("\nmodel User").unwrap()].replace("  users User[]\n", "");
    let mut one = piece("drop-table", "", "", "");
    assert_eq!(both(TWO, new, std::slice::from_ref(&one)).unwrap(), TWO);
    let ignored = TWO
        .replace("  users User[]\n", "  users User[] @ignore\n")
        .replace("  @@map(\"users\")\n", "  @@map(\"users\")\n\n  @@ignore\n");
    assert_eq!(second(TWO, new, std::slice::from_ref(&one)), ignored);
    one.let_go = vec!["users_team_id_fkey".into()];
    let alone = TWO
        .replace("  users User[]\n", "")
        .replace("  team   Team? @relation(fields: [teamId], references: [id], onDelete: Restrict)\n", "");
    assert_eq!(both(TWO, new, &[one]).unwrap(), alone);
}

#[test]
fn an_enum_is_there_twice() {
    let old = "enum Role {\n  GUEST\n  USER\n}\n\nmodel User {\n  id   Int  @id\n  role Role @default(USER)\n\n  @@map(\"users\")\n}\n";
    let mut one = piece("enum-value", "role", "role_new", "role");
    one.data_type = "\"Role_new\"".into();
    let wanted = old
        .replace("}\n\nmodel", "}\n\nenum RoleNew {\n  USER\n\n  @@map(\"Role_new\")\n}\n\nmodel")
        .replace("@default(USER)\n", "@default(USER)\n  roleNew RoleNew? @map(\"role_new\") @ignore\n");
    assert_eq!(both(old, &old.replace("  GUEST\n", ""), &[one]).unwrap(), wanted);
}

#[test]
fn what_comes_later_is_not_there_yet() {
    let old = "model User {\n  id   Int     @id\n  bio  String? @default(\"a\")\n  mail String?\n  x    Int\n\n  @@map(\"users\")\n}\n";
    let new = "model User {\n  id   Int     @id\n  bio  String  @default(\"b\")\n  mail String? @unique\n  x    Int\n\n  @@unique([x, mail], map: \"own\")\n  @@index([x])\n  @@map(\"users\")\n}\n";
    let pieces = [
        piece("make-required", "bio", "bio", "bio"),
        piece("change-default", "bio", "bio", "bio"),
        piece("add-unique", "", "users_mail_key", ""),
        piece("add-unique", "", "own", ""),
        piece("add-index", "", "users_x_idx", ""),
    ];
    let found = both(old, new, &pieces).unwrap();
    assert_eq!(found, old.replace("  bio  String? @default(\"a\")\n", "  bio  String? @default(\"a\")\n"), "{found}");
    let related =
        new.replace("  x    Int\n", "  x    Int\n  o    Other? @relation(fields: [mail], references: [id])\n");
    assert!(
        both(old, &related, &[piece("add-unique", "", "users_mail_key", "")])
            .unwrap_err()
            .contains("a relation goes by mail")
    );
    assert!(both(old, new, &[piece("add-index", "", "nobody", "")]).unwrap_err().contains("no line of User is nobody"));
}

#[test]
fn relations_go_by_the_old_field_until_the_contract() {
    let new = TWO.replace("teamId", "groupId").replace("team_id", "group_id");
    let rename = [piece("rename-column", "team_id", "group_id", "group_id")];
    let (first, second) = texts(TWO, &new, &rename).unwrap();
    let wanted = TWO.replace(
        "  teamId Int?  @map(\"team_id\")\n",
        "  teamId Int?  @map(\"team_id\")\n  groupId Int? @map(\"group_id\")\n",
    );
    assert_eq!(first, wanted);
    assert!(second.unwrap_err().contains("the relation team of User goes by the old column until the contract"));
}
