//! The composer: who gets it and who does not, the text with its parts, a real person's preview, the checks.
//!
//! The button always carries the count. Sending itself is a page of its own that asks once more.

use maud::{Markup, html};
use sms::parts::Encoding;
use sms::reason::Code;

use crate::args;
use crate::shell::{Page, Place, Shell, page};
use crate::ui::charts::{Step, bar1, waterfall};
use crate::ui::form::{Choice, Field, csrf, options, select};
use crate::ui::state::{Tone, pill, reason_short};
use crate::ui::{count, icon, icon_flip, icon_s, number, user_text, who};
use crate::words::Words;

/// Characters of good typography that force Unicode, what they become, and the key of their name.
pub const REPLACEABLE: &[(char, &str, &str)] = &[
    ('\u{2013}', "-", "char-en-dash"),
    ('\u{2014}', "-", "char-em-dash"),
    ('\u{2018}', "'", "char-apostrophe"),
    ('\u{2019}', "'", "char-apostrophe"),
    ('\u{201c}', "\"", "char-quote"),
    ('\u{201d}', "\"", "char-quote"),
    ('\u{201e}', "\"", "char-quote"),
    ('\u{2026}', "...", "char-ellipsis"),
    ('\u{00a0}', " ", "char-space"),
    ('\u{2022}', "*", "char-bullet"),
    ('`', "'", "char-backtick"),
];

/// How a text is cut, for one person.
#[derive(Debug, Clone, Default)]
pub struct Meter {
    /// How it travels; `None` for an empty text.
    pub encoding: Option<Encoding>,
    /// Units used in each part, and how many fit.
    pub parts: Vec<(i64, i64)>,
    /// Characters that force Unicode, where they are few and could be others: position in characters.
    pub guilty: Vec<(char, i64)>,
    /// Parts without them.
    pub parts_without: i64,
}

/// The preview for one person of the audience.
#[derive(Debug, Clone)]
pub struct Preview {
    /// Which of them, from 1.
    pub index: i64,
    /// Of how many.
    pub of: i64,
    /// The person's name; may be empty.
    pub name: String,
    /// The person's number.
    pub phone: String,
    /// The text as it arrives.
    pub text: String,
    /// Whether its first strong letter runs from right to left.
    pub rtl: bool,
    /// The person with the longest text, and its length in characters.
    pub longest: Option<(String, i64)>,
}

/// The result of one check.
#[derive(Debug, Clone)]
pub struct Check {
    /// How it came out.
    pub level: Level,
    /// What it says, in words.
    pub says: String,
    /// A way to mend it, and its word.
    pub fix: Option<(String, String)>,
}

/// How a check came out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    /// Fine.
    Ok,
    /// Worth a look.
    Warn,
    /// Blocks sending.
    Stop,
}

/// Who gets it.
#[derive(Debug, Clone, Default)]
pub struct Audience {
    /// People on the chosen lists.
    pub all: i64,
    /// Who is left out, by the first rule that takes them out.
    pub out: Vec<(Code, i64)>,
    /// Who gets it.
    pub rest: i64,
}

/// The page.
#[derive(Debug, Clone)]
pub struct ComposerView {
    /// Public id.
    pub id: String,
    /// Name.
    pub name: String,
    /// When it was last saved.
    pub saved: Option<i64>,
    /// Lists there are.
    pub lists: Vec<Choice>,
    /// The list it goes to; empty while none was chosen.
    pub list: String,
    /// What the next change gives back, so that two editors do not undo each other.
    pub version: i64,
    /// What is wrong with what was typed: the field and why.
    pub fault: Option<(String, String)>,
    /// Class by its name.
    pub class: String,
    /// What it is about, by the topic's name; may be empty.
    pub topic: String,
    /// What it may be about; empty where people are offered no topics.
    pub topics: Vec<Choice>,
    /// Sender.
    pub from: String,
    /// Senders there are.
    pub froms: Vec<Choice>,
    /// The text.
    pub text: String,
    /// Fields of people that may stand in the text, as they are written there, and their words.
    pub fields: Vec<Choice>,
    /// The values of those fields for the previewed person, as JSON.
    pub sample_json: String,
    /// The GSM table, as JSON.
    pub table_json: String,
    /// The meter for the previewed person.
    pub meter: Meter,
    /// How many people get how many parts.
    pub histogram: Vec<(i64, i64)>,
    /// Who gets it.
    pub audience: Audience,
    /// The preview.
    pub preview: Option<Preview>,
    /// The checks.
    pub checks: Vec<Check>,
    /// When the last one leaves, if sent now.
    pub through_at: Option<i64>,
}

