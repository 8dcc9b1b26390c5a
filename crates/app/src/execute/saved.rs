//! A plan as JSON: what `--out` writes, what the journal keeps and what the audit hashes.

use serde::{Deserialize, Serialize};
use std::fmt;
use unmigrate_kernel::plan::{Expect, Fingerprint, Phase, Plan, Probe, Step, Then};

/// Why a text is no plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotAPlan(String);

impl fmt::Display for NotAPlan {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for NotAPlan {}

/// Fields are only ever added within a version; a reader of this version refuses what it does not know, since a plan that
/// is half understood is not run.
const VERSION: u32 = 1;

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct SavedPlan {
    version: u32,
    fingerprint: String,
    phases: Vec<SavedPhase>,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct SavedPhase {
    name: String,
    steps: Vec<SavedStep>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    undo: Vec<SavedStep>,
    #[serde(default, skip_serializing_if = "SavedThen::is_go")]
    then: SavedThen,
}

#[derive(Serialize, Deserialize, Default)]
#[serde(rename_all = "camelCase")]
enum SavedThen {
    #[default]
    Go,
    Deploy,
    Until(SavedProbe),
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct SavedStep {
    sql: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    transaction: Option<usize>,
    #[serde(default, skip_serializing_if = "SavedExpect::is_taken")]
    expect: SavedExpect,
    why: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    file: Option<String>,
    #[serde(default)]
    line: usize,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    probe: Option<SavedProbe>,
}

#[derive(Serialize, Deserialize, Default)]
#[serde(rename_all = "camelCase")]
enum SavedExpect {
    #[default]
    Taken,
    Changes(u64),
    NoRows,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct SavedProbe {
    query: String,
    done: String,
}

/// Writes a plan, the same text for the same plan.
pub fn write(plan: &Plan) -> String {
    let saved = SavedPlan {
        version: VERSION,
        fingerprint: plan.made_for.to_string(),
        phases: plan.phases.iter().map(SavedPhase::of).collect(),
    };
    // Strings and numbers alone: nothing of it can fail.
    serde_json::to_string_pretty(&saved).unwrap_or_default()
}

/// Reads what [`write`] wrote.
///
/// # Errors
/// Where it is no plan, or one of another version.
pub fn read(text: &str) -> Result<Plan, NotAPlan> {
    let value: serde_json::Value = serde_json::from_str(text).map_err(|e| NotAPlan(format!("it is no JSON: {e}")))?;
    match value.get("version").and_then(serde_json::Value::as_u64) {
        Some(version) if version == u64::from(VERSION) => {}
        Some(version) => return Err(NotAPlan(format!("it has version {version}, and this unmigrate reads {VERSION}"))),
        None => return Err(NotAPlan("it is no plan of unmigrate".into())),
    }
    let saved: SavedPlan = serde_json::from_value(value).map_err(|e| NotAPlan(format!("it is no plan: {e}")))?;
    let made_for = Fingerprint::parse(&saved.fingerprint).ok_or_else(|| NotAPlan("its fingerprint is none".into()))?;
    Ok(Plan { made_for, phases: saved.phases.into_iter().map(SavedPhase::into_phase).collect() })
}

impl SavedPhase {
    fn of(phase: &Phase) -> SavedPhase {
        SavedPhase {
            name: phase.name.clone(),
            steps: phase.steps.iter().map(SavedStep::of).collect(),
            undo: phase.undo.iter().map(SavedStep::of).collect(),
            then: match &phase.then {
                Then::Go => SavedThen::Go,
                Then::Deploy => SavedThen::Deploy,
                Then::Until(probe) => SavedThen::Until(SavedProbe::of(probe)),
            },
        }
    }

    fn into_phase(self) -> Phase {
        Phase {
            name: self.name,
            steps: self.steps.into_iter().map(SavedStep::into_step).collect(),
            undo: self.undo.into_iter().map(SavedStep::into_step).collect(),
            then: match self.then {
                SavedThen::Go => Then::Go,
                SavedThen::Deploy => Then::Deploy,
                SavedThen::Until(probe) => Then::Until(probe.into_probe()),
            },
        }
    }
}

impl SavedStep {
    fn of(step: &Step) -> SavedStep {
        SavedStep {
            sql: step.sql.clone(),
            transaction: step.transaction,
            expect: match step.expect {
                Expect::Taken => SavedExpect::Taken,
                Expect::Changes(rows) => SavedExpect::Changes(rows),
                Expect::NoRows => SavedExpect::NoRows,
            },
            why: step.why.clone(),
            file: step.file.clone(),
            line: step.line,
            probe: step.probe.as_ref().map(SavedProbe::of),
        }
    }

    fn into_step(self) -> Step {
        Step {
            sql: self.sql,
            transaction: self.transaction,
            expect: match self.expect {
                SavedExpect::Taken => Expect::Taken,
                SavedExpect::Changes(rows) => Expect::Changes(rows),
                SavedExpect::NoRows => Expect::NoRows,
            },
            why: self.why,
            file: self.file,
            line: self.line,
            probe: self.probe.map(SavedProbe::into_probe),
        }
    }
}

impl SavedProbe {
    fn of(probe: &Probe) -> SavedProbe {
        SavedProbe { query: probe.query.clone(), done: probe.done.clone() }
    }

    fn into_probe(self) -> Probe {
        Probe { query: self.query, done: self.done }
    }
}

impl SavedExpect {
    fn is_taken(&self) -> bool {
        matches!(self, SavedExpect::Taken)
    }
}

impl SavedThen {
    fn is_go(&self) -> bool {
        matches!(self, SavedThen::Go)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use unmigrate_kernel::snapshot::Snapshot;

    fn plan() -> Plan {
        let step = Step {
            sql: "ALTER TABLE \"a\\b\" DROP 'c'".into(),
            transaction: Some(0),
            expect: Expect::Changes(1),
            why: "x".into(),
            file: Some("down.sql".into()),
            line: 3,
            probe: Some(Probe { query: "SELECT 1".into(), done: "1".into() }),
        };
        let plain =
            Step { transaction: None, expect: Expect::NoRows, file: None, line: 0, probe: None, ..step.clone() };
        let then = Then::Until(Probe { query: "SELECT 2".into(), done: "2".into() });
        let phase = Phase { name: "m".into(), steps: vec![step, plain.clone()], undo: vec![plain], then };
        let rest = Phase { name: "n".into(), steps: vec![], undo: vec![], then: Then::Deploy };
        Plan { made_for: Fingerprint::of(&Snapshot::default(), []), phases: vec![phase, rest] }
    }

    #[test]
    fn written_and_read_back() {
        let text = write(&plan());
        assert_eq!(read(&text), Ok(plan()));
        assert_eq!(write(&plan()), text);
    }

    #[test]
    fn what_is_no_plan() {
        let text = write(&plan());
        for (bad, why) in [
            ("", "no JSON"),
            ("[]", "no plan of unmigrate"),
            (&text.replacen("\"version\": 1", "\"version\": 2", 1), "version 2"),
            (&text.replacen("sha256:", "md5:", 1), "fingerprint"),
            (&text.replacen("\"sql\"", "\"sqll\"", 1), "unknown field"),
        ] {
            let said = read(bad).unwrap_err().to_string();
            assert!(said.contains(why), "{bad} gives {said}");
        }
    }
}
