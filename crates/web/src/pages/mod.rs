//! The pages: one file each, a view struct beside the function that shows it.
//!
//! A view struct holds what the page says and nothing about where it came from. Moments are milliseconds since
//! 1970, ids are in their public form, phone numbers are written the way people of the workspace write them.

pub mod alarms;
pub mod campaign;
pub mod campaigns;
pub mod claims;
pub mod clients;
pub mod compliance;
pub mod composer;
pub mod connection;
pub mod connections;
pub mod contacts;
pub mod door;
pub mod error;
pub mod forms;
pub mod held;
pub mod home;
pub mod import;
pub mod inbox;
pub mod keys;
pub mod law;
pub mod lists;
pub mod lookup;
pub mod many;
pub mod message;
pub mod messages;
pub mod modem;
pub mod numbers;
pub mod person;
pub mod person_more;
pub mod phone;
pub mod poster;
pub mod queues;
pub mod reconfirm;
pub mod routes;
pub mod segments;
pub mod settings;
pub mod signup;
pub mod simulator;
pub mod templates;
pub mod trace;
pub mod trial;
pub mod unconfirmed;
pub mod unsubscribe;

use maud::{Markup, html};

/// The head of a page: the heading that says the answer, a line under it, the actions beside it.
pub(crate) fn head(heading: &Markup, under: &Markup, actions: &Markup) -> Markup {
    html! {
        div class="head" {
            div { (heading) @if !under.0.is_empty() { p { (under) } } }
            @if !actions.0.is_empty() { div class="row wrap" { (actions) } }
        }
    }
}
