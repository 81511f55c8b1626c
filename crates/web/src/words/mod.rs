//! The words of a page in one language: sentences, plurals, numbers, dates, all from the Fluent catalogues.
//!
//! A catalogue is a folder of `locales/`; adding a language is adding its folder, and only a folder with every
//! key is offered. Values set into a sentence are isolated, so that a Hebrew name in an English line never
//! reorders it; attributes cannot hold isolates usefully and get the same words without them.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::OnceLock;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::memoizer::MemoizerKind;
use fluent_bundle::{FluentArgs, FluentError, FluentResource, FluentValue};
use jiff::tz::TimeZone;
use maud::{Markup, PreEscaped, html};
use rust_embed::RustEmbed;
use unic_langid::LanguageIdentifier;

mod dates;

#[derive(RustEmbed)]
#[folder = "locales/"]
struct Catalogues;

/// The language whose keys every other catalogue must have.
const FIRST: &str = "en";

/// One offered language.
pub struct Language {
    /// Its code, which is the name of its folder.
    pub code: String,
    /// Its own name for itself.
    pub name: String,
    /// `ltr` or `rtl`.
    pub dir: String,
    bundle: FluentBundle<FluentResource>,
    keys: BTreeSet<String>,
}

impl fmt::Debug for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.code)
    }
}

/// Every complete language, the first one first.
pub fn languages() -> &'static [Language] {
    static ALL: OnceLock<Vec<Language>> = OnceLock::new();
    ALL.get_or_init(|| {
        let codes: BTreeSet<String> =
            Catalogues::iter().filter_map(|path| Some(path.split_once('/')?.0.to_owned())).collect();
        let mut all: Vec<Language> = codes.iter().filter_map(|code| load(code)).collect();
        all.sort_by_key(|language| (language.code != FIRST, language.code.clone()));
        let wanted = all.first().map(|first| first.keys.clone()).unwrap_or_default();
        all.retain(|language| language.keys == wanted);
        all
    })
}

/// The files every language of recipients has: their words are read by people who chose no language of ours.
const PUBLIC: &[&str] = &["public.ftl", "unsubscribe.ftl"];

/// The keys of those files, in the first language.
fn public_keys() -> BTreeSet<String> {
    let sources = PUBLIC.iter().filter_map(|file| Catalogues::get(&format!("{FIRST}/{file}")));
    let texts = sources.filter_map(|file| String::from_utf8(file.data.into_owned()).ok());
    texts.flat_map(|text| text.lines().filter_map(key_of).map(str::to_owned).collect::<Vec<_>>()).collect()
}

/// Languages that every page for recipients has, the first one first.
pub fn public_languages() -> &'static [Language] {
    static ALL: OnceLock<Vec<Language>> = OnceLock::new();
    ALL.get_or_init(|| {
        let wanted = public_keys();
        let codes: BTreeSet<String> =
            Catalogues::iter().filter_map(|path| Some(path.split_once('/')?.0.to_owned())).collect();
        let mut all: Vec<Language> = codes.iter().filter_map(|code| load(code)).collect();
        all.sort_by_key(|language| (language.code != FIRST, language.code.clone()));
        all.retain(|language| wanted.is_subset(&language.keys));
        all
    })
}

/// The language of recipients that fits best, as [`pick`] does for those who work here.
pub fn pick_public(chosen: Option<&str>, accept: Option<&str>) -> &'static Language {
    fitting(public_languages(), chosen, accept)
}

/// The key a line begins with.
fn key_of(line: &str) -> Option<&str> {
    let (key, _) = line.split_once(" =")?;
    key.chars().all(|c| c.is_ascii_alphanumeric() || c == '-').then_some(key)
}

