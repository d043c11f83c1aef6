//! Money from outside: real prices, properties, and the catalogue that ships.

#[cfg(test)]
#[cfg(test)]
mod catalog;
#[cfg(test)]
mod cost;
#[cfg(test)]
mod properties;
