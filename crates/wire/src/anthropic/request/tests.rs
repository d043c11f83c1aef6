//! Requests: tables of what is read and written, and that one gives back the other.

mod agent;
mod citing;
mod models;
mod naming;
mod reading;
mod round_trip;
mod searching;
mod thinking;
mod unmapped;
mod writing;
