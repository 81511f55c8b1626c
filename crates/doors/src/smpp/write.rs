//! What a client is handed: receipts in the classic form with their TLVs, and messages in.

use engine::client::{self, Charset, Waiting};
use sms::alphabet::{gsm7, latin1, ucs2};
use sms::receipt::{self, Written};
use sms::{Code, Status};
use wire::smpp::{Sm, TlvBuf, coding, destination, source, time, tlv};

/// esm_class of a report and of one that is not the last, clause 5.2.12.
const RECEIPT: u8 = 0x04;
const INTERMEDIATE: u8 = 0x20;
/// What a client of SMPP 3.3 can be handed: it knows no message_payload.
const OLD_MAX: usize = 254;
/// Parameters of a message in that are not handed on.
const MEANT_FOR_US: [u16; 6] = [
    tlv::MESSAGE_PAYLOAD,
    tlv::SAR_MSG_REF_NUM,
    tlv::SAR_TOTAL_SEGMENTS,
    tlv::SAR_SEGMENT_SEQNUM,
    tlv::RECEIPTED_MESSAGE_ID,
    tlv::MESSAGE_STATE,
];
/// network_error_code: the network is GSM.
const GSM: u8 = 3;

/// A deliver_sm about to be written.
pub(super) struct Delivery {
    from: String,
    to: String,
    octets: Vec<u8>,
    coding: u8,
    esm_class: u8,
    tlvs: TlvBuf,
}

impl Delivery {
    /// Of what waits.
    pub(super) fn of(waiting: &Waiting, charset: Charset, old: bool) -> Delivery {
        if waiting.inbound { inbound(waiting, charset, old) } else { report(waiting) }
    }

    /// Its fields.
    pub(super) fn view(&self) -> Sm<'_> {
        Sm {
            source: source(&self.from),
            destination: destination_of(&self.to),
            esm_class: self.esm_class,
            data_coding: self.coding,
            short_message: &self.octets,
            tlvs: self.tlvs.view(),
            ..Sm::default()
        }
    }
}

/// A receipt goes to the sender of the message, which may be a name.
fn destination_of(to: &str) -> wire::smpp::Address<'_> {
    if to.chars().any(|c| c.is_ascii_alphabetic()) { source(to) } else { destination(to) }
}

fn inbound(waiting: &Waiting, charset: Charset, old: bool) -> Delivery {
    let text = &waiting.text;
    let plain = match charset {
        Charset::Gsm7 => gsm7::encode(text).map(|octets| (coding::DEFAULT, octets)),
        Charset::Latin1 => latin1::encode(text).map(|octets| (coding::LATIN1, octets)),
        Charset::Utf8 => Some((coding::DEFAULT, text.as_bytes().to_vec())),
    };
    let (coding, mut octets) = plain.unwrap_or_else(|| (coding::UCS2, ucs2::encode(text)));
    if old {
        octets.truncate(OLD_MAX);
    }
    let mut tlvs = TlvBuf::new();
    // 3.3 has none. What says how a text is cut or what became of one would be read as that.
    for (tag, value) in sms::tlv::read(&waiting.tlvs).unwrap_or_default() {
        if !old && !MEANT_FOR_US.contains(&tag) {
            tlvs.push(tag, &value);
        }
    }
    let (from, to) = (waiting.sender.clone(), waiting.recipient.clone());
    Delivery { from, to, octets, coding, esm_class: 0, tlvs }
}

fn report(waiting: &Waiting) -> Delivery {
    let id = match waiting.given.as_str() {
        "" => client::id_text(waiting.about),
        given => given.to_owned(),
    };
    let err = error_of(waiting.status, waiting.code);
    let text = receipt::format(&Written {
        id: &id,
        submit_date: &minute(waiting.accepted_at),
        done_date: &minute(waiting.at),
        status: waiting.status,
        code: waiting.code,
        err,
        text: &waiting.text,
    });
    let mut tlvs = TlvBuf::new();
    tlvs.push_text(tlv::RECEIPTED_MESSAGE_ID, id.as_bytes());
    tlvs.push(tlv::MESSAGE_STATE, &[receipt::state_of(waiting.status, waiting.code)]);
    if err != 0 {
        let [high, low] = err.to_be_bytes();
        tlvs.push(tlv::NETWORK_ERROR_CODE, &[GSM, high, low]);
    }
    let esm_class = if waiting.status == Status::Buffered { INTERMEDIATE } else { RECEIPT };
    // Whatever an account's alphabet is: programs read this with their eyes on ASCII.
    let octets = text.chars().map(|c| if (' '..='~').contains(&c) { c as u8 } else { b'?' }).collect();
    // The report comes from whom the message went to.
    let (from, to) = (waiting.recipient.clone(), waiting.sender.clone());
    Delivery { from, to, octets, coding: coding::DEFAULT, esm_class, tlvs }
}

/// `YYMMDDhhmm` in UTC, as appendix B has it.
fn minute(at_ms: i64) -> String {
    let [year, month, day, hour, minute, _] = time::calendar(at_ms);
    format!("{:02}{month:02}{day:02}{hour:02}{minute:02}", year.rem_euclid(100))
}

