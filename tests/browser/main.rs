//! What a person sees and does, in a real browser.

mod harness;

use harness::{Browser, DESK, PHONE, axe_source};
use std::io::{Read, Write};

/// Serves one page for every request, on a free port, as long as the test runs.
fn serve(page: &'static str) -> String {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = listener.local_addr().expect("its address");
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let Ok(mut stream) = stream else { continue };
            let _ = stream.read(&mut [0; 4096]);
            let length = page.len();
            let head = "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nConnection: close";
            let _ = write!(stream, "{head}\r\nContent-Length: {length}\r\n\r\n{page}");
        }
    });
    format!("http://{address}/")
}

const SOUND: &str = "<!doctype html><html lang=en><title>Sound</title><link rel=icon href=data:,>
    <meta name=viewport content=width=device-width>
    <style>@media (prefers-color-scheme: dark) { main { color: #fff; background: #000 } }</style>
    <main><h1>Sound</h1><p>שלום</p></main>";
const BROKEN: &str = "<!doctype html><html><title>Broken</title><link rel=icon href=data:,>
    <main><h1>Broken</h1><img src=data:,><div style='width:2000px'>wide</div></main>
    <script>console.error('it hurts')</script>";

#[tokio::test]
async fn the_browser_sees_what_is_wrong_and_only_that() {
    let test = "the_browser_sees_what_is_wrong_and_only_that";
    let Some(axe) = axe_source(test) else { return };
    let Some(browser) = Browser::start(test).await else { return };

    browser.driver.goto(serve(SOUND)).await.expect("the page opens");
    browser.sees("שלום").await;
    assert_eq!(browser.axe(&axe).await, Vec::<String>::new());
    let color = "return getComputedStyle(document.querySelector('main')).color + ' ' + innerWidth";
    for (view, expected) in [(DESK, "rgb(0, 0, 0) 1280"), (PHONE.dark(), "rgb(255, 255, 255) 390")] {
        browser.look(view).await;
        assert_eq!(browser.script(color).await, expected);
        assert_eq!(browser.sideways().await, Vec::<String>::new());
    }
    assert_eq!(browser.complaints().await, Vec::<String>::new());
    browser.shot("self-test-phone-dark").await;

    browser.driver.goto(serve(BROKEN)).await.expect("the page opens");
    let found = browser.axe(&axe).await.join("\n");
    assert!(found.contains("html-has-lang") && found.contains("image-alt: img"), "{found}");
    assert!(browser.sideways().await.iter().any(|e| e.starts_with("div")));
    assert!(browser.complaints().await.concat().contains("it hurts"));
    assert_eq!(browser.find("h1").await.text().await.expect("a text"), "Broken");
    browser.quit().await;
}
