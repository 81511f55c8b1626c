//! A campaign under way, and after its end its report: one address, one struct, one set of counts.

use maud::{Markup, html};
use sms::reason::Code;

use super::home::{RunningView, running_slices};
use crate::args;
use crate::shell::{Page, Place, Shell, page};
use crate::ui::blocks::banner;
use crate::ui::charts::{Bar, Slice, bars, legend, stacked};
use crate::ui::form::{act, csrf};
use crate::ui::state::{Tone, campaign_look, campaign_word, pill, pill_solid, reason_short};
use crate::ui::{avatar, icon, number, user_text, who};
use crate::words::Words;

/// The counts of the contract; they add up at every moment.
#[derive(Debug, Clone, Default)]
pub struct Counts {
    /// Everybody in the lists.
    pub audience: i64,
    /// Frozen, not yet expanded.
    pub planned: i64,
    /// Refused before acceptance.
    pub skipped: Vec<(Code, i64)>,
    /// Accepted.
    pub accepted: i64,
    /// Of them not handed over.
    pub waiting: i64,
    /// Handed over, no final yet.
    pub submitted: i64,
    /// On the handset.
    pub delivered: i64,
    /// Given up by the carrier.
    pub undelivered: i64,
    /// Refused by the carrier.
    pub rejected: i64,
    /// Too late.
    pub expired: i64,
    /// Cancelled before they left.
    pub cancelled: i64,
    /// Kept back after acceptance.
    pub suppressed: i64,
    /// Unconfirmed.
    pub unknown: i64,
    /// May have arrived twice.
    pub possible_duplicates: i64,
    /// People who wrote back.
    pub replies: i64,
    /// People who left.
    pub opt_outs: i64,
}

impl Counts {
    /// Failed for good.
    pub fn failed(&self) -> i64 {
        self.undelivered + self.rejected + self.expired
    }

    /// Refused before acceptance.
    pub fn left_out(&self) -> i64 {
        self.skipped.iter().map(|(_, n)| n).sum()
    }

    /// Handed over to a carrier.
    pub fn handed(&self) -> i64 {
        self.submitted + self.delivered + self.failed() + self.unknown
    }

    /// Everybody who gets it, or was to get it.
    pub fn people(&self) -> i64 {
        self.planned + self.accepted
    }
}

/// A reply as it came.
#[derive(Debug, Clone)]
pub struct Reply {
    /// The thread it stands in.
    pub thread: String,
    /// Name; may be empty.
    pub name: String,
    /// Number.
    pub phone: String,
    /// When.
    pub at: i64,
    /// The text.
    pub text: String,
    /// Whether it was a refusal.
    pub left: bool,
}

/// The page.
#[derive(Debug, Clone)]
pub struct CampaignView {
    /// Public id.
    pub id: String,
    /// Name.
    pub name: String,
    /// State by its name in JSON.
    pub state: String,
    /// Who sent it.
    pub by: String,
    /// When it was launched.
    pub started: i64,
    /// When it ended.
    pub ended: Option<i64>,
    /// The counts, from one snapshot.
    pub counts: Counts,
    /// Parts a second now, in tenths.
    pub rate_tenths: i64,
    /// When it will be through.
    pub ends: Option<i64>,
    /// What limits the speed: a connection's name and what it carries, in tenths of parts a second.
    pub limited_by: Option<(String, i64)>,
    /// Why it waits, in words, where it does.
    pub waits: Option<String>,
    /// Carrier reasons of what did not arrive, most first.
    pub reasons: Vec<(Code, i64)>,
    /// The last replies, newest first.
    pub replies: Vec<Reply>,
}

impl CampaignView {
    /// Whether it is through.
    pub fn over(&self) -> bool {
        matches!(self.state.as_str(), "completed" | "completed_with_failures" | "stopped")
    }

