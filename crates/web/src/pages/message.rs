//! One message: what happened to it in plain words, with the raw bytes under it for those who want them.

use maud::{Markup, html};
use sms::life::Status;
use sms::parts::Encoding;
use sms::reason::Code;

use crate::args;
use crate::shell::{Page, Place, Shell, page};
use crate::ui::blocks::banner;
use crate::ui::form::act;
use crate::ui::state::{Tone, pill_solid, reason_short, status_look, status_word};
use crate::ui::{code, icon, number, user_text, who};
use crate::words::Words;

/// One thing that happened.
#[derive(Debug, Clone)]
pub struct Event {
    /// When.
    pub at: i64,
    /// Its colour.
    pub tone: Tone,
    /// Its icon.
    pub icon: &'static str,
    /// What, in words.
    pub what: String,
    /// More, in words.
    pub says: String,
    /// Raw bytes as a dump with notes, where they are kept.
    pub raw: Option<String>,
}

/// The page.
#[derive(Debug, Clone)]
pub struct MessageView {
    /// Public id.
    pub id: String,
    /// When it was accepted.
    pub at: i64,
    /// Name; may be empty.
    pub name: String,
    /// Number.
    pub to: String,
    /// Sender.
    pub from: String,
    /// Text.
    pub text: String,
    /// Characters in it.
    pub characters: i64,
    /// How it travels.
    pub encoding: Encoding,
    /// Parts.
    pub parts: i64,
    /// Class by its name.
    pub class: String,
    /// Status.
    pub status: Status,
    /// Why.
    pub reason: Code,
    /// From acceptance to its final, where it has one.
    pub took: Option<i64>,
    /// Optional parameters of SMPP that it was handed in with, a line each.
    pub tlvs: String,
    /// The campaign, id and name.
    pub campaign: Option<(String, String)>,
    /// The connector, id and name.
    pub connector: Option<(String, String)>,
    /// Who asked for it, in words.
    pub by: String,
    /// Whether it was simulated.
    pub test: bool,
    /// Whether it may have arrived twice.
    pub possible_duplicate: bool,
    /// Everything that happened, oldest first.
    pub events: Vec<Event>,
    /// The thread of the person.
    pub thread: Option<String>,
    /// The contact.
    pub contact: Option<String>,
    /// Whether a person may decide to send it again.
    pub may_resend: bool,
    /// Whether it can still be called back.
    pub may_cancel: bool,
    /// Whether something of it stood on a wire while somebody looked.
    pub traced: bool,
}

/// The page.
pub fn view(w: &Words, shell: &Shell, v: &MessageView) -> Markup {
    let title = if v.name.is_empty() { v.to.clone() } else { v.name.clone() };
    page(
        w,
        shell,
        &Page::new(&w.attr("message-title", args!(who: title)), Place::Messages),
        &part(w, shell, v),
    )
}

/// The living part, which is all of it.
pub fn part(w: &Words, shell: &Shell, v: &MessageView) -> Markup {
    html! {
        div id="message" class="page-in" data-live={ "message:" (v.id) } hx-get={ "/messages/" (v.id) "?part=all" } hx-trigger="ring" hx-swap="outerMorph" {
            (head(w, shell, v))
            @if v.reason != Code::None { (why(w, v)) }
            div class="grid" {
                section class="card c8" aria-labelledby="tlh" { header { h2 id="tlh" { (w.t("message-what")) } } (timeline(w, v)) }
                div class="c4 stack s4" { (text(w, v)) (facts(w, v)) }
            }
        }
    }
}

