"""Fit the law to history: likelihoods of the law's own step, priors with reasons, Laplace and NUTS."""