/// The MAP error that says the reason best, 3GPP 29.002 clause 17.6.6; 0 where all is well or no network was asked.
pub(super) const fn error_of(status: Status, code: Code) -> u16 {
    match code {
        _ if matches!(status, Status::Delivered | Status::Buffered) => 0,
        Code::UnknownSubscriber | Code::BadAddress | Code::InvalidNumber => 1,
        Code::AbsentSubscriber => 27,
        Code::Barred => 13,
        Code::MemoryFull => 32,
        Code::TemporaryFault | Code::Throttled | Code::LinkDown => 34,
        Code::OperatorBlocked | Code::ContentRefused | Code::SenderNotAllowed => 21,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn waiting(status: Status, code: Code) -> Waiting {
        Waiting {
            id: 1,
            inbound: false,
            about: sms::id::compose(sms::id::EPOCH_MS + 5, 1, 7),
            given: String::new(),
            status,
            code,
            detail: String::new(),
            at: 1_795_301_480_300,
            tries: 0,
            sender: "Shop".into(),
            recipient: "+972501234567".into(),
            text: "שלום Dana".into(),
            accepted_at: 1_795_301_400_000,
            tlvs: String::new(),
        }
    }

    #[test]
    fn a_receipt_reads_back_with_and_without_its_tlvs() {
        let cases = [
            (Status::Delivered, Code::None, "DELIVRD", 2),
            (Status::Undelivered, Code::UnknownSubscriber, "UNDELIV", 5),
            (Status::Expired, Code::ExpiredHere, "EXPIRED", 3),
            (Status::Cancelled, Code::CancelledByPerson, "DELETED", 4),
            (Status::Suppressed, Code::SuppressedWorkspace, "REJECTD", 8),
            (Status::Unknown, Code::NoReceipt, "UNKNOWN", 7),
        ];
        for (status, code, word, state) in cases {
            let waiting = waiting(status, code);
            let delivery = Delivery::of(&waiting, Charset::Utf8, false);
            let sm = delivery.view();
            let id = client::id_text(waiting.about);
            let text = String::from_utf8(sm.short_message.to_vec()).unwrap();
            assert!(text.starts_with(&format!("id:{id} sub:001")), "{text}");
            assert!(text.contains("submit date:2611212250 done date:2611212251"), "{text}");
            assert!(text.contains(&format!("stat:{word} ")) && text.ends_with("text:???? Dana"), "{text}");
            assert_eq!(sm.tlvs.receipted_message_id(), Some(id.as_bytes()));
            assert_eq!(sm.tlvs.message_state(), Some(state));
            assert_eq!((sm.esm_class, sm.data_coding), (0x04, 0));
            assert_eq!((sm.source.ton, sm.source.addr), (1, &b"972501234567"[..]));
            assert_eq!((sm.destination.ton, sm.destination.addr), (5, &b"Shop"[..]));
            let read = receipt::read(&text, receipt::Tlvs::default()).unwrap();
            assert_eq!(read.id, id);
        }
        let unknown =
            Delivery::of(&waiting(Status::Undelivered, Code::UnknownSubscriber), Charset::Gsm7, false);
        assert_eq!(unknown.view().tlvs.network_error_code(), Some((3, 1)));
    }

    #[test]
    fn one_that_is_not_the_last_says_so() {
        let delivery = Delivery::of(&waiting(Status::Buffered, Code::AbsentSubscriber), Charset::Gsm7, false);
        assert_eq!(delivery.view().sort(), wire::smpp::Sort::Intermediate);
        assert_eq!(delivery.view().tlvs.message_state(), Some(1));
    }

    /// What its carrier said beside it goes on to the client, but for what would be read as something else; 3.3 has none.
    #[test]
    fn a_message_in_brings_its_parameters() {
        let tlvs = "0x1403 text zone7\n0x060D hex 0100\n0x0424 hex 41\n0x020E hex 02".to_owned();
        let waiting = Waiting { inbound: true, tlvs, ..waiting(Status::Accepted, Code::None) };
        let handed = Delivery::of(&waiting, Charset::Gsm7, false);
        let all: Vec<(u16, &[u8])> = handed.tlvs.view().iter().collect();
        assert_eq!(all, [(0x1403, &b"zone7"[..]), (0x060D, &[1, 0][..])]);
        assert_eq!(Delivery::of(&waiting, Charset::Gsm7, true).tlvs.view().iter().count(), 0);
    }

    #[test]
    fn a_message_in_comes_in_the_alphabet_of_the_account() {
        let with = |text: &str, charset| {
            let waiting =
                Waiting { inbound: true, text: text.into(), ..waiting(Status::Accepted, Code::None) };
            let delivery = Delivery::of(&waiting, charset, false);
            (delivery.coding, delivery.octets)
        };
        assert_eq!(with("a@€", Charset::Gsm7), (0, vec![b'a', 0, 0x1b, 0x65]));
        assert_eq!(with("é", Charset::Latin1), (3, vec![0xe9]));
        assert_eq!(with("é", Charset::Utf8), (0, vec![0xc3, 0xa9]));
        assert_eq!(with("של", Charset::Gsm7), (8, vec![0x05, 0xe9, 0x05, 0xdc]));
    }
}
