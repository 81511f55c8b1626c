//! The text of a receipt that we write ourselves: the simulator, and the SMPP server to its clients.

use crate::life::Status;
use crate::reason::Code;

/// What goes into a receipt. Dates come written (`YYMMDDhhmm`), since this crate knows no clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Written<'a> {
    /// The id given in submit_sm_resp.
    pub id: &'a str,
    /// When it was taken, `YYMMDDhhmm`.
    pub submit_date: &'a str,
    /// When it came to its state, `YYMMDDhhmm`.
    pub done_date: &'a str,
    /// The state.
    pub status: Status,
    /// Its reason.
    pub code: Code,
    /// The error number; 0 for none.
    pub err: u16,
    /// The message; its first 20 characters are repeated.
    pub text: &'a str,
}

/// Writes appendix B's form: `id:… sub:001 dlvrd:001 submit date:… done date:… stat:DELIVRD err:000 text:…`.
pub fn format(receipt: &Written<'_>) -> String {
    let Written { id, submit_date, done_date, status, code, err, text } = receipt;
    let delivered = u8::from(*status == Status::Delivered);
    let word = super::word_of(super::state_of(*status, *code)).unwrap_or("UNKNOWN");
    let text: String = text.chars().take(20).collect();
    format!(
        "id:{id} sub:001 dlvrd:{delivered:03} submit date:{submit_date} done date:{done_date} stat:{word} \
         err:{err:03} text:{text}"
    )
}
