//! A report with everything in it, and the files that it is about: what the tests of every output show.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use unmigrate_app::verify::{Change, Gap, MigrationVerdict, Refusal, Rows, Verdict, VerifiedHistory, VerifyReport};
use unmigrate_app::{NoteReport, Problem};
use unmigrate_kernel::{Grade, NoteKind};

const DIR: &str = "prisma/migrations";

/// A proven migration.
pub fn exact(name: &str) -> MigrationVerdict {
    MigrationVerdict {
        name: name.into(),
        up: format!("{DIR}/{name}/migration.sql"),
        down: format!("{DIR}/{name}/down.sql"),
        grade: Some(Grade::Lossless),
        verdict: Verdict::Exact,
        empty: vec![],
        rows: Rows { made: 24, tables: 3, refused: 0 },
        sample: None,
        differences: vec![],
        gaps: vec![],
        refusal: None,
        remembered: false,
        milliseconds: 41,
    }
}

fn with(name: &str, verdict: Verdict) -> MigrationVerdict {
    MigrationVerdict { verdict, ..exact(name) }
}

fn change(object: &str, before: Option<&str>, after: Option<&str>, at: (&str, usize, &str)) -> Change {
    Change {
        object: object.into(),
        before: before.map(Into::into),
        after: after.map(Into::into),
        file: at.0.into(),
        line: at.1,
        statement: at.2.into(),
        after_redo: false,
    }
}

/// Two objects of one statement.
pub fn differing() -> MigrationVerdict {
    let mut m = with("20240601_phone", Verdict::Differs);
    let at = (&*m.down.clone(), 3, "ALTER TABLE \"users\" ADD COLUMN \"phone\" varchar(32)");
    m.differences = vec![
        change("column users.phone", Some("character varying(32) NOT NULL"), Some("character varying(32)"), at),
        change(
            "index users_phone_key",
            Some("CREATE UNIQUE INDEX users_phone_key ON users USING btree (phone)"),
            None,
            at,
        ),
    ];
    m
}

/// Lossless, it says.
pub fn lying() -> MigrationVerdict {
    let mut m = with("20240604_narrow", Verdict::RowsDiffer);
    let gap = |column: &str, count, was: &str, is: &str| Gap {
        row: None,
        table: "users".into(),
        column: Some(column.into()),
        count,
        example: Some((was.into(), is.into())),
    };
    m.gaps = vec![gap("bio", 3, "Grüße aus Łódź, 東京", "Grüße aus "), gap("nick", 1, "a", "NULL")];
    m
}

/// Rows gone that its file does not name; a person wrote it.
pub fn losing() -> MigrationVerdict {
    let mut m = with("20240605_drop_orders", Verdict::RowsDiffer);
    m.grade = None;
    m.gaps = vec![Gap { table: "orders".into(), column: None, count: 12, row: None, example: None }];
    m
}

/// A statement of the rollback that the engine does not take.
pub fn refused() -> MigrationVerdict {
    let mut m = with("20240602_view", Verdict::Refused);
    m.refusal = Some(Refusal {
        file: m.down.clone(),
        line: 4,
        statement: "ALTER TABLE \"Bestellungen\" DROP COLUMN \"größe\"".into(),
        message:
            "cannot drop column größe of table \"Bestellungen\" because other objects depend on it\nDETAIL:  view \
                  big depends on column größe"
                .into(),
        code: Some("2BP01".into()),
    });
    m
}

/// A person's, in a file that is not there any more.
pub fn left_behind() -> MigrationVerdict {
    let mut m = with("20240603_tags", Verdict::Differs);
    m.grade = None;
    let mut found =
        change("type tag_kind", None, Some("ENUM ('a', 'b')"), (&*m.up.clone(), 7, "CREATE TYPE \"tag_kind\" …"));
    found.after_redo = true;
    m.differences = vec![found];
    m
}

