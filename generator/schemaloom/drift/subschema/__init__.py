"""Whether one schema admits everything that another one admits."""
