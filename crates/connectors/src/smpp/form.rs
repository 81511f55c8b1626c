//! The form of an SMPP connection: its fields, and what they mean together.

use super::account::{Account, Role};
use super::address::Rules;
use super::dialect::{Basic, Dialect, Flash, Long, Validity};
use super::outbind::Outbind;
use super::{ids, tlvs};
use crate::errors::Errors;
use crate::field::{
    ERRORS, NATIONAL, TLS, TLS_CA, TLS_NAME, TLS_PIN, checked, choice, lines, number, secret, text,
};
use crate::tls;
use sms::form::{Field, KindInfo};
use std::sync::Arc;
use store::connector::Settings;

/// SMPP as a client of a carrier.
pub(crate) const KIND: KindInfo = KindInfo { name: "smpp", fields: FIELDS };

const FIELDS: &[Field] = &[
    text("host", None, false),
    number("port", 1, 65_535, "2775", false),
    text("system_id", None, false),
    secret("password", Some(""), false),
    text("system_type", Some(""), true),
    choice("bind", &["trx", "tx", "rx", "pair"], "trx", true),
    number("binds", 1, 32, "1", true),
    choice("version", &["3.4", "3.3", "5.0"], "3.4", true),
    text("address_range", Some(""), true),
    number("window", 1, 5_000, "10", true),
    number("rate", 0, 100_000, "0", true),
    TLS,
    TLS_CA,
    TLS_PIN,
    TLS_NAME,
    text("outbind", Some(""), true),
    secret("outbind_password", Some(""), true),
    lines("outbind_certificate", crate::tls::check_authorities, true),
    secret("outbind_key", Some(""), true),
    choice("alphabet", &["gsm", "packed", "latin1"], "gsm", true),
    number("gsm_coding", 0, 255, "0", true),
    number("ucs2_coding", 0, 255, "8", true),
    choice("ucs2_order", &["big", "little"], "big", true),
    choice("flash", &["class", "old", "subunit"], "class", true),
    NATIONAL,
    choice("long", &["udh", "sar", "payload", "whole"], "udh", true),
    checked("source", super::address::check, true),
    checked("destination", super::address::check, true),
    text("service_type", Some(""), true),
    number("registered_delivery", 0, 255, "1", true),
    number("priority", 0, 9, "0", true),
    number("protocol_id", 0, 255, "0", true),
    choice("validity", &["relative", "absolute", "none"], "relative", true),
    lines("tlvs", tlvs::check, true),
    lines("sender_tlvs", tlvs::check_of_senders, true),
    checked("keep_tlvs", tlvs::check_tags, true),
    checked("receipt_id", ids::check, true),
    choice("receipts", &["marked", "any"], "marked", true),
    number("answer_timeout_s", 1, 600, "60", true),
    number("enquire_s", 5, 600, "30", true),
    ERRORS,
];

/// The account that settings describe. What a form would have refused is taken as not said.
pub(crate) fn account(settings: &Settings, errors: Errors) -> Account {
    let said = |name: &str| settings.get(name).map_or("", |value| value.trim());
    let outbind = said("outbind");
    Account {
        system_id: said("system_id").to_owned(),
        password: settings.get("password").cloned().unwrap_or_default(),
        system_type: said("system_type").to_owned(),
        address_range: said("address_range").to_owned(),
        role: match said("bind") {
            "tx" => Role::Sends,
            "rx" => Role::Receives,
            "pair" => Role::Pair,
            _ => Role::Both,
        },
        version: match said("version") {
            "3.3" => 0x33,
            "5.0" => 0x50,
            _ => 0x34,
        },
        outbind: (!outbind.is_empty()).then(|| {
            let own = |name: &str| settings.get(name).cloned().unwrap_or_default();
            let wanted =
                tls::Wanted { name: String::new(), authorities: own("tls_ca"), pins: own("tls_pin") };
            let called = || tls::Called::new(own("outbind_certificate"), own("outbind_key"), wanted);
            let tls = (said("tls") == "on").then(called);
            Arc::new(Outbind::new(outbind, said("host"), own("outbind_password"), tls))
        }),
        dialect: Arc::new(dialect(settings)),
        simulator: false,
        errors,
    }
}

fn dialect(settings: &Settings) -> Dialect {
    let said = |name: &str| settings.get(name).map_or("", |value| value.trim());
    let small = |name: &str, default| said(name).parse::<u8>().unwrap_or(default);
    Dialect {
        basic: match said("alphabet") {
            "packed" => Basic::Packed,
            "latin1" => Basic::Latin1,
            _ => Basic::Gsm,
        },
        gsm_coding: small("gsm_coding", 0),
        ucs2_coding: small("ucs2_coding", 8),
        little_endian: said("ucs2_order") == "little",
        flash: match said("flash") {
            "old" => Flash::Old,
            "subunit" => Flash::Subunit,
            _ => Flash::Class,
        },
        long: match said("long") {
            "sar" => Long::Sar,
            "payload" => Long::Payload,
            "whole" => Long::Whole,
            _ => Long::Header,
        },
        source: Rules::read(said("source")).unwrap_or_default(),
        destination: Rules::read(said("destination")).unwrap_or_default(),
        service_type: said("service_type").as_bytes().to_vec(),
        registered_delivery: small("registered_delivery", super::dialect::FINAL_REPORT),
        priority: small("priority", 0),
        protocol_id: small("protocol_id", 0),
        validity: match said("validity") {
            "absolute" => Validity::Absolute,
            "none" => Validity::Silent,
            _ => Validity::Relative,
        },
        tlvs: tlvs::read(said("tlvs")).unwrap_or_default(),
        sender_tlvs: tlvs::of_senders(said("sender_tlvs")).unwrap_or_default(),
        keep: tlvs::tags(said("keep_tlvs")).unwrap_or_default(),
        receipt_id: ids::read(said("receipt_id")).unwrap_or_default(),
        any_receipt: said("receipts") == "any",
    }
}
