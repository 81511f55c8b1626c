//! Numbers we receive on and senders we show: two short lists.

use engine::lease::Tried;
use maud::{Markup, html};

use super::head;
use crate::args;
use crate::shell::{Page, Place, Shell, page};
use crate::ui::form::{Choice, Field, Input, csrf, input, select};
use crate::ui::state::{Tone, pill};
use crate::ui::table::{table, th};
use crate::ui::{icon, number, user_text};
use crate::words::Words;

/// A number we receive on.
#[derive(Debug, Clone)]
pub struct NumberLine {
    /// Public id.
    pub id: String,
    /// The number.
    pub number: String,
    /// `long`, `short` or `shared`.
    pub kind: String,
    /// The connector it comes by; empty for any.
    pub connector: String,
}

/// A name we show.
#[derive(Debug, Clone, Default)]
pub struct SenderLine {
    /// Public id.
    pub id: String,
    /// The name.
    pub name: String,
    /// The country it is for; empty for every.
    pub country: String,
    /// `submitted`, `approved`, `rejected`, `expired`.
    pub status: &'static str,
    /// Whether this person may decide about it.
    pub may_decide: bool,
    /// Whether it looks like a name another business shows.
    pub alike: bool,
    /// Until when it is approved; 0 has no end.
    pub until: i64,
    /// Its number in a public register.
    pub reference: String,
    /// What was decided, newest first: what it became, who, why, when.
    pub decisions: Vec<(String, String, String, i64)>,
    /// Papers: the address and the name of each.
    pub papers: Vec<(String, String)>,
}

/// What is said of a name before it is asked for.
#[derive(Debug, Clone)]
pub struct NameSaid {
    /// The name.
    pub name: String,
    /// Sentences on what is wrong with it.
    pub wrong: Vec<String>,
    /// Whether it looks like a name another business shows.
    pub alike: bool,
    /// Characters it has, and the most there may be.
    pub length: (usize, usize),
    /// Whether people could not leave what is advertised under it.
    pub no_way_out: bool,
}

/// A word on a shared code.
#[derive(Debug, Clone)]
pub struct LeaseLine {
    /// Public id.
    pub id: String,
    /// The code.
    pub code: String,
    /// The word.
    pub word: String,
    /// Whose it is, where that may be seen.
    pub whose: Option<String>,
    /// From when on.
    pub from: i64,
    /// Until before when; none has no end.
    pub until: Option<i64>,
    /// `running`, `coming` or `over`.
    pub state: &'static str,
    /// Whether this person may end it.
    pub may_end: bool,
}

/// The page.
#[derive(Debug, Clone, Default)]
pub struct NumbersView {
    /// Numbers.
    pub numbers: Vec<NumberLine>,
    /// Senders.
    pub senders: Vec<SenderLine>,
    /// Words on shared codes.
    pub leases: Vec<LeaseLine>,
    /// What was tried on a shared code: the code, the text, and where it would go.
    pub tried: Option<(String, String, Option<Tried>)>,
    /// Connectors to choose from, id and name.
    pub connectors: Vec<Choice>,
    /// Messages that came to numbers nobody owns.
    pub unassigned: Vec<(String, i64)>,
    /// A name that was looked at.
    pub said: Option<NameSaid>,
    /// The form at fault (`number`, `sender`) and why.
    pub fault: Option<(String, String)>,
}

/// The page.
pub fn view(w: &Words, shell: &Shell, v: &NumbersView) -> Markup {
    let main = html! {
        (head(&html! { h1 { (w.t("nav-numbers")) } }, &html! { (w.t("numbers-under")) }, &html! {}))
        (numbers(w, shell, v))
        (words(w, shell, v))
        (senders(w, shell, v))
    };
    page(w, shell, &Page::new(&w.t("nav-numbers"), Place::Numbers), &main)
}

fn error<'a>(v: &'a NumbersView, form: &str) -> Option<&'a str> {
    v.fault.as_ref().filter(|(at, _)| at == form).map(|(_, why)| why.as_str())
}

