//! Settings → Law: the packs in force and who reviewed them, what this workspace wishes of them, what waits for a person.

use engine::campaign::guard;
use engine::hold::HoldView;
use engine::law::{Fault, PackView, WishView, registry};
use maud::{Markup, html};

use super::head;
use crate::args;
use crate::shell::{Page, Place, Shell, page};
use crate::ui::blocks::{banner, empty};
use crate::ui::form::{Choice, Field, Input, csrf, described, field, input, select};
use crate::ui::state::{Tone, pill};
use crate::ui::table::{table, th};
use crate::ui::{code, icon, number, user_text};
use crate::words::Words;

/// Rules that a workspace may set, in the order of the page.
pub const RULES: &[&str] = &[
    "window.marketing",
    "frequency.marketing",
    "content.ad_label",
    "content.sender_name",
    "content.refusal_path",
    "content.unsubscribe_link",
    "window.sensitive_days",
    "volume.day",
    "practise",
];

/// The page.
#[derive(Debug, Clone, Default)]
pub struct LawView {
    /// The packs in force.
    pub packs: Vec<PackView>,
    /// Files that were not loaded.
    pub faults: Vec<Fault>,
    /// What was wished, newest first.
    pub wishes: Vec<WishView>,
    /// What waits for a person, each with its public id.
    pub holds: Vec<(String, HoldView)>,
    /// Campaigns of unusual size that wait, each with its public id.
    pub large: Vec<(String, guard::View)>,
    /// Public lists that packs name.
    pub lists: Vec<registry::View>,
    /// Whether this person may change it.
    pub may_change: bool,
    /// What was typed into the form, and what is wrong with it: the input and why.
    pub fault: Option<(String, String)>,
    /// What was typed: rule, value, reason, day.
    pub typed: [String; 4],
    /// What became of a public list that was brought.
    pub brought: Brought,
}

/// A public list as it was brought, and what was said to it.
#[derive(Debug, Clone, Default)]
pub struct Brought {
    /// Which list, where it is from, of which day.
    pub typed: [String; 3],
    /// What was taken in, where something in it was not understood.
    pub report: Option<registry::Report>,
    /// Why it was not taken in: the input and the reason.
    pub fault: Option<(String, String)>,
}

/// The page.
pub fn view(w: &Words, shell: &Shell, v: &LawView) -> Markup {
    let main = html! {
        (head(
            &html! { h1 { (w.t("law")) } },
            &html! { (w.t("law-under")) },
            &html! { a class="btn" href="/settings/law/templates" { (icon("template")) (w.t("tpl")) } },
        ))
        @if v.packs.iter().any(|p| p.own && !p.reviewed) {
            (banner(Tone::Attention, "attention", &html! { p { (w.t("law-unreviewed-says")) } }))
        }
        @for fault in &v.faults {
            (banner(Tone::Failed, "failed", &html! {
                div {
                    p { (w.rich("law-fault", args!(), &[("file", code(&fault.name))])) }
                    p class="small" { bdi dir="ltr" { (fault.problem) } }
                }
            }))
        }
        (large(w, shell, v))
        (holds(w, shell, v))
        (wishes(w, shell, v))
        (lists(w, shell, v))
        (packs(w, v))
    };
    page(w, shell, &Page::new(&w.t("law"), Place::Settings), &main)
}

fn holds(w: &Words, shell: &Shell, v: &LawView) -> Markup {
    let columns = html! { (th(&w.t("law-held-to"))) (th(&w.t("law-held-text"))) (th(&w.t("law-held-word"))) (th(&w.t("law-held-until"))) (th(&w.t("lists-do"))) };
    let rows = html! {
        @for (id, hold) in &v.holds {
            tr {
                th scope="row" { (number(&hold.to)) }
                td { (user_text(&hold.text)) div class="small muted" { (w.t(&format!("class-{}", hold.class))) " · " bdi dir="ltr" { (hold.rule) } } }
                td { (user_text(&hold.word)) }
                td class="small" { (w.day_time(hold.until)) }
                td {
                    @if v.may_change {
                        form class="act row wrap" method="post" action={ "/settings/law/held/" (id) } {
                            (csrf(&shell.csrf))
                            button class="btn sm" name="what" value="release" { (icon("send")) (w.t("law-release")) }
                            button class="btn sm" name="what" value="drop" { (icon("trash")) (w.t("law-drop")) }
                        }
                    }
                }
            }
        }
    };
    html! {
        @if !v.holds.is_empty() {
            section class="card flush" id="held" {
                header class="cardhead" { h2 { (w.t("law-held")) } span class="muted small" { (w.t("law-held-says")) } }
                (table(&w.t("law-held"), &columns, &rows))
            }
        }
    }
}

