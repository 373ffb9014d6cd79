"""The law of motion: pure JAX functions on named state; no files, no frames."""
