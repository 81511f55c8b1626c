//! What carriers say of numbers beside what became of a message: that the person refused there, which is a refusal here
//! too; that nobody has the number, which after the third time in a row a person must look at.

use super::{Method, Refuse, refused, stale};
use crate::Result;
use crate::work::{Next, Work};
use store::Tx;
use store::machine::carrier_word::{self as rows, REFUSED, Word};
use store::suppression::Scope;

/// Words acted on in one transaction.
const AT_ONCE: i64 = 100;
/// So often in a row it must be said that nobody has a number.
const TIMES: i64 = 3;

/// Acts on all that waits.
pub(crate) fn run(work: &Work<'_>) -> Result<Next> {
    while !work.db.read_blocking(|tx| rows::waiting(tx, 1))?.is_empty() {
        work.db.write_blocking("carrier.words", |tx| act(tx).map(drop))?;
        if !work.my_turn() {
            return Ok(Next::Again(work.db.now_ms()));
        }
    }
    Ok(Next::Done)
}

/// Acts on some of what waits; gives how many refusals were written down.
pub(crate) fn act(tx: &mut Tx<'_>) -> Result<usize> {
    let words = rows::waiting(tx, AT_ONCE)?;
    let mut n = 0;
    for word in &words {
        n += usize::from(one(tx, word)?);
    }
    let messages: Vec<i64> = words.iter().map(|w| w.message).collect();
    rows::done(tx, &messages)?;
    Ok(n)
}

fn one(tx: &mut Tx<'_>, word: &Word) -> Result<bool> {
    // Who was erased meanwhile, or whose address is no number, has nothing that could be stopped.
    if word.workspace == 0 || !sms::number::is_e164(&word.recipient) {
        return Ok(false);
    }
    let evidence = sms::id::public(sms::id::kind::MESSAGE, word.message);
    if word.kind == REFUSED {
        let number = word.recipient.clone();
        let refusal = Refuse { number, scope: Scope::Marketing, method: Method::Carrier, evidence };
        return refused(tx, word.workspace, &refusal);
    }
    let tag = tx.tag(&word.recipient);
    if rows::nobody(tx, word.workspace, tag, TIMES)? {
        stale::hold(tx, word.workspace, &word.recipient, &evidence)?;
    }
    Ok(false)
}