fn up_refused() -> MigrationVerdict {
    let mut m = with("20240607_postgis", Verdict::UpRefused);
    m.refusal = Some(Refusal {
        file: m.up.clone(),
        line: 1,
        statement: "CREATE EXTENSION postgis".into(),
        message: "extension \"postgis\" is not available".into(),
        code: Some("0A000".into()),
    });
    m
}

fn approximate() -> MigrationVerdict {
    let mut m = with("20240606_order", Verdict::Approximate);
    m.differences = vec![change(
        "order users",
        Some("id, phone, name"),
        Some("id, name, phone"),
        (&*m.down.clone(), 2, "ALTER TABLE \"users\" ADD COLUMN \"phone\" text"),
    )];
    m
}

/// One history.
pub fn one(migration: MigrationVerdict) -> VerifyReport {
    of(vec![migration])
}

/// One history.
pub fn of(migrations: Vec<MigrationVerdict>) -> VerifyReport {
    let history = VerifiedHistory {
        tool: "prisma",
        dialect: "postgresql",
        dir: DIR.into(),
        engine: Some("PostgreSQL 17.2".into()),
        migrations,
    };
    VerifyReport { version: 1, histories: vec![history], problems: vec![] }
}

/// Every verdict.
pub fn report() -> VerifyReport {
    let mut remembered = exact("20240102_remembered");
    remembered.remembered = true;
    let by_hand = MigrationVerdict { grade: Some(Grade::Manual), ..with("20240606_copy", Verdict::ByHand) };
    let missing = MigrationVerdict { grade: None, ..with("20240607_new", Verdict::Missing) };
    let unverified = with("20240608_after", Verdict::Unverified);
    of(vec![
        exact("20240101_init"),
        remembered,
        differing(),
        refused(),
        left_behind(),
        lying(),
        losing(),
        approximate(),
        by_hand,
        up_refused(),
        missing,
        unverified,
    ])
}

