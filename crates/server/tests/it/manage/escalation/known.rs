//! What the callers of a case know: whatever there was when they began, to make it hard, and what they were told.

use serde_json::Value;

use crate::manage::matrix::{World, hash_of};

pub(super) struct Known {
    /// Texts of keys that they hold.
    pub(super) held: Vec<String>,
    pub(super) keys: Vec<String>,
    pub(super) users: Vec<String>,
    pub(super) teams: Vec<String>,
    pub(super) organizations: Vec<String>,
    pub(super) projects: Vec<String>,
    pub(super) budgets: Vec<String>,
    pub(super) models: Vec<String>,
}

impl Known {
    pub(super) fn new(world: &World, callers: &[&str]) -> Self {
        let all = ["admin", "viewer", "org_admin", "team_admin", "member", "user", "user_viewer", "stranger"];
        let held: Vec<_> = callers.iter().filter_map(|caller| world.key(caller)).collect();
        let keys = all.iter().chain(&["service", "calls"]).filter_map(|caller| world.key(caller));
        let guests = [
            "sk-of-a-guest--ours-0",
            "sk-of-a-service--ours-0",
            "sk-of-a-guest--theirs-0",
            "sk-of-a-service--theirs-0",
        ];
        let mut users = named(&all.map(|name| format!("{name}-0")));
        users.extend(named(&["guest-ours-0", "newcomer-ours-0", "guest-theirs-0", "newcomer-theirs-0", "nobody-yet"]));
        Self {
            keys: held.iter().cloned().chain(keys.chain(named(&guests)).map(|key| hash_of(&key))).collect(),
            held,
            users,
            teams: named(&["team-ours-0", "second", "team-theirs-0"]),
            organizations: named(&["organization-ours-0", "organization-theirs-0"]),
            projects: named(&["project-ours-0", "project-theirs-0"]),
            budgets: named(&["budget-0", "budget-of-organization-ours-0", "budget-of-organization-theirs-0"]),
            models: named(&["echo-1"]),
        }
    }

    /// Takes keys and ids out of an answer.
    pub(super) fn learn(&mut self, answer: &Value) {
        match answer {
            Value::Object(fields) => {
                for (name, value) in fields {
                    match value.as_str() {
                        Some(text) => self.learn_text(name, text),
                        None => self.learn(value),
                    }
                }
            }
            Value::Array(values) => values.iter().for_each(|value| self.learn(value)),
            _ => {}
        }
    }

    fn learn_text(&mut self, name: &str, text: &str) {
        if text.starts_with("sk-") && !text.contains("...") {
            keep(&mut self.held, text);
        }
        match name {
            "key" | "token" => keep(&mut self.keys, text),
            "user_id" => keep(&mut self.users, text),
            "team_id" => keep(&mut self.teams, text),
            "project_id" => keep(&mut self.projects, text),
            "budget_id" | "team_member_budget_id" => keep(&mut self.budgets, text),
            "model_id" => keep(&mut self.models, text),
            _ => {}
        }
    }
}

fn keep(list: &mut Vec<String>, text: &str) {
    if !text.is_empty() && !list.iter().any(|known| known == text) {
        list.push(text.to_owned());
    }
}

fn named(names: &[impl ToString]) -> Vec<String> {
    names.iter().map(ToString::to_string).collect()
}
