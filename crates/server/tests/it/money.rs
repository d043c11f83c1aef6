//! Spending a key's money as calls do, without calls.

use std::sync::Arc;

use engine::budgets::claims::{Claim, Claims};
use engine::budgets::{Hold, Refused};
use money::{Nanos, Tokens};
use store::balances::{self, BalanceId};
use store::journal::Intent;
use store::keys::KeyRow;
use store::ledger::{Detail, Payer, insert_batch};

use crate::app::TestApp;

impl TestApp {
    /// Holds so many billionths of a dollar of a key's budget, as a call would.
    pub(crate) async fn hold(&self, key: &KeyRow, amount: i64) -> Result<Hold, Refused> {
        self.engine.budgets.hold(&self.claims(key), Nanos::new(amount)).await
    }

    /// Ends such a call with what it cost: its row is in the ledger then.
    pub(crate) async fn settle(&self, key: &KeyRow, hold: Hold, cost: i64) {
        let (charged, instance) = hold.charged();
        self.engine.budgets.settle(hold, Nanos::new(cost));
        let intent = Intent {
            request_id: self.engine.ids.call(self.engine.clock.now()),
            attempt: 1,
            at: self.engine.clock.now(),
            payer: Arc::new(Payer::key(key.hash.clone())),
            call_type: "acompletion".to_owned(),
            model_group: "echo".to_owned(),
            model: "echo".to_owned(),
            deployment_id: "echo".to_owned(),
            provider: "echo".to_owned(),
            stream: false,
            upper: Tokens::default(),
            hold: Some(Nanos::new(cost)),
            price_version: None,
            detail: Some(Box::new(Detail { charged, instance, ..Detail::default() })),
        };
        insert_batch(&self.engine.db, &[intent.into_unknown()]).await.unwrap();
    }

    /// What a key can still hold of its own budget.
    pub(crate) async fn left(&self, key: &KeyRow) -> i64 {
        let claims = self.claims(key);
        let claim = claims.first().unwrap();
        let shown = balances::show(&self.engine.db, &[key.account()]).await.unwrap();
        let shown = shown.iter().find(|shown| shown.id == claim.balance);
        claim.cap.get() - shown.map_or(0, |shown| shown.spent.get()) - self.engine.budgets.held(&claim.balance).get()
    }

    fn claims(&self, key: &KeyRow) -> Claims {
        let Some(cap) = key.limits.max_budget else { return Claims::default() };
        let windows = &self.engine.budgets.windows;
        let duration = key.limits.budget_duration.as_deref();
        let window = windows.of(duration, self.engine.clock.now(), &self.engine.settings().calendar);
        let balance = BalanceId { account: key.account(), starts_at: window.starts_at, ends_at: window.ends_at };
        Claims::from_iter([Claim { balance, cap, is_soft: false }])
    }
}
