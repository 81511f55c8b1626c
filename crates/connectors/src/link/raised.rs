//! Alarms that a link raises and clears. It decides nothing: when, the link says.

use store::machine::alarm;
use store::{Db, Error};
use tokio::time::Duration;

/// How soon an alarm that could not be cleared is tried again.
const ALARM_AGAIN: Duration = Duration::from_secs(1);

/// Raises an alarm of a connector with these words, or clears it. What could not be raised is raised by the next failure;
/// what is over happens once, so it is cleared however long the store takes.
pub(super) async fn set_alarm(db: &Db, connector: i64, kind: alarm::Kind, words: Option<String>) {
    let about = alarm::About::connector(kind, connector);
    let Some(words) = words else {
        while let Err(e) = db.write("alarm", move |tx| alarm::clear(tx, &about)).await {
            if e == Error::Closed {
                return;
            }
            tracing::warn!(connector, error = %e, "an alarm could not be cleared yet");
            tokio::time::sleep(ALARM_AGAIN).await;
        }
        return;
    };
    if let Err(e) = db.write("alarm", move |tx| alarm::raise(tx, &about, 0, &words)).await {
        tracing::warn!(connector, error = %e, "an alarm could not be raised");
    }
}
