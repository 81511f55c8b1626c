//! The catalogues and the code agree: every key asked for exists, and no key is left over.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use sms::life::Status;
use sms::live::{Limit, LinkState};
use sms::reason::Code;
use web::pages::error::Kind;
use web::ui::state::CAMPAIGN_STATES;
use web::words::languages;

fn sources(dir: &Path, all: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, all);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            all.push(path);
        }
    }
}

/// Every string literal of the crate's sources.
fn literals() -> (BTreeSet<String>, BTreeSet<String>) {
    let mut files = Vec::new();
    sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut files);
    let (mut any, mut asked) = (BTreeSet::new(), BTreeSet::new());
    for file in files {
        let source = std::fs::read_to_string(file).unwrap();
        let source: String = source.lines().filter(|line| !line.trim_start().starts_with("//")).collect();
        for (i, piece) in source.split('"').enumerate() {
            if i > 0 {
                any.insert(piece.to_owned());
            }
        }
        for call in [".t(\"", ".f(\"", ".attr(\"", ".rich(\""] {
            asked.extend(
                source.split(call).skip(1).filter_map(|rest| rest.split('"').next()).map(str::to_owned),
            );
        }
    }
    (any, asked)
}

/// The stable words of the engine's refusals: the second argument of `Error::invalid`, the only one of `Conflict`.
fn refusals() -> BTreeSet<String> {
    let mut files = Vec::new();
    sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../engine/src"), &mut files);
    let mut words = BTreeSet::new();
    for file in files.iter().filter(|file| !file.to_string_lossy().contains("tests")) {
        let source = std::fs::read_to_string(file).unwrap();
        let literals = |text: &str| text.split('"').skip(1).step_by(2).map(str::to_owned).collect::<Vec<_>>();
        for call in source.split("Conflict(\"").skip(1) {
            words.extend(call.split('"').next().map(str::to_owned));
        }
        for call in source.split("Error::invalid(").skip(1) {
            let inside: String = call.chars().take_while(|c| *c != ';').collect();
            let second = if inside.trim_start().starts_with('"') { 1 } else { 0 };
            words.extend(
                literals(&inside)
                    .get(second)
                    .filter(|w| w.chars().all(|c| c.is_ascii_lowercase() || c == '_'))
                    .cloned(),
            );
        }
    }
    words
}

#[test]
fn every_refusal_of_the_engine_has_its_words() {
    let keys = languages()[0].keys();
    let found = refusals();
    assert!(found.len() > 20, "the engine's refusals were found: {found:?}");
    let missing: Vec<_> =
        found.iter().filter(|word| !keys.contains(&format!("why-{}", word.replace('_', "-")))).collect();
    assert!(missing.is_empty(), "no words for {missing:?}");
}

#[test]
fn every_refused_file_and_problem_row_has_its_words() {
    let keys = languages()[0].keys();
    let engine = Path::new(env!("CARGO_MANIFEST_DIR")).join("../engine/src/import");
    let mut wanted = BTreeSet::new();
    for (file, start) in [("refused.rs", "file_"), ("problems.rs", "problem-")] {
        let source = std::fs::read_to_string(engine.join(file)).unwrap();
        let words = source
            .split('"')
            .skip(1)
            .step_by(2)
            .filter(|word| word.starts_with(start) && !word.contains(' '));
        wanted.extend(words.map(|word| word.replace('_', "-")));
    }
    assert!(wanted.len() > 30, "{wanted:?}");
    let missing: Vec<_> =
        wanted.iter().filter(|key| !keys.contains(*key) || !keys.contains(&format!("{key}-fix"))).collect();
    assert!(missing.is_empty(), "no words for {missing:?}");
}

