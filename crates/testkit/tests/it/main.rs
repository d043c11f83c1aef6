//! Drives the scripted upstream and the other servers over real sockets, with clients that know nothing of them.

#[cfg(test)]
mod bedrock;
#[cfg(test)]
mod bedrock_invoke;
#[cfg(test)]
mod binary;
#[cfg(test)]
mod client;
#[cfg(test)]
mod cohere;
#[cfg(test)]
mod completions;
#[cfg(test)]
mod counting;
#[cfg(test)]
mod dialects;
#[cfg(test)]
mod embeddings;
#[cfg(test)]
mod event_stream;
#[cfg(test)]
mod extras;
#[cfg(test)]
mod faults;
#[cfg(test)]
mod fold;
#[cfg(test)]
mod frame_faults;
#[cfg(test)]
mod gemini;
#[cfg(test)]
mod log;
#[cfg(test)]
mod postgres;
#[cfg(test)]
mod proofs;
#[cfg(test)]
mod proxy;
#[cfg(test)]
mod redis;
#[cfg(test)]
mod responses;
#[cfg(test)]
mod responses_faults;
#[cfg(test)]
mod services;
#[cfg(test)]
mod sse;
