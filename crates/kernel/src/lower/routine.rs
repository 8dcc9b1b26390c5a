//! Functions, procedures and aggregates, kept as text and told apart by their input types.

use super::{Lowering, Read, changed_unread, expected};
use crate::Dialect;
use crate::catalog::{Column, ConstraintKind, Index, Name, Routine, Sql, Target, mentions};
use crate::change::{Change, Pair};
use crate::reader::Reader;
use crate::types;
use std::rc::Rc;

impl Lowering<'_> {
    pub(super) fn create_routine(&mut self, mut r: Reader, replace: bool) -> Read {
        let mark = r.mark();
        let kind = kind_here(&mut r)?;
        let modifiers = r.between(mark, r.mark() - 1).to_string();
        let unless_exists = r.eat("IF NOT EXISTS");
        let name = r.name().ok_or_else(expected("the routine's name"))?;
        let mark = r.mark();
        let signature = match r.parens() {
            Some(arguments) if self.dialect().is_postgres() => signature(arguments),
            _ => String::new(),
        };
        r.reset(mark);
        let key = (name.clone(), signature.clone());
        let old = self.catalog.routines.shared(&key);
        if old.is_some() && unless_exists {
            return Ok(());
        }
        let unknown = replace && old.is_none() && self.catalog.unread.remove(&name);
        let old = old.filter(|_| replace);
        let routine = Routine {
            lineage: match &old {
                Some(old) => old.lineage,
                None => self.fresh(),
            },
            name,
            kind,
            modifiers: Sql::new(&modifiers, self.dialect()),
            signature,
            rest: Sql::verbatim(r.rest()),
        };
        if unknown {
            let why = changed_unread("routine", &key.0);
            self.catalog.routines.assume(key, routine);
            return Err(why);
        }
        match old {
            Some(old) if *old == routine => {}
            Some(old) => self.emit(Change::Routine(Pair::alter(old, Rc::new(routine)))),
            None => self.emit(Change::Routine(Pair::create(Rc::new(routine)))),
        }
        Ok(())
    }

    pub(super) fn drop_routine(&mut self, mut r: Reader) -> Read {
        r.skip();
        let missing_ok = r.eat("IF EXISTS");
        loop {
            let name = r.name().ok_or_else(expected("the routine's name"))?;
            let given = r.parens().map(signature);
            let found = self.find_routine(&name, given.as_deref());
            if let Some(routine) = found.as_ref().filter(|_| r.peek_rest().to_ascii_uppercase().ends_with("CASCADE")) {
                self.drop_users(&routine.name)?;
            }
            match found {
                Some(routine) => self.drop_routine_of(routine),
                None if self.catalog.unread.contains(&name) => {
                    return Err(changed_unread("routine", &name));
                }
                None if missing_ok => {}
                None => return Err(format!("{name}: no file makes this routine, so what it was is not known")),
            }
            if !r.eat_punct(b',') {
                return Ok(());
            }
        }
    }

    /// A routine goes, with its comment.
    pub(super) fn drop_routine_of(&mut self, routine: Rc<Routine>) {
        for kind in ["FUNCTION", "PROCEDURE", "AGGREGATE"] {
            self.uncomment(&Target { kind, name: routine.name.clone(), part: routine.signature.clone() });
        }
        self.emit(Change::Routine(Pair::drop(routine)));
    }

    /// What CASCADE takes along: triggers that run the routine; policies, checks, indexes, views, defaults and generated
    /// columns that call it.
    pub(super) fn drop_users(&mut self, routine: &Name) -> Read {
        let dialect = self.dialect();
        let named = |sql: &Sql| mentions(&sql.text, &routine.name, dialect);
        // Of several routines of one name, which one is called can't be told.
        let several = self.catalog.routines.keys().filter(|(n, _)| n == routine).count() > 1;
        let mut taken = Vec::new();
        let mut columns: Vec<(Name, Column)> = Vec::new();
        for (name, table) in self.catalog.tables.iter() {
            let in_column = |c: &&Column| {
                c.default.as_ref().is_some_and(named) || c.generated.as_ref().is_some_and(|g| named(&g.expression))
            };
            if let Some(column) = table.columns.iter().find(in_column).filter(|_| several) {
                return Err(format!("CASCADE takes along what uses {routine}, and {name}.{} does", column.name));
            }
            columns.extend(table.columns.iter().filter(in_column).map(|c| (name.clone(), c.clone())));
            for trigger in table.triggers.iter().filter(|t| t.function.as_ref() == Some(routine)) {
                taken.push(Change::Trigger { table: name.clone(), pair: Pair::drop(trigger.clone()) });
            }
            for policy in table.policies.iter().filter(|p| p.using.iter().chain(&p.check).any(named)) {
                taken.push(Change::Policy { table: name.clone(), pair: Pair::drop(policy.clone()) });
            }
            for check in
                table.constraints.iter().filter(|c| matches!(&c.kind, ConstraintKind::Check(sql) if named(sql)))
            {
                taken.push(Change::Constraint { table: name.clone(), pair: Pair::drop(check.clone()) });
            }
            let in_index = |i: &Index| {
                i.predicate.as_ref().is_some_and(named)
                    || i.parts.iter().any(|p| p.expression.as_ref().is_some_and(named))
            };
            for index in table.indexes.iter().filter(|i| in_index(i)) {
                taken.push(Change::Index { table: name.clone(), pair: Pair::drop(index.clone()) });
            }
        }
        taken.into_iter().for_each(|change| self.emit(change));
        for (table, column) in columns {
            match column.generated {
                Some(_) => self.drop_column(&table, &column.name, true)?,
                None => self.alter_column(&table, &column.name, |c| c.default = None),
            }
        }
        let views: Vec<Name> =
            self.catalog.views.iter().filter(|(_, v)| named(&v.query)).map(|(n, _)| n.clone()).collect();
        views.iter().try_for_each(|view| self.drop_view(view, true, true))
    }

    pub(super) fn find_routine(&self, name: &Name, signature: Option<&str>) -> Option<Rc<Routine>> {
        if let Some(signature) = signature
            && let Some(routine) = self.catalog.routines.shared(&(name.clone(), signature.to_string()))
        {
            return Some(routine);
        }
        let same = |n: &Name| n.schema == name.schema && self.catalog.same(&n.name, &name.name);
        let mut of_name = self.catalog.routines.keys().filter(|(n, _)| same(n));
        let (only, more) = (of_name.next()?.clone(), of_name.next().is_some());
        if more || signature.is_some_and(|s| s != only.1 && self.dialect().is_postgres()) {
            return None;
        }
        self.catalog.routines.shared(&only)
    }

    pub(super) fn alter_routine(&mut self, mut r: Reader) -> Read {
        r.skip();
        let name = r.name().ok_or_else(expected("the routine's name"))?;
        let given = r.parens().map(signature);
        if r.is("OWNER") {
            return Ok(());
        }
        let before = self.find_routine(&name, given.as_deref()).ok_or(format!("{name}: no file makes this routine"))?;
        let mut after = (*before).clone();
        if r.eat("RENAME TO") {
            after.name = name.sibling(r.ident().ok_or_else(expected("the new name"))?);
        } else if r.eat("SET SCHEMA") {
            after.name = Name::new(r.ident().ok_or_else(expected("the schema"))?, name.name.clone(), self.dialect());
        } else if r.are("SET SEARCH_PATH") {
            // A setting stands behind the body as well as before it.
            after.rest = Sql::verbatim(&format!("{}\n{}", before.rest.text, r.rest()));
        } else if self.dialect().is_postgres() && says_anew(&before.rest.text, r.peek_rest()) {
            after.rest = Sql::verbatim(&format!("{}\n{}", before.rest.text, r.rest()));
        } else {
            // What it is from here on is not known.
            self.catalog.routines.forget(&(before.name.clone(), before.signature.clone()));
            self.catalog.unread.insert(name);
            return Err(format!("ALTER FUNCTION .. {} is not inverted", r.peek_rest()));
        }
        self.emit(Change::Routine(Pair::alter(before, Rc::new(after))));
        Ok(())
    }
}