/// The keys that are put together from closed lists.
fn composed() -> BTreeSet<String> {
    let mut keys = BTreeSet::new();
    for status in Status::ALL {
        keys.insert(format!("status-{}", status.name()));
    }
    for state in LinkState::ALL {
        let name = state.name().replace('_', "-");
        keys.extend([format!("link-{name}"), format!("link-{name}-why")]);
    }
    for state in CAMPAIGN_STATES {
        keys.insert(format!("campaign-state-{}", state.replace('_', "-")));
    }
    for code in Code::ALL {
        let key = code.key();
        keys.extend([format!("{key}-we"), format!("{key}-you"), key]);
    }
    for class in sms::Class::ALL {
        keys.insert(format!("class-{}", class.name()));
    }
    for encoding in sms::Encoding::ALL {
        keys.insert(format!("encoding-{}", encoding.name().to_ascii_lowercase()));
    }
    for kind in Kind::ALL {
        keys.extend([format!("error-{}", kind.name()), format!("error-{}-fix", kind.name())]);
    }
    for (n, names) in [(7, ["weekday", "weekday-short"]), (12, ["month", "month-short"])] {
        keys.extend((1..=n).flat_map(|i| names.map(|name| format!("{name}-{i}"))));
    }
    for lane in sms::Lane::ALL {
        keys.insert(format!("lane-{}", lane.name()));
    }
    for limit in Limit::ALL {
        let name = if limit.name().is_empty() { "nothing".into() } else { limit.name().replace('_', "-") };
        keys.extend([format!("limit-{name}"), format!("limit-{name}-says")]);
    }
    keys.extend(["running", "paused", "stopped", "held"].map(|state| format!("stream-{state}")));
    keys.extend(["campaign", "messages", "scheduled", "job"].map(|kind| format!("held-kind-{kind}")));
    for decision in engine::unconfirmed::Decision::ALL {
        let name = decision.name();
        keys.extend(["", "-says", "-n", "-ask"].map(|end| format!("unconfirmed-{name}{end}")));
    }
    for kind in engine::alarm::Kind::ALL {
        let name = kind.name().replace('_', "-");
        keys.extend(["", "-kept", "-do"].map(|end| format!("alarm-{name}{end}")));
    }
    keys.extend(["pause", "resume"].map(|deed| format!("stream-{deed}-named")));
    keys.extend(engine::connector::Hint::ALL.iter().map(|hint| format!("link-hint-{}", hint.name())));
    keys.extend(["alarm-card-locked", "alarm-card-locked-kept"].map(str::to_owned));
    keys.extend(engine::connector::Hint::ALL.iter().map(|hint| format!("link-said-{}", hint.name())));
    keys.extend(engine::route::Miss::ALL.iter().map(|miss| format!("miss-{}", miss.name())));
    keys.extend(["order", "share", "cheapest"].map(|way| format!("rule-choose-{way}")));
    keys.extend(["running", "coming", "over"].map(|state| format!("lease-{state}")));
    keys.extend(["ranges", "ported"].map(|kind| format!("networks-{kind}")));
    for field in [
        "name",
        "countries",
        "prefixes",
        "networks",
        "senders",
        "workspaces",
        "contains",
        "pattern",
        "ceiling",
    ] {
        keys.insert(format!("rule-{field}"));
    }
    keys.extend(["strip", "add", "sender", "hour-from", "hour-to"].map(|field| format!("rule-{field}")));
    for field in ["name", "countries", "networks", "senders", "workspaces", "pattern", "ceiling"] {
        keys.insert(format!("rule-{field}-help"));
    }
    let cards = ["ready", "pin", "puk", "absent", "failed", "unknown"];
    keys.extend(cards.map(|card| format!("modem-sim-{card}")));
    let networks = ["home", "roaming", "searching", "denied", "idle", "unknown"];
    keys.extend(networks.map(|network| format!("modem-net-{network}")));
    for class in ["marketing", "service", "transactional"] {
        keys.insert(format!("composer-kind-{class}"));
    }
    keys.extend(["transmitter", "receiver", "transceiver"].map(|bind| format!("clients-{bind}")));
    keys.extend(["status", "inbound"].map(|place| format!("try-place-is-{place}")));
    keys.extend(["long", "short", "shared"].map(|kind| format!("number-{kind}")));
    keys.extend(["system", "light", "dark"].map(|theme| format!("theme-{theme}")));
    keys.extend(
        web::pages::settings::country_codes().map(|code| format!("country-{}", code.to_ascii_lowercase())),
    );
    keys.extend(
        ["rest", "smpp", "page", "console", "campaign", "inbox", "system", "reconfirm"]
            .map(|door| format!("source-{door}")),
    );
    keys.extend(["optout", "suspect", "optin", "help"].map(|effect| format!("effect-{effect}")));
    keys.extend(["grant", "refuse", "expire", "ask", "retract"].map(|action| format!("proof-{action}")));
    keys.extend(["all", "any", "not"].map(|group| format!("segments-group-{group}")));
    keys.extend(["consent", "existing-customer"].map(|basis| format!("basis-{basis}")));
    keys.extend(["stale", "internal", "busy", "too-large"].map(|kind| format!("error-{kind}-kept")));
    keys.extend(
        [
            "contact-export",
            "people-merged",
            "person-erased",
            "proof-shown",
            "stale-ended",
            "stale-kept",
            "suspect-cleared",
        ]
        .map(|deed| format!("story-deed-{deed}")),
    );
    let rules = web::pages::law::RULES.iter().map(|rule| rule.replace(['.', '_'], "-"));
    // The element that only one country asks for cannot be wished; a list is said with its own name.
    let others = ["content-erid", "registry"].map(str::to_owned);
    keys.extend(rules.chain(others).map(|rule| format!("law-rule-{rule}")));
    keys.extend(people());
    keys.extend(engine::collect::form::Kind::ALL.iter().map(|kind| format!("forms-kind-{}", kind.name())));
    keys.extend(
        engine::collect::wishes::Often::ALL.iter().map(|often| format!("pref-often-{}", often.name())),
    );
    let sure = ["case", "practice", "primary", "statute-secondary", "unverified"];
    keys.extend(sure.map(|how| format!("law-sure-{how}")));
    keys.extend(["approved", "expired", "rejected", "submitted"].map(|status| format!("sender-{status}")));
    keys.extend(["digits", "no-letter", "too-long"].map(|problem| format!("sender-wrong-{problem}")));
    keys
}

