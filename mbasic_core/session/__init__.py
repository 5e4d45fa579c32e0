"""Sessions: one versioned record each, kept by a store, served by whichever process owns it."""
