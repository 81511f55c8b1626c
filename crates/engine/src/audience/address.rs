//! A filter of the people's page as an address has it: `q`, `list`, `tag`, `may`. Filters are kept in this form, whoever
//! keeps them, so that the page opens what a program saved and the other way round.

use super::Filter;
use sms::id::{kind, parse, public};
use store::contact::Consent;

/// What people may be asked for, and the words of the address.
const MAY: [(&str, Consent); 4] = [
    ("yes", Consent::Granted),
    ("unknown", Consent::Unknown),
    ("no", Consent::Refused),
    ("left", Consent::Left),
];

/// The filter in an address; what it does not know does not narrow.
pub fn filter_in(address: &str) -> Filter {
    let mut out = Filter::default();
    for pair in address.split('&') {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let value = plain(value);
        let value = value.trim();
        match name {
            "q" => out.search = value.to_owned(),
            "list" => out.list = parse(kind::LIST, value),
            "tag" => out.tag = parse(kind::TAG, value),
            "may" => out.consent = MAY.iter().find(|(word, _)| *word == value).map(|(_, c)| *c),
            _ => {}
        }
    }
    out
}

/// A filter as an address; empty is everybody.
pub fn address_of(filter: &Filter) -> String {
    let may = filter.consent.and_then(|c| MAY.iter().find(|(_, known)| *known == c));
    let pairs = [
        ("q", escaped(filter.search.trim())),
        ("list", filter.list.map_or_else(String::new, |id| public(kind::LIST, id))),
        ("tag", filter.tag.map_or_else(String::new, |id| public(kind::TAG, id))),
        ("may", may.map_or_else(String::new, |(word, _)| (*word).to_owned())),
    ];
    let some = pairs.iter().filter(|(_, value)| !value.is_empty());
    some.map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("&")
}

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => out.push(char::from(byte)),
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

/// Without its escapes; what is no UTF-8 then is replaced.
fn plain(text: &str) -> String {
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        let hex = tail.get(..2).and_then(|two| std::str::from_utf8(two).ok());
        rest = tail;
        match (first, hex.and_then(|two| u8::from_str_radix(two, 16).ok())) {
            (b'%', Some(byte)) => {
                out.push(byte);
                rest = tail.get(2..).unwrap_or_default();
            }
            (b'+', _) => out.push(b' '),
            _ => out.push(*first),
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_filter_comes_back_out_of_its_address() {
        let whole = Filter {
            search: "נועה & co+50%".into(),
            list: Some(sms::id::compose(sms::id::EPOCH_MS + 7, 1, 2)),
            tag: Some(sms::id::compose(sms::id::EPOCH_MS + 8, 1, 2)),
            consent: Some(Consent::Left),
            ..Filter::default()
        };
        for filter in [Filter::default(), whole.clone(), Filter { list: None, consent: None, ..whole }] {
            let address = address_of(&filter);
            assert!(address.bytes().all(|b| b.is_ascii_graphic()), "{address}");
            let back = filter_in(&address);
            assert_eq!(
                (back.search, back.list, back.tag, back.consent),
                (filter.search, filter.list, filter.tag, filter.consent),
                "{address}"
            );
        }
        // As the page's own form spells it.
        let page = filter_in("q=noa+levi&may=yes&list=&tag=nonsense&before=con_1");
        assert_eq!(
            (page.search.as_str(), page.consent, page.tag),
            ("noa levi", Some(Consent::Granted), None)
        );
        assert_eq!(filter_in("q=%zz%2").search, "%zz%2");
    }
}
