//! What one message costs before any row and any socket: its number, its parts, its request, its receipt.

use crate::figures::Figures;
use crate::names::Benchmark;
use crate::{Bench, Res, list, load};
use clap::Args;
use sms::parts::{self, Reference};
use std::hint::black_box;
use std::time::Instant;
use wire::smpp::{Kind, Sm, destination, source};

/// Each is repeated for so many nanoseconds of one look.
const LOOK_NS: u128 = 200_000_000;

const HEBREW: &str = "שלום נועה, ההזמנה שלך מוכנה. אפשר לבוא בין 9 ל-18. סניף 2";
const RECEIPT: &str = "id:0123456789 sub:001 dlvrd:001 submit date:2611210930 done date:2611210931 stat:DELIVRD err:000 text:Your order";

#[derive(Args, Clone)]
pub(crate) struct Codec {}

impl Benchmark for Codec {
    fn told(&self) -> (&'static str, String) {
        ("codec", "octets and texts, one thread".into())
    }

    fn quick(&mut self) {}

    fn run(&self, _: &Bench) -> Res<Figures> {
        run()
    }

    fn inside(&self) -> bool {
        true
    }
}

fn run() -> Res<Figures> {
    let mut figures = Figures::default();
    let mut time = |name: &str, f: &mut dyn FnMut()| figures.add(name, "ns", ns(f));
    let numbers: Vec<String> = (0..1_000).map(list::mobile).collect();
    let mut at = 0;
    time("number read and judged", &mut || {
        at = (at + 1) % numbers.len();
        black_box(sms::number::normalise(black_box(&numbers[at]), "IL"));
    });
    time("parts of a text of 75, counted", &mut || {
        black_box(parts::size(black_box(load::TEXT)));
    });
    time("parts of a Hebrew text of 57, counted", &mut || {
        black_box(parts::size(black_box(HEBREW)));
    });
    let long = load::TEXT.repeat(8);
    time("parts of a text of 600, split", &mut || {
        let _ = black_box(parts::split(black_box(&long), Reference::Eight(7), u8::MAX));
    });
    let split = parts::split(load::TEXT, Reference::Eight(7), u8::MAX).map_err(|e| format!("{e:?}"))?;
    let octets = split.parts.first().map(|p| p.body.clone()).unwrap_or_default();
    let mut body = Vec::with_capacity(256);
    time("submit_sm written", &mut || {
        body.clear();
        submit(&octets).encode(Kind::Submit, &mut body);
        black_box(&body);
    });
    time("submit_sm read", &mut || {
        let _ = black_box(Sm::decode(Kind::Submit, black_box(&body)));
    });
    time("receipt text read", &mut || {
        black_box(sms::receipt::parse_text(black_box(RECEIPT)));
    });
    Ok(figures)
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

/// Nanoseconds of one call: the least of five looks, for anything more is the machine's.
fn ns(f: &mut dyn FnMut()) -> f64 {
    let mut best = f64::MAX;
    for _ in 0..5 {
        let (started, mut calls) = (Instant::now(), 0u32);
        while started.elapsed().as_nanos() < LOOK_NS {
            (0..100).for_each(|_| f());
            calls += 100;
        }
        best = best.min(started.elapsed().as_nanos() as f64 / f64::from(calls.max(1)));
    }
    best
}
