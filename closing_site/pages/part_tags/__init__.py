"""The tags of ``{% load parts %}``, by what they are for."""
