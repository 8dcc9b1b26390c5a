//! The verbs, on real engines. One binary for all of them: linking takes longer than most of them run.

mod abort;
mod archive;
mod batches;
mod check;
mod check_database;
mod check_evidence;
mod children;
mod common;
mod compat;
mod deploy;
mod doctor;
mod execute;
mod faults;
mod generate;
mod init;
mod resolve;
mod rollback;
mod sample;
mod scenarios;
mod schema;
mod seen;
mod undone;
