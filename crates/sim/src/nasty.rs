//! What real carriers do and no standard allows: the closed lists of it, for tests and for scenario files.
//!
//! It only names things. What is done stands in `smsc::mangle` (octets of answers) and `smsc::link` (reports).

/// How an id is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ids {
    /// 16 digits.
    Decimal,
    /// The same number in lower-case hex.
    Hex,
    /// In upper-case hex, filled with zeros to 16 digits.
    HexPadded,
    /// In decimal, filled with zeros to 20 digits.
    Padded,
}

/// What becomes of an answer to a submit on its way out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answers {
    /// It goes as it is.
    #[default]
    Honest,
    /// It goes twice.
    Twice,
    /// It never goes.
    Never,
    /// Ten are gathered (or those of a tenth of a second) and go last first.
    Reversed,
    /// It goes under a number nobody used.
    WrongNumber,
    /// A generic_nack without a number goes instead.
    NackNobody,
    /// A generic_nack with its number and "system error" goes instead.
    Nack,
    /// It is OK and has an empty id.
    EmptyId,
    /// It is OK and its id has eighty characters.
    LongId,
    /// It is OK and its id has octets that are no ASCII.
    OddId,
    /// The NUL after its id is missing.
    NoNul,
    /// A TLV follows that ends behind the end.
    TornTlv,
    /// Its command_length says 0.
    LengthZero,
    /// Its command_length says 15.
    LengthShort,
    /// Its command_length says 4 GB.
    LengthHuge,
    /// Octets go instead that are no SMPP at all.
    Garbage,
    /// A request and an answer of commands nobody knows go before it.
    UnknownCommand,
}

impl Answers {
    /// All of them.
    pub const ALL: [Answers; 17] = [
        Answers::Honest,
        Answers::Twice,
        Answers::Never,
        Answers::Reversed,
        Answers::WrongNumber,
        Answers::NackNobody,
        Answers::Nack,
        Answers::EmptyId,
        Answers::LongId,
        Answers::OddId,
        Answers::NoNul,
        Answers::TornTlv,
        Answers::LengthZero,
        Answers::LengthShort,
        Answers::LengthHuge,
        Answers::Garbage,
        Answers::UnknownCommand,
    ];
}

/// What the carrier says before anybody could ask.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Greeting {
    /// Nothing.
    #[default]
    Silent,
    /// An outbind.
    Outbind,
    /// An unbind.
    Unbind,
    /// A message for a client that is not bound.
    Deliver,
    /// Octets that are no SMPP.
    Garbage,
}

/// Which id a report names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReportId {
    /// That of its message.
    #[default]
    Own,
    /// That of the message taken before it: a true id in a wrong place.
    Neighbour,
    /// One that was never given out.
    Unknown,
}

/// How a report is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReportForm {
    /// As the configuration says.
    #[default]
    Right,
    /// The text says UNDELIV, the TLVs tell the truth.
    Contradiction,
    /// The text is of another language and says nothing; the TLVs tell the truth.
    ForeignLanguage,
    /// The text has 64,000 octets; the TLVs tell the truth.
    Huge,
    /// The text is noise, and there are no TLVs.
    Noise,
    /// Nothing at all: no text, no TLVs.
    Empty,
}

/// How ids and reports are spoilt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Reports {
    /// Each goes out this many times; 0 and 1 are once.
    pub times: u32,
    /// They are kept back until this is over.
    pub hold: bool,
    /// Those that leave together leave last first.
    pub reversed: bool,
    /// Which id they name.
    pub id: ReportId,
    /// How they are written.
    pub form: ReportForm,
    /// How their ids are written from now on; the configuration's way where it is `None`.
    pub ids: Option<Ids>,
}
