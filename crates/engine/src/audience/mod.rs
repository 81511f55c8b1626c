//! People and lists, one at a time and by the page. Many at once come through [`crate::import`].
//!
//! Nothing here takes a refusal back: removing a person, or adding the number again, leaves it standing.

mod address;
mod change;
mod export;
mod filters;
mod lists;
mod merge;
mod tags;
pub(crate) mod text;
mod values;
mod view;

#[cfg(test)]
mod tests;
#[cfg(test)]
mod work_tests;

pub use address::{address_of, filter_in};
pub use change::{Claim, New, add_contact, agreed, remove_contact, update_contact};
pub use export::export;
pub use filters::{FilterView, filter, filter_forget, filter_save, filters};
pub use lists::{ListView, add_to_list, list_create, list_delete, list_rename, lists, take_from_list};
pub use merge::{MergeView, doubles, merge, merges, unmerge};
pub use tags::{TagView, retag, tag_named, tags};
pub use values::{FieldView, declare, fields, valued};
pub(crate) use values::{fill, values_changed};
pub(crate) use view::stored;
pub use view::{Detail, Filter, Page, Summary, View, by_number, contact, contacts, count, of_ids, summary};
