//! Keys of `model_info`. Any other key may stand there too and is handed on.

use super::Table;

/// `model_list[].model_info`.
pub const MODEL_INFO: Table = Table {
    section: "model_info",
    supported: "
        id base_model mode max_tokens max_input_tokens max_output_tokens access_groups
        price_valid_from price_valid_to ptu_count cost_per_ptu_per_hour ptu_effective_from ptu_effective_to
    ",
    planned: "
        db_model tier team_id team_public_model_name supported_endpoints
        enforce_supported_endpoints blocked discoverable access_windows
        ptu_shares allow_fail_open enable_tag_filtering health_check_* disable_background_health_check
        max_embedding_batch_size
    ",
    prices: true,
};
