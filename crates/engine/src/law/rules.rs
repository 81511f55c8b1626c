//! What binds one recipient of one workspace: the packs that apply, merged, the strictest of each.
//!
//! Made once for each combination of packs and wishes, then shared. Nothing here is asked of the store.

use super::areas::Area;
use super::hours::Window;
use super::pack::{Element, Level, Registry};
use super::policy::{self, SENSITIVE, Wish};
use super::read::Pack;
use super::registry::Asked;
use super::zones;
use crate::refusal;
use jiff::tz::TimeZone;
use std::collections::HashSet;
use std::sync::Arc;

/// Milliseconds of a day.
const DAY_MS: i64 = 86_400_000;

/// One thing a text must carry, and whose rule that is.
#[derive(Debug, Clone)]
pub(super) struct Ruled {
    pub(super) element: Element,
    pub(super) rule: String,
}

/// How often one number may be written to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cap {
    /// At most so many…
    pub max: i64,
    /// …in so many milliseconds.
    pub per_ms: i64,
    /// Whose rule it is.
    pub rule: String,
}

/// The merged rules.
#[derive(Debug)]
pub struct Rules {
    /// The packs, the recipient's own first.
    pub packs: Vec<Arc<Pack>>,
    /// `il@2026.11.0#sha256`, each.
    pub basis: Arc<str>,
    pub(super) elements: Vec<Ruled>,
    /// Hours that are kept, each with its rule.
    pub(super) hours: Vec<(Window, String)>,
    /// The zones a recipient may live in: of the part that the number tells, else of the whole country.
    pub(super) zones: Vec<TimeZone>,
    /// The part of the country that the number tells.
    pub(super) area: Option<&'static Area>,
    /// Whether a person's own zone does not free it from the clocks of the number's part.
    pub(super) area_binds: bool,
    /// The recipient's country; empty where nobody knows.
    pub country: String,
    /// How often, the smallest of all.
    pub cap: Option<Cap>,
    /// Whether every advertisement carries the person's link for leaving, by the workspace's own wish.
    pub(super) link: Option<(Level, &'static str)>,
    /// The words around such a link.
    pub(super) link_words: Option<String>,
    /// Public lists that are asked.
    pub(super) registries: Vec<Asked>,
    /// Classes whose texts must have been approved, how strictly, and by which rule.
    templates: Option<(Level, Vec<String>, String)>,
    /// Words a person refuses by, folded.
    pub(super) refusing: HashSet<String>,
    /// Whether a name must have been looked at before it is shown.
    pub(super) names_registered: Option<String>,
    /// Whether names are shown there at all.
    pub(super) names_not_shown: Option<String>,
    /// Whether it is known with which letter case a name is registered.
    pub(super) names_exact: Option<String>,
    /// Whether a rule holds messages back whose words are advertising and whose class is not.
    pub(super) holds_by_words: Option<String>,
}

fn rule(pack: &Pack, name: &str) -> String {
    format!("{} {name}", pack.name())
}

impl Rules {
    /// Whether a person's own link for leaving may have to be added.
    pub(crate) fn may_add_link(&self) -> bool {
        self.link.is_some() || self.link_words.is_some()
    }

    /// How strictly approved texts are asked for, whatever the class.
    pub(crate) fn template_level(&self) -> Level {
        self.templates.as_ref().map_or(Level::Off, |(level, ..)| *level)
    }

    /// Whether texts of a class must have been approved: how strictly, and by which rule.
    pub(crate) fn approves(&self, class: sms::Class) -> Option<(Level, &str)> {
        let (level, classes, rule) = self.templates.as_ref()?;
        classes.iter().any(|c| c == class.name()).then_some((*level, rule.as_str()))
    }

    /// Whether some public list is asked.
    pub(crate) fn asks_registries(&self) -> bool {
        !self.registries.is_empty()
    }

