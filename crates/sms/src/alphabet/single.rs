//! Extension tables: the default one and the national single shift tables of 3GPP 23.038 annex A.2, one file each.

pub mod bengali;
pub mod default;
pub mod gujarati;
pub mod hindi;
pub mod kannada;
pub mod malayalam;
pub mod oriya;
pub mod portuguese;
pub mod punjabi;
pub mod spanish;
pub mod tamil;
pub mod telugu;
pub mod turkish;
pub mod urdu;
