//! A finding, drawn on the user's own file.

use super::style::{self, BAD, BOLD, DIM, LOOK, NAME};
use crate::output::quote::line_end;
use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Element, Level, Origin, Renderer, Snippet, normalize_untrusted_str};
use std::ops::Range;
use unmigrate_app::check::Severity;

/// How many lines of a long statement are drawn.
const LINES: usize = 5;

/// What is said of a place in a file, or of several.
#[derive(Debug, Clone)]
pub struct Finding<'a> {
    /// Its colour and its first word.
    pub severity: Severity,
    /// The word that `explain` has a page for.
    pub code: &'a str,
    /// One sentence without a full stop.
    pub title: String,
    /// Below it, in this order.
    pub parts: Vec<Part<'a>>,
}

/// What stands below the title.
#[derive(Debug, Clone)]
pub enum Part<'a> {
    /// A piece of a file.
    Place(Place<'a>),
    /// A file, without a place in it.
    File(&'a str),
    /// A name and what it says: `help`, `before`.
    Words(&'a str, String),
}

/// A piece of a file.
#[derive(Debug, Clone)]
pub struct Place<'a> {
    /// The file, relative to the working directory.
    pub file: &'a str,
    /// The text that the span is in, with LF at the end of lines.
    pub text: &'a str,
    /// The line, from 1, that the text begins on: 1 where it is the whole file.
    pub first_line: usize,
    /// What is underlined, in bytes of the text.
    pub span: Range<usize>,
    /// What is said of it.
    pub label: String,
}

/// Draws a finding, `width` columns wide where the file's lines allow. Ends in a blank line.
pub fn draw(finding: &Finding<'_>, width: usize) -> String {
    let level = match finding.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Note => Level::NOTE,
    };
    let title = level.primary_title(finding.title.as_str()).id(finding.code);
    let group = title.elements(finding.parts.iter().map(element));
    let renderer = Renderer::styled()
        .decor_style(DecorStyle::Unicode)
        .term_width(width)
        .error(BAD)
        .warning(LOOK)
        .note(NAME)
        .help(NAME)
        .info(NAME)
        .emphasis(BOLD)
        .line_num(DIM)
        .hyperlink(false);
    renderer.render(&[group]) + "\n\n"
}

fn element<'a>(part: &'a Part<'a>) -> Element<'a> {
    match part {
        Part::Place(place) => drawn(place).into(),
        Part::File(file) => Origin::path(style::name(file)).into(),
        Part::Words(name, words) => {
            let lines: Vec<String> = words.lines().map(normalize_untrusted_str).collect();
            Level::NOTE.with_name(style::name(name)).message(lines.join("\n")).into()
        }
    }
}

/// The lines of the span, the first of them underlined: the end of a long statement says no more than its beginning.
fn drawn<'a>(place: &'a Place<'a>) -> Snippet<'a, annotate_snippets::Annotation<'a>> {
    let text = place.text;
    let start = text[..place.span.start].rfind('\n').map_or(0, |at| at + 1);
    let ends = text[start..].match_indices('\n').map(|(at, _)| start + at).chain([text.len()]);
    let end = ends.take(LINES).take_while(|end| *end <= line_end(text, place.span.end)).last();
    let end = end.unwrap_or(place.span.end);
    let shown = &text[start..end];
    let first_end = line_end(text, place.span.start).min(place.span.end);
    let underlined = place.span.start - start..first_end - start;
    Snippet::source(shown)
        .path(style::name(place.file))
        .line_start(place.first_line + text[..start].matches('\n').count())
        .fold(false)
        .annotation(AnnotationKind::Primary.span(underlined).label(place.label.as_str()))
}
