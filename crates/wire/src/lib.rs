//! The wire languages of clients and providers, and the common conversation between them. Pure: bytes in, values out.
