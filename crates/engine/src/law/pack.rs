//! The shape of a pack: a country's rules as a file. Every key is known here; a file with another one is refused.
//!
//! What binds nobody yet (liability, rights, retention) is read as strictly as what does: a pack is a document that a
//! lawyer signs, and a misspelt line in it must not be silently nothing.

use serde::Deserialize;
use std::collections::BTreeMap;
use toml::value::Datetime;

/// How strictly a rule is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize, serde::Serialize, Default)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// Not at all.
    #[default]
    Off,
    /// It is said, and nothing follows.
    Warn,
    /// What is missing is added.
    Insert,
    /// What is missing stops the message, unless the pack has words to add.
    Require,
    /// It holds, always.
    Enforce,
}

impl Level {
    /// Its word.
    pub const fn name(self) -> &'static str {
        match self {
            Level::Off => "off",
            Level::Warn => "warn",
            Level::Insert => "insert",
            Level::Require => "require",
            Level::Enforce => "enforce",
        }
    }

    /// The level of a word.
    pub fn parse(word: &str) -> Option<Level> {
        [Level::Off, Level::Warn, Level::Insert, Level::Require, Level::Enforce]
            .into_iter()
            .find(|l| l.name() == word)
    }
}

type Texts = Vec<String>;
type ByLanguage = BTreeMap<String, Texts>;

