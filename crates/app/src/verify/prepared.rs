//! A history made ready for the walk: its rollbacks read, what they claim, and what earlier runs proved of them.

use super::evidence::{self, Evidence, Hashes};
use super::observe;
use super::report::{MigrationVerdict, SampleUse, Verdict};
use super::request::VerifyRequest;
use super::trip::{Subject, blank};
use super::walk::Stop;
use crate::Problem;
use crate::file::Present;
use crate::head::Head;
use crate::select::Selection;
use std::path::PathBuf;
use std::sync::OnceLock;
use unmigrate_kernel::rollback::said;
use unmigrate_kernel::touch::{Touched, touched};
use unmigrate_kernel::{Grade, History, Migration};
use unmigrate_sources::plain::Plain;
use unmigrate_sources::{Context, Source};

/// One history, all of its texts read.
pub struct Prepared {
    /// `prisma`, `drizzle` or `plain`.
    pub tool: &'static str,
    /// The folder as messages name it.
    pub dir: String,
    /// What is walked.
    pub history: History,
    /// Where its evidence lies; none for another runner's files, in whose folder nothing is written.
    pub evidence_file: Option<PathBuf>,
    /// What it says.
    pub evidence: Evidence,
    /// Over the texts; one per migration.
    pub hashes: Vec<Hashes>,
    downs: Vec<Down>,
    wanted: Vec<bool>,
    /// Worked out for a history of which something has to run.
    touched: OnceLock<Vec<Touched>>,
    nothing: Touched,
}

/// A rollback file and what it claims.
pub struct Down {
    file: String,
    text: Option<String>,
    grade: Option<Grade>,
}

impl Prepared {
    /// A tool's history.
    pub fn of_source(source: Source, selection: &Selection, context: &Context, request: &VerifyRequest) -> Prepared {
        let all = source.history.migrations.iter().zip(&source.places);
        let wanted = all.map(|(migration, place)| selection.takes(migration, place)).collect();
        let downs: Vec<Down> = source
            .places
            .iter()
            .map(|place| {
                let text = match Present::at(&place.down) {
                    Ok(Present::Text(text)) => Some(text),
                    _ => None,
                };
                Down::new(context.shown(&place.down), text)
            })
            .collect();
        let file = evidence::path(&source.dir, source.layout);
        let (mut history, evidence) = (source.history, Evidence::read(&file));
        observe::recall(&mut history, &evidence);
        let prepared = Prepared::new(source.tool.word(), source.shown, history, downs, wanted);
        Prepared { evidence, evidence_file: Some(file), ..prepared }.asked(request)
    }

    /// Another runner's files.
    pub fn of_plain(plain: Plain, request: &VerifyRequest) -> Prepared {
        let only = |name: &String| request.only.is_empty() || request.only.contains(name);
        let wanted = plain.history.migrations.iter().map(|m| only(&m.name)).collect();
        let downs = plain.downs.into_iter().map(|d| Down::new(d.file, d.text)).collect();
        Prepared::new("plain", plain.shown, plain.history, downs, wanted).asked(request)
    }

    fn new(tool: &'static str, dir: String, history: History, downs: Vec<Down>, wanted: Vec<bool>) -> Prepared {
        let texts = history.migrations.iter().zip(&downs).map(|(m, d)| (m.sql.as_str(), d.text.as_deref()));
        let hashes = Hashes::of(texts);
        let evidence = Evidence::default();
        let (touched, nothing) = (OnceLock::new(), Touched::default());
        Prepared { tool, dir, history, evidence_file: None, evidence, hashes, downs, wanted, touched, nothing }
    }

    /// Narrowed to what was asked for.
    fn asked(mut self, request: &VerifyRequest) -> Prepared {
        if let Some(last) = request.last {
            let from = self.wanted.len().saturating_sub(last);
            self.wanted[..from].iter_mut().for_each(|w| *w = false);
        }
        self
    }

