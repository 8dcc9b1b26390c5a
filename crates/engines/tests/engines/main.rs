//! Sockets, on real servers. One binary for all of them: linking takes longer than most of them run.

mod common;
mod drivers;
mod reader;
mod scratch;
mod tls;
