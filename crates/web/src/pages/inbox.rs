//! The inbox: threads, one conversation, the person beside it.
//!
//! Threads and conversation renew themselves from the live stream; what is being typed is never touched.

use maud::{Markup, html};
use sms::life::Status;

use crate::args;
use crate::shell::{Page, Place, Shell, page};
use crate::ui::blocks::empty;
use crate::ui::form::{Field, Input, act, csrf, field, input};
use crate::ui::state::{May, Tone, may_said, pill, status};
use crate::ui::{avatar, icon, icon_as, icon_flip, number, user_text, who};
use crate::words::Words;

/// One thread of the list.
#[derive(Debug, Clone)]
pub struct Thread {
    /// Public id.
    pub id: String,
    /// Name; may be empty.
    pub name: String,
    /// Number or address.
    pub phone: String,
    /// The last text in it.
    pub snippet: String,
    /// Whether that was ours.
    pub ours: bool,
    /// When.
    pub at: i64,
    /// Whether somebody should read it.
    pub unread: bool,
    /// Whether the person left.
    pub left: bool,
}

/// One thing in a conversation.
#[derive(Debug, Clone)]
pub enum Entry {
    /// A message of theirs, and the number it came to.
    In { at: i64, text: String, to: String },
    /// A message of ours: its id, who wrote it (a person or a campaign, in words), its status.
    Out { id: String, at: i64, text: String, by: String, status: Status, test: bool },
    /// Something that happened, in words: the rule that matched a refusal, and so on.
    System { at: i64, says: String },
}

impl Entry {
    fn at(&self) -> i64 {
        match self {
            Entry::In { at, .. } | Entry::Out { at, .. } | Entry::System { at, .. } => *at,
        }
    }
}

/// An open conversation.
#[derive(Debug, Clone)]
pub struct Conversation {
    /// Public id of the thread.
    pub id: String,
    /// The contact, where there is one.
    pub contact: Option<String>,
    /// Name; may be empty.
    pub name: String,
    /// Number.
    pub phone: String,
    /// Whether we may send advertising.
    pub may: May,
    /// Where permission came from, in words.
    pub may_source: String,
    /// Since when they wait for an answer.
    pub waits_since: Option<i64>,
    /// Everything, oldest first.
    pub entries: Vec<Entry>,
    /// The number we answer from.
    pub from: String,
    /// Why no answer can be sent, in words: the sender is a name, the link is gone.
    pub cannot: Option<String>,
    /// What was typed and refused, and why.
    pub fault: Option<(String, String)>,
    /// Fields and values of the person.
    pub fields: Vec<(String, String)>,
    /// Lists of the person.
    pub lists: Vec<String>,
}

/// The page.
#[derive(Debug, Clone, Default)]
pub struct InboxView {
    /// The view: empty for all, `unread`.
    pub view: String,
    /// Threads in all.
    pub all: i64,
    /// Threads with something unread.
    pub unread: i64,
    /// The threads, newest first.
    pub threads: Vec<Thread>,
    /// The open one.
    pub open: Option<Conversation>,
    /// The address of older threads.
    pub older: Option<String>,
}

/// The page.
pub fn view(w: &Words, shell: &Shell, v: &InboxView) -> Markup {
    let title = v.open.as_ref().map_or(w.t("nav-inbox"), |open| {
        let who = if open.name.is_empty() { &open.phone } else { &open.name };
        w.attr("inbox-title", args!(who: who.as_str()))
    });
    let main = html! {
        h1 class="vh" { (title) }
        div class="inbox" {
            section class="list1" aria-label=(w.t("inbox-threads")) { (list_head(w, v)) (threads(w, v)) (keys(w)) }
            @match &v.open {
                Some(open) => { (conversation(w, shell, open)) (person(w, shell, open)) },
                None => section class="conversation" aria-label=(w.t("inbox-conversation")) {
                    @if v.all == 0 {
                        (empty("inbox", &w.t("inbox-empty"), &w.t("inbox-empty-says"), &html! {
                            @if shell.test { a class="btn primary" href="/delivery/simulator" { (icon("sim")) (w.t("inbox-empty-try")) } }
                        }))
                    } @else { (empty("inbox", &w.t("inbox-choose"), &w.t("inbox-choose-says"), &html! {})) }
                },
            }
        }
    };
    let body = if v.open.is_some() { "open" } else { "" };
    page(w, shell, &Page { body, ..Page::wide(&title, Place::Inbox, "ibx", &["inbox.js"]) }, &main)
}

fn list_head(w: &Words, v: &InboxView) -> Markup {
    html! {
        div class="panehead" {
            div class="row" { h2 class="big" { (w.t("nav-inbox")) } a class="ib sm push" href="/inbox/new" aria-label=(w.t("inbox-new")) { (icon("edit")) } }
            nav class="tabs" aria-label=(w.t("inbox-views")) {
                a href="/inbox" aria-current=[v.view.is_empty().then_some("page")] { (w.t("inbox-all")) span class="n" { (w.n(v.all)) } }
                a href="/inbox?view=unread" aria-current=[(v.view == "unread").then_some("page")] { (w.t("inbox-unread")) span class="n" { (w.n(v.unread)) } }
            }
        }
    }
}

