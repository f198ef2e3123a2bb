"""The design system: tokens, components, base pages, charts, languages. No models, no rules, and nothing of one stage alone."""
