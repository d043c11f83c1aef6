//! Who speaks which language where: descriptors, catalogue rows, credential schemes. No I/O.