impl ComposerView {
    /// Whether a check blocks sending.
    pub fn blocked(&self) -> bool {
        self.audience.rest == 0 || self.checks.iter().any(|check| check.level == Level::Stop)
    }
}

/// The page.
pub fn view(w: &Words, shell: &Shell, v: &ComposerView) -> Markup {
    let main = html! {
        form id="draft" class="work-form" method="post" action={ "/campaigns/" (v.id) }
            hx-post={ "/campaigns/" (v.id) "?part=yes" } hx-trigger="change, input delay:700ms" hx-swap="none" {
            (csrf(&shell.csrf))
            (version(v))
            div class="head workhead" {
                div {
                    div class="crumb" { a href="/campaigns" { (w.t("nav-campaigns")) } " " span aria-hidden="true" { "/" } " " }
                    h1 class="vh" { (user_text(&v.name)) }
                    label class="vh" for="name" { (w.t("composer-name")) }
                    input class="title" id="name" name="name" value=(v.name) dir="auto" autocomplete="off" required;
                }
                (pill(Tone::Neutral, "draft", &w.t("campaign-state-draft")))
                (saved(w, v))
            }
            div class="compose" {
                (audience(w, v))
                (message(w, v))
                section class="a-prev" aria-labelledby="h-p" { div class="row" { h2 id="h-p" { (w.t("composer-preview")) } } (preview(w, v)) }
                (kind(w, v))
                section class="a-chk" aria-labelledby="h-c" { (checks(w, v)) }
            }
            (send_bar(w, v))
        }
    };
    let about = Page { body: "focus", ..Page::wide(&v.name, Place::Campaigns, "work", &["composer.js"]) };
    page(w, shell, &about, &main)
}

/// What a saved draft answers: each piece replaces itself on the page.
pub fn pieces(w: &Words, v: &ComposerView) -> Markup {
    html! {
        (version(v)) (saved(w, v)) (fall(w, v)) (histogram(w, v)) (preview(w, v)) (checks(w, v)) (send_bar(w, v))
    }
}

fn version(v: &ComposerView) -> Markup {
    html! { input type="hidden" id="version" name="version" value=(v.version) hx-swap-oob="true"; }
}

fn saved(w: &Words, v: &ComposerView) -> Markup {
    html! {
        span class="muted" id="saved" role="status" hx-swap-oob="true" {
            @if let Some((_, why)) = &v.fault { span class="st st-failed wraps" { (icon("failed")) (why) } }
            @else if let Some(at) = v.saved { (w.attr("composer-saved", args!(time: w.time(at)))) }
        }
    }
}

fn list_boxes(lists: &[Choice], chosen: &str) -> Markup {
    html! {
        div class="row wrap tight" {
            @for list in lists {
                label class="chip pick" {
                    input class="vh" type="radio" name="list" value=(list.value) checked[list.value == chosen];
                    (icon_s("people")) (user_text(&list.word))
                }
            }
        }
    }
}

fn audience(w: &Words, v: &ComposerView) -> Markup {
    html! {
        section class="a-aud" aria-labelledby="h-a" {
            div class="cardhead row" { h2 id="h-a" { (w.t("composer-audience")) } }
            @if v.lists.is_empty() {
                p class="muted" { (w.t("composer-no-lists")) " " a href=(Place::Import.path()) { (w.t("contacts-import")) } }
            } @else {
                fieldset class="stack tight" { legend class="eyebrow" { (w.t("composer-include")) } (list_boxes(&v.lists, &v.list)) }
            }
            (fall(w, v))
        }
    }
}

fn fall(w: &Words, v: &ComposerView) -> Markup {
    let step = |word: String, n: i64| Step { word, n, href: None };
    let out: Vec<Step> = v.audience.out.iter().map(|(code, n)| step(reason_short(w, *code), *n)).collect();
    html! {
        div id="fall" hx-swap-oob="true" {
            (waterfall(w, &step(w.t("composer-in-lists"), v.audience.all), &out, &step(w.t("composer-will-get"), v.audience.rest)))
        }
    }
}

fn message(w: &Words, v: &ComposerView) -> Markup {
    html! {
        section class="a-msg" aria-labelledby="h-m" {
            div class="row wrap" {
                h2 id="h-m" { (w.t("composer-message")) }
                span class="push row from" {
                    label for="from" class="muted light" { (w.t("composer-from")) }
                    select id="from" name="from" class="sm" { (options(&v.froms, &v.from)) }
                }
            }
            (editor(w, v))
            (histogram(w, v))
        }
    }
}

