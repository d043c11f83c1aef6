//! Keys of the file itself, of an entry of `model_list`, and of our own section.

use super::Table;

/// The sections of the file.
pub const TOP_LEVEL: Table = Table {
    section: "the top level",
    supported: "model_list litellm_settings general_settings router_settings environment_variables turnpike",
    planned: "
        credential_list guardrails prompts policies policy_attachments
        mcp_servers mcp_tools agents agent_list vector_store_registry search_tools sandbox_tools
        files_settings finetune_settings assistant_settings callback_settings default_vertex_config
        worker_registry plugins
    ",
    prices: false,
};

/// An entry of `model_list`.
pub const MODEL_LIST: Table = Table {
    section: "an entry of model_list",
    supported: "model_name litellm_params model_info",
    planned: "",
    prices: false,
};

/// Our own section.
pub const TURNPIKE: Table = Table {
    section: "turnpike",
    supported: "
        deadlines limits shutdown_grace_ms max_body_bytes log_level data_dir accept_unverified_sigv4 kms
        secret_refresh_ms budgets alerts
    ",
    planned: "",
    prices: false,
};

/// `turnpike.deadlines`.
pub const DEADLINES: Table = Table {
    section: "turnpike.deadlines",
    supported: "connect_ms first_byte_ms between_events_ms total_ms",
    planned: "",
    prices: false,
};

/// `turnpike.limits`.
pub const LIMITS: Table = Table {
    section: "turnpike.limits",
    supported: "
        first_byte_ms headers_ms idle_ms body_ms body_pause_ms min_body_bytes_per_second write_stall_ms
        max_connections max_connections_per_ip max_management_body_bytes max_body_bytes_in_flight
    ",
    planned: "",
    prices: false,
};

/// `turnpike.kms`.
pub const KMS: Table = Table { section: "turnpike.kms", supported: "key_id older_key_ids", planned: "", prices: false };

/// `turnpike.budgets`.
pub const BUDGETS: Table = Table {
    section: "turnpike.budgets",
    supported: "fiscal_year_begins week_begins lower_ceilings intents_in_database instances_given_up_after",
    planned: "",
    prices: false,
};

/// `turnpike.alerts`.
pub const ALERTS: Table =
    Table { section: "turnpike.alerts", supported: "thresholds email_to", planned: "", prices: false };
