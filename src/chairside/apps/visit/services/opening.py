"""Opening a visit."""


def visit_open() -> None:
    raise NotImplementedError
