//! How a published form reaches people: its address and code, a poster to print, lines for another site, tablets; and the
//! pages of a tablet and of "who texted me?".

use engine::collect::who::Writer;
use engine::collect::{form::View, kiosk};
use fast_qr::qr::QRBuilder;
use maud::{DOCTYPE, Markup, html};

use crate::shell::Shell;
use crate::ui::form::{Field, Input, act, csrf, input};
use crate::ui::{code, icon, user_text};
use crate::words::{Words, public_languages};
use crate::{args, assets};

use super::signup::{frame, who};

/// The picture of an address, dark on light whatever the page's colours: cameras want it so.
pub fn picture(label: &str, link: &str) -> Markup {
    let Ok(qr) = QRBuilder::new(link).build() else { return html! {} };
    let (size, mut path) = (qr.size, String::new());
    for y in 0..size {
        for x in (0..size).filter(|x| qr[y][*x].value()) {
            path.push_str(&format!("M{} {}h1v1h-1z", x + 4, y + 4));
        }
    }
    let whole = size + 8;
    html! {
        svg class="qr" xmlns="http://www.w3.org/2000/svg" viewBox={ "0 0 " (whole) " " (whole) } role="img" aria-label=(label) shape-rendering="crispEdges" {
            rect width=(whole) height=(whole) fill="#fff" {}
            path d=(path) fill="#000" {}
        }
    }
}

/// What stands on the staff's page of a published form. `invited`: the code that was just made, or why none was.
pub fn share(
    w: &Words,
    shell: &Shell,
    id: &str,
    v: &View,
    tills: &[kiosk::View],
    invited: Result<Option<&str>, &str>,
) -> Markup {
    let place = format!("/contacts/forms/{id}");
    let site = v.url.strip_suffix(&format!("/f/{}", v.slug)).unwrap_or_default();
    let number = w.t("contacts-number");
    let lines = format!(
        "<form data-sendword action=\"{url}\" method=\"post\">\n  <label>{number} <input name=\"number\" type=\"tel\" dir=\"ltr\" autocomplete=\"tel\" required></label>\n  <button>OK</button>\n</form>\n<script async src=\"{site}/embed.js\"></script>",
        url = v.url
    );
    html! {
        section class="card" id="share" {
            h2 { (w.t("forms-share")) }
            div class="row wrap" {
                (picture(&w.attr("forms-picture", args!(name: v.name.as_str())), &v.url))
                div class="grow stack" {
                    p { a href={ "/f/" (v.slug) } dir="ltr" { (v.url) } }
                    p { a class="btn sm" href={ (place) "/code.svg" } { (icon("download")) (w.t("forms-code")) } }
                    p class="row wrap" {
                        (w.t("forms-posters")) " "
                        @for language in public_languages().iter().filter(|l| v.draft.languages.contains(&l.code)) {
                            a class="btn sm" href={ (place) "/poster?lang=" (language.code) } lang=(language.code) { (language.name) } " "
                        }
                    }
                }
            }
            details {
                summary { (w.t("forms-lines")) }
                p class="hint" { (w.t("forms-lines-says")) }
                textarea class="input mono" rows="6" readonly dir="ltr" aria-label=(w.t("forms-lines")) { (lines) }
            }
            details open[invited != Ok(None) || !tills.is_empty()] {
                summary { (w.t("forms-tills")) }
                p class="hint" { (w.t("forms-tills-says")) " " a href="/k/" dir="ltr" { (site) "/k/" } }
                @if let Ok(Some(shown)) = invited { p role="status" { (w.t("forms-till-code")) " " b class="big" { (code(shown)) } } }
                ul class="list" {
                    @for till in tills {
                        li {
                            span class="grow" {
                                (user_text(&till.name)) " " span class="muted small" {
                                    @if till.waits { (w.t("forms-till-waits")) } @else { (w.f("forms-till-seen", args!(when: w.day_time(till.seen_at)))) }
                                }
                            }
                            (act(&shell.csrf, &format!("{place}/tills/{}/end", sms::id::public(sms::id::kind::ROW, till.id)), "sm", "stop", &w.t("forms-till-end")))
                        }
                    }
                }
                form class="row wrap end" method="post" action={ (place) "/tills" } {
                    (csrf(&shell.csrf))
                    (input(&Field { id: "till", label: &w.t("forms-till"), help: None, error: invited.err() }, &Input { name: "till", required: true, autocomplete: "off", ..Input::default() }))
                    button class="btn" { (icon("plus")) (w.t("forms-till-add")) }
                }
            }
        }
    }
}

