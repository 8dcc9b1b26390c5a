//! What a column can hold, told apart as far as making values needs it.

pub(super) mod mysql;
pub(super) mod postgres;
pub(super) mod sqlite;

/// The values that a column takes.
#[derive(Debug, Clone, PartialEq)]
pub enum Kind {
    /// Whole numbers from the first to the second.
    Int(i128, i128),
    /// Decimal numbers: digits in all and behind the point; none where the type sets no limit.
    Decimal(Option<(u32, u32)>),
    /// Floating point numbers, of eight bytes or four.
    Float {
        /// Eight bytes.
        double: bool,
    },
    /// True and false.
    Bool,
    /// Text.
    Text {
        /// The most characters that fit.
        longest: Option<usize>,
        /// The characters that its character set has.
        charset: Charset,
    },
    /// Bytes; the most that fit.
    Bytes(Option<usize>),
    /// Bits: how many, and whether all have to be there.
    Bits(usize, Fixed),
    /// Days.
    Date,
    /// A time of day, with so many digits of fractions of a second.
    Time(u32, Zone),
    /// A day and a time, with so many digits of fractions of a second.
    Stamp(u32, Zone),
    /// MySQL's `timestamp`, which ends in 2038.
    UnixStamp(u32),
    /// MySQL's `year`.
    Year,
    /// JSON, kept as it was written or not.
    Json,
    /// UUIDs.
    Uuid,
    /// One of these labels.
    Enum(Vec<String>),
    /// MySQL's `set`: any of these labels.
    Set(Vec<String>),
    /// PostgreSQL's arrays.
    Array(Box<Kind>),
    /// PostgreSQL's ranges, and sets of ranges.
    Range {
        /// What the bounds are.
        of: Box<Kind>,
        /// Several ranges in one value.
        multi: bool,
    },
    /// Vectors of so many numbers.
    Vector(usize),
    /// PostgreSQL's rows with so many fields.
    Composite(usize),
    /// A type of which these values are known, as text; distinct ones.
    Samples(&'static [&'static str]),
    /// Values written as expressions; distinct ones.
    Expressions(&'static [&'static str]),
    /// SQLite: a column without a type, where every class of values is kept as it is.
    Anything,
    /// A type that is not known: what it takes is tried.
    Unknown,
}

/// Do values with fewer bits fit?
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fixed {
    /// Exactly so many.
    Yes,
    /// At most so many.
    No,
}

/// Does a value say its time zone?
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Zone {
    /// It does.
    With,
    /// It does not.
    Without,
}

/// Characters that fit into a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Charset {
    /// All of Unicode.
    Unicode,
    /// MySQL's `utf8mb3`: what takes three bytes.
    ThreeBytes,
    /// Not more than ASCII is sure.
    Ascii,
}

impl Kind {
    /// Text without a limit.
    pub(super) const TEXT: Kind = Kind::Text { longest: None, charset: Charset::Unicode };

    /// Whole numbers of so many bytes with a sign.
    pub(super) fn signed(bytes: u32) -> Kind {
        let half = 1i128 << (bytes * 8 - 1);
        Kind::Int(-half, half - 1)
    }

    /// Whole numbers of so many bytes without a sign.
    pub(super) fn unsigned(bytes: u32) -> Kind {
        Kind::Int(0, (1i128 << (bytes * 8)) - 1)
    }

    /// How many values can be told apart at least, where they are few.
    pub(super) fn distinct(&self) -> Option<usize> {
        match self {
            Kind::Bool => Some(2),
            Kind::Enum(labels) => Some(labels.len()),
            Kind::Set(labels) => Some(1usize << labels.len().min(16)),
            Kind::Samples(values) | Kind::Expressions(values) => Some(values.len()),
            Kind::Bits(bits, _) if *bits < 8 => Some(1usize << bits),
            Kind::Text { longest: Some(0), .. } | Kind::Bytes(Some(0)) | Kind::Composite(_) | Kind::Unknown => Some(1),
            Kind::Text { longest: Some(1), .. } => Some(36),
            Kind::Array(of) => match **of {
                Kind::Bool | Kind::Composite(_) | Kind::Unknown => Some(1),
                _ => of.distinct(),
            },
            _ => None,
        }
    }
}
