//! What stands inside a table, in order. Copies of a list share what stands in it until it is changed, and what is
//! shared is equal without a look at it (`Rc` of what is `Eq`).
//!
//! So to remember a table as it was before a migration costs a count for each of its columns and keys.

use std::cmp::Ordering;
use std::ops::{Index, IndexMut};
use std::rc::Rc;

/// Columns, constraints, indexes and the like.
#[derive(Debug, PartialEq, Eq)]
pub struct List<T>(Vec<Rc<T>>);

/// The things of a list.
pub type Iter<'a, T> = std::iter::Map<std::slice::Iter<'a, Rc<T>>, fn(&Rc<T>) -> &T>;

/// The same, to be changed.
pub type IterMut<'a, T> = std::iter::Map<std::slice::IterMut<'a, Rc<T>>, fn(&mut Rc<T>) -> &mut T>;

impl<T> List<T> {
    /// All, in order.
    pub fn iter(&self) -> Iter<'_, T> {
        self.0.iter().map(Rc::as_ref)
    }

    /// The one in a place, shared.
    pub fn shared(&self, at: usize) -> Option<&Rc<T>> {
        self.0.get(at)
    }

    /// All, shared.
    pub fn iter_shared(&self) -> std::slice::Iter<'_, Rc<T>> {
        self.0.iter()
    }

    /// How many.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// None at all?
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The one in a place.
    pub fn get(&self, at: usize) -> Option<&T> {
        self.0.get(at).map(Rc::as_ref)
    }

    /// The first.
    pub fn first(&self) -> Option<&T> {
        self.get(0)
    }

    /// The last.
    pub fn last(&self) -> Option<&T> {
        self.0.last().map(Rc::as_ref)
    }

    /// Puts one behind the others.
    pub fn push(&mut self, value: impl Into<Rc<T>>) {
        self.0.push(value.into());
    }

    /// Puts one in a place.
    pub fn insert(&mut self, at: usize, value: impl Into<Rc<T>>) {
        self.0.insert(at, value.into());
    }

    /// Puts one in the place of another.
    pub fn set(&mut self, at: usize, value: impl Into<Rc<T>>) {
        self.0[at] = value.into();
    }

    /// Keeps those for which it holds.
    pub fn retain(&mut self, mut keep: impl FnMut(&T) -> bool) {
        self.0.retain(|value| keep(value));
    }

    /// Is there one like this?
    pub fn contains(&self, value: &T) -> bool
    where
        T: PartialEq,
    {
        self.iter().any(|v| v == value)
    }

    /// Puts them into an order.
    pub fn sort_by(&mut self, mut order: impl FnMut(&T, &T) -> Ordering) {
        self.0.sort_by(|a, b| order(a, b));
    }

    /// Moves one to another place.
    pub fn relocate(&mut self, from: usize, to: usize) {
        let value = self.0.remove(from);
        self.0.insert(to.min(self.0.len()), value);
    }
}

impl<T: Clone> List<T> {
    /// All, to be changed: each that is shared is copied.
    pub fn iter_mut(&mut self) -> IterMut<'_, T> {
        self.0.iter_mut().map(Rc::make_mut)
    }

    /// Takes one out.
    pub fn remove(&mut self, at: usize) -> T {
        Rc::unwrap_or_clone(self.0.remove(at))
    }
}

impl<T> Default for List<T> {
    fn default() -> List<T> {
        List(Vec::new())
    }
}

impl<T> Clone for List<T> {
    fn clone(&self) -> List<T> {
        List(self.0.clone())
    }
}

impl<T> Index<usize> for List<T> {
    type Output = T;

    fn index(&self, at: usize) -> &T {
        &self.0[at]
    }
}

impl<T: Clone> IndexMut<usize> for List<T> {
    fn index_mut(&mut self, at: usize) -> &mut T {
        Rc::make_mut(&mut self.0[at])
    }
}

impl<'a, T> IntoIterator for &'a List<T> {
    type Item = &'a T;
    type IntoIter = Iter<'a, T>;

    fn into_iter(self) -> Iter<'a, T> {
        self.iter()
    }
}

impl<'a, T: Clone> IntoIterator for &'a mut List<T> {
    type Item = &'a mut T;
    type IntoIter = IterMut<'a, T>;

    fn into_iter(self) -> IterMut<'a, T> {
        self.iter_mut()
    }
}

impl<T: Clone> IntoIterator for List<T> {
    type Item = T;
    type IntoIter = std::iter::Map<std::vec::IntoIter<Rc<T>>, fn(Rc<T>) -> T>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter().map(Rc::unwrap_or_clone)
    }
}

impl<T> FromIterator<T> for List<T> {
    fn from_iter<I: IntoIterator<Item = T>>(values: I) -> List<T> {
        List(values.into_iter().map(Rc::new).collect())
    }
}

impl<T> From<Vec<T>> for List<T> {
    fn from(values: Vec<T>) -> List<T> {
        values.into_iter().collect()
    }
}

impl<T> Extend<T> for List<T> {
    fn extend<I: IntoIterator<Item = T>>(&mut self, values: I) {
        self.0.extend(values.into_iter().map(Rc::new));
    }
}

#[cfg(test)]
mod tests {
    use super::List;

    #[test]
    fn a_change_is_not_seen_by_the_copies() {
        let one = List::from(vec![1, 2, 3]);
        let mut other = one.clone();
        assert_eq!(one, other);
        assert!(std::ptr::eq(&one[0], &other[0]));
        other[0] = 4;
        other.relocate(0, 7);
        other.push(5);
        assert_eq!(one.iter().copied().collect::<Vec<_>>(), [1, 2, 3]);
        assert_eq!(other.into_iter().collect::<Vec<_>>(), [2, 3, 4, 5]);
    }
}
