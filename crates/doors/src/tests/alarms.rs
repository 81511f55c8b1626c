//! What is wrong: told, known of, over; each workspace sees its own.

use super::*;
use store::machine::alarm::{About, Kind, clear, raise};

#[tokio::test]
async fn alarms_are_told_and_stay_until_their_cause_is_gone() {
    let world = World::new().await;
    let key = world.key(&[]).await;
    let none = world.with(&key, "GET", "/v1/alarms", "").await;
    assert_eq!((none.status, &none.body["data"]), (StatusCode::OK, &json!([])));
    let about = |workspace, connector| About { workspace, ..About::connector(Kind::Password, connector) };
    let home = world
        .db
        .write("alarms", move |tx| {
            let home = store::workspace::only(tx)?.expect("a workspace");
            raise(tx, &about(home, 7), 3, "0x0E")?;
            raise(tx, &about(home + 1, 8), 0, "of somebody else")?;
            Ok::<i64, store::Error>(home)
        })
        .await
        .expect("written");
    let told = world.with(&key, "GET", "/v1/alarms", "").await.body;
    let [one] = told["data"].as_array().expect("a list").as_slice() else { panic!("{told}") };
    assert_eq!(
        (&one["kind"], &one["state"], &one["value"], &one["detail"]),
        (&json!("auth_failed"), &json!("open"), &json!(3), &json!("0x0E"))
    );
    assert!(one["since"].is_string() && one["over_at"].is_null(), "{one}");
    let path = format!("/v1/alarms/{}/known", one["id"].as_str().expect("an id"));
    let reader = world.key(&[Permission::Read]).await;
    assert_eq!(world.with(&reader, "POST", &path, "{}").await.status, StatusCode::FORBIDDEN);
    assert_eq!(world.with(&key, "POST", &path, "{}").await.body["state"], "known");
    let told = world.with(&key, "GET", "/v1/alarms", "").await.body;
    assert_eq!(told["data"][0]["state"], "known", "{told}");
    world.db.write("alarms", move |tx| clear(tx, &about(home, 7))).await.expect("cleared");
    let told = world.with(&key, "GET", "/v1/alarms", "").await.body;
    assert_eq!(told["data"][0]["state"], "over", "{told}");
    assert_eq!(world.with(&key, "POST", &path, "{}").await.status, StatusCode::NOT_FOUND);
}
