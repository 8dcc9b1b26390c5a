//! The tools and the layouts that they write.

/// A migration tool.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Tool {
    /// Prisma Migrate 2 to 7.
    Prisma,
    /// Drizzle Kit 0.x and 1.0.
    Drizzle,
}

impl Tool {
    /// The word of flags and JSON.
    pub fn word(self) -> &'static str {
        match self {
            Tool::Prisma => "prisma",
            Tool::Drizzle => "drizzle",
        }
    }

    /// The tool of a word.
    pub fn from_word(word: &str) -> Option<Tool> {
        match word.to_ascii_lowercase().as_str() {
            "prisma" => Some(Tool::Prisma),
            "drizzle" | "drizzle-kit" => Some(Tool::Drizzle),
            _ => None,
        }
    }
}

/// How a folder of migrations is laid out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Layout {
    /// `<name>/migration.sql`: Prisma, drizzle-kit up to 0.14 and from 1.0.0-beta.9.
    Folders,
    /// `<tag>.sql` in the order of `meta/_journal.json`: drizzle-kit 0.16 to 0.31 and 1.0.0-beta.1.
    Journal,
}
