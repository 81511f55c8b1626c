//! What a campaign's report must be at every moment.

use super::Home;
use serde_json::Value;
use std::time::{Duration, Instant};

/// A count of a report.
pub(crate) fn count(report: &Value, name: &str) -> i64 {
    report[name].as_i64().unwrap_or_else(|| panic!("no count {name} in {report}"))
}

/// The counts of a report's reasons, summed.
pub(crate) fn sum(report: &Value, name: &str) -> i64 {
    let codes = report[name].as_object().unwrap_or_else(|| panic!("no reasons {name} in {report}"));
    codes.values().filter_map(Value::as_i64).sum()
}

/// Both equations of the contract.
pub(crate) fn adds_up(report: &Value) {
    let n = |name| count(report, name);
    assert_eq!(n("audience"), n("planned") + n("accepted") + sum(report, "skipped"), "{report}");
    let names = "waiting submitted delivered undelivered rejected expired cancelled unknown";
    let told: i64 = names.split(' ').map(n).sum();
    assert_eq!(n("accepted"), told + sum(report, "suppressed"), "{report}");
}

/// Reads a campaign's report until it is over; each time it must add up, and what is final may only grow.
pub(crate) fn watched(home: &Home, id: &str, patience: Duration) -> Value {
    let end = Instant::now() + patience;
    let (mut last, mut looks) = (0, 0);
    loop {
        let report = home.json(&["campaigns", "report", id]);
        adds_up(&report);
        looks += 1;
        let ended =
            ["delivered", "undelivered", "rejected", "expired", "cancelled"].map(|n| count(&report, n));
        let ended: i64 = ended.iter().sum();
        assert!(ended >= last, "{ended} recipients have ended, {last} had before: {report}");
        last = ended;
        match report["state"].as_str() {
            Some("completed" | "completed_with_failures" | "stopped") => {
                assert!(looks > 1 || last > 0, "it was over before it was looked at");
                return report;
            }
            _ => assert!(Instant::now() < end, "not over after {patience:?} and {looks} looks: {report}"),
        }
        std::thread::sleep(Duration::from_millis(100));
    }
}
