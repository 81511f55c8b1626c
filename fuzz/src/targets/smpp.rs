//! One PDU of SMPP: header, body, TLVs, text, receipt. What was read and is written reads the same.

use super::octets;
use crate::{Seen, Target, hold};
use wire::smpp::{
    BindRequest, BindResponse, HEADER, Header, Kind, Operation, OperationBuf, Sm, SmBuf, command,
    frame_length, time,
};

pub(super) const TARGET: Target = Target {
    name: "smpp",
    about: "SMPP PDUs: every body, its TLVs, its text; read and written again they are the same",
    seeds,
    words: WORDS,
    mend: Some(mend),
    run,
    memory: (24, 16_384),
    longest: 2_000,
    cases: 20_000,
};

/// Octets that a session reads at most.
pub(super) const PDU_MAX: usize = 68 * 1024;

pub(super) const WORDS: &[&[u8]] = &[
    &[0, 0, 0, 4], &[0, 0, 0, 5], &[0, 0, 1, 3], &[0, 0, 0, 0x21], &[0, 0, 0, 3], &[0, 0, 0, 7], &[0, 0, 0, 8],
    &[0, 0, 0, 9], &[0, 0, 0, 0x0B], &[0, 0, 0, 0x15], &[0, 0, 0, 6], &[0, 0, 1, 2], &[0, 0, 1, 0x11],
    &[0x80, 0, 0, 0], &[0x80, 0, 0, 4], &[0x80, 0, 0, 5], &[0x80, 0, 0, 9], &[0x80, 0, 1, 3],
    &[0x04, 0x24, 0, 2, 5, 0xE9], &[0x00, 0x1E, 0, 3, b'a', b'b', 0], &[0x04, 0x27, 0, 1, 2], &[0x04, 0x23, 0, 3, 3, 0, 6],
    &[0x02, 0x0C, 0, 2, 0, 7], &[0x02, 0x0E, 0, 1, 3], &[0x02, 0x0F, 0, 1, 1], &[0x02, 0x04, 0, 2, 0x12, 0x34],
    &[0x14, 0, 0, 4, 1, 2, 3, 4], &[0x02, 0x10, 0, 1, 0x34], &[0x04, 0x28, 0, 1, 90], &[5, 0, 3, 7, 2, 1],
    &[6, 8, 4, 0, 7, 2, 1], &[3, 0x24, 1, 1], b"000000001500000R", b"261121225120300+", b"261122005120308-",
    b"id:0123456789 sub:001 dlvrd:001 submit date:2611211200 done date:2611211201 stat:DELIVRD err:000 text:Hi",
    b" stat:UNDELIV err:006", b"CMT\0", &[1, 1], &[5, 0], &[0x40], &[0x04], &[0x44], &[8], &[0xF0], &[0xC8], &[0, 0],
];

pub(super) fn seeds() -> Vec<Vec<u8>> {
    let mut out: Vec<Vec<u8>> = [
        // Kannel 1.4.5: a bind; the others as npm smpp, smpplib and smpp34 write them.
        "00000020 00000009 00000000 00000001 666f6f00 62617200 564d4100 34 00 00 00",
        "00000010 00000015 00000000 00000002",
        "00000010 00000006 00000000 00000003",
        "00000010 80000015 00000000 00000002",
        "00000015 80000009 00000000 00000001 534d534300",
        "0000001d 80000009 00000000 00000001 534d53432d3100 02100001 34",
        "00000010 80000000 00000003 00000000",
        "00000015 0000000b 00000000 00000001 534d534300",
        "0000001b 80000004 00000000 00000007 3031323334353637383900",
        "00000010 80000004 00000058 00000008",
        "00000011 80000005 00000000 00000009 00",
        // submit_sm, Hebrew in UCS-2 with a reference; a part with its header; one that asks for a time.
        "00000058 00000004 00000000 00000002 00 0500 4d7953686f7000 0101 39373235303132333435363700 00 00 00 00 \
         30303030303230303030303030303052 00 01 00 08 00 08 05e905dc05d505dd 0204 0002 1234",
        "0000003a 00000004 00000000 00000004 00 0000 00 0101 3100 43 00 00 00 00 00 00 08 00 08 0500030102 01 05e9",
        // deliver_sm with a receipt in text and in TLVs; data_sm.
        "000000a5 00000005 00000000 00000005 00 0101 39373235303132333435363700 0300 3435343500 04 00 00 00 00 00 00 00 00 53 \
         69643a30313233343536373839207375623a30303120646c7672643a30303120646f6e6520646174653a3236313132313132303120 \
         737461743a44454c4956524420 6572723a303030 20746578743a4869 001e000b3031323334353637383900 04270001 02 0423 0003 030000",
        "0000003d 00000103 00000000 00000006 00 0101 39373235303132333435363700 0300 3435343500 04 01 08 0424 0002 05e9 001e 0003 616200",
        // submit_multi to two, query_sm, cancel_sm, replace_sm, alert_notification.
        "00000048 00000021 00000000 0000000a 00 0500 53686f7000 02 01 0101 39373235303100 01 0101 39373235303200 00 00 00 00 00 01 00 00 00 02 6869",
        "0000001d 00000003 00000000 0000000b 6d73675f3100 0101 39373200",
        "00000021 00000008 00000000 0000000c 00 6d73675f3100 0101 39373200 0000 00",
        "00000026 00000007 00000000 0000000d 6d73675f3100 0101 39373200 00 00 01 00 02 6869",
        "00000022 00000102 00000000 0000000e 0101 39373200 0101 39373300 04220001 00",
    ]
    .map(octets)
    .to_vec();
    out.iter_mut().for_each(|pdu| mend(pdu.as_mut_slice()));
    out
}