/// A poster: one page of paper, the code large enough for three metres. `words`: word and number, where there is one.
pub fn poster(w: &Words, v: &View, business: &str, word: Option<(&str, &str)>) -> Markup {
    let said = v.draft.texts.get(&w.language.code).cloned().unwrap_or_default();
    html! {
        (DOCTYPE)
        html lang=(w.language.code) dir=(w.language.dir) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (said.title) }
                link rel="icon" href="data:,";
                link rel="stylesheet" href=(assets::url("public.css"));
                link rel="stylesheet" href=(assets::url("poster.css"));
            }
            body {
                main class="poster" {
                    p class="by" { bdi { (business) } }
                    h1 { (said.title) }
                    @if !said.intro.is_empty() { p class="intro" { (said.intro) } }
                    (picture(&w.t("poster-scan"), &v.url))
                    p class="do" { (w.t("poster-scan")) }
                    p class="url" dir="ltr" { (v.url) }
                    @if let Some((word, number)) = word {
                        p class="or" { (w.t("poster-or")) }
                        p class="do" {
                            (w.rich("poster-text", args!(), &[("word", html! { strong { bdi { (word) } } }), ("number", html! { strong { bdi dir="ltr" { (number) } } })]))
                        }
                        p class="s" { (w.t("poster-costs")) }
                    }
                    p class="fine" { (said.wording) }
                }
            }
        }
    }
}

/// The page of a tablet: the script fills it; without one it says what it needs.
pub fn kiosk(w: &Words) -> Markup {
    let said = [
        "kiosk-pair",
        "kiosk-pair-says",
        "kiosk-code",
        "kiosk-start",
        "kiosk-wrong",
        "kiosk-unreachable",
        "kiosk-ended",
    ];
    let words: std::collections::BTreeMap<&str, String> = said.iter().map(|key| (*key, w.t(key))).collect();
    let words = serde_json::to_string(&words).unwrap_or_default();
    html! {
        (DOCTYPE)
        html lang=(w.language.code) dir=(w.language.dir) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="robots" content="noindex";
                meta name="referrer" content="no-referrer";
                title { (w.t("kiosk-pair")) }
                link rel="icon" href="data:,";
                link rel="stylesheet" href=(assets::url("public.css"));
                link rel="stylesheet" href=(assets::url("kiosk.css"));
                script type="module" src=(assets::url("kiosk.js")) {}
            }
            body class="kiosk" {
                div id="kiosk" data-words=(words) hidden {}
                main { div class="card" { h1 { (w.t("kiosk-pair")) } } }
            }
        }
    }
}

/// Where somebody stands who asks who wrote.
#[derive(Debug, Clone)]
pub enum Asked {
    /// The number.
    Number(String),
    /// The code that was sent to it, and whether one was wrong.
    Code(bool),
    /// Who wrote.
    Found(Vec<Writer>),
}

/// "Who texted me?".
pub fn texted(w: &Words, asked: &Asked, nonce: &str, number: &str) -> Markup {
    let lang = format!("?lang={}", w.language.code);
    let inside = html! {
        div class="card" {
            h1 { (w.t("who-title")) }
            @match asked {
                Asked::Number(fault) => {
                    p class="m" { (w.t("who-says")) }
                    form method="post" action={ "/who" (lang) } {
                        input type="hidden" name="nonce" value=(nonce);
                        div class="f" {
                            label for="number" { (w.t("pub-number")) }
                            input id="number" name="number" type="tel" dir="ltr" autocomplete="tel" required maxlength="40" value=(number)
                                aria-describedby=[(!fault.is_empty()).then_some("number-e")];
                            @if !fault.is_empty() { span class="bad" id="number-e" role="alert" { (fault) } }
                        }
                        button { (w.t("who-send")) }
                    }
                }
                Asked::Code(wrong) => {
                    p class="m" { (w.t("who-code-says")) }
                    form method="post" action={ "/who/code" (lang) } {
                        input type="hidden" name="number" value=(number);
                        div class="f" {
                            label for="code" { (w.t("who-code")) }
                            input id="code" name="code" type="text" inputmode="numeric" dir="ltr" autocomplete="one-time-code" required maxlength="6"
                                aria-describedby=[wrong.then_some("code-e")];
                            @if *wrong { span class="bad" id="code-e" role="alert" { (w.t("who-wrong")) } }
                        }
                        button { (w.t("who-look")) }
                    }
                }
                Asked::Found(writers) => {
                    @if writers.is_empty() { p { (w.t("who-nobody")) } } @else { h2 { (w.t("who-found")) } }
                    @for writer in writers { (written(w, writer)) }
                }
            }
        }
        footer class="s m" {
            nav aria-label=(w.t("pub-language")) {
                @for other in public_languages().iter().filter(|l| l.code != w.language.code) {
                    a href={ "/who?lang=" (other.code) } lang=(other.code) dir=(other.dir) { (other.name) } " "
                }
            }
        }
    };
    frame(w, &w.t("who-title"), &inside)
}

fn written(w: &Words, writer: &Writer) -> Markup {
    let day = |at: i64| html! { bdi dir="ltr" { (w.iso_day(at)) } };
    html! {
        section {
            (who(&writer.business, ""))
            @if writer.last > 0 { p { (w.rich("who-last", args!(), &[("when", day(writer.last))])) } }
            p {
                @match writer.basis {
                    "granted" => (w.rich("who-basis-granted", args!(), &[("when", day(writer.since))])),
                    "refused" => (w.rich("who-basis-refused", args!(), &[("when", day(writer.since))])),
                    _ => (w.t("who-basis-none")),
                }
            }
            @if !writer.wording.is_empty() {
                details { summary { (w.t("who-words")) } blockquote { (writer.wording) } }
            }
            @if writer.basis != "refused" { p { a href={ "/u/" (writer.token) } { (w.t("who-stop")) } } }
        }
    }
}
