//! What guards a table, compared between two catalogs.

use crate::catalog::{Catalog, Privilege, Table};

/// In how far the tables of `now` are less protected than those of `before` that they are: one sentence each.
pub fn lost(before: &Catalog, now: &Catalog) -> Vec<String> {
    let mut lost = Vec::new();
    for (name, was) in before.tables.iter() {
        let Some(is) = now.table(name) else { continue };
        if was.row_security && !is.row_security {
            lost.push(format!("row security of `{name}` is off"));
        }
        if was.force_row_security && !is.force_row_security {
            lost.push(format!("row security of `{name}` is not forced on its owner any more"));
        }
        policies(was, is, &mut lost);
        for trigger in &was.triggers {
            match is.triggers.iter().find(|t| t.name == trigger.name) {
                None => lost.push(format!("the trigger `{}` of `{name}` is missing", trigger.name)),
                Some(now) if now.state == 'D' && trigger.state != 'D' => {
                    lost.push(format!("the trigger `{}` of `{name}` is disabled", trigger.name));
                }
                Some(_) => {}
            }
        }
    }
    let held = |c: &Catalog, p: &Privilege| c.privileges.get(p).is_some_and(|g| g.held);
    for (privilege, granted) in now.privileges.iter().filter(|(_, g)| g.held) {
        let known = before.tables.contains(&privilege.target.name);
        if known && granted.held && !held(before, privilege) {
            let Privilege { target, privilege, grantee } = privilege;
            lost.push(format!("{grantee} holds {privilege} on `{}`", target.name));
        }
    }
    for (privilege, _) in before.privileges.iter().filter(|(_, g)| !g.held) {
        if now.privileges.get(privilege).is_none_or(|g| g.held) && before.tables.contains(&privilege.target.name) {
            let Privilege { target, privilege, grantee } = privilege;
            lost.push(format!("{grantee} holds {privilege} on `{}` again", target.name));
        }
    }
    lost
}

fn policies(was: &Table, is: &Table, lost: &mut Vec<String>) {
    let name = &was.name;
    for policy in &was.policies {
        match is.policies.iter().find(|p| p.name == policy.name) {
            // Without a permissive policy nothing is allowed; a missing restrictive one allows more.
            None if policy.restrictive => lost.push(format!("the policy `{}` of `{name}` is missing", policy.name)),
            Some(now) if now.using != policy.using || now.check != policy.check || now.roles != policy.roles => {
                lost.push(format!("the policy `{}` of `{name}` says something else", policy.name));
            }
            _ => {}
        }
    }
    for policy in is.policies.iter().filter(|p| !p.restrictive && !was.policies.iter().any(|w| w.name == p.name)) {
        lost.push(format!("the policy `{}` of `{name}` allows more", policy.name));
    }
}
