//! The bad road: every weather does what it says to real sockets.

use sim::proxy::{Proxy, Way, Weather};
use std::io::ErrorKind;
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// A connection through a proxy: the proxy, this end, that end.
async fn road(weather: Weather) -> (Proxy, TcpStream, TcpStream) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let proxy = Proxy::start(listener.local_addr().unwrap()).await.unwrap();
    proxy.weather(|w| *w = weather);
    let here = TcpStream::connect(proxy.addr()).await.unwrap();
    let (there, _) = listener.accept().await.unwrap();
    (proxy, here, there)
}

#[tokio::test]
async fn fair_weather_changes_nothing() {
    let (proxy, mut here, mut there) = road(Weather::default()).await;
    let sent: Vec<u8> = (0..300_000_u32).map(|n| n as u8).collect();
    let copy = sent.clone();
    let writing = tokio::spawn(async move {
        here.write_all(&copy).await.unwrap();
        here
    });
    let mut got = vec![0; sent.len()];
    there.read_exact(&mut got).await.unwrap();
    assert!(got == sent);
    let mut here = writing.await.unwrap();
    there.write_all(b"back").await.unwrap();
    let mut back = [0; 4];
    here.read_exact(&mut back).await.unwrap();
    assert_eq!((&back, proxy.octets()), (b"back", (300_000, 4)));
    drop(there);
    assert_eq!(here.read(&mut back).await.unwrap(), 0, "a goodbye goes through");
}

#[tokio::test]
async fn delay_rate_chunk_and_flips_are_kept() {
    let way = Way { delay_ms: 60, ..Way::default() };
    let (_proxy, mut here, mut there) = road(Weather::both(way)).await;
    let start = Instant::now();
    here.write_all(b"a").await.unwrap();
    assert_eq!(there.read_u8().await.unwrap(), b'a');
    assert!(start.elapsed() >= Duration::from_millis(60));

    let way = Way { rate: 10_000, ..Way::default() };
    let (_proxy, mut here, mut there) = road(Weather::both(way)).await;
    let start = Instant::now();
    here.write_all(&[7; 4_000]).await.unwrap();
    let mut got = vec![0; 4_000];
    there.read_exact(&mut got).await.unwrap();
    assert!(start.elapsed() >= Duration::from_millis(300), "{:?}", start.elapsed());

    let way = Way { chunk: 1, rate: 20, ..Way::default() };
    let (_proxy, mut here, mut there) = road(Weather::both(way)).await;
    here.write_all(b"abcdefg").await.unwrap();
    let mut piece = [0; 100];
    assert!(there.read(&mut piece).await.unwrap() <= 3, "the octets did not come one by one");

    let (_proxy, mut here, mut there) = road(Weather::both(Way { flip_every: 2, ..Way::default() })).await;
    here.write_all(&[0; 4]).await.unwrap();
    let mut got = [9; 4];
    there.read_exact(&mut got).await.unwrap();
    assert!(got[0] == 0 && got[1] != 0 && got[2] == 0 && got[3] != 0, "{got:?}");
}

#[tokio::test]
async fn a_reset_comes_after_exactly_so_many_octets() {
    let (_proxy, mut here, mut there) = road(Weather { reset_after_up: Some(5), ..Weather::default() }).await;
    here.write_all(b"0123456789").await.unwrap();
    let mut got = Vec::new();
    let end = there.read_to_end(&mut got).await;
    assert!(end.is_err_and(|e| e.kind() == ErrorKind::ConnectionReset), "{got:?}");
    assert!(got.len() <= 5, "{got:?}");
    let mut rest = [0; 1];
    assert_eq!(here.read(&mut rest).await.unwrap_err().kind(), ErrorKind::ConnectionReset);
}

#[tokio::test]
async fn half_open_and_unread_roads_say_nothing() {
    let way = Way { swallow: true, ..Way::default() };
    let (proxy, mut here, mut there) = road(Weather::both(way)).await;
    here.write_all(b"lost").await.unwrap();
    let mut got = [0; 4];
    let silence = tokio::time::timeout(Duration::from_millis(80), there.read(&mut got)).await;
    assert!(silence.is_err(), "something came: {silence:?}");
    proxy.weather(|w| *w = Weather::default());
    here.write_all(b"seen").await.unwrap();
    there.read_exact(&mut got).await.unwrap();
    assert_eq!(&got, b"seen");

    let (_proxy, here, _there) =
        road(Weather { up: Way { stop_reading: true, ..Way::default() }, ..Weather::default() }).await;
    let filled = async {
        loop {
            here.writable().await.unwrap();
            let _ = here.try_write(&[0; 65_536]);
        }
    };
    assert!(tokio::time::timeout(Duration::from_millis(200), filled).await.is_err());
    assert_eq!(here.try_write(b"x").unwrap_err().kind(), ErrorKind::WouldBlock, "the buffers are full");
}

#[tokio::test]
async fn who_said_the_last_word_hears_nothing_more() {
    let (proxy, mut here, mut there) = road(Weather::default()).await;
    proxy.weather(|w| w.deaf_after = &["begin", "commit"]);
    let mut got = [0; 100];
    // The words count in their order: until the last of them has gone, answers come.
    for said in ["commit", "begin"] {
        here.write_all(said.as_bytes()).await.unwrap();
        there.read_exact(&mut got[..said.len()]).await.unwrap();
        there.write_all(b"ok").await.unwrap();
        here.read_exact(&mut got[..2]).await.unwrap();
        assert_eq!(proxy.deafened(), 0);
    }
    here.write_all(b"commit").await.unwrap();
    there.read_exact(&mut got[..6]).await.unwrap();
    assert_eq!((&got[..6], proxy.deafened()), (b"commit".as_slice(), 1), "the last word arrived");
    there.write_all(b"ok").await.unwrap();
    let heard = tokio::time::timeout(Duration::from_millis(50), here.read(&mut got)).await;
    assert!(heard.is_err(), "its answer came: {heard:?}");
    proxy.reset();
    let cut = here.read(&mut got).await.unwrap_err();
    assert_eq!(cut.kind(), ErrorKind::ConnectionReset);
}
