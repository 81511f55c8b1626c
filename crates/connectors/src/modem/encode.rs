//! A row as SMS-SUBMIT TPDUs behind the service centre's address, one a part. 3GPP 23.040 clause 9.2.2.2.

use crate::talk::Told;
use sms::tpdu::{Address, Dcs, Submit, UserData, Validity, centre};
use store::machine::outbox::Ready;

/// Encodes a row; `now` decides how much of its validity is left.
///
/// The sender is the card's own number, whatever the row says: a modem cannot choose it.
pub(super) fn bodies(
    ready: &Ready,
    smsc: Option<&Address>,
    reports: bool,
    now: i64,
) -> Result<Vec<Vec<u8>>, String> {
    let split = crate::letter::cut(ready)?;
    let destination =
        Address::new(&ready.recipient).map_err(|e| format!("the number cannot be dialled: {e:?}"))?;
    let left_s = u32::try_from((ready.valid_until - now) / 1_000).unwrap_or(u32::MAX / 2);
    let dcs = Dcs::new(split.encoding, ready.spelling.flash.then_some(0));
    split
        .parts
        .iter()
        .map(|part| {
            let mut submit = Submit::new(destination.clone(), dcs, UserData::from(part));
            submit.report = reports;
            submit.validity = Validity::lasting(left_s);
            submit.encode().map(|tpdu| centre::join(smsc, &tpdu)).map_err(|e| e.to_string())
        })
        .collect()
}

/// The TPDU behind the service centre's address, and what it says.
pub(super) fn submit(body: &[u8]) -> Option<(usize, Submit)> {
    let (_, tpdu) = centre::split(body).ok()?;
    Some((tpdu.len(), Submit::decode(tpdu).ok()?))
}

/// A part for people, without number and text.
pub(super) fn told(body: &[u8]) -> Told {
    let fields = match submit(body) {
        None => String::new(),
        Some((length, submit)) => {
            let validity = submit.validity.seconds().map_or(String::new(), |s| format!("TP-VP: {s} s\n"));
            let header = submit.user.header.len();
            let header = if header > 0 { format!("TP-UDH: {header} octets\n") } else { String::new() };
            format!(
                "length: {length}\nTP-SRR: {}\nTP-DCS: {:02X}\n{validity}{header}TP-UD: {} units\n",
                u8::from(submit.report),
                submit.dcs.0,
                submit.user.body.len(),
            )
        }
    };
    Told { command: "+CMGS".to_owned(), fields }
}
