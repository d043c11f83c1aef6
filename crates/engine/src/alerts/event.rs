//! What is told: LiteLLM's event with ours added, and sentences for people.

use jiff::Timestamp;
use money::{AccountKind, Nanos};
use serde_json::{Value, json};
use store::balances::Standing;

use super::holder::Names;
use super::reached::{Budget, Threshold, WHOLE};

/// The longest name of a tenant in a sentence, in characters.
const LONGEST_NAME: usize = 100;

/// The body that a webhook gets; Slack and e-mail have its sentences.
pub(super) fn event(
    alert_id: &str,
    threshold: Threshold,
    budget: Budget,
    standing: &Standing,
    names: &Names,
    user_email: Option<&String>,
) -> Value {
    let id = &standing.id;
    let window =
        (!id.is_for_ever()).then(|| json!({"starts_at": instant(id.starts_at), "ends_at": instant(id.ends_at)}));
    let of_key = id.account.kind() == AccountKind::Key;
    json!({
        "event": threshold.event(),
        "event_group": group(id.account.kind()),
        "event_message": message(threshold, budget, standing, names),
        "spend": dollars(standing.spent()),
        "max_budget": budget.cap.map(dollars),
        "soft_budget": budget.soft.map(dollars),
        "token": names.token,
        "key_alias": names.alias.as_ref().filter(|_| of_key),
        "user_id": names.user_id,
        "user_email": user_email,
        "team_id": names.team_id,
        "team_alias": names.team_alias,
        "organization_id": names.organization_id,
        "customer_id": names.customer_id,
        "project_id": names.project_id,
        "tag": names.tag,
        "projected_exceeded_date": null,
        "projected_spend": null,
        "alert_id": alert_id,
        "account": id.account.as_str(),
        "window": window,
        "threshold": threshold.word(),
    })
}

/// LiteLLM's word for whose budget it is; for those that it has none for, ours.
fn group(kind: AccountKind) -> &'static str {
    match kind {
        AccountKind::Gateway => "proxy",
        AccountKind::User => "internal_user",
        AccountKind::Key
        | AccountKind::Team
        | AccountKind::TeamMember
        | AccountKind::Organization
        | AccountKind::OrganizationMember
        | AccountKind::Project
        | AccountKind::Customer
        | AccountKind::Provider
        | AccountKind::Deployment
        | AccountKind::Tag
        | AccountKind::Model => kind.word(),
    }
}

/// One line, in which no name can begin another.
fn message(threshold: Threshold, budget: Budget, standing: &Standing, names: &Names) -> String {
    let id = &standing.id;
    let until = if id.is_for_ever() { String::new() } else { format!(", until {}", instant(id.ends_at)) };
    let whose = whose(standing, names);
    let spent = standing.spent();
    let of = |limit: Option<Nanos>| limit.map_or_else(String::new, |limit| format!(" of ${limit}"));
    match threshold {
        Threshold::Share(WHOLE) => format!("Budget crossed: {whose} has spent ${spent}{}{until}.", of(budget.cap)),
        Threshold::Share(share) => {
            let percent = format!("{}.{}", share / 10, share % 10);
            let percent = percent.trim_end_matches(".0");
            format!("{percent} % of a budget crossed: {whose} has spent ${spent}{}{until}.", of(budget.cap))
        }
        Threshold::Soft => format!("Soft budget crossed: {whose} has spent ${spent}{}{until}.", of(budget.soft)),
        Threshold::Refused => format!(
            "Calls are refused: {whose} has spent ${spent}{}{until}, and calls under way hold the rest, or a call could have cost more.",
            of(budget.cap)
        ),
    }
}

