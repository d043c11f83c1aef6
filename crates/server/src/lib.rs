//! The binary: listeners, surfaces by dialect, management API, configuration.
