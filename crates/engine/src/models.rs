//! Which models there are and who serves them: the meaning of `model_list`.

use std::collections::{HashMap, HashSet};
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use http::Uri;
use money::{Ability, Catalog, Mode, Price, Prices, Terms};
use providers::Provider;
use serde_json::{Map, Value};
use wire::Dialect;
use wire::edit::FieldPath;

use crate::cloud::aws::AwsAuth;
use crate::limits::{Capacity, UsualOfKey};
use crate::secret::Secret;
use crate::settings::WrittenBudget;

/// A model at a provider, with its credential and limits: one entry of `model_list`.
#[derive(Clone, Debug)]
pub struct Deployment {
    pub id: String,
    /// The model group as written; may hold one `*`.
    pub group: String,
    pub provider: Arc<Provider>,
    /// The model's name at the provider; a `*` stands for what the group's `*` caught.
    pub model: String,
    /// Where its endpoints for conversations are, by the dialect that is spoken there, the usual one first; none for one that
    /// answers here.
    pub endpoints: Vec<(Dialect, Uri)>,
    pub key: Option<Secret>,
    /// What signs requests at AWS when there is no key.
    pub aws: Option<AwsAuth>,
    /// Further headers for every request to it.
    pub headers: Vec<(String, String)>,
    /// Prices and limits that configuration states. They win over the catalogue.
    pub prices: Prices,
    /// What is taken off its bills and put on them, whoever states the prices.
    pub terms: Terms,
    pub max_input_tokens: Option<u64>,
    pub max_output_tokens: Option<u64>,
    /// The catalogue's name of the model, when it is not `model`.
    pub base_model: Option<String>,
    pub weight: u64,
    /// What it can take.
    pub capacity: Capacity,
    /// What each key has of its model.
    pub usual_of_key: UsualOfKey,
    /// What may be spent at it.
    pub budget: Option<WrittenBudget>,
    /// Drop what cannot be carried instead of refusing it; `None` leaves it to the settings of all.
    pub drop_params: Option<bool>,
    /// Fields of the client that are always left out, and named.
    pub drop_fields: Vec<FieldPath>,
    /// Repair, and name, what its provider would refuse in a conversation.
    pub modify_params: bool,
    pub timeout: Option<Duration>,
    pub stream_timeout: Option<Duration>,
    /// Names under which lists of models may have it beside that of its group.
    pub access_groups: Vec<String>,
    /// The team that has it for itself; others do not see it.
    pub team: Option<String>,
    /// As it was written, for those who look at it.
    pub written: Arc<AsWritten>,
}

/// What configuration says of a deployment, secrets included: whoever shows it masks them.
#[derive(Default)]
pub struct AsWritten {
    /// `litellm_params`.
    pub params: Map<String, Value>,
    /// `model_info`.
    pub info: Map<String, Value>,
    /// Whether it was added while the gateway runs.
    pub is_added: bool,
}

impl fmt::Debug for AsWritten {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AsWritten(…)")
    }
}

impl Deployment {
    /// A deployment without a key, prices, limits or wishes of its own.
    pub fn new(
        id: impl Into<String>,
        group: impl Into<String>,
        provider: Arc<Provider>,
        model: impl Into<String>,
        url: Uri,
    ) -> Self {
        let endpoints = provider.dialects().first().map(|dialect| (*dialect, url)).into_iter().collect();
        Self {
            id: id.into(),
            group: group.into(),
            provider,
            model: model.into(),
            endpoints,
            key: None,
            aws: None,
            headers: Vec::new(),
            prices: Prices::NONE,
            terms: Terms::default(),
            max_input_tokens: None,
            max_output_tokens: None,
            base_model: None,
            weight: 1,
            capacity: Capacity::default(),
            usual_of_key: UsualOfKey::default(),
            budget: None,
            drop_params: None,
            drop_fields: Vec::new(),
            modify_params: false,
            timeout: None,
            stream_timeout: None,
            access_groups: Vec::new(),
            team: None,
            written: Arc::default(),
        }
    }

