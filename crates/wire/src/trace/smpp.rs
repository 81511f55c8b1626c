//! SMPP 3.4 and 5.0: the mandatory fields of clause 4 in their order, then every TLV of clause 5.3 by its name.

use super::{Decoded, Sort, hex, said, text};
use crate::smpp::{Status, Tlvs, command};

/// How a field is written.
#[derive(Clone, Copy)]
enum Kind {
    /// One octet.
    Octet,
    /// A C-octet string.
    Words(Sort),
    /// A text with its length in the octet before it.
    Message,
}

use Kind::{Message, Octet, Words};

const PLAIN: Kind = Words(Sort::Plain);
const ADDRESS: Kind = Words(Sort::Address);

const BIND: &[(&str, Kind)] = &[
    ("system_id", PLAIN),
    ("password", Words(Sort::Secret)),
    ("system_type", PLAIN),
    ("interface_version", Octet),
    ("addr_ton", Octet),
    ("addr_npi", Octet),
    ("address_range", ADDRESS),
];
const OUTBIND: &[(&str, Kind)] = &[("system_id", PLAIN), ("password", Words(Sort::Secret))];
const SYSTEM: &[(&str, Kind)] = &[("system_id", PLAIN)];
const ID: &[(&str, Kind)] = &[("message_id", PLAIN)];
const SM: &[(&str, Kind)] = &[
    ("service_type", PLAIN),
    ("source_addr_ton", Octet),
    ("source_addr_npi", Octet),
    ("source_addr", ADDRESS),
    ("dest_addr_ton", Octet),
    ("dest_addr_npi", Octet),
    ("destination_addr", ADDRESS),
    ("esm_class", Octet),
    ("protocol_id", Octet),
    ("priority_flag", Octet),
    ("schedule_delivery_time", PLAIN),
    ("validity_period", PLAIN),
    ("registered_delivery", Octet),
    ("replace_if_present_flag", Octet),
    ("data_coding", Octet),
    ("sm_default_msg_id", Octet),
    ("short_message", Message),
];
const DATA: &[(&str, Kind)] = &[
    ("service_type", PLAIN),
    ("source_addr_ton", Octet),
    ("source_addr_npi", Octet),
    ("source_addr", ADDRESS),
    ("dest_addr_ton", Octet),
    ("dest_addr_npi", Octet),
    ("destination_addr", ADDRESS),
    ("esm_class", Octet),
    ("registered_delivery", Octet),
    ("data_coding", Octet),
];
const QUERY: &[(&str, Kind)] = &[
    ("message_id", PLAIN),
    ("source_addr_ton", Octet),
    ("source_addr_npi", Octet),
    ("source_addr", ADDRESS),
];
const QUERIED: &[(&str, Kind)] =
    &[("message_id", PLAIN), ("final_date", PLAIN), ("message_state", Octet), ("error_code", Octet)];
const CANCEL: &[(&str, Kind)] = &[
    ("service_type", PLAIN),
    ("message_id", PLAIN),
    ("source_addr_ton", Octet),
    ("source_addr_npi", Octet),
    ("source_addr", ADDRESS),
    ("dest_addr_ton", Octet),
    ("dest_addr_npi", Octet),
    ("destination_addr", ADDRESS),
];
const REPLACE: &[(&str, Kind)] = &[
    ("message_id", PLAIN),
    ("source_addr_ton", Octet),
    ("source_addr_npi", Octet),
    ("source_addr", ADDRESS),
    ("schedule_delivery_time", PLAIN),
    ("validity_period", PLAIN),
    ("registered_delivery", Octet),
    ("sm_default_msg_id", Octet),
    ("short_message", Message),
];
const ALERT: &[(&str, Kind)] = &[
    ("source_addr_ton", Octet),
    ("source_addr_npi", Octet),
    ("source_addr", ADDRESS),
    ("esme_addr_ton", Octet),
    ("esme_addr_npi", Octet),
    ("esme_addr", ADDRESS),
];

