//! The values after the colon of an answer: apart by commas, strings in quotation marks.

/// The values of `+NAME: a,"b,c",,d`, with or without the blank that some modems leave out; quotation marks go. An
/// empty place is an empty string. `None` where the line is not of this name.
pub fn fields(line: &str, name: &str) -> Option<Vec<String>> {
    let rest = line.strip_prefix(name)?.strip_prefix(':')?.trim();
    let (mut fields, mut field, mut quoted) = (Vec::new(), String::new(), false);
    for ch in rest.chars() {
        match ch {
            '"' => quoted = !quoted,
            ',' if !quoted => fields.push(std::mem::take(&mut field)),
            ch if quoted || !ch.is_ascii_whitespace() => field.push(ch),
            _ => {}
        }
    }
    fields.push(field);
    Some(fields)
}

/// A number among the values.
pub(super) fn number<T: std::str::FromStr>(fields: &[String], at: usize) -> Option<T> {
    fields.get(at)?.parse().ok()
}