    /// The dialect that it is spoken to in when the client speaks `client`: that one, if it can be. `None` for one that
    /// answers here.
    pub fn dialect_for(&self, client: Dialect) -> Option<Dialect> {
        let known = self.url(client).map(|_| client);
        known.or_else(|| self.endpoints.first().map(|(dialect, _)| *dialect))
    }

    /// The dialect that it is asked in how many tokens a request of a client of `client` is: that one, if it can be. `None`
    /// where nobody counts.
    pub fn counter_for(&self, client: Dialect) -> Option<Dialect> {
        let mut counters = self.endpoints.iter().map(|(dialect, _)| *dialect).filter(|dialect| dialect.can_count());
        let first = counters.clone().next();
        counters.find(|dialect| *dialect == client).or(first)
    }

    /// The dialect that it is asked for embeddings in when the client speaks `client`: that one, if it can be. `None` where it has
    /// none.
    pub fn embedder_for(&self, client: Dialect) -> Option<Dialect> {
        let mut embedders = self.endpoints.iter().map(|(dialect, _)| *dialect).filter(|dialect| dialect.embeds());
        let first = embedders.clone().next();
        embedders.find(|dialect| *dialect == client).or(first)
    }

    /// Whether it can be asked for what a model of that kind answers.
    fn answers(&self, mode: Mode) -> bool {
        match mode {
            Mode::Chat | Mode::Responses => {
                self.endpoints.iter().any(|(dialect, _)| *dialect != Dialect::OpenAiCompletions)
            }
            Mode::Completion => self.url(Dialect::OpenAiCompletions).is_some(),
            Mode::Embedding => self.endpoints.iter().any(|(dialect, _)| dialect.embeds()),
            Mode::Rerank | Mode::Moderation | Mode::ImageGeneration | Mode::AudioTranscription | Mode::AudioSpeech => {
                false
            }
        }
    }

    /// The ceiling of a text completion that says none, where its server is known to have one. What answers at another address
    /// than its provider's own may have none.
    pub fn completion_ceiling(&self) -> Option<u64> {
        let dialect = Dialect::OpenAiCompletions;
        let own = self.provider.chat_url(dialect, None);
        let is_own = |own: &String| self.url(dialect).is_some_and(|url| url.to_string() == *own);
        self.provider.completion_ceiling.filter(|_| own.as_ref().is_none_or(is_own))
    }

    /// Where it is spoken to in `dialect`.
    pub fn url(&self, dialect: Dialect) -> Option<&Uri> {
        self.endpoints.iter().find(|(spoken, _)| *spoken == dialect).map(|(_, url)| url)
    }
}

/// A deployment as it serves one call.
#[derive(Clone, Debug)]
pub struct Target {
    pub deployment: Arc<Deployment>,
    /// The model's name at the provider.
    pub model: String,
    /// None at the time of a call: nobody said what it costs.
    pub prices: Prices,
    pub max_input_tokens: Option<u64>,
    pub max_output_tokens: Option<u64>,
    /// The model may think without showing it; so may one that nobody knows.
    pub reasons: bool,
    /// What kind of call the catalogue knows it to answer.
    known_mode: Option<Mode>,
}

impl Target {
    /// What kind of call it answers, as far as configuration or the catalogue says.
    pub fn mode(&self) -> Option<&str> {
        let stated = self.deployment.written.info.get("mode").and_then(Value::as_str);
        stated.or_else(|| self.known_mode.map(Mode::name))
    }
}

/// The deployments that may serve a call, shared by all calls for the same model.
pub type Targets = Arc<[Arc<Target>]>;

/// A name that clients may ask for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    pub name: String,
    /// The group that serves it: `name` may be an alias, or what a wildcard catches.
    pub group: String,
    /// What kind of call it answers, in the words of the catalogue.
    pub mode: Option<String>,
    pub max_input_tokens: Option<u64>,
    pub max_output_tokens: Option<u64>,
}

impl Listed {
    /// One name by who serves it, if somebody does.
    pub fn new(name: &str, targets: &[Arc<Target>]) -> Option<Self> {
        let target = targets.first()?;
        Some(Self {
            name: name.to_owned(),
            group: target.deployment.group.clone(),
            mode: target.mode().map(str::to_owned),
            max_input_tokens: target.max_input_tokens,
            max_output_tokens: target.max_output_tokens,
        })
    }

