//! Groups of values that have their rows in common: what a layer works on row by row, and what it combines.
//!
//! Each group reads rows: all of them where a layer looks at several at once, else those that are read behind its layers. A group is
//! entered where its rows may be chosen: at a source, at the start of a `let` and behind it, and behind a layer that made new
//! rows. Where they cannot be chosen there, the group takes the rows that it is given.

use crate::ir::{Rows, RowsRead};

/// The number of the entry of a group.
pub(super) type Group = usize;

/// The numbers of a pipeline and of the steps down to one; the last is that of the step in front of which a selection would stand.
pub(super) type Place = Vec<usize>;

/// Where the rows of a group come from.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Origin {
    /// The encoder, by the number of the source, of which these rows are there.
    Source(usize, RowsRead),
    /// Another group, of whose rows these are some.
    Within(Group),
    /// A layer that made new rows.
    Layer,
}

/// Where rows may be chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Freedom {
    /// At the sources.
    Sources,
    /// In front of steps.
    Steps,
}

#[derive(Debug)]
struct Entry {
    origin: Origin,
    place: Place,
    /// Whether rows are words.
    words: bool,
    /// The group that this entry was united with.
    united: Group,
    read: RowsRead,
    /// Whether a layer works on the rows, so that fewer rows are less work.
    works: bool,
}

/// All groups of a head.
#[derive(Debug, Default)]
pub(super) struct Groups(Vec<Entry>);

impl Groups {
    pub(super) fn enter(&mut self, origin: Origin, words: bool, place: Place) -> Group {
        let united = self.0.len();
        self.0.push(Entry { origin, place, words, united, read: RowsRead::always(Rows::none()), works: false });
        united
    }

    fn root(&self, group: Group) -> Group {
        let mut group = group;
        while self.0[group].united != group {
            group = self.0[group].united;
        }
        group
    }

    pub(super) fn is_words(&self, group: Group) -> bool {
        self.0[self.root(group)].words
    }

    /// What is read of a group, which of words are not the mask tokens or those with a target: nobody knows them by words.
    fn read_of(&self, group: Group) -> RowsRead {
        let root = &self.0[self.root(group)];
        if root.words && root.read.rules().is_none() { RowsRead::default() } else { root.read.clone() }
    }

    /// Adds to what is read of a group. Says whether that is more than before.
    pub(super) fn read(&mut self, group: Group, rows: &RowsRead) -> bool {
        let root = self.root(group);
        let read = self.0[root].read.and(rows);
        std::mem::replace(&mut self.0[root].read, read.clone()) != read
    }

    /// A layer works on the rows of a group, row by row.
    pub(super) fn works(&mut self, group: Group) {
        let root = self.root(group);
        self.0[root].works = true;
    }

    /// From here on two groups are one. Words and tokens have nothing in common, so all of both are read.
    pub(super) fn unite(&mut self, group: Group, other: Group) {
        let (root, other) = (self.root(group), self.root(other));
        if root == other {
            return;
        }
        let (read, works) = (self.0[other].read.clone(), self.0[other].works);
        let read = if self.0[root].words == self.0[other].words { read } else { RowsRead::default() };
        self.0[other].united = root;
        self.0[root].works |= works;
        self.read(root, &read);
    }

    /// The same groups, each with rows that it can have.
    pub(super) fn solved(mut self, freedom: Freedom) -> Self {
        while self.reads_for_parts() || self.gives_up(freedom) {}
        self
    }

    /// A group reads what the groups within it read.
    fn reads_for_parts(&mut self) -> bool {
        let mut more = false;
        for group in 0..self.0.len() {
            if let Origin::Within(whole) = self.0[group].origin {
                more |= self.read(whole, &self.read_of(group));
            }
        }
        more
    }

    /// The first group that reads fewer rows than it is given, and cannot choose them, reads all of those.
    fn gives_up(&mut self, freedom: Freedom) -> bool {
        for group in 0..self.0.len() {
            if self.is_given_what_it_reads(group) || self.may_choose(group, freedom) {
                continue;
            }
            let more = match self.0[group].origin {
                Origin::Within(whole) => {
                    self.unite(whole, group);
                    true
                }
                Origin::Source(..) | Origin::Layer => self.read(group, &self.given(group)),
            };
            if more {
                return true;
            }
        }
        false
    }

    fn given(&self, group: Group) -> RowsRead {
        match &self.0[group].origin {
            Origin::Source(_, rows) => rows.clone(),
            Origin::Within(whole) => self.read_of(*whole),
            Origin::Layer => RowsRead::default(),
        }
    }

    fn is_given_what_it_reads(&self, group: Group) -> bool {
        self.given(group) == self.read_of(group)
    }

    fn may_choose(&self, group: Group, freedom: Freedom) -> bool {
        match freedom {
            Freedom::Sources => matches!(self.0[group].origin, Origin::Source(..)),
            Freedom::Steps => self.0[self.root(group)].works && self.read_of(group) != RowsRead::default(),
        }
    }

    /// What is read of each source.
    pub(super) fn of_sources(&self) -> Vec<(usize, RowsRead)> {
        let source = |group: Group| match self.0[group].origin {
            Origin::Source(number, _) => Some((number, self.read_of(group))),
            Origin::Within(_) | Origin::Layer => None,
        };
        (0..self.0.len()).filter_map(source).collect()
    }

    /// The selections that make of what each group is given what it reads, in the order of the text.
    pub(super) fn selections(&self) -> Vec<(Place, RowsRead)> {
        let selection = |group: Group| {
            let read = Some(self.read_of(group)).filter(|read| *read != RowsRead::default() && !self.is_given_what_it_reads(group));
            read.map(|read| (self.0[group].place.clone(), read))
        };
        let mut all: Vec<_> = (0..self.0.len()).filter_map(selection).collect();
        all.sort_by(|(a, _), (b, _)| a.cmp(b));
        all
    }
}
