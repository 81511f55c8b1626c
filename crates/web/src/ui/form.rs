//! Forms: fields with label, help and error, the anti-forgery field, one-button forms.
//!
//! Everything works as a plain form; scripts only make it quicker.

use maud::{Markup, html};

use crate::ui::{icon, icon_flip};

/// The hidden field every form that changes something carries.
pub fn csrf(token: &str) -> Markup {
    html! { input type="hidden" name="csrf" value=(token); }
}

/// One labelled field around its control.
#[derive(Debug, Default, Clone)]
pub struct Field<'a> {
    /// The id of the control.
    pub id: &'a str,
    /// Its label.
    pub label: &'a str,
    /// A line of help.
    pub help: Option<&'a str>,
    /// What is wrong with the value.
    pub error: Option<&'a str>,
}

/// The `aria-describedby` a control of this field should carry.
pub fn described<'a>(field: &Field<'a>) -> Option<String> {
    match (field.help.is_some(), field.error.is_some()) {
        (true, true) => Some(format!("{0}-e {0}-h", field.id)),
        (true, false) => Some(format!("{}-h", field.id)),
        (false, true) => Some(format!("{}-e", field.id)),
        (false, false) => None,
    }
}

/// Label, control, error, help.
pub fn field(field: &Field, control: &Markup) -> Markup {
    html! {
        div class="field" {
            label for=(field.id) { (field.label) }
            (control)
            @if let Some(error) = field.error {
                span class="st st-failed wraps" id={ (field.id) "-e" } { (icon("failed")) (error) }
            }
            @if let Some(help) = field.help { span class="hint" id={ (field.id) "-h" } { (help) } }
        }
    }
}

/// What a text input is made of beyond its field.
#[derive(Debug, Default, Clone)]
pub struct Input<'a> {
    /// `text`, `email`, `password` …; empty means `text`.
    pub kind: &'a str,
    /// The name it travels under.
    pub name: &'a str,
    /// Its value.
    pub value: &'a str,
    /// The browser's hint for filling it.
    pub autocomplete: &'a str,
    /// Whether it must be filled.
    pub required: bool,
    /// Whether it holds numbers, ids or hosts: left to right.
    pub ltr: bool,
    /// A grey example.
    pub placeholder: &'a str,
}

/// A text input in its field. Where it is at fault the page opens at it: what is wrong is never below the fold.
pub fn input(about: &Field, input: &Input) -> Markup {
    let control = html! {
        input class={ "input" @if about.error.is_some() { " bad" } } id=(about.id) name=(input.name)
            type=(if input.kind.is_empty() { "text" } else { input.kind }) value=(input.value)
            autocomplete=[(!input.autocomplete.is_empty()).then_some(input.autocomplete)]
            placeholder=[(!input.placeholder.is_empty()).then_some(input.placeholder)]
            dir=(if input.ltr { "ltr" } else { "auto" }) required[input.required]
            autofocus[about.error.is_some()] aria-invalid=[about.error.map(|_| "true")] aria-describedby=[described(about)];
    };
    field(about, &control)
}

/// One choice of a select or radio group.
#[derive(Debug, Clone)]
pub struct Choice {
    /// The value that travels.
    pub value: String,
    /// What people read.
    pub word: String,
}

impl Choice {
    /// A choice.
    pub fn new(value: impl Into<String>, word: impl Into<String>) -> Self {
        Choice { value: value.into(), word: word.into() }
    }
}

/// The options of a select.
pub fn options(choices: &[Choice], chosen: &str) -> Markup {
    html! {
        @for choice in choices {
            // No markup is read inside an option: a mark keeps the + of a number on its side.
            option value=(choice.value) selected[choice.value == chosen] { @if choice.word.starts_with('+') { "\u{200E}" } (choice.word) }
        }
    }
}

/// A select in its field.
pub fn select(about: &Field, name: &str, choices: &[Choice], chosen: &str) -> Markup {
    let control = html! {
        select id=(about.id) name=(name) autofocus[about.error.is_some()] aria-describedby=[described(about)] { (options(choices, chosen)) }
    };
    field(about, &control)
}

/// A group of radio buttons.
pub fn radios(legend: &str, name: &str, choices: &[Choice], chosen: &str) -> Markup {
    html! {
        fieldset {
            legend class="label" { (legend) }
            @for choice in choices {
                label class="opt" {
                    input type="radio" name=(name) value=(choice.value) checked[choice.value == chosen];
                    (choice.word)
                }
            }
        }
    }
}

/// A form that is one button: a plain POST with its anti-forgery field.
pub fn act(csrf_token: &str, action: &str, class: &str, icon_name: &str, word: &str) -> Markup {
    html! {
        form class="act" method="post" action=(action) {
            (csrf(csrf_token))
            button class={ "btn " (class) } {
                @if icon_name == "send" { (icon_flip(icon_name)) } @else if !icon_name.is_empty() { (icon(icon_name)) }
                (word)
            }
        }
    }
}
