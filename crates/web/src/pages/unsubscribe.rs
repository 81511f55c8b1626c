//! The public page behind the link in a message: GET shows it, one POST acts.
//!
//! No script, no font, one small stylesheet, the language of the message. A link that is old, forwarded or
//! broken is answered kindly and never changes anything by being opened.

use maud::{DOCTYPE, Markup, html};

use crate::ui::initials;
use crate::words::Words;
use crate::{args, assets};

/// What the page shows.
#[derive(Debug, Clone)]
pub struct UnsubscribeView {
    /// The business.
    pub business: String,
    /// The number, masked.
    pub masked: String,
    /// Where the form goes: the address of the page itself.
    pub action: String,
    /// What the press must bring along.
    pub nonce: String,
    /// Where the person stands.
    pub stage: Stage,
}

/// Where the person stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// Nothing happened yet.
    Ask,
    /// The button was pressed on a page that is too old; asked once more.
    Again,
    /// Just stopped.
    Done,
    /// Had stopped before.
    Already,
    /// The link is not one of ours, or of somebody who is gone.
    Unknown,
}

/// The page.
pub fn view(w: &Words, v: &UnsubscribeView) -> Markup {
    let title = match v.stage {
        Stage::Unknown => w.t("unsub-unknown"),
        _ => w.attr("unsub-title", args!(business: v.business.as_str())),
    };
    html! {
        (DOCTYPE)
        html lang=(w.language.code) dir=(w.language.dir) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="robots" content="noindex";
                meta name="referrer" content="no-referrer";
                title { (title) }
                link rel="stylesheet" href=(assets::url("public.css"));
            }
            body {
                main {
                    div class="card" { (card(w, v)) }
                    @if v.stage != Stage::Unknown {
                        footer class="s m" {
                            p { a href=(v.action.replacen("/u/", "/p/", 1)) { (w.t("pref-link")) } }
                            p { (w.t("unsub-foot")) }
                        }
                    }
                }
            }
        }
    }
}

fn card(w: &Words, v: &UnsubscribeView) -> Markup {
    if v.stage == Stage::Unknown {
        return html! { h1 { (w.t("unsub-unknown")) } p class="m" { (w.t("unsub-unknown-says")) } };
    }
    html! {
        div class="who" {
            span aria-hidden="true" { (initials(&v.business)) }
            div { b { bdi { (v.business) } } bdi class="m" dir="ltr" { (v.masked) } }
        }
        @match v.stage {
            Stage::Ask | Stage::Again => {
                h1 { (w.t("unsub-ask")) }
                @if v.stage == Stage::Again { p role="alert" { (w.t("unsub-again")) } }
                p class="m" { (w.t("unsub-ask-says")) }
                form method="post" action=(v.action) {
                    input type="hidden" name="nonce" value=(v.nonce);
                    p { (w.f("unsub-what", args!(business: v.business.as_str()))) }
                    button { (w.t("unsub-button")) }
                }
            }
            _ => {
                h1 { @if v.stage == Stage::Done { (w.t("unsub-done")) } @else { (w.t("unsub-already")) } }
                p class="m" { (w.f("unsub-done-says", args!(business: v.business.as_str()))) }
            }
        }
    }
}
