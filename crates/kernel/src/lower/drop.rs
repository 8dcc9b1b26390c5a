//! DROP, with all that goes along.

use super::reach::Cause;
use super::star::has_star;
use super::{Lowering, Read, expected};
use crate::Dialect;
use crate::catalog::{
    Catalog, Constraint, ConstraintKind, Index, List, Name, Part, Policy, Sql, Table, Target, Wanted, mentions,
};
use crate::change::{Change, Pair};
use crate::lex::{Kind, Token, lex};
use crate::reader::Reader;
use std::rc::Rc;

impl Lowering<'_> {
    pub(super) fn drop(&mut self, mut r: Reader) -> Read {
        r.skip();
        r.eat("TEMPORARY");
        if r.eat("TABLE") || r.eat("FOREIGN TABLE") {
            self.each_dropped(r, |low, name, missing_ok, cascade, _| low.drop_table(name, missing_ok, cascade))
        } else if r.eat("INDEX") {
            r.eat("CONCURRENTLY");
            self.drop_indexes(r)
        } else if r.eat("VIEW") || r.eat("MATERIALIZED VIEW") {
            self.each_dropped(r, |low, name, missing_ok, cascade, _| low.drop_view(name, missing_ok, cascade))
        } else if r.eat("TYPE") || r.eat("DOMAIN") {
            self.each_dropped(r, |low, name, missing_ok, cascade, _| low.drop_type(name, missing_ok, cascade))
        } else if r.eat("SEQUENCE") {
            self.each_dropped(r, |low, name, missing_ok, cascade, _| low.drop_sequence(name, missing_ok, cascade))
        } else if r.is("FUNCTION") || r.is("PROCEDURE") || r.is("ROUTINE") || r.is("AGGREGATE") {
            self.drop_routine(r)
        } else if r.eat("TRIGGER") {
            self.drop_trigger(r)
        } else if r.eat("POLICY") {
            self.drop_policy(r)
        } else {
            self.drop_other(r)
        }
    }

    /// `[IF EXISTS] a, b [CASCADE]`
    pub(super) fn each_dropped(
        &mut self,
        mut r: Reader,
        each: impl Fn(&mut Self, &Name, bool, bool, &str) -> Read,
    ) -> Read {
        let missing_ok = r.eat("IF EXISTS");
        let mut names = Vec::new();
        loop {
            names.push(r.name().ok_or_else(expected("the name of what is dropped"))?);
            if !r.eat_punct(b',') {
                break;
            }
        }
        let rest = r.rest();
        let cascade = rest.to_ascii_uppercase().contains("CASCADE");
        names.iter().try_for_each(|name| each(self, name, missing_ok, cascade, rest))
    }

    pub(super) fn drop_table(&mut self, name: &Name, missing_ok: bool, cascade: bool) -> Read {
        let Some(name) = self.catalog.table_name(name) else {
            if missing_ok {
                return Ok(());
            }
            return Err(format!("{name}: no file makes this table, so what it was is not known"));
        };
        // What the migration made itself leaves nothing to bring back.
        if self.catalog.table(&name).is_some_and(|t| t.partial) && !self.catalog.tables.made(&name) {
            // It is gone all the same.
            self.catalog.tables.forget(&name);
            return Err(format!("{name}: not all that made this table was read, so what it was is not known"));
        }
        let partitions: Vec<Name> = self
            .catalog
            .maybe(Wanted::Refers(&name))
            .into_iter()
            .filter(|(_, t)| t.partition_of.as_ref().is_some_and(|(parent, _)| *parent == name))
            .map(|(n, _)| n.clone())
            .collect();
        for partition in partitions {
            self.drop_table(&partition, true, cascade)?;
        }
        if self.dialect().is_postgres() {
            self.drop_references(&name, None);
            if cascade {
                self.drop_dependent_views(&name.name, None)?;
                self.drop_dependent_policies(&name, None);
                self.drop_dependent_routines(&name.name);
            }
        }
        if self.dialect() == Dialect::Sqlite {
            self.reach_through_keys(&name, Cause::Dropped);
        }
        self.forget_target(&name);
        if self.dialect().is_postgres() {
            self.drop_about(&name, None);
        }
        let owned: Vec<Name> = self
            .catalog
            .sequences
            .iter()
            .filter(|(_, s)| s.owner.as_ref().is_some_and(|(t, _)| *t == name))
            .map(|(n, _)| n.clone())
            .collect();
        if let Some(table) = self.catalog.tables.shared(&name) {
            self.uncomment_indexes(&name, &table.indexes);
            self.uncomment_keys(&name, &table.constraints);
            self.emit(Change::Table(Pair::drop(table)));
        }
        for sequence in owned {
            if let Some(sequence) = self.catalog.sequences.get(&sequence).cloned() {
                self.undraw(&sequence.name);
                self.emit(Change::Sequence(Pair::drop(sequence)));
            }
        }
        Ok(())
    }

    /// The rules and statistics of a table (or of one of its columns) go with it.
    fn drop_about(&mut self, table: &Name, column: Option<&str>) {
        let dialect = self.dialect();
        let keys = self.catalog.others.keys();
        let found: Vec<_> = keys.filter(|(kind, _)| ["RULE", "STATISTICS"].contains(kind)).cloned().collect();
        for key in found {
            let Some(other) = self.catalog.others.shared(&key) else { continue };
            let is_about = match other.kind {
                "RULE" => other.name == table.sibling(format!("{} ON {}", rule_name(&other.name.name), table.name)),
                _ => statistics_on(&other.create.text, table, dialect),
            };
            if is_about && column.is_none_or(|c| mentions(&other.create.text, c, dialect)) {
                self.emit(Change::Other(Pair::drop(other)));
            }
        }
    }

    /// The foreign keys of other tables that refer to a table (or to one of its columns).
    fn drop_references(&mut self, name: &Name, column: Option<&str>) {
        let refers = |c: &Constraint| {
            c.foreign_key()
                .is_some_and(|k| k.table == *name && column.is_none_or(|c| k.references.iter().any(|r| r == c)))
        };
        let found: Vec<(Name, Constraint)> = self
            .catalog
            .maybe(Wanted::Refers(name))
            .into_iter()
            .filter(|(other, _)| *other != name || column.is_some())
            .flat_map(|(other, t)| t.constraints.iter().filter(|c| refers(c)).map(move |c| (other.clone(), c.clone())))
            .collect();
        for (table, constraint) in found {
            self.drop_constraint_of(&table, constraint);
        }
    }

    pub(super) fn drop_constraint_of(&mut self, table: &Name, constraint: Constraint) {
        let target = Target { kind: "CONSTRAINT", name: table.clone(), part: constraint.name.clone() };
        self.uncomment(&target);
        if constraint.has_index() {
            self.index_goes(table, &constraint.name);
        }
        self.emit(Change::Constraint { table: table.clone(), pair: Pair::drop(constraint) });
    }

    /// With an index goes the comment on it, and that its table is clustered on it.
    fn index_goes(&mut self, owner: &Name, index: &str) {
        self.uncomment(&Target { kind: "INDEX", name: owner.sibling(index), part: String::new() });
        let clustered = self.catalog.tables.shared(owner).filter(|t| t.cluster_on.as_deref() == Some(index));
        if let Some(before) = clustered {
            let after = Table { cluster_on: None, ..(*before).clone() };
            self.emit(Change::Table(Pair::alter(before, Rc::new(after))));
        }
    }

    /// An index goes, with its comment.
    fn drop_index_of(&mut self, owner: &Name, index: Index) {
        self.index_goes(owner, &index.name);
        self.emit(Change::Index { table: owner.clone(), pair: Pair::drop(index) });
    }

    fn uncomment_indexes(&mut self, owner: &Name, indexes: &List<Index>) {
        for index in indexes {
            self.uncomment(&Target { kind: "INDEX", name: owner.sibling(index.name.clone()), part: String::new() });
        }
    }

    fn uncomment_keys(&mut self, owner: &Name, constraints: &List<Constraint>) {
        for key in constraints.iter().filter(|c| c.has_index()) {
            self.uncomment(&Target { kind: "INDEX", name: owner.sibling(key.name.clone()), part: String::new() });
        }
    }

    pub(super) fn uncomment(&mut self, target: &Target) {
        if let Some(text) = self.catalog.comments.get(target).cloned() {
            self.emit(Change::Comment { target: target.clone(), pair: Pair::drop(text) });
        }
    }

    /// The comments and privileges of a relation go with it.
    pub(super) fn forget_target(&mut self, name: &Name) {
        const RELATIONS: [&str; 8] =
            ["TABLE", "COLUMN", "CONSTRAINT", "TRIGGER", "POLICY", "VIEW", "MATERIALIZED VIEW", "SEQUENCE"];
        let comments: Vec<Target> =
            self.catalog.comments.keys().filter(|t| t.name == *name && RELATIONS.contains(&t.kind)).cloned().collect();
        comments.iter().for_each(|t| self.uncomment(t));
        let privileges: Vec<_> = self
            .catalog
            .privileges
            .keys()
            .filter(|p| p.target.name == *name && RELATIONS.contains(&p.target.kind))
            .cloned()
            .collect();
        for privilege in privileges {
            if let Some(granted) = self.catalog.privileges.get(&privilege).copied() {
                self.emit(Change::Privilege { privilege, pair: Pair::drop(granted) });
            }
        }
    }

    /// A column goes: with its constraints, indexes, sequence and comment.
    pub(super) fn drop_column(&mut self, table: &Name, column: &str, cascade: bool) -> Read {
        let dialect = self.dialect();
        let Some(inside) = self.catalog.tables.shared(table) else { return Ok(()) };
        let Some(at) = inside.position(column) else {
            return Err(format!("{table}.{column}: no file makes this column, so what it was is not known"));
        };
        let gone = inside.columns[at].clone();
        if dialect == Dialect::Mysql {
            self.shrink_indexes(table, &inside, &gone.name);
        } else {
            self.drop_what_names(table, &inside, &gone.name);
        }
        if dialect.is_postgres() {
            self.drop_references(table, Some(&gone.name));
            self.drop_about(table, Some(&gone.name));
            if cascade {
                self.drop_dependent_views(&table.name, Some(&gone.name))?;
                self.drop_dependent_policies(table, Some(&gone.name));
                self.drop_dependent_columns(table, &inside, &gone.name)?;
            }
        }
        self.uncomment(&Target { kind: "COLUMN", name: table.clone(), part: gone.name.clone() });
        let owned: Vec<_> = self
            .catalog
            .sequences
            .iter()
            .filter(|(_, s)| s.owner.as_ref().is_some_and(|(t, c)| t == table && *c == gone.name))
            .map(|(_, s)| s.clone())
            .collect();
        // The column's place now: others may have gone with it.
        let at = self.catalog.table(table).and_then(|t| t.position(&gone.name)).unwrap_or(at);
        self.emit(Change::Column { table: table.clone(), pair: Pair::drop(gone), places: Pair::drop(at), using: None });
        for sequence in owned {
            self.undraw(&sequence.name);
            self.emit(Change::Sequence(Pair::drop(sequence)));
        }
        Ok(())
    }

    /// The defaults of other columns that draw from a sequence go with it (without CASCADE the database refuses).
    fn undraw(&mut self, sequence: &Name) {
        for (table, column) in columns_drawing(self.catalog, sequence) {
            self.alter_column(&table, &column, |c| c.default = None);
        }
    }

    fn drop_what_names(&mut self, table: &Name, inside: &Table, column: &str) {
        let dialect = self.dialect();
        for constraint in &inside.constraints {
            if names_column(constraint, column, dialect) {
                self.drop_constraint_of(table, constraint.clone());
            }
        }
        for index in &inside.indexes {
            if index_names(index, column, dialect) {
                self.drop_index_of(table, index.clone());
            }
        }
        if dialect.is_postgres() {
            for policy in &inside.policies {
                let named = policy.using.iter().chain(&policy.check).any(|sql| mentions(&sql.text, column, dialect));
                if named {
                    self.uncomment(&Target { kind: "POLICY", name: table.clone(), part: policy.name.clone() });
                    self.emit(Change::Policy { table: table.clone(), pair: Pair::drop(policy.clone()) });
                }
            }
            for trigger in &inside.triggers {
                if mentions(&trigger.event.text, column, dialect) {
                    self.uncomment(&Target { kind: "TRIGGER", name: table.clone(), part: trigger.name.clone() });
                    self.emit(Change::Trigger { table: table.clone(), pair: Pair::drop(trigger.clone()) });
                }
            }
        }
    }

    /// MySQL takes a dropped column out of its indexes; an index without columns is gone.
    fn shrink_indexes(&mut self, table: &Name, inside: &Table, column: &str) {
        let dialect = self.dialect();
        let same = |c: &str| c.eq_ignore_ascii_case(column);
        for index in &inside.indexes {
            let kept: Vec<Part> =
                index.parts.iter().filter(|p| !p.column.as_deref().is_some_and(same)).cloned().collect();
            if kept.len() == index.parts.len() {
                continue;
            }
            let pair = if kept.is_empty() {
                Pair::drop(index.clone())
            } else {
                Pair::alter(index.clone(), Index { parts: kept, ..index.clone() })
            };
            self.emit(Change::Index { table: table.clone(), pair });
        }
        for constraint in &inside.constraints {
            let foreign = constraint.foreign_key().is_some();
            if !names_column(constraint, column, dialect) || foreign {
                continue;
            }
            self.drop_constraint_of(table, constraint.clone());
            if let ConstraintKind::PrimaryKey { parts, include } = &constraint.kind {
                let kept: Vec<Part> =
                    parts.iter().filter(|p| !p.column.as_deref().is_some_and(same)).cloned().collect();
                if !kept.is_empty() {
                    let kind = ConstraintKind::PrimaryKey { parts: kept, include: include.clone() };
                    let pair = Pair::create(Constraint { kind, ..constraint.clone() });
                    self.emit(Change::Constraint { table: table.clone(), pair });
                }
            }
        }
    }

    fn drop_dependent_columns(&mut self, table: &Name, inside: &Table, column: &str) -> Read {
        let dialect = self.dialect();
        let generated = |c: &&crate::catalog::Column| {
            c.name != column && c.generated.as_ref().is_some_and(|g| mentions(&g.expression.text, column, dialect))
        };
        let dependents: Vec<String> = inside.columns.iter().filter(generated).map(|c| c.name.clone()).collect();
        dependents.iter().try_for_each(|c| self.drop_column(table, c, true))
    }

    /// CASCADE: the views that name a relation (and a column), and those that name them.
    pub(super) fn drop_dependent_views(&mut self, relation: &str, column: Option<&str>) -> Read {
        let dialect = self.dialect();
        let dependents: Vec<Name> = self
            .catalog
            .views
            .iter()
            .filter(|(n, v)| {
                n.name != relation
                    && mentions(&v.query.text, relation, dialect)
                    && column
                        .is_none_or(|c| mentions(&v.query.text, c, dialect) || has_star(&v.query.text, self.catalog))
            })
            .map(|(n, _)| n.clone())
            .collect();
        dependents.iter().try_for_each(|view| self.drop_view(view, true, true))
    }

    /// DROP CONSTRAINT .. CASCADE on a primary key: the views that group by it and print other columns of its table.
    pub(super) fn drop_views_grouped_by(&mut self, table: &Name, key: &[String]) -> Read {
        let dialect = self.dialect();
        let Some(inside) = self.catalog.tables.shared(table) else { return Ok(()) };
        let others: Vec<&str> =
            inside.columns.iter().map(|c| c.name.as_str()).filter(|c| !key.iter().any(|k| k == c)).collect();
        let rests = |query: &str| {
            mentions(query, &table.name, dialect)
                && grouped_by(query, key, dialect).is_some_and(|grouped| {
                    let plain = outside_calls(query, dialect);
                    others.iter().any(|c| mentions(&plain, c, dialect) && !mentions(&grouped, c, dialect))
                })
        };
        let views = self.catalog.views.iter().filter(|(_, v)| rests(&v.query.text));
        let found: Vec<Name> = views.map(|(n, _)| n.clone()).collect();
        found.iter().try_for_each(|view| self.drop_view(view, true, true))
    }

    /// CASCADE: the policies of other tables that read a table (and a column of it).
    fn drop_dependent_policies(&mut self, table: &Name, column: Option<&str>) {
        let dialect = self.dialect();
        let reads = |sql: &Sql| {
            mentions(&sql.text, &table.name, dialect) && column.is_none_or(|c| mentions(&sql.text, c, dialect))
        };
        let others = self.catalog.tables.iter().filter(|(n, _)| *n != table);
        let found: Vec<(Name, Policy)> = others
            .flat_map(|(n, t)| t.policies.iter().map(|p| (n.clone(), p.clone())))
            .filter(|(_, p)| p.using.iter().chain(&p.check).any(reads))
            .collect();
        for (table, policy) in found {
            self.uncomment(&Target { kind: "POLICY", name: table.clone(), part: policy.name.clone() });
            self.emit(Change::Policy { table, pair: Pair::drop(policy) });
        }
    }

    /// CASCADE: the routines whose arguments or result are of a type.
    fn drop_dependent_routines(&mut self, name: &str) {
        let dialect = self.dialect();
        let routines = self.catalog.routines.keys().filter_map(|k| self.catalog.routines.shared(k));
        let over: Vec<_> = routines.filter(|r| mentions(r.head(), name, dialect)).collect();
        over.into_iter().for_each(|r| self.drop_routine_of(r));
    }

    pub(super) fn drop_view(&mut self, name: &Name, missing_ok: bool, cascade: bool) -> Read {
        let Some(view) = self.catalog.views.shared(name) else {
            if missing_ok && !self.catalog.unread.contains(name) {
                return Ok(());
            }
            return Err(format!("{name}: no file makes this view, so what it was is not known"));
        };
        if cascade {
            self.drop_dependent_views(&name.name, None)?;
        }
        self.forget_target(name);
        self.uncomment_indexes(name, &view.indexes);
        self.emit(Change::View(Pair::drop(view)));
        Ok(())
    }

    pub(super) fn drop_type(&mut self, name: &Name, missing_ok: bool, cascade: bool) -> Read {
        let Some(gone) = self.catalog.types.get(name).cloned() else {
            if missing_ok {
                return Ok(());
            }
            return Err(format!(
                "{name}: no file makes this type, or a change of it was not read: what it was is not known"
            ));
        };
        if cascade {
            self.drop_columns_of_type(name)?;
            self.drop_casts_to(name)?;
            self.drop_dependent_routines(&name.name);
        }
        for kind in ["TYPE", "DOMAIN"] {
            self.uncomment(&Target { kind, name: name.clone(), part: String::new() });
        }
        self.emit(Change::Type(Pair::drop(gone)));
        Ok(())
    }

    fn drop_columns_of_type(&mut self, name: &Name) -> Read {
        let dialect = self.dialect();
        let columns: Vec<(Name, String)> = self
            .catalog
            .maybe(Wanted::OfType(name))
            .into_iter()
            .flat_map(|(table, t)| {
                let of_type = move |c: &&crate::catalog::Column| name.is_type_of(&c.data_type, dialect);
                t.columns.iter().filter(of_type).map(move |c| (table.clone(), c.name.clone()))
            })
            .collect();
        columns.iter().try_for_each(|(table, column)| self.drop_column(table, column, true))
    }

    /// CASCADE: the defaults, checks and views that cast to a type.
    fn drop_casts_to(&mut self, name: &Name) -> Read {
        let dialect = self.dialect();
        let casts = |sql: &Sql| casts_to(&sql.text, name, dialect);
        let mut defaults: Vec<(Name, String)> = Vec::new();
        let mut checks: Vec<(Name, Constraint)> = Vec::new();
        for (table, t) in self.catalog.tables.iter() {
            let columns = t.columns.iter().filter(|c| c.default.as_ref().is_some_and(casts));
            defaults.extend(columns.map(|c| (table.clone(), c.name.clone())));
            let broken = t.constraints.iter().filter(|c| matches!(&c.kind, ConstraintKind::Check(sql) if casts(sql)));
            checks.extend(broken.map(|c| (table.clone(), c.clone())));
        }
        let views = self.catalog.views.iter().filter(|(_, v)| casts(&v.query));
        let views: Vec<Name> = views.map(|(n, _)| n.clone()).collect();
        for (table, column) in defaults {
            self.alter_column(&table, &column, |c| c.default = None);
        }
        for (table, check) in checks {
            self.drop_constraint_of(&table, check);
        }
        views.iter().try_for_each(|view| self.drop_view(view, true, true))
    }

    pub(super) fn drop_sequence(&mut self, name: &Name, missing_ok: bool, cascade: bool) -> Read {
        let Some(gone) = self.catalog.sequences.get(name).cloned() else {
            if missing_ok {
                return Ok(());
            }
            return Err(format!("{name}: no file makes this sequence, so what it was is not known"));
        };
        if cascade {
            self.undraw(name);
        }
        self.forget_target(name);
        self.emit(Change::Sequence(Pair::drop(gone)));
        Ok(())
    }

    fn drop_indexes(&mut self, mut r: Reader) -> Read {
        let missing_ok = r.eat("IF EXISTS");
        let name = r.name().ok_or_else(expected("the index's name"))?;
        if self.dialect() == Dialect::Mysql {
            if !r.eat("ON") {
                return Err("ON is missing".to_string());
            }
            let table = r.name().ok_or_else(expected("the table's name"))?;
            return self.mysql_drop_index(&table, &name.name, missing_ok);
        }
        let mut names = vec![name];
        while r.eat_punct(b',') {
            names.push(r.name().ok_or_else(expected("the index's name"))?);
        }
        let concurrently = self.file[self.span.clone()].to_ascii_uppercase().contains("CONCURRENTLY");
        for name in names {
            match self.catalog.index(&name).map(|(o, i)| (o, i.clone())) {
                Some((owner, mut index)) => {
                    index.concurrently.0 = concurrently;
                    self.drop_index_of(&owner, index);
                }
                None if missing_ok => {}
                None => return Err(format!("{name}: no file makes this index, so what it was is not known")),
            }
        }
        Ok(())
    }

    pub(super) fn mysql_drop_index(&mut self, table: &Name, index: &str, missing_ok: bool) -> Read {
        let table = self.known_table(table);
        let found = self
            .catalog
            .table(&table)
            .and_then(|t| t.indexes.iter().find(|i| i.name.eq_ignore_ascii_case(index)))
            .cloned();
        match found {
            Some(found) => {
                self.emit(Change::Index { table: table.clone(), pair: Pair::drop(found) });
                Ok(())
            }
            None if missing_ok => Ok(()),
            None => Err(format!("{table}.{index}: no file makes this index, so what it was is not known")),
        }
    }
}

