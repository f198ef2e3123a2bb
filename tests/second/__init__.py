"""A second, independent engine for `dose` and `ladder`, and the tests that hold it against the first.

Another author wrote it from the schema, the contract and the YAML files. It shares no code with the program: it reads the
raw YAML, has its own units and computes with fractions. Where the documents are silent it says so instead of guessing.
"""
