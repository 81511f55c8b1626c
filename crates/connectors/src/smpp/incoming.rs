//! What the carrier hands over: receipts and messages in, read from a deliver_sm by the carrier's dialect.

use super::dialect::Dialect;
use super::encode::swapped;
use super::{ids, tlvs};
use crate::incoming::{key, place};
use crate::talk::Delivery;
use sms::Code;
use store::machine::inbound::Concat;
use store::machine::settle::Receipt;
use wire::smpp::coding::{self, Alphabet};
use wire::smpp::{Sm, SmBuf, Sort};

/// The simulator's own word for "content refused"; no standard number means it.
const SIMULATOR_CONTENT: &str = "200";

/// What a deliver_sm says.
pub(super) fn read(sm: &SmBuf, dialect: &Dialect, simulator: bool) -> Delivery {
    let view = sm.view();
    let text = text(&view, dialect);
    let marked = matches!(view.sort(), Sort::Receipt | Sort::Intermediate);
    let believed = marked || dialect.any_receipt || view.tlvs.receipted_message_id().is_some();
    if believed && let Some(receipt) = view.receipt_in(text.as_deref().unwrap_or_default()) {
        return Delivery::Receipt(kept(&view, receipt, dialect, simulator));
    }
    if marked {
        return Delivery::Receipt(unreadable(&view, text.as_deref().unwrap_or_default()));
    }
    let Some(text) = text else { return Delivery::Nothing };
    let (from, to) = (view.source.display().into_owned(), view.destination.display().into_owned());
    let tlvs = tlvs::lines(&dialect.keep, view.tlvs);
    Delivery::Message { from, to, text, concat: joined(&view), tlvs }
}

/// The place of a part: by its header, or by the SAR parameters.
fn joined(view: &Sm<'_>) -> Option<Concat> {
    place(view.parted().0).or_else(|| {
        let (reference, total, seq) = view.tlvs.sar()?;
        Some(Concat { reference: i64::from(reference), total: i64::from(total), seq: i64::from(seq) })
    })
}

/// The text as this carrier writes it.
fn text(view: &Sm<'_>, dialect: &Dialect) -> Option<String> {
    let coded = view.data_coding;
    let unicode = coding::alphabet(coded) == Alphabet::Ucs2 || coded == dialect.ucs2_coding;
    if unicode && dialect.little_endian {
        return Some(sms::alphabet::ucs2::decode(&swapped(view.parted().1)));
    }
    if unicode && coded == dialect.ucs2_coding {
        return Some(sms::alphabet::ucs2::decode(view.parted().1));
    }
    view.text_by(dialect.basic)
}

fn kept(view: &Sm<'_>, receipt: sms::receipt::Receipt, dialect: &Dialect, simulator: bool) -> Receipt {
    let receipt = if simulator {
        receipt.with_codes(|err| (err == SIMULATOR_CONTENT).then_some(Code::ContentRefused))
    } else {
        receipt
    };
    let extra = tlvs::kept(&dialect.keep, view.tlvs);
    let err = receipt.err.clone().unwrap_or_default();
    let detail = [err, extra].into_iter().filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ");
    let id = ids::walk(&dialect.receipt_id, receipt.id);
    Receipt {
        h: key(id.as_bytes()),
        smsc_id: id,
        status: receipt.status,
        code: receipt.code,
        detail,
        from: view.source.display().into_owned(),
        to: view.destination.display().into_owned(),
        text: receipt.text.unwrap_or_default(),
    }
}

/// A report that says nothing we can read: kept among those without a message, with what it said.
fn unreadable(view: &Sm<'_>, text: &str) -> Receipt {
    Receipt {
        h: key(b""),
        smsc_id: String::new(),
        status: sms::Status::Unknown,
        code: Code::UnknownCode,
        detail: text.replace('\0', "").chars().take(500).collect(),
        from: view.source.display().into_owned(),
        to: view.destination.display().into_owned(),
        text: String::new(),
    }
}