/// Are these options of a routine such as CREATE FUNCTION takes, and none of them of a kind that its text has already?
fn says_anew(rest: &str, options: &str) -> bool {
    // What CREATE FUNCTION knows of each kind; of all of a kind it takes but one.
    const KINDS: [&[&str]; 7] = [
        &["IMMUTABLE", "STABLE", "VOLATILE"],
        &["STRICT", "CALLED"],
        &["SECURITY"],
        &["LEAKPROOF"],
        &["PARALLEL"],
        &["COST"],
        &["SET"],
    ];
    const BESIDE: [&str; 11] =
        ["DEFINER", "INVOKER", "EXTERNAL", "SAFE", "UNSAFE", "RESTRICTED", "ON", "NULL", "INPUT", "NOT", "TO"];
    let words = |text: &str| -> Vec<String> {
        let tokens = crate::lex::lex(text, 0, Dialect::Postgres);
        let words = tokens.iter().filter(|t| t.kind == crate::lex::Kind::Word);
        words.map(|t| text[t.start..t.end].to_ascii_uppercase()).collect()
    };
    let (has, says) = (words(rest), words(options));
    // What is set runs to the end.
    let set = says.iter().position(|w| w == "SET").unwrap_or(says.len());
    let known = |word: &String| KINDS.iter().any(|k| k.contains(&word.as_str())) || BESIDE.contains(&word.as_str());
    let fresh = KINDS.iter().all(|kind| {
        let of_kind = |words: &[String]| words.iter().any(|w| kind.contains(&w.as_str()));
        !of_kind(&says) || !of_kind(&has)
    });
    let several = says.iter().filter(|w| *w == "SET").count() > 1;
    !says.is_empty() && says[..set].iter().all(known) && fresh && !several
}

