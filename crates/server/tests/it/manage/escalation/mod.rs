//! Nobody gets a right that he was not given, whatever he asks for, and in whichever order. A case is one or two callers who
//! are no administrators, holding keys that are bounded in some way, and a sequence of requests with hostile arguments, also
//! with whatever keys these make. After it is judged what all of them can do (`Judge`).

mod judge;
mod known;
mod step;

use proptest::prelude::*;
use proptest::sample::subsequence;
use serde_json::json;

use self::judge::Judge;
use self::known::Known;
use self::step::Step;
use super::matrix::World;
use crate::app::{MASTER, TestApp};

/// Who tries. The others of `ours` are there, too, and do nothing.
const CALLERS: [&str; 6] = ["org_admin", "team_admin", "member", "user", "user_viewer", "service"];
/// A longer run: so many cases.
const CASES: &str = "TURNPIKE_RIGHTS_CASES";

/// How the keys of the callers are bounded, beside what their users and teams are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Bound {
    None,
    /// To the model `a`.
    Models,
    /// To an hour.
    Time,
    /// To five dollars.
    Money,
    /// To [`judge::ROUTES`].
    Routes,
    /// To calls that say [`judge::DEMANDED`].
    Demands,
}

#[derive(Clone, Debug)]
struct Case {
    callers: Vec<&'static str>,
    bound: Bound,
    /// Whether members of the team may make keys of it.
    permitted: bool,
    steps: Vec<Step>,
}

fn cases() -> u32 {
    #[expect(clippy::disallowed_methods, reason = "how long a test runs is no setting of the gateway")]
    let given = std::env::var(CASES).ok();
    given.map_or(48, |cases| cases.parse().unwrap())
}

fn case() -> impl Strategy<Value = Case> {
    let bound = prop::sample::select(vec![
        Bound::None,
        Bound::Models,
        Bound::Time,
        Bound::Money,
        Bound::Routes,
        Bound::Demands,
    ]);
    let steps = prop::collection::vec(any::<[u16; 12]>().prop_map(Step), 1..60);
    (subsequence(CALLERS.to_vec(), 1..=2), bound, any::<bool>(), steps)
        .prop_map(|(callers, bound, permitted, steps)| Case { callers, bound, permitted, steps })
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: cases(),
        failure_persistence: None,
        max_shrink_iters: 200,
        ..ProptestConfig::default()
    })]

    #[test]
    fn no_sequence_of_requests_widens_what_somebody_may(case in case()) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(run(case));
    }
}

async fn run(case: Case) {
    let app = TestApp::sqlite().await;
    let world = World::new(&app, 0).await;
    set_up(&app, &world, &case).await;
    let mut known = Known::new(&world, &case.callers);
    let judge = Judge::new(&app, &case).await;
    let mut story = Vec::new();
    for step in &case.steps {
        let asked = step.request(&known);
        let (status, answer) = app.call(&asked.key, asked.method, &asked.path, &asked.body).await;
        assert!(!status.is_server_error(), "{asked:?}: {answer}");
        if status.is_success() {
            story.push(format!("{} {} {} {}", asked.key, asked.method, asked.path, asked.body));
            known.learn(&answer);
        }
    }
    if let Err(problem) = judge.judge(&app, &known).await {
        panic!("{problem}\n{:?}, {:?}, permitted: {}\n{}", case.callers, case.bound, case.permitted, story.join("\n"));
    }
}

/// What an administrator decides before: `a` and `echo` are the team's, `b` is the organization's too, `c` is nobody's here.
async fn set_up(app: &TestApp, world: &World, case: &Case) {
    let permissions = [
        "/key/generate",
        "/key/update",
        "/key/regenerate",
        "/key/service-account/generate",
        "/key/delete",
        "/key/block",
        "/key/unblock",
        "/key/bulk_update",
        "/team/key/bulk_update",
        "/key/{key_id}/reset_spend",
        "/key/list",
    ];
    let permissions = if case.permitted { &permissions[..] } else { &[] };
    let mut changes = vec![
        (
            "PATCH",
            "/organization/update",
            json!({"organization_id": "organization-ours-0", "models": ["echo", "a", "b"],
            "max_budget": 100}),
        ),
        (
            "POST",
            "/team/update",
            json!({"team_id": "team-ours-0", "models": ["echo", "a"], "max_budget": 50,
            "team_member_permissions": permissions}),
        ),
        (
            "POST",
            "/team/new",
            json!({"team_id": "second", "organization_id": "organization-ours-0", "models": ["b"],
            "max_budget": 20}),
        ),
    ];
    for (user, models) in [
        ("org_admin", json!(["echo", "a", "b"])),
        ("team_admin", json!(["echo", "a"])),
        ("member", json!(["a"])),
        ("user", json!(["a"])),
        ("user_viewer", json!(["a"])),
    ] {
        let body = json!({"user_id": format!("{user}-0"), "models": models, "max_budget": 10});
        changes.push(("POST", "/user/update", body));
    }
    for caller in &case.callers {
        let key = world.key(caller).unwrap();
        changes.push((
            "POST",
            "/key/update",
            match case.bound {
                Bound::None => continue,
                Bound::Models => json!({"key": key, "models": ["a"]}),
                Bound::Time => json!({"key": key, "duration": "1h"}),
                Bound::Money => json!({"key": key, "max_budget": 5}),
                Bound::Routes => json!({"key": key, "allowed_routes": judge::ROUTES}),
                Bound::Demands => json!({"key": key, "enforced_params": [judge::DEMANDED]}),
            },
        ));
    }
    for (method, path, body) in changes {
        let (status, answer) = app.call(MASTER, method, path, body).await;
        assert!(status.is_success(), "{path}: {answer}");
    }
}
