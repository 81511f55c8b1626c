//! Tables that keep their meaning for those who listen, and the way through long lists.

use maud::{Markup, html};

use crate::words::Words;

/// A table inside its own scrolling region, so that the page itself never scrolls sideways.
pub fn table(label: &str, head: &Markup, body: &Markup) -> Markup {
    html! {
        div class="tablewrap" tabindex="0" role="region" aria-label=(label) {
            table { thead { tr { (head) } } tbody { (body) } }
        }
    }
}

/// A column head.
pub fn th(word: &str) -> Markup {
    html! { th scope="col" { (word) } }
}

/// A column head over figures.
pub fn th_num(word: &str) -> Markup {
    html! { th scope="col" class="num" { (word) } }
}

/// Where a page of a list stands: the addresses of its neighbours, by cursor.
#[derive(Debug, Clone, Default)]
pub struct Pager {
    /// A sentence such as “1 to 50 of 12,418”.
    pub says: String,
    /// The way back to the beginning.
    pub first: Option<String>,
    /// The next page.
    pub next: Option<String>,
}

/// The foot of a list.
pub fn pager(w: &Words, pager: &Pager) -> Markup {
    html! {
        @if !pager.says.is_empty() || pager.first.is_some() || pager.next.is_some() {
            nav class="pager row" aria-label=(w.t("pager-label")) {
                span class="muted small" { (pager.says) }
                span class="row push" {
                    @if let Some(first) = &pager.first { a class="btn sm" href=(first) { (w.t("pager-first")) } }
                    @if let Some(next) = &pager.next { a class="btn sm" rel="next" href=(next) { (w.t("pager-next")) } }
                }
            }
        }
    }
}
