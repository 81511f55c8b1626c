//! Error pages: what happened, what was kept, what to do.

use maud::{Markup, html};

use crate::shell::{Page, Place, Shell, Theme, bare, page};
use crate::ui::blocks::{Trouble, trouble};
use crate::ui::mark;
use crate::words::Words;

/// What kind of page failed to come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// There is no such page or thing.
    NotFound,
    /// The person's role does not see it.
    Forbidden,
    /// The form is older than the session.
    Stale,
    /// The request makes no sense.
    BadRequest,
    /// The request is larger than what it is for.
    TooLarge,
    /// Too many requests.
    TooMany,
    /// We failed.
    Internal,
    /// New work is refused for now: full disk, shutting down.
    Busy,
}

impl Kind {
    /// Every kind.
    pub const ALL: &'static [Kind] = &[
        Kind::NotFound,
        Kind::Forbidden,
        Kind::Stale,
        Kind::BadRequest,
        Kind::TooLarge,
        Kind::TooMany,
        Kind::Internal,
        Kind::Busy,
    ];

    /// Its stable name, which is also the middle of its keys.
    pub const fn name(self) -> &'static str {
        match self {
            Kind::NotFound => "not-found",
            Kind::Forbidden => "forbidden",
            Kind::Stale => "stale",
            Kind::BadRequest => "bad-request",
            Kind::TooLarge => "too-large",
            Kind::TooMany => "too-many",
            Kind::Internal => "internal",
            Kind::Busy => "busy",
        }
    }
}

/// The sentences of an error.
pub fn said(w: &Words, kind: Kind, request: &str) -> Trouble {
    let key = |end: &str| w.t(&format!("error-{}{end}", kind.name()));
    let kept = matches!(kind, Kind::Stale | Kind::TooLarge | Kind::Internal | Kind::Busy);
    Trouble {
        what: key(""),
        kept: if kept { key("-kept") } else { String::new() },
        fix: key("-fix"),
        code: kind.name().replace('-', "_").to_ascii_uppercase(),
        request: request.to_owned(),
    }
}

/// The page for somebody inside.
pub fn view(w: &Words, shell: &Shell, kind: Kind, request: &str) -> Markup {
    let said = said(w, kind, request);
    let main = html! {
        div class="head" { h1 { (said.what) } }
        (trouble(w, &said))
        p { a class="btn" href="/" { (w.t("error-home")) } }
    };
    page(w, shell, &Page::new(&said.what, Place::Home), &main)
}

/// The page for somebody outside.
pub fn outside(w: &Words, theme: Theme, kind: Kind, request: &str) -> Markup {
    let said = said(w, kind, request);
    let inside = html! {
        main class="alone stack" {
            div class="brand" { (mark()) "Sendword" }
            h1 { (said.what) }
            (trouble(w, &said))
            p { a class="btn" href="/" { (w.t("error-home")) } }
        }
    };
    bare(w, &said.what, theme, &[], &inside)
}
