//! `model_list`: the deployments.

use super::super::findings::Findings;
use super::super::known::MODEL_LIST;
use super::super::place::{Place, Placed};
use super::super::read::{Field, Section};
use super::super::yaml::Value;
use super::litellm_params::LitellmParams;
use super::model_info::ModelInfo;
use super::prices::Prices;
use engine::secret::Secret;

/// One deployment.
#[derive(Debug, Clone)]
pub struct ModelEntry {
    /// Where the entry begins.
    pub place: Place,
    /// The name that clients use. Entries with the same name form a group that shares the calls. A `*` stands for any
    /// text, which then takes the place of the `*` in `model`.
    pub model_name: Placed<String>,
    /// How the deployment is called.
    pub litellm_params: LitellmParams,
    /// Facts about it.
    pub model_info: ModelInfo,
    /// Both as they were written, as JSON, variables filled in: for those who look at it.
    pub as_json: (Secret, Secret),
}

impl ModelEntry {
    /// The prices that this entry sets: those in `litellm_params`, and where they say nothing, those in `model_info`.
    pub fn prices(&self) -> Prices {
        self.litellm_params.prices.clone().or(self.model_info.prices.clone())
    }
}

/// Reads the entries; those that lack a name or a model are reported and left out.
pub(in super::super) fn read(items: Vec<Field<'_>>, findings: &mut Findings) -> Vec<ModelEntry> {
    let entries: Vec<_> = items.into_iter().filter_map(|item| entry(item, findings)).collect();
    for (index, entry) in entries.iter().enumerate() {
        let Some(id) = &entry.model_info.id else { continue };
        let mut before = entries.iter().take(index).filter_map(|entry| entry.model_info.id.as_ref());
        if let Some(first) = before.find(|known| known.value == id.value) {
            let message = format!("the id of another deployment already, at {}:{}", first.place.file, first.place.line);
            findings.errors.push(id.error(message));
        }
    }
    entries
}

fn entry(item: Field<'_>, findings: &mut Findings) -> Option<ModelEntry> {
    if !matches!(item.node.value, Value::Map(_)) {
        findings.errors.push(item.error("expected a deployment: a mapping with model_name and litellm_params"));
        return None;
    }
    let mut section = Section::open(item.node, item.path, findings);
    let place = section.place();
    let model_name = section.text("model_name");
    if model_name.is_none() {
        section.error("model_name is missing, or is empty");
    }
    let as_json = (json(&mut section, "litellm_params"), json(&mut section, "model_info"));
    let litellm_params = LitellmParams::read(section.child("litellm_params"));
    let model_info = ModelInfo::read(section.child("model_info"));
    if let (Some(name), Some(params)) = (&model_name, &litellm_params)
        && params.model.value.contains('*')
        && !name.value.contains('*')
    {
        section
            .findings
            .errors
            .push(params.model.error("has a * that model_name does not have: nothing would fill it"));
    }
    section.finish(&MODEL_LIST);
    Some(ModelEntry { place, model_name: model_name?, litellm_params: litellm_params?, model_info, as_json })
}

/// What cannot be said in JSON is reported by whoever reads it.
fn json(section: &mut Section<'_, '_>, key: &'static str) -> Secret {
    Secret::new(section.field(key).and_then(|field| field.json().ok()).unwrap_or_else(|| "{}".to_owned()))
}