/// What stands behind GROUP BY, where all columns of a key are in it.
fn grouped_by(query: &str, key: &[String], dialect: Dialect) -> Option<String> {
    let tokens: Vec<Token> = lex(query, 0, dialect).into_iter().filter(|t| t.kind != Kind::Comment).collect();
    let mut r = Reader::new(query, &tokens, dialect);
    r.until(&["GROUP BY"]);
    r.eat("GROUP BY").then_some(())?;
    let grouped = r.until(&["HAVING", "WINDOW", "UNION", "ORDER", "LIMIT"]);
    key.iter().all(|k| mentions(grouped, k, dialect)).then(|| grouped.to_string())
}

/// What a query prints, without what stands in parentheses (arguments of aggregates, for the most part).
fn outside_calls(query: &str, dialect: Dialect) -> String {
    let (mut out, mut depth) = (String::new(), 0usize);
    for token in lex(query, 0, dialect) {
        let piece = &query[token.start..token.end];
        match token.kind {
            Kind::Punct(b'(') => depth += 1,
            Kind::Punct(b')') => depth = depth.saturating_sub(1),
            Kind::Word if depth == 0 && piece.eq_ignore_ascii_case("from") => break,
            _ if depth == 0 => {
                out.push_str(piece);
                out.push(' ');
            }
            _ => {}
        }
    }
    out
}

