//! Blocks of a page: banners, what stands where nothing is yet, errors, toasts.

use maud::{Markup, html};

use crate::args;
use crate::ui::state::Tone;
use crate::ui::{code, icon};
use crate::words::Words;

/// A tinted block with an icon.
pub fn banner(tone: Tone, icon_name: &str, inside: &Markup) -> Markup {
    html! { div class={ "banner " (tone.class()) } { (icon(icon_name)) (inside) } }
}

/// What stands where a list is empty: one sentence on what lives here, and what to do.
pub fn empty(icon_name: &str, title: &str, says: &str, actions: &Markup) -> Markup {
    html! {
        div class="empty" {
            (icon(icon_name))
            h2 { (title) }
            p { (says) }
            div class="row wrap" { (actions) }
        }
    }
}

/// Something that went wrong: what happened, what was kept, what to do.
#[derive(Debug, Clone)]
pub struct Trouble {
    /// What happened.
    pub what: String,
    /// What was kept; empty where nothing was at stake.
    pub kept: String,
    /// What the person can do.
    pub fix: String,
    /// The stable code, as the API gives it.
    pub code: String,
    /// The request it happened in, for whoever is asked to help; empty where there is none.
    pub request: String,
}

/// The error block, to stand where the thing would have been.
pub fn trouble(w: &Words, trouble: &Trouble) -> Markup {
    html! {
        div class="banner failed" role="alert" {
            (icon("failed"))
            div {
                p { b { (trouble.what) } }
                @if !trouble.kept.is_empty() { p { (trouble.kept) } }
                p { (trouble.fix) }
                p class="small muted" {
                    (w.rich("trouble-code", args!(), &[("code", code(&trouble.code))]))
                    @if !trouble.request.is_empty() {
                        " " (w.rich("trouble-request", args!(), &[("id", code(&trouble.request))]))
                    }
                }
            }
        }
    }
}

/// What a toast says after a redirect, and the way back where there is one.
#[derive(Debug, Clone)]
pub struct Toast {
    /// The sentence, already in the person's language.
    pub says: String,
    /// A link and its word.
    pub link: Option<(String, String)>,
    /// Whether it tells of a failure.
    pub failed: bool,
}

/// The toast of a page.
pub fn toast(w: &Words, toast: &Toast) -> Markup {
    html! {
        div class="toasts" {
            div class="toast" role=(if toast.failed { "alert" } else { "status" }) {
                @if toast.failed { (icon("attention")) }
                span { (toast.says) }
                @if let Some((href, word)) = &toast.link { a class="btn sm" href=(href) { (word) } }
                button type="button" class="ib sm" data-dismiss hidden aria-label=(w.t("toast-dismiss")) { (icon("x")) }
            }
        }
    }
}
