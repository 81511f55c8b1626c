//! What is asked of the phone of a connection from its page: a code for one, and its end.

use axum::extract::Path;
use engine::phone::{self, Card, View};
use sms::id::kind;

use super::ask::Posted;
use super::campaigns::id_of;
use super::connections::{found, view};
use super::reply::{self, Answer};
use crate::pages::connection as one_page;
use crate::pages::phone::{Offer, PhoneCard, SimLine};

/// What is known of a phone, for its card.
pub(super) fn card(v: &View) -> PhoneCard {
    let (p, known) = (&v.phone, |at: i64| (at > 0).then_some(at));
    let sim = |c: &Card| SimLine {
        slot: c.sim.slot,
        carrier: c.sim.carrier.clone(),
        number: c.sim.number.clone(),
        bars: c.sim.bars,
        ready: c.sim.ready,
        roaming: c.sim.roaming,
        chosen: c.chosen,
        sent: [(c.spent.hour, v.caps.0), (c.spent.day, v.caps.1)],
        rests_until: c.rests_until,
    };
    PhoneCard {
        paired_at: known(p.paired_at),
        seen_at: known(p.seen_at).filter(|at| *at >= p.paired_at),
        asks: p.waits_until > v.now,
        offered_until: v.is_offered().then_some(p.code_until),
        model: p.facts.model.clone(),
        android: p.facts.android.clone(),
        app: p.facts.app.clone(),
        battery: (p.facts.battery >= 0).then_some(p.facts.battery),
        charging: p.facts.charging,
        skew_ms: p.facts.skew_ms,
        sims: v.cards.iter().map(sim).collect(),
    }
}

/// The page with a code on it: it is shown this once.
pub(super) async fn pair(Path(id): Path<String>, posted: Posted) -> Answer {
    let (stored, seat) = (id_of(kind::CONNECTOR, &id)?, &posted.seat);
    let chance = phone::chance()?;
    let code = seat.write("phone code", move |tx, ctx| phone::offer(tx, ctx, stored, chance)).await?;
    let mut data = view(seat, &found(seat, &id).await?, None)?;
    data.offer = Some(Offer { code: code.code, address: code.address, link: code.link, until: code.until });
    let shell = seat.shell().await?;
    Ok(seat.page(one_page::view(&seat.words, &shell, &data)))
}

pub(super) async fn revoke(Path(id): Path<String>, posted: Posted) -> Answer {
    let stored = id_of(kind::CONNECTOR, &id)?;
    posted.seat.write("phone revoke", move |tx, ctx| phone::revoke(tx, ctx, stored)).await?;
    Ok(reply::done(&format!("/delivery/connections/{id}"), "said-phone-revoked", None))
}
