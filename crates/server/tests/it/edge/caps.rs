//! How many connections there may be.

use server::http::edge::Limits;
use tokio::io::AsyncWriteExt as _;

use super::kit::{Edge, answer, patient, rest, statuses};

#[tokio::test]
async fn one_too_many_is_turned_away() {
    let in_all = Limits { connections: 2, ..patient() };
    let of_one = Limits { connections_per_ip: 2, count_private: true, ..patient() };
    for limits in [in_all, of_one] {
        let edge = Edge::open(limits).await;
        let (first, mut second) = (edge.connect().await, edge.connect().await);
        let mut third = edge.connect().await;
        assert_eq!(statuses(&rest(&mut third).await), [503]);
        second.write_all(b"GET /health/liveliness HTTP/1.1\r\nhost: a\r\n\r\n").await.unwrap();
        assert_eq!(statuses(&answer(&mut second).await), [200]);
        drop(first);
        edge.until_open(1).await;
        let answers = edge.say("GET /health/liveliness HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n").await;
        assert_eq!(statuses(&answers), [200]);
    }
}

#[tokio::test]
async fn balancers_are_not_counted_unless_that_is_written() {
    let edge = Edge::open(Limits { connections_per_ip: 1, ..patient() }).await;
    let _others = (edge.connect().await, edge.connect().await);
    edge.until_open(2).await;
}