fn kind_here(r: &mut Reader) -> Result<&'static str, String> {
    r.until(&["FUNCTION", "PROCEDURE", "AGGREGATE"]);
    let kind = match r.word().map(str::to_ascii_uppercase).as_deref() {
        Some("FUNCTION") => "FUNCTION",
        Some("PROCEDURE") => "PROCEDURE",
        Some("AGGREGATE") => "AGGREGATE",
        _ => return Err("what kind of routine it is can't be told".to_string()),
    };
    r.skip();
    Ok(kind)
}

/// The canonical types of the input arguments: `(IN a int, b text DEFAULT 'x', OUT c int)` is `integer, text`.
pub fn signature(arguments: Reader) -> String {
    let types: Vec<String> = arguments.commas().into_iter().filter_map(argument).collect();
    types.join(", ")
}

fn argument(mut r: Reader) -> Option<String> {
    let mode = r.eat_any(&["INOUT", "IN", "OUT", "VARIADIC"]);
    if mode == Some("OUT") {
        return None;
    }
    let mark = r.mark();
    let whole = r.until(&["DEFAULT"]);
    let whole = whole.split('=').next().unwrap_or(whole).trim_end_matches(':').trim().to_string();
    r.reset(mark);
    // A name before the type: two words that are no type together.
    let first = r.token()?;
    let second = {
        r.skip();
        r.token().filter(|_| !r.done())
    };
    let named = second.is_some_and(|t| {
        matches!(t.kind, crate::lex::Kind::Word | crate::lex::Kind::Quoted)
            && !["precision", "varying", "with", "without", "time", "zone", "array", "default", "to"]
                .contains(&r.str(t).to_ascii_lowercase().as_str())
    });
    let text = if named { whole.get(first.end - first.start..).unwrap_or("").trim() } else { whole.as_str() };
    Some(types::canonical(Dialect::Postgres, text).replace(char::is_whitespace, " "))
}