fn plural_forms(w: &Words, key: &str) -> String {
    let forms = [("one", 1), ("two", 2), ("few", 3), ("many", 7), ("other", 7)];
    let said = forms.map(|(name, n)| (name.to_owned(), serde_json::Value::from(w.attr(key, args!(n: n)))));
    serde_json::Value::Object(said.into_iter().collect()).to_string()
}

fn replaceable_json(w: &Words) -> String {
    let all: serde_json::Map<String, serde_json::Value> = REPLACEABLE
        .iter()
        .map(|(ch, to, name)| (ch.to_string(), serde_json::json!({ "to": to, "name": w.t(name) })))
        .collect();
    serde_json::Value::Object(all).to_string()
}

fn editor(w: &Words, v: &ComposerView) -> Markup {
    html! {
        sms-composer lang=(w.language.code) data-table=(v.table_json) data-sample=(v.sample_json) data-replace=(replaceable_json(w))
            data-parts=(plural_forms(w, "meter-parts")) data-room=(w.attr("meter-room", args!(encoding: "{encoding}", used: "{used}", of: "{of}")))
            data-left=(w.attr("meter-left", args!(left: "{left}", part: "{part}"))) data-part=(w.attr("meter-part", args!(n: "{n}", used: "{used}", of: "{of}")))
            data-guilty=(plural_forms(w, "meter-guilty")) data-without=(plural_forms(w, "meter-without"))
            data-becomes=(w.attr("meter-becomes", args!(name: "{name}", at: "{at}"))) data-native=(w.t("meter-native")) data-empty=(w.t("meter-empty"))
            data-gsm=(w.t("encoding-gsm-7")) data-ucs=(w.t("encoding-ucs-2")) {
            div class="editor" {
                div class="paper" {
                    div class="ink" aria-hidden="true" { (v.text) }
                    textarea id="text" name="text" aria-label=(w.t("composer-text")) aria-describedby="mt" spellcheck="true" rows="3" maxlength="4000" { (v.text) }
                }
                div class="tools" role="group" aria-label=(w.t("composer-insert")) {
                    @for field in &v.fields {
                        button type="button" class="btn" data-insert=(field.value) { (icon("field")) (field.word) }
                    }
                    span class="push muted small padend" { (w.t("composer-merged")) }
                }
            }
            (meter(w, &v.meter))
        }
    }
}

/// The meter as the server draws it; the script keeps it up as one types.
pub fn meter(w: &Words, m: &Meter) -> Markup {
    let n = m.parts.len() as i64;
    let (used, of) = m.parts.iter().fold((0, 0), |(a, b), (u, o)| (a + u, b + o));
    let encoding =
        m.encoding.map_or(String::new(), |e| w.t(&format!("encoding-{}", e.name().to_ascii_lowercase())));
    let left = m.parts.last().map_or(0, |(used, of)| of - used);
    html! {
        div class="meter" {
            div class="top1" {
                span class="big" id="mt" data-m="parts" { @if n == 0 { (w.t("meter-empty")) } @else { (w.attr("meter-parts", args!(n: n))) } }
                span class="n" data-m="room" { @if n > 0 { (w.attr("meter-room", args!(encoding: encoding, used: used.to_string(), of: of.to_string()))) } }
                span class="muted push n" data-m="left" { @if n > 0 { (w.attr("meter-left", args!(left: left.to_string(), part: n.to_string()))) } }
            }
            div class="ruler" data-m="ruler" aria-hidden="true" {
                @for (i, (used, of)) in m.parts.iter().enumerate() {
                    span {
                        svg class="mirror" { rect width=(format!("{:.1}%", *used as f64 * 100.0 / (*of).max(1) as f64)) height="100%" class="f-accent" {} }
                        (w.attr("meter-part", args!(n: (i + 1).to_string(), used: used.to_string(), of: of.to_string())))
                    }
                }
            }
            p class="small muted" data-m="native" hidden[m.encoding != Some(Encoding::Ucs2) || !m.guilty.is_empty()] { (w.t("meter-native")) }
            (guilty(w, m))
        }
    }
}

