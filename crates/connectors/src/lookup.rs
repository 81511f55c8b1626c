//! Looking numbers up over HTTP: takes the numbers that are to be asked about, asks, and writes down what was answered.
//!
//! The question is written on a form like that of any provider, and so is where its answer stands. Nothing here decides
//! about a message; no number and no key is ever logged.

use crate::field::{choice, number, secret, text};
use crate::http::{self, Back, Bridge, Call, Generic, Mail, Own, Pick, Provider, Reply};
use crate::settings::number as setting;
use sms::form::{Check, Field, FieldKind, KindInfo};
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;
use store::connector::Settings;
use store::machine::lookup::{self as rows, Answer, FAILED_MS, Hook};
use store::{Bell, Db};
use tokio::sync::{Notify, Semaphore, watch};
use tokio::task::JoinHandle;

/// Bells are an optimisation; this is the truth.
const TICK: Duration = Duration::from_millis(250);
/// Messages woken in one slice.
const SLICE: i64 = 500;
/// Letters kept of a sort or country that was answered.
const WORD_MAX: usize = 40;

const fn checked(
    name: &'static str,
    default: Option<&'static str>,
    check: fn(&str) -> Result<(), String>,
) -> Field {
    Field { name, kind: FieldKind::Checked(Check(check)), default, advanced: false }
}

const fn lines(name: &'static str, default: &'static str, check: fn(&str) -> Result<(), String>) -> Field {
    Field { name, kind: FieldKind::Lines(Check(check)), default: Some(default), advanced: false }
}

/// The form of a question.
pub const KIND: KindInfo = KindInfo {
    name: "lookup",
    fields: &[
        text("base", None, false),
        choice("method", &["GET", "POST", "PUT"], "GET", false),
        lines("address", "/lookup?number={to_digits}", http::is_template),
        lines("headers", "", http::are_headers),
        choice("body_type", &["json", "form", "xml", "text"], "json", false),
        lines("body", "", http::is_template),
        text("user", Some(""), false),
        secret("password", Some(""), false),
        secret("key", Some(""), false),
        checked("answer_network", None, http::is_pick),
        checked("answer_mnc", Some(""), http::is_pick),
        checked("answer_country", Some(""), http::is_pick),
        checked("answer_ported", Some(""), http::is_pick),
        checked("answer_sort", Some(""), http::is_pick),
        choice("when", &["unknown", "always"], "unknown", false),
        number("keep_h", 1, 8_760, "72", true),
        number("timeout_s", 1, 60, "3", true),
        number("wait_s", 1, 600, "30", true),
        number("window", 1, 100, "10", true),
        text("proxy", Some(""), true),
    ],
};

/// One question, read.
struct Question {
    stamp: i64,
    generic: Generic,
    network: [Pick; 2],
    rest: [Pick; 3],
    bridge: Bridge,
    timeout: Duration,
    keep_ms: i64,
    /// Questions at one time, and of these so many that are kept for what is urgent.
    window: usize,
    reserve: usize,
    room: Arc<Semaphore>,
}

impl Question {
    fn of(hook: &Hook) -> Question {
        let settings = &hook.settings;
        let word = |name: &str| settings.get(name).map_or("", String::as_str);
        let pick = |name: &str| Pick::read(word(name)).unwrap_or_default();
        let window = usize::try_from(setting(settings, "window", 10).clamp(1, 100)).unwrap_or(1);
        Question {
            stamp: hook.stamp,
            generic: Generic::of(&Own::bare(settings)),
            network: ["answer_network", "answer_mnc"].map(pick),
            rest: ["answer_country", "answer_ported", "answer_sort"].map(pick),
            bridge: Bridge::new(word("proxy").to_owned(), true),
            timeout: seconds(settings, "timeout_s", 3),
            keep_ms: setting(settings, "keep_h", 72).max(1) * 3_600_000,
            window,
            reserve: if window > 1 { (window / 10).max(1) } else { 0 },
            room: Arc::new(Semaphore::new(window)),
        }
    }

