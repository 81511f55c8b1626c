//! A submit_sm as people read it: every field but the addresses' digits and the text.

use std::fmt::Write;
use wire::smpp::Sm;

/// Its fields, a line each.
pub(super) fn fields(sm: &Sm<'_>) -> String {
    let mut out = String::new();
    let source = (sm.source.ton, sm.source.npi, sm.source.addr.len());
    let target = (sm.destination.ton, sm.destination.npi, sm.destination.addr.len());
    for (name, (ton, npi, len)) in [("source", source), ("destination", target)] {
        let _ = writeln!(out, "{name}: ton {ton}, npi {npi}, {len} octets");
    }
    let ascii = |octets: &[u8]| String::from_utf8_lossy(octets).into_owned();
    for (name, value) in [
        ("service_type", ascii(sm.service_type)),
        ("esm_class", format!("0x{:02X}", sm.esm_class)),
        ("protocol_id", format!("0x{:02X}", sm.protocol_id)),
        ("priority", sm.priority.to_string()),
        ("validity", ascii(sm.validity)),
        ("registered_delivery", format!("0x{:02X}", sm.registered_delivery)),
        ("data_coding", format!("0x{:02X}", sm.data_coding)),
        ("message", format!("{} octets", sm.octets().len())),
    ] {
        if !value.is_empty() {
            let _ = writeln!(out, "{name}: {value}");
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use wire::smpp::Address;

    #[test]
    fn a_message_tells_its_fields_and_no_number_and_no_text() {
        let sm = Sm {
            source: Address { ton: 5, npi: 0, addr: b"SHOP" },
            destination: Address { ton: 1, npi: 1, addr: b"972501234567" },
            data_coding: 8,
            short_message: b"your code is 4711",
            ..Sm::default()
        };
        let told = fields(&sm);
        for field in
            ["source: ton 5, npi 0, 4 octets", "destination: ton 1, npi 1, 12 octets", "data_coding: 0x08"]
        {
            assert!(told.contains(field), "{field} is not in {told}");
        }
        assert!(!told.contains("97250") && !told.contains("4711") && !told.contains("SHOP"));
    }
}