fn guilty(w: &Words, m: &Meter) -> Markup {
    html! {
        div class="fix" data-m="fix" role="group" aria-label=(w.t("meter-fix-label")) hidden[m.guilty.is_empty()] {
            div class="row wrap" {
                (icon("attention")) b data-m="guilty" { (w.attr("meter-guilty", args!(n: m.guilty.len() as i64))) }
                span class="push" data-m="without" { (w.attr("meter-without", args!(n: m.parts_without))) }
            }
            div class="row wrap" {
                ul data-m="list" {
                    @for (ch, at) in &m.guilty {
                        @if let Some((_, to, name)) = REPLACEABLE.iter().find(|(bad, ..)| bad == ch) {
                            li {
                                button type="button" class="gl" data-at=(at) aria-label=(w.attr("meter-becomes", args!(name: w.t(name), at: at.to_string()))) {
                                    b { (ch) } (icon_flip("arrow")) b class="to" { (to) } (w.t(name))
                                }
                            }
                        }
                    }
                }
                button type="button" class="btn sm push" data-m="replace" { (w.t("meter-replace")) }
            }
        }
    }
}

fn histogram(w: &Words, v: &ComposerView) -> Markup {
    let most = v.histogram.iter().map(|(people, _)| *people).max().unwrap_or(0);
    let parts: i64 = v.histogram.iter().map(|(people, parts)| people * parts).sum();
    html! {
        div id="histogram" hx-swap-oob="true" {
            @if !v.histogram.is_empty() {
                table class="costs" {
                    caption class="vh" { (w.t("composer-histogram")) }
                    tbody {
                        @for (people, each) in &v.histogram {
                            tr {
                                th scope="row" { (w.f("people-count", args!(n: *people))) }
                                td { (w.f("parts-count", args!(n: *each))) }
                                td class="barcol" { (bar1(*people, most, "f-accent")) }
                                td class="num" { (w.n(people * each)) }
                            }
                        }
                    }
                    tfoot { tr { th scope="row" { (w.f("parts-count", args!(n: parts))) } td colspan="2" { (w.t("composer-worked-out")) } td class="num" { b { (w.n(parts)) } } } }
                }
            }
        }
    }
}

fn preview(w: &Words, v: &ComposerView) -> Markup {
    let sender =
        v.froms.iter().find(|from| from.value == v.from).map_or(v.from.as_str(), |_| v.from.as_str());
    html! {
        div id="preview" class="stack" hx-swap-oob="true" {
            @match &v.preview {
                None => p class="muted" { (w.t("composer-preview-none")) },
                Some(p) => {
                    div class="handset" {
                        div class="screen" {
                            header { span class="avatar" aria-hidden="true" { (icon("user")) } small { (number(sender)) } }
                            div class="bubbles" {
                                span class="day flat" { (w.attr("date-today", args!(time: w.time(w.now)))) }
                                p class="bub" { (p.text) }
                            }
                        }
                    }
                    nav class="row center" aria-label=(w.t("composer-people")) {
                        a class="ib sm" rel="prev" aria-label=(w.t("composer-person-before")) href={ "?person=" (if p.index > 1 { p.index - 1 } else { p.of }) } { (icon_flip("prev")) }
                        span { span class="n muted" { (w.attr("composer-person-of", args!(n: p.index, of: p.of))) } " " b { (who(&p.name, &p.phone)) } }
                        a class="ib sm" rel="next" aria-label=(w.t("composer-person-after")) href={ "?person=" (if p.index < p.of { p.index + 1 } else { 1 }) } { (icon_flip("next")) }
                    }
                    dl class="kv small" {
                        dt { (w.t("composer-direction")) }
                        dd { @if p.rtl { (w.t("composer-rtl")) } @else { (w.t("composer-ltr")) } }
                        @if let Some((name, length)) = &p.longest {
                            dt { (w.t("composer-longest")) } dd { (w.f("composer-longest-is", args!(name: name.as_str(), n: *length))) }
                        }
                        @if v.meter.parts.len() > 1 { dt { (w.t("composer-arrives")) } dd { (w.t("composer-joined")) } }
                    }
                }
            }
        }
    }
}

fn kind(w: &Words, v: &ComposerView) -> Markup {
    let classes = ["marketing", "service", "transactional"]
        .map(|class| Choice::new(class, w.t(&format!("class-{class}"))));
    html! {
        section class="a-when" aria-labelledby="h-w" {
            h2 id="h-w" { (w.t("composer-kind")) }
            fieldset {
                legend class="vh" { (w.t("composer-kind")) }
                @for class in &classes {
                    label class="opt" {
                        input type="radio" name="class" value=(class.value) checked[class.value == v.class];
                        span { (class.word) span class="small muted block" { (w.t(&format!("composer-kind-{}", class.value))) } }
                    }
                }
            }
            @if !v.topics.is_empty() {
                @let (label, help) = (w.t("composer-topic"), w.t("composer-topic-says"));
                @let about = Field { id: "topic", label: &label, help: Some(&help), error: None };
                (select(&about, "topic", &v.topics, &v.topic))
            }
        }
    }
}

