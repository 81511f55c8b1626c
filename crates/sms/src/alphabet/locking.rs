//! Base tables: the default alphabet and the national locking shift tables of 3GPP 23.038 annex A.3, one file each.

pub mod bengali;
pub mod default;
pub mod gujarati;
pub mod hindi;
pub mod kannada;
pub mod malayalam;
pub mod oriya;
pub mod portuguese;
pub mod punjabi;
pub mod tamil;
pub mod telugu;
pub mod turkish;
pub mod urdu;