    /// Merges what applies. `country` is the recipient's, empty where nobody knows.
    pub(super) fn merge(
        packs: Vec<Arc<Pack>>,
        country: &str,
        area: Option<&'static Area>,
        wishes: &[Wish],
    ) -> Rules {
        let basis: Vec<String> = packs.iter().map(|p| format!("{}#{}", p.name(), p.sha256)).collect();
        let mut rules = Rules {
            basis: basis.join(" ").into(),
            elements: elements(&packs, wishes),
            hours: hours(&packs, wishes),
            zones: area.map_or_else(|| zones_of(&packs, country), |a| a.zones.clone()),
            area,
            area_binds: packs
                .iter()
                .any(|p| p.file.pack.timezone_from.iter().any(|from| from == "area_code")),
            country: country.to_owned(),
            cap: cap(&packs, area, wishes),
            registries: registries(&packs, wishes),
            templates: templates(&packs, wishes),
            link: policy::link(wishes),
            link_words: packs
                .iter()
                .filter_map(|p| p.file.content.get("marketing"))
                .flat_map(|c| &c.element)
                .find_map(|e| e.default_insert_link.clone()),
            refusing: packs
                .iter()
                .flat_map(|p| p.file.optout.keywords.values().flatten())
                // Of "stop all" and "opt out" no single word refuses: advertising is full of "all" and "out".
                .filter_map(|w| match refusal::tokens(w).as_slice() {
                    [one] if one.chars().count() > 2 => Some(one.clone()),
                    _ => None,
                })
                .collect(),
            names_registered: None,
            names_not_shown: None,
            names_exact: None,
            holds_by_words: None,
            packs,
        };
        for pack in &rules.packs {
            let ids = &pack.file.sender_id;
            match ids.alphanumeric.as_deref() {
                Some("not_supported") => {
                    rules.names_not_shown.get_or_insert(rule(pack, "sender_id.alphanumeric"));
                }
                Some("preregistered" | "registered" | "registered_per_operator") => {
                    rules.names_registered.get_or_insert(rule(pack, "sender_id.alphanumeric"));
                }
                _ => {}
            }
            if ids.case_exact {
                rules.names_exact.get_or_insert(rule(pack, "sender_id.case_exact"));
            }
            if pack.file.classify.lexicon_hit_on_transactional.as_deref() == Some("hold_for_review") {
                rules.holds_by_words.get_or_insert(rule(pack, "classify.marketing_lexicon"));
            }
        }
        rules
    }