/// The list of threads, renewed by the live stream.
pub fn threads(w: &Words, v: &InboxView) -> Markup {
    let open = v.open.as_ref().map(|open| open.id.as_str());
    html! {
        ul class="threads" id="threads" data-live="inbox" hx-trigger="ring" hx-swap="outerMorph"
            hx-get={ "/inbox?part=threads&view=" (v.view) "&open=" (open.unwrap_or("")) } {
            @for thread in &v.threads {
                li {
                    a class={ "th" @if thread.unread { " unread" } } href={ "/inbox/" (thread.id) } aria-current=[(open == Some(thread.id.as_str())).then_some("true")] {
                        (avatar(&thread.name, ""))
                        span class="who ell" { (who(&thread.name, &thread.phone)) }
                        span class="age" { (w.since(thread.at)) }
                        span class="snip ell" dir="auto" {
                            @if thread.ours { (w.f("inbox-you", args!(text: thread.snippet.as_str()))) } @else { (thread.snippet) }
                        }
                        @if thread.unread { span class="dotu" {} span class="vh" { (w.t("inbox-unread-one")) } }
                        @if thread.left { span class="meta small" { (pill(Tone::Suppressed, "suppressed", &w.t("inbox-left"))) } }
                    }
                }
            }
            @if v.threads.is_empty() { li class="muted pad" { (w.t("inbox-none")) } }
            @if let Some(older) = &v.older { li class="pad" { a class="btn sm" href=(older) { (w.t("inbox-older")) } } }
        }
    }
}

fn keys(w: &Words) -> Markup {
    html! {
        div class="keys" {
            span { kbd { "J" } " " kbd { "K" } " " (w.t("inbox-key-move")) }
            span { kbd { "R" } " " (w.t("inbox-key-reply")) }
            span { kbd { "Ctrl" } " " kbd { "Enter" } " " (w.t("inbox-key-send")) }
            button type="button" class="linkbtn" data-keys-switch data-off=(w.t("inbox-keys-off")) hidden aria-pressed="true" { (w.t("inbox-keys-on")) }
        }
    }
}

fn conversation(w: &Words, shell: &Shell, v: &Conversation) -> Markup {
    html! {
        section class="conversation" aria-labelledby="who" {
            div class="convhead" {
                a class="ib only-s" href="/inbox" aria-label=(w.t("inbox-back")) { (icon_as("i flip", "prev")) }
                div class="shrink" {
                    h2 id="who" class="ell" { (who(&v.name, &v.phone)) }
                    @if let Some(since) = v.waits_since {
                        @let late = w.now - since > 600_000;
                        div class="small row" {
                            (pill(if late { Tone::Failed } else { Tone::Waiting }, "waiting", &w.attr("inbox-waits", args!(age: w.since(since)))))
                        }
                    }
                }
                div class="row push" {
                    @if v.waits_since.is_some() { (act(&shell.csrf, &format!("/inbox/{}/done", v.id), "sm", "check", &w.t("inbox-done"))) }
                }
            }
            (log(w, v))
            (reply(w, shell, v))
        }
    }
}

/// The conversation itself, renewed by the live stream.
pub fn log(w: &Words, v: &Conversation) -> Markup {
    let who_plain = if v.name.is_empty() { &v.phone } else { &v.name };
    let days: Vec<String> = v.entries.iter().map(|entry| w.long_day(entry.at())).collect();
    html! {
        div class="conv" id="log" tabindex="0" role="log" aria-label=(w.attr("inbox-with", args!(who: who_plain.as_str())))
            data-live={ "thread:" (v.id) } data-bottom hx-get={ "/inbox/" (v.id) "?part=log" } hx-trigger="ring" hx-swap="outerMorph" {
            div class="bubbles" {
                @for (i, entry) in v.entries.iter().enumerate() {
                    @if i == 0 || days[i] != days[i - 1] { span class="day" { (days[i]) } }
                    (bubble(w, entry))
                }
            }
        }
    }
}

fn bubble(w: &Words, entry: &Entry) -> Markup {
    html! {
        @match entry {
            Entry::In { at, text, to } => {
                p class="bub" { (text) }
                div class="bmeta" { (w.time(*at)) @if !to.is_empty() { " · " (w.rich("inbox-to", args!(), &[("number", number(to))])) } }
            },
            Entry::Out { id, at, text, by, status: state, test } => {
                p class="bub out" { (text) }
                div class="bmeta out" {
                    @if !by.is_empty() { (user_text(by)) " · " }
                    (w.time(*at)) " · "
                    a class="plainlink" href={ "/messages/" (id) } { (status(w, *state)) }
                    @if *test { " · " (w.t("simulated")) }
                }
            },
            Entry::System { at, says } => { div class="sysline" { (icon("suppressed")) (says) ", " (w.time(*at)) } },
        }
    }
}

