//! Home: the first steps, what runs, today, what needs somebody, the connections, the last campaigns.

use maud::{Markup, PreEscaped, html};
use sms::live::LinkState;

use super::head;
use crate::args;
use crate::shell::{Page, Place, Shell, page};
use crate::ui::blocks::empty;
use crate::ui::charts::{Beat, Slice, heartbeat, hours, legend, stacked};
use crate::ui::form::act;
use crate::ui::state::{Tone, campaign, link, pill};
use crate::ui::table::{table, th, th_num};
use crate::ui::{icon, icon_flip, user_text};
use crate::words::Words;

/// How far the first steps are; `None` in the view once all are done.
#[derive(Debug, Clone, Copy, Default)]
pub struct Steps {
    /// A test message was sent.
    pub tested: bool,
    /// Somebody was answered.
    pub answered: bool,
    /// A campaign was sent.
    pub campaigned: bool,
    /// The workspace is live.
    pub live: bool,
}

/// The campaign that runs now.
#[derive(Debug, Clone)]
pub struct RunningView {
    /// Public id.
    pub id: String,
    /// Name.
    pub name: String,
    /// State by its name in JSON.
    pub state: String,
    /// When it will be through.
    pub ends: Option<i64>,
    /// Parts a second, in tenths.
    pub rate_tenths: i64,
    /// Delivered so far.
    pub delivered: i64,
    /// Handed over, no report yet.
    pub waiting: i64,
    /// Failed for good, and unconfirmed.
    pub failed: i64,
    /// Unconfirmed.
    pub unknown: i64,
    /// Kept back after acceptance.
    pub suppressed: i64,
    /// Not yet sent.
    pub rest: i64,
}

/// Today in figures.
#[derive(Debug, Clone, Default)]
pub struct Today {
    /// Messages handed over.
    pub sent: i64,
    /// Of them delivered.
    pub delivered: i64,
    /// Of them without a report.
    pub no_report: i64,
    /// Messages that came in.
    pub replies: i64,
    /// People who left.
    pub left: i64,
    /// Messages by hour.
    pub by_hour: [i64; 24],
}

/// Something a person should look at.
#[derive(Debug, Clone)]
pub enum Need {
    /// Threads nobody answered: how many, since when the oldest waits, who it is.
    Threads { n: i64, oldest: i64, who: String },
    /// Messages whose outcome nobody knows.
    Unconfirmed { n: i64 },
    /// Alarms nobody has said to know of.
    Alarms { n: i64 },
    /// A connection that is down.
    ConnectionDown { id: String, name: String },
    /// Messages that came to a number no workspace has.
    Unassigned { n: i64 },
}

/// One connection in short.
#[derive(Debug, Clone)]
pub struct ConnectionLine {
    /// Public id.
    pub id: String,
    /// Name.
    pub name: String,
    /// State.
    pub state: LinkState,
    /// What its last error leads to: the end of a key in the catalogue.
    pub hint: Option<&'static str>,
    /// A line under it, already in words.
    pub says: String,
    /// The last forty minutes.
    pub beats: Vec<Beat>,
}

/// One of the last campaigns.
#[derive(Debug, Clone)]
pub struct CampaignLine {
    /// Public id.
    pub id: String,
    /// Name.
    pub name: String,
    /// State by its name in JSON.
    pub state: String,
    /// When it began.
    pub at: i64,
    /// People.
    pub people: i64,
    /// Delivered.
    pub delivered: i64,
    /// Replies.
    pub replies: i64,
    /// Left.
    pub left: i64,
}

/// The home page.
#[derive(Debug, Clone, Default)]
pub struct HomeView {
    /// The first steps, until all are done.
    pub steps: Option<Steps>,
    /// What runs now.
    pub running: Option<RunningView>,
    /// Today.
    pub today: Today,
    /// What needs somebody.
    pub needs: Vec<Need>,
    /// The connections.
    pub connections: Vec<ConnectionLine>,
    /// The last campaigns, five at most.
    pub campaigns: Vec<CampaignLine>,
}

/// The page.
pub fn view(w: &Words, shell: &Shell, v: &HomeView) -> Markup {
    page(w, shell, &Page::new(&w.t("nav-home"), Place::Home), &living(w, shell, v))
}

/// The page without its frame, renewed by the live stream.
pub fn living(w: &Words, shell: &Shell, v: &HomeView) -> Markup {
    html! {
        div id="home" class="page-in" data-live="home" hx-get="/?part=home" hx-trigger="ring" hx-swap="outerMorph" { (part(w, shell, v)) }
    }
}