    fn call(&self, to: &str) -> Result<Call, String> {
        self.generic.request(&Mail {
            to: to.to_owned(),
            from: String::new(),
            text: String::new(),
            unicode: false,
            valid_s: 0,
            valid_until: 0,
            name: String::new(),
            same: String::new(),
            hook: String::new(),
        })
    }

    /// Asks; whatever comes of it is an answer.
    async fn ask(&self, to: &str, now: i64) -> Answer {
        let said = match self.call(to) {
            Err(why) => Err(why),
            Ok(call) => match tokio::time::timeout(self.timeout, self.bridge.ask(call)).await {
                Err(_) => Err(format!("no answer in {} s", self.timeout.as_secs())),
                Ok(Back::NotSent(why) | Back::Lost(why)) => Err(why),
                Ok(Back::Reply(reply)) => self.read(&reply),
            },
        };
        match said {
            Ok(answer) => Answer { at: now, until: now + self.keep_ms, ..answer },
            Err(error) => Answer { error, at: now, until: now + FAILED_MS, ..Answer::default() },
        }
    }

    /// What a reply says of a number.
    fn read(&self, reply: &Reply) -> Result<Answer, String> {
        if !(200..300).contains(&reply.status) {
            return Err(http::words(reply));
        }
        let digits = |pick: &Pick| pick.of(&reply.body).replace(['-', ' '], "");
        let network: String = self.network.iter().map(digits).collect();
        let known = matches!(network.len(), 5 | 6) && network.bytes().all(|b| b.is_ascii_digit());
        let [country, ported, sort] = self.rest.each_ref().map(|pick| http::clean(&pick.of(&reply.body)));
        let word = |text: String| text.chars().take(WORD_MAX).collect::<String>();
        if !known && country.is_empty() && sort.is_empty() {
            return Err("the answer names no network".into());
        }
        let country = country.to_ascii_uppercase();
        Ok(Answer {
            network: if known { network } else { String::new() },
            country: if country.len() == 2 && country.bytes().all(|b| b.is_ascii_alphabetic()) {
                country
            } else {
                String::new()
            },
            sort: word(sort),
            ported: match ported.to_ascii_lowercase().as_str() {
                "true" | "1" | "yes" | "y" | "ported" => Some(true),
                "false" | "0" | "no" | "n" | "not_ported" => Some(false),
                _ => None,
            },
            ..Answer::default()
        })
    }
}

fn seconds(settings: &Settings, name: &str, default: i64) -> Duration {
    Duration::from_secs(u64::try_from(setting(settings, name, default)).unwrap_or(1).max(1))
}

/// Whoever asks; ends with [`Looker::stop`].
pub struct Looker {
    stop: watch::Sender<bool>,
    main: JoinHandle<()>,
}

impl Looker {
    /// Starts; runs on the current Tokio runtime.
    pub fn start(db: Db) -> Looker {
        let (stop, stopped) = watch::channel(false);
        Looker { stop, main: tokio::spawn(look(db, stopped)) }
    }

    /// Asks nothing new; what is being asked about is asked again by the next start.
    pub async fn stop(self) {
        self.stop.send_replace(true);
        let _ = self.main.await; // a task that panicked has said so
    }
}

async fn look(db: Db, mut stop: watch::Receiver<bool>) {
    let mut bell = db.listen(Bell::Lookups);
    let answered = Arc::new(Notify::new());
    let mut questions: HashMap<i64, Arc<Question>> = HashMap::new();
    while !*stop.borrow() {
        if let Err(e) = round(&db, &mut questions, &answered).await {
            tracing::warn!(error = %e, "numbers could not be looked up");
        }
        tokio::select! {
            _ = stop.changed() => {}
            // There is room for the next question.
            () = answered.notified() => {}
            rung = tokio::time::timeout(TICK, bell.changed()) => {
                if let Ok(Err(_)) = rung {
                    tokio::time::sleep(TICK).await; // a bell whose store is gone rings no more
                }
            }
        }
    }
}