fn reply(w: &Words, shell: &Shell, v: &Conversation) -> Markup {
    let name = if v.name.is_empty() { &v.phone } else { &v.name };
    let (typed, error) = v.fault.as_ref().map_or(("", None), |(typed, why)| (typed.as_str(), Some(why)));
    html! {
        div class="reply" {
            @if let Some(why) = &v.cannot { p class="muted row" { (icon("lock")) (why) } }
            @else {
                form method="post" action={ "/inbox/" (v.id) "/reply" } data-reply
                    hx-post={ "/inbox/" (v.id) "/reply?part=yes" } hx-target="#log" hx-swap="outerMorph" {
                    (csrf(&shell.csrf))
                    div class="replybox" {
                        textarea name="text" rows="2" required maxlength="2000" data-key-reply aria-keyshortcuts="R"
                            aria-label=(w.attr("inbox-reply-to", args!(who: name.as_str()))) { (typed) }
                        footer {
                            span class="small muted" { (w.rich("inbox-from", args!(), &[("number", number(&v.from))])) }
                            button class="btn primary sm push" aria-keyshortcuts="Control+Enter" { (icon_flip("send")) (w.t("inbox-send")) }
                        }
                    }
                    @if let Some(why) = error { p class="st st-failed wraps" role="alert" { (icon("failed")) (why) } }
                }
            }
        }
    }
}

fn person(w: &Words, shell: &Shell, v: &Conversation) -> Markup {
    html! {
        aside class="person" aria-label=(w.t("inbox-person")) {
            div class="row" {
                (avatar(&v.name, "large"))
                div { h2 class="big" { (who(&v.name, &v.phone)) } div class="muted" { (number(&v.phone)) } }
            }
            div {
                (may_said(w, v.may))
                @if !v.may_source.is_empty() { div class="small muted" { (user_text(&v.may_source)) } }
                @if let Some(contact) = &v.contact { div class="small" { a href={ "/contacts/" (contact) } { (w.t("inbox-open-person")) } } }
            }
            @if !v.fields.is_empty() {
                section { h3 { (w.t("person-details")) } dl class="kv" { @for (name, value) in &v.fields { dt { (user_text(name)) } dd { (user_text(value)) } } } }
            }
            @if !v.lists.is_empty() {
                section { h3 { (w.t("contacts-lists")) } div class="row wrap" { @for list in &v.lists { span class="tagc" { (user_text(list)) } } } }
            }
            @if let (Some(contact), true) = (&v.contact, v.may != May::Left) {
                section {
                    (act(&shell.csrf, &format!("/contacts/{contact}/stop"), "danger sm", "suppressed", &w.t("person-stop")))
                    span class="small muted" { (w.t("inbox-stop-says")) }
                }
            }
        }
    }
}

/// Writing to somebody who has no thread yet.
#[derive(Debug, Clone, Default)]
pub struct NewMessageView {
    /// The number typed or of the person chosen.
    pub to: String,
    /// The name of that person.
    pub name: String,
    /// The text.
    pub text: String,
    /// Field at fault (`to` or `text`) and why.
    pub fault: Option<(String, String)>,
    /// The number or name it goes from.
    pub from: String,
}

/// The page for one message.
pub fn new_message(w: &Words, shell: &Shell, v: &NewMessageView) -> Markup {
    let error = |name: &str| v.fault.as_ref().filter(|(field, _)| field == name).map(|(_, why)| why.as_str());
    let to = Field {
        id: "to",
        label: &w.t("inbox-to-label"),
        help: Some(&w.t("contacts-number-help")),
        error: error("to"),
    };
    let text = Field { id: "text", label: &w.t("composer-text"), help: None, error: error("text") };
    let area = html! { textarea class="input" id="text" name="text" rows="4" required maxlength="2000" dir="auto" { (v.text) } };
    let main = html! {
        div class="head" { div { h1 { (w.t("inbox-new")) } p { (w.rich("inbox-from", args!(), &[("number", number(&v.from))])) } } }
        form class="card narrow" method="post" action="/inbox/new" {
            (csrf(&shell.csrf))
            @if !v.name.is_empty() { p { b { (user_text(&v.name)) } } }
            (input(&to, &Input { kind: "tel", name: "to", value: &v.to, required: true, ltr: true, autocomplete: "off", ..Input::default() }))
            (field(&text, &area))
            div { button class="btn primary" { (icon_flip("send")) (w.t("inbox-send-one")) } }
        }
    };
    page(w, shell, &Page::new(&w.t("inbox-new"), Place::Inbox), &main)
}
