//! Queries of the machine itself: what runs before or beneath any workspace. `doors` and `web` never call these.

pub mod node;
