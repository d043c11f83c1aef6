//! Drives the scripted upstream over real sockets, with a client that knows nothing of it.

#[cfg(test)]
mod bedrock;
#[cfg(test)]
mod binary;
#[cfg(test)]
mod client;
#[cfg(test)]
mod dialects;
#[cfg(test)]
mod event_stream;
#[cfg(test)]
mod faults;
#[cfg(test)]
mod frame_faults;
#[cfg(test)]
mod log;
#[cfg(test)]
mod proxy;
