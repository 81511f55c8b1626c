//! A scenario file: the weather of the pretend world as TOML.

use crate::app::AppFaults;
use crate::config::{Config, Cut, Faults, Ids, Receipts};
use crate::gsm::Modem;
use crate::outcome::Mix;

/// What a scenario may say; all of it is optional.
///
/// ```toml
/// seed = 7
/// rate = 500                  # messages a second per system_id, more is throttled
/// latency_ms = [5, 20]        # before a submit is answered
/// receipt_ms = [300, 900]     # before a report
/// receipts = "both"           # text, tlv, both
/// ids = "hex"                 # decimal, hex
/// receipt_ids = "decimal"
/// [mix]                       # percent; the rest is delivered
/// unknown_subscriber = 3
/// off = 3
/// [[cut]]                     # the link falls and stays down
/// after_s = 10
/// down_s = 5
/// [faults]                    # what no standard allows; see `Faults`
/// answers = "twice"
/// every = 3
/// [faults.reports]
/// times = 2
/// [modem]                     # see `Modem`
/// pin = "1234"
/// storage = 10
/// [modem.faults]              # see `ModemFaults`
/// bare_prompt = true
/// [phone]                     # see `AppFaults`
/// lose_thanks = true
/// ```
#[derive(Debug, Clone, Default, serde::Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Scenario {
    /// The seed of all chance.
    pub seed: Option<u64>,
    /// Messages a second and system_id.
    pub rate: Option<u32>,
    /// Least and most before an answer.
    pub latency_ms: Option<(u64, u64)>,
    /// Least and most before a report.
    pub receipt_ms: Option<(u64, u64)>,
    /// The form of reports.
    pub receipts: Option<Receipts>,
    /// How ids are written in answers.
    pub ids: Option<Ids>,
    /// How ids are written in reports.
    pub receipt_ids: Option<Ids>,
    /// Divides the long waits of outcomes (a minute off, five seconds throttled).
    pub hurry: Option<u64>,
    /// Shares of outcomes.
    pub mix: Mix,
    /// When the link falls.
    pub cut: Vec<Cut>,
    /// What is wrong from the start.
    pub faults: Faults,
    /// The modem, for `sim modem`.
    pub modem: Option<Modem>,
    /// What is wrong with the phone, for `sim phone`.
    pub phone: Option<AppFaults>,
}

/// A scenario that cannot be played.
#[derive(Debug)]
pub struct BadScenario(String);

impl std::fmt::Display for BadScenario {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for BadScenario {}

impl Scenario {
    /// Reads the text of a file.
    pub fn parse(text: &str) -> Result<Scenario, BadScenario> {
        let scenario: Scenario = toml::from_str(text).map_err(|e| BadScenario(e.to_string()))?;
        if !scenario.mix.is_possible() {
            return Err(BadScenario("[mix]: shares are percent and make a hundred at most".into()));
        }
        for (name, range) in [("latency_ms", scenario.latency_ms), ("receipt_ms", scenario.receipt_ms)] {
            if range.is_some_and(|(low, high)| low > high || high > 86_400_000) {
                return Err(BadScenario(format!("{name}: [least, most] in milliseconds, a day at most")));
            }
        }
        Ok(scenario)
    }

    /// Lays it over a configuration.
    pub fn apply(&self, config: &mut Config) {
        config.seed = self.seed.unwrap_or(config.seed);
        config.rate = self.rate.or(config.rate);
        config.latency_ms = self.latency_ms.unwrap_or(config.latency_ms);
        config.receipt_ms = self.receipt_ms.unwrap_or(config.receipt_ms);
        config.receipts = self.receipts.unwrap_or(config.receipts);
        config.ids = self.ids.unwrap_or(config.ids);
        config.receipt_ids = self.receipt_ids.or(self.ids).unwrap_or(config.receipt_ids);
        config.hurry = self.hurry.unwrap_or(config.hurry).max(1);
        config.mix = self.mix;
        config.cuts.clone_from(&self.cut);
        config.faults = self.faults;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::nasty::{Answers, ReportForm};

    #[test]
    fn a_scenario_is_read_and_laid_over() {
        let text = "seed = 7\nrate = 500\nlatency_ms = [5, 20]\nids = \"hex\"\nreceipt_ids = \"decimal\"\n\
                    [mix]\nunknown_subscriber = 3\n[[cut]]\nafter_s = 10\ndown_s = 5\n\
                    [faults]\nanswers = \"twice\"\nevery = 3\n[faults.reports]\ntimes = 2\nform = \"noise\"\n";
        let mut config = Config::default();
        Scenario::parse(text).unwrap().apply(&mut config);
        assert_eq!((config.seed, config.rate, config.latency_ms), (7, Some(500), (5, 20)));
        assert_eq!((config.ids, config.receipt_ids), (Ids::Hex, Ids::Decimal));
        assert_eq!(config.receipt_ms, (300, 900), "what is not said stays");
        assert_eq!(config.cuts, [Cut { after_s: 10, down_s: 5 }]);
        let faults = config.faults;
        assert_eq!((faults.answers, faults.every), (Answers::Twice, 3));
        assert_eq!((faults.reports.times, faults.reports.form), (2, ReportForm::Noise));
    }

    #[test]
    fn what_cannot_be_played_is_refused_with_words() {
        for (text, word) in [
            ("sed = 7", "sed"),
            ("[mix]\noff = 101", "percent"),
            ("[mix]\nasleep = 1", "asleep"),
            ("latency_ms = [9, 1]", "latency_ms"),
            ("receipts = \"pigeon\"", "pigeon"),
            ("[faults]\nanswers = \"politely\"", "politely"),
        ] {
            let error = Scenario::parse(text).unwrap_err().to_string();
            assert!(error.contains(word), "{text}: {error}");
        }
    }
}