/// `r ON t`: the rule's own name.
fn rule_name(name: &str) -> &str {
    name.split_once(" ON ").map_or(name, |(rule, _)| rule)
}

/// `CREATE STATISTICS s ON a, b FROM t`
fn statistics_on(create: &str, table: &Name, dialect: Dialect) -> bool {
    let tokens: Vec<Token> = lex(create, 0, dialect).into_iter().filter(|t| t.kind != Kind::Comment).collect();
    let mut r = Reader::new(create, &tokens, dialect);
    r.until(&["FROM"]);
    r.eat("FROM") && r.name().as_ref() == Some(table)
}

/// Does a constraint stand on this column?
fn names_column(constraint: &Constraint, column: &str, dialect: Dialect) -> bool {
    let text = |sql: &Sql| mentions(&sql.text, column, dialect);
    match &constraint.kind {
        ConstraintKind::Check(sql) | ConstraintKind::Exclude(sql) => text(sql),
        ConstraintKind::PrimaryKey { include, .. } | ConstraintKind::Unique { include, .. } => {
            constraint.columns().contains(&column) || include.iter().any(|c| c == column)
        }
        ConstraintKind::ForeignKey(_) => constraint.columns().contains(&column),
    }
}

fn index_names(index: &Index, column: &str, dialect: Dialect) -> bool {
    let text = |sql: &Sql| mentions(&sql.text, column, dialect);
    index.parts.iter().any(|p| p.column.as_deref() == Some(column) || p.expression.as_ref().is_some_and(text))
        || index.include.iter().any(|c| c == column)
        || index.predicate.as_ref().is_some_and(text)
}

