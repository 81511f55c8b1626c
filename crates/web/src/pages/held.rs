//! What a restored store holds until somebody lets it go.

use maud::{Markup, html};

use super::head;
use crate::args;
use crate::shell::{Page, Place, Shell, page};
use crate::ui::blocks::empty;
use crate::ui::form::csrf;
use crate::ui::table::{table, th, th_num};
use crate::ui::user_text;
use crate::words::Words;

/// One thing that is held.
#[derive(Debug, Clone)]
pub struct HeldLine {
    /// Its public id.
    pub id: String,
    /// `campaign`, `messages`, `scheduled`, `job`.
    pub kind: &'static str,
    /// The campaign's or connection's name; may be empty.
    pub name: String,
    /// The class of its messages, by its name in JSON; empty where there is none.
    pub class: String,
    /// Messages that wait in it.
    pub waiting: i64,
}

/// The page.
#[derive(Debug, Clone, Default)]
pub struct HeldView {
    /// When the store was restored; 0 where nothing is held.
    pub at: i64,
    /// When the copy was made; 0 where it does not say.
    pub backup_at: i64,
    /// Whether it is known what had left.
    pub known: bool,
    /// What is held.
    pub held: Vec<HeldLine>,
}

/// The page.
pub fn view(w: &Words, shell: &Shell, v: &HeldView) -> Markup {
    let heading = html! { h1 { (w.f("held-heading", args!(n: v.held.len() as i64))) } };
    let under = html! {
        @if v.at > 0 { (w.f("held-under", args!(at: w.day_time(v.at)))) " " }
        @if v.backup_at > 0 { (w.f("held-copy", args!(at: w.day_time(v.backup_at)))) }
    };
    let columns = html! {
        (th(&w.t("held-what"))) (th(&w.t("held-class"))) (th_num(&w.t("held-waiting"))) (th(&w.t("held-do")))
    };
    let rows = html! { @for line in &v.held { (row(w, shell, v.known, line)) } };
    let all = html! {
        @if !v.held.is_empty() && v.known { (release(w, shell, true, "all", &w.t("held-release-all"), "")) }
    };
    let main = html! {
        (head(&heading, &under, &all))
        @if !v.held.is_empty() && !v.known { p class="note" role="status" { (w.t("held-unknown")) } }
        section class="card flush" {
            @if v.held.is_empty() {
                (empty("delivered", &w.t("held-empty"), &w.t("held-empty-says"), &html! {}))
            } @else { (table(&w.t("held-title"), &columns, &rows)) }
        }
    };
    page(w, shell, &Page::new(&w.t("held-title"), Place::Home), &main)
}

fn row(w: &Words, shell: &Shell, known: bool, line: &HeldLine) -> Markup {
    html! {
        tr {
            th scope="row" {
                (w.t(&format!("held-kind-{}", line.kind)))
                @if !line.name.is_empty() && line.kind != "job" { ": " (user_text(&line.name)) }
            }
            td { @if !line.class.is_empty() { (w.t(&format!("class-{}", line.class))) } }
            td class="num" { (w.n(line.waiting)) }
            td { (release(w, shell, known, &line.id, &w.t("held-release"), &line.name)) }
        }
    }
}

/// A button that lets go; where nobody knows what had left, with a box to say that it is meant.
fn release(w: &Words, shell: &Shell, known: bool, id: &str, word: &str, of: &str) -> Markup {
    html! {
        form class="row wrap" method="post" action="/restore/release" {
            (csrf(&shell.csrf))
            input type="hidden" name="id" value=(id);
            @if !known {
                label class="opt" { input type="checkbox" name="repeat" value="1" required; (w.t("held-repeat")) }
            }
            button class="btn sm" { (word) @if !of.is_empty() { span class="vh" { ": " (user_text(of)) } } }
        }
    }
}
