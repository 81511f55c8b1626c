//! What a connection would do, without doing it: the request with its secrets masked, and what an answer or a webhook
//! that somebody pasted would mean.

use super::read;
use super::{Hook, Mail, News, Reply, Said};
use sms::form::{FieldKind, Refused, Trial, Tried};
use store::connector::Settings;

/// What a secret is shown as.
const MASK: &str = "••••";

/// Tries the settings of a provider.
pub fn trial(trial: &Trial) -> Result<Tried, Refused> {
    let refuse = |field: &str, why: &str| Refused { field: field.to_owned(), why: why.to_owned() };
    let info = super::KINDS.iter().find(|k| k.name == trial.kind);
    let info = info.ok_or_else(|| refuse("kind", "is no provider with an HTTP interface"))?;
    let settled = info.settle(trial.settings.iter().map(|(n, v)| (n.as_str(), v.as_str())))?;
    let secret = |name: &str| info.fields.iter().any(|f| f.name == name && f.kind == FieldKind::Secret);
    // What a key of one's own signs is masked below: without the key there would be nothing to show.
    let hidden = |name: &str, value: &str| secret(name) && !value.is_empty() && name != "private_key";
    let masked: Settings = settled
        .into_iter()
        .map(|(n, v)| (n.to_owned(), if hidden(n, &v) { MASK.to_owned() } else { v }))
        .collect();
    let provider = super::of(info.name, &masked).ok_or_else(|| refuse("kind", "cannot be tried"))?;
    let (to, from, text) = trial.message.clone();
    let mail = Mail {
        unicode: sms::parts::count(&text).encoding == sms::Encoding::Ucs2,
        to,
        from,
        text,
        valid_s: 86_400,
        valid_until: 1_767_225_600_000,
        name: super::account::name_of(1, 0),
        same: sms::id::public(sms::id::kind::MESSAGE, 1),
        hook: "https://sendword.example/hooks/…/status".into(),
    };
    let request = match provider.request(&mail) {
        Ok(call) => {
            let headers: String = call
                .headers
                .iter()
                .map(|(name, value)| {
                    // Basic authentication is a secret in another spelling, and a token is one made of it.
                    let way = ["Basic ", "Bearer "].into_iter().find(|way| value.starts_with(way));
                    let value = way.map_or_else(|| value.clone(), |way| format!("{way}{MASK}"));
                    format!("{name}: {value}\n")
                })
                .collect();
            let url = call.url.replace(&read::escaped(MASK), MASK);
            format!("{} {url}\n{headers}\n{}", call.method, call.body.replace(&read::escaped(MASK), MASK))
        }
        Err(why) => why,
    };
    let answer = trial.answer.as_ref().map(|(status, body)| {
        let reply = Reply { status: *status, pause_ms: None, body: body.clone() };
        meant(&provider.meaning(&mail.name, &reply))
    });
    let webhook = trial.webhook.as_ref().map(|(target, body)| {
        let place = target.split('?').next().unwrap_or_default();
        let url = format!("https://sendword.example/hooks/x/{target}");
        let method = if body.is_empty() { "GET" } else { "POST" };
        let hook = Hook { method, url: &url, place, headers: &[], body: body.as_bytes(), now: 0 };
        match provider.read(&hook) {
            Ok(read) => read
                .news
                .iter()
                .map(told)
                .chain((read.bad > 0).then(|| format!("{} unreadable", read.bad)))
                .collect(),
            Err(why) => vec![format!("refused: {why}")],
        }
    });
    Ok(Tried { request, answer, webhook })
}

fn meant(said: &Said) -> String {
    match said {
        Said::Taken(ids) => format!("taken, id {}", ids.join(", ")),
        Said::Refused { meaning, code, words } => {
            format!("not taken ({meaning:?}, {}): {words}", code.name())
        }
        Said::Locked(words) => format!("the account is refused: {words}"),
        Said::Unknown(words) => format!("nobody knows whether it was taken: {words}"),
    }
}

fn told(news: &News) -> String {
    match news {
        News::Report(r) => {
            format!("report: {} is {} ({}) {}", r.id, r.status.name(), r.code.name(), r.detail)
        }
        News::Message(m) => format!("message {} from {} to {}: {}", m.id, m.from, m.to, m.text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(of: &[(&str, &str)]) -> Vec<(String, String)> {
        of.iter().map(|(n, v)| (n.to_string(), v.to_string())).collect()
    }

    #[test]
    fn a_trial_shows_everything_but_secrets() {
        for (kind, given) in [
            ("twilio", &[("account_sid", "AC1"), ("auth_token", "s3cret")][..]),
            ("vonage", &[("api_key", "k"), ("api_secret", "s3cret")]),
            (
                "http",
                &[
                    ("base", "https://x.example"),
                    ("address", "/s?k={key}&t={text}"),
                    ("key", "s3cret"),
                    ("headers", "X-Key: {key}"),
                ],
            ),
        ] {
            let tried = trial(&Trial {
                kind: kind.into(),
                settings: settings(given),
                message: ("+972541234567".into(), "Shop".into(), "שלום".into()),
                answer: Some((200, r#"{"sid":"SM1","messages":[{"status":"0","message-id":"SM1"}]}"#.into())),
                webhook: Some(("status?sw=x&status=delivered&id=7".into(), String::new())),
            })
            .unwrap();
            assert!(
                !tried.request.contains("s3cret") && tried.request.contains(MASK) || kind == "twilio",
                "{}",
                tried.request
            );
            assert!(!tried.request.contains("s3cret"), "{}", tried.request);
            assert!(tried.answer.unwrap().starts_with("taken"), "{kind}");
            assert!(tried.webhook.is_some());
        }
    }

    #[test]
    fn a_bad_template_is_refused_with_its_field_and_place() {
        let of = |given: &[(&str, &str)]| {
            let all = [&[("base", "https://x.example")], given].concat();
            trial(&Trial { kind: "http".into(), settings: settings(&all), ..Trial::default() }).unwrap_err()
        };
        let wrong = of(&[("body", "a={txet}")]);
        assert_eq!(
            (wrong.field.as_str(), wrong.why.contains("line 1, column 3")),
            ("body", true),
            "{wrong:?}"
        );
        assert_eq!(of(&[("headers", "no colon")]).field, "headers");
        assert_eq!(of(&[("answer_id", "regex:(")]).field, "answer_id");
        assert_eq!(of(&[("report_states", "DELIVRD=perhaps")]).field, "report_states");
    }
}
