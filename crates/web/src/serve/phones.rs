//! The simulator's three phones, as the page draws them.

/// The first phone: what a test goes to.
pub(super) const FIRST: &str = "+9995550100";