    /// An access group, by its name.
    pub(crate) fn of_group(name: String) -> Self {
        Self { group: name.clone(), name, mode: None, max_input_tokens: None, max_output_tokens: None }
    }
}

/// All models of a configuration.
#[derive(Debug, Default)]
pub struct Models {
    /// Those for everybody.
    shared: Shelf,
    /// Those that a team has for itself, by team.
    of_teams: HashMap<String, Shelf>,
    aliases: HashMap<String, Alias>,
    catalog: Arc<Catalog>,
}

/// Model groups by name.
#[derive(Debug, Default)]
struct Shelf {
    /// In the order of the configuration.
    groups: Vec<(String, Vec<Arc<Deployment>>)>,
    by_name: HashMap<String, usize>,
    /// Who serves each group that is no pattern.
    served: HashMap<String, Targets>,
}

impl Shelf {
    fn put(&mut self, deployment: Deployment) {
        let at = *self.by_name.entry(deployment.group.clone()).or_insert_with(|| {
            self.groups.push((deployment.group.clone(), Vec::new()));
            self.groups.len() - 1
        });
        if let Some((_, members)) = self.groups.get_mut(at) {
            members.push(Arc::new(deployment));
        }
    }

    fn members(&self, group: &str) -> Option<&[Arc<Deployment>]> {
        let (_, members) = self.groups.get(*self.by_name.get(group)?)?;
        Some(members)
    }

    /// The wildcard group whose pattern says most of a name, and what the `*` stands for.
    fn pattern<'a>(&'a self, name: &'a str) -> Option<(&'a str, &'a [Arc<Deployment>])> {
        let caught = |(pattern, members): &'a (String, Vec<_>)| {
            caught(pattern, name).map(|caught| (pattern.len(), caught, members.as_slice()))
        };
        let best = self.groups.iter().filter_map(caught).max_by_key(|(length, _, _)| *length);
        best.map(|(_, caught, members)| (caught, members))
    }
}

/// Another name for a group; a hidden one works but is not listed.
#[derive(Clone, Debug)]
pub struct Alias {
    pub group: String,
    pub hidden: bool,
}

impl Models {
    pub fn new(deployments: Vec<Deployment>, aliases: HashMap<String, Alias>, catalog: Arc<Catalog>) -> Self {
        let mut models = Self { aliases, catalog, ..Self::default() };
        for deployment in deployments {
            let shelf = match &deployment.team {
                Some(team) => models.of_teams.entry(team.clone()).or_default(),
                None => &mut models.shared,
            };
            shelf.put(deployment);
        }
        let serve = |shelf: &Shelf| {
            let plain = shelf.groups.iter().filter(|(group, _)| !group.contains('*'));
            plain.map(|(group, members)| (group.clone(), models.all(members, group))).collect()
        };
        let shared = serve(&models.shared);
        let of_teams: Vec<_> = models.of_teams.iter().map(|(team, shelf)| (team.clone(), serve(shelf))).collect();
        models.shared.served = shared;
        for (team, served) in of_teams {
            models.of_teams.entry(team).or_default().served = served;
        }
        models
    }

    /// The group's name behind an alias, or the name itself.
    pub fn resolve_alias<'a>(&'a self, name: &'a str) -> &'a str {
        self.aliases.get(name).map_or(name, |alias| alias.group.as_str())
    }

    /// Who serves `name` for somebody of that team: the group of that name, else the wildcard group whose pattern says most. What
    /// the team has for itself comes first.
    pub fn targets(&self, name: &str, team: Option<&str>) -> Targets {
        // a pattern is no model's name
        if name.contains('*') {
            return Targets::default();
        }
        if let Some(targets) = self.shelves(team).find_map(|shelf| shelf.served.get(name)) {
            return Arc::clone(targets);
        }
        let best = self.shelves(team).find_map(|shelf| shelf.pattern(name));
        best.map_or_else(Targets::default, |(caught, members)| self.all(members, caught))
    }

