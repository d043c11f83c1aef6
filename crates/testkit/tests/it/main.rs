//! Drives the scripted upstream over real sockets, with a client that knows nothing of it.

#[cfg(test)]
mod client;
#[cfg(test)]
mod dialects;
#[cfg(test)]
mod faults;
#[cfg(test)]
mod log;