/// Takes what is to be asked about, as far as there is room, and wakes those whose time is over.
async fn round(
    db: &Db,
    questions: &mut HashMap<i64, Arc<Question>>,
    answered: &Arc<Notify>,
) -> store::Result<()> {
    if !db.read(rows::has_work).await? {
        return Ok(());
    }
    db.write("lookup.overdue", |tx| rows::overdue(tx, SLICE)).await?;
    let hooks = db.read(rows::open).await?;
    questions.retain(|workspace, q| hooks.iter().any(|h| h.workspace == *workspace && h.stamp == q.stamp));
    for hook in hooks {
        let workspace = hook.workspace;
        let question =
            Arc::clone(questions.entry(workspace).or_insert_with(|| Arc::new(Question::of(&hook))));
        let free = question.room.available_permits().min(question.window);
        if free == 0 {
            continue;
        }
        let ordinary = i64::try_from(free.saturating_sub(question.reserve)).unwrap_or(0);
        let free = i64::try_from(free).unwrap_or(1);
        let numbers = db.write("lookup.take", move |tx| rows::take(tx, workspace, free, ordinary)).await?;
        for number in numbers {
            let Ok(place) = Arc::clone(&question.room).acquire_owned().await else { continue };
            let (db, question, answered) = (db.clone(), Arc::clone(&question), Arc::clone(answered));
            tokio::spawn(async move {
                let answer = question.ask(&number, db.now_ms()).await;
                if !answer.error.is_empty() {
                    tracing::info!(error = %answer.error, "a number could not be looked up");
                }
                let told = vec![(number, answer)];
                if let Err(e) = db.write("lookup.told", move |tx| rows::told(tx, workspace, &told)).await {
                    tracing::warn!(error = %e, "what was answered about a number could not be stored");
                }
                drop(place);
                answered.notify_one();
            });
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn question(set: &[(&str, &str)]) -> Question {
        let own = [("base", "http://127.0.0.1:1")].iter().chain(set).copied();
        let settled = KIND.settle(own).expect("settings that can be read");
        let settings = settled.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        Question::of(&Hook { workspace: 0, settings, stamp: 1 })
    }

    fn reply(status: u16, body: &str) -> Reply {
        Reply { status, body: body.into(), ..Reply::default() }
    }

    #[test]
    fn the_question_is_written_and_its_answer_read_where_the_form_says() {
        let asked = question(&[
            ("address", "/hlr/{to_digits}"),
            ("headers", "Authorization: Bearer {key}"),
            ("key", "k1"),
            ("answer_network", "/mcc"),
            ("answer_mnc", "/mnc"),
            ("answer_country", "/country"),
            ("answer_ported", "/ported"),
            ("answer_sort", "/type"),
        ]);
        let call = asked.call("+972501234567").unwrap();
        assert_eq!((call.method.as_str(), call.url.as_str()), ("GET", "http://127.0.0.1:1/hlr/972501234567"));
        assert_eq!(call.headers, [("Authorization".to_owned(), "Bearer k1".to_owned())]);
        let body = r#"{"mcc":"425","mnc":"01","country":"il","ported":true,"type":"mobile"}"#;
        let wanted = Answer {
            network: "42501".into(),
            country: "IL".into(),
            sort: "mobile".into(),
            ported: Some(true),
            ..Answer::default()
        };
        assert_eq!(asked.read(&reply(200, body)), Ok(wanted));
        assert!(
            asked
                .read(&reply(404, r#"{"message":"no such number"}"#))
                .unwrap_err()
                .contains("no such number")
        );
    }

    #[test]
    fn an_answer_that_cannot_be_read_is_none() {
        let asked = question(&[("answer_network", "network"), ("answer_sort", "type")]);
        for body in
            ["", "no json", r#"{"network":"Partner"}"#, r#"{"network":"4250"}"#, r#"{"network":null}"#]
        {
            assert!(asked.read(&reply(200, body)).is_err(), "{body}");
        }
        assert_eq!(asked.read(&reply(200, r#"{"network":"425-01"}"#)).unwrap().network, "42501");
        let landline = asked.read(&reply(200, r#"{"type":"landline"}"#)).unwrap();
        assert_eq!((landline.network.as_str(), landline.sort.as_str()), ("", "landline"));
        assert!(
            KIND.settle(
                [("base", "http://h"), ("answer_network", "/n"), ("address", "/{nobody}")].into_iter()
            )
            .is_err()
        );
    }
}