    /// One deployment and nothing else, with the same catalogue.
    pub(crate) fn alone(&self, deployment: Deployment) -> Self {
        Self::new(vec![deployment], HashMap::new(), Arc::clone(&self.catalog))
    }

    /// The shelf of the team, if it has one, and that of everybody.
    fn shelves(&self, team: Option<&str>) -> impl Iterator<Item = &Shelf> {
        team.and_then(|team| self.of_teams.get(team)).into_iter().chain([&self.shared])
    }

    fn all(&self, members: &[Arc<Deployment>], caught: &str) -> Targets {
        members.iter().map(|deployment| Arc::new(self.target(deployment, caught))).collect()
    }

    /// The model groups for somebody of that team, wildcards as they are written.
    pub fn groups(&self, team: Option<&str>) -> Vec<&str> {
        let mut seen = HashSet::new();
        let groups = self.shelves(team).flat_map(|shelf| &shelf.groups).map(|(group, _)| group.as_str());
        groups.filter(|group| seen.insert(*group)).collect()
    }

    /// Other names of groups, but for those that are hidden.
    pub fn aliases(&self) -> Vec<&str> {
        let shown = self.aliases.iter().filter(|(_, alias)| !alias.hidden).map(|(name, _)| name.as_str());
        let mut shown: Vec<_> = shown.collect();
        shown.sort_unstable();
        shown
    }

    /// The names that a wildcard catches of models that the catalogue knows, and that its deployments can be asked for.
    pub fn known_behind(&self, pattern: &str, team: Option<&str>) -> Vec<String> {
        let Some((before, behind)) = pattern.split_once('*') else { return Vec::new() };
        let members = self.shelves(team).find_map(|shelf| shelf.members(pattern)).unwrap_or_default();
        let known = members.iter().flat_map(|deployment| {
            let models = self.catalog.models().filter(|model| model.provider == deployment.provider.id);
            let models = models.filter(|model| deployment.answers(model.mode));
            let names = models.flat_map(|model| std::iter::once(&model.id).chain(&model.aliases));
            names.filter_map(|name| caught(&deployment.model, name))
        });
        known.map(|caught| format!("{before}{caught}{behind}")).collect()
    }

    /// Every deployment, in the order of the configuration, those of teams last.
    pub fn deployments(&self) -> impl Iterator<Item = &Arc<Deployment>> {
        let shelves = [&self.shared].into_iter().chain(self.of_teams.values());
        shelves.flat_map(|shelf| &shelf.groups).flat_map(|(_, members)| members)
    }

    /// What is known of a deployment that serves the call for `caught`.
    pub fn target(&self, deployment: &Arc<Deployment>, caught: &str) -> Target {
        let model = deployment.model.replacen('*', caught, 1);
        let known_as = deployment.base_model.as_deref().unwrap_or(&model);
        let known = self.catalog.find(&deployment.provider.id, known_as);
        let local = deployment.provider.is_local();
        let mut prices = deployment.prices.clone();
        if let Some(known) = known {
            prices = prices.or(&known.prices);
        } else if local {
            prices = prices.or(&Price::free("built-in".into()).into());
        }
        if !deployment.terms.is_empty() {
            prices = prices.map(|price| price.terms = deployment.terms);
        }
        Target {
            prices,
            max_input_tokens: deployment.max_input_tokens.or_else(|| known.and_then(|known| known.max_input_tokens)),
            max_output_tokens: deployment.max_output_tokens.or_else(|| known.and_then(|known| known.max_output_tokens)),
            known_mode: if local { Some(Mode::Chat) } else { known.map(|known| known.mode) },
            reasons: !local && known.is_none_or(|known| known.can(Ability::Reasoning)),
            deployment: Arc::clone(deployment),
            model,
        }
    }

