//! People who refused and, says a file, agreed later: whoever has the right names the paper, or leaves them alone.

use maud::{Markup, html};

use crate::args;
use crate::shell::Shell;
use crate::ui::form::csrf;
use crate::ui::table::{table, th};
use crate::ui::{number, user_text};
use crate::words::Words;

/// One claim.
#[derive(Debug, Clone, Default)]
pub struct ClaimRow {
    /// Public id.
    pub id: String,
    /// The number as written here.
    pub phone: String,
    /// The words it is said to have been given under.
    pub wording: String,
    /// When it is said to have been given.
    pub claimed: i64,
    /// When the person refused.
    pub refused: i64,
    /// Public id of the import.
    pub import: String,
    /// The row of the file.
    pub row: i64,
}

/// The section of the compliance page; nothing where nothing waits.
pub(super) fn section(w: &Words, shell: &Shell, may: bool, claims: &[ClaimRow]) -> Markup {
    if claims.is_empty() {
        return html! {};
    }
    let heading = w.f("claim-heading", args!(n: claims.len() as i64));
    let columns = html! {
        (th(&w.t("contacts-number"))) (th(&w.t("claim-refused"))) (th(&w.t("claim-claimed"))) (th(&w.t("claim-where"))) (th(&w.t("lists-do")))
    };
    let rows = html! {
        @for c in claims {
            tr {
                th scope="row" { (number(&c.phone)) }
                td class="nowrap muted" { (w.day_time(c.refused)) }
                td { (w.day(c.claimed)) @if !c.wording.is_empty() { div class="small muted" { (user_text(&c.wording)) } } }
                td { a href={ "/imports/" (c.import) } { (w.f("claim-row", args!(n: c.row))) } }
                td { @if may { div class="row wrap" {
                    form class="row" method="post" action={ "/compliance/claims/" (c.id) "/paper" } {
                        (csrf(&shell.csrf))
                        label class="vh" for={ "d-" (c.id) } { (w.t("claim-paper")) ": " (c.phone) }
                        input class="input sm" id={ "d-" (c.id) } name="document" required maxlength="300" autocomplete="off" placeholder=(w.t("claim-paper"));
                        button class="btn sm" { (w.t("claim-show")) span class="vh" { ": " (c.phone) } }
                    }
                    form method="post" action={ "/compliance/claims/" (c.id) "/leave" } {
                        (csrf(&shell.csrf))
                        button class="btn sm" { (w.t("claim-leave")) span class="vh" { ": " (c.phone) } }
                    }
                } } }
            }
        }
    };
    html! {
        section class="card flush" aria-labelledby="claims" {
            header class="cardhead" { h2 id="claims" { (heading) } }
            p class="muted pad" { (w.t("claim-says")) }
            (table(&heading, &columns, &rows))
        }
    }
}
