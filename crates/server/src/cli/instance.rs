//! What a process is called where leases of budgets are kept: a new name each time, and the one before in a file of its own.

use std::path::Path;

use anyhow::Context as _;
use engine::ids::Ids;
use store::{Db, balances};

const FILE: &str = "instance";

/// A name for this process. What the one before on this data folder had taken out of budgets goes back: whatever it began is in
/// the ledger now, as its journal has been read.
pub(super) async fn begin(db: &Db, data_dir: &Path, ids: &Ids) -> anyhow::Result<String> {
    let path = data_dir.join(FILE);
    let before = match std::fs::read_to_string(&path) {
        Ok(name) => Some(name),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => None,
        Err(error) => return Err(error).context(format!("{} cannot be read", path.display())),
    };
    if let Some(before) = before.as_deref().map(str::trim).filter(|name| !name.is_empty()) {
        balances::close_all(db, before)
            .await
            .context("what the last run had taken out of budgets cannot be put back")?;
    }
    let name = ids.object().context("this process cannot be given a name")?;
    std::fs::write(&path, &name).with_context(|| format!("{} cannot be written", path.display()))?;
    Ok(name)
}
