//! Requests: tables of what is read and written, and that one gives back the other.

mod citing;
mod reading;
mod round_trip;
mod writing;
