"""Nexus AI: an API that takes agents to be built, and the workers that build them."""