fn checks(w: &Words, v: &ComposerView) -> Markup {
    let stops = v.checks.iter().filter(|check| check.level == Level::Stop).count() as i64;
    html! {
        div id="checks" class="stack" hx-swap-oob="true" {
            div class="row wrap" {
                h2 id="h-c" { (w.t("composer-checks")) }
                span class="push" {
                    @if stops == 0 { (pill(Tone::Delivered, "delivered", &w.t("composer-nothing-blocks"))) }
                    @else { (pill(Tone::Failed, "failed", &w.attr("composer-blocks", args!(n: stops)))) }
                }
            }
            ul class="checks" {
                @for check in &v.checks {
                    @let (class, name) = match check.level { Level::Ok => ("ok", "delivered"), Level::Warn => ("warn", "attention"), Level::Stop => ("stopp", "failed") };
                    li class=(class) {
                        (icon(name)) span class="grow" { (check.says) }
                        @if let Some((href, word)) = &check.fix { a class="small" href=(href) { (word) } }
                    }
                }
            }
        }
    }
}

fn send_bar(w: &Words, v: &ComposerView) -> Markup {
    html! {
        div class="sendbar" id="sendbar" hx-swap-oob="true" {
            button class="btn opt2" name="do" value="save" { (w.t("composer-save")) }
            button class="btn opt2" name="do" value="test" { (icon("phone")) (w.t("composer-test")) }
            span class="push muted small opt2" id="blk" {
                @if v.blocked() { (w.t("composer-blocked")) } @else if let Some(at) = v.through_at { (w.attr("composer-through", args!(time: w.time(at)))) }
            }
            button class="btn primary lg" name="do" value="review" aria-disabled=[v.blocked().then_some("true")] aria-describedby="blk" {
                (icon_flip("send")) (w.rich("composer-send", args!(count: v.audience.rest), &[("n", count(w, v.audience.rest))]))
            }
        }
    }
}

/// The page that asks once more: what leaves, to how many, from whom.
pub fn confirm(w: &Words, shell: &Shell, v: &ComposerView) -> Markup {
    let parts: i64 = v.histogram.iter().map(|(people, each)| people * each).sum();
    let heading = w.f("confirm-heading", args!(n: v.audience.rest));
    let main = html! {
        div class="head" {
            div {
                div class="crumb" { a href={ "/campaigns/" (v.id) "/edit" } { (user_text(&v.name)) } }
                h1 { (heading) }
                p { (w.f("confirm-under", args!(parts: parts, out: v.audience.all - v.audience.rest))) }
            }
        }
        div class="grid" {
            section class="card c6" aria-labelledby="c-t" {
                h2 id="c-t" { (w.t("composer-message")) }
                @if let Some(p) = &v.preview { p class="bub out whole" { (p.text) } p class="small muted" { (w.rich("confirm-as", args!(), &[("who", who(&p.name, &p.phone))])) } }
                dl class="kv" { dt { (w.t("composer-from")) } dd { (number(&v.from)) } dt { (w.t("composer-kind")) } dd { (w.t(&format!("class-{}", v.class))) }
                    @if let Some(about) = v.topics.iter().find(|t| !t.value.is_empty() && t.value == v.topic) { dt { (w.t("composer-topic")) } dd { (user_text(&about.word)) } }
                }
            }
            section class="card c6" aria-labelledby="c-a" { h2 id="c-a" { (w.t("composer-audience")) } (fall(w, v)) }
        }
        section class="card" { (checks(w, v)) }
        form class="row wrap" method="post" action={ "/campaigns/" (v.id) "/launch" } {
            (csrf(&shell.csrf))
            input type="hidden" name="count" value=(v.audience.rest);
            a class="btn lg" href={ "/campaigns/" (v.id) "/edit" } { (w.t("confirm-back")) }
            button class="btn primary lg push" disabled[v.blocked()] {
                (icon_flip("send")) (w.rich("composer-send", args!(count: v.audience.rest), &[("n", count(w, v.audience.rest))]))
            }
        }
    };
    page(w, shell, &Page::new(&w.t("confirm-title"), Place::Campaigns), &main)
}
