//! Triggers, kept as text.

use super::{Lowering, Read, expected};
use crate::Dialect;
use crate::catalog::{List, Name, Sql, Trigger};
use crate::change::{Change, Pair};
use crate::reader::Reader;

impl Lowering<'_> {
    pub(super) fn create_trigger(&mut self, mut r: Reader, replace: bool) -> Read {
        let dialect = self.dialect();
        let modifiers = r.until(&["TRIGGER"]).to_string();
        r.skip();
        let unless_exists = r.eat("IF NOT EXISTS");
        let name = r.name().ok_or_else(expected("the trigger's name"))?.name;
        let event = r.until(&["ON"]).to_string();
        if !r.eat("ON") {
            return Err("ON is missing".to_string());
        }
        let table = r.name().ok_or_else(expected("the table's name"))?;
        let order = mysql_order(&r);
        let rest = match &order {
            Some((_, _, place)) => {
                let head = r.between(r.mark(), place.start).to_string();
                format!("{head} {}", r.between(place.end, r.mark() + r.tokens_left().len()))
            }
            None => r.rest().to_string(),
        };
        let rest = rest.as_str();
        let table = if self.catalog.views.contains(&table) { table } else { self.known_table(&table) };
        let old = self.trigger_of(&table, &name);
        if old.is_some() && unless_exists {
            return Ok(());
        }
        let old = old.filter(|_| replace);
        let trigger = Trigger {
            lineage: match &old {
                Some(old) => old.lineage,
                None => self.fresh(),
            },
            name,
            modifiers: Sql::new(&modifiers, dialect),
            event: Sql::new(&event, dialect),
            rest: Sql::new(rest, dialect),
            function: called(rest, dialect),
            state: 'O',
            made_as: None,
        };
        match old {
            Some(old) if old == trigger => {}
            Some(old) => self.emit(Change::Trigger { table, pair: Pair::alter(old, trigger) }),
            None => {
                let name = trigger.name.clone();
                self.emit(Change::Trigger { table: table.clone(), pair: Pair::create(trigger) });
                if let Some((follows, other, _)) = order {
                    self.place_trigger(&table, &name, follows, &other);
                }
            }
        }
        Ok(())
    }

    /// A table's triggers stand in the order in which they fire.
    fn place_trigger(&mut self, table: &Name, name: &str, follows: bool, other: &str) {
        let at = |triggers: &List<Trigger>, name: &str| triggers.iter().position(|t| t.name.eq_ignore_ascii_case(name));
        let Some(inside) = self.catalog.tables.get_mut(table) else { return };
        let Some(own) = at(&inside.triggers, name) else { return };
        let trigger = inside.triggers.remove(own);
        let place = at(&inside.triggers, other).map_or(inside.triggers.len(), |p| p + usize::from(follows));
        inside.triggers.insert(place, trigger);
    }

    fn trigger_of(&self, table: &Name, name: &str) -> Option<Trigger> {
        let triggers = match self.catalog.table(table) {
            Some(table) => &table.triggers,
            None => &self.catalog.views.get(table)?.triggers,
        };
        triggers.iter().find(|t| self.catalog.same(&t.name, name)).cloned()
    }

    pub(super) fn drop_trigger(&mut self, mut r: Reader) -> Read {
        let missing_ok = r.eat("IF EXISTS");
        let name = r.name().ok_or_else(expected("the trigger's name"))?.name;
        let table = if r.eat("ON") { r.name() } else { self.owner_of_trigger(&name) };
        let found = table.and_then(|table| {
            let table = self.catalog.table_name(&table).unwrap_or(table);
            Some((self.trigger_of(&table, &name)?, table))
        });
        match found {
            Some((trigger, table)) => {
                self.emit(Change::Trigger { table, pair: Pair::drop(trigger) });
                Ok(())
            }
            None if missing_ok => Ok(()),
            None => Err(format!("{name}: no file makes this trigger, so what it was is not known")),
        }
    }

    /// Outside PostgreSQL a trigger's name stands alone.
    fn owner_of_trigger(&self, name: &str) -> Option<Name> {
        let has = |triggers: &List<Trigger>| triggers.iter().any(|t| self.catalog.same(&t.name, name));
        let table = self.catalog.tables.iter().find(|(_, t)| has(&t.triggers)).map(|(n, _)| n.clone());
        table.or_else(|| self.catalog.views.iter().find(|(_, v)| has(&v.triggers)).map(|(n, _)| n.clone()))
    }

    pub(super) fn alter_trigger(&mut self, mut r: Reader) -> Read {
        let name = r.ident().ok_or_else(expected("the trigger's name"))?;
        if !r.eat("ON") {
            return Err("ON is missing".to_string());
        }
        let table = r.name().ok_or_else(expected("the table's name"))?;
        let before = self.trigger_of(&table, &name).ok_or(format!("{name}: no file makes this trigger"))?;
        if !r.eat("RENAME TO") {
            return Err(format!("ALTER TRIGGER .. {} is not inverted", r.peek_rest()));
        }
        let name = r.ident().ok_or_else(expected("the new name"))?;
        let constraint = before.modifiers.text.eq_ignore_ascii_case("constraint");
        let made_as = before.made_as.clone().or_else(|| constraint.then(|| before.name.clone()));
        let after = Trigger { made_as: made_as.filter(|m| *m != name), name, ..before.clone() };
        self.emit(Change::Trigger { table, pair: Pair::alter(before, after) });
        Ok(())
    }

    /// ENABLE, DISABLE TRIGGER.
    pub(super) fn trigger_state(&mut self, r: &mut Reader, table: &Name) -> Read {
        let enable = r.eat("ENABLE");
        if !enable {
            r.skip();
        }
        let state = match (enable, r.eat_any(&["ALWAYS", "REPLICA"])) {
            (false, _) => 'D',
            (true, Some("ALWAYS")) => 'A',
            (true, Some(_)) => 'R',
            (true, None) => 'O',
        };
        if !r.eat("TRIGGER") {
            return Err(format!("ALTER TABLE .. {} is not inverted", r.peek_rest()));
        }
        let all = r.is("ALL") || r.is("USER");
        let name = r.ident().ok_or_else(expected("the trigger's name"))?;
        let triggers = self.catalog.table(table).map(|t| t.triggers.clone()).unwrap_or_default();
        for before in triggers.into_iter().filter(|t| all || t.name == name) {
            let after = Trigger { state, ..before.clone() };
            if before != after {
                self.emit(Change::Trigger { table: table.clone(), pair: Pair::alter(before, after) });
            }
        }
        Ok(())
    }
}

/// MySQL's `FOR EACH ROW FOLLOWS other`: which of the two, the other, and the tokens that say so.
fn mysql_order(r: &Reader) -> Option<(bool, String, std::ops::Range<usize>)> {
    let mut r = r.clone();
    if r.dialect != Dialect::Mysql || !r.eat("FOR EACH ROW") {
        return None;
    }
    let start = r.mark();
    let follows = r.eat_any(&["FOLLOWS", "PRECEDES"])? == "FOLLOWS";
    let other = r.name()?.name;
    Some((follows, other, start..r.mark()))
}

/// `EXECUTE FUNCTION f()`
fn called(rest: &str, dialect: Dialect) -> Option<Name> {
    let tokens = crate::lex::lex(rest, 0, dialect);
    let mut r = Reader::new(rest, &tokens, dialect);
    r.until(&["EXECUTE FUNCTION", "EXECUTE PROCEDURE"]);
    if !(r.eat("EXECUTE FUNCTION") || r.eat("EXECUTE PROCEDURE")) {
        return None;
    }
    r.name()
}
