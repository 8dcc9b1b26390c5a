//! What people read, as they read it.

use super::Detail;
use super::verify::{after_verify, found, verified};
use crate::output::painted;
use crate::output::quote::Files;
use crate::output::verify_example as example;
use unmigrate_app::verify::{Change, VerifyReport};

fn shown(report: &VerifyReport, detail: Detail) -> String {
    let dir = tempfile::tempdir().unwrap();
    example::write_files(dir.path());
    let text = verified(report, detail, &Files::new(dir.path()), 100);
    painted(&text, false).into_owned()
}

#[test]
fn what_differs_is_drawn_on_its_line() {
    let expected = "\
prisma/migrations  Prisma · PostgreSQL 17.2
  1 differs

error[differs]: after the rollback of `20240601_phone`, 2 objects are not as before
  ╭▸ prisma/migrations/20240601_phone/down.sql:3:3
  │
3 │   ALTER TABLE \"users\" ADD COLUMN \"phone\" varchar(32); -- back
  │   ━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━ 2 objects not as before
  │
  ├ object: column users.phone is not as before
  │         before  character varying(32) NOT NULL
  │         after   character varying(32)
  ├ object: index users_phone_key is not brought back
  │         before  CREATE UNIQUE INDEX users_phone_key ON users USING btree (phone)
  │         after   (not there)
  ╰ help: correct the rollback, then
          unmigrate verify 20240601_phone
          if nobody edited it, this is a defect of unmigrate: please report it with the migration

";
    assert_eq!(shown(&example::one(example::differing()), Detail::Recent), expected);
}

/// The file has a byte order mark, CRLF, and letters of two and three bytes before the statement.
#[test]
fn what_is_refused_has_the_engines_words_and_its_very_line() {
    let expected = "\
error[refused]: the rollback of `20240602_view` is refused by the engine
  ╭▸ prisma/migrations/20240602_view/down.sql:4:15
  │
4 │ SELECT '日本語'; ALTER TABLE \"Bestellungen\"
  │                  ━━━━━━━━━━━━━━━━━━━━━━━━━━ refused
5 │     DROP COLUMN \"größe\";
  │
  ├ PostgreSQL 17.2: cannot drop column größe of table \"Bestellungen\" because other objects depend on it
  │                  DETAIL:  view big depends on column größe (2BP01)
  ╰ help: correct the rollback, then
";
    let text = shown(&example::one(example::refused()), Detail::Recent);
    assert!(text.contains(expected), "{text}");
}

#[test]
fn a_false_claim_comes_before_everything() {
    let text = shown(&example::report(), Detail::Recent);
    let expected = "\
NOT LOSSLESS: 1 rollback claims to give back every row, and loses rows

error[rows-differ]: the rollback of `20240604_narrow` claims to be lossless, and 3 rows of `users` are not what they were
  ╭▸ prisma/migrations/20240604_narrow/down.sql:1:17
  │
1 │ -- unmigrate v1 lossless
  │                 ━━━━━━━━ it says so here
  │
  ├ rows: users.bio  3 rows
  │       before  Grüße aus Łódź, 東京
  │       after   Grüße aus
  ├ rows: users.nick  1 row
";
    assert!(text.starts_with(expected), "{text}");
    assert_eq!(text.matches("20240604_narrow` claims").count(), 1, "and is not said twice");
    let two = example::of(vec![example::lying(), example::lying()]);
    assert!(
        shown(&two, Detail::Recent)
            .starts_with("NOT LOSSLESS: 2 rollbacks claim to give back every row, and lose rows\n")
    );
}

#[test]
fn rows_of_a_file_that_a_person_wrote() {
    let expected = "\
error[rows-differ]: after the rollback of `20240605_drop_orders`, 12 rows of `orders` are not what they were
 ╭▸ prisma/migrations/20240605_drop_orders/down.sql
 ├ rows: orders  12 rows missing or new
 ╰ help: don't run it where these rows matter: keep the values in the migration, or have the file name the loss, then
         unmigrate verify 20240605_drop_orders

";
    let text = shown(&example::one(example::losing()), Detail::Recent);
    assert!(text.contains(expected), "{text}");
    assert!(!text.contains("NOT LOSSLESS") && !text.contains("defect of unmigrate"));
}