fn numbers(w: &Words, shell: &Shell, v: &NumbersView) -> Markup {
    let columns = html! { (th(&w.t("contacts-number"))) (th(&w.t("numbers-kind"))) (th(&w.t("message-connection"))) (th(&w.t("lists-do"))) };
    let rows = html! {
        @for line in &v.numbers {
            tr {
                th scope="row" { (number(&line.number)) }
                td { (w.t(&format!("number-{}", line.kind))) }
                td { @if line.connector.is_empty() { (w.t("numbers-any")) } @else { bdi { (line.connector) } } }
                (remove(w, shell, "numbers", &line.id))
            }
        }
    };
    let kinds = ["long", "short", "shared"].map(|kind| Choice::new(kind, w.t(&format!("number-{kind}"))));
    let mut connectors = vec![Choice::new("", w.t("numbers-any"))];
    connectors.extend(v.connectors.iter().cloned());
    let field = Field { id: "n-n", label: &w.t("contacts-number"), help: None, error: error(v, "number") };
    html! {
        section class="card flush" {
            header class="cardhead" { h2 { (w.t("numbers-receive")) } }
            @if v.numbers.is_empty() { p class="muted pad" { (w.t("numbers-none")) } } @else { (table(&w.t("numbers-receive"), &columns, &rows)) }
            @if !v.unassigned.is_empty() {
                ul class="list inset" {
                    @for (to, n) in &v.unassigned { li { (icon("attention")) span class="grow" { (w.rich("numbers-unassigned", args!(n: *n), &[("number", number(to))])) } } }
                }
            }
            form class="row wrap end foot" method="post" action="/delivery/numbers" {
                (csrf(&shell.csrf)) input type="hidden" name="what" value="number";
                (input(&field, &Input { kind: "tel", name: "number", required: true, ltr: true, autocomplete: "off", ..Input::default() }))
                (select(&Field { id: "n-k", label: &w.t("numbers-kind"), ..Field::default() }, "kind", &kinds, "long"))
                (select(&Field { id: "n-c", label: &w.t("message-connection"), ..Field::default() }, "connector", &connectors, ""))
                button class="btn" { (icon("plus")) (w.t("numbers-add")) }
            }
        }
    }
}

fn lease_state(w: &Words, line: &LeaseLine) -> Markup {
    let (tone, icon_name) = match line.state {
        "running" => (Tone::Delivered, "delivered"),
        "coming" => (Tone::Waiting, "calendar"),
        _ => (Tone::Neutral, "stop"),
    };
    pill(tone, icon_name, &w.t(&format!("lease-{}", line.state)))
}

/// Words on shared codes, where there is such a code or such a word.
fn words(w: &Words, shell: &Shell, v: &NumbersView) -> Markup {
    let columns = html! { (th(&w.t("lease-word"))) (th(&w.t("number-shared"))) (th(&w.t("lease-whose"))) (th(&w.t("lease-time"))) (th(&w.t("col-status"))) (th(&w.t("lists-do"))) };
    let rows = html! {
        @for line in &v.leases {
            tr {
                th scope="row" { (user_text(&line.word)) }
                td { (number(&line.code)) }
                td { @match &line.whose { Some(name) => (user_text(name)), None => span class="muted" { (w.t("lease-other")) } } }
                td class="small" { (w.day_time(line.from)) @if let Some(until) = line.until { " – " (w.day_time(until)) } }
                td { (lease_state(w, line)) }
                td {
                    @if line.may_end && line.state != "over" {
                        form class="act" method="post" action={ "/delivery/leases/" (line.id) "/end" } {
                            (csrf(&shell.csrf)) button class="btn sm" aria-label=(w.attr("lease-end-named", args!(word: line.word.as_str()))) { (icon("stop")) (w.t("lease-end")) }
                        }
                    }
                }
            }
        }
    };
    let codes: Vec<Choice> = v
        .numbers
        .iter()
        .filter(|n| n.kind == "shared")
        .map(|n| Choice::new(n.number.clone(), n.number.clone()))
        .collect();
    html! {
        @if !codes.is_empty() || !v.leases.is_empty() {
            section class="card flush" id="words" {
                header class="cardhead" { h2 { (w.t("leases")) } span class="muted small" { (w.t("leases-says")) } }
                @if v.leases.is_empty() { p class="muted pad" { (w.t("leases-none")) } } @else { (table(&w.t("leases"), &columns, &rows)) }
                @if !codes.is_empty() { (lease_form(w, shell, v, &codes)) (try_form(w, v, &codes)) }
            }
        }
    }
}

