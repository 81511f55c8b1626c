//! The pure steps a message goes through, each as one call that can be repeated: timed by `codec`, and counted by running
//! them in a program of their own under valgrind.

use sms::Status;
use sms::life::{Standing, judge};
use sms::parts::{self, Reference};
use std::hint::black_box;
use wire::smpp::{Kind, Sm, destination, source};

/// 75 characters, as one SMS about an order has.
pub(crate) const TEXT: &str = "Your order 4711 is ready. Come between 9 and 18 h. Branch 2, Herzl st. 5. -";
const HEBREW: &str = "שלום נועה, ההזמנה שלך מוכנה. אפשר לבוא בין 9 ל-18. סניף 2";
const NUMBERS: [&str; 4] = ["+972502345678", "050-234-5679", "0542345670", "972-52-345-6781"];
const RECEIPT: &str = "id:0123456789 sub:001 dlvrd:001 submit date:2611210930 done date:2611210931 stat:DELIVRD err:000 text:Your order";

/// One step: what it is, and whether it must not allocate.
pub(crate) struct Step {
    pub(crate) name: &'static str,
    pub(crate) bare: bool,
    pub(crate) call: Box<dyn FnMut()>,
}

fn step(name: &'static str, bare: bool, call: impl FnMut() + 'static) -> Step {
    Step { name, bare, call: Box::new(call) }
}

/// All of them.
pub(crate) fn all() -> Vec<Step> {
    let octets = TEXT.as_bytes().to_vec(); // the same octets in the GSM alphabet
    let (mut submits, mut reports) = (Vec::with_capacity(512), Vec::with_capacity(512));
    submit(&octets).encode(Kind::Submit, &mut submits);
    report().encode(Kind::Deliver, &mut reports);
    let (mut out, mut out2) = (Vec::with_capacity(512), Vec::with_capacity(512));
    let long = TEXT.repeat(8);
    let mut at = 0;
    vec![
        step("number read and judged", false, move || {
            at = (at + 1) % NUMBERS.len();
            black_box(sms::number::normalise(black_box(NUMBERS[at]), "IL"));
        }),
        step("parts of a text of 75, counted", true, || {
            black_box(parts::size(black_box(TEXT)));
        }),
        step("parts of a Hebrew text of 57, counted", true, || {
            black_box(parts::size(black_box(HEBREW)));
        }),
        step("parts of a text of 75, split", false, || {
            let _ = black_box(parts::split(black_box(TEXT), Reference::Eight(7), u8::MAX));
        }),
        step("parts of a text of 600, split", false, move || {
            let _ = black_box(parts::split(black_box(&long), Reference::Eight(7), u8::MAX));
        }),
        step("submit_sm written", true, move || {
            out.clear();
            submit(&octets).encode(Kind::Submit, &mut out);
            black_box(&out);
        }),
        step("submit_sm read", true, move || {
            let _ = black_box(Sm::decode(Kind::Submit, black_box(&submits)));
        }),
        step("deliver_sm with a receipt written", true, move || {
            out2.clear();
            report().encode(Kind::Deliver, &mut out2);
            black_box(&out2);
        }),
        step("deliver_sm with a receipt read", true, move || {
            let _ = black_box(Sm::decode(Kind::Deliver, black_box(&reports)));
        }),
        step("receipt text read", false, || {
            black_box(sms::receipt::parse_text(black_box(RECEIPT)));
        }),
        step("state judged", true, || {
            let stored = Standing { status: Status::Submitted, attempt: 0 };
            let update = Standing { status: Status::Delivered, attempt: 0 };
            black_box(judge(black_box(stored), black_box(update)));
        }),
    ]
}

fn submit(octets: &[u8]) -> Sm<'_> {
    Sm {
        source: source("SHOP"),
        destination: destination("+972502345678"),
        registered_delivery: 1,
        short_message: octets,
        ..Sm::default()
    }
}

fn report() -> Sm<'static> {
    Sm {
        source: source("+972502345678"),
        destination: destination("SHOP"),
        esm_class: 0x04,
        short_message: RECEIPT.as_bytes(),
        ..Sm::default()
    }
}