#[test]
fn a_statement_whose_file_is_gone_is_shown_as_it_was_judged() {
    let expected = "
  ╭▸ prisma/migrations/20240603_tags/migration.sql:7:1
  │
7 │ CREATE TYPE \"tag_kind\" …
  │ ━━━━━━━━━━━━━━━━━━━━━━━━ type tag_kind is still there, once the migration runs again
  │
  ├ before: (not there)
  ├ after: ENUM ('a', 'b')
  ╰ help: correct the rollback, then
";
    let text = shown(&example::one(example::left_behind()), Detail::Recent);
    assert!(text.contains(expected), "{text}");
}

#[test]
fn a_line_for_the_history_and_only_what_needs_a_look() {
    let text = shown(&example::report(), Detail::Recent);
    let head = "\
prisma/migrations  Prisma · PostgreSQL 17.2
  2 exact, 1 approximate, 1 by hand, 2 differs, 2 rows differ, 1 refused, 1 up refused, 1 missing, 1 unverified  \
(1 from an earlier run over the same files)
";
    assert!(text.contains(head), "{text}");
    for calm in ["20240101_init", "20240606_order", "20240606_copy", "20240608_after"] {
        assert!(!text.contains(calm), "{calm}");
    }
    assert!(text.ends_with("\n  missing      20240607_new\n\n"), "{text}");
    let full = shown(&example::report(), Detail::Full);
    assert!(full.contains("\n  exact        20240101_init         24 rows in 3 tables\n"), "{full}");
    assert!(full.contains("\n  approximate  20240606_order        24 rows in 3 tables, order users\n"), "{full}");
}

#[test]
fn a_proven_history_is_two_lines() {
    let text = shown(&example::one(example::exact("1_init")), Detail::Recent);
    assert_eq!(text, "prisma/migrations  Prisma · PostgreSQL 17.2\n  1 exact\n\n");
    assert_eq!(after_verify(&example::one(example::exact("1_init"))), "");
}

#[test]
fn many_objects_are_counted() {
    let mut m = example::differing();
    let more =
        |n: usize| Change { object: format!("table t{n}"), line: 1, statement: "x".into(), ..m.differences[0].clone() };
    m.differences = (0..30).map(more).collect();
    let text = shown(&example::one(m), Detail::Recent);
    assert!(text.contains("30 objects are not as before") && text.contains("… and 22 more objects; --json has all"));
    assert!(text.contains("t7") && !text.contains("t8"), "{text}");
}

#[test]
fn nothing_commands_the_terminal() {
    let evil = "\u{1b}[2J\u{7}\r\n";
    let mut m = example::refused();
    m.name = format!("a{evil}");
    m.down = format!("d{evil}");
    let refusal = m.refusal.as_mut().unwrap();
    refusal.message.push_str(evil);
    refusal.statement = format!("SELECT '{evil}'");
    refusal.file = format!("f{evil}");
    refusal.code = Some(evil.into());
    let mut report = example::of(vec![m, example::lying(), example::differing()]);
    let history = &mut report.histories[0];
    history.dir = evil.into();
    history.engine = Some(evil.into());
    history.migrations[1].gaps[0].table = evil.into();
    history.migrations[1].gaps[0].example = Some((evil.into(), evil.into()));
    history.migrations[2].differences[0].object = evil.into();
    history.migrations[2].differences[0].before = Some(evil.into());
    // Lines are drawn with their colours: what is left after those are taken out has no sequence of its own.
    let text = shown(&report, Detail::Full);
    let lines: String = report.migrations().filter_map(found).map(|line| painted(&line, false).into_owned()).collect();
    assert!(text.contains("refused") && lines.lines().count() == 3, "{lines}");
    for text in [text, lines] {
        assert!(!text.contains(|c: char| c.is_control() && c != '\n'), "{text:?}");
    }
    let raw = verified(&report, Detail::Full, &Files::new(std::path::Path::new("/nowhere")), 100);
    assert!(!raw.contains("\u{1b}[2J"), "{raw:?}");
}

#[test]
fn what_to_do_next() {
    let text = after_verify(&example::report());
    let text = painted(&text, false);
    assert_eq!(
        text,
        "unmigrate generate  writes the rollbacks that are missing\n\
         unmigrate explain rows-differ  what it means and what to do; each verdict has its page\n"
    );
    let text = after_verify(&example::nothing_ran());
    assert!(text.contains("there is no engine") && text.contains("unmigrate explain unverified"), "{text}");
}