    /// Narrowed to migrations of which a file is among those that changed.
    pub fn changed(&mut self, changed: &dyn Fn(&str) -> bool) {
        for (at, wanted) in self.wanted.iter_mut().enumerate() {
            *wanted &= changed(&self.history.migrations[at].file) || changed(&self.downs[at].file);
        }
    }

    /// The stops of the walk. With `fresh`, nothing is taken over from earlier runs; with `sampled`, nothing from those
    /// without a sample.
    pub fn stops(&self, fresh: bool, sampled: bool) -> Vec<Stop<'_>> {
        let known: Vec<Option<MigrationVerdict>> =
            (0..self.downs.len()).map(|at| self.known(at, fresh, sampled)).collect();
        let due = known.iter().zip(&self.wanted).any(|(known, wanted)| *wanted && known.is_none());
        let stop = |(at, known): (usize, Option<MigrationVerdict>)| Stop {
            // What is known needs neither the tables nor the notes: a history of which nothing is due is not replayed.
            subject: if due && known.is_none() { self.subject(at) } else { self.unread(at) },
            known,
            wanted: self.wanted[at],
        };
        known.into_iter().enumerate().map(stop).collect()
    }

    /// How many migrations have to run.
    pub fn due(&self, fresh: bool, sampled: bool) -> usize {
        (0..self.downs.len()).filter(|at| self.wanted[*at] && self.known(*at, fresh, sampled).is_none()).count()
    }

    /// The engine that an earlier run was on, where all that was asked for is known from it.
    pub fn remembered_engine(&self) -> Option<String> {
        let names = self.history.migrations.iter().rev().map(|m| &m.name);
        names.filter_map(|n| self.evidence.verified.get(n)).map(|e| e.engine.clone()).next()
    }

    fn subject(&self, at: usize) -> Subject<'_> {
        let touched = self.touched.get_or_init(|| touched(&self.history));
        self.downs[at].subject(&self.history.migrations[at], &touched[at])
    }

    fn unread(&self, at: usize) -> Subject<'_> {
        self.downs[at].unread(&self.history.migrations[at], &self.nothing)
    }

    /// What needs not run to be known.
    fn known(&self, at: usize, fresh: bool, sampled: bool) -> Option<MigrationVerdict> {
        let subject = self.unread(at);
        if subject.down.is_none() {
            return Some(MigrationVerdict { verdict: Verdict::Missing, ..blank(&subject) });
        }
        let held = self.evidence.holds(&subject.up.name, &self.hashes[at]);
        let (verdict, entry) = held.filter(|(_, entry)| !fresh && (!sampled || entry.sample.is_some()))?;
        let sample = entry.sample.map(|rows| SampleUse { rows, ..SampleUse::default() });
        Some(MigrationVerdict { verdict, rows: entry.rows(), sample, remembered: true, ..blank(&subject) })
    }
}

impl Down {
    /// A file with its text; none where there is no file.
    pub fn new(file: String, text: Option<String>) -> Down {
        let first = text.as_deref().map(|t| t.trim_start_matches('\u{feff}').lines().next().unwrap_or_default());
        Down { grade: first.and_then(Head::parse).map(|h| h.grade), file, text }
    }

    /// What is to be proven of it, as the rollback of a migration.
    pub fn subject<'a>(&'a self, up: &'a Migration, touched: &'a Touched) -> Subject<'a> {
        let notes = self.text.as_deref().map(said).unwrap_or_default();
        Subject { notes, ..self.unread(up, touched) }
    }

    /// The same without the notes.
    fn unread<'a>(&'a self, up: &'a Migration, touched: &'a Touched) -> Subject<'a> {
        let (down, down_file) = (self.text.as_deref(), self.file.as_str());
        Subject { up, touched, down, down_file, grade: self.grade, notes: vec![] }
    }
}

/// What concerns the reading of one folder goes on without it.
pub fn collect(found: Vec<Result<Prepared, Problem>>, problems: &mut Vec<Problem>) -> Vec<Prepared> {
    let kept = found.into_iter().filter_map(|p| p.map_err(|problem| problems.push(problem)).ok());
    kept.collect()
}