    /// It as the home page shows it.
    pub fn running(&self) -> RunningView {
        let c = &self.counts;
        RunningView {
            id: self.id.clone(),
            name: self.name.clone(),
            state: self.state.clone(),
            ends: self.ends,
            rate_tenths: self.rate_tenths,
            delivered: c.delivered,
            waiting: c.submitted,
            failed: c.failed(),
            unknown: c.unknown,
            suppressed: c.suppressed,
            rest: c.planned + c.waiting + c.cancelled,
        }
    }
}

/// The page.
pub fn view(w: &Words, shell: &Shell, v: &CampaignView) -> Markup {
    page(w, shell, &Page::new(&v.name, Place::Campaigns), &part(w, shell, v))
}

/// The living part, which is all of it.
pub fn part(w: &Words, shell: &Shell, v: &CampaignView) -> Markup {
    html! {
        div id="campaign" class="page-in" data-live={ "campaign:" (v.id) } hx-get={ "/campaigns/" (v.id) "?part=all" } hx-trigger="ring" hx-swap="outerMorph" {
            (head(w, shell, v))
            @if v.over() { (report(w, v)) } @else { (live(w, v)) }
        }
    }
}

fn head(w: &Words, shell: &Shell, v: &CampaignView) -> Markup {
    let (tone, icon_name) = campaign_look(&v.state);
    let zone = w.zone_name();
    html! {
        div class="head" {
            div {
                div class="crumb" { a href="/campaigns" { (w.t("nav-campaigns")) } }
                div class="row wrap gap" { h1 { (user_text(&v.name)) } (pill_solid(tone, icon_name, &campaign_word(w, &v.state))) }
                p {
                    @match v.ended {
                        Some(end) => (w.attr("live-finished", args!(date: w.day(v.started), time: w.time(v.started), end: w.time(end), zone: zone))),
                        None if v.by.is_empty() => (w.attr("live-started-at", args!(date: w.day(v.started), time: w.time_s(v.started), zone: zone))),
                        None => (w.f("live-started", args!(date: w.day(v.started), time: w.time_s(v.started), zone: zone, who: v.by.as_str()))),
                    }
                    " " (w.f("people-count", args!(n: v.counts.people())))
                }
            }
            div class="row wrap" {
                @if v.over() {
                    a class="btn" href={ "/campaigns/" (v.id) "/report.csv" } { (icon("download")) (w.t("report-download")) }
                } @else {
                    @if v.state == "paused" { (act(&shell.csrf, &format!("/campaigns/{}/resume", v.id), "primary", "play", &w.t("live-resume"))) }
                    @else { (act(&shell.csrf, &format!("/campaigns/{}/pause", v.id), "", "pause", &w.t("live-pause"))) }
                    a class="btn danger" href={ "/campaigns/" (v.id) "/stop" } aria-describedby="stopnote" { (icon("stop")) (w.t("live-stop")) }
                }
            }
        }
    }
}

fn live(w: &Words, v: &CampaignView) -> Markup {
    let c = &v.counts;
    let slices = running_slices(w, &v.running());
    html! {
        @if v.state == "freezing" { (banner(Tone::Waiting, "queued", &html! { p { (w.f("live-freezing", args!(done: c.people()))) } })) }
        @if let Some(why) = &v.waits {
            (banner(Tone::Attention, "attention", &html! { div { p { b { (why) } } p { (w.t("live-waiting")) } } }))
        }
        section class="card s4" aria-labelledby="pr" {
            h2 id="pr" class="vh" { (w.t("live-progress")) }
            div class="row wrap figures" {
                div class="tile" { span class="v xl" { (w.percent(c.handed(), c.people())) } span class="k" { (w.f("live-handed", args!(done: c.handed(), all: c.people()))) } }
                @if let Some(ends) = v.ends { div class="tile" { span class="v" { (w.time_s(ends)) } span class="k" { (w.t("live-end")) } } }
                div class="tile" { span class="v" { (w.tenths(v.rate_tenths)) " " small { (w.t("live-rate")) } } span class="k" { (w.t("live-rate-now")) } }
                @if let Some((name, rate)) = &v.limited_by {
                    div class="push limit" {
                        (pill(Tone::Attention, "attention", &w.attr("live-limited", args!(name: name.as_str()))))
                        div class="small muted" { (w.attr("live-limited-says", args!(rate: w.tenths(*rate)))) }
                    }
                }
            }
            (stacked(&slices, "lg"))
            (legend(w, &slices, true))
        }
        (held(w, v))
        div class="grid" {
            div class="c7 stack s4" { (replies(w, v)) }
            div class="c5 stack s4" { (reasons(w, v)) (so_far(w, v)) }
        }
    }
}