    /// What a model costs at a provider by what is known now: as its deployment says, if there still is such a one, else the catalogue.
    pub fn prices_now(&self, deployment_id: &str, provider: &str, model: &str) -> Prices {
        let deployment = self.deployments().find(|deployment| deployment.id == deployment_id);
        let stated = deployment.map_or(Prices::NONE, |deployment| deployment.prices.clone());
        let base = deployment.and_then(|deployment| deployment.base_model.as_deref());
        let listed = self.catalog.find(provider, base.unwrap_or(model));
        let mut prices = match listed {
            Some(known) => stated.or(&known.prices),
            None if deployment.is_some_and(|deployment| deployment.provider.is_local()) => {
                stated.or(&Price::free("built-in".into()).into())
            }
            None => stated,
        };
        if let Some(deployment) = deployment.filter(|deployment| !deployment.terms.is_empty()) {
            prices = prices.map(|price| price.terms = deployment.terms);
        }
        prices
    }

    /// What the catalogue says that a model costs, by `provider/model` or by the model's own name.
    pub fn listed_prices(&self, name: &str) -> Prices {
        let named = name.split_once('/').and_then(|(provider, model)| self.catalog.find(provider, model));
        let known = named.or_else(|| self.catalog.models().find(|model| model.id == name));
        known.map_or(Prices::NONE, |model| model.prices.clone())
    }

    /// Who is behind a group as it is written, a wildcard too.
    pub fn members(&self, group: &str, team: Option<&str>) -> Targets {
        let members = self.shelves(team).find_map(|shelf| shelf.members(group));
        members.map_or_else(Targets::default, |members| self.all(members, group))
    }
}

/// What the `*` of `pattern` stands for in `name`.
pub fn caught<'a>(pattern: &str, name: &'a str) -> Option<&'a str> {
    let (before, behind) = pattern.split_once('*')?;
    name.strip_prefix(before)?.strip_suffix(behind)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn models(entries: &[(&str, &str)]) -> Models {
        let registry = providers::Registry::builtin().unwrap();
        let provider = Arc::new(registry.built_in().unwrap().clone());
        let deployments = entries.iter().enumerate().map(|(i, (group, model))| {
            Deployment::new(format!("d{i}"), *group, Arc::clone(&provider), *model, Uri::default())
        });
        let alias = Alias { group: "gpt".to_owned(), hidden: false };
        Models::new(deployments.collect(), HashMap::from([("nick".to_owned(), alias)]), Arc::default())
    }

    #[test]
    fn exact_names_win_then_the_pattern_that_says_most() {
        let models = models(&[("*", "any/*"), ("up/*", "x-*"), ("up/a*", "y-*"), ("gpt", "m1"), ("gpt", "m2")]);
        let served = |name: &str| models.targets(name, None).iter().map(|t| t.model.clone()).collect::<Vec<_>>();
        assert_eq!(served("gpt"), ["m1", "m2"]);
        assert_eq!(served("up/b"), ["x-b"]);
        assert_eq!(served("up/ab"), ["y-b"]);
        assert_eq!(served("other"), ["any/other"]);
        assert!(served("up/*").is_empty());
    }

    /// OpenAI is at one address, vLLM wherever its user runs it.
    #[test]
    fn a_completion_ends_by_itself_only_where_that_is_known() {
        let registry = providers::Registry::builtin().unwrap();
        for (provider, url, expected) in [
            ("text-completion-openai", "https://api.openai.com/v1/completions", Some(16)),
            ("text-completion-openai", "http://h/v1/completions", None),
            ("hosted_vllm", "http://h/v1/completions", Some(16)),
            ("custom_openai", "http://h/v1/completions", None),
        ] {
            let provider = Arc::new(registry.get(provider).unwrap().clone());
            let mut deployment = Deployment::new("d", "g", provider, "m", Uri::default());
            deployment.endpoints = vec![(Dialect::OpenAiCompletions, url.parse().unwrap())];
            assert_eq!(deployment.completion_ceiling(), expected, "{url}");
        }
    }

    #[test]
    fn aliases_resolve_and_are_listed() {
        let models = models(&[("gpt", "m1")]);
        assert_eq!(models.resolve_alias("nick"), "gpt");
        assert_eq!(models.resolve_alias("gpt"), "gpt");
        assert_eq!((models.groups(None), models.aliases()), (vec!["gpt"], vec!["nick"]));
    }
}