fn whose(standing: &Standing, names: &Names) -> String {
    let account = &standing.id.account;
    let of_model = account.parts().filter(|_| account.kind() == AccountKind::Model);
    if let Some((of, model)) = of_model {
        return format!("the model {} of {}", quoted(&model), quoted(names.alias.as_ref().unwrap_or(&of)));
    }
    let noun = account.kind().noun();
    let (team, user) = (names.team_alias.as_ref().or(names.team_id.as_ref()), names.user_id.as_ref());
    let one = match account.kind() {
        AccountKind::Gateway => return format!("the {noun}"),
        AccountKind::TeamMember => [team, user],
        AccountKind::OrganizationMember => [names.organization_id.as_ref(), user],
        _ => [names.alias.as_ref(), None],
    };
    let one: Vec<_> = one.into_iter().flatten().map(|name| quoted(name)).collect();
    if one.is_empty() {
        format!("the {noun} {}", quoted(account.id()))
    } else {
        format!("the {noun} {}", one.join(" "))
    }
}

/// A name that tenants gave: on one line, without what turns or hides text, and not too long.
fn quoted(name: &str) -> String {
    let plain = |letter: char| if letter.is_control() || hides(letter) { ' ' } else { letter };
    let name: String = name.chars().map(plain).take(LONGEST_NAME).collect();
    format!("\"{name}\"")
}

/// Characters that change in which direction text runs, or break lines.
fn hides(letter: char) -> bool {
    matches!(letter, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

/// As a number with all its digits.
fn dollars(amount: Nanos) -> Value {
    serde_json::from_str(&amount.to_string()).unwrap_or(Value::Null)
}

fn instant(micros: i64) -> String {
    Timestamp::from_microsecond(micros).unwrap_or(Timestamp::MAX).to_string()
}

#[cfg(test)]
mod tests {
    use money::Account;
    use store::balances::BalanceId;

    use super::*;

    fn told(account: Account, threshold: Threshold, names: &Names) -> Value {
        let standing = Standing {
            id: BalanceId { account, starts_at: 0, ends_at: 86_400_000_000 },
            posted: Nanos::new(8_500_000_000),
            forgiven: Nanos::new(500_000_000),
        };
        let budget = Budget { cap: Some(Nanos::new(10_000_000_000)), soft: Some(Nanos::new(8_000_000_000)) };
        event("a1", threshold, budget, &standing, names, None)
    }

    #[test]
    fn an_event_has_what_litellm_has_and_ours() {
        let names = Names { alias: Some("batch".to_owned()), token: Some("ab12".to_owned()), ..Names::default() };
        let told = told(Account::of(AccountKind::Key, "ab12"), Threshold::Share(800), &names);
        insta::assert_snapshot!(serde_json::to_string_pretty(&told).unwrap());
    }

    #[test]
    fn sentences_name_whose_budget_it_is_on_one_line() {
        let member = Account::member(AccountKind::TeamMember, "t1", "u1");
        let key = || Account::of(AccountKind::Key, "ab12");
        let named = |alias: &str| Names { alias: Some(alias.to_owned()), ..Names::default() };
        let of_member = Names { team_id: Some("t1".into()), user_id: Some("u1".into()), ..Names::default() };
        for (account, threshold, names, part) in [
            (
                Account::gateway(),
                Threshold::Share(WHOLE),
                Names::default(),
                "Budget crossed: the gateway has spent $8 of $10, until 1970-01-02T00:00:00Z.",
            ),
            (
                member,
                Threshold::Soft,
                of_member,
                "Soft budget crossed: the member of the team \"t1\" \"u1\" has spent $8 of $8",
            ),
            (key(), Threshold::Share(955), Names::default(), "95.5 % of a budget crossed: the key \"ab12\""),
            (
                key().on_model("gpt"),
                Threshold::Refused,
                named("batch"),
                "Calls are refused: the model \"gpt\" of \"batch\"",
            ),
            (key(), Threshold::Soft, named("a\r\nBcc: x@y.z\u{202e}"), "the key \"a  Bcc: x@y.z \" has"),
        ] {
            let told = told(account, threshold, &names);
            let message = told["event_message"].as_str().unwrap();
            assert!(message.contains(part), "{message}");
            assert!(!message.contains('\n'), "{message}");
        }
        assert_eq!(quoted(&"x".repeat(500)).len(), LONGEST_NAME + 2);
    }
}
