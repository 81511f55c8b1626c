//! The composer's data: one snapshot of draft, audience, a real person's text, and the checks over them.

use axum::response::Response;
use engine::campaign::{self, Draft, Preview as Person, View};
use engine::collect::topic;
use engine::{Ctx, Error, Submission, connector, template};
use sms::id::{kind, parse, public};
use sms::parts::{self, Ability, Manner};
use sms::{Class, Code, Encoding};
use store::Tx;

use super::ask::{Posted, Seat, is_up};
use super::oops::Oops;
use super::reply;
use super::{people, shown};
use crate::args;
use crate::pages::composer::{Audience, Check, ComposerView, Level, Meter, Preview, REPLACEABLE};
use crate::ui::form::Choice;

/// Parts the meter still draws; the checks speak of longer texts.
const DRAWN_MOST: u8 = 20;

/// What a form says of a draft.
pub(super) fn typed(posted: &Posted) -> Draft {
    Draft {
        name: posted.get("name").to_owned(),
        text: posted.raw("text").to_owned(),
        sender: Some(posted.get("from").to_owned()).filter(|from| !from.is_empty()),
        class: posted.get("class").parse::<Class>().ok(),
        topic: Some(posted.get("topic").to_owned()).filter(|topic| !topic.is_empty()),
        list: parse(kind::LIST, posted.get("list")),
        due: None,
    }
}

struct Facts {
    draft: View,
    audience: Option<campaign::Audience>,
    person: Option<Person>,
    lists: Vec<Choice>,
    topics: Vec<topic::View>,
    senders: Vec<String>,
    connectors: Vec<connector::View>,
    ability: Ability,
}

fn facts(tx: &mut Tx<'_>, ctx: &Ctx, id: i64, index: i64) -> engine::Result<Facts> {
    let draft = campaign::get(tx, ctx, id)?;
    let known = draft.list != 0 && template::check(&draft.text).is_ok();
    let audience = if known { Some(campaign::audience(tx, ctx, id)?) } else { None };
    let person = match &audience {
        Some(audience) if audience.will_send > 0 && !draft.text.trim().is_empty() => {
            campaign::preview(tx, ctx, id, (index - 1) % audience.will_send)?
        }
        _ => None,
    };
    let shown = engine::sender::list(tx, ctx)?.into_iter().filter(|s| s.status == "approved");
    let mut senders: Vec<String> = shown.map(|s| s.name).collect();
    senders.extend(connector::numbers(tx, ctx)?.into_iter().map(|n| n.number));
    senders.dedup();
    let ability = person.as_ref().map(|p| Ok(p.ability)).unwrap_or_else(|| campaign::ability(tx, ctx))?;
    Ok(Facts {
        ability,
        draft,
        audience,
        person,
        lists: people::choices(tx, ctx)?,
        topics: topic::offered(tx, ctx.workspace)?,
        senders,
        connectors: connector::list(tx, ctx)?,
    })
}

/// The composer of a draft; `None` when it is no draft any more. What was typed and refused stands in it as typed.
pub(super) async fn view(
    seat: &Seat,
    id: i64,
    index: i64,
    refused: Option<(Draft, Error)>,
) -> Result<Option<ComposerView>, Oops> {
    let found = seat.read(move |tx, ctx| facts(tx, ctx, id, index)).await?;
    if found.draft.report.state.name() != "draft" {
        return Ok(None);
    }
    let w = &seat.words;
    let (typed, fault) = match refused {
        Some((typed, e)) => (Some(typed), Some(shown::why(w, &e))),
        None => (None, None),
    };
    let text = typed.as_ref().map_or_else(|| found.draft.text.clone(), |t| t.text.clone());
    let name = typed.as_ref().map_or_else(|| found.draft.name.clone(), |t| t.name.clone());
    let merged = found.person.as_ref().filter(|_| typed.is_none()).map_or(text.clone(), |p| p.text.clone());
    let mut checks = checks(seat, &found, &text);
    if let Some((_, why)) = &fault {
        checks.insert(0, Check { level: Level::Stop, says: why.clone(), fix: None });
    }
    let (audience, histogram) = counted(&found);
    Ok(Some(ComposerView {
        id: public(kind::CAMPAIGN, found.draft.id),
        name,
        saved: (found.draft.version > 1).then_some(w.now),
        froms: froms(seat, &found),
        lists: found.lists.clone(),
        list: if found.draft.list == 0 { String::new() } else { public(kind::LIST, found.draft.list) },
        version: found.draft.version,
        class: found.draft.class.name().into(),
        topic: found.draft.topic.clone(),
        topics: topics(seat, &found),
        from: found.draft.sender.clone(),
        fields: fields(seat),
        sample_json: sample(&found),
        table_json: sms::alphabet::gsm7::table_json_with(found.ability.shifts),
        meter: meter(&text, &merged, found.ability),
        preview: found.person.as_ref().map(|p| preview(p, &audience)),
        through_at: through(seat, &found, &histogram),
        audience,
        histogram,
        checks,
        text,
        fault,
    }))
}

