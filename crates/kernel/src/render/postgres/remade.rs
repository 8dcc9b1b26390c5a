//! What is made anew has lost what was said of it before: its comments, and of a view the privileges and the rules.

use crate::catalog::{Catalog, Name, Target};
use crate::change::{Change, Pair};
use crate::diff::{Phase, Step};
use crate::render::Context;
use std::collections::BTreeSet;

/// The steps, and behind what they make anew what was said of it.
pub fn with_what_was_said(mut steps: Vec<Step>, context: &Context) -> Vec<Step> {
    if !steps.iter().any(|s| is_made(&s.change)) || !(says(context.now) || says(context.target)) {
        return steps;
    }
    let end = context.at(&steps);
    let gone = views(&steps, |pair| pair.0);
    // With the view goes what was granted on it.
    steps.retain(|s| !(s.phase == Phase::Revoke && on(&s.change).is_some_and(|name| gone.contains(name))));
    let made = views(&steps, |pair| pair.1);
    for step in &mut steps {
        if let Change::Privilege { privilege, pair } = &mut step.change
            && made.contains(&privilege.target.name)
        {
            pair.before = None;
        }
    }
    let mut more = comments(&steps, &end);
    more.extend(privileges(&steps, &end, &made));
    more.extend(rules(&steps, &end, &made));
    if !more.is_empty() {
        steps.extend(more);
        crate::diff::sort(&mut steps, crate::Dialect::Postgres);
    }
    steps
}

fn says(catalog: &Catalog) -> bool {
    let rules = || catalog.others.keys().any(|(kind, _)| *kind == "RULE");
    !catalog.comments.is_empty() || !catalog.privileges.is_empty() || rules()
}

fn is_made(change: &Change) -> bool {
    match change {
        Change::View(pair) => pair.before.is_none(),
        Change::Constraint { pair, .. } => pair.before.is_none(),
        Change::Index { pair, .. } => pair.before.is_none(),
        Change::Trigger { pair, .. } => pair.before.is_none(),
        Change::Policy { pair, .. } => pair.before.is_none(),
        Change::Column { pair, .. } => pair.before.is_none(),
        _ => false,
    }
}

/// The views of which the steps drop (the first) or make (the second) one.
fn views(steps: &[Step], side: impl Fn((bool, bool)) -> bool) -> BTreeSet<Name> {
    let one = |step: &Step| match &step.change {
        Change::View(Pair { before: Some(view), after: None }) => side((true, false)).then(|| view.name.clone()),
        Change::View(Pair { before: None, after: Some(view) }) => side((false, true)).then(|| view.name.clone()),
        _ => None,
    };
    steps.iter().filter_map(one).collect()
}

/// The object that a privilege is on.
fn on(change: &Change) -> Option<&Name> {
    match change {
        Change::Privilege { privilege, .. } => Some(&privilege.target.name),
        _ => None,
    }
}

/// Is a comment on what a change makes?
fn is_on(target: &Target, change: &Change) -> bool {
    let part =
        |kind: &str, table: &Name, part: &str| target.kind == kind && target.name == *table && target.part == part;
    let index = |table: &Name, name: &str| {
        target.kind == "INDEX" && target.name.name == name && target.name.schema == table.schema
    };
    match change {
        Change::View(Pair { before: None, after: Some(view) }) => {
            const INSIDE: [&str; 5] = ["VIEW", "MATERIALIZED VIEW", "COLUMN", "TRIGGER", "RULE"];
            (target.name == view.name && INSIDE.contains(&target.kind))
                || view.indexes.iter().any(|i| index(&view.name, &i.name))
        }
        Change::Constraint { table, pair: Pair { before: None, after: Some(made) } } => {
            part("CONSTRAINT", table, &made.name) || (made.has_index() && index(table, &made.name))
        }
        Change::Index { table, pair: Pair { before: None, after: Some(made) } } => index(table, &made.name),
        Change::Trigger { table, pair: Pair { before: None, after: Some(made) } } => part("TRIGGER", table, &made.name),
        Change::Policy { table, pair: Pair { before: None, after: Some(made) } } => part("POLICY", table, &made.name),
        Change::Column { table, pair: Pair { before: None, after: Some(made) }, .. } => {
            part("COLUMN", table, &made.name)
        }
        _ => false,
    }
}

fn comments(steps: &[Step], end: &Catalog) -> Vec<Step> {
    let said =
        |target: &Target| steps.iter().any(|s| matches!(&s.change, Change::Comment { target: t, .. } if t == target));
    let lost = |target: &Target| steps.iter().any(|s| is_on(target, &s.change));
    end.comments
        .iter()
        .filter(|(target, _)| lost(target) && !said(target))
        .map(|(target, text)| Step {
            phase: Phase::Comment,
            change: Change::Comment { target: target.clone(), pair: Pair { before: None, after: Some(text.clone()) } },
        })
        .collect()
}

fn privileges(steps: &[Step], end: &Catalog, made: &BTreeSet<Name>) -> Vec<Step> {
    end.privileges
        .iter()
        .filter(|(p, _)| p.target.kind == "TABLE" && made.contains(&p.target.name))
        .map(|(privilege, granted)| Step {
            phase: Phase::Grant,
            change: Change::Privilege {
                privilege: privilege.clone(),
                pair: Pair { before: None, after: Some(*granted) },
            },
        })
        .filter(|step| !steps.contains(step))
        .collect()
}

fn rules(steps: &[Step], end: &Catalog, made: &BTreeSet<Name>) -> Vec<Step> {
    let of_made = |name: &Name| {
        let view = name.name.split_once(" ON ").map(|(_, view)| name.sibling(view));
        view.is_some_and(|view| made.contains(&view))
    };
    end.others
        .iter_shared()
        .filter(|((kind, name), _)| *kind == "RULE" && of_made(name))
        .map(|(_, rule)| Step { phase: Phase::CreateAbout, change: Change::Other(Pair::create(rule.clone())) })
        .filter(|step| !steps.contains(step))
        .collect()
}
