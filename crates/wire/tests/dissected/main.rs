//! Everything that we write, read by tshark's dissectors without a complaint: written by others, they share no mistake.

mod framed;
mod smpp;
mod tpdu;
mod tshark;