fn counted(found: &Facts) -> (Audience, Vec<(i64, i64)>) {
    let Some(all) = &found.audience else { return (Audience::default(), Vec::new()) };
    let empty = found.draft.text.trim().is_empty();
    // While nothing is written yet, nobody is left out for the text.
    let keeps = |code: Code| !(empty && code == Code::TemplateError);
    let out: Vec<(Code, i64)> = all.skipped.iter().copied().filter(|(code, _)| keeps(*code)).collect();
    let rest = all.total - out.iter().map(|(_, n)| n).sum::<i64>();
    let audience = Audience { all: all.total, out, rest };
    // A sample stands for everybody: its bars are scaled to the people there are.
    let scaled = |people: i64| match all.sampled && all.counted > 0 {
        true => people * all.will_send / all.counted,
        false => people,
    };
    let bars = all.parts_histogram.iter().filter(|_| !empty);
    (audience, bars.map(|bar| (scaled(bar.people), bar.parts)).collect())
}

fn froms(seat: &Seat, found: &Facts) -> Vec<Choice> {
    let w = &seat.words;
    let mut all = vec![Choice::new("", w.t("composer-from-own"))];
    let word = |name: &String| {
        let shown = seat.number(name);
        let key =
            if name.chars().any(char::is_alphabetic) { "composer-from-name" } else { "composer-from-number" };
        Choice::new(name.clone(), w.attr(key, args!(from: shown)))
    };
    all.extend(found.senders.iter().map(word));
    if !found.draft.sender.is_empty() && !found.senders.contains(&found.draft.sender) {
        all.push(word(&found.draft.sender));
    }
    all
}

/// What a mailing may be about: everything that is offered, and what this draft was about before.
fn topics(seat: &Seat, found: &Facts) -> Vec<Choice> {
    let w = &seat.words;
    let own = &found.draft.topic;
    let known = found.topics.iter().map(|t| Choice::new(t.name.clone(), t.title(&w.language.code)));
    let mut all: Vec<Choice> = known.collect();
    if !own.is_empty() && !all.iter().any(|t| t.value == *own) {
        all.push(Choice::new(own.clone(), own.clone()));
    }
    if !all.is_empty() {
        all.insert(0, Choice::new("", w.t("composer-topic-none")));
    }
    all
}

fn fields(seat: &Seat) -> Vec<Choice> {
    let w = &seat.words;
    vec![
        Choice::new("{{first_name}}", w.t("first-name")),
        Choice::new("{{last_name}}", w.t("last-name")),
        Choice::new("{{unsubscribe_url}}", w.t("composer-field-leave")),
    ]
}

/// What the browser's meter puts in for fields: the previewed person, and a link as long as a real one.
fn sample(found: &Facts) -> String {
    let name = found.person.as_ref().map(|p| p.name.as_str()).unwrap_or_default();
    let (first, last) = name.split_once(' ').unwrap_or((name, ""));
    let link =
        found.person.as_ref().and_then(|p| p.text.split_whitespace().find(|word| word.contains("/u/")));
    serde_json::json!({ "first_name": first, "last_name": last, "unsubscribe_url": link.unwrap_or("") })
        .to_string()
}