fn load(code: &str) -> Option<Language> {
    let id: LanguageIdentifier = code.parse().ok()?;
    let mut bundle = FluentBundle::new_concurrent(vec![id]);
    let mut keys = BTreeSet::new();
    let folder = format!("{code}/");
    for path in Catalogues::iter().filter(|path| path.starts_with(&folder)) {
        let source = String::from_utf8(Catalogues::get(&path)?.data.into_owned()).ok()?;
        keys.extend(source.lines().filter_map(key_of).map(str::to_owned));
        // What does not parse is left out by Fluent; the test on key sets then names it.
        bundle
            .add_resource_overriding(FluentResource::try_new(source).unwrap_or_else(|(partial, _)| partial));
    }
    // Isolates are set by `Words::f`, around what needs them.
    bundle.set_use_isolating(false);
    let mut language =
        Language { code: code.to_owned(), name: String::new(), dir: String::new(), bundle, keys };
    language.name = language.say("language-name", None);
    language.dir = language.say("language-dir", None);
    match language.say("number-style", None).as_str() {
        "1.234,5" => language.bundle.set_formatter(Some(dots)),
        "1 234,5" => language.bundle.set_formatter(Some(spaces)),
        _ => language.bundle.set_formatter(Some(commas)),
    }
    Some(language)
}

fn commas<M: MemoizerKind>(value: &FluentValue, _: &M) -> Option<String> {
    grouped(value, ",", ".")
}

fn dots<M: MemoizerKind>(value: &FluentValue, _: &M) -> Option<String> {
    grouped(value, ".", ",")
}

fn spaces<M: MemoizerKind>(value: &FluentValue, _: &M) -> Option<String> {
    grouped(value, "\u{202f}", ",")
}

fn grouped(value: &FluentValue, group: &str, point: &str) -> Option<String> {
    let FluentValue::Number(number) = value else { return None };
    let written = number.as_string();
    let (whole, part) = match written.split_once('.') {
        Some((whole, part)) => (whole, Some(part)),
        None => (written.as_ref(), None),
    };
    let (sign, digits) = match whole.strip_prefix('-') {
        Some(digits) => ("\u{2212}", digits),
        None => ("", whole),
    };
    let mut out = String::from(sign);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push_str(group);
        }
        out.push(digit);
    }
    if let Some(part) = part {
        out.push_str(point);
        out.push_str(part);
    }
    Some(out)
}

impl Language {
    fn say(&self, key: &str, args: Option<&FluentArgs>) -> String {
        let Some(pattern) = self.bundle.get_message(key).and_then(|message| message.value()) else {
            return key.to_owned();
        };
        let mut errors: Vec<FluentError> = Vec::new();
        self.bundle.format_pattern(pattern, args, &mut errors).into_owned()
    }

    /// The keys of its catalogue.
    pub fn keys(&self) -> &BTreeSet<String> {
        &self.keys
    }
}

/// The offered language that fits best: a code somebody chose, else the browser's list, else the first.
pub fn pick(chosen: Option<&str>, accept: Option<&str>) -> &'static Language {
    fitting(languages(), chosen, accept)
}