/// Writes command_length and, where the body reads that far, sm_length right.
pub(super) fn mend(pdu: &mut [u8]) {
    let length = pdu.len() as u32;
    if let Some(head) = pdu.get_mut(..4) {
        head.copy_from_slice(&length.to_be_bytes());
    }
}

fn kind(command: u32) -> Option<Kind> {
    [Kind::Submit, Kind::Deliver, Kind::Data].into_iter().find(|kind| kind.command() == command)
}

fn run(case: &[u8], seen: &mut Seen) -> Result<(), String> {
    let length = frame_length(case, PDU_MAX);
    seen.mark(("length", length.map(|l| l.map(|l| l <= case.len())).map_err(|f| f.0)));
    let Ok(Some(length)) = length else { return Ok(()) };
    let Some(frame) = case.get(..length) else { return Ok(()) };
    let Some(header) = Header::read(frame) else { return Err("a whole frame has no header".into()) };
    let body = &frame[HEADER..];
    seen.mark((command::name(header.command), header.status.is_ok()));
    if let Some(kind) = kind(header.command) {
        return message(kind, body, seen);
    }
    match header.command {
        command::BIND_RECEIVER | command::BIND_TRANSMITTER | command::BIND_TRANSCEIVER => bind(body, seen),
        command::SUBMIT_MULTI | command::QUERY_SM | command::CANCEL_SM | command::REPLACE_SM => {
            operation(header.command, body, seen)
        }
        _ => {
            let answer = BindResponse::decode(body);
            seen.mark(("answer", answer.version(), answer.tlvs.torn()));
            hold(answer.system_id.len() + answer.tlvs.raw().len() <= body.len(), || {
                "more than the body".into()
            })
        }
    }
}

fn message(kind: Kind, body: &[u8], seen: &mut Seen) -> Result<(), String> {
    let read = Sm::decode(kind, body);
    let kept = SmBuf::new(kind, body);
    hold(read.is_ok() == kept.is_ok(), || "a copy reads otherwise".into())?;
    let sm = match read {
        Ok(sm) => sm,
        Err(fault) => {
            seen.mark(("refused", kind, fault.0.0));
            return Ok(());
        }
    };
    seen.mark((kind, sm.sort(), sm.data_coding, sm.tlvs.torn(), sm.wants_receipt()));
    seen.size("text", sm.octets().len());
    seen.size("tlvs", sm.tlvs.iter().count());
    let (head, text) = sm.split();
    hold(head.len() + text.len() == sm.octets().len(), || "a split loses octets".into())?;
    let text = sm.text();
    seen.mark(("text", text.is_some(), sms::udh::parse(head).is_some_and(|h| h.sound)));
    let receipt = sm.receipt();
    seen.mark(receipt.as_ref().map(|r| (r.status.name(), r.code.name(), r.err.is_some())));
    seen.mark((
        sm.tlvs.sar().is_some(),
        sm.tlvs.network_error_code().is_some(),
        sm.tlvs.user_message_reference().is_some(),
    ));
    for written in [sm.schedule, sm.validity] {
        seen.mark(std::mem::discriminant(&time::parse(written)));
    }
    hold(!format!("{sm:?}").contains("text:"), || "a text is shown".into())?;
    let mut again = Vec::new();
    sm.encode(kind, &mut again);
    let same = Sm::decode(kind, &again).map_err(|fault| format!("written again it is refused: {fault:?}"))?;
    // A text of 255 octets moves into message_payload, clause 5.2.21.
    if sm.short_message.len() <= 254 {
        return hold(same == sm, || format!("written again it reads {same:?} instead of {sm:?}"));
    }
    hold(same.octets() == sm.octets(), || "written again its text is another".into())
}

fn bind(body: &[u8], seen: &mut Seen) -> Result<(), String> {
    let read = BindRequest::decode(body);
    seen.mark(read.map(|bind| bind.interface_version).map_err(|f| f.0));
    let Ok(bind) = read else { return Ok(()) };
    let mut again = Vec::new();
    bind.encode(&mut again);
    hold(BindRequest::decode(&again) == Ok(bind), || "a bind written again reads otherwise".into())
}

fn operation(command: u32, body: &[u8], seen: &mut Seen) -> Result<(), String> {
    let read = Operation::decode(command, body);
    let kept = OperationBuf::new(command, body);
    seen.mark((command, read.as_ref().map(drop).map_err(|f| f.0)));
    match (read, kept) {
        (Ok(read), Ok(kept)) => hold(kept.view() == read, || "a copy reads otherwise".into()),
        (Err(one), Err(other)) => hold(one == other, || "a copy is refused otherwise".into()),
        _ => Err("a copy reads otherwise".into()),
    }
}
