//! Octets between a socket and its session, and to the tap of who looks. It decides nothing.

use super::House;
use super::looks::Tap;
use std::future::poll_fn;
use std::io;
use std::pin::Pin;
use std::task::Poll;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use wire::smpp::Session;

/// Octets read at once.
const READ: usize = 16 * 1024;

/// Writes what there is and, if asked, reads what came; ready when something moved. Whatever moved has been handed to the
/// session, so it may be given up at any moment.
pub(super) async fn exchange<S>(
    stream: &mut S,
    session: &mut Session,
    house: &House,
    reads: bool,
    mut tap: Option<&mut Tap>,
) -> io::Result<()>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    poll_fn(|cx| {
        let (mut moved, mut wrote) = (false, false);
        while !session.output().is_empty() {
            match Pin::new(&mut *stream).poll_write(cx, session.output()) {
                Poll::Ready(Ok(0)) => return Poll::Ready(Err(io::ErrorKind::WriteZero.into())),
                Poll::Ready(Ok(count)) => {
                    if let Some(tap) = tap.as_deref_mut() {
                        let sent = session.output().get(..count).unwrap_or_default();
                        tap.saw(&house.wires, sent, true, house.db().now_ms());
                    }
                    session.wrote(count);
                    (moved, wrote) = (true, true);
                }
                Poll::Ready(Err(e)) => return Poll::Ready(Err(e)),
                Poll::Pending => break,
            }
        }
        if wrote && let Poll::Ready(Err(e)) = Pin::new(&mut *stream).poll_flush(cx) {
            return Poll::Ready(Err(e));
        }
        if reads {
            let mut octets = [0u8; READ];
            let mut buffer = ReadBuf::new(&mut octets);
            match Pin::new(&mut *stream).poll_read(cx, &mut buffer) {
                Poll::Ready(Ok(())) if buffer.filled().is_empty() => {
                    return Poll::Ready(Err(io::ErrorKind::UnexpectedEof.into()));
                }
                Poll::Ready(Ok(())) => {
                    if let Some(tap) = tap.as_deref_mut() {
                        tap.saw(&house.wires, buffer.filled(), false, house.db().now_ms());
                    }
                    session.feed(buffer.filled(), house.now());
                    moved = true;
                }
                Poll::Ready(Err(e)) => return Poll::Ready(Err(e)),
                Poll::Pending => {}
            }
        }
        if moved { Poll::Ready(Ok(())) } else { Poll::Pending }
    })
    .await
}
