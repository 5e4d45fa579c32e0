"""Several servers on one host behind a balancer."""