/// The meter for a text as typed, and as one person gets it.
pub(super) fn meter(typed: &str, merged: &str, ability: Ability) -> Meter {
    if merged.is_empty() {
        return Meter::default();
    }
    let size = ability.size(merged);
    let limit = size.per_part as i64;
    let drawn = Manner { most: DRAWN_MOST, ..Manner::default() };
    let split = parts::split_spelt(merged, size.into(), &drawn);
    let used = split.map_or_else(
        |_| vec![(limit, limit); size.parts],
        |s| s.parts.iter().map(|p| (p.units as i64, limit)).collect(),
    );
    let (mut guilty, mut at) = (Vec::new(), 0);
    for ch in typed.chars() {
        at += ch.len_utf16() as i64;
        if REPLACEABLE.iter().any(|(bad, ..)| *bad == ch) {
            guilty.push((ch, at));
        }
    }
    let plain = |ch: char| REPLACEABLE.iter().find(|(bad, ..)| *bad == ch).map(|(_, to, _)| *to);
    let without: String =
        merged.chars().map(|ch| plain(ch).map_or_else(|| ch.to_string(), str::to_owned)).collect();
    let cured = ability.size(&without);
    if cured.encoding != Encoding::Gsm7 || size.encoding == Encoding::Gsm7 {
        guilty.clear();
    }
    Meter { encoding: Some(size.encoding), parts: used, guilty, parts_without: cured.parts as i64 }
}

fn preview(p: &Person, audience: &Audience) -> Preview {
    let strong = p.text.chars().find(|ch| ch.is_alphabetic());
    // The scripts written from right to left lie together: Hebrew to Arabic Extended-A, and their presentation forms.
    let rtl = strong.is_some_and(
        |ch| matches!(ch, '\u{590}'..='\u{8ff}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{feff}'),
    );
    Preview {
        index: p.index + 1,
        of: audience.rest,
        name: p.name.clone(),
        phone: p.to_masked.clone(),
        text: p.text.clone(),
        rtl,
        longest: None,
    }
}

fn through(seat: &Seat, found: &Facts, histogram: &[(i64, i64)]) -> Option<i64> {
    let parts: i64 = histogram.iter().map(|(people, each)| people * each).sum();
    let limit =
        |c: &connector::View| c.settings.get("rate").and_then(|r| r.parse::<i64>().ok()).filter(|r| *r > 0);
    let rate: i64 = found.connectors.iter().filter(|c| is_up(c.state)).filter_map(limit).sum();
    (rate > 0 && parts > 0).then(|| seat.words.now + parts * 1000 / rate)
}

fn checks(seat: &Seat, found: &Facts, text: &str) -> Vec<Check> {
    let w = &seat.words;
    let mut all = Vec::new();
    let mut add = |level, says: String, fix: Option<(&str, String)>| {
        all.push(Check { level, says, fix: fix.map(|(href, word)| (href.to_owned(), word)) });
    };
    if text.trim().is_empty() {
        add(Level::Stop, w.t("composer-check-text"), None);
    }
    let rest = found.audience.as_ref().map_or(0, |a| a.will_send);
    if found.draft.list == 0 {
        add(Level::Stop, w.t("why-list-required"), None);
    } else if rest == 0 && !text.trim().is_empty() {
        add(Level::Stop, w.t("composer-check-nobody"), None);
    }
    let ad = found.draft.class.needs_consent();
    if ad && rest > 0 {
        add(Level::Ok, w.f("composer-check-consent", args!(n: rest)), None);
    }
    let ways = ["refusal_path", "refusal-path", "unsubscribe_link", "unsubscribe-link"];
    let adds = found.person.as_ref().is_some_and(|p| p.added.iter().any(|id| ways.contains(id)));
    if ad && !text.trim().is_empty() {
        let link = template::check(text).is_ok_and(|compiled| compiled.has_unsubscribe());
        match (link, refusal_word(text)) {
            (true, _) => add(Level::Ok, w.t("composer-check-leave-link"), None),
            (_, Some(word)) => add(Level::Ok, w.f("composer-check-leave-reply", args!(word: word)), None),
            // Where the law adds one, the line about the law says so.
            (false, None) if adds => {}
            (false, None) => add(Level::Warn, w.t("composer-check-leave-none"), None),
        }
    }
    lawful(seat, found, &mut add);
    carried(seat, found, &mut add);
    all
}