fn lease_form(w: &Words, shell: &Shell, v: &NumbersView, codes: &[Choice]) -> Markup {
    let word = Field { id: "l-w", label: &w.t("lease-word"), help: None, error: error(v, "lease") };
    let plain = |id: &'static str, key: &str| (id, w.t(key));
    let (from, until, whose) =
        (plain("l-f", "lease-from"), plain("l-u", "lease-until"), plain("l-o", "lease-for"));
    let date = |(id, label): &(&str, String), name: &str| {
        input(
            &Field { id, label, ..Field::default() },
            &Input { kind: "date", name, ltr: true, autocomplete: "off", ..Input::default() },
        )
    };
    html! {
        form class="row wrap end foot" method="post" action="/delivery/leases" {
            (csrf(&shell.csrf))
            (select(&Field { id: "l-c", label: &w.t("number-shared"), ..Field::default() }, "code", codes, ""))
            (input(&word, &Input { name: "word", required: true, autocomplete: "off", ..Input::default() }))
            (input(&Field { id: whose.0, label: &whose.1, ..Field::default() }, &Input { name: "workspace", autocomplete: "off", ..Input::default() }))
            (date(&from, "from")) (date(&until, "until"))
            button class="btn" { (icon("plus")) (w.t("lease-add")) }
        }
    }
}

fn try_form(w: &Words, v: &NumbersView, codes: &[Choice]) -> Markup {
    let (code, text) = v.tried.as_ref().map_or(("", ""), |(code, text, _)| (code.as_str(), text.as_str()));
    html! {
        form class="row wrap end foot" method="get" action="/delivery/numbers#words" role="search" aria-label=(w.t("lease-try")) {
            (select(&Field { id: "y-c", label: &w.t("number-shared"), ..Field::default() }, "code", codes, code))
            (input(&Field { id: "y-t", label: &w.t("lease-try-text"), ..Field::default() }, &Input { name: "text", value: text, required: true, autocomplete: "off", ..Input::default() }))
            button class="btn" { (icon("search")) (w.t("lease-try")) }
            @if let Some((_, _, Some(told))) = &v.tried {
                p role="status" {
                    @match (&told.word, &told.workspace) {
                        (Some(word), Some(name)) => (w.rich("lease-tried", args!(), &[("word", user_text(word)), ("name", user_text(name))])),
                        (Some(word), None) => (w.rich("lease-tried-other", args!(), &[("word", user_text(word))])),
                        (None, _) => (w.t("lease-tried-none")),
                    }
                    @if told.verdict != "inbox" { " " (w.t(&format!("effect-{}", told.verdict))) }
                }
            }
        }
    }
}

fn sender_state(w: &Words, line: &SenderLine) -> Markup {
    let (tone, icon_name) = match line.status {
        "approved" => (Tone::Delivered, "delivered"),
        "submitted" => (Tone::Waiting, "waiting"),
        "expired" => (Tone::Attention, "clock"),
        _ => (Tone::Failed, "failed"),
    };
    pill(tone, icon_name, &w.t(&format!("sender-{}", line.status)))
}

fn senders(w: &Words, shell: &Shell, v: &NumbersView) -> Markup {
    let columns = html! { (th(&w.t("senders-name"))) (th(&w.t("country"))) (th(&w.t("col-status"))) (th(&w.t("senders-answers"))) (th(&w.t("lists-do"))) };
    let rows = html! {
        @for line in &v.senders {
            tr {
                th scope="row" { (number(&line.name)) @if !line.reference.is_empty() { div class="small muted" { (w.t("sender-reference")) ": " (user_text(&line.reference)) } } }
                td { @if line.country.is_empty() { (w.t("senders-every")) } @else { (user_text(&line.country)) } }
                td { (sender_state(w, line)) @if line.until > 0 { div class="small muted" { (w.t("sender-until")) " " (w.day_time(line.until)) } } }
                td class="muted" { @if line.name.chars().any(char::is_alphabetic) { (w.t("senders-no-answer")) } @else { (w.t("senders-answer")) } }
                (remove(w, shell, "senders", &line.id))
            }
            tr { td colspan="5" { (sender_story(w, shell, line)) } }
        }
    };
    let name = Field {
        id: "s-n",
        label: &w.t("senders-name"),
        help: Some(&w.t("senders-help")),
        error: error(v, "sender"),
    };
    let country = Field { id: "s-c", label: &w.t("senders-country"), ..Field::default() };
    let typed = v.said.as_ref().map_or("", |said| said.name.as_str());
    html! {
        section class="card flush" id="senders" {
            header class="cardhead" { h2 { (w.t("senders")) } span class="muted small" { (w.t("senders-says")) } }
            @if v.senders.is_empty() { p class="muted pad" { (w.t("senders-none")) } } @else { (table(&w.t("senders"), &columns, &rows)) }
            form class="row wrap end foot" method="post" action="/delivery/numbers" {
                (csrf(&shell.csrf)) input type="hidden" name="what" value="sender";
                (input(&name, &Input { name: "name", value: typed, required: true, ltr: true, autocomplete: "off", ..Input::default() }))
                (input(&country, &Input { name: "country", ltr: true, autocomplete: "off", placeholder: "IL", ..Input::default() }))
                button class="btn" { (icon("plus")) (w.t("senders-add")) }
                button class="btn" name="look" value="1" { (icon("eye")) (w.t("senders-look")) }
            }
            @if let Some(said) = &v.said { (name_said(w, said)) }
        }
    }
}

