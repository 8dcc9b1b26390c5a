//! `plan.json`: a plan as it is saved and run later. The kernel's plans have no format of their own; this is it.

use crate::Problem;
use serde::{Deserialize, Serialize};
use unmigrate_kernel::Dialect;
use unmigrate_kernel::plan::{Expect, Fingerprint, Phase, Plan, Probe, Step, Then, Undo, locks};

/// The version of the format; additive within a version.
const VERSION: u32 = 1;

/// A plan as JSON.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PlanFile {
    version: u32,
    dialect: String,
    fingerprint: String,
    phases: Vec<PhaseFile>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct PhaseFile {
    name: String,
    steps: Vec<StepFile>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    undo: Vec<UndoFile>,
    then: ThenFile,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct UndoFile {
    of: usize,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    steps: Vec<StepFile>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    lost: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
enum ThenFile {
    Go,
    Deploy,
    Until(ProbeFile),
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct StepFile {
    sql: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    transaction: Option<usize>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    changes: Option<u64>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    no_rows: bool,
    /// For people: read back, they are told from the SQL again.
    #[serde(default)]
    lock: Vec<LockFile>,
    why: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    file: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    line: Option<usize>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    probe: Option<ProbeFile>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct LockFile {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    relation: Option<String>,
    mode: String,
    work: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct ProbeFile {
    query: String,
    done: String,
}

impl PlanFile {
    /// A plan for a dialect's database, to be written down.
    pub fn new(plan: &Plan, dialect: Dialect) -> PlanFile {
        let phase = |phase: &Phase| PhaseFile {
            name: phase.name.clone(),
            steps: phase.steps.iter().map(StepFile::new).collect(),
            undo: phase.undo.iter().map(UndoFile::new).collect(),
            then: match &phase.then {
                Then::Go => ThenFile::Go,
                Then::Deploy => ThenFile::Deploy,
                Then::Until(probe) => ThenFile::Until(ProbeFile::new(probe)),
            },
        };
        PlanFile {
            version: VERSION,
            dialect: dialect.word().into(),
            fingerprint: plan.made_for.to_string(),
            phases: plan.phases.iter().map(phase).collect(),
        }
    }

    /// Reads a file's text; `shown` is how messages name it.
    ///
    /// # Errors
    /// `broken-plan` where it is not what this version writes.
    pub fn read(text: &str, shown: &str) -> Result<(Plan, Dialect), Problem> {
        let file: PlanFile = serde_json::from_str(text).map_err(|why| broken(shown, &why.to_string()))?;
        if file.version != VERSION {
            return Err(broken(
                shown,
                &format!("it is of version {}, and this unmigrate reads {VERSION}", file.version),
            ));
        }
        let dialect = Dialect::from_word(&file.dialect)
            .ok_or_else(|| broken(shown, &format!("{:?} is no dialect", file.dialect)))?;
        let made_for = Fingerprint::parse(&file.fingerprint)
            .ok_or_else(|| broken(shown, "its fingerprint is no `sha256:` and 64 digits"))?;
        let steps = |steps: Vec<StepFile>| steps.into_iter().map(|step| step.plan(dialect)).collect();
        let undo = |undo: UndoFile| Undo { of: undo.of, steps: steps(undo.steps), lost: undo.lost };
        let phase = |phase: PhaseFile| Phase {
            name: phase.name,
            steps: steps(phase.steps),
            undo: phase.undo.into_iter().map(undo).collect(),
            then: match phase.then {
                ThenFile::Go => Then::Go,
                ThenFile::Deploy => Then::Deploy,
                ThenFile::Until(probe) => Then::Until(probe.plan()),
            },
        };
        Ok((Plan { made_for, phases: file.phases.into_iter().map(phase).collect() }, dialect))
    }
}

impl UndoFile {
    fn new(undo: &Undo) -> UndoFile {
        let steps = undo.steps.iter().map(StepFile::new).collect();
        UndoFile { of: undo.of, steps, lost: undo.lost.clone() }
    }
}

impl StepFile {
    fn new(step: &Step) -> StepFile {
        let lock = step.locks.iter().map(|lock| LockFile {
            relation: lock.relation.clone(),
            mode: lock.mode.words().into(),
            work: lock.work.word().into(),
        });
        StepFile {
            sql: step.sql.clone(),
            transaction: step.transaction,
            changes: if let Expect::Changes(rows) = step.expect { Some(rows) } else { None },
            no_rows: step.expect == Expect::NoRows,
            lock: lock.collect(),
            why: step.why.clone(),
            file: step.file.clone(),
            line: Some(step.line).filter(|line| *line > 0),
            probe: step.probe.as_ref().map(ProbeFile::new),
        }
    }

    fn plan(self, dialect: Dialect) -> Step {
        let expect = match self.changes {
            Some(rows) => Expect::Changes(rows),
            None if self.no_rows => Expect::NoRows,
            None => Expect::Taken,
        };
        Step {
            transaction: self.transaction,
            expect,
            locks: locks(&self.sql, dialect),
            why: self.why,
            file: self.file,
            line: self.line.unwrap_or_default(),
            probe: self.probe.map(ProbeFile::plan),
            sql: self.sql,
        }
    }
}

impl ProbeFile {
    fn new(probe: &Probe) -> ProbeFile {
        ProbeFile { query: probe.query.clone(), done: probe.done.clone() }
    }

    fn plan(self) -> Probe {
        Probe { query: self.query, done: self.done }
    }
}

fn broken(shown: &str, why: &str) -> Problem {
    Problem::error(
        "broken-plan",
        format!("`{shown}` is not a plan that can be run: {why}"),
        "make it anew: unmigrate rollback --out plan.json",
    )
    .at(shown)
}

#[cfg(test)]
mod tests {
    use super::*;
    use unmigrate_kernel::plan::{Bookkeeping, Down, rollback};
    use unmigrate_kernel::snapshot::Snapshot;

    fn plan(dialect: Dialect) -> Plan {
        let probe = Probe { query: "SELECT 1".into(), done: "0".into() };
        let forget = Bookkeeping { sql: "DELETE FROM m".into(), changes: Some(1), probe, why: "forget".into() };
        let text = "PRAGMA foreign_keys=OFF;\nBEGIN;\nDROP TABLE a;\nPRAGMA foreign_key_check;\nCOMMIT;\n";
        let down = Down { name: "x", file: "x/down.sql", text, bookkeeping: &[forget] };
        rollback(&[down], dialect, Fingerprint::of(&Snapshot::default(), ["row"]))
    }

    #[test]
    fn written_and_read_back() {
        for dialect in [Dialect::Postgres, Dialect::Mysql, Dialect::Sqlite] {
            let mut plan = plan(dialect);
            plan.phases[0].then = Then::Until(Probe { query: "SELECT 2".into(), done: "2".into() });
            let steps = plan.phases[0].steps.clone();
            plan.phases[0].undo = vec![Undo { of: 1, steps, lost: vec!["x".into()] }];
            let text = serde_json::to_string_pretty(&PlanFile::new(&plan, dialect)).unwrap();
            assert_eq!(PlanFile::read(&text, "plan.json").unwrap(), (plan, dialect), "{text}");
        }
    }

    #[test]
    fn what_is_no_plan() {
        let text = serde_json::to_string(&PlanFile::new(&plan(Dialect::Sqlite), Dialect::Sqlite)).unwrap();
        for bad in [
            "",
            "{}",
            "[1]",
            &text.replace("\"version\":1", "\"version\":2"),
            &text.replace("\"sqlite\"", "\"oracle\""),
            &text.replace("sha256:", "md5:"),
        ] {
            assert_eq!(PlanFile::read(bad, "plan.json").unwrap_err().code, "broken-plan", "{bad}");
        }
    }
}
