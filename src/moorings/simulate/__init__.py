"""Roll worlds forward: members, levers, noise, engines."""
