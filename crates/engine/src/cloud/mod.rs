//! What a cloud gives to whatever runs in it: credentials, what is signed with them, and its services for secrets. One folder
//! a cloud.

pub mod aws;
