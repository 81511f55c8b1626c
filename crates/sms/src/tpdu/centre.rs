//! The service centre's address that modems put before a TPDU in PDU mode: 3GPP 27.005 clause 3.1, `<pdu>`.

use super::{Address, Fault};

/// Parts what a modem shows into the service centre and the TPDU. An empty address is none.
pub fn split(pdu: &[u8]) -> Result<(Option<Address>, &[u8]), Fault> {
    let (&length, rest) = pdu.split_first().ok_or(Fault::Short("SCA"))?;
    let (address, tpdu) = rest.split_at_checked(usize::from(length)).ok_or(Fault::Short("SCA"))?;
    let centre = address.split_first().map(|(kind, value)| Address::of(*kind, value, value.len() * 2));
    Ok((centre, tpdu))
}

/// What a modem is to be given: without an address the modem takes the one of its card.
pub fn join(centre: Option<&Address>, tpdu: &[u8]) -> Vec<u8> {
    let mut pdu = Vec::with_capacity(12 + tpdu.len());
    match centre {
        Some(centre) => centre.write_for_centre(&mut pdu),
        None => pdu.push(0),
    }
    pdu.extend_from_slice(tpdu);
    pdu
}