/// The columns whose default draws from a sequence.
pub fn columns_drawing(catalog: &Catalog, sequence: &Name) -> Vec<(Name, String)> {
    let draws = |c: &&crate::catalog::Column| {
        c.default
            .as_ref()
            .is_some_and(|d| d.text.to_ascii_lowercase().contains("nextval") && d.text.contains(&sequence.name))
    };
    catalog
        .tables
        .iter()
        .flat_map(|(table, t)| t.columns.iter().filter(draws).map(move |c| (table.clone(), c.name.clone())))
        .collect()
}

/// `'a'::mood`, `CAST('a' AS mood)` or `mood 'a'` somewhere in a text.
fn casts_to(text: &str, name: &Name, dialect: Dialect) -> bool {
    if !mentions(text, &name.name, dialect) {
        return false;
    }
    let tokens: Vec<Token> = lex(text, 0, dialect).into_iter().filter(|t| t.kind != Kind::Comment).collect();
    (0..tokens.len()).any(|at| {
        let before = &tokens[..at];
        let behind = before.last().is_some_and(|t| {
            t.kind == Kind::Cast || (t.kind == Kind::Word && text[t.start..t.end].eq_ignore_ascii_case("as"))
        });
        let mut r = Reader::new(text, &tokens[at..], dialect);
        r.name().as_ref() == Some(name) && (behind || r.string().is_some())
    })
}
