//! Credentials that a cloud gives to what runs in it, and what is signed with them. One folder a cloud.

pub mod aws;