/// The files that the findings are about, one with the line ends and the byte order mark of Windows.
pub fn write_files(cwd: &Path) {
    let write = |file: &str, text: &str| {
        let path = cwd.join(DIR).join(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    };
    let head = |grade: &str| format!("-- unmigrate v1 {grade} up=sha256:00 body=sha256:00 base=sha256:00\n");
    write(
        "20240601_phone/down.sql",
        &(head("lossy") + "BEGIN;\n  ALTER TABLE \"users\" ADD COLUMN \"phone\" varchar(32); -- back\nCOMMIT;\n"),
    );
    write("20240601_phone/migration.sql", "ALTER TABLE \"users\" DROP COLUMN \"phone\";\n");
    write(
        "20240602_view/down.sql",
        &format!(
            "\u{feff}{}-- für „größe“\nBEGIN;\nSELECT '日本語'; ALTER TABLE \"Bestellungen\"\n\tDROP COLUMN \"größe\";\nCOMMIT;\n",
            head("lossless")
        )
        .replace('\n', "\r\n"),
    );
    write("20240604_narrow/down.sql", &(head("lossless") + "ALTER TABLE users ALTER COLUMN bio TYPE text;\n"));
    write("20240607_postgis/migration.sql", "CREATE EXTENSION postgis;\nCREATE TABLE places (at geometry);\n");
}

/// What is known of one of them without an engine.
pub fn note() -> NoteReport {
    NoteReport {
        kind: NoteKind::Gone,
        object: "users.phone".into(),
        detail: "its values went with the column".into(),
        file: format!("{DIR}/20240601_phone/migration.sql"),
        line: 1,
        question: None,
        count: None,
    }
}

/// No engine was there.
pub fn nothing_ran() -> VerifyReport {
    let mut report = of(vec![with("20240101_init", Verdict::Unverified)]);
    report.histories[0].engine = None;
    report.problems = vec![Problem::error("unreadable", "there is no engine", "name one").at(DIR)];
    report
}

/// A history as long as many are, with everything in it that is awkward to show; its files are written below `cwd`.
pub fn long(cwd: &Path) -> (VerifyReport, BTreeMap<String, Vec<NoteReport>>) {
    write_files(cwd);
    let mut report = report();
    let some = std::mem::take(&mut report.histories[0].migrations);
    let mut all: Vec<MigrationVerdict> = (0..66).map(filler).collect();
    all.extend(some);
    all.insert(9, wide());
    for m in &all {
        fill(cwd, &m.up, &sql_of(&m.name, "ADD COLUMN"));
        fill(
            cwd,
            &m.down,
            &format!(
                "-- unmigrate v1 lossless up=sha256:0 body=sha256:0 base=sha256:0\n{}",
                sql_of(&m.name, "DROP COLUMN")
            ),
        );
    }
    report.histories[0].migrations = all;
    let mut second = example_on_nothing();
    second.dir = "apps/worker/drizzle".into();
    report.histories.push(second);
    report.problems.push(Problem::error(
        "unreadable",
        "no engine for `apps/worker/drizzle`: nothing answers at the scratch URL",
        "start it, or name another:\nunmigrate verify --scratch-url-env SCRATCH",
    ));
    let mut losses = BTreeMap::from([(format!("{DIR}/20240601_phone/migration.sql"), vec![note(), note()])]);
    losses.insert(wide().up, vec![note()]);
    (report, losses)
}

fn example_on_nothing() -> VerifiedHistory {
    let migrations = (0..4).map(|n| MigrationVerdict {
        rows: Rows::default(),
        milliseconds: 0,
        ..with(&format!("000{n}_jobs"), Verdict::Unverified)
    });
    VerifiedHistory { engine: None, tool: "drizzle", ..of(migrations.collect()).histories.remove(0) }
}

fn filler(n: usize) -> MigrationVerdict {
    let mut m = exact(&format!(
        "2023{:02}{:02}120000_{}",
        1 + n / 6,
        1 + n % 28,
        ["add_users", "orders_index", "größe_und_länge", "テーブル"][n % 4]
    ));
    m.grade = [Some(Grade::Lossless), Some(Grade::Lossy), Some(Grade::Lossless)][n % 3];
    m.remembered = n.is_multiple_of(5);
    m.milliseconds = (n * 7 % 90) as u64;
    m
}

/// A long name, long lines, a long definition, and much that wants to be markup.
fn wide() -> MigrationVerdict {
    let mut m = with(
        "20230801120000_<script>alert(1)</script>_a_name_that_goes_on_and_on_because_somebody_described_the_whole_ticket_in_it",
        Verdict::Differs,
    );
    let long = "CREATE VIEW report AS SELECT ".to_owned() + &"orders.total_amount_in_minor_units, ".repeat(30);
    m.differences = vec![
        change("view public.report", Some(&(long.clone() + "1")), Some(&(long + "2")), (&*m.down.clone(), 5, "")),
        change(
            "policy orders_are_private on orders",
            Some("FOR SELECT USING (owner = '<b>me</b>')"),
            None,
            (&*m.down.clone(), 5, ""),
        ),
    ];
    m
}

fn sql_of(name: &str, what: &str) -> String {
    let long = "'<img src=x onerror=alert(1)> & \"ünïcode\" 数据库', ".repeat(12);
    format!(
        "-- {name}\nBEGIN;\n\nALTER TABLE \"users\" {what} \"nickname\" varchar(50);\nINSERT INTO \"labels\" (\"name\") VALUES ({long}NULL);\n\
         CREATE OR REPLACE FUNCTION touch() RETURNS trigger AS $$\nBEGIN\n\tNEW.updated_at = now();\n\tRETURN NEW;\nEND\n$$ LANGUAGE plpgsql;\nCOMMIT;\n"
    )
}

fn fill(cwd: &Path, file: &str, text: &str) {
    let path = cwd.join(file);
    if !path.exists() {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
}
