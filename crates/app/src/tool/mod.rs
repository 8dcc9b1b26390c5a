//! The migration tool's own process: found in the project, started with what is secret in the environment alone, and
//! believed by what it says, not by its exit code (Prisma's engine dies in silence with code 0).

mod find;
mod process;

pub use find::{drizzle, prisma};
pub use process::Call;
