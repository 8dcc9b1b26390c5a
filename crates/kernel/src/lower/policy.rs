//! Row security policies.

use super::{Lowering, Read, expected};
use crate::catalog::{Name, Policy, Sql};
use crate::change::{Change, Pair};
use crate::reader::Reader;

impl Lowering<'_> {
    pub(super) fn create_policy(&mut self, mut r: Reader) -> Read {
        r.until(&["POLICY"]);
        r.skip();
        let (name, table) = self.policy_name(&mut r)?;
        let mut policy = Policy {
            lineage: self.fresh(),
            name,
            restrictive: false,
            command: "ALL".to_string(),
            roles: Sql::default(),
            using: None,
            check: None,
        };
        self.policy_clauses(&mut r, &mut policy)?;
        self.emit(Change::Policy { table, pair: Pair::create(policy) });
        Ok(())
    }

    fn policy_name(&mut self, r: &mut Reader) -> Result<(String, Name), String> {
        let name = r.ident().ok_or_else(expected("the policy's name"))?;
        if !r.eat("ON") {
            return Err("ON is missing".to_string());
        }
        let table = r.name().ok_or_else(expected("the table's name"))?;
        Ok((name, self.known_table(&table)))
    }

    fn policy_clauses(&mut self, r: &mut Reader, policy: &mut Policy) -> Read {
        let dialect = self.dialect();
        while !r.done() {
            if r.eat("AS") {
                policy.restrictive = r.is("RESTRICTIVE");
                r.skip();
            } else if r.eat("FOR") {
                policy.command = r.ident().unwrap_or_default().to_ascii_uppercase();
            } else if r.eat("TO") {
                let roles = r.until(&["USING", "WITH CHECK"]);
                let public = roles.eq_ignore_ascii_case("public");
                policy.roles = if public { Sql::default() } else { Sql::new(roles, dialect) };
            } else if r.eat("USING") {
                policy.using = Some(Sql::new(r.parens().ok_or_else(expected("USING's condition"))?.rest(), dialect));
            } else if r.eat("WITH CHECK") {
                policy.check = Some(Sql::new(r.parens().ok_or_else(expected("CHECK's condition"))?.rest(), dialect));
            } else {
                return Err(format!("`{}` in a policy is not understood", r.peek_rest()));
            }
        }
        Ok(())
    }

    fn policy_of(&self, table: &Name, name: &str) -> Option<Policy> {
        self.catalog.table(table)?.policies.iter().find(|p| p.name == name).cloned()
    }

    pub(super) fn alter_policy(&mut self, mut r: Reader) -> Read {
        let (name, table) = self.policy_name(&mut r)?;
        let before = self
            .policy_of(&table, &name)
            .ok_or(format!("{table}.{name}: no file makes this policy, so what it was is not known"))?;
        let mut after = before.clone();
        if r.eat("RENAME TO") {
            after.name = r.ident().ok_or_else(expected("the new name"))?;
        } else {
            self.policy_clauses(&mut r, &mut after)?;
        }
        if before != after {
            self.emit(Change::Policy { table, pair: Pair::alter(before, after) });
        }
        Ok(())
    }

    pub(super) fn drop_policy(&mut self, mut r: Reader) -> Read {
        let missing_ok = r.eat("IF EXISTS");
        let name = r.ident().ok_or_else(expected("the policy's name"))?;
        if !r.eat("ON") {
            return Err("ON is missing".to_string());
        }
        let table = r.name().ok_or_else(expected("the table's name"))?;
        match self.policy_of(&table, &name) {
            Some(policy) => {
                self.emit(Change::Policy { table, pair: Pair::drop(policy) });
                Ok(())
            }
            None if missing_ok => Ok(()),
            None => Err(format!("{table}.{name}: no file makes this policy, so what it was is not known")),
        }
    }
}
