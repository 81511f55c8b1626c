//! Messages of which nobody knows whether they arrived: the list, the three things one can do, and the last question.

use maud::{Markup, html};

use super::messages::{MessagesView, list};
use crate::args;
use crate::shell::{Page, Place, Shell, page};
use crate::ui::blocks::{banner, empty};
use crate::ui::form::csrf;
use crate::ui::state::Tone;
use crate::ui::{icon, user_text};
use crate::words::Words;

/// The decisions in the order they are offered, with their icons.
const DEEDS: &[(&str, &str)] = &[("resend", "refresh"), ("leave", "check"), ("fail", "failed")];

/// The page.
#[derive(Debug, Clone, Default)]
pub struct UnconfirmedView {
    /// How many wait for a decision.
    pub n: i64,
    /// The campaign looked at: its id and name.
    pub campaign: Option<(String, String)>,
    /// This page of them.
    pub messages: MessagesView,
    /// Whether this person may decide.
    pub may: bool,
    /// Why nothing was done, where something was asked for.
    pub fault: Option<String>,
}

fn here(v: &UnconfirmedView) -> String {
    v.campaign.as_ref().map_or(String::new(), |(id, _)| format!("&campaign={id}"))
}

/// The page.
pub fn view(w: &Words, shell: &Shell, v: &UnconfirmedView) -> Markup {
    let main = html! {
        (head(w, v))
        @if let Some(fault) = &v.fault { (banner(Tone::Attention, "attention", &html! { p { (fault) } })) }
        @if v.n == 0 {
            section class="card" { (empty("delivered", &w.t("unconfirmed-none"), &w.t("unconfirmed-none-says"), &html! {})) }
        } @else {
            @if v.may { (deeds(w, v)) }
            (list(w, &v.messages))
        }
    };
    page(w, shell, &Page::new(&w.t("unconfirmed"), Place::Messages), &main)
}

fn head(w: &Words, v: &UnconfirmedView) -> Markup {
    html! {
        div class="head" {
            div {
                div class="crumb" {
                    a href="/messages" { (w.t("nav-messages")) }
                    @if let Some((id, name)) = &v.campaign { " " span aria-hidden="true" { "/" } " " a href={ "/campaigns/" (id) } { (user_text(name)) } }
                }
                h1 { (w.f("unconfirmed-heading", args!(n: v.n))) }
                p { (w.t("unconfirmed-under")) }
            }
        }
    }
}

fn deeds(w: &Words, v: &UnconfirmedView) -> Markup {
    html! {
        section class="card" aria-labelledby="deeds" {
            h2 id="deeds" { (w.t("unconfirmed-do")) }
            ul class="list" {
                @for (deed, icon_name) in DEEDS {
                    li class="row wrap between" {
                        div { b { (w.t(&format!("unconfirmed-{deed}"))) } div class="small muted" { (w.t(&format!("unconfirmed-{deed}-says"))) } }
                        a class="btn" href={ "/messages/unconfirmed/confirm?decision=" (deed) (here(v)) } { (icon(icon_name)) (w.f(&format!("unconfirmed-{deed}-n"), args!(n: v.n))) }
                    }
                }
            }
        }
    }
}

/// What is asked before it is done.
#[derive(Debug, Clone)]
pub struct ConfirmView {
    /// `resend`, `leave` or `fail`.
    pub decision: &'static str,
    /// How many it would be.
    pub n: i64,
    /// The newest of them.
    pub upto: String,
    /// The campaign: its id and name.
    pub campaign: Option<(String, String)>,
}

/// The last question, with the number.
pub fn confirm(w: &Words, shell: &Shell, v: &ConfirmView) -> Markup {
    let back = match &v.campaign {
        Some((id, _)) => format!("/messages/unconfirmed?campaign={id}"),
        None => "/messages/unconfirmed".into(),
    };
    let icon_name = DEEDS.iter().find(|(deed, _)| *deed == v.decision).map_or("check", |(_, icon)| icon);
    let class = if v.decision == "resend" { "btn lg danger" } else { "btn lg primary" };
    let main = html! {
        div class="head" {
            div {
                div class="crumb" { a href=(back) { (w.t("unconfirmed")) } }
                h1 { (w.f(&format!("unconfirmed-{}-ask", v.decision), args!(n: v.n))) }
                p { (w.t(&format!("unconfirmed-{}-says", v.decision))) }
                @if let Some((_, name)) = &v.campaign { p { (w.t("col-campaign")) ": " (user_text(name)) } }
            }
        }
        form class="row wrap" method="post" action="/messages/unconfirmed" {
            (csrf(&shell.csrf))
            input type="hidden" name="decision" value=(v.decision);
            input type="hidden" name="expected" value=(v.n);
            input type="hidden" name="upto" value=(v.upto);
            @if let Some((id, _)) = &v.campaign { input type="hidden" name="campaign" value=(id); }
            a class="btn lg" href=(back) { (w.t("back")) }
            button class=(class) { (icon(icon_name)) (w.f(&format!("unconfirmed-{}-n", v.decision), args!(n: v.n))) }
        }
    };
    page(w, shell, &Page::new(&w.t("unconfirmed"), Place::Messages), &main)
}
