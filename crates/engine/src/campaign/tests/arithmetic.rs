//! The report adds up at every moment, whatever happens in whatever order.

use super::carrier::Fate;
use super::*;
use crate::campaign::expand::one_slice;
use proptest::prelude::*;
use std::collections::HashMap;

#[derive(Debug, Clone)]
enum Step {
    Jobs,
    Slice(usize),
    Carry(i64),
    Receipts(u8),
    Recover,
    Pause,
    Resume,
    Stop,
    Kill,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        2 => Just(Step::Jobs),
        6 => (1usize..90).prop_map(Step::Slice),
        6 => (1i64..60).prop_map(Step::Carry),
        3 => any::<u8>().prop_map(Step::Receipts),
        1 => Just(Step::Recover),
        2 => Just(Step::Pause),
        2 => Just(Step::Resume),
        1 => Just(Step::Stop),
        1 => Just(Step::Kill),
    ]
}

/// A throw that a closure may repeat: by the message's own id.
fn fate(id: i64) -> Fate {
    match id % 11 {
        0 => Fate::Reject,
        1 => Fate::Back,
        2 => Fate::Ambiguous,
        3 => Fate::Open,
        _ => Fate::Accept,
    }
}

fn receipts(shop: &Shop, id: i64, seed: u8) {
    let of = |id: i64| {
        let finals =
            [Status::Delivered, Status::Undelivered, Status::Expired, Status::Rejected, Status::Buffered];
        (id.wrapping_add(i64::from(seed)) % 3 == 0)
            .then(|| (id, finals[usize::try_from((id + i64::from(seed)) % 5).unwrap()]))
    };
    let some: HashMap<i64, Status> = shop.messages(id).iter().filter_map(|m| of(m.id)).collect();
    Carrier::receipts(shop.db(), &some);
}

fn run(shop: &mut Shop, id: i64, step: &Step) {
    let halt = |done: Result<()>| assert!(matches!(done, Ok(()) | Err(Error::Conflict(_))), "{done:?}");
    match step {
        Step::Jobs => shop.run_due(),
        Step::Slice(n) => drop(one_slice(shop.db(), 7, id, *n).unwrap()),
        Step::Carry(n) => drop(Carrier::turn(shop.db(), *n, fate)),
        Step::Receipts(seed) => receipts(shop, id, *seed),
        Step::Recover => drop(Carrier::recover(shop.db())),
        Step::Pause => halt(shop.write(move |tx, ctx| pause(tx, ctx, id))),
        Step::Resume => halt(shop.write(move |tx, ctx| resume(tx, ctx, id))),
        Step::Stop => halt(shop.write(move |tx, ctx| stop(tx, ctx, id)).map(drop)),
        Step::Kill => shop.kill(),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, max_shrink_iters: 40, ..ProptestConfig::default() })]

    #[test]
    fn under_any_interleaving(steps in prop::collection::vec(step(), 1..40)) {
        let mut list = people(300);
        list[5].first_name = String::new();
        let mut shop = Shop::with(&list);
        let id = shop.create("{{first_name}}");
        shop.launch(id).unwrap();
        shop.report(id);
        for step in &steps {
            run(&mut shop, id, step);
            let report = shop.report(id);
            let over = matches!(report.state, Shown::Completed | Shown::CompletedWithFailures);
            prop_assert!(!over || (report.planned == 0 && report.waiting == 0), "{report:?}");
        }
    }
}
