"""Run by a fresh Python in the copy: make the mutants there, have mutmut pass over all but the sample, and let it test those.

Its arguments are the file that names the sample and how many mutants to test at once. Everything mutmut says of the result
is left in `mutants/**/*.meta`, as after `mutmut run`.
"""

import json
import sys
from pathlib import Path

from mutmut import __main__ as mutmut
from mutmut.mutation.data import SourceFileMutationData
from mutmut.utils.file_utils import walk_mutatable_files

SKIPPED = 34  # mutmut's own code for a mutant that is not to be tested


def leave_out_all_but(names: set[str]) -> None:
    """Mark every other mutant; a name that mutmut does not know means that this and `changes.py` number them differently."""
    unknown = set(names)
    for path in walk_mutatable_files():
        data = SourceFileMutationData(path=path)
        data.load()
        unknown -= data.exit_code_by_key.keys()
        data.exit_code_by_key = {name: None if name in names else SKIPPED for name in data.exit_code_by_key}
        data.save()
    if unknown:
        raise SystemExit(f"mutmut made no mutant of the name {sorted(unknown)[0]} ({len(unknown)} such)")


if __name__ == "__main__":
    children = int(sys.argv[2])
    Path("mutants").mkdir()
    mutmut.set_mutant_under_test("mutant_generation")
    mutmut.copy_src_dir()
    mutmut.copy_also_copy_files()
    mutmut.setup_source_paths()
    mutmut.create_mutants(children)
    leave_out_all_but(set(json.loads(Path(sys.argv[1]).read_text())))
    mutmut._run((), children)