fn part(w: &Words, shell: &Shell, v: &HomeView) -> Markup {
    let heading = if v.today.sent > 0 {
        let share = w.percent(v.today.delivered, v.today.sent);
        html! { h1 { (w.f("home-heading", args!(sent: v.today.sent, share: share))) } }
    } else {
        html! { h1 { (w.t("home-heading-empty")) } }
    };
    let under = html! { (w.attr("home-now", args!(day: w.long_day(w.now), time: w.time(w.now), zone: w.zone_name()))) };
    let action = html! { a class="btn primary" href="/campaigns/new" { (icon_flip("send")) (w.t("home-new-campaign")) } };
    html! {
        (head(&heading, &under, &action))
        @if let Some(steps) = &v.steps { (first_steps(w, steps)) }
        @if let Some(running) = &v.running { (running_card(w, shell, running)) }
        div class="trio" { (today(w, &v.today)) (needs(w, &v.needs)) (connections(w, &v.connections)) }
        (last(w, &v.campaigns))
    }
}

fn first_steps(w: &Words, steps: &Steps) -> Markup {
    let all = [
        (steps.tested, "home-step-test", "/delivery/simulator", 1),
        (steps.answered, "home-step-answer", "/inbox", 1),
        (steps.campaigned, "home-step-campaign", "/campaigns/new", 2),
        (steps.live, "home-step-live", "/settings#live", 3),
    ];
    let now = all.iter().position(|(done, ..)| !done);
    html! {
        section class="steps" aria-label=(w.t("home-steps")) {
            div { b { (w.t("home-steps")) } }
            @for (i, (done, word, href, minutes)) in all.iter().enumerate() {
                @if *done {
                    a class="done" href=(href) { (icon("delivered")) span { (w.t(word)) span class="vh" { ", " (w.t("done")) } } }
                } @else {
                    a class=[(now == Some(i)).then_some("now")] href=(href) aria-current=[(now == Some(i)).then_some("step")] {
                        span class="no" { (i + 1) } span { (w.t(word)) }
                        small class="muted push nowrap" { (w.attr("age-minutes", args!(n: *minutes))) }
                    }
                }
            }
        }
    }
}

/// The slices of a campaign under way, shared with its own page.
pub fn running_slices(w: &Words, v: &RunningView) -> Vec<Slice> {
    let slice = |tone, icon, key: &str, n, status: &str| Slice {
        tone,
        icon,
        word: w.t(key),
        n,
        href: Some(format!("/messages?campaign={}&status={status}", v.id)),
    };
    let mut slices = vec![
        slice(Tone::Delivered, "delivered", "slice-delivered", v.delivered, "delivered"),
        slice(Tone::Waiting, "waiting", "slice-waiting", v.waiting, "submitted"),
        slice(Tone::Attention, "unknown", "slice-unknown", v.unknown, "unknown"),
        slice(Tone::Failed, "failed", "slice-failed", v.failed, "failed"),
        slice(Tone::Suppressed, "suppressed", "slice-suppressed", v.suppressed, "suppressed"),
        slice(Tone::Neutral, "draft", "slice-rest", v.rest, "waiting"),
    ];
    slices.retain(|slice| slice.n > 0 || slice.tone == Tone::Delivered);
    slices
}

fn running_card(w: &Words, shell: &Shell, v: &RunningView) -> Markup {
    let slices = running_slices(w, v);
    html! {
        section class="card" aria-labelledby="run" {
            header {
                h2 id="run" class="big" { a class="plainlink" href={ "/campaigns/" (v.id) } { (user_text(&v.name)) } }
                (campaign(w, &v.state))
                @if let Some(ends) = v.ends {
                    span class="muted push runnote" {
                        (w.rich("home-ends", args!(rate: w.tenths(v.rate_tenths)), &[("time", html! { b class="n" { (w.time(ends)) } })]))
                    }
                } @else { span class="push" {} }
                @if v.state == "paused" {
                    (act(&shell.csrf, &format!("/campaigns/{}/resume", v.id), "sm", "play", &w.t("campaign-resume")))
                } @else {
                    (act(&shell.csrf, &format!("/campaigns/{}/pause", v.id), "sm", "pause", &w.t("campaign-pause")))
                }
            }
            (stacked(&slices, ""))
            (legend(w, &slices, false))
        }
    }
}

fn today(w: &Words, v: &Today) -> Markup {
    html! {
        section class="card" aria-labelledby="td" {
            header { h2 id="td" { (w.t("home-today")) } a class="push small" href="/messages?day=today" { (w.t("home-all-today")) } }
            div class="tiles two" {
                a class="tile" href="/messages?day=today" { span class="v xl" { (w.n(v.sent)) } span class="k" { (w.t("home-sent")) } }
                a class="tile" href="/messages?day=today&status=delivered" {
                    span class="v xl" { (w.percent(v.delivered, v.sent)) }
                    span class="k" { (w.f("home-delivered", args!(share: w.percent(v.no_report, v.sent)))) }
                }
            }
            (hours(&w.attr("home-hours", args!(time: w.time(w.now))), &v.by_hour))
            div class="row wrap gap" {
                a class="plainlink" href="/inbox" {
                    (w.rich("home-replies", args!(count: v.replies), &[("n", html! { b class="n" { (w.n(v.replies)) } })]))
                }
                a class="plainlink" href="/contacts?may=left" {
                    (w.rich("home-left", args!(count: v.left), &[("n", html! { b class="n" { (w.n(v.left)) } })]))
                }
            }
        }
    }
}