fn name_said(w: &Words, said: &NameSaid) -> Markup {
    let (length, longest) = (said.length.0 as i64, said.length.1 as i64);
    html! {
        div class="pad" role="status" {
            p { (w.rich("sender-length", args!(n: length, most: longest), &[("name", number(&said.name))])) }
            ul class="checks" {
                @for wrong in &said.wrong { li class="warn" { (icon("failed")) span class="grow" { (wrong) } } }
                @if said.alike { li class="warn" { (icon("attention")) span class="grow" { (w.t("sender-alike")) } } }
                @if said.no_way_out { li class="warn" { (icon("attention")) span class="grow" { (w.t("sender-no-way-out")) } } }
                @if said.wrong.is_empty() { li class="ok" { (icon("delivered")) span class="grow" { (w.t("sender-fine")) } } }
            }
        }
    }
}

/// What was decided about a sender and why, the papers, and the decision that is asked of this person.
fn sender_story(w: &Words, shell: &Shell, line: &SenderLine) -> Markup {
    let place = format!("/delivery/senders/{}", line.id);
    html! {
        details {
            summary { (w.t("sender-story")) @if line.papers.is_empty() && line.status == "submitted" { " · " (w.t("sender-no-papers")) } }
            @if line.alike { p class="st st-waiting wraps" { (icon("attention")) (w.t("sender-alike")) } }
            ul class="small" {
                @for (status, who, why, at) in &line.decisions {
                    li { (w.day_time(*at)) " · " (w.t(&format!("sender-{status}"))) " · " bdi dir="ltr" { (who) } @if !why.is_empty() { ": " (user_text(why)) } }
                }
                @for (href, name) in &line.papers { li { (icon("file")) a href=(href) { (user_text(name)) } } }
            }
            form class="row wrap end" method="post" enctype="multipart/form-data" action={ (place) "/paper" } {
                (csrf(&shell.csrf))
                div class="field" {
                    label for={ "p-" (line.id) } { (w.t("sender-paper")) }
                    input type="file" id={ "p-" (line.id) } name="file" required;
                    span class="hint" { (w.t("sender-paper-help")) }
                }
                button class="btn sm" { (icon("upload")) (w.t("sender-paper-add")) }
            }
            @if line.status == "submitted" && !line.may_decide { p class="muted" { (w.t("sender-second")) } }
            @if line.may_decide { (sender_decision(w, shell, line, &place)) }
        }
    }
}

fn sender_decision(w: &Words, shell: &Shell, line: &SenderLine, place: &str) -> Markup {
    let ids = ["r", "u", "f"].map(|what| format!("{what}-{}", line.id));
    let labels = ["law-reason", "sender-until", "sender-reference"].map(|key| w.t(key));
    let one = |n: usize, name: &'static str, kind: &'static str| {
        input(
            &Field { id: &ids[n], label: &labels[n], ..Field::default() },
            &Input { kind, name, autocomplete: "off", ..Input::default() },
        )
    };
    html! {
        form class="row wrap end" method="post" action={ (place) "/decide" } {
            (csrf(&shell.csrf))
            (one(0, "reason", "text")) (one(1, "until", "date")) (one(2, "reference", "text"))
            @if line.status != "approved" { button class="btn sm" name="what" value="approve" { (icon("check")) (w.t("sender-approve")) } }
            button class="btn sm" name="what" value="reject" { (icon("stop")) (w.t("sender-reject")) }
        }
    }
}

/// The cell that takes a row away.
fn remove(w: &Words, shell: &Shell, what: &str, id: &str) -> Markup {
    html! {
        td {
            form class="act" method="post" action={ "/delivery/" (what) "/" (id) "/remove" } {
                (csrf(&shell.csrf)) button class="btn sm" { (icon("trash")) (w.t("routes-remove")) }
            }
        }
    }
}
