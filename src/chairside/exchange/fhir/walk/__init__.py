"""The walk over one resource, driven by the compiled definitions: checkers made once per type, which report from below."""
