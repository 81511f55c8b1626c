//! The built-in simulator: real SMPP on a loopback port, and the commands by which its phones write in.
//!
//! The simulator knows no store: what a phone should say arrives here as a command row and leaves as a call.

use crate::failure::{Done, Exit, Failure};
use sim::smsc::{Handle, Smsc};
use sms::live::Command as Kind;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;
use store::machine::command::{self, Command};
use store::machine::flight;
use store::{Bell, Db};
use tokio::task::JoinHandle;

/// Bells are an optimisation; this is the truth.
const TICK: Duration = Duration::from_millis(200);
/// How long our own side may take to store what a phone wrote.
const TAKEN: Duration = Duration::from_secs(8);

/// The running simulator.
pub(super) struct Phones {
    smsc: Arc<Handle>,
    obeying: JoinHandle<()>,
}

/// Starts it on a free port of this machine.
pub(super) async fn start(db: Db, seed: u64) -> Done<Phones> {
    let listen = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    let config = sim::Config { listen, seed, ..sim::Config::default() };
    let smsc = Smsc::start(config)
        .await
        .map_err(|e| Failure::new(Exit::Failure, "the built-in simulator cannot start").why(e))?;
    let connector = db.write("simulator", engine::connector::ensure_simulator).await?;
    let smsc = Arc::new(smsc);
    let obeying = tokio::spawn(obey(db, connector, Arc::clone(&smsc)));
    Ok(Phones { smsc, obeying })
}

impl Phones {
    /// Where it listens.
    pub(super) fn address(&self) -> SocketAddr {
        self.smsc.addr()
    }

    /// Ends it.
    pub(super) fn stop(self) {
        self.obeying.abort();
        self.smsc.stop();
    }
}

async fn obey(db: Db, connector: i64, smsc: Arc<Handle>) {
    let mut bell = db.listen(Bell::Command(connector));
    loop {
        let taken = db.write("simulator_take", move |tx| {
            // Of several simulators only the one whose node carries has anybody at the other end.
            if flight::owns(tx, connector)? { command::take(tx, connector) } else { Ok(Vec::new()) }
        });
        match taken.await {
            Ok(taken) => {
                for command in taken {
                    tokio::spawn(carry_out(db.clone(), Arc::clone(&smsc), command));
                }
            }
            Err(store::Error::Closed) => return,
            Err(e) => tracing::warn!(error = %e, "the simulator's commands could not be read"),
        }
        // Nothing is written while nothing is asked: a look costs a read.
        loop {
            let rung = tokio::time::timeout(TICK, bell.changed()).await;
            if matches!(rung, Ok(Ok(()))) {
                break;
            }
            match db.read(move |tx| command::waits(tx, connector)).await {
                Ok(false) => {}
                Err(store::Error::Closed) => return,
                _ => break,
            }
        }
    }
}

async fn carry_out(db: Db, smsc: Arc<Handle>, asked: Command) {
    let id = asked.id;
    let result = match asked.kind {
        Kind::SimulateInbound => write_in(&smsc, &asked.input).await,
        Kind::Reconnect => {
            smsc.cut();
            Ok(())
        }
        Kind::Ussd | Kind::TryPin | Kind::ScanModems => Err("the simulator is no modem".to_owned()),
    };
    let told = db.write("simulator_finish", move |tx| {
        command::finish(tx, id, result.as_ref().map(|()| "").map_err(String::as_str))
    });
    if let Err(e) = told.await {
        tracing::warn!(error = %e, "the end of a simulator's command could not be stored");
    }
}

/// A phone writes; done when our own side has stored it.
async fn write_in(smsc: &Handle, input: &str) -> Result<(), String> {
    let input: serde_json::Value = serde_json::from_str(input).map_err(|e| e.to_string())?;
    let word = |name: &str| input[name].as_str().unwrap_or_default().to_owned();
    let (from, to, text) = (word("from"), word("to"), word("text"));
    let sent = tokio::time::timeout(TAKEN, async { smsc.phone(&from).send(&text, &to).await }).await;
    match sent {
        Ok(Ok(())) => Ok(()),
        Ok(Err(e)) => Err(e.to_string()),
        Err(_) => Err("it was not taken in time".into()),
    }
}
