//! The frame around every page: sidebar, top bar, test-mode bar, bottom bar of a phone, toasts.
//!
//! It shows a person only the places their role uses, and only places that exist. It knows nothing of what a
//! page is about beyond its title and place.

use maud::{DOCTYPE, Markup, html};

use crate::ui::blocks::{Toast, toast};
use crate::ui::charts::hatch;
use crate::ui::form::csrf;
use crate::ui::{avatar, icon, icon_as, icon_flip, initials, mark, user_text};
use crate::words::{Words, languages};
use crate::{args, assets};

/// A place in the sidebar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// `/`
    Home,
    /// `/inbox`
    Inbox,
    /// `/contacts`
    Contacts,
    /// `/contacts/lists`
    Lists,
    /// `/contacts/segments`
    Segments,
    /// `/contacts/forms`
    Forms,
    /// `/contacts/import`
    Import,
    /// `/compliance`
    Compliance,
    /// `/campaigns`
    Campaigns,
    /// `/messages`
    Messages,
    /// `/delivery/connections`
    Connections,
    /// `/delivery/queues`
    Queues,
    /// `/delivery/alarms`
    Alarms,
    /// `/delivery/numbers`
    Numbers,
    /// `/delivery/clients`
    Clients,
    /// `/delivery/routes`
    Routes,
    /// `/delivery/simulator`
    Simulator,
    /// `/dev/keys`
    Keys,
    /// `/settings`
    Settings,
}

/// One line of the sidebar: a place of its own, or a group that opens when one of its places is current.
struct Entry {
    place: Place,
    icon: &'static str,
    word: &'static str,
    under: &'static [(Place, &'static str)],
}

const ENTRIES: &[Entry] = &[
    Entry { place: Place::Home, icon: "home", word: "nav-home", under: &[] },
    Entry { place: Place::Inbox, icon: "inbox", word: "nav-inbox", under: &[] },
    Entry {
        place: Place::Contacts,
        icon: "people",
        word: "nav-contacts",
        under: &[
            (Place::Contacts, "nav-people"),
            (Place::Lists, "nav-lists"),
            (Place::Segments, "nav-segments"),
            (Place::Forms, "nav-forms"),
            (Place::Import, "nav-import"),
            (Place::Compliance, "nav-compliance"),
        ],
    },
    Entry { place: Place::Campaigns, icon: "campaign", word: "nav-campaigns", under: &[] },
    Entry {
        place: Place::Messages,
        icon: "delivery",
        word: "nav-delivery",
        under: &[
            (Place::Messages, "nav-messages"),
            (Place::Numbers, "nav-numbers"),
            (Place::Connections, "nav-connections"),
            (Place::Routes, "routes"),
            (Place::Queues, "nav-queues"),
            (Place::Alarms, "nav-alarms"),
            (Place::Clients, "nav-clients"),
            (Place::Simulator, "nav-simulator"),
        ],
    },
    Entry { place: Place::Keys, icon: "code", word: "nav-keys", under: &[] },
    Entry { place: Place::Settings, icon: "settings", word: "nav-settings", under: &[] },
];

impl Place {
    /// Every place, for the owner.
    pub const ALL: &'static [Place] = &[
        Place::Home,
        Place::Inbox,
        Place::Contacts,
        Place::Lists,
        Place::Segments,
        Place::Forms,
        Place::Import,
        Place::Compliance,
        Place::Campaigns,
        Place::Messages,
        Place::Connections,
        Place::Queues,
        Place::Alarms,
        Place::Numbers,
        Place::Clients,
        Place::Routes,
        Place::Simulator,
        Place::Keys,
        Place::Settings,
    ];

    /// Where it is.
    pub const fn path(self) -> &'static str {
        match self {
            Place::Home => "/",
            Place::Inbox => "/inbox",
            Place::Contacts => "/contacts",
            Place::Lists => "/contacts/lists",
            Place::Segments => "/contacts/segments",
            Place::Forms => "/contacts/forms",
            Place::Import => "/contacts/import",
            Place::Compliance => "/compliance",
            Place::Campaigns => "/campaigns",
            Place::Messages => "/messages",
            Place::Connections => "/delivery/connections",
            Place::Queues => "/delivery/queues",
            Place::Alarms => "/delivery/alarms",
            Place::Numbers => "/delivery/numbers",
            Place::Clients => "/delivery/clients",
            Place::Routes => "/delivery/routes",
            Place::Simulator => "/delivery/simulator",
            Place::Keys => "/dev/keys",
            Place::Settings => "/settings",
        }
    }
}

