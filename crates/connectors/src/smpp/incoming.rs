//! What the carrier hands over: receipts and messages in, read from a deliver_sm.

use crate::incoming::{key, place};
use crate::talk::Delivery;
use sms::Code;
use store::machine::settle::Receipt;
use wire::smpp::{Sm, SmBuf, Sort};

/// The simulator's own word for "content refused"; no standard number means it.
const SIMULATOR_CONTENT: &str = "200";

/// What a deliver_sm says.
pub(super) fn read(sm: &SmBuf, simulator: bool) -> Delivery {
    let view = sm.view();
    if let Some(receipt) = view.receipt() {
        let receipt = if simulator {
            receipt.with_codes(|err| (err == SIMULATOR_CONTENT).then_some(Code::ContentRefused))
        } else {
            receipt
        };
        let detail = receipt.err.clone().unwrap_or_default();
        return Delivery::Receipt(Receipt {
            h: key(receipt.id.as_bytes()),
            smsc_id: receipt.id,
            status: receipt.status,
            code: receipt.code,
            detail,
            from: view.source.display().into_owned(),
            to: view.destination.display().into_owned(),
            text: receipt.text.unwrap_or_default(),
        });
    }
    if matches!(view.sort(), Sort::Receipt | Sort::Intermediate) {
        return Delivery::Receipt(unreadable(&view));
    }
    let Some(text) = view.text() else { return Delivery::Nothing };
    let (from, to) = (view.source.display().into_owned(), view.destination.display().into_owned());
    Delivery::Message { from, to, text, concat: place(view.split().0) }
}

/// A report that says nothing we can read: kept among those without a message, with what it said.
fn unreadable(view: &Sm<'_>) -> Receipt {
    let said = view.text().unwrap_or_default().replace('\0', "");
    Receipt {
        h: key(b""),
        smsc_id: String::new(),
        status: sms::Status::Unknown,
        code: Code::UnknownCode,
        detail: said.chars().take(500).collect(),
        from: view.source.display().into_owned(),
        to: view.destination.display().into_owned(),
        text: String::new(),
    }
}
