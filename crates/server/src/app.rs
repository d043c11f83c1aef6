//! What the HTTP side shares: the engine, and the few settings that are its own.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use engine::Engine;
use metrics_exporter_prometheus::PrometheusHandle;

/// Shared by all handlers; cheap to clone.
#[derive(Clone)]
pub struct App(Arc<Shared>);

struct Shared {
    engine: Arc<Engine>,
    metrics: Option<PrometheusHandle>,
    max_body_bytes: AtomicUsize,
    /// Cleared when the process is about to stop, so that load balancers look elsewhere.
    ready: AtomicBool,
}

impl App {
    pub fn new(engine: Arc<Engine>, metrics: Option<PrometheusHandle>, max_body_bytes: usize) -> Self {
        Self(Arc::new(Shared {
            engine,
            metrics,
            max_body_bytes: AtomicUsize::new(max_body_bytes),
            ready: AtomicBool::new(true),
        }))
    }

    pub fn engine(&self) -> &Arc<Engine> {
        &self.0.engine
    }

    pub(crate) fn metrics(&self) -> Option<&PrometheusHandle> {
        self.0.metrics.as_ref()
    }

    pub fn max_body_bytes(&self) -> usize {
        self.0.max_body_bytes.load(Ordering::Relaxed)
    }

    pub fn set_max_body_bytes(&self, bytes: usize) {
        self.0.max_body_bytes.store(bytes, Ordering::Relaxed);
    }

    pub fn is_ready(&self) -> bool {
        self.0.ready.load(Ordering::Relaxed)
    }

    /// From now on the readiness probe says no.
    pub fn set_stopping(&self) {
        self.0.ready.store(false, Ordering::Relaxed);
    }
}
