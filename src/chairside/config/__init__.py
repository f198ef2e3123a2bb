"""Settings, the root urls in journey order, and the ASGI entry."""