fn fitting(all: &'static [Language], chosen: Option<&str>, accept: Option<&str>) -> &'static Language {
    let find = |code: &str| {
        let short = code.split(['-', '_']).next().unwrap_or(code).trim().to_ascii_lowercase();
        // `iw` is what old systems still call Hebrew.
        let short = if short == "iw" { "he".to_owned() } else { short };
        all.iter().find(|language| language.code == short)
    };
    let wished = accept.unwrap_or("").split(',').filter_map(|part| find(part.split(';').next()?)).next();
    chosen.and_then(find).or(wished).unwrap_or(&all[0])
}

/// A value between first-strong isolates (UAX #9), where its direction is not that of every line: words, names, phone
/// numbers. Bare figures and times stand as they are, so that what is read can be searched and copied.
fn isolated(value: &FluentValue<'_>) -> FluentValue<'static> {
    match value {
        FluentValue::String(text) if text.contains(|c: char| c.is_alphabetic() || "+(@#".contains(c)) => {
            FluentValue::from(format!("\u{2068}{text}\u{2069}"))
        }
        other => other.clone().into_owned(),
    }
}

/// Values for a sentence: `args!(n: 5, name: who)`.
#[macro_export]
macro_rules! args {
    () => { ::fluent_bundle::FluentArgs::new() };
    ($($name:ident : $value:expr),+ $(,)?) => {{
        let mut args = ::fluent_bundle::FluentArgs::new();
        $(args.set(stringify!($name), $value);)+
        args
    }};
}

/// One language, one clock: what a page speaks with.
#[derive(Debug, Clone)]
pub struct Words {
    /// The language.
    pub language: &'static Language,
    /// The zone times are shown in.
    pub zone: TimeZone,
    /// The moment the page is made at, ms since 1970.
    pub now: i64,
}

impl Words {
    /// Words in a language, for a zone, at a moment.
    pub fn new(language: &'static Language, zone: TimeZone, now: i64) -> Self {
        Words { language, zone, now }
    }

    /// A sentence without values.
    pub fn t(&self, key: &str) -> String {
        self.language.say(key, None)
    }

    /// A sentence with values, each isolated from the direction around it.
    pub fn f(&self, key: &str, args: FluentArgs) -> String {
        let isolated: FluentArgs =
            args.iter().map(|(name, value)| (name.to_owned(), isolated(value))).collect();
        self.language.say(key, Some(&isolated))
    }

    /// A sentence with values for an attribute: no isolates.
    pub fn attr(&self, key: &str, args: FluentArgs) -> String {
        self.language.say(key, Some(&args))
    }

    /// A sentence some of whose values are markup: `w.rich("k", args!(n: 3), &[("link", html! { … })])`.
    pub fn rich(&self, key: &str, mut args: FluentArgs, parts: &[(&'static str, Markup)]) -> Markup {
        // A place is held by two private-use characters no catalogue contains.
        for (i, (name, _)) in parts.iter().enumerate() {
            args.set(*name, format!("\u{e000}{i}\u{e001}"));
        }
        let said = self.language.say(key, Some(&args));
        let mut out = String::new();
        for (i, piece) in said.split('\u{e000}').enumerate() {
            let held = piece.split_once('\u{e001}').filter(|_| i > 0);
            let rest = match held {
                Some((place, rest)) => {
                    if let Some((_, part)) = place.parse::<usize>().ok().and_then(|n| parts.get(n)) {
                        out.push_str(&part.0);
                    }
                    rest
                }
                None => piece,
            };
            out.push_str(&html! { (rest) }.0);
        }
        PreEscaped(out)
    }

    /// Whether the catalogue has a key.
    pub fn has(&self, key: &str) -> bool {
        self.language.keys.contains(key)
    }

    /// A whole number with its separators.
    pub fn n(&self, number: i64) -> String {
        self.attr("number", args!(n: number))
    }

    /// Tenths as a number with one place: 118 is 11.8.
    pub fn tenths(&self, tenths: i64) -> String {
        let point = if self.t("number-style").ends_with(",5") { "," } else { "." };
        format!("{}{point}{}", self.n(tenths / 10), (tenths % 10).abs())
    }

    /// A share with one place; a whole of nothing has no share.
    pub fn percent(&self, part: i64, whole: i64) -> String {
        if whole <= 0 {
            return "–".into();
        }
        let permille = (i128::from(part) * 1000 + i128::from(whole) / 2) / i128::from(whole);
        self.attr("percent", args!(n: self.tenths(permille as i64)))
    }

    /// A share without places.
    pub fn percent0(&self, part: i64, whole: i64) -> String {
        if whole <= 0 {
            return "–".into();
        }
        self.attr("percent", args!(n: self.n(part * 100 / whole)))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    fn english() -> Words {
        Words::new(pick(Some("en"), None), TimeZone::UTC, 1_700_000_000_000)
    }

    #[test]
    fn english_and_hebrew_are_offered_and_equal_in_keys() {
        let first = load(FIRST).unwrap();
        for code in ["en", "he"] {
            let language = load(code).unwrap();
            let missing: Vec<_> = first.keys.difference(&language.keys).collect();
            let extra: Vec<_> = language.keys.difference(&first.keys).collect();
            assert!(missing.is_empty() && extra.is_empty(), "{code} lacks {missing:?}, has also {extra:?}");
            for key in &language.keys {
                assert!(language.bundle.has_message(key), "{code}: {key} does not parse");
            }
        }
    }

    #[test]
    fn recipients_read_every_word_in_six_languages() {
        let wanted = public_keys();
        // Whatever the pages for recipients say stands in the files every language has.
        let pages = [include_str!("../pages/signup.rs"), include_str!("../pages/unsubscribe.rs")].concat();
        let calls = ["w.t(\"", "w.f(\"", "w.attr(\"", "w.rich(\""];
        let said: BTreeSet<String> = calls
            .iter()
            .flat_map(|call| pages.split(call).skip(1))
            .filter_map(|rest| rest.split('"').next().map(str::to_owned))
            .collect();
        let strange: Vec<_> = said.difference(&wanted).collect();
        assert!(said.len() > 40 && strange.is_empty(), "not among the public words: {strange:?}");
        for code in ["en", "he", "ru", "uk", "hu", "es"] {
            let language = load(code).unwrap();
            let missing: Vec<_> = wanted.difference(&language.keys).collect();
            assert!(missing.is_empty(), "{code} lacks {missing:?}");
            for key in &wanted {
                assert!(language.bundle.has_message(key), "{code}: {key} does not parse");
                assert!(!language.say(key, None).trim().is_empty(), "{code}: {key} says nothing");
                let places = |l: &Language| {
                    let args = crate::args!(business: "<b>", when: "<w>", word: "<t>", number: "<n>");
                    let said = l.say(key, Some(&args));
                    ["<b>", "<w>", "<t>", "<n>"].map(|place| said.contains(place))
                };
                assert_eq!(places(&language), places(pick_public(Some("en"), None)), "{code}: {key}");
            }
        }
        assert_eq!(public_languages().len(), 6);
    }

    #[test]
    fn the_same_values_stand_in_every_language() {
        let values = |code: &str| -> BTreeMap<String, BTreeSet<String>> {
            let mut found: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
            for path in Catalogues::iter().filter(|p| p.starts_with(&format!("{code}/"))) {
                let source = String::from_utf8(Catalogues::get(&path).unwrap().data.into_owned()).unwrap();
                let mut key = String::new();
                for line in source.lines() {
                    if !line.starts_with([' ', '}', '#', '\t']) && !line.is_empty() {
                        key = line.split_once(" =").map(|(key, _)| key.to_owned()).unwrap_or_default();
                    }
                    let names = line.split('$').skip(1).map(|n| {
                        n.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect::<String>()
                    });
                    found.entry(key.clone()).or_default().extend(names);
                }
            }
            found
        };
        let (first, second) = (values("en"), values("he"));
        for key in languages()[0].keys() {
            assert!(first.contains_key(key), "{key}");
            assert_eq!(first.get(key), second.get(key), "{key}");
        }
    }

    #[test]
    fn numbers_are_grouped_and_signed() {
        let w = english();
        assert_eq!(w.n(1_234_567), "1,234,567");
        assert_eq!(w.n(-1_000), "\u{2212}1,000");
        assert_eq!(w.tenths(118), "11.8");
        assert_eq!(w.percent(961, 1000), "96.1\u{a0}%");
        assert_eq!(w.percent(1, 0), "–");
    }

    #[test]
    fn markup_is_set_into_a_sentence_and_the_rest_is_escaped() {
        let w = english();
        let rich = w.rich("test-bar", args!(), &[("link", html! { a { "x" } })]);
        assert!(rich.0.contains("<a>x</a>"));
        assert!(!rich.0.contains('\u{e000}'));
    }

    #[test]
    fn names_are_isolated_and_figures_are_not() {
        let w = english();
        assert_eq!(w.f("people-count", args!(n: 4812)), "4,812 people");
        assert_eq!(w.f("inbox-title", args!(who: "דנה")), "Inbox: \u{2068}דנה\u{2069}");
        assert_eq!(w.attr("inbox-title", args!(who: "דנה")), "Inbox: דנה");
    }

    #[test]
    fn the_browsers_wish_is_heard_and_a_choice_goes_before_it() {
        assert_eq!(pick(None, Some("fr;q=1, he-IL;q=0.8")).code, "he");
        assert_eq!(pick(None, Some("iw")).code, "he");
        assert_eq!(pick(Some("en"), Some("he")).code, "en");
        assert_eq!(pick(Some("xx"), None).code, "en");
    }
}