/// Light, dark, or as the system says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Theme {
    /// As the system says.
    #[default]
    System,
    /// Always light.
    Light,
    /// Always dark.
    Dark,
}

impl Theme {
    /// Its name in the cookie and in `data-theme`.
    pub const fn name(self) -> &'static str {
        match self {
            Theme::System => "system",
            Theme::Light => "light",
            Theme::Dark => "dark",
        }
    }

    /// The theme of a cookie; what is not known is the system's.
    pub fn named(name: &str) -> Theme {
        match name {
            "light" => Theme::Light,
            "dark" => Theme::Dark,
            _ => Theme::System,
        }
    }

    fn forced(self) -> Option<&'static str> {
        (self != Theme::System).then(|| self.name())
    }

    /// What the switch turns it to.
    pub const fn turned(self) -> Theme {
        match self {
            Theme::System => Theme::Dark,
            Theme::Dark => Theme::Light,
            Theme::Light => Theme::System,
        }
    }
}

/// The campaign that runs now, for the chip in the top bar.
#[derive(Debug, Clone)]
pub struct Running {
    /// Its public id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// People handed over.
    pub done: i64,
    /// People in all.
    pub all: i64,
}

/// What the frame needs to know of person and workspace.
#[derive(Debug, Clone)]
pub struct Shell {
    /// The workspace's name.
    pub workspace: String,
    /// Whether everything goes to the simulator.
    pub test: bool,
    /// The signed-in person's name.
    pub person: String,
    /// The places this person's role uses.
    pub sees: &'static [Place],
    /// Unread threads.
    pub unread: i64,
    /// Open alarms nobody has said to know of.
    pub alarms: i64,
    /// The campaign that runs now.
    pub running: Option<Running>,
    /// Connectors up, and connectors in all.
    pub up: (i64, i64),
    /// The chosen theme.
    pub theme: Theme,
    /// The anti-forgery token of the session.
    pub csrf: String,
    /// What happened just before.
    pub toast: Option<Toast>,
    /// The path of this page, to come back to after a change of language.
    pub here: String,
    /// The moment a clock set by hand began at, where one is; shown in a banner.
    pub false_clock: bool,
    /// What holds work back for the whole installation.
    pub notices: Vec<Notice>,
}

/// A bar above every page: what is held back, and where to see more.
#[derive(Debug, Clone)]
pub struct Notice {
    /// The sentence.
    pub says: String,
    /// The path and the words of a link.
    pub link: Option<(&'static str, String)>,
}

/// What a page tells the frame.
#[derive(Debug, Clone, Copy)]
pub struct Page<'a> {
    /// The words in the tab.
    pub title: &'a str,
    /// Where it belongs.
    pub place: Place,
    /// A narrow sidebar, for pages that need the width.
    pub rail: bool,
    /// The classes of `main`.
    pub class: &'a str,
    /// The class of `body`; `focus` leaves out the bottom bar of a phone, for pages with a bar of their own.
    pub body: &'a str,
    /// The scripts it needs beside those of the frame.
    pub scripts: &'a [&'a str],
}

impl<'a> Page<'a> {
    /// An ordinary page.
    pub fn new(title: &'a str, place: Place) -> Self {
        Page { title, place, rail: false, class: "page", body: "", scripts: &[] }
    }

    /// A page over the whole width, with a narrow sidebar.
    pub fn wide(title: &'a str, place: Place, class: &'a str, scripts: &'a [&'a str]) -> Self {
        Page { title, place, rail: true, class, body: "", scripts }
    }
}