/// Those about people, deeds to many of them and what is kept of them.
fn people() -> BTreeSet<String> {
    let mut keys = BTreeSet::new();
    for level in ["off", "warn", "insert", "require", "enforce"] {
        keys.extend([format!("law-level-{level}"), format!("tpl-level-{level}")]);
    }
    for kind in store::keep::Kind::ALL {
        keys.insert(format!("keep-{}", kind.name().replace('_', "-")));
    }
    for deed in engine::bulk::Deed::ALL {
        keys.insert(format!("deed-{}", deed.name().replace('_', "-")));
    }
    let states = ["running", "done", "stopped", "undoing", "undone"];
    keys.extend(states.map(|state| format!("deed-state-{state}")));
    keys.extend(["nobody", "silence"].map(|why| format!("stale-why-{why}")));
    // `engine::history::Entry::kind`; the rest of them are said with values, by name.
    let kinds = ["out", "in", "grant", "refuse", "expire", "ask", "retract", "denied", "made"];
    keys.extend(kinds.map(|kind| format!("story-{kind}")));
    let edits = ["number", "first-name", "last-name", "tags", "lists", "merged", "refusal"];
    keys.extend(edits.map(|what| format!("story-edit-{what}")));
    for deed in ["erase", "suppress"] {
        keys.extend(["says", "do"].map(|end| format!("many-sure-{deed}-{end}")));
    }
    keys.extend(asked());
    keys
}

/// Those about people who are asked once more, and about texts that are looked at before they are sent.
fn asked() -> BTreeSet<String> {
    let mut keys = BTreeSet::new();
    for kind in ["ending", "weak"] {
        keys.extend([format!("again-{kind}"), format!("again-{kind}-says"), format!("again-kind-{kind}")]);
    }
    let answers = ["asked", "agreed", "silent", "missed", "refused"];
    keys.extend(answers.map(|answer| format!("again-is-{answer}")));
    keys.extend(["asking", "waiting", "over", "stopped"].map(|state| format!("again-state-{state}")));
    let states = ["waits", "approved", "expired", "refused", "ended"];
    keys.extend(states.map(|state| format!("tpl-is-{state}")));
    keys.extend(sms::Class::ALL.iter().map(|class| format!("tpl-class-{}", class.name())));
    keys
}

#[test]
fn every_key_asked_for_exists() {
    let keys = languages()[0].keys();
    let (_, asked) = literals();
    let missing: Vec<_> =
        asked.iter().chain(&composed()).filter(|key| !keys.contains(*key)).cloned().collect();
    assert!(missing.is_empty(), "no words for {missing:?}");
}
#[test]
fn no_key_is_left_over() {
    let (any, _) = literals();
    let composed = composed();
    // Words a catalogue may have and the code looks for by a name that comes from elsewhere.
    let open = [
        "why-",
        "file-",
        "problem-",
        "method-",
        "import-target-",
        "zone-",
        "kind-",
        "field-",
        "language-",
        "number-style",
    ];
    let unused: Vec<_> = languages()[0]
        .keys()
        .iter()
        .filter(|key| !any.contains(*key) && !composed.contains(*key))
        .filter(|key| !open.iter().any(|start| key.starts_with(start)))
        .collect();
    assert!(unused.is_empty(), "nobody says {unused:?}");
}
