//! What is asked of a modem from its page, and looking for modems.

use axum::extract::Path;
use engine::connector::Progress;
use engine::modem::{self, Card, ending};
use maud::{Markup, html};
use serde::Deserialize;
use sms::id::kind;
use std::time::Duration;

use super::ask::{Posted, Seat};
use super::campaigns::id_of;
use super::connections::offered;
use super::oops::Oops;
use super::reply::{self, Answer};
use crate::pages::connections::{ConnectionForm, new};
use crate::pages::modem::{self as page, FoundLine, ModemCard};
use crate::shell::Shell;

/// How long the ports may take.
const LOOKS: u32 = 150;
const LOOK_AGAIN: Duration = Duration::from_millis(200);

/// What is known of a modem, for its card.
pub(super) fn card(c: &Card) -> ModemCard {
    let m = &c.modem;
    let sim = if m.imsi.is_empty() { &m.iccid } else { &m.imsi };
    ModemCard {
        model: format!("{} {}", m.maker, m.model).trim().to_owned(),
        port: m.port.clone(),
        imei: m.imei.clone(),
        sim: ending(sim),
        number: m.number.clone(),
        centre: m.centre.clone(),
        operator: m.operator.clone(),
        registration: m.registration.clone(),
        signal: c.bars.zip(m.signal_dbm),
        card: m.card.clone(),
        pin_left: m.pin_left,
        memory: (m.used, m.total),
        nearly_full: c.is_nearly_full(),
        sent: [(c.spent.hour, c.caps.0), (c.spent.day, c.caps.1)],
        rests_until: c.rests_until,
        balance: (m.balance_at > 0).then(|| (m.balance.clone(), m.balance_at)),
        aside: c.aside.0,
        at: m.at,
    }
}

/// What stands beside the form of a new connection.
pub(super) fn beside(seat: &Seat, shell: &Shell, of_kind: &str, found: Option<&[FoundLine]>) -> Markup {
    if of_kind == modem::KIND {
        page::scan(&seat.words, shell, found)
    } else {
        html! {}
    }
}

pub(super) async fn ussd(Path(id): Path<String>, posted: Posted) -> Answer {
    let (stored, code) = (id_of(kind::CONNECTOR, &id)?, posted.get("code").to_owned());
    posted.seat.write("modem code", move |tx, ctx| modem::ussd(tx, ctx, stored, &code)).await?;
    Ok(reply::done(&format!("/delivery/connections/{id}"), "said-asked", None))
}

pub(super) async fn pin(Path(id): Path<String>, posted: Posted) -> Answer {
    let stored = id_of(kind::CONNECTOR, &id)?;
    posted.seat.write("modem pin", move |tx, ctx| modem::try_pin(tx, ctx, stored)).await?;
    Ok(reply::done(&format!("/delivery/connections/{id}"), "said-pin-tried", None))
}

/// One line of what was found, as whoever has the ports wrote it down.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Found {
    device: String,
    best: bool,
    connector: Option<String>,
    model: String,
    imei: String,
    operator: String,
    card: String,
    signal_dbm: Option<i64>,
    error: String,
}

/// Looks at the ports and shows what was found beside the form.
pub(super) async fn scan(posted: Posted) -> Answer {
    let seat = &posted.seat;
    let beyond = posted.get("at").trim().to_owned();
    let devices: Vec<String> =
        Some(device(&beyond)).filter(|device| !device.is_empty()).into_iter().collect();
    let command = seat.write("modem scan", move |tx, ctx| modem::scan(tx, ctx, &devices)).await?;
    let found = ended(seat, command).await?;
    let found: Vec<Found> = serde_json::from_str(&found).unwrap_or_default();
    let lines: Vec<FoundLine> = found
        .into_iter()
        .map(|f| FoundLine {
            device: f.device,
            best: f.best,
            connection: f.connector,
            model: f.model,
            imei: f.imei,
            operator: f.operator,
            card: f.card,
            signal_dbm: f.signal_dbm,
            error: f.error,
        })
        .collect();
    let form = ConnectionForm { kind: modem::KIND.into(), ..ConnectionForm::default() };
    let shell = seat.shell().await?;
    let beside = beside(seat, &shell, modem::KIND, Some(&lines));
    Ok(seat.page(new(&seat.words, &shell, &offered(&seat.web), &form, &beside)))
}

/// A port as it is asked for: one of this machine, or `host:port` of a serial server.
fn device(typed: &str) -> String {
    if typed.contains(':') && !typed.starts_with('/') && !typed.starts_with("tcp:") {
        format!("tcp:{typed}")
    } else {
        typed.to_owned()
    }
}

/// What came of the look; nothing where nobody has ports, or they take too long.
async fn ended(seat: &Seat, command: i64) -> Result<String, Oops> {
    for _ in 0..LOOKS {
        match seat.read(move |tx, ctx| modem::progress(tx, ctx, command)).await? {
            Progress::Done(found) => return Ok(found),
            Progress::Failed(_) => break,
            Progress::Waiting => tokio::time::sleep(LOOK_AGAIN).await,
        }
    }
    Ok(String::new())
}
