//! The sections of the file, one each. The comments on their fields are the reference of the configuration.

pub(super) mod alerting;
pub(super) mod aws_params;
pub(super) mod bills;
pub(super) mod budgets;
pub(super) mod general_settings;
pub(super) mod key_management;
pub(super) mod litellm_params;
pub(super) mod litellm_settings;
pub(super) mod model_info;
pub(super) mod model_list;
pub(super) mod prices;
pub(super) mod reservation;
pub(super) mod router_settings;
pub(super) mod turnpike;
