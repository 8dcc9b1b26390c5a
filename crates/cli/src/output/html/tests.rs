//! What the page holds, and what it must never hold.

use super::*;
use crate::output::verify_example as example;
use std::fs;

fn shown(report: &VerifyReport, losses: &Losses) -> String {
    let dir = tempfile::tempdir().unwrap();
    example::write_files(dir.path());
    page(report, losses, &Files::new(dir.path()))
}

/// Set UNMIGRATE_SHOW to a file to look at this page in a browser.
#[test]
fn a_long_history() {
    let dir = tempfile::tempdir().unwrap();
    let (report, losses) = example::long(dir.path());
    let page = page(&report, &losses, &Files::new(dir.path()));
    let all = report.migrations().count();
    assert!(all > 60);
    assert_eq!(page.matches("<details").count(), all);
    assert_eq!(page.matches("<details open").count(), 1, "only the one that lies stands open");
    assert!(page.contains(&format!("<h1>69 of {all} rollbacks proven</h1>")));
    if let Some(file) = std::env::var_os("UNMIGRATE_SHOW") {
        fs::write(file, page).unwrap();
    }
}

#[test]
fn nothing_untrusted_becomes_markup() {
    let dir = tempfile::tempdir().unwrap();
    let (report, losses) = example::long(dir.path());
    let page = page(&report, &losses, &Files::new(dir.path()));
    // In names, paths, titles, SQL, definitions.
    assert!(page.contains("&lt;script&gt;alert(1)") && page.contains("&lt;img src=x") && page.contains("&lt;b&gt;me"));
    for markup in ["<script", "<img", "<b>", "javascript:", " onerror=\"", " onclick"] {
        assert!(!page.contains(markup), "{markup}");
    }
    let attributes = page.split('<').flat_map(|tag| tag.split_once('>').map(|(tag, _)| tag));
    assert!(attributes.clone().count() > 1000);
    for tag in attributes {
        assert!(tag.matches('"').count().is_multiple_of(2), "a quote out of place: <{tag}>");
    }
}

#[test]
fn it_loads_nothing_and_runs_nothing() {
    let page = shown(&example::report(), &Losses::new());
    assert!(page.get(..START.len()).is_some_and(|start| start.eq_ignore_ascii_case(START)));
    assert!(page.contains(r#"content="default-src 'none'; style-src 'unsafe-inline';"#));
    for outside in ["http:", "https:", "src=", "url(", "@import", "<link", "<iframe", "<script", "<form"] {
        assert!(!page.contains(outside), "{outside}");
    }
    assert!(page.contains("prefers-color-scheme: dark") && page.contains("width=device-width"));
}

#[test]
fn every_link_leads_to_one_place() {
    let dir = tempfile::tempdir().unwrap();
    // Here files are missing, and there a line is.
    assert!(links(&shown(&example::report(), &Losses::new())) > 12);
    let (mut report, losses) = example::long(dir.path());
    report.histories[0].migrations[9].differences[0].line = 5000;
    assert!(links(&page(&report, &losses, &Files::new(dir.path()))) > 80);
}

/// How many links there are; each leads to an id, and no id is there twice.
fn links(page: &str) -> usize {
    let after = |start: &'static str| page.split(start).skip(1).map(|rest| rest.split('"').next().unwrap_or_default());
    let mut ids: Vec<&str> = after(" id=\"").collect();
    ids.sort_unstable();
    let links: Vec<&str> = after("href=\"#").collect();
    let dead: Vec<_> = links.iter().filter(|link| ids.binary_search(link).is_err()).collect();
    assert!(dead.is_empty(), "{dead:?}");
    let before = ids.len();
    ids.dedup();
    assert_eq!(ids.len(), before, "an id twice");
    links.len()
}

#[test]
fn every_verdict_is_said_in_words_and_by_a_sign() {
    let page = shown(&example::report(), &Losses::new());
    for migration in example::report().migrations() {
        let (name, words) = (&migration.name, migration.verdict.words());
        assert!(page.contains(&format!("title=\"{name}: {words}\" aria-label=\"{name}: {words}\"")), "{name}");
        let line = format!("<span class=\"name\">{name}</span><span class=\"verdict\">{words}</span>");
        assert!(page.contains(&line), "{name}");
    }
    let mut signs: Vec<&str> =
        page.split("aria-hidden=\"true\">").skip(1).filter_map(|r| r.split('<').next()).collect();
    signs.sort_unstable();
    signs.dedup();
    assert_eq!(signs.len(), 8, "refused and up refused share one: {signs:?}");
}

#[test]
fn one_migration() {
    let losses = Losses::from([("prisma/migrations/20240601_phone/migration.sql".into(), vec![example::note()])]);
    let page = shown(&example::one(example::differing()), &losses);
    let at = page.find("<li class=\"migration differs\" data-asks>").unwrap();
    let end = page[at..].find("</figure></div>").unwrap();
    let down = "prisma/migrations/20240601_phone/down.sql";
    let expected = [
        "<span class=\"name\">20240601_phone</span><span class=\"verdict\">differs</span>",
        "<span class=\"aside\">lossless · 24 rows · 41 ms</span>",
        "After the rollback of `20240601_phone`, 2 objects are not as before.",
        "Column users.phone is not as before.",
        "<code>character varying(32)<mark> NOT NULL</mark></code>",
        "<a href=\"#m0-0-down-3\">down.sql:3</a>",
        "Index users_phone_key is not brought back.",
        "<p class=\"aside\">not there</p>",
        "unmigrate verify 20240601_phone",
        "<span class=\"kind\">gone</span> <code>users.phone</code> its values went with the column",
        "The catalogs and the rows, after up and down, on PostgreSQL 17.2 (24 rows in 3 tables).",
        "<strong>Migration</strong>",
        "<span class=\"k\">DROP</span> <span class=\"k\">COLUMN</span> &quot;phone&quot;;",
        &format!("<strong>Rollback</strong> <span class=\"aside\">{down}</span>"),
        "<span class=\"l hit\" id=\"m0-0-down-3\"><span class=\"n\">3</span>",
        "<span class=\"c\">-- back</span>",
        "<span class=\"said\">column users.phone is not as before</span>",
        "<span class=\"said\">index users_phone_key is not brought back</span>",
    ];
    let mut rest = &page[at..at + end];
    for part in expected {
        let found = rest.find(part);
        assert!(found.is_some(), "missing, or not in its order: {part}\n{rest}");
        rest = &rest[found.unwrap() + part.len()..];
    }
}

#[test]
fn what_is_not_known_is_not_said() {
    let mut report = example::nothing_ran();
    report.histories[0].migrations[0].rows = Default::default();
    let page = shown(&report, &Losses::new());
    assert!(page.contains("0 of 1 rollbacks proven") && page.contains("PostgreSQL, on no engine"));
    assert!(page.contains("Nothing ran.") && page.contains("The file can't be shown"));
    assert!(!page.contains("The catalogs and the rows,") && !page.contains("<nav"));
    let page = shown(&example::one(example::refused()), &Losses::new());
    assert!(
        page.contains("Nothing: the migration ran on PostgreSQL 17.2 (24 rows in 3 tables), its rollback did not.")
    );
    assert!(!page.contains("The catalogs and the rows,"));
}