fn head(w: &Words, title: &str, scripts: &[&str]) -> Markup {
    html! {
        head {
            meta charset="utf-8";
            meta name="viewport" content="width=device-width, initial-scale=1";
            meta name="referrer" content="same-origin";
            title { (title) }
            link rel="preload" as="font" type="font/woff2" crossorigin href=(assets::url("fonts/rubik-latin.woff2"));
            @if w.language.dir == "rtl" {
                link rel="preload" as="font" type="font/woff2" crossorigin href=(assets::url("fonts/rubik-hebrew.woff2"));
            }
            link rel="icon" type="image/svg+xml" href=(assets::url("icon.svg"));
            link rel="stylesheet" href=(assets::url("app.css"));
            @for script in scripts {
                // A library that names itself `window.…` is no module; both kinds run in this order.
                @if script.starts_with("vendor/") {
                    script defer src=(assets::url(script)) {}
                } @else {
                    script type="module" src=(assets::url(script)) {}
                }
            }
        }
    }
}

/// A page inside the frame.
pub fn page(w: &Words, shell: &Shell, page: &Page, main: &Markup) -> Markup {
    let test = if shell.test { format!("{} · ", w.t("test-word")) } else { String::new() };
    let title = format!("{test}{} · {} · Sendword", page.title, shell.workspace);
    let mut scripts = vec!["vendor/htmx.min.js", "shell.js", "live.js"];
    scripts.extend(page.scripts);
    html! {
        (DOCTYPE)
        html lang=(w.language.code) dir=(w.language.dir) data-theme=[shell.theme.forced()] {
            (head(w, &title, &scripts))
            body class=(page.body) {
                (hatch())
                a class="skip" href="#main" { (w.t("skip")) }
                @if shell.test { (test_bar(w)) }
                @if shell.false_clock {
                    div class="testbar" role="status" { (w.f("clock-bar", args!(time: w.day_time(w.now)))) }
                }
                @for notice in &shell.notices {
                    div class="testbar" role="status" {
                        (notice.says)
                        @if let Some((path, word)) = &notice.link { " " a href=(path) { (word) } }
                    }
                }
                div class={ "shell " @if page.rail { "rail" } @else { "full" } } {
                    (side(w, shell, page.place, page.rail))
                    (top(w, shell))
                    main id="main" tabindex="-1" class=(page.class) { (main) }
                }
                div class="stale" role="status" data-stale-bar hidden { (icon("attention")) (w.t("live-stale")) }
                @if let Some(said) = &shell.toast { (toast(w, said)) }
                @if page.body != "focus" { (tab_bar(w, shell, page.place)) }
            }
        }
    }
}

/// A page without the frame: sign in, first run, errors before sign in.
pub fn bare(w: &Words, title: &str, theme: Theme, scripts: &[&str], inside: &Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang=(w.language.code) dir=(w.language.dir) data-theme=[theme.forced()] {
            (head(w, &format!("{title} · Sendword"), scripts))
            body class="bare" { (inside) }
        }
    }
}

fn test_bar(w: &Words) -> Markup {
    let link = html! { a href={ (Place::Settings.path()) "#live" } { (w.t("test-go-live")) } };
    html! {
        div class="testbar" role="status" { b { (w.t("test-word")) } (w.rich("test-bar", args!(), &[("link", link)])) }
    }
}

fn side(w: &Words, shell: &Shell, place: Place, rail: bool) -> Markup {
    html! {
        nav class="side" aria-label=(w.t("nav-label")) {
            a class="ws" href="/" {
                span class="mark" { (mark()) }
                span class="wsname" {
                    b { (user_text(&shell.workspace)) }
                    @if shell.test { small class="t-test" { (w.t("ws-test")) } } @else { small { (w.t("ws-live")) } }
                }
            }
            ul class="nav" { (entries(w, shell, place, rail)) }
            div class="sidefoot" { bdi dir="ltr" { "Sendword " (env!("CARGO_PKG_VERSION")) } }
        }
    }
}

