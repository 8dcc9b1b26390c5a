//! A map of objects that remembers, from a point on, what each touched object was before.
//!
//! So the before side of a migration costs what the migration touches, however long the history is.

use std::collections::BTreeMap;
use std::rc::Rc;

/// Objects by key.
#[derive(Debug, Clone)]
pub struct Objects<K, V> {
    now: BTreeMap<K, Rc<V>>,
    before: BTreeMap<K, Option<Rc<V>>>,
    assumed: Vec<K>,
}

impl<K, V> Default for Objects<K, V> {
    fn default() -> Self {
        Objects { now: BTreeMap::new(), before: BTreeMap::new(), assumed: Vec::new() }
    }
}

impl<K: Ord + Clone, V: Clone> Objects<K, V> {
    /// Forget what was before: from here on, changes are remembered anew.
    pub fn begin(&mut self) {
        self.before.clear();
        self.assumed.clear();
    }

    /// Puts every touched object, as it was and as it is, into two other maps.
    pub fn split(&self, before: &mut Self, now: &mut Self) {
        for (key, was) in &self.before {
            if let Some(was) = was {
                before.now.insert(key.clone(), was.clone());
            }
            if let Some(is) = self.now.get(key) {
                now.now.insert(key.clone(), is.clone());
            }
        }
    }

    fn remember(&mut self, key: &K) {
        if !self.before.contains_key(key) {
            self.before.insert(key.clone(), self.now.get(key).cloned());
        }
    }

    /// Is there one?
    pub fn contains(&self, key: &K) -> bool {
        self.now.contains_key(key)
    }

    /// The object.
    pub fn get(&self, key: &K) -> Option<&V> {
        self.now.get(key).map(Rc::as_ref)
    }

    /// Its key as it is kept here, and the object.
    pub(crate) fn entry(&self, key: &K) -> Option<(&K, &V)> {
        self.now.get_key_value(key).map(|(k, v)| (k, v.as_ref()))
    }

    /// The keys of all that was made, changed or dropped since [`begin`](Self::begin).
    pub(super) fn touched_keys(&self) -> std::collections::btree_map::Keys<'_, K, Option<Rc<V>>> {
        self.before.keys()
    }

    /// The object, shared.
    pub fn shared(&self, key: &K) -> Option<Rc<V>> {
        self.now.get(key).cloned()
    }

    /// The object, to be changed.
    pub fn get_mut(&mut self, key: &K) -> Option<&mut V> {
        let now = self.now.get_mut(key)?;
        if !self.before.contains_key(key) {
            self.before.insert(key.clone(), Some(now.clone()));
        }
        Some(Rc::make_mut(now))
    }

    /// Puts one in.
    pub fn insert(&mut self, key: K, value: V) {
        self.put(key, Rc::new(value));
    }

    /// Puts a shared one in.
    pub fn put(&mut self, key: K, value: Rc<V>) {
        self.remember(&key);
        self.now.insert(key, value);
    }

    /// Takes one out.
    pub fn remove(&mut self, key: &K) -> Option<Rc<V>> {
        self.remember(key);
        self.now.remove(key)
    }

    /// Takes one out if it is there; what is not there stays untouched.
    pub fn remove_known(&mut self, key: &K) -> Option<Rc<V>> {
        self.contains(key).then(|| self.remove(key)).flatten()
    }

    /// All of them, by key.
    pub fn iter(&self) -> impl Iterator<Item = (&K, &V)> {
        self.now.iter().map(|(k, v)| (k, v.as_ref()))
    }

    /// All of them, shared.
    pub fn iter_shared(&self) -> impl Iterator<Item = (&K, &Rc<V>)> {
        self.now.iter()
    }

    /// All keys.
    pub fn keys(&self) -> impl Iterator<Item = &K> {
        self.now.keys()
    }

    /// How many.
    pub fn len(&self) -> usize {
        self.now.len()
    }

    /// None at all?
    pub fn is_empty(&self) -> bool {
        self.now.is_empty()
    }
}

impl<K: Ord + Clone, V: Clone> Objects<K, V> {
    /// Those that are there and were made or changed since [`begin`](Self::begin).
    pub fn changed(&self) -> impl Iterator<Item = (&K, &V)> {
        self.before.keys().filter_map(|key| Some((key, self.get(key)?)))
    }

    /// Was it made, changed or dropped since [`begin`](Self::begin)?
    pub fn touched(&self, key: &K) -> bool {
        self.before.contains_key(key)
    }

    /// Is it there, and was made since [`begin`](Self::begin)?
    pub fn made(&self, key: &K) -> bool {
        matches!(self.before.get(key), Some(None)) && self.now.contains_key(key)
    }

    /// Takes one out as if it had never been there.
    pub fn forget(&mut self, key: &K) {
        self.now.remove(key);
        self.before.remove(key);
    }

    /// Puts in what must have been there all along, though the history does not say so.
    pub fn assume(&mut self, key: K, value: V) {
        let value = Rc::new(value);
        if self.before.contains_key(&key) {
            self.before.insert(key.clone(), Some(value.clone()));
        }
        self.assumed.push(key.clone());
        self.now.insert(key, value);
    }

    /// The keys of what was assumed since [`begin`](Self::begin).
    pub(super) fn assumed(&self) -> std::slice::Iter<'_, K> {
        self.assumed.iter()
    }
}
