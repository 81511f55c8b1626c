//! Trying a provider's settings from their form: nothing is stored, nothing is sent.

use axum::extract::Path;
use engine::Permission;
use sms::form::{FieldKind, Refused, Trial as Asked};

use super::ask::{Posted, Seat};
use super::connections::{found, given, offered, view};
use super::oops::Oops;
use super::reply::{self, Answer};
use crate::pages::connection as one_page;
use crate::pages::connections::{self as all_page, ConnectionForm};
use crate::pages::error::Kind;
use crate::pages::trial::Trial;

/// What the fields of a trial begin with, so that none is taken for a setting.
pub(super) const PREFIX: &str = "try_";
/// Stands for a secret that the form does not show.
const SECRET: &str = "secret";

fn typed(posted: &Posted) -> Trial {
    let raw = |name: &str| posted.raw(name).to_owned();
    Trial {
        to: raw("try_to"),
        from: raw("try_from"),
        text: raw("try_text"),
        status: raw("try_status"),
        answer: raw("try_answer"),
        place: raw("try_place"),
        query: raw("try_query"),
        webhook: raw("try_webhook"),
        tried: None,
    }
}

/// Tries; what is wrong comes back with its field.
async fn tried(
    seat: &Seat,
    kind: &str,
    settings: Vec<(String, String)>,
    t: &mut Trial,
) -> Result<Option<Refused>, Oops> {
    seat.read(|_, ctx| ctx.need(Permission::Delivery)).await?;
    let tester = seat.web.tester().ok_or(Oops::Page(Kind::NotFound))?;
    let status: u16 = t.status.trim().parse().unwrap_or(200);
    let asked = !t.query.is_empty() || !t.webhook.is_empty();
    let target = if t.query.is_empty() { t.place.clone() } else { format!("{}?{}", t.place, t.query) };
    let asked = Asked {
        kind: kind.to_owned(),
        settings,
        message: (t.to.trim().to_owned(), t.from.trim().to_owned(), t.text.clone()),
        answer: (!t.answer.is_empty()).then(|| (status, t.answer.clone())),
        webhook: asked.then(|| (target, t.webhook.clone())),
    };
    Ok(match tester(&asked) {
        Ok(tried) => {
            t.tried = Some(tried);
            None
        }
        Err(refused) => Some(refused),
    })
}

/// From the form of a new connection.
pub(super) async fn new(posted: Posted) -> Answer {
    let seat = &posted.seat;
    let (kind, settings, mut trial) = (posted.get("kind").to_owned(), given(&posted), typed(&posted));
    let refused = tried(seat, &kind, settings.clone(), &mut trial).await?;
    let wrong = refused.is_some();
    let form = ConnectionForm {
        name: posted.get("name").to_owned(),
        kind,
        values: settings,
        fault: refused.map(|refused| (refused.field, refused.why)),
        exists: false,
        trial,
    };
    let shell = seat.shell().await?;
    let page = all_page::new(&seat.words, &shell, &offered(&seat.web), &form, &maud::html! {});
    Ok(if wrong { reply::refused(page) } else { seat.page(page) })
}

/// From the form of one that is there: its secrets stay where they are.
pub(super) async fn one(Path(id): Path<String>, posted: Posted) -> Answer {
    let seat = &posted.seat;
    let there = found(seat, &id).await?;
    let mut data = view(seat, &there, None)?;
    let typed_in: Vec<_> = given(&posted).into_iter().filter(|(_, value)| !value.is_empty()).collect();
    let secrets = data.kind.fields.iter().filter(|field| field.kind == FieldKind::Secret);
    let mut settings: Vec<(String, String)> = data.form.values.clone();
    settings.extend(secrets.map(|field| (field.name.to_owned(), SECRET.to_owned())));
    settings.extend(typed_in.clone());
    let mut trial = typed(&posted);
    let refused = tried(seat, data.kind.name, settings, &mut trial).await?;
    let wrong = refused.is_some();
    data.form.values = typed_in;
    data.form.fault = refused.map(|refused| (refused.field, refused.why));
    data.form.trial = trial;
    let shell = seat.shell().await?;
    let page = one_page::view(&seat.words, &shell, &data);
    Ok(if wrong { reply::refused(page) } else { seat.page(page) })
}