fn held(w: &Words, v: &CampaignView) -> Markup {
    html! {
        @if v.counts.unknown > 0 && (v.over() || v.state == "held") {
            (banner(Tone::Attention, "unknown", &html! {
                div { p { (w.f("live-held", args!(n: v.counts.unknown))) } }
                a class="btn sm push" href={ "/messages/unconfirmed?campaign=" (v.id) } { (w.t("live-held-open")) }
            }))
        }
        @if v.counts.possible_duplicates > 0 {
            (banner(Tone::Attention, "attention", &html! { p { (w.f("report-duplicates", args!(n: v.counts.possible_duplicates))) } }))
        }
    }
}

fn replies(w: &Words, v: &CampaignView) -> Markup {
    html! {
        section class="card flush" {
            header class="cardhead" {
                h2 { @if v.over() { (w.t("col-replies")) } @else { (w.t("live-replies")) } }
                @if v.counts.replies > 0 { a class="push small" href={ "/inbox?campaign=" (v.id) } { (w.f("live-replies-all", args!(n: v.counts.replies))) } }
            }
            @if v.replies.is_empty() { p class="muted pad" { (w.t("live-replies-none")) } }
            ul class="list inset" {
                @for reply in &v.replies {
                    li {
                        (avatar(&reply.name, ""))
                        div class="grow" {
                            div class="row" {
                                b { a class="plainlink" href={ "/inbox/" (reply.thread) } { (who(&reply.name, &reply.phone)) } }
                                span class="muted small push n" { (w.time_s(reply.at)) }
                            }
                            div class="snipd" dir="auto" { (reply.text) }
                            @if reply.left { (pill(Tone::Suppressed, "suppressed", &w.t("inbox-left"))) }
                        }
                    }
                }
            }
        }
    }
}

fn reasons(w: &Words, v: &CampaignView) -> Markup {
    let n = v.counts.failed();
    let longest = v.reasons.first().map_or(0, |(_, n)| *n);
    let lines: Vec<Bar> = v
        .reasons
        .iter()
        .map(|(code, n)| Bar {
            word: reason_short(w, *code),
            n: *n,
            tone: if code.temporary() { Tone::Attention } else { Tone::Failed },
            href: Some(format!("/messages?campaign={}&reason={}", v.id, code.name())),
        })
        .collect();
    let heading = match (v.over(), n) {
        (true, 0) => w.t("report-reasons-none"),
        (true, _) => w.f("report-reasons", args!(n: n)),
        (false, _) => w.f("live-failed", args!(n: n)),
    };
    html! { section class="card" { header { h2 { (heading) } } (bars(w, &lines, longest)) } }
}

fn so_far(w: &Words, v: &CampaignView) -> Markup {
    let c = &v.counts;
    let left = c.handed();
    html! {
        section class="card" {
            h2 { (w.t("live-so-far")) }
            div class="tiles" {
                div class="tile" { span class="v" { (w.n(c.replies)) } span class="k" { (w.t("live-replies-count")) } }
                div class="tile" { span class="v" { (w.n(c.opt_outs)) } span class="k" { (w.attr("live-opt-outs", args!(share: w.percent(c.opt_outs, c.handed())))) } }
            }
            p class="small muted" id="stopnote" { (w.f("live-stop-note", args!(left: left, rest: c.people() - left))) }
        }
    }
}

