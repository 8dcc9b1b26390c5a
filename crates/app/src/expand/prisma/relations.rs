//! Relations: a field on either side, of which one says by which fields. Both are there as long as the foreign key is.

use super::draft::{Draft, name_of};
use super::lines::{Block, Field, Relation, field, with};
use super::written::ignored;
use unmigrate_kernel::expand::Piece;

impl Draft<'_> {
    /// Relations that go by the new field, or refer to it, go by the old one until the contract.
    pub(super) fn relations_as_before(&mut self, piece: &Piece, (new, old): (&str, &str)) -> Result<(), String> {
        let own = self.is(&piece.table)?;
        for block in self.new.blocks.clone().iter().filter(|b| b.kind == "model") {
            for n in self.new.inside(block) {
                let Some((said, relation)) = related(self.new.all[n]) else { continue };
                let by = block.name == own.name && relation.fields.iter().any(|f| f == new);
                let to = said.base() == own.name && relation.references.iter().any(|f| f == new);
                if !by && !to {
                    continue;
                }
                let was = self.old.named("model", &block.name).cloned();
                let line = was.and_then(|was| self.old.field(&was, &said.name)).map(|o| self.old.all[o]);
                let line =
                    line.ok_or_else(|| format!("the relation {} of {} was not there before", said.name, block.name))?;
                if self.second && by && old != new {
                    return Err(format!(
                        "the relation {} of {} goes by the old column until the contract",
                        said.name, block.name
                    ));
                }
                self.lines[n] = Some(line.to_owned());
            }
        }
        Ok(())
    }

    /// Relations that went by a field of a model, as far as expand does not let go of their foreign keys.
    pub(super) fn relations_back(&mut self, piece: &Piece, was: &Block, name: &str) -> Result<(), String> {
        let is = self.is(&piece.table)?;
        let mut gone = piece.let_go.clone();
        for o in self.old.inside(was) {
            let Some((said, relation)) = related(self.old.all[o]) else { continue };
            if !relation.fields.iter().any(|f| f == name) {
                continue;
            }
            let key = self.key_name(was, &relation);
            if gone.contains(&key) {
                gone.retain(|k| *k != key);
                continue;
            }
            let line = self.old.all[o].to_owned();
            let line = if self.second { ignored(&line) } else { line };
            self.put_back(o, line, self.place(was, &is, o))?;
            self.other_side_back(was, &said, &relation)?;
        }
        match gone.first() {
            Some(key) => Err(format!("no relation of {} is {key}, which expand lets go", was.name)),
            None => Ok(()),
        }
    }

    /// What a foreign key is called: what it says, else as Prisma calls it.
    fn key_name(&self, was: &Block, relation: &Relation) -> String {
        let column = |name: &String| {
            let own = self.old.field(was, name).and_then(|o| field(self.old.all[o]));
            own.map_or(name.clone(), |f| f.column().to_owned())
        };
        let columns: Vec<String> = relation.fields.iter().map(column).collect();
        relation.map.clone().unwrap_or_else(|| format!("{}_{}_fkey", was.table, columns.join("_")))
    }

    /// The field on the other side, where its model is still there.
    fn other_side_back(&mut self, was: &Block, said: &Field, relation: &Relation) -> Result<(), String> {
        let Some(there) = self.new.named("model", said.base()).cloned() else { return Ok(()) };
        let before =
            self.old.named("model", said.base()).cloned().ok_or_else(|| format!("{} was no model", said.base()))?;
        let others: Vec<usize> =
            self.old.inside(&before).filter(|o| self.is_other_side(*o, was, said, relation)).collect();
        for o in others {
            let line = self.old.all[o];
            if self.new.field(&there, &name_of(line)).is_none() {
                let line = if self.second && self.is_whole(was) { with(line, "@ignore") } else { line.to_owned() };
                self.put_back(o, line, self.place(&before, &there, o))?;
            }
        }
        Ok(())
    }

    /// The other side of a relation: of the model, by no fields, with the same name.
    fn is_other_side(&self, o: usize, of: &Block, said: &Field, relation: &Relation) -> bool {
        let Some(other) = field(self.old.all[o]).filter(|f| f.base() == of.name && f.name != said.name) else {
            return false;
        };
        let own = other.relation().unwrap_or_default();
        own.fields.is_empty() && own.name == relation.name
    }

    fn is_whole(&self, was: &Block) -> bool {
        self.models.iter().any(|(block, _)| block == was)
    }

    /// The model of a table that goes is back.
    pub(super) fn table_dropped(&mut self, piece: &Piece) -> Result<(), String> {
        if self.new.model(&piece.table).is_some() {
            return Err(format!("there is a model of {} still", piece.table));
        }
        let was = self.was(&piece.table)?;
        self.models.push((was, piece.let_go.clone()));
        Ok(())
    }

    /// Puts in the models that are back: when it is known which relations are.
    pub(super) fn whole(&mut self) -> Result<(), String> {
        for (was, mut gone) in self.models.clone() {
            for o in self.old.inside(&was) {
                let Some((said, relation)) = related(self.old.all[o]) else { continue };
                let key = self.key_name(&was, &relation);
                if gone.contains(&key) {
                    gone.retain(|k| *k != key);
                    continue;
                }
                self.back.insert(o);
                self.other_side_back(&was, &said, &relation)?;
            }
            if let Some(key) = gone.first() {
                return Err(format!("no relation of {} is {key}, which expand lets go", was.name));
            }
        }
        for (was, _) in self.models.clone() {
            let lines: Vec<String> =
                self.old.inside(&was).filter(|o| self.is_back(*o)).map(|o| self.old.all[o].to_owned()).collect();
            self.enums_back(&lines)?;
            let ignore = if self.second { "\n  @@ignore\n" } else { "" };
            let (head, foot) = (self.old.all[was.first], self.old.all[was.last]);
            let text = format!("{head}{}{ignore}{foot}", lines.concat());
            self.block_back(&was, text);
        }
        Ok(())
    }

    /// Is a line of a model that is back a part of it? A relation is as long as both its sides are.
    fn is_back(&self, o: usize) -> bool {
        let Some(said) = field(self.old.all[o]) else { return true };
        let Some(there) = self.old.named("model", said.base()) else { return true };
        let own = said.relation().unwrap_or_default();
        if !own.fields.is_empty() {
            return self.back.contains(&o);
        }
        // The side that says the fields, in a model that is back whole or in one that has stayed.
        let mut sides = self.old.inside(there).filter(|at| {
            related(self.old.all[*at]).is_some_and(|(f, r)| self.is_within(o, f.base()) && r.name == own.name)
        });
        sides.any(|at| self.back.contains(&at))
    }

    /// Does a line stand in the model of this name?
    fn is_within(&self, o: usize, name: &str) -> bool {
        self.old.named("model", name).is_some_and(|b| self.old.inside(b).contains(&o))
    }

    /// Enums that only what is back names.
    fn enums_back(&mut self, lines: &[String]) -> Result<(), String> {
        for kind in lines.iter().filter_map(|line| field(line)).map(|f| f.base().to_owned()) {
            let Some(was) = self.old.named("enum", &kind).cloned() else { continue };
            if self.new.named("enum", &kind).is_none() && self.back.insert(was.first) {
                let text = self.old.all[was.first..=was.last].concat();
                self.block_back(&was, text);
            }
        }
        Ok(())
    }

    /// A block behind the one that stood before it.
    fn block_back(&mut self, was: &Block, text: String) {
        let before = self.old.blocks.iter().rev().filter(|b| b.first < was.first);
        let behind = before.filter_map(|b| self.new.named(&b.kind, &b.name)).map(|b| b.last + 1).next();
        let at = behind.unwrap_or(self.lines.len());
        let open = self.new.all.last().is_some_and(|line| !line.ends_with('\n'));
        let between = if at == self.lines.len() && open { "\n\n" } else { "\n" };
        self.ahead.entry(at).or_default().push(format!("{between}{text}"));
    }
}

/// A field that says by which fields it is related.
fn related(line: &str) -> Option<(Field, Relation)> {
    let own = field(line)?;
    let relation = own.relation().filter(|r| !r.fields.is_empty())?;
    Some((own, relation))
}