/// The mandatory fields of a command; `None` where it is not one that is taken apart.
fn fields(id: u32) -> Option<&'static [(&'static str, Kind)]> {
    const R: u32 = command::RESPONSE;
    Some(match id {
        command::BIND_RECEIVER | command::BIND_TRANSMITTER | command::BIND_TRANSCEIVER => BIND,
        x if x == command::BIND_RECEIVER | R
            || x == command::BIND_TRANSMITTER | R
            || x == command::BIND_TRANSCEIVER | R =>
        {
            SYSTEM
        }
        command::OUTBIND => OUTBIND,
        command::SUBMIT_SM | command::DELIVER_SM => SM,
        x if x == command::SUBMIT_SM | R || x == command::DELIVER_SM | R || x == command::DATA_SM | R => ID,
        command::DATA_SM => DATA,
        command::QUERY_SM => QUERY,
        x if x == command::QUERY_SM | R => QUERIED,
        command::CANCEL_SM => CANCEL,
        command::REPLACE_SM => REPLACE,
        command::ALERT_NOTIFICATION => ALERT,
        command::UNBIND | command::ENQUIRE_LINK | R => &[],
        x if [command::UNBIND, command::ENQUIRE_LINK, command::CANCEL_SM, command::REPLACE_SM]
            .iter()
            .any(|c| x == c | R) =>
        {
            &[]
        }
        _ => return None,
    })
}

pub(super) fn decode(packet: &[u8]) -> Decoded {
    let word = |n: usize| packet.get(n..n + 4).map(|w| u32::from_be_bytes([w[0], w[1], w[2], w[3]]));
    let (Some(id), Some(status), Some(seq)) = (word(4), word(8), word(12)) else {
        let mut out = Decoded { command: "unknown".into(), ..Decoded::default() };
        out.put("octets", hex(packet), Sort::Plain);
        return out;
    };
    let answers = id & command::RESPONSE != 0;
    let command = match command::name(id) {
        "unknown" => format!("0x{id:08X}"),
        name => name.to_owned(),
    };
    let mut out = Decoded { command, seq, answers, ..Decoded::default() };
    if answers {
        out.status = Status(status).to_string();
    }
    let body = Body { packet, at: 16 };
    match fields(id) {
        // A refusal may come without its body.
        Some(_) if answers && packet.len() <= 16 => {}
        Some(list) => body.read(list, &mut out),
        None => out.put_some("body", hex(packet.get(16..).unwrap_or_default()), Sort::Text),
    }
    out
}

struct Body<'p> {
    packet: &'p [u8],
    at: usize,
}

impl Body<'_> {
    fn read(mut self, list: &[(&str, Kind)], out: &mut Decoded) {
        let (mut esm_class, mut coding) = (0, 0);
        for (name, kind) in list {
            let done = match kind {
                Octet => self.octet().map(|value| {
                    match *name {
                        "esm_class" => esm_class = value,
                        "data_coding" => coding = value,
                        _ => {}
                    }
                    let plain = name.ends_with("_ton") || name.ends_with("_npi");
                    let said = if plain { value.to_string() } else { format!("0x{value:02X}") };
                    out.put(name, said, Sort::Plain);
                }),
                Words(sort) => self.words(name, *sort, out),
                Message => self.message(name, esm_class, coding, out),
            };
            if done.is_none() {
                return out.put("missing", format!("from {name} on"), Sort::Plain);
            }
        }
        let rest = Tlvs::new(self.packet.get(self.at..).unwrap_or_default());
        for (tag, value) in rest.iter() {
            tlv(tag, value, coding, out);
        }
        if rest.torn() {
            out.put("torn", "an optional field claims more octets than there are", Sort::Plain);
        }
    }

    fn octet(&mut self) -> Option<u8> {
        let value = *self.packet.get(self.at)?;
        self.at += 1;
        Some(value)
    }

    fn words(&mut self, name: &str, sort: Sort, out: &mut Decoded) -> Option<()> {
        let rest = self.packet.get(self.at..)?;
        let end = rest.iter().position(|b| *b == 0);
        let value = &rest[..end.unwrap_or(rest.len())];
        if sort == Sort::Secret {
            out.secrets.push(self.at..self.at + value.len());
        }
        out.put(name, said(value), sort);
        self.at += value.len() + 1;
        end.map(drop)
    }

    fn message(&mut self, name: &str, esm_class: u8, coding: u8, out: &mut Decoded) -> Option<()> {
        let length = self.octet()?;
        out.put("sm_length", length.to_string(), Sort::Plain);
        let value = self.packet.get(self.at..self.at + usize::from(length))?;
        self.at += value.len();
        put_text(name, value, esm_class, coding, out);
        Some(())
    }
}

