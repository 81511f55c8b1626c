//! What clients are handed.
