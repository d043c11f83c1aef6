//! The hands behind make: `cargo xtask tidy` and `cargo xtask deps`. Rules are data: tidy.toml and deps.toml at the root.
#![expect(clippy::print_stdout, reason = "a command line tool: its output is its purpose")]

mod deps;
mod finding;
mod repository;
mod tidy;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::finding::Report;
use crate::repository::Repository;

/// The hands behind make.
#[derive(Parser)]
#[command(name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Check layout: sizes, headers, arrows between crates, names and leftovers (tidy.toml).
    Tidy,
    /// Check dependencies: licences, sources, bans and version floors (deps.toml).
    Deps,
}

fn main() -> anyhow::Result<ExitCode> {
    let arguments = Arguments::parse();
    let repository = Repository::read()?;
    let (name, report) = match arguments.command {
        Command::Tidy => ("tidy", tidy::run(&repository)?),
        Command::Deps => ("deps", deps::run(&repository)?),
    };
    Ok(show(name, &report))
}

fn show(name: &str, report: &Report) -> ExitCode {
    for note in &report.notes {
        println!("{name}: note: {note}");
    }
    for finding in &report.findings {
        println!("{finding}");
    }
    match report.findings.len() {
        0 => {
            println!("{name}: nothing to mend in {}", report.checked);
            ExitCode::SUCCESS
        }
        count => {
            println!("{name}: {count} to mend in {}", report.checked);
            ExitCode::FAILURE
        }
    }
}
