"""The shape of a therapy protocol: frozen dataclasses, no rules, no defaults that a pharmacist has not stated.

One file a subject: terms and conditions first, then product, indication, dose, regimen, ladder, requirement, safety,
visit, guide; `protocol` puts them together. Numbers cite the nearest enclosing `source`. Label and practice never mix:
each item that either could state carries its `layer`.
"""
