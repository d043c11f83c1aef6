//! The scripted upstream as a program, for tests that run in other processes and for loads.

use std::io::{self, Write as _};
use std::net::IpAddr;
use std::path::PathBuf;

use clap::Parser;
use testkit::{Options, Upstream, canned};
use tokio::net::TcpListener;
use tokio::runtime::Builder;

/// A scripted upstream that speaks OpenAI chat and text completions and Responses, Anthropic Messages, Bedrock Converse and
/// InvokeModel, Gemini and Cohere's chat, counts tokens, and makes vectors as OpenAI's embeddings and Gemini's do.
///
/// GET /testkit/log returns what it served; POST /testkit/script pushes a behaviour for the next request.
#[derive(Parser)]
#[command(name = "testkit-upstream")]
struct Args {
    /// The port to listen on; 0 takes a free one.
    #[arg(long, default_value_t = 4010)]
    port: u16,
    /// The address to listen on.
    #[arg(long, default_value = "127.0.0.1")]
    host: IpAddr,
    /// Append what is served to this file, as JSON lines: one when a request begins, one when it ends.
    #[arg(long, value_name = "FILE")]
    log: Option<PathBuf>,
    /// Do not keep the bodies of requests, for runs of many hours.
    #[arg(long)]
    no_bodies: bool,
    /// Send answers made beforehand, as fast as one thread can, whatever is asked; for loads. Keeps no log.
    #[arg(long, conflicts_with_all = ["log", "no_bodies"])]
    canned: bool,
}

fn main() -> io::Result<()> {
    let args = Args::parse();
    if args.canned {
        return Builder::new_current_thread().enable_all().build()?.block_on(canned(&args));
    }
    Builder::new_multi_thread().enable_all().build()?.block_on(scripted(args))
}

async fn scripted(args: Args) -> io::Result<()> {
    let options = Options { host: args.host, port: args.port, log: args.log, keep_bodies: !args.no_bodies };
    let upstream = Upstream::bind(options).await?;
    writeln!(io::stdout(), "testkit-upstream listens on {}", upstream.base_url())?;
    tokio::signal::ctrl_c().await
}

async fn canned(args: &Args) -> io::Result<()> {
    let listener = TcpListener::bind((args.host, args.port)).await?;
    writeln!(io::stdout(), "testkit-upstream listens on http://{}", listener.local_addr()?)?;
    tokio::select! {
        served = canned::serve(listener) => served,
        stopped = tokio::signal::ctrl_c() => stopped,
    }
}
