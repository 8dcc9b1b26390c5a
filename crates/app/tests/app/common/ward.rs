//! `doctor` on a project of a test's own.

use super::Own;
use super::project::{Project, Says, running};
use std::path::Path;
use std::sync::Arc;
use unmigrate_app::doctor::{DoctorReport, DoctorRequest, Effect, Fix, treat};
use unmigrate_app::rollback::{Answer, Running};
use unmigrate_app::verify::Scratches;
use unmigrate_app::{NoEmbedded, Problem};
use unmigrate_engines::{Database, Target};

/// Scratch databases on the server that the test's own lies on.
pub fn scratches(own: &Own) -> Scratches {
    let server = own.server().map(|server| Target::parse(server, Path::new("/")).expect("a server"));
    Scratches {
        named: server,
        shadow: None,
        configured: vec![],
        engine: None,
        embedded: Arc::new(NoEmbedded),
        cwd: "/".into(),
        schema_instead: false,
    }
}

/// Looks, or mends with a yes.
pub fn doctor(
    project: &Project,
    own: &Own,
    db: &mut dyn Database,
    request: &DoctorRequest,
) -> Result<DoctorReport, Problem> {
    let stages = scratches(own);
    let mut says = Says(Answer::Yes);
    let running = Running { dry_run: request.dry_run, ..running(&mut says) };
    project.with(own, |scene| treat(request, db, scene, &stages, running))
}

/// Looks. MySQL's named locks belong to the whole server: that a test beside this one holds the tool's is not told here.
pub fn look(project: &Project, own: &Own, db: &mut dyn Database) -> DoctorReport {
    let mut report = doctor(project, own, db, &DoctorRequest::default()).expect("a look");
    report.findings.retain(|finding| finding.problem.code != "busy");
    report
}

/// Mends.
pub fn mend(project: &Project, own: &Own, db: &mut dyn Database, fix: Fix) -> Result<DoctorReport, Problem> {
    doctor(project, own, db, &DoctorRequest { fix: Some(fix), ..DoctorRequest::default() })
}

/// The codes of what is wrong.
pub fn codes(report: &DoctorReport) -> Vec<&'static str> {
    report.findings.iter().map(|finding| finding.problem.code).collect()
}

/// What has happened of the one migration that is told of.
pub fn effects(report: &DoctorReport) -> Vec<&'static str> {
    assert_eq!(report.half.len(), 1, "{report:?}");
    report.half[0].statements.iter().map(|statement| statement.effect).collect()
}

/// So many that have happened, then so many that have not.
pub fn so_far(happened: usize, of: usize) -> Vec<&'static str> {
    let mut out = vec![Effect::Happened.word(); happened];
    out.resize(of, Effect::Missing.word());
    out
}
