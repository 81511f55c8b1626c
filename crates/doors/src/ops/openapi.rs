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
            "schemas": all_schemas(),
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
    if route.method == "POST" && (route.path.starts_with("/v1/messages") || route.path == "/v1/bulk") {
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
    if (route.method, route.path) == ("POST", "/v1/imports") {
        upload(&mut operation);
    }
    if let Some(name) = body_of(route) {
        let schema = json!({ "$ref": format!("#/components/schemas/{name}") });
        operation["requestBody"] = json!({ "content": { "application/json": { "schema": schema } } });
    }
    if !route.path.starts_with("/v1/") {
        operation["security"] = json!([]);
    }
    operation
}

/// An import's body is the file itself; how it is read stands in the query.
fn upload(operation: &mut Value) {
    let said = [
        ("name", "The file's own name."),
        ("list", "The list to fill: its id, or its name, and then it is made where it is not there."),
        ("country", "The country national numbers are read by; the workspace's when absent."),
        (
            "map.phone",
            "The column of numbers, by its header or counted from 1; also map.first_name, map.FIELD, …",
        ),
        ("consent_source", "Where these people agreed; with consent_date."),
        ("consent_date", "On which day they did, as 2026-03-14."),
        ("existing", "What happens to people who are there: fill, overwrite, skip."),
    ];
    if let Some(all) = operation["parameters"].as_array_mut() {
        all.extend(said.map(|(name, what)| {
            json!({ "name": name, "in": "query", "description": what, "schema": { "type": "string" } })
        }));
    }
    let file = json!({ "schema": { "type": "string", "format": "binary" } });
    operation["requestBody"] = json!({ "required": true, "content": { "application/octet-stream": file } });
}

fn body_of(route: &crate::Route) -> Option<&'static str> {
    Some(match (route.method, route.path) {
        ("POST", "/v1/messages") => "NewMessage",
        ("POST", "/v1/messages/batch") => "Batch",
        ("POST", "/v1/contacts") => "NewContact",
        ("POST", "/v1/contacts/{id}/merge") => "Merge",
        ("POST", "/v1/bulk") => "NewBulk",
        ("POST", "/v1/filters") => "NewFilter",
        ("POST", "/v1/lists") => "NewList",
        ("POST", "/v1/connectors") => "NewConnector",
        ("POST", "/v1/routes") => "NewRoute",
        ("POST", "/v1/numbers") => "NewNumber",
        ("POST", "/v1/senders") => "NewSender",
        _ => return None,
    })
}

fn all_schemas() -> Value {
    let mut all = schemas();
    if let (Some(all), Value::Object(people)) = (all.as_object_mut(), of_people()) {
        all.extend(people);
    }
    all
}

/// Bodies of what is done with people.
fn of_people() -> Value {
    let consents: Vec<&str> = store::contact::Consent::ALL.iter().map(|c| c.name()).collect();
    let deeds: Vec<&str> = engine::bulk::Deed::ALL.iter().map(|d| d.name()).collect();
    let text = json!({ "type": "string" });
    json!({
        "Merge": {
            "type": "object", "required": ["other"], "additionalProperties": false, "properties": { "other": text },
        },
        "Filter": {
            "type": "object", "additionalProperties": false,
            "properties": { "search": text, "list": text, "tag": text, "consent": { "enum": consents } },
        },
        "NewFilter": {
            "type": "object", "required": ["name", "filter"], "additionalProperties": false,
            "properties": { "name": text, "filter": { "$ref": "#/components/schemas/Filter" } },
        },
        "NewBulk": {
            "type": "object", "required": ["deed"], "additionalProperties": false,
            "description": "Exactly one of contacts, filter, saved_filter and everybody says to whom. target is the \
                            name of a tag, or the id of a list; suppress and erase need a reason.",
            "properties": {
                "deed": { "enum": deeds }, "target": text, "reason": { "type": "string", "maxLength": 300 },
                "contacts": { "type": "array", "maxItems": 500, "items": text },
                "filter": { "$ref": "#/components/schemas/Filter" }, "saved_filter": text,
                "everybody": { "type": "boolean" },
            },
        },
    })
}

fn schemas() -> Value {
    let classes: Vec<&str> = sms::Class::ALL.iter().map(|c| c.name()).collect();
    let text = json!({ "type": "string" });
    let texts = json!({ "type": "array", "items": text });
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
        "NewContact": {
            "type": "object", "required": ["number"], "additionalProperties": false,
            "properties": {
                "number": text, "first_name": text, "last_name": text,
                "fields": { "type": "object", "additionalProperties": { "type": ["string", "null"] } },
                "lists": { "type": "array", "items": text },
                "consent": {
                    "type": "object", "required": ["source"],
                    "properties": { "source": text, "at": { "type": "string", "format": "date-time" } },
                },
            },
        },
        "NewList": {
            "type": "object", "required": ["name"], "additionalProperties": false, "properties": { "name": text },
        },
        "NewConnector": {
            "type": "object", "required": ["name", "kind"], "additionalProperties": false,
            "properties": { "name": text, "kind": text, "settings": { "type": "object" } },
        },
        "NewRoute": {
            "type": "object", "required": ["to"], "additionalProperties": false,
            "properties": {
                "prefix": text, "class": { "enum": classes }, "from": text, "to": { "type": "array", "items": text },
                "name": text, "off": { "type": "boolean" }, "prefixes": texts, "countries": texts, "networks": texts,
                "senders": texts, "classes": { "type": "array", "items": { "enum": classes } }, "workspaces": texts,
                "hours": {
                    "type": "object", "properties": { "days": texts, "from": text, "to": text, "zone": text },
                },
                "contains": texts, "pattern": text, "ceiling_micros": { "type": "integer", "minimum": 0 },
                "choose": { "enum": ["order", "share", "cheapest"] },
                "weights": { "type": "array", "items": { "type": "integer" } },
                "rewrite": {
                    "type": "object",
                    "properties": {
                        "strip": text, "add": text, "sender": text,
                        "words": { "type": "array", "items": { "type": "array", "items": text } },
                    },
                },
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
