//! What the HTTP side shares: the engine, and the few settings that are its own.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use arc_swap::ArcSwap;
use engine::Engine;
use metrics_exporter_prometheus::PrometheusHandle;

use crate::http::accept::descriptors;
use crate::http::edge::{Bodies, Limits};
use crate::live::Live;
use crate::meaning::Meant;

/// Shared by all handlers; cheap to clone.
#[derive(Clone)]
pub struct App(Arc<Shared>);

struct Shared {
    engine: Arc<Engine>,
    live: Arc<Live>,
    metrics: Option<PrometheusHandle>,
    limits: ArcSwap<Limits>,
    /// The bodies of requests that are held now: of calls, and of the management API.
    bodies: Bodies,
    management_bodies: Bodies,
    /// Whether the access key id of a signature counts as a key although nobody has looked at the signature.
    accept_unverified_sigv4: AtomicBool,
    /// Cleared when the process is about to stop, so that load balancers look elsewhere.
    ready: AtomicBool,
}

impl App {
    pub fn new(engine: Arc<Engine>, live: Arc<Live>, metrics: Option<PrometheusHandle>, limits: Limits) -> Self {
        Self(Arc::new(Shared {
            engine,
            live,
            metrics,
            limits: ArcSwap::from_pointee(bounded(limits)),
            bodies: Bodies::default(),
            management_bodies: Bodies::default(),
            accept_unverified_sigv4: AtomicBool::new(false),
            ready: AtomicBool::new(true),
        }))
    }

    pub fn engine(&self) -> &Arc<Engine> {
        &self.0.engine
    }

    /// The configuration, and what was added to it.
    pub fn live(&self) -> &Arc<Live> {
        &self.0.live
    }

    /// An id for a request that was just received.
    pub(crate) fn new_id(&self) -> String {
        self.engine().ids.call(self.engine().clock.now())
    }

    pub(crate) fn metrics(&self) -> Option<&PrometheusHandle> {
        self.0.metrics.as_ref()
    }

    /// The limits that are in force now.
    pub fn limits(&self) -> Arc<Limits> {
        self.0.limits.load_full()
    }

    /// For requests and connections that come from now on.
    pub fn set_limits(&self, limits: Limits) {
        self.0.limits.store(Arc::new(bounded(limits)));
    }

    /// Calls and connections that come from now on go by this configuration.
    pub fn put_in_force(&self, meant: Meant) {
        self.engine().reload(meant.settings);
        self.set_limits(meant.limits);
        self.set_accept_unverified_sigv4(meant.accept_unverified_sigv4);
    }

    pub(crate) fn bodies(&self) -> &Bodies {
        &self.0.bodies
    }

    pub(crate) fn management_bodies(&self) -> &Bodies {
        &self.0.management_bodies
    }

    pub(crate) fn accepts_unverified_sigv4(&self) -> bool {
        self.0.accept_unverified_sigv4.load(Ordering::Relaxed)
    }

    pub fn set_accept_unverified_sigv4(&self, accept: bool) {
        self.0.accept_unverified_sigv4.store(accept, Ordering::Relaxed);
    }

    pub fn is_ready(&self) -> bool {
        self.0.ready.load(Ordering::Relaxed)
    }

    /// From now on the readiness probe says no.
    pub fn set_stopping(&self) {
        self.0.ready.store(false, Ordering::Relaxed);
    }
}

/// The limits, and no more connections than this process can have.
fn bounded(mut limits: Limits) -> Limits {
    if let Some(most) = descriptors().filter(|most| *most < limits.connections) {
        tracing::info!(
            max_connections = most,
            "the limit of open files (ulimit -n) allows so many connections and no more"
        );
        limits.connections = most;
    }
    limits
}
