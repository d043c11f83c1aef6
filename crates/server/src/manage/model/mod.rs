//! Deployments that are added while the gateway runs, and a look at all of them: `/model/…`.

pub(crate) mod block;
mod body;
pub(crate) mod create;
pub(crate) mod delete;
pub(crate) mod group;
pub(crate) mod info;
pub(crate) mod make_public;
pub(crate) mod patch;
pub(crate) mod test_connection;
pub(crate) mod update;
mod view;