fn large(w: &Words, shell: &Shell, v: &LawView) -> Markup {
    let says = |view: &guard::View| match view.deciders.is_empty() {
        true => w.t("law-large-nobody"),
        false => w.f("law-large-by", args!(names: view.deciders.join(", "))),
    };
    html! {
        @if !v.large.is_empty() {
            section class="card flush" id="large" {
                header class="cardhead" { h2 { (w.t("law-large")) } span class="muted small" { (w.t("law-large-says")) } }
                ul class="list inset" {
                    @for (id, view) in &v.large {
                        @let far = if view.rule == "volume.sender" { "law-large-sender" } else { "law-large-workspace" };
                        li class="row wrap" {
                            div class="grow" {
                                a href={ "/campaigns/" (id) } { (user_text(&view.name)) }
                                div class="small muted" { (w.f("law-large-people", args!(people: w.n(view.people), usual: w.n(view.usual)))) " · " (w.t(far)) }
                                div class="small" { (says(view)) }
                            }
                            @if view.may_decide {
                                form class="act" method="post" action={ "/settings/law/large/" (id) } {
                                    (csrf(&shell.csrf))
                                    button class="btn sm" { (icon("send")) (w.t("law-release")) }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn lists(w: &Words, shell: &Shell, v: &LawView) -> Markup {
    let columns = html! { (th(&w.t("law-list"))) (th(&w.t("law-list-level"))) (th(&w.t("law-list-state"))) (th(&w.t("law-list-numbers"))) (th(&w.t("law-list-of"))) (th(&w.t("law-list-source"))) };
    let state = |view: &registry::View| match view.state {
        "fresh" => pill(Tone::Delivered, "delivered", &w.t("law-list-fresh")),
        "stale" => pill(Tone::Attention, "attention", &w.t("law-list-stale")),
        _ => pill(Tone::Neutral, "stop", &w.t("law-list-missing")),
    };
    let rows = html! {
        @for view in &v.lists {
            tr {
                th scope="row" { bdi dir="ltr" { (view.registry) } div class="small muted" { bdi dir="ltr" { (view.pack) } } }
                td { (w.t(&format!("law-level-{}", view.level.name()))) }
                td { (state(view)) }
                td { @if let Some(taken) = &view.taken { (w.n(taken.entries)) } @else { "–" } }
                td class="small" { @if let Some(taken) = &view.taken { (w.day_time(taken.as_of)) } @else { "–" } }
                td class="small" { @if let Some(taken) = &view.taken { (user_text(&taken.source)) } @else { "–" } }
            }
        }
    };
    html! {
        @if !v.lists.is_empty() {
            section class="card flush" id="lists" {
                header class="cardhead" { h2 { (w.t("law-lists")) } span class="muted small" { (w.t("law-lists-says")) } }
                (table(&w.t("law-lists"), &columns, &rows))
                @if let Some(report) = &v.brought.report { (problems(w, report)) }
                @if v.may_change { (list_form(w, shell, v)) }
            }
        }
    }
}

/// Lines of a list that were not understood: the first of them, without a digit of anybody.
fn problems(w: &Words, report: &registry::Report) -> Markup {
    html! {
        div class="banner attention" role="status" {
            (icon("attention"))
            div class="stack" {
                p { (w.f("law-list-taken", args!(id: report.taken.registry.clone(), n: report.taken.entries))) " " (w.f("law-list-problems", args!(n: report.taken.skipped))) }
                ul class="stack tight" {
                    @for (line, what) in &report.problems { li { b { (w.f("law-list-line", args!(n: *line))) } ": " (code(what)) } }
                }
            }
        }
    }
}

fn list_form(w: &Words, shell: &Shell, v: &LawView) -> Markup {
    let lists: Vec<Choice> =
        v.lists.iter().map(|list| Choice::new(list.registry.clone(), list.registry.clone())).collect();
    let error =
        |at: &str| v.brought.fault.as_ref().filter(|(param, _)| param == at).map(|(_, why)| why.as_str());
    let [registry, source, day] = &v.brought.typed;
    let labels = ["law-list", "law-list-source", "law-list-day", "law-list-file"].map(|key| w.t(key));
    let help = w.t("law-list-file-help");
    let general = v
        .brought
        .fault
        .as_ref()
        .filter(|(p, _)| !["registry", "source", "as_of", "file"].contains(&p.as_str()));
    let file = Field { id: "l-f", label: &labels[3], help: Some(&help), error: error("file") };
    let control = html! {
        input id="l-f" class="input" type="file" name="file" accept=".csv,.txt,text/csv,text/plain" required aria-describedby=[described(&file)];
    };
    html! {
        form class="row wrap end foot" method="post" action="/settings/law/list" enctype="multipart/form-data" {
            (csrf(&shell.csrf))
            (select(&Field { id: "l-r", label: &labels[0], error: error("registry"), ..Field::default() }, "registry", &lists, registry))
            (input(&Field { id: "l-s", label: &labels[1], error: error("source"), ..Field::default() }, &Input { name: "source", value: source, required: true, autocomplete: "off", ..Input::default() }))
            (input(&Field { id: "l-d", label: &labels[2], error: error("as_of"), ..Field::default() }, &Input { kind: "date", name: "as_of", value: day, required: true, ltr: true, autocomplete: "off", ..Input::default() }))
            (field(&file, &control))
            button class="btn" { (icon("upload")) (w.t("law-list-bring")) }
            @if let Some((_, why)) = general { p role="alert" class="st st-failed wraps" { (icon("failed")) (why) } }
        }
    }
}

fn rule_word(w: &Words, rule: &str) -> String {
    if let Some(id) = rule.strip_prefix("registry.") {
        return w.f("law-rule-registry", args!(id: id.to_owned()));
    }
    w.t(&format!("law-rule-{}", rule.replace(['.', '_'], "-")))
}

fn wishes(w: &Words, shell: &Shell, v: &LawView) -> Markup {
    let columns = html! { (th(&w.t("law-rule"))) (th(&w.t("law-value"))) (th(&w.t("law-reason"))) (th(&w.t("law-until"))) (th(&w.t("col-status"))) (th(&w.t("lists-do"))) };
    let rows = html! {
        @for wish in &v.wishes {
            tr {
                th scope="row" { (rule_word(w, &wish.rule)) }
                td { bdi dir="ltr" { (wish.value) } }
                td { @if wish.reason.is_empty() { "–" } @else { (user_text(&wish.reason)) } }
                td class="small" { @if wish.until == 0 { (w.t("law-no-end")) } @else { (w.day_time(wish.until)) } }
                td { @if wish.holds { (pill(Tone::Delivered, "delivered", &w.t("law-holds"))) } @else { (pill(Tone::Neutral, "stop", &w.t("law-over"))) } }
                td {
                    @if wish.holds && v.may_change {
                        form class="act" method="post" action="/settings/law/end" {
                            (csrf(&shell.csrf)) input type="hidden" name="rule" value=(wish.rule);
                            button class="btn sm" { (icon("undo")) (w.t("law-end")) }
                        }
                    }
                }
            }
        }
    };
    html! {
        section class="card flush" id="own" {
            header class="cardhead" { h2 { (w.t("law-own")) } span class="muted small" { (w.t("law-own-says")) } }
            @if v.wishes.is_empty() { p class="muted pad" { (w.t("law-own-none")) } } @else { (table(&w.t("law-own"), &columns, &rows)) }
            @if v.may_change { (wish_form(w, shell, v)) }
        }
    }
}

fn wish_form(w: &Words, shell: &Shell, v: &LawView) -> Markup {
    let rules: Vec<Choice> = RULES.iter().map(|rule| Choice::new(*rule, rule_word(w, rule))).collect();
    let error = |at: &str| v.fault.as_ref().filter(|(param, _)| param == at).map(|(_, why)| why.as_str());
    let [rule, value, reason, until] = &v.typed;
    let labels = ["law-value", "law-reason", "law-until"].map(|key| w.t(key));
    let help = w.t("law-value-help");
    let general = v.fault.as_ref().filter(|(p, _)| !["value", "reason", "until"].contains(&p.as_str()));
    html! {
        form class="row wrap end foot" method="post" action="/settings/law" {
            (csrf(&shell.csrf))
            (select(&Field { id: "w-r", label: &w.t("law-rule"), ..Field::default() }, "rule", &rules, rule))
            (input(&Field { id: "w-v", label: &labels[0], help: Some(&help), error: error("value") }, &Input { name: "value", value, required: true, ltr: true, autocomplete: "off", ..Input::default() }))
            (input(&Field { id: "w-w", label: &labels[1], error: error("reason"), ..Field::default() }, &Input { name: "reason", value: reason, autocomplete: "off", ..Input::default() }))
            (input(&Field { id: "w-u", label: &labels[2], error: error("until"), ..Field::default() }, &Input { kind: "date", name: "until", value: until, ltr: true, autocomplete: "off", ..Input::default() }))
            button class="btn" { (icon("check")) (w.t("law-set")) }
            @if let Some((_, why)) = general { p role="alert" class="st st-failed wraps" { (icon("failed")) (why) } }
        }
    }
}

fn packs(w: &Words, v: &LawView) -> Markup {
    html! {
        section class="card flush" id="packs" {
            header class="cardhead" { h2 { (w.t("law-packs")) } span class="muted small" { (w.t("law-packs-says")) } }
            @if v.packs.is_empty() { (empty("shield", &w.t("law-none"), &w.t("law-none-says"), &html! {})) }
            ul class="list inset" {
                @for pack in &v.packs { li { (one_pack(w, pack)) } }
            }
        }
    }
}

fn one_pack(w: &Words, pack: &PackView) -> Markup {
    html! {
        details class="grow" {
            summary class="row wrap" {
                (icon("shield")) span class="grow" { bdi dir="ltr" { b { (pack.id) } " " (pack.title) } }
                @if pack.own { (pill(Tone::Waiting, "check", &w.t("law-yours"))) }
                @if pack.reviewed { (pill(Tone::Delivered, "delivered", &w.t("law-reviewed"))) } @else { (pill(Tone::Attention, "attention", &w.t("law-unreviewed"))) }
            }
            dl class="kv" {
                dt { (w.t("law-version")) } dd { bdi dir="ltr" { (pack.version) } }
                dt { (w.t("law-digest")) } dd class="small" { (code(pack.sha256.get(..16).unwrap_or_default())) }
                dt { (w.t("law-origin")) } dd { @if pack.origin == "builtin" { (w.t("law-builtin")) } @else { (code(&pack.origin)) } }
                dt { (w.t("law-for")) } dd { bdi dir="ltr" { (pack.applies_to.join(" ")) } }
                dt { (w.t("law-due")) } dd { bdi dir="ltr" { (pack.review_due) } }
                dt { (w.t("law-cases")) } dd { (pack.cases) }
                @for review in &pack.reviews {
                    dt { (w.t("law-reviewed")) } dd { (user_text(&review.name)) ", " (user_text(&review.role)) ", " (w.day_time(review.at)) @if !review.note.is_empty() { ": " (user_text(&review.note)) } }
                }
            }
            h3 { (w.t("law-sources")) }
            ul class="small" {
                @for source in &pack.sources { li { bdi dir="ltr" { (source.cite) } " – " (w.t(&format!("law-sure-{}", source.confidence))) } }
            }
        }
    }
}
