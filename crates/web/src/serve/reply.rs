//! Answers: a page, a part of one, or the way to another page with a word about what was done.

use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use maud::Markup;

/// A handler's answer.
pub(super) type Answer = Result<Response, super::Oops>;

/// A page.
pub(super) fn page(markup: Markup) -> Response {
    Html(markup.into_string()).into_response()
}

/// A page that says what is wrong with a form.
pub(super) fn refused(markup: Markup) -> Response {
    (StatusCode::UNPROCESSABLE_ENTITY, Html(markup.into_string())).into_response()
}

/// On to another page. Only paths of our own: what is not one leads home.
pub(super) fn see(to: &str) -> Response {
    let own = to.starts_with('/') && !to.starts_with("//") && !to.contains(['\\', '\r', '\n']);
    let to = HeaderValue::from_str(if own { to } else { "/" }).unwrap_or(HeaderValue::from_static("/"));
    let mut response = StatusCode::SEE_OTHER.into_response();
    response.headers_mut().insert(header::LOCATION, to);
    response
}

/// On to another page, which says what was done. `said` is a key of the catalogue; `n` its count.
pub(super) fn done(to: &str, said: &str, n: Option<i64>) -> Response {
    let mut response = see(to);
    let value = n.map_or(said.to_owned(), |n| format!("{said}~{n}"));
    set_cookie(response.headers_mut(), "said", &value, 60, false);
    response
}

/// The same with a message that was sent, whose story the word leads to.
pub(super) fn done_with(to: &str, said: &str, what: &str) -> Response {
    let mut response = see(to);
    set_cookie(response.headers_mut(), "said", &format!("{said}~{what}"), 60, false);
    response
}

/// Sets a cookie for this site alone. The values are our own words, never a person's.
pub(super) fn set_cookie(headers: &mut HeaderMap, name: &str, value: &str, seconds: i64, secure: bool) {
    let secure = if secure { "; Secure" } else { "" };
    let cookie = format!("{name}={value}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}");
    if let Ok(cookie) = HeaderValue::from_str(&cookie) {
        headers.append(header::SET_COOKIE, cookie);
    }
}

/// The value of a cookie.
pub(super) fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let all = headers.get_all(header::COOKIE).iter().filter_map(|line| line.to_str().ok());
    all.flat_map(|line| line.split(';')).find_map(|pair| {
        let (key, value) = pair.trim().split_once('=')?;
        (key == name).then_some(value)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_redirect_never_leaves_the_site() {
        for (asked, goes) in
            [("/inbox", "/inbox"), ("//evil", "/"), ("https://evil", "/"), ("/\\evil", "/"), ("", "/")]
        {
            assert_eq!(see(asked).headers()[header::LOCATION], goes, "{asked}");
        }
    }

    #[test]
    fn cookies_are_found_among_others() {
        let mut headers = HeaderMap::new();
        headers.insert(header::COOKIE, HeaderValue::from_static("a=1; theme=dark;lang=he"));
        assert_eq!(cookie(&headers, "theme"), Some("dark"));
        assert_eq!(cookie(&headers, "lang"), Some("he"));
        assert_eq!(cookie(&headers, "the"), None);
    }
}