fn head(w: &Words, shell: &Shell, v: &MessageView) -> Markup {
    let (tone, icon_name) = status_look(v.status);
    let to = html! { (who(&v.name, &v.to)) @if !v.name.is_empty() { ", " (number(&v.to)) } };
    html! {
        div class="head" {
            div {
                div class="crumb" { a href="/messages" { (w.t("nav-messages")) } " " span aria-hidden="true" { "/" } " " (code(&v.id)) }
                div class="row wrap gap" {
                    h1 { (w.rich("message-to", args!(), &[("who", to)])) }
                    (pill_solid(tone, icon_name, &status_word(w, v.status)))
                }
                p {
                    @if let Some(took) = v.took { (w.attr("message-took", args!(time: w.lasting(took)))) " " }
                    (w.day_time(v.at)) ", " (w.zone_name())
                    @if v.test { ", " (w.t("simulated")) }
                }
            }
            div class="row wrap" {
                @if v.may_cancel { (act(&shell.csrf, &format!("/messages/{}/cancel", v.id), "danger", "stop", &w.t("message-cancel"))) }
                @if v.may_resend { (act(&shell.csrf, &format!("/messages/{}/resend", v.id), "", "refresh", &w.t("message-again"))) }
                @if v.traced { a class="btn" href={ "/messages/" (v.id) "/trace" } { (icon("eye")) (w.t("trace")) } }
                @if let Some(contact) = &v.contact { a class="btn" href={ "/contacts/" (contact) } { (icon("user")) (w.t("inbox-open-person")) } }
                @if let Some(thread) = &v.thread { a class="btn" href={ "/inbox/" (thread) } { (icon("inbox")) (w.t("person-thread")) } }
            }
        }
    }
}

fn why(w: &Words, v: &MessageView) -> Markup {
    let (tone, icon_name) = status_look(v.status);
    let key = v.reason.key();
    banner(
        tone,
        icon_name,
        &html! {
            div {
                p { b { (reason_short(w, v.reason)) } }
                p { (w.t(&format!("{key}-we"))) }
                p class="muted" { (w.t(&format!("{key}-you"))) }
                p class="small muted" { (w.rich("trouble-code", args!(), &[("code", code(v.reason.name()))])) }
            }
        },
    )
}

fn timeline(w: &Words, v: &MessageView) -> Markup {
    html! {
        ol class="time" {
            @for event in &v.events {
                li {
                    span class="at n" { (w.time_ms(event.at)) }
                    span class={ "mk " @if event.tone == Tone::Neutral { "muted" } @else { "st-" (event.tone.class()) } } { (icon(event.icon)) }
                    div class="ev" {
                        b { (event.what) }
                        @if !event.says.is_empty() { div class="muted" { (event.says) } }
                        @if let Some(raw) = &event.raw {
                            details class="pd" {
                                summary { (w.t("message-raw")) }
                                pre class="pdu" tabindex="0" role="region" aria-label=(w.t("message-raw")) { (raw) }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn text(w: &Words, v: &MessageView) -> Markup {
    let encoding = w.t(&format!("encoding-{}", v.encoding.name().to_ascii_lowercase()));
    html! {
        section class="card" aria-labelledby="txt" {
            h2 id="txt" { (w.t("col-text")) }
            p class="bub out whole" { (v.text) }
            div class="small muted" { (w.f("message-size", args!(n: v.characters, encoding: encoding, parts: w.attr("parts-count", args!(n: v.parts))))) }
        }
    }
}

fn facts(w: &Words, v: &MessageView) -> Markup {
    html! {
        section class="card" aria-labelledby="fct" {
            h2 id="fct" { (w.t("message-facts")) }
            dl class="kv" {
                dt { (w.t("composer-from")) } dd { (number(&v.from)) }
                dt { (w.t("message-class")) } dd { (w.t(&format!("class-{}", v.class))) }
                @if let Some((id, name)) = &v.campaign { dt { (w.t("col-campaign")) } dd { a href={ "/campaigns/" (id) } { (user_text(name)) } } }
                @if let Some((id, name)) = &v.connector { dt { (w.t("message-connection")) } dd { a href={ "/delivery/connections/" (id) } { bdi { (name) } } } }
                dt { (w.t("message-by")) } dd { (user_text(&v.by)) }
                @if !v.tlvs.is_empty() {
                    dt { (w.t("message-parameters")) }
                    dd { @for line in v.tlvs.lines() { div { code dir="ltr" { (line) } } } }
                }
                @if v.possible_duplicate { dt { (w.t("message-copies")) } dd { (w.t("messages-twice")) } }
            }
        }
    }
}
