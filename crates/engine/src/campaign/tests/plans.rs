//! What the law makes of a whole mailing, on both engines: a launch judges all of it, an audience is told by its rules.

use super::*;
use crate::sender::{self, Say, Wanted};
use crate::{Actor, Permission};
use sms::Code;

const NAME: &str = "NOA-SHOP";

/// A live workspace in Israel beside the shop's own, whose law is kept: a number that receives, and a name somebody approved.
struct Kept {
    shop: Shop,
    ctx: Ctx,
}

/// The so-manieth person in New York, where no name is shown as a sender.
fn american(i: usize) -> String {
    format!("+1212{:07}", 5_550_000 + i)
}

fn somebody(number: String) -> Somebody {
    Somebody { number, first_name: "Dana".into(), consent: 1 }
}

impl Kept {
    fn on_each(test: &str) -> Vec<Kept> {
        Shop::on_each(test, &people(1)).into_iter().map(Kept::of).collect()
    }

    fn of(shop: Shop) -> Kept {
        let ctx = Ctx::system(8);
        let kept = Kept { shop, ctx };
        kept.write(|tx, ctx| {
            sample::workspace(tx, ctx.workspace, "live")?;
            crate::law::keep(tx, true)?;
            store::number::add(tx, ctx.workspace, "+972541110000", "long", 1)?;
            let id = sender::ask(tx, ctx, &Wanted { name: NAME.into(), ..Wanted::default() })?;
            let console = Ctx::new(ctx.workspace, Actor::Console, false, Permission::ALL);
            sender::decide(tx, &console, id, &Say { approve: true, ..Say::default() })
        })
        .unwrap();
        kept
    }

    fn write<T: Send + 'static>(
        &self,
        mut f: impl FnMut(&mut Tx<'_>, &Ctx) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let ctx = self.ctx.clone();
        self.shop.db().write_blocking("test", move |tx| f(tx, &ctx))
    }

    /// A draft under this name to these people.
    fn draft(&self, sender: &'static str, numbers: Vec<String>) -> i64 {
        self.write(move |tx, ctx| {
            let people: Vec<Somebody> = numbers.iter().cloned().map(somebody).collect();
            let (list, _) = sample::list(tx, ctx.workspace, &people)?;
            let draft = Draft {
                name: "Sale".into(),
                text: "Sale!".into(),
                sender: Some(sender.into()),
                class: Some(Class::Marketing),
                list: Some(list),
                due: None,
                topic: None,
            };
            create(tx, ctx, &draft)
        })
        .unwrap()
    }

    /// Launches it: the reason and the pack whose rule stops it, or nothing.
    fn launch(&self, id: i64) -> Option<(Code, String)> {
        match self.write(move |tx, ctx| launch(tx, ctx, id)) {
            Ok(()) => None,
            Err(Error::Refused { code, rule }) => {
                Some((code, rule.split('@').next().unwrap_or_default().to_owned()))
            }
            Err(other) => panic!("{other:?}"),
        }
    }

    fn state(&self, id: i64) -> Shown {
        self.write(move |tx, ctx| get(tx, ctx, id)).unwrap().report.state
    }
}

#[test]
fn an_audience_is_told_by_the_rules_that_bind_its_people() {
    for kept in Kept::on_each("an_audience_is_told_by_the_rules_that_bind_its_people") {
        let numbers = (0..2).map(american).chain((0..3).map(number)).collect();
        let id = kept.draft(NAME, numbers);
        let seen = kept.write(move |tx, ctx| audience(tx, ctx, id)).unwrap();
        let told: Vec<_> = seen
            .plans
            .iter()
            .map(|p| (p.country.as_str(), p.people, p.refused.as_ref().map(|(code, _)| *code)))
            .collect();
        assert_eq!(told, [("IL", 3, None), ("US", 2, Some(Code::SenderCountry))], "the largest first");
        assert!(seen.plans[0].added.contains(&"ad_label"), "{:?}", seen.plans[0]);
        assert!(seen.plans[0].packs[0].starts_with("il@"), "{:?}", seen.plans[0]);
        assert!(seen.plans[1].added.is_empty(), "nothing is added to what does not go");
        assert_eq!((seen.total, seen.will_send), (5, 3));
        assert_eq!(seen.skipped, [(Code::SenderCountry, 2)], "each person once, under the same reason");
    }
}

#[test]
fn a_launch_is_refused_only_when_it_would_reach_nobody() {
    for kept in Kept::on_each("a_launch_is_refused_only_when_it_would_reach_nobody") {
        let abroad = kept.draft(NAME, (10..12).map(american).collect());
        assert_eq!(kept.launch(abroad), Some((Code::SenderCountry, "us".into())));
        assert_eq!(kept.state(abroad), Shown::Draft, "a refused launch changes nothing");
        let nameless = kept.draft("OTHER", (10..12).map(number).collect());
        assert_eq!(kept.launch(nameless).map(|(code, _)| code), Some(Code::SenderUnapproved));
        assert_eq!(kept.state(nameless), Shown::Draft);
        let both = kept.draft(NAME, (20..24).map(american).chain((20..21).map(number)).collect());
        assert_eq!(kept.launch(both), None, "one of them would get it");
        assert_ne!(kept.state(both), Shown::Draft);
    }
}

/// Five hundred are looked at; where none of these would get it, everybody is counted before it is refused.
#[test]
fn who_stands_behind_the_first_five_hundred_counts_too() {
    for kept in Kept::on_each("who_stands_behind_the_first_five_hundred_counts_too") {
        let first = |n: usize| (1_000..1_000 + n).map(american);
        let hidden = kept.draft(NAME, first(501).chain((40..41).map(number)).collect());
        assert_eq!(kept.launch(hidden), None, "the last of them would get it");
        let none = kept.draft(NAME, (2_000..2_501).map(american).collect());
        assert_eq!(kept.launch(none), Some((Code::SenderCountry, "us".into())));
    }
}