/// What the law adds to the text and when it lets it go, as the previewed person gets it.
fn lawful(seat: &Seat, found: &Facts, add: &mut impl FnMut(Level, String, Option<(&str, String)>)) {
    let (w, rules) = (&seat.words, || Some(("/settings/law", seat.words.t("law"))));
    let Some(person) = &found.person else { return };
    if !person.added.is_empty() {
        let words: Vec<String> = person
            .added
            .iter()
            .map(|id| w.t(&format!("law-rule-content-{}", id.replace('_', "-"))))
            .collect();
        add(Level::Ok, w.attr("composer-check-law-added", args!(what: words.join(", "))), rules());
    }
    if let Some((code, _)) = &person.refused {
        add(Level::Stop, shown::reason(w, *code), rules());
    }
    if let Some(opens) = person.opens {
        add(Level::Warn, w.attr("composer-check-law-opens", args!(when: w.day_time(opens))), rules());
    }
}

fn carried(seat: &Seat, found: &Facts, add: &mut impl FnMut(Level, String, Option<(&str, String)>)) {
    let w = &seat.words;
    if seat.ctx().test {
        add(Level::Ok, w.t("composer-check-simulated"), None);
        return;
    }
    let real = || found.connectors.iter().filter(|c| c.kind != connector::SIMULATOR && c.enabled);
    match real().find(|c| is_up(c.state)) {
        Some(up) => add(Level::Ok, w.f("composer-check-connection", args!(name: up.name.as_str())), None),
        None => add(
            Level::Warn,
            w.t("composer-check-connection-waits"),
            Some(("/delivery/connections", w.t("nav-connections"))),
        ),
    }
}

/// A word people leave by that stands in the text.
fn refusal_word(text: &str) -> Option<&'static str> {
    const WORDS: [&str; 6] = ["STOP", "הסר", "СТОП", "BAJA", "LEIRATKOZÁS", "STOPP"];
    let upper = text.to_uppercase();
    WORDS.into_iter().find(|word| upper.split(|c: char| !c.is_alphanumeric()).any(|piece| piece == *word))
}

/// Sends what the first person would get to a phone of the simulator, or asks for a number where there is none.
pub(super) async fn test(seat: &Seat, id: i64, public_id: &str) -> Result<Response, Oops> {
    let edit = format!("/campaigns/{public_id}/edit");
    let sent = seat
        .write("test campaign", move |tx, ctx| {
            let draft = campaign::get(tx, ctx, id)?;
            let text = campaign::preview(tx, ctx, id, 0)?.map_or(draft.text, |p| p.text);
            let one = Submission {
                workspace: ctx.workspace,
                to: super::phones::FIRST.into(),
                text,
                from: Some(draft.sender).filter(|s| !s.is_empty()),
                class: Some(Class::Transactional),
                test: true,
                source: "page",
                ..Submission::default()
            };
            engine::submit(tx, &[one])?.pop().ok_or(Error::NotFound("message"))
        })
        .await?;
    Ok(match sent {
        Ok(_) => reply::done("/delivery/simulator", "said-sent", None),
        Err(_) => reply::done(&edit, "said-not-sent", None),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_meter_names_what_forces_unicode_and_what_it_would_cost_without() {
        let meter_of = |text: &str| meter(text, text, Ability::default());
        let dash = meter_of("Sale – today, don’t miss it");
        assert_eq!(dash.encoding, Some(Encoding::Ucs2));
        assert_eq!(dash.guilty, vec![('\u{2013}', 6), ('\u{2019}', 18)]);
        assert_eq!(dash.parts, vec![(27, 70)]);
        assert!(meter_of("שלום – עולם").guilty.is_empty(), "a Hebrew text is Unicode by its letters");
        assert!(meter_of("plain").guilty.is_empty());
        assert_eq!(meter_of(&"a".repeat(161)).parts, vec![(153, 153), (8, 153)]);
        assert!(meter_of("").parts.is_empty());
    }

    #[test]
    fn a_way_to_leave_is_a_word_of_its_own() {
        assert_eq!(refusal_word("Reply Stop to leave"), Some("STOP"));
        assert_eq!(refusal_word("להסרה יש להשיב הסר"), Some("הסר"));
        assert_eq!(refusal_word("unstoppable"), None);
    }
}
