"""A stochastic grammar of small stories and of talks about them."""