fn report(w: &Words, v: &CampaignView) -> Markup {
    let c = &v.counts;
    let href = |status: &str| Some(format!("/messages?campaign={}&status={status}", v.id));
    let slice =
        |tone, icon, key: &str, n, status: &str| Slice { tone, icon, word: w.t(key), n, href: href(status) };
    let mut slices = vec![
        slice(Tone::Delivered, "delivered", "slice-delivered", c.delivered, "delivered"),
        slice(Tone::Failed, "failed", "slice-failed", c.failed(), "failed"),
        slice(Tone::Waiting, "waiting", "slice-waiting", c.submitted, "submitted"),
        slice(Tone::Attention, "unknown", "slice-unknown", c.unknown, "unknown"),
        slice(Tone::Suppressed, "suppressed", "slice-suppressed", c.suppressed, "suppressed"),
        slice(Tone::Neutral, "stop", "status-cancelled", c.cancelled + c.waiting, "cancelled"),
    ];
    slices.retain(|slice| slice.n > 0);
    let share = w.percent(c.delivered, c.accepted);
    html! {
        section class="card" aria-label=(w.t("report-in-short")) {
            div class="tiles" {
                div class="tile" { span class="v" { (w.n(c.accepted)) } span class="k" { (w.t("report-sent-to")) } span class="d" { (w.attr("report-left-out", args!(n: c.left_out(), all: c.audience))) } }
                div class="tile" { span class="v" { (share) } span class="k" { (w.t("report-delivered")) } span class="d" { (w.attr("report-no-report", args!(share: w.percent(c.submitted, c.accepted)))) } }
                div class="tile" { span class="v" { (w.n(c.replies)) } span class="k" { (w.attr("report-replied", args!(share: w.percent(c.replies, c.accepted)))) } }
                div class="tile" { span class="v" { (w.n(c.opt_outs)) } span class="k" { (w.attr("report-left", args!(share: w.percent(c.opt_outs, c.accepted)))) } }
            }
        }
        section class="card" {
            figure class="chart" {
                figcaption { b { (w.attr("report-chart", args!(share: share))) } }
                (stacked(&slices, "lg"))
                (legend(w, &slices, false))
            }
        }
        (held(w, v))
        div class="grid" {
            div class="c6 stack s4" { (reasons(w, v)) (left_out(w, v)) }
            div class="c6 stack s4" { (replies(w, v)) }
        }
    }
}

fn left_out(w: &Words, v: &CampaignView) -> Markup {
    let n = v.counts.left_out();
    let longest = v.counts.skipped.iter().map(|(_, n)| *n).max().unwrap_or(0);
    let lines: Vec<Bar> = v
        .counts
        .skipped
        .iter()
        .map(|(code, n)| Bar { word: reason_short(w, *code), n: *n, tone: Tone::Suppressed, href: None })
        .collect();
    html! {
        section class="card" {
            header { h2 { @if n > 0 { (w.f("report-out", args!(n: n))) } @else { (w.t("report-out-none")) } } }
            (bars(w, &lines, longest))
        }
    }
}

/// The page that asks before a stop: what left, what will not.
pub fn stop(w: &Words, shell: &Shell, v: &CampaignView) -> Markup {
    let c = &v.counts;
    let rest = c.people() - c.handed();
    let main = html! {
        div class="head" {
            div {
                div class="crumb" { a href={ "/campaigns/" (v.id) } { (user_text(&v.name)) } }
                h1 { (w.f("live-stop-heading", args!(name: v.name.as_str()))) }
                p { (w.f("live-stop-note", args!(left: c.handed(), rest: rest))) }
            }
        }
        form class="row wrap" method="post" action={ "/campaigns/" (v.id) "/stop" } {
            (csrf(&shell.csrf))
            a class="btn lg" href={ "/campaigns/" (v.id) } { (w.t("back")) }
            button class="btn danger lg" { (icon("stop")) (w.rich("live-stop-yes", args!(), &[("rest", number(&w.n(rest)))])) }
        }
    };
    page(w, shell, &Page::new(&w.t("live-stop"), Place::Campaigns), &main)
}
