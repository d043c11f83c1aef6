//! Three nodes that share the keys among them, without replicas.

use std::io;
use std::net::SocketAddr;

use super::super::place;
use super::{Redis, RedisOptions, command};

/// Hash slots by the number of a node, first and last; <https://redis.io/docs/latest/operate/oss_and_stack/reference/cluster-spec/>.
const SLOTS: [(&str, &str); 3] = [("0", "5460"), ("5461", "10922"), ("10923", "16383")];

/// How long a node may be silent until the others call it failed, in milliseconds.
const SILENCE: &str = "2000";

/// A running cluster. Dropped, its nodes are ended.
pub struct RedisCluster {
    nodes: Vec<Redis>,
}

impl RedisCluster {
    /// Starts three nodes with the same options and the same password and waits until each of them serves every key. The
    /// nodes tell clients of each other's ports without TLS.
    pub async fn start(options: RedisOptions) -> io::Result<Self> {
        let password = options.password.then(place::password);
        let mut nodes = Vec::new();
        let mut buses = Vec::new();
        for (number, (first, last)) in SLOTS.iter().enumerate() {
            let bus = place::free_address()?.port().to_string();
            let node = Redis::launch(&of_cluster(&options, &bus), password.clone()).await?;
            node.command(&["CLUSTER", "SET-CONFIG-EPOCH", &(number + 1).to_string()]).await?;
            node.command(&["CLUSTER", "ADDSLOTSRANGE", first, last]).await?;
            nodes.push(node);
            buses.push(bus);
        }
        let mut cluster = Self { nodes };
        cluster.meet(&buses).await?;
        cluster.ready().await?;
        Ok(cluster)
    }

    /// The nodes; the first has the lowest slots.
    pub fn nodes(&mut self) -> &mut [Redis] {
        &mut self.nodes
    }

    /// The URLs of the nodes.
    pub fn urls(&self) -> Vec<String> {
        self.nodes.iter().map(Redis::url).collect()
    }

    /// Makes the first node known to the others, which tell each other of the rest.
    async fn meet(&self, buses: &[String]) -> io::Result<()> {
        let Some(((first, bus), others)) = self.nodes.first().zip(buses.first()).zip(self.nodes.get(1..)) else {
            return Ok(());
        };
        let (host, port) = (first.address.ip().to_string(), first.address.port().to_string());
        for node in others {
            node.command(&["CLUSTER", "MEET", &host, &port, bus]).await?;
        }
        Ok(())
    }

    async fn ready(&mut self) -> io::Result<()> {
        for node in &mut self.nodes {
            let Redis { process, address, password, .. } = node;
            process.until_ready(async || serves_every_key(*address, password.as_deref()).await).await?;
        }
        Ok(())
    }
}

async fn serves_every_key(node: SocketAddr, password: Option<&str>) -> io::Result<()> {
    let info = command::send(node, password, &["CLUSTER", "INFO"]).await?;
    let info: String = info.into_iter().flatten().collect();
    let whole = ["cluster_state:ok", "cluster_slots_assigned:16384", "cluster_known_nodes:3"];
    if whole.iter().all(|line| info.contains(line)) { Ok(()) } else { Err(io::Error::other(info)) }
}

/// The options of a node whose bus has this port; the further settings still win.
fn of_cluster(options: &RedisOptions, bus: &str) -> RedisOptions {
    let own = [("cluster-enabled", "yes"), ("cluster-port", bus), ("cluster-node-timeout", SILENCE)];
    let own = own.map(|(name, value)| (name.to_owned(), value.to_owned()));
    RedisOptions { settings: own.into_iter().chain(options.settings.clone()).collect(), ..options.clone() }
}
