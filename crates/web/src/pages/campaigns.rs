//! The list of campaigns.

use maud::{Markup, html};

use super::head;
use super::home::{CampaignLine, campaign_row};
use crate::args;
use crate::shell::{Page, Place, Shell, page};
use crate::ui::blocks::empty;
use crate::ui::icon_flip;
use crate::ui::table::{Pager, pager, table, th, th_num};
use crate::words::Words;

/// The page.
#[derive(Debug, Clone, Default)]
pub struct CampaignsView {
    /// Campaigns in all.
    pub all: i64,
    /// The state looked at: empty, `draft`, `running`, `done`.
    pub state: String,
    /// This page of them, newest first.
    pub campaigns: Vec<CampaignLine>,
    /// The way on.
    pub pager: Pager,
}

/// The page.
pub fn view(w: &Words, shell: &Shell, v: &CampaignsView) -> Markup {
    let heading = html! { h1 { (w.f("campaigns-heading", args!(n: v.all))) } };
    let action = new_one(w);
    let tabs = [
        ("", "campaigns-all"),
        ("draft", "campaigns-drafts"),
        ("running", "campaigns-running"),
        ("done", "campaigns-done"),
    ];
    let main = html! {
        (head(&heading, &html! {}, &action))
        nav class="tabs" aria-label=(w.t("campaigns-views")) {
            @for (state, word) in tabs {
                a href={ "/campaigns" @if !state.is_empty() { "?state=" (state) } } aria-current=[(v.state == state).then_some("page")] { (w.t(word)) }
            }
        }
        (list(w, v))
    };
    page(w, shell, &Page::new(&w.t("nav-campaigns"), Place::Campaigns), &main)
}

fn new_one(w: &Words) -> Markup {
    html! { a class="btn primary" href="/campaigns/new" { (icon_flip("send")) (w.t("home-new-campaign")) } }
}

/// The list by itself, renewed by the live stream.
pub fn list(w: &Words, v: &CampaignsView) -> Markup {
    let columns = html! {
        (th(&w.t("col-campaign"))) (th(&w.t("col-when"))) (th_num(&w.t("col-people"))) (th_num(&w.t("col-delivered")))
        (th_num(&w.t("col-replies"))) (th_num(&w.t("col-left")))
    };
    let rows = html! { @for line in &v.campaigns { (campaign_row(w, line)) } };
    html! {
        section class="card flush" id="campaigns" data-live="campaigns" hx-get={ "/campaigns?part=list&state=" (v.state) } hx-trigger="ring" hx-swap="outerMorph" {
            @if v.campaigns.is_empty() {
                (empty("campaign", &w.t("campaigns-empty"), &w.t("campaigns-empty-says"), &new_one(w)))
            } @else { (table(&w.t("nav-campaigns"), &columns, &rows)) }
            (pager(w, &v.pager))
        }
    }
}
