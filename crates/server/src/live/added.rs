//! Models and credentials that stand in the database. Their parameters are sealed there, and are read by the same reader as
//! those of the file.

use std::collections::HashMap;
use std::sync::Arc;

use engine::models::{AsWritten, Deployment};
use engine::secret::Secret;
use engine::vault::{Vault, VaultError};
use serde_json::{Map, Value, json};
use store::Scope;
use store::credentials::{CredentialFilter, CredentialRow};
use store::models::{ModelFilter, ModelRow};

use super::{Live, LiveError};
use crate::config::{ConfigErrors, Written};
use crate::meaning::{self, World};

/// The parameter that names a credential, whose values stand in for parameters that are not there.
pub(crate) const CREDENTIAL_NAME: &str = "litellm_credential_name";

/// A model as an administrator wrote it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Added {
    pub(crate) id: String,
    /// The model group, as callers name it.
    pub(crate) name: String,
    /// The team that has it for itself.
    pub(crate) team: Option<String>,
    /// `litellm_params`, with those of its credential.
    pub(crate) params: Map<String, Value>,
    pub(crate) info: Map<String, Value>,
}

/// Why a row is no model.
#[derive(Debug, thiserror::Error)]
pub(crate) enum AddedError {
    #[error(transparent)]
    Sealed(#[from] VaultError),
    #[error("what was sealed is no object")]
    NoObject,
    #[error("there is no credential '{0}'")]
    NoCredential(String),
    #[error("{0}")]
    Meaningless(ConfigErrors),
}

/// The place that a sealed field of a row is bound to.
pub(crate) fn bound_to(table: &str, id: &str) -> String {
    format!("{table}/{id}/sealed")
}

impl Added {
    /// Reads it as if it stood in the file.
    pub(super) fn deployment(&self, written: &Written, world: &World<'_>) -> Result<Deployment, ConfigErrors> {
        let mut info = self.info.clone();
        info.insert("id".to_owned(), json!(self.id));
        // what is ours, not the model's
        for key in ["db_model", "team_id", "team_public_model_name", "blocked"] {
            info.remove(key);
        }
        let entry = json!({"model_name": self.name, "litellm_params": self.params, "model_info": info});
        let text = json!({"model_list": [entry]}).to_string();
        let lookup = |name: &str| written.variable(name, world.environment).map(|value| value.reveal().to_owned());
        let read = Written::parse(&text, &format!("model {}", self.name), &lookup)?;
        let mut deployment = meaning::one(&read, written, world)?;
        deployment.team.clone_from(&self.team);
        let (params, info) = (self.params.clone(), self.info.clone());
        deployment.written = Arc::new(AsWritten { params, info, is_added: true });
        Ok(deployment)
    }
}

/// All deployments in the database that are not blocked and can be meant.
pub(super) async fn deployments(live: &Live, written: &Written) -> Result<Vec<Deployment>, LiveError> {
    let mut rows = store::all(&live.db, &Scope::Gateway, &ModelFilter::default()).await?;
    // as they would stand in a file
    rows.sort_by_key(|row| row.stamps.created_at);
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let credentials = credentials(live).await?;
    let mut opened = Vec::with_capacity(rows.len());
    for row in rows.into_iter().filter(|row| !row.blocked) {
        let (id, name) = (row.model_id.clone(), row.model_name.clone());
        opened.push((id, name, open(&live.vault, row, &credentials).await));
    }
    let secrets = &live.reading.secrets;
    secrets.want(opened.iter().filter_map(|(.., added)| added.as_ref().ok()).map(|added| &added.params)).await;
    let variables = secrets.lookup();
    let mut deployments = Vec::with_capacity(opened.len());
    for (id, name, added) in opened {
        let meant =
            added.and_then(|added| added.deployment(written, &live.world(&variables)).map_err(AddedError::Meaningless));
        match meant {
            Ok(deployment) => deployments.push(deployment),
            Err(error) => {
                tracing::error!(
                    model.id = id,
                    model.name = name,
                    "the model {name} in the database is left out: {error}"
                );
            }
        }
    }
    Ok(deployments)
}

/// Values of credentials by name. One that does not open is missed by the models that name it.
async fn credentials(live: &Live) -> Result<HashMap<String, Map<String, Value>>, LiveError> {
    let mut opened = HashMap::new();
    for row in store::all(&live.db, &Scope::Gateway, &CredentialFilter::default()).await? {
        let CredentialRow { credential_name: name, sealed, .. } = row;
        match open_map(&live.vault, &sealed, &bound_to("credentials", &name)).await {
            Ok(values) => drop(opened.insert(name, values)),
            Err(error) => {
                tracing::error!(credential = name, "the credential {name} in the database cannot be used: {error}");
            }
        }
    }
    Ok(opened)
}

async fn open(
    vault: &Vault,
    row: ModelRow,
    credentials: &HashMap<String, Map<String, Value>>,
) -> Result<Added, AddedError> {
    let mut params = open_map(vault, &row.sealed, &bound_to("models", &row.model_id)).await?;
    if let Some(name) = params.remove(CREDENTIAL_NAME).as_ref().and_then(Value::as_str) {
        let values = credentials.get(name).ok_or_else(|| AddedError::NoCredential(name.to_owned()))?;
        with_values(&mut params, values);
    }
    Ok(Added { id: row.model_id, name: row.model_name, team: row.team_id, params, info: row.info })
}

/// A credential fills what the model itself does not say.
pub(crate) fn with_values(params: &mut Map<String, Value>, values: &Map<String, Value>) {
    for (name, value) in values {
        params.entry(name.clone()).or_insert_with(|| value.clone());
    }
}

/// An object that was sealed for that place.
pub(crate) async fn open_map(vault: &Vault, sealed: &str, place: &str) -> Result<Map<String, Value>, AddedError> {
    let plain: Secret = vault.open(sealed, place).await?;
    serde_json::from_str(plain.reveal()).map_err(|_| AddedError::NoObject)
}
