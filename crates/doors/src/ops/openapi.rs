//! `/openapi.json`: every path, from the very list they are mounted by, with the bodies that matter.

use axum::Json;
use serde_json::{Map, Value, json};

pub(super) async fn show() -> Json<Value> {
    Json(document())
}

/// The whole document.
pub(crate) fn document() -> Value {
    let mut paths = Map::new();
    for route in crate::documented() {
        let path = paths.entry(route.path).or_insert_with(|| json!({}));
        path[route.method.to_lowercase()] = operation(&route);
    }
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Sendword",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "Ids are prefixed and sort by time; times are RFC 3339 in UTC; numbers are E.164. \
                            Errors are application/problem+json with a stable code, a fix and a request id.",
        },
        "security": [{ "key": [] }],
        "paths": paths,
        "components": {
            "securitySchemes": { "key": { "type": "http", "scheme": "bearer" } },
            "schemas": schemas(),
        },
    })
}

fn operation(route: &crate::Route) -> Value {
    let mut parameters: Vec<Value> = route
        .path
        .split('/')
        .filter_map(|word| word.strip_prefix('{')?.strip_suffix('}'))
        .map(|name| json!({ "name": name, "in": "path", "required": true, "schema": { "type": "string" } }))
        .collect();
    if route.method == "POST" && route.path.starts_with("/v1/messages") {
        parameters.push(json!({
            "name": "Idempotency-Key", "in": "header", "schema": { "type": "string", "maxLength": 255 },
            "description": "The same key with the same body gives the first answer again, for 7 days.",
        }));
    }
    if route.method != "GET" {
        parameters.push(json!({
            "name": "dry_run", "in": "query", "schema": { "type": "boolean" },
            "description": "Decides everything and keeps nothing.",
        }));
    }
    let problem = json!({
        "description": "A problem",
        "content": { "application/problem+json": { "schema": { "$ref": "#/components/schemas/Problem" } } },
    });
    let mut operation = json!({
        "summary": route.summary,
        "parameters": parameters,
        "responses": { "2XX": { "description": "Done" }, "default": problem },
    });
    if let Some(name) = body_of(route) {
        let schema = json!({ "$ref": format!("#/components/schemas/{name}") });
        operation["requestBody"] = json!({ "content": { "application/json": { "schema": schema } } });
    }
    if !route.path.starts_with("/v1/") {
        operation["security"] = json!([]);
    }
    operation
}

fn body_of(route: &crate::Route) -> Option<&'static str> {
    Some(match (route.method, route.path) {
        ("POST", "/v1/messages") => "NewMessage",
        ("POST", "/v1/messages/batch") => "Batch",
        ("POST", "/v1/connectors") => "NewConnector",
        ("POST", "/v1/routes") => "NewRoute",
        ("POST", "/v1/numbers") => "NewNumber",
        ("POST", "/v1/senders") => "NewSender",
        _ => return None,
    })
}

fn schemas() -> Value {
    let classes: Vec<&str> = sms::Class::ALL.iter().map(|c| c.name()).collect();
    let text = json!({ "type": "string" });
    let message = json!({
        "type": "object", "required": ["to", "text"], "additionalProperties": false,
        "properties": {
            "to": text, "text": text, "from": text, "class": { "enum": classes }, "campaign": text,
            "send_at": { "type": "string", "format": "date-time" }, "validity_s": { "type": "integer" },
            "on_ambiguous": { "enum": ["resend", "hold"] }, "client_ref": { "type": "string", "maxLength": 64 },
        },
    });
    json!({
        "NewMessage": message,
        "Batch": {
            "type": "object", "required": ["messages"],
            "description": "Beside messages, any field of NewMessage but to and client_ref is a default of all.",
            "properties": {
                "messages": { "type": "array", "maxItems": 10_000, "items": { "$ref": "#/components/schemas/NewMessage" } },
            },
        },
        "NewConnector": {
            "type": "object", "required": ["name", "kind"], "additionalProperties": false,
            "properties": { "name": text, "kind": text, "settings": { "type": "object" } },
        },
        "NewRoute": {
            "type": "object", "required": ["to"], "additionalProperties": false,
            "properties": {
                "prefix": text, "class": { "enum": classes }, "from": text, "to": { "type": "array", "items": text },
            },
        },
        "NewNumber": {
            "type": "object", "required": ["number"], "additionalProperties": false,
            "properties": { "number": text, "type": { "enum": ["long", "short", "shared"] }, "connector": text },
        },
        "NewSender": {
            "type": "object", "required": ["name"], "additionalProperties": false,
            "properties": { "name": text, "country": { "type": "string", "maxLength": 2 } },
        },
        "Problem": {
            "type": "object", "required": ["type", "title", "status", "detail", "code", "request_id"],
            "properties": {
                "type": text, "title": text, "status": { "type": "integer" }, "detail": text, "code": text,
                "param": text, "fix": text, "request_id": text,
            },
        },
    })
}