macro_rules! section {
    ($(#[$meta:meta])* $name:ident { $($field:ident: $type:ty),* $(,)? }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Default, Deserialize)]
        #[serde(deny_unknown_fields, default)]
        #[allow(missing_docs, reason = "the keys are those of the file; docs/packs.md says what each means")]
        pub struct $name { $(pub $field: $type),* }
    };
}

/// A whole file.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs, reason = "the keys are those of the file; docs/packs.md says what each means")]
pub struct File {
    pub pack: Head,
    #[serde(default)]
    pub source: Vec<Source>,
    #[serde(default)]
    pub class: BTreeMap<String, ClassNeeds>,
    #[serde(default)]
    pub classify: Classify,
    #[serde(default)]
    pub consent: Consent,
    #[serde(default)]
    pub content: BTreeMap<String, Content>,
    #[serde(default)]
    pub optout: Optout,
    #[serde(default)]
    pub optin: Words,
    #[serde(default)]
    pub help: Words,
    #[serde(default)]
    pub window: BTreeMap<String, WindowText>,
    #[serde(default)]
    pub frequency: BTreeMap<String, Frequency>,
    #[serde(default)]
    pub sender_id: SenderId,
    #[serde(default)]
    pub operator_security: Security,
    #[serde(default)]
    pub registry: BTreeMap<String, Registry>,
    #[serde(default)]
    pub template: Templates,
    #[serde(default)]
    pub liability: Liability,
    #[serde(default)]
    pub rights: Rights,
    #[serde(default)]
    pub retention: Retention,
    #[serde(default)]
    pub case: Vec<Case>,
}

/// `[pack]`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs, reason = "the keys are those of the file; docs/packs.md says what each means")]
pub struct Head {
    pub id: String,
    pub title: String,
    pub version: String,
    pub schema: i64,
    pub effective_from: Datetime,
    pub reviewed_on: Datetime,
    pub review_due: Datetime,
    pub status: String,
    pub disclaimer: String,
    pub applies_to: AppliesTo,
    #[serde(default)]
    pub timezone: Option<String>,
    #[serde(default)]
    pub timezone_unknown: Option<String>,
    #[serde(default)]
    pub timezone_from: Texts,
    #[serde(default)]
    pub languages: Texts,
}

section!(
    /// Whom a pack is for.
    AppliesTo { dial_prefix: Texts, recipient_country: Texts, sender_country: Texts, fallback: bool }
);

/// One source, graded.
#[derive(Debug, Clone, Deserialize, serde::Serialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs, reason = "the keys are those of the file; docs/packs.md says what each means")]
pub struct Source {
    pub id: String,
    pub cite: String,
    pub confidence: String,
}

section!(
    /// What binds a class.
    ClassNeeds { needs: Texts }
);
section!(
    /// What a text is, and by which words it gives itself away.
    Classify {
        mixed_content_is: Option<String>, donation_is: Option<String>, propaganda_is: Option<String>,
        callback_invite_to_public_is: Option<String>, political_is: Option<String>,
        debt_demand_personal_is: Option<String>, greeting_without_offer_is: Option<String>,
        marketing_lexicon: Texts, lexicon_hit_on_transactional: Option<String>, source: Texts,
    }
);
section!(
    /// Permission.
    Consent {
        required: bool, kind: Option<String>, applies_to_person: Option<String>, forms: Texts,
        implied_from_possession: bool, preticked_checkbox_is_consent: bool, statement_must_hold: Texts,
        burden_of_proof: Option<String>, withdrawal_as_easy_as_giving: bool, register_of_consents: bool,
        double_optin: Option<String>, transactional_basis: Option<String>, informational: Option<String>,
        optin_confirmation_must_state: Texts, free_quota_without_consent: i64,
        consent_request_sms: Option<String>, source: Texts, existing_customer: ExistingCustomer,
        validity: Validity, evidence: Evidence, reconfirm: Reconfirm,
    }
);
section!(
    /// The customer who need not be asked again.
    ExistingCustomer { allowed: bool, conditions: Texts, must_record: Texts, source: Texts }
);
section!(
    /// How long a permission lasts; 0 has no end.
    Validity { marketing_days: i64, stale_review_days: i64 }
);
section!(
    /// Asking once more while the permission stands: what ends so soon, what is known in so weak a way, how long an answer is
    /// waited for. Without days for an answer the pack has no word on it.
    Reconfirm { allowed: bool, before_end_days: i64, answer_days: i64, weak_methods: Texts, source: Texts }
);
section!(
    /// What proves a permission.
    Evidence { mandatory: Texts, web_extra: Texts, call_extra: Texts, sms_extra: Texts, import_extra: Texts }
);
section!(
    /// What a text of a class must carry.
    Content { element: Vec<Element> }
);

/// One thing a text must carry.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[allow(missing_docs, reason = "the keys are those of the file; docs/packs.md says what each means")]
pub struct Element {
    pub id: String,
    pub level: Level,
    pub any_of_prefix: Texts,
    pub position: Option<String>,
    pub ignore_bidi: bool,
    pub tenant_may_set: Vec<Level>,
    pub why: Option<String>,
    pub source: Texts,
    pub satisfied_by: Texts,
    pub at_least_one: Texts,
    pub link_alone: Level,
    pub alpha_sender_needs_reply_number: bool,
    pub default_insert: Option<String>,
    pub default_insert_alpha: Option<String>,
    pub default_insert_link: Option<String>,
    pub must_name: Texts,
    pub free: bool,
    pub no_reason_needed: bool,
    pub no_two_way_number: Option<String>,
    pub fields: Texts,
}

section!(
    /// Refusal.
    Optout {
        free_of_charge: bool, any_channel: bool, apply_within_seconds: i64, legal_max: Option<String>,
        in_flight: Option<String>, confirm: Confirm, staff_may_lift: bool, source: Texts, keywords: ByLanguage,
        keywords_all_tenants: ByLanguage, phrases: ByLanguage, context_sensitive: WordList, filler: WordList,
        not: Patterns, never_fuzzy_across: Vec<Texts>, exclusive_method: Option<bool>, any_reasonable_means: bool,
        same_language_as_message: bool, per_se_revocation: Texts, revoke_all_from: Option<Datetime>,
        toll_free: Option<TollFree>,
    }
);
section!(
    /// The one confirmation.
    Confirm { send: bool, within_seconds: i64, max: i64, marketing_text: bool }
);
section!(
    /// Numbers whose carrier itself obeys a word.
    TollFree { enforced_by: String, words: Texts, customisable: bool, sync_back_as: String }
);
section!(
    /// Words.
    WordList { words: Texts }
);
section!(
    /// Patterns.
    Patterns { patterns: Texts }
);
section!(
    /// Words by language.
    Words { keywords: ByLanguage }
);
section!(
    /// Hours: of each day the opening and the closing, or nothing where it is closed.
    WindowText {
        level: Level, source: Texts, tenant_may_set: Vec<Level>, every_day: Option<Texts>, sun_thu: Option<Texts>,
        mon_fri: Option<Texts>, mon_sat: Option<Texts>, fri: Option<Texts>, sat: Option<Texts>, sun: Option<Texts>,
        eve_of_holiday: Option<Texts>, holiday: Option<Texts>, after_shabbat: Option<String>,
        calendar: Option<String>, holidays: Texts, public_holidays: Texts, sensitive_days: Texts,
        outside: Option<String>, tail_margin_minutes: i64, unknown_timezone: Option<String>, state: Vec<StateWindow>,
    }
);
section!(
    /// Hours of a part of the country.
    StateWindow {
        states: Texts, effective_from: Option<Datetime>, every_day: Option<Texts>, mon_sat: Option<Texts>,
        sun: Option<Texts>, source: Texts,
    }
);
section!(
    /// How often.
    Frequency {
        level: Level, max: i64, per_days: i64, scope: Option<String>, across_campaigns: bool,
        count_on: Option<String>, exempt: Texts, tenant_max_allowed: Option<Allowed>, state: Vec<StateFrequency>,
        source: Texts,
    }
);
section!(
    /// How far a workspace may go.
    Allowed { max: i64, per_days: i64 }
);
section!(
    /// How often in a part of the country.
    StateFrequency { states: Texts, max: i64, per_hours: i64, scope: Option<String>, source: Texts }
);
section!(
    /// What a handset may show.
    SenderId {
        alphanumeric: Option<String>, max_len: usize, charset: Option<String>, numeric_own_number: Option<String>,
        short_code: Option<String>, kyc: Texts, generic_refused: Texts, protected_class: Texts,
        protected_names: Texts, source: Texts, case_exact: bool, via: Option<String>,
        blocking_from: Option<Datetime>, must_record: Texts, lead_time_weeks: Vec<i64>,
        personal_names: Option<String>, operator_names: Option<String>, bound_to: Option<String>,
        operator_contract_required: bool, dedicated_number: Option<String>, long_code: Option<String>,
        toll_free: Option<String>, short_code_lead_weeks: Vec<i64>,
    }
);
section!(
    /// How the operator's own people sign in.
    Security { second_factor: bool, strong_password: bool, lock_after_failures: i64, source: Texts }
);
section!(
    /// A public list to be consulted.
    Registry {
        id: String, covers: Texts, covers_sms: Option<String>, level: Level, max_age_days: i64,
        r#override: Texts, source: Texts, on_carrier_block: Option<String>, when_stale: Option<String>,
    }
);
section!(
    /// Texts that must be registered and approved before they are sent, and of which classes.
    Templates { level: Level, classes: Texts, registry: Option<String>, source: Texts }
);
section!(
    /// What a breach costs.
    Liability {
        currency: Option<String>, statutory_per_message_min: i64, statutory_per_message_max: i64,
        without_proof_of_damage: bool, class_action: bool, officer_duty: bool, fines_by: Texts, minor_max: i64,
        serious_min: i64, serious_max: i64, legal_entity_fine_min: i64, legal_entity_fine_max: i64, source: Texts,
    }
);
section!(
    /// What a person may ask of us.
    Rights {
        answer_within: Option<String>, access: bool, rectification: bool, erasure: bool, restriction: bool,
        portability: Texts, objection_to_marketing: Option<String>, breach_notice_hours: i64,
        records_of_processing: bool, source: Texts,
    }
);
section!(
    /// How long what is kept.
    Retention {
        consent_evidence_after_end_days: i64, suppression: Option<String>, message_body_days: i64,
        inbound_body_days: i64, audit_days: i64, ip_days: i64, on_erasure: Option<String>,
    }
);
section!(
    /// What the pack promises of itself: an input, and what must come of it.
    Case {
        id: String, at: Option<String>, class: Option<String>, country: Option<String>, to: Option<String>,
        from: Option<String>, text: Option<String>, reply_number: Option<String>, approved: Option<bool>,
        zone: Option<String>, reply: Option<String>, sender: Option<String>, expect: String,
        until: Option<String>, code: Option<String>, becomes: Option<String>,
    }
);
