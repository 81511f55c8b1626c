//! The simulator's three phones: what arrived on them, what they write back.

use axum::Router;
use axum::extract::Query;
use axum::routing::{get, post};
use engine::{Ctx, Error, Submission, connector, message};
use sms::id::{kind, public};
use sms::{Class, Status};
use store::message::Filter;
use store::{Tx, inbound, thread};

use super::Web;
use super::ask::{Posted, Seat};
use super::home::Part;
use super::oops::Oops;
use super::reply::{self, Answer};
use super::shown;
use crate::pages::simulator::{self as page_of, Phone, PhoneLine, SimulatorView, WireLine};

/// The first phone: what a test goes to.
pub(super) const FIRST: &str = "+9995550100";
/// Number, key of the owner's name, language of the phone. The last two digits choose the outcome.
const PHONES: [(&str, &str, &str); 3] =
    [(FIRST, "phone-noa", "he"), ("+9995550201", "phone-ivan", "ru"), ("+9995550305", "phone-lucia", "es")];
/// What a phone answers to before anything reached it.
const NOBODY_YET: &str = "Sendword";
const LINES: i64 = 20;
const WIRE: i64 = 12;

pub(super) fn routes() -> Router<Web> {
    Router::new()
        .route("/delivery/simulator", get(page))
        .route("/delivery/simulator/test", post(test))
        .route("/delivery/simulator/write", post(write))
}

struct Found {
    phones: Vec<(String, Vec<PhoneLine>)>,
    wire: Vec<message::View>,
}

fn facts(tx: &mut Tx<'_>, ctx: &Ctx) -> engine::Result<Found> {
    ctx.need(engine::Permission::Read)?;
    let own = connector::numbers(tx, ctx)?.into_iter().next().map(|n| n.number);
    let own =
        own.or(store::admission::default_sender(tx, ctx.workspace)?).unwrap_or_else(|| NOBODY_YET.into());
    let mut phones = Vec::new();
    for (number, ..) in PHONES {
        let tag = Some(tx.tag(number));
        let came = message::list(tx, ctx, &Filter { tag, limit: LINES, ..Filter::default() })?.data;
        let peer = came.first().map_or_else(|| own.clone(), |m| m.row.sender.clone());
        let mut lines: Vec<PhoneLine> =
            came.iter().filter(|m| m.status == Status::Delivered).map(arrived).collect();
        if let Some(t) = thread::by_address(tx, ctx.workspace, number)? {
            let wrote = inbound::of_thread(tx, ctx.workspace, t.id, i64::MAX, LINES)?;
            lines.extend(wrote.into_iter().map(|m| PhoneLine {
                at: m.received_at,
                text: m.text,
                sent: true,
                parts: 1,
                link: None,
            }));
        }
        lines.sort_by_key(|line| line.at);
        phones.push((peer, lines));
    }
    let wire = message::list(tx, ctx, &Filter { limit: WIRE, ..Filter::default() })?.data;
    Ok(Found { phones, wire })
}

fn arrived(m: &message::View) -> PhoneLine {
    let link =
        m.row.text.split_whitespace().find_map(|word| word.find("/u/").map(|at| word[at..].to_owned()));
    PhoneLine {
        at: m.row.done_at.max(m.row.submitted_at),
        text: m.row.text.clone(),
        sent: false,
        parts: m.row.parts,
        link,
    }
}

async fn data(seat: &Seat) -> Result<SimulatorView, Oops> {
    let found = seat.read(facts).await?;
    let name_of = |number: &str| {
        let known = PHONES.iter().find(|(known, ..)| *known == number);
        known.map_or_else(|| seat.number(number), |(_, key, _)| seat.words.t(key))
    };
    let phones = PHONES.iter().zip(found.phones).map(|((number, key, lang), (peer, lines))| Phone {
        name: seat.words.t(key),
        number: (*number).into(),
        shown: seat.number(number),
        lang: (*lang).into(),
        peer_shown: seat.number(&peer),
        peer,
        lines,
    });
    let wire = found.wire.iter().map(|m| WireLine {
        id: m.id.clone(),
        at: m.row.done_at.max(m.row.submitted_at).max(m.row.accepted_at),
        status: m.status,
        who: name_of(&m.row.recipient),
    });
    Ok(SimulatorView {
        phones: phones.collect(),
        wire: wire.collect(),
        test_text: seat.words.t("sim-test-text"),
    })
}

async fn page(seat: Seat, Query(wanted): Query<Part>) -> Answer {
    let data = data(&seat).await?;
    let shell = seat.shell().await?;
    Ok(match wanted.part.as_str() {
        "phones" => reply::page(page_of::phones(&seat.words, &shell, &data)),
        "wire" => reply::page(page_of::wire(&seat.words, &data)),
        _ => seat.page(page_of::view(&seat.words, &shell, &data)),
    })
}

/// Sends the prefilled message to a phone; it is simulated, whatever the workspace.
async fn test(posted: Posted) -> Answer {
    let seat = &posted.seat;
    let (to, text) = (posted.get("to").to_owned(), posted.raw("text").to_owned());
    let sent = seat
        .write("test message", move |tx, ctx| {
            ctx.need(engine::Permission::Send)?;
            let one = Submission {
                workspace: ctx.workspace,
                to: to.clone(),
                text: text.clone(),
                class: Some(Class::Transactional),
                test: true,
                source: "page",
                ..Submission::default()
            };
            engine::submit(tx, &[one])?.pop().ok_or(Error::NotFound("message"))
        })
        .await?;
    Ok(match sent {
        Ok(accepted) => {
            let timeline = format!("msg~{}", public(kind::MESSAGE, accepted.id));
            reply::done_with("/delivery/simulator", "said-sent", &timeline)
        }
        Err(_) => reply::done("/delivery/simulator", "said-not-sent", None),
    })
}

/// A phone writes in.
async fn write(Query(wanted): Query<Part>, posted: Posted) -> Answer {
    let seat = &posted.seat;
    let (from, to, text) =
        (posted.get("from").to_owned(), posted.get("to").to_owned(), posted.raw("text").to_owned());
    let written = seat
        .write("phone writes", move |tx, ctx| connector::simulate_inbound(tx, ctx, &from, &to, &text))
        .await;
    match written {
        Ok(_) if wanted.part.is_empty() => Ok(reply::see("/delivery/simulator")),
        Ok(_) => {
            let data = data(seat).await?;
            let shell = seat.shell().await?;
            Ok(reply::page(page_of::phones(&seat.words, &shell, &data)))
        }
        Err(e @ (Error::Invalid { .. } | Error::Conflict(_))) => {
            tracing::debug!(why = %shown::why(&seat.words, &e).1, "a phone could not write");
            Ok(reply::done("/delivery/simulator", "said-not-now", None))
        }
        Err(e) => Err(e.into()),
    }
}
