//! A configuration as it was written.

use std::fmt;
use std::path::Path;
use std::sync::Arc;

use super::environment;
use super::error::ConfigErrors;
use super::findings::{Findings, Unsupported};
use super::include;
use super::known::TOP_LEVEL;
use super::read::Section;
use super::sections::general_settings::GeneralSettings;
use super::sections::litellm_settings::LitellmSettings;
use super::sections::model_list::{self, ModelEntry};
use super::sections::router_settings::RouterSettings;
use super::sections::turnpike::Turnpike;
use super::yaml::{self, Node};
use engine::secret::Secret;

/// All that a configuration says, checked as far as that is possible without knowing providers and catalogue.
#[derive(Debug, Clone, Default)]
pub struct Written {
    /// The deployments. With none, the built-in model answers.
    pub model_list: Vec<ModelEntry>,
    /// Behaviour of all calls.
    pub litellm_settings: LitellmSettings,
    /// The choice among deployments.
    pub router_settings: RouterSettings,
    /// The gateway itself.
    pub general_settings: GeneralSettings,
    /// What LiteLLM does not have.
    pub turnpike: Turnpike,
    /// Variables that the file sets; they win over those of the process ([`Written::variable`]).
    pub environment_variables: Vec<(String, Secret)>,
    /// The names of all variables that it refers to, but for those that it sets.
    pub references: Vec<String>,
    /// The file before variables were put in their places.
    unresolved: Unresolved,
    /// Keys that are known and have no effect yet, in the order in which they were met.
    pub unsupported: Vec<Unsupported>,
}

/// A tree that does not print: secrets may stand in it.
#[derive(Clone, Default)]
struct Unresolved(Option<Arc<Node>>);

impl fmt::Debug for Unresolved {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Unresolved(…)")
    }
}

impl Written {
    /// Reads a file and all that it includes. `environment` answers for `os.environ/NAME`.
    pub fn load(path: &Path, environment: &dyn Fn(&str) -> Option<String>) -> Result<Self, ConfigErrors> {
        let mut findings = Findings::default();
        let root = include::read(path, &mut findings);
        Self::finish(root, environment, findings)
    }

    /// What can be read of a file as long as secrets are missing that it names. Its mistakes are for [`Written::load`] to say.
    pub fn draft(path: &Path, environment: &dyn Fn(&str) -> Option<String>) -> Self {
        let mut findings = Findings::default();
        let root = include::read(path, &mut findings);
        Self::read_all(root, environment, &mut findings)
    }

    /// Reads a text; `name` stands for the file in messages. Such a text cannot include files.
    pub fn parse(text: &str, name: &str, environment: &dyn Fn(&str) -> Option<String>) -> Result<Self, ConfigErrors> {
        let mut findings = Findings::default();
        let mut root = yaml::read(text, &Arc::from(name), &mut findings);
        if let Some(root) = &mut root {
            include::refuse(root, &mut findings);
        }
        Self::finish(root, environment, findings)
    }

    /// A variable as the deployments see it: set by the file, or else found in `environment`. An empty one counts as not set.
    pub fn variable(&self, name: &str, environment: &dyn Fn(&str) -> Option<String>) -> Option<Secret> {
        let value = environment::layered(&self.environment_variables, environment, name);
        value.filter(|value| !value.is_empty()).map(Secret::new)
    }

    /// The same with the variables as they are now, whatever the file says by now.
    pub fn again(&self, environment: &dyn Fn(&str) -> Option<String>) -> Result<Self, ConfigErrors> {
        Self::finish(self.unresolved.0.as_deref().cloned(), environment, Findings::default())
    }

    fn finish(
        root: Option<Node>,
        environment: &dyn Fn(&str) -> Option<String>,
        mut findings: Findings,
    ) -> Result<Self, ConfigErrors> {
        let mut written = Self::read_all(root, environment, &mut findings);
        written.unsupported = findings.unsupported;
        if findings.errors.is_empty() { Ok(written) } else { Err(ConfigErrors::new(findings.errors)) }
    }

    fn read_all(root: Option<Node>, environment: &dyn Fn(&str) -> Option<String>, findings: &mut Findings) -> Self {
        let Some(mut root) = root else { return Self::default() };
        let unresolved = Unresolved(Some(Arc::new(root.clone())));
        let mut references = Vec::new();
        environment::references(&root, &mut references);
        let variables = environment::variables(&mut root, environment, findings);
        environment::resolve(&mut root, &|name| environment::layered(&variables, environment, name));
        references.retain(|name| !variables.iter().any(|(set, _)| set == name));
        Self { environment_variables: variables, references, unresolved, ..Self::read(&root, findings) }
    }

    fn read(root: &Node, findings: &mut Findings) -> Self {
        let mut section = Section::open(root, String::new(), findings);
        let models = section.list("model_list");
        // read before all else, and by another reader
        section.field("environment_variables");
        let written = Self {
            model_list: model_list::read(models, section.findings),
            litellm_settings: LitellmSettings::read(section.child("litellm_settings")),
            router_settings: RouterSettings::read(section.child("router_settings")),
            general_settings: GeneralSettings::read(section.child("general_settings")),
            turnpike: Turnpike::read(section.child("turnpike")),
            environment_variables: Vec::new(),
            references: Vec::new(),
            unresolved: Unresolved::default(),
            unsupported: Vec::new(),
        };
        section.finish(&TOP_LEVEL);
        written
    }
}