    /// Whether the words of a text are those of advertising, and which one is.
    pub(super) fn sounds_like_advertising(&self, text: &str) -> Option<&str> {
        let text = text.to_lowercase();
        self.packs.iter().flat_map(|p| &p.lexicon).find(|word| occurs(&text, word)).map(String::as_str)
    }
}

/// A word of Latin letters stands alone, as *sale* does not in *wholesale*; a sign, or a stem of another script, anywhere.
fn occurs(text: &str, word: &str) -> bool {
    let latin = word.bytes().all(|b| b.is_ascii_alphabetic());
    text.match_indices(word).any(|(at, _)| {
        let before = text[..at].chars().next_back();
        let after = text[at + word.len()..].chars().next();
        !latin || ![before, after].into_iter().flatten().any(char::is_alphabetic)
    })
}

/// The level a workspace's wish leads to: stricter always, laxer where the pack gives leave.
fn wished(level: Level, leave: &[Level], wish: Option<&Wish>) -> Level {
    match wish.and_then(|w| Level::parse(&w.value)) {
        Some(wanted) if wanted >= level || leave.contains(&wanted) => wanted,
        _ => level,
    }
}

fn elements(packs: &[Arc<Pack>], wishes: &[Wish]) -> Vec<Ruled> {
    let mut out: Vec<Ruled> = Vec::new();
    for pack in packs {
        for element in pack.file.content.get("marketing").into_iter().flat_map(|c| &c.element) {
            let name = format!("content.{}", element.id);
            let wish = wishes.iter().find(|w| w.rule == name);
            let level = wished(element.level, &element.tenant_may_set, wish);
            let mut element = Element { level, ..element.clone() };
            match out.iter_mut().find(|r| r.element.id == element.id) {
                None => out.push(Ruled { rule: rule(pack, &name), element }),
                Some(known) => {
                    // The recipient's own words stay; what binds is the strictest.
                    if element.level > known.element.level {
                        known.rule = rule(pack, &name);
                        known.element.level = element.level;
                    }
                    known.element.any_of_prefix.append(&mut element.any_of_prefix);
                    known.element.alpha_sender_needs_reply_number |= element.alpha_sender_needs_reply_number;
                    known.element.at_least_one.retain(|way| element.at_least_one.contains(way));
                    let own = &mut known.element;
                    own.default_insert = own.default_insert.take().or(element.default_insert);
                    own.default_insert_alpha =
                        own.default_insert_alpha.take().or(element.default_insert_alpha);
                }
            }
        }
    }
    out
}

fn hours(packs: &[Arc<Pack>], wishes: &[Wish]) -> Vec<(Window, String)> {
    let mut out = Vec::new();
    let silent = wishes.iter().any(|w| w.value == "on" && w.rule == SENSITIVE);
    let wishes: Vec<&Wish> = wishes.iter().filter(|w| w.rule == "window.marketing").collect();
    for pack in packs {
        let leave = pack.file.window.get("marketing").map_or(&[][..], |w| &w.tenant_may_set);
        for window in &pack.windows {
            let level = wishes.iter().fold(window.level, |level, wish| wished(level, leave, Some(wish)));
            if level == Level::Enforce {
                let window = window.clone();
                let window = if silent { window.with_sensitive_days() } else { window };
                out.push((window, rule(pack, "window.marketing")));
            }
        }
    }
    for own in wishes.iter().filter_map(|w| w.hours()) {
        out.push((own, "workspace window.marketing".into()));
    }
    out
}

/// The smallest count. That of a part of the country binds where the number is of it, or of nobody knows where: so many, in
/// however many hours, and nothing more in the country's days.
fn cap(packs: &[Arc<Pack>], area: Option<&Area>, wishes: &[Wish]) -> Option<Cap> {
    let wish = wishes.iter().find(|w| w.rule == "frequency.marketing").and_then(Wish::count);
    let mut out: Option<Cap> = None;
    for pack in packs {
        let Some(f) = pack.file.frequency.get("marketing").filter(|f| f.level == Level::Enforce) else {
            continue;
        };
        let (mut max, mut days) = (f.max, f.per_days);
        if let Some((wanted, per)) = wish {
            let stricter = wanted * days <= max * per;
            let leave = f.tenant_max_allowed.as_ref().is_some_and(|a| wanted * a.per_days <= a.max * per);
            if stricter || leave {
                (max, days) = (wanted, per);
            }
        }
        let there =
            f.state.iter().filter(|s| s.max > 0 && area.is_none_or(|a| s.states.iter().any(|p| p == a.part)));
        let max = there.map(|s| s.max).fold(max, i64::min);
        let this = Cap { max, per_ms: days * DAY_MS, rule: rule(pack, "frequency.marketing") };
        let rarer = out.as_ref().is_none_or(|o| this.max * o.per_ms < o.max * this.per_ms);
        out = if rarer { Some(this) } else { out };
    }
    out
}

fn registries(packs: &[Arc<Pack>], wishes: &[Wish]) -> Vec<Asked> {
    let asked = |pack: &Arc<Pack>, key: &str, r: &Registry| {
        let level = policy::registry_level(wishes, &r.id).map_or(r.level, |wanted| wanted.max(r.level));
        (level > Level::Off).then(|| Asked {
            id: r.id.clone(),
            level,
            max_age_ms: r.max_age_days * DAY_MS,
            goes_on: r.when_stale.as_deref() == Some("go_on"),
            consent_overrides: r.r#override.iter().any(|o| o.starts_with("consent")),
            rule: rule(pack, &format!("registry.{key}")),
        })
    };
    packs.iter().flat_map(|p| p.file.registry.iter().filter_map(move |(key, r)| asked(p, key, r))).collect()
}

/// The strictest of packs and the workspace's own wish, for the classes of all.
fn templates(packs: &[Arc<Pack>], wishes: &[Wish]) -> Option<(Level, Vec<String>, String)> {
    let mut out: Option<(Level, Vec<String>, String)> = None;
    let each = packs.iter().filter(|p| p.file.template.level > Level::Off).map(|p| {
        let t = &p.file.template;
        (t.level, t.classes.clone(), rule(p, "template"))
    });
    let own =
        policy::templates(wishes).map(|(level, classes)| (level, classes, "workspace template".to_owned()));
    for (level, classes, rule) in each.chain(own) {
        match &mut out {
            None => out = Some((level, classes, rule)),
            Some(known) => {
                known.1.extend(classes);
                if level > known.0 {
                    (known.0, known.2) = (level, rule);
                }
            }
        }
    }
    out
}

fn zones_of(packs: &[Arc<Pack>], country: &str) -> Vec<TimeZone> {
    let own = packs.first().and_then(|p| p.file.pack.timezone.as_deref());
    let named: Vec<&str> = match (zones::of(country), own) {
        ([], Some(own)) => vec![own],
        (zones, _) => zones.to_vec(),
    };
    named.into_iter().filter_map(|zone| TimeZone::get(zone).ok()).collect()
}
