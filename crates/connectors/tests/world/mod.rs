//! A workspace, a connector and a pretend carrier behind a real socket.

use sms::{Class, Status};
use std::collections::BTreeMap;
use store::machine::outbox::{self, Row};
use store::machine::stream::{self, Key};
use store::machine::tally::Tally;
use store::message::{self, NewMessage};
use store::workspace::{self, Mode};
use store::{Clock, Db, Error, connector};

pub(crate) struct World {
    _dir: tempfile::TempDir,
    pub(crate) db: Db,
    pub(crate) smsc: sim::smsc::Handle,
    pub(crate) workspace: i64,
    pub(crate) connector: i64,
    /// What messages are routed by, in order.
    pub(crate) candidates: String,
    /// How texts are planned.
    pub(crate) ability: sms::parts::Ability,
    /// Whether they are shown at once.
    pub(crate) flash: bool,
}

pub(crate) async fn world_on(url: Option<String>, window: i64, config: sim::Config) -> World {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().to_path_buf();
    let db = tokio::task::spawn_blocking(move || {
        Db::open(&store::Options { dir: path, url, clock: Clock::default() }).unwrap()
    })
    .await
    .unwrap();
    let (kind, user) = match config.protocol {
        sim::Protocol::Smpp => ("smpp", "system_id"),
        sim::Protocol::Ucp => ("ucp", "user"),
        sim::Protocol::Cimd2 => ("cimd2", "user"),
    };
    let smsc = sim::smsc::Smsc::start(config).await.unwrap();
    let port = smsc.addr().port().to_string();
    let (workspace, connector) = db
        .write("setup", move |tx| {
            let new = workspace::New {
                name: "shop".into(),
                country: "IL".into(),
                language: "en".into(),
                zone: "Asia/Jerusalem".into(),
                mode: Mode::Live,
                parts_max: 10,
            };
            let workspace = workspace::insert(tx, &new)?.id;
            let settings: BTreeMap<String, String> =
                [("host", "127.0.0.1"), ("port", &port), (user, "esme"), ("window", &window.to_string())]
                    .into_iter()
                    .map(|(k, v)| (k.to_owned(), v.to_owned()))
                    .collect();
            let connector = connector::add(tx, "carrier", kind, &settings, &BTreeMap::new())?;
            Ok::<_, Error>((workspace, connector))
        })
        .await
        .unwrap();
    World {
        _dir: dir,
        db,
        smsc,
        workspace,
        connector,
        candidates: connector.to_string(),
        ability: Default::default(),
        flash: false,
    }
}

impl World {
    pub(crate) async fn put(&self, class: Class, texts: Vec<(String, String)>) -> Vec<i64> {
        let (workspace, connector, candidates) = (self.workspace, self.connector, self.candidates.clone());
        let (ability, flash) = (self.ability, self.flash);
        self.db
            .write("put", move |tx| {
                let now = tx.now();
                let lane = class.lane(false).of(connector);
                let key = Key { lane, workspace, campaign: 9, class, law_epoch: 0 };
                let stream = stream::id_of(tx, &key)?;
                let mut rows = Vec::new();
                for (to, text) in &texts {
                    let size = ability.size(text);
                    rows.push(NewMessage {
                        id: tx.id(),
                        workspace,
                        campaign: 9,
                        contact: 0,
                        thread: 0,
                        class,
                        connector,
                        candidates: candidates.clone(),
                        route: 0,
                        price: 0,
                        sender: "SHOP".into(),
                        tag: tx.tag(to),
                        recipient: to.clone(),
                        text: text.clone(),
                        spelling: sms::Spelling { flash, ..size.into() },
                        parts: size.parts as i64,
                        status: Status::Queued,
                        on_ambiguous: class.on_ambiguous(),
                        test: false,
                        source: "rest".into(),
                        client_ref: String::new(),
                        due: now,
                        until: now + 3_600_000,
                        notify: 0,
                        tlvs: String::new(),
                    });
                }
                message::insert(tx, &rows)?;
                let mut tally = Tally::default();
                let out: Vec<Row> = rows
                    .iter()
                    .map(|m| Row {
                        lane,
                        stream,
                        due: now,
                        id: m.id,
                        tag: m.tag,
                        until: m.until,
                        parts: m.parts,
                    })
                    .collect();
                outbox::put(tx, &out, &mut tally)?;
                tally.flush(tx);
                Ok::<_, Error>(rows.iter().map(|m| m.id).collect::<Vec<i64>>())
            })
            .await
            .unwrap()
    }
}

pub(crate) fn quick() -> sim::Config {
    sim::Config { hurry: 50, ..sim::Config::default() }
}
