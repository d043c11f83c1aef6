//! A scripted upstream that speaks the providers' languages, and its own log of what it served.
