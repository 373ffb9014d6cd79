"""Types, dimensions, errors, named random streams, digests."""
