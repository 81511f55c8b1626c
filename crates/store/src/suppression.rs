//! suppression

/// Scope: marketing of one workspace.
pub const MARKETING: i64 = 1;
/// Scope: everything but what the person asks for this minute.
pub const ALL: i64 = 2;