fn needs(w: &Words, needs: &[Need]) -> Markup {
    let line = |name: &str, says: String, small: Markup, href: String| {
        html! {
            li {
                (icon(name))
                div class="grow" { div { (says) } @if !small.0.is_empty() { div class="small muted" { (small) } } }
                a class="btn sm" href=(href) { (w.t("open")) span class="vh" { ": " (says) } }
            }
        }
    };
    html! {
        section class="card" aria-labelledby="ny" {
            header { h2 id="ny" { (w.t("home-needs")) } }
            @if needs.is_empty() {
                p { (pill(Tone::Delivered, "delivered", &w.t("home-needs-nothing"))) }
            } @else {
                ul class="list" {
                    @for need in needs {
                        @match need {
                            Need::Threads { n, oldest, who } => (line("inbox", w.f("home-need-threads", args!(n: *n)),
                                html! { (w.rich("home-need-oldest", args!(age: w.since(*oldest)), &[("who", user_text(who))])) }, "/inbox".into())),
                            Need::Unconfirmed { n } => (line("unknown", w.f("home-need-unknown", args!(n: *n)),
                                html! { (w.t("home-need-unknown-says")) }, "/messages?status=unknown".into())),
                            Need::Alarms { n } => (line("bell", w.f("nav-alarms-new", args!(n: *n)),
                                html! { (w.t("home-need-alarms-says")) }, Place::Alarms.path().into())),
                            Need::ConnectionDown { id, name } => (line("attention", w.f("home-need-down", args!(name: name.as_str())),
                                PreEscaped(String::new()), format!("/delivery/connections/{id}"))),
                            Need::Unassigned { n } => (line("phone", w.f("home-need-unassigned", args!(n: *n)),
                                html! { (w.t("home-need-unassigned-says")) }, "/delivery/numbers".into())),
                        }
                    }
                }
            }
        }
    }
}

fn connections(w: &Words, connections: &[ConnectionLine]) -> Markup {
    html! {
        section class="card" aria-labelledby="cn" {
            header { h2 id="cn" { (w.t("nav-connections")) } a class="push small" href="/delivery/connections" { (w.t("home-connections-all")) } }
            @if connections.is_empty() {
                p class="muted" { (w.t("home-connections-none")) }
            } @else {
                ul class="list" {
                    @for connection in connections {
                        li {
                            div class="grow" {
                                div class="row" {
                                    b { a class="plainlink" href={ "/delivery/connections/" (connection.id) } { bdi { (connection.name) } } }
                                    span class="push" { (link(w, connection.state, connection.hint)) }
                                }
                                div class="row small muted" { (connection.says) }
                                (heartbeat(&w.t("home-beat"), &connection.beats))
                            }
                        }
                    }
                }
            }
        }
    }
}

fn last(w: &Words, campaigns: &[CampaignLine]) -> Markup {
    let columns = html! {
        (th(&w.t("col-campaign"))) (th(&w.t("col-when"))) (th_num(&w.t("col-people"))) (th_num(&w.t("col-delivered")))
        (th_num(&w.t("col-replies"))) (th_num(&w.t("col-left")))
    };
    let rows = html! { @for line in campaigns { (campaign_row(w, line)) } };
    html! {
        section class="card flush" {
            header class="cardhead" { h2 { (w.t("home-last")) } a class="push small" href="/campaigns" { (w.t("home-all-campaigns")) } }
            @if campaigns.is_empty() {
                (empty("campaign", &w.t("campaigns-empty"), &w.t("campaigns-empty-says"),
                    &html! { a class="btn primary" href="/campaigns/new" { (w.t("home-new-campaign")) } }))
            } @else { (table(&w.t("home-last"), &columns, &rows)) }
        }
    }
}

/// A campaign as a row, shared with the list of all.
pub fn campaign_row(w: &Words, line: &CampaignLine) -> Markup {
    let through = matches!(line.state.as_str(), "completed" | "completed_with_failures" | "stopped");
    let href = if line.state == "draft" {
        format!("/campaigns/{}/edit", line.id)
    } else {
        format!("/campaigns/{}", line.id)
    };
    html! {
        tr {
            th scope="row" { a href=(href) { (user_text(&line.name)) } }
            td class="nowrap muted" { (w.when(line.at)) }
            td class="num" { (w.n(line.people)) }
            td class="num" { @if through { (w.percent(line.delivered, line.people)) } @else { (campaign(w, &line.state)) } }
            td class="num" { (w.n(line.replies)) }
            td class="num" { (w.n(line.left)) }
        }
    }
}
