//! What went wrong, until it becomes a page: the layer around all pages says it in the visitor's language.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

use crate::pages::error::Kind;

/// A handler's no.
#[derive(Debug, Clone)]
pub enum Oops {
    /// The engine's.
    Engine(engine::Error),
    /// A page of our own for it.
    Page(Kind),
    /// Somewhere else first: sign in, first run.
    Go(String),
}

impl From<engine::Error> for Oops {
    fn from(e: engine::Error) -> Oops {
        Oops::Engine(e)
    }
}

impl From<store::Error> for Oops {
    fn from(e: store::Error) -> Oops {
        Oops::Engine(e.into())
    }
}

/// A kind of error page, carried to the layer that draws it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Drawn(pub(super) Kind);

impl Oops {
    fn kind(&self) -> Kind {
        use engine::Error;
        match self {
            Oops::Page(kind) => *kind,
            Oops::Go(_) => Kind::NotFound,
            Oops::Engine(e) => match e {
                Error::Store(store::Error::Full) => Kind::Busy,
                Error::Store(_) => Kind::Internal,
                Error::NotFound(_) => Kind::NotFound,
                Error::Invalid { .. } | Error::Refused { .. } | Error::Conflict(_) => Kind::BadRequest,
                Error::NotAllowed(_) => Kind::Forbidden,
                Error::NotKnown => Kind::Stale,
                Error::TooOften { .. } => Kind::TooMany,
            },
        }
    }
}

/// A body that could not be read: too much of it, or none of what was asked for.
pub(super) fn unread(status: StatusCode) -> Oops {
    Oops::Page(if status == StatusCode::PAYLOAD_TOO_LARGE { Kind::TooLarge } else { Kind::BadRequest })
}

/// The status of a kind.
pub(super) fn status(kind: Kind) -> StatusCode {
    match kind {
        Kind::NotFound => StatusCode::NOT_FOUND,
        Kind::Forbidden | Kind::Stale => StatusCode::FORBIDDEN,
        Kind::BadRequest => StatusCode::BAD_REQUEST,
        Kind::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        Kind::TooMany => StatusCode::TOO_MANY_REQUESTS,
        Kind::Internal => StatusCode::INTERNAL_SERVER_ERROR,
        Kind::Busy => StatusCode::SERVICE_UNAVAILABLE,
    }
}

impl IntoResponse for Oops {
    fn into_response(self) -> Response {
        if let Oops::Go(to) = &self {
            return super::reply::see(to);
        }
        if let Oops::Engine(engine::Error::Store(e)) = &self {
            tracing::error!(error = %e, "a page could not be made");
        }
        let kind = self.kind();
        let mut response = status(kind).into_response();
        response.extensions_mut().insert(Drawn(kind));
        response
    }
}

/// An address that leads nowhere.
pub(super) async fn nothing_here() -> Oops {
    Oops::Page(Kind::NotFound)
}