/// A text, its header apart where it has one.
fn put_text(name: &str, value: &[u8], esm_class: u8, coding: u8, out: &mut Decoded) {
    let header = value.first().map_or(0, |l| usize::from(*l) + 1);
    match value.split_at_checked(header) {
        Some((udh, rest)) if esm_class & 0x40 != 0 => {
            out.put("user data header", hex(udh), Sort::Plain);
            out.put(name, text(rest, coding), Sort::Text);
        }
        _ => out.put(name, text(value, coding), Sort::Text),
    }
}

fn tlv(tag: u16, value: &[u8], coding: u8, out: &mut Decoded) {
    let Some((_, name)) = NAMES.iter().find(|(known, _)| *known == tag) else {
        return out.put(&format!("TLV 0x{tag:04X}"), said(value), Sort::Plain);
    };
    match *name {
        "message_payload" => put_text(name, value, 0, coding, out),
        "callback_num" | "source_subaddress" | "dest_subaddress" | "billing_identification" => {
            out.put(name, said(value), Sort::Address);
        }
        "receipted_message_id" | "additional_status_info_text" => {
            let end = value.iter().position(|b| *b == 0).unwrap_or(value.len());
            out.put(name, said(&value[..end]), Sort::Plain);
        }
        _ => out.put(name, format!("0x{}", hex(value)), Sort::Plain),
    }
}

/// Tags and names, clause 5.3.2 of 3.4 and 4.8.4 of 5.0.
const NAMES: &[(u16, &str)] = &[
    (0x0005, "dest_addr_subunit"),
    (0x0006, "dest_network_type"),
    (0x0007, "dest_bearer_type"),
    (0x0008, "dest_telematics_id"),
    (0x000D, "source_addr_subunit"),
    (0x000E, "source_network_type"),
    (0x000F, "source_bearer_type"),
    (0x0010, "source_telematics_id"),
    (0x0017, "qos_time_to_live"),
    (0x0019, "payload_type"),
    (0x001D, "additional_status_info_text"),
    (0x001E, "receipted_message_id"),
    (0x0030, "ms_msg_wait_facilities"),
    (0x0201, "privacy_indicator"),
    (0x0202, "source_subaddress"),
    (0x0203, "dest_subaddress"),
    (0x0204, "user_message_reference"),
    (0x0205, "user_response_code"),
    (0x020A, "source_port"),
    (0x020B, "destination_port"),
    (0x020C, "sar_msg_ref_num"),
    (0x020D, "language_indicator"),
    (0x020E, "sar_total_segments"),
    (0x020F, "sar_segment_seqnum"),
    (0x0210, "sc_interface_version"),
    (0x0302, "callback_num_pres_ind"),
    (0x0303, "callback_num_atag"),
    (0x0304, "number_of_messages"),
    (0x0381, "callback_num"),
    (0x0420, "dpf_result"),
    (0x0421, "set_dpf"),
    (0x0422, "ms_availability_status"),
    (0x0423, "network_error_code"),
    (0x0424, "message_payload"),
    (0x0425, "delivery_failure_reason"),
    (0x0426, "more_messages_to_send"),
    (0x0427, "message_state"),
    (0x0428, "congestion_state"),
    (0x0501, "ussd_service_op"),
    (0x0600, "broadcast_channel_indicator"),
    (0x060B, "billing_identification"),
    (0x060D, "source_network_id"),
    (0x060E, "dest_network_id"),
    (0x060F, "source_node_id"),
    (0x0610, "dest_node_id"),
    (0x0611, "dest_addr_np_resolution"),
    (0x0612, "dest_addr_np_information"),
    (0x0613, "dest_addr_np_country"),
    (0x1201, "display_time"),
    (0x1203, "sms_signal"),
    (0x1204, "ms_validity"),
    (0x130C, "alert_on_message_delivery"),
    (0x1380, "its_reply_type"),
    (0x1383, "its_session_info"),
];
