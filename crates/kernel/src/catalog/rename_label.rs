//! A renamed value of an enum: the engine keeps values, not their names, so that every expression prints the new one.

use super::{Catalog, ConstraintKind, Name, Sql, Table, TypeKind};
use crate::Dialect;
use crate::lex::{Kind, Token, lex};
use crate::reader::{Reader, identifier, string_value};

/// Old names and new ones.
type Moves = [(String, String)];

/// The values that an enum has under other names.
pub fn relabelled(before: &super::Type, after: &super::Type) -> Vec<(String, String)> {
    let (TypeKind::Enum(had), TypeKind::Enum(has)) = (&before.kind, &after.kind) else { return vec![] };
    let moved = has.iter().filter(|l| l.lineage.0 != 0).filter_map(|l| {
        let old = had.iter().find(|o| o.lineage.0 == l.lineage.0 && o.name != l.name)?;
        Some((old.name.clone(), l.name.clone()))
    });
    moved.collect()
}

impl Catalog {
    /// Puts the new names of an enum's values into defaults, checks, indexes, policies and views.
    pub fn relabel(&mut self, enum_type: &Name, moves: &Moves) {
        if moves.is_empty() || !self.dialect.is_postgres() {
            return;
        }
        let dialect = self.dialect;
        let holds = |t: &Table| t.columns.iter().any(|c| enum_type.is_type_of(&c.canonical, dialect));
        let mut columns: Vec<String> = Vec::new();
        let tables: Vec<Name> = self.tables.iter().filter(|(_, t)| holds(t)).map(|(n, _)| n.clone()).collect();
        for name in tables {
            let Some(table) = self.tables.get_mut(&name) else { continue };
            let own: Vec<String> = table
                .columns
                .iter()
                .filter(|c| enum_type.is_type_of(&c.canonical, dialect))
                .map(|c| c.name.clone())
                .collect();
            relabel_table(table, &Labels { enum_type, columns: &own, moves, dialect });
            columns.extend(own);
        }
        let labels = Labels { enum_type, columns: &columns, moves, dialect };
        let views: Vec<(Name, String)> =
            self.views.iter().filter_map(|(n, v)| Some((n.clone(), labels.renamed(&v.query.text)?))).collect();
        for (name, query) in views {
            if let Some(view) = self.views.get_mut(&name) {
                view.query = Sql::new(&query, dialect);
            }
        }
    }
}

fn relabel_table(table: &mut Table, labels: &Labels) {
    for column in &mut table.columns {
        if labels.columns.contains(&column.name)
            && let Some(default) = &mut column.default
            && let Some(text) = labels.replaced(&default.text, |_, _| true)
        {
            *default = Sql::new(&text, labels.dialect);
        }
        if let Some(generated) = &mut column.generated {
            labels.rename(&mut generated.expression);
        }
    }
    for constraint in &mut table.constraints {
        if let ConstraintKind::Check(sql) | ConstraintKind::Exclude(sql) = &mut constraint.kind {
            labels.rename(sql);
        }
    }
    for index in &mut table.indexes {
        let expressions = index.parts.iter_mut().filter_map(|p| p.expression.as_mut());
        expressions.chain(index.predicate.as_mut()).for_each(|sql| labels.rename(sql));
    }
    for policy in &mut table.policies {
        policy.using.iter_mut().chain(policy.check.iter_mut()).for_each(|sql| labels.rename(sql));
    }
    for trigger in &mut table.triggers {
        labels.rename(&mut trigger.rest);
    }
}

struct Labels<'a> {
    enum_type: &'a Name,
    /// Columns of the type.
    columns: &'a [String],
    moves: &'a Moves,
    dialect: Dialect,
}

impl Labels<'_> {
    fn rename(&self, sql: &mut Sql) {
        if let Some(text) = self.renamed(&sql.text) {
            *sql = Sql::new(&text, self.dialect);
        }
    }

    /// A string is a value of the enum where it is cast to it, or compared with a column of it.
    fn renamed(&self, text: &str) -> Option<String> {
        self.replaced(text, |tokens, at| match tokens.get(at + 1).map(|t| t.kind) {
            Some(Kind::Cast) => {
                Reader::new(text, &tokens[at + 2..], self.dialect).name().as_ref() == Some(self.enum_type)
            }
            _ => self.compared(text, tokens, at),
        })
    }

    /// `status = 'a'`, `status IN ('b', 'a')`, `'a' = status`.
    fn compared(&self, text: &str, tokens: &[Token], at: usize) -> bool {
        let word = |t: &Token| &text[t.start..t.end];
        let passed = |t: &Token| match t.kind {
            Kind::Punct(c) => b"=<>!(,[".contains(&c),
            Kind::String => true,
            Kind::Word => ["in", "not", "any", "array", "all"].iter().any(|w| word(t).eq_ignore_ascii_case(w)),
            _ => false,
        };
        let column = |t: &Token| {
            matches!(t.kind, Kind::Word | Kind::Quoted)
                && identifier(word(t), t.kind, self.dialect).is_some_and(|n| self.columns.contains(&n))
        };
        let before = tokens[..at].iter().rev().find(|t| !passed(t)).is_some_and(column);
        let is = |n: usize, c: u8| tokens.get(at + n).is_some_and(|t| t.kind == Kind::Punct(c));
        before || (is(1, b'=') && tokens.get(at + 2).is_some_and(column))
    }

    fn replaced(&self, text: &str, fits: impl Fn(&[Token], usize) -> bool) -> Option<String> {
        if !self.moves.iter().any(|(from, _)| text.contains(from.as_str())) {
            return None;
        }
        let tokens: Vec<Token> = lex(text, 0, self.dialect).into_iter().filter(|t| t.kind != Kind::Comment).collect();
        let (mut out, mut copied) = (String::new(), 0);
        for (at, token) in tokens.iter().enumerate().filter(|(_, t)| t.kind == Kind::String) {
            let value = string_value(&text[token.start..token.end], self.dialect);
            let moved = self.moves.iter().find(|(from, _)| *from == value).filter(|_| fits(&tokens, at));
            if let Some((_, to)) = moved {
                out.push_str(&text[copied..token.start]);
                out.push_str(&format!("'{}'", to.replace('\'', "''")));
                copied = token.end;
            }
        }
        out.push_str(&text[copied..]);
        (copied > 0).then_some(out)
    }
}