fn entries(w: &Words, shell: &Shell, place: Place, rail: bool) -> Markup {
    html! {
        @for entry in ENTRIES {
            @let under: Vec<_> = entry.under.iter().filter(|(place, _)| shell.sees.contains(place)).collect();
            @if shell.sees.contains(&entry.place) || !under.is_empty() {
                @let inside = entry.under.iter().any(|(under, _)| *under == place);
                @let open = inside && !rail && under.len() > 1;
                @let target = under.first().map_or(entry.place, |(first, _)| *first);
                @let word = w.t(entry.word);
                li class=[(inside || entry.place == place).then_some("on")] {
                    a href=(target.path()) title=(word) aria-current=[((entry.place == place || inside) && !open).then_some("page")] {
                        (icon(entry.icon)) span { (word) }
                        @if entry.place == Place::Inbox { (unread(w, shell)) }
                        @if !open && under.iter().any(|(place, _)| *place == Place::Alarms) { (alarm_count(w, shell.alarms)) }
                    }
                    @if open {
                        ul {
                            @for (under, word) in under {
                                li {
                                    a href=(under.path()) aria-current=[(*under == place).then_some("page")] {
                                        (w.t(word)) @if *under == Place::Alarms { (alarm_count(w, shell.alarms)) }
                                    }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// The count of alarms nobody knows of; the live stream renews it, also from none.
pub fn alarm_count(w: &Words, n: i64) -> Markup {
    html! {
        span class={ "alarmcount " @if n > 0 { "badge alarm" } } data-live="alarms" hx-get="/live/alarms" hx-trigger="ring" hx-swap="outerHTML" {
            @if n > 0 { span aria-hidden="true" { (w.n(n)) } span class="vh" { ", " (w.attr("nav-alarms-new", args!(n: n))) } }
        }
    }
}

/// The count of unread threads; its own piece, because the live stream renews it.
pub fn unread(w: &Words, shell: &Shell) -> Markup {
    html! {
        @if shell.unread > 0 {
            span class="badge" data-live="inbox" data-count { (w.n(shell.unread)) span class="vh" { " " (w.t("nav-waiting")) } }
        }
    }
}

fn top(w: &Words, shell: &Shell) -> Markup {
    html! {
        header class="top" {
            form class="searchbtn" role="search" aria-label=(w.t("search-everywhere")) action="/search" method="get" {
                (icon("search"))
                input type="search" name="q" aria-label=(w.t("search-label")) placeholder=(w.t("search-label"))
                    aria-keyshortcuts="Control+K" data-key-search autocomplete="off";
                kbd dir="ltr" aria-hidden="true" { "Ctrl K" }
            }
            div class="topend" {
                (running(w, shell))
                (health(w, shell))
                (preferences(w, shell))
                (new_menu(w, shell))
                (account(w, shell))
            }
        }
    }
}

/// The chip of the running campaign; its own piece, because the live stream renews it.
pub fn running(w: &Words, shell: &Shell) -> Markup {
    html! {
        div id="runchip" data-live="campaigns" hx-get="/live/chip" hx-trigger="ring" hx-swap="outerHTML" {
            @if let Some(running) = &shell.running {
                div class="runchip" {
                    a href={ "/campaigns/" (running.id) } {
                        span class="spin" aria-hidden="true" {}
                        (user_text(&running.name)) " "
                        span class="n" { (w.percent0(running.done, running.all)) }
                    }
                    form class="act" method="post" action={ "/campaigns/" (running.id) "/pause" } {
                        (csrf(&shell.csrf))
                        button class="ib sm" aria-label=(w.attr("campaign-pause-named", args!(name: running.name.as_str()))) {
                            (icon("pause"))
                        }
                    }
                }
            }
        }
    }
}

fn health(w: &Words, shell: &Shell) -> Markup {
    let (up, all) = shell.up;
    let (class, name) =
        if up == all { ("st st-delivered", "delivered") } else { ("st st-attention", "attention") };
    html! {
        @if all > 0 && shell.sees.contains(&Place::Connections) {
            a class="health" href=(Place::Connections.path()) {
                span class=(class) { (icon(name)) (w.f("health-up", args!(up: up, all: all))) }
            }
        }
    }
}

fn preferences(w: &Words, shell: &Shell) -> Markup {
    html! {
        form class="act" method="post" action="/preferences" data-theme-switch {
            (csrf(&shell.csrf))
            input type="hidden" name="back" value=(shell.here);
            button class="ib" name="theme" value=(shell.theme.turned().name()) aria-label=(w.t("theme-switch")) { (icon("theme")) }
        }
    }
}

fn new_menu(w: &Words, shell: &Shell) -> Markup {
    html! {
        details class="drop newbtn" {
            summary class="btn" aria-keyshortcuts="N" data-key-new { (icon("plus")) span { (w.t("new")) } }
            div class="menu" {
                @if shell.sees.contains(&Place::Campaigns) {
                    a href="/campaigns/new" { (icon("campaign")) (w.t("new-campaign")) }
                }
                @if shell.sees.contains(&Place::Inbox) { a href="/inbox/new" { (icon("inbox")) (w.t("new-message")) } }
                @if shell.sees.contains(&Place::Import) {
                    a href=(Place::Import.path()) { (icon("upload")) (w.t("new-import")) }
                }
            }
        }
    }
}

fn account(w: &Words, shell: &Shell) -> Markup {
    let label =
        w.attr("account-label", args!(initials: initials(&shell.person), name: shell.person.as_str()));
    html! {
        details class="drop" {
            summary class="plainsum" aria-label=(label) { (avatar(&shell.person, "me")) }
            div class="menu" { (account_items(w, shell)) }
        }
    }
}

fn account_items(w: &Words, shell: &Shell) -> Markup {
    html! {
        p class="menuhead" { b { (user_text(&shell.person)) } }
        form method="post" action="/preferences" class="menuform" {
            (csrf(&shell.csrf))
            input type="hidden" name="back" value=(shell.here);
            @for language in languages() {
                button name="language" value=(language.code) lang=(language.code)
                    aria-pressed=(if language.code == w.language.code { "true" } else { "false" }) {
                    (icon("globe")) (language.name)
                }
            }
        }
        form method="post" action="/logout" class="menuform" {
            (csrf(&shell.csrf))
            button { (icon_flip("arrow")) (w.t("sign-out")) }
        }
    }
}

fn tab_bar(w: &Words, shell: &Shell, place: Place) -> Markup {
    let tab = |to: Place, icon: Markup, word: String| {
        html! {
            @if shell.sees.contains(&to) {
                a href=(to.path()) aria-current=[(to == place).then_some("page")] { (icon) span { (word) } }
            }
        }
    };
    html! {
        nav class="tabbar" aria-label=(w.t("nav-short")) {
            (tab(Place::Home, icon("home"), w.t("nav-home")))
            (tab(Place::Inbox, icon("inbox"), w.t("nav-inbox")))
            (tab(Place::Campaigns, icon_as("i flip", "send"), w.t("nav-send")))
            details class="more" {
                summary { (icon("menu")) span { (w.t("nav-more")) } }
                div class="sheet menu" {
                    @for place in shell.sees {
                        a href=(place.path()) {
                            (w.t(place_word(*place))) @if *place == Place::Alarms { (alarm_count(w, shell.alarms)) }
                        }
                    }
                    (account_items(w, shell))
                }
            }
        }
    }
}

/// The word of a place.
fn place_word(place: Place) -> &'static str {
    let under =
        ENTRIES.iter().flat_map(|entry| entry.under.iter().copied()).find(|(under, _)| *under == place);
    match under {
        Some((_, word)) => word,
        None => ENTRIES.iter().find(|entry| entry.place == place).map_or("nav-home", |entry| entry.word),
    }
}
