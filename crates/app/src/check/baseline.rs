//! A file of findings that are known: what was there before `check` came is not asked about again.

use super::report::Finding;
use crate::{Problem, write};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// The file.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Baseline {
    version: u32,
    findings: Vec<Known>,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
struct Known {
    file: String,
    rule: String,
    fingerprint: String,
}

impl Baseline {
    /// Reads it.
    ///
    /// # Errors
    /// `baseline-unreadable`.
    pub fn read(path: &Path, shown: &str) -> Result<Baseline, Problem> {
        let bad = |why: String| {
            let help = "unmigrate check --write-baseline   writes it anew";
            Problem::error("baseline-unreadable", format!("the baseline `{shown}` can't be used: {why}"), help)
                .at(shown)
        };
        let text = fs::read_to_string(path).map_err(|why| bad(why.to_string()))?;
        let baseline: Baseline = serde_json::from_str(&text).map_err(|why| bad(why.to_string()))?;
        if baseline.version == 1 { Ok(baseline) } else { Err(bad(format!("its version is {}", baseline.version))) }
    }

    /// Writes what was found, sorted, so that two branches merge well.
    ///
    /// # Errors
    /// `not-writable`.
    pub fn write(findings: &[Finding], path: &Path, shown: &str) -> Result<(), Problem> {
        let known =
            |f: &Finding| Known { file: f.file.clone(), rule: f.rule.to_owned(), fingerprint: f.fingerprint.clone() };
        let mut findings: Vec<Known> = findings.iter().map(known).collect();
        findings.sort();
        findings.dedup();
        let text = serde_json::to_string_pretty(&Baseline { version: 1, findings }).unwrap_or_default() + "\n";
        write::replace(path, &text).map_err(|why| {
            Problem::error(
                "not-writable",
                format!("`{shown}` can't be written: {why}"),
                "see to the permissions of its folder",
            )
            .at(shown)
        })
    }

    /// Takes out what is known, and gives how many those were.
    pub fn subtract(&self, findings: &mut Vec<Finding>) -> usize {
        let known: BTreeMap<&str, &Known> = self.findings.iter().map(|k| (k.fingerprint.as_str(), k)).collect();
        let before = findings.len();
        findings.retain(|f| known.get(f.fingerprint.as_str()).is_none_or(|k| k.rule != f.rule || k.file != f.file));
        before - findings.len()
    }
}
