"""What a running program has: plain data (`State`) and the operations that statements do on it."""
