"""Makes the certificate with ReportLab and signs it with pyHanko: main.py INPUTS.

Obeys "make N" and "save I FILE" from the standard input, a line of JSON for each.
"""

import json
import sys
import time
from importlib.metadata import version
from itertools import cycle, islice
from pathlib import Path
from platform import python_version

from drawing import Drawing
from sheet import Sheet, all_sheets
from signing import Signing


def main(inputs: Path) -> None:
    sheets = all_sheets(inputs)
    drawing, signing = Drawing(inputs / "font.ttf"), Signing(inputs)

    def make(sheet: Sheet) -> bytes:
        return signing.sign(sheet, drawing.draw(sheet))

    turns = cycle(sheets)

    say({"version": f"ReportLab {version('reportlab')}, pyHanko {version('pyhanko')}, Python {python_version()}"})
    for line in sys.stdin:
        words = line.split()
        if words[0] == "make":
            say(measure(islice(turns, int(words[1])), make))
        elif words[0] == "save":
            Path(words[2]).write_bytes(make(sheets[int(words[1])]))
            say({})
        else:
            raise SystemExit(f"what is {line!r}?")


def measure(sheets, make) -> dict:
    walls, size, before = [], 0, time.process_time()
    for sheet in sheets:
        start = time.perf_counter()
        size += len(make(sheet))
        walls.append(time.perf_counter() - start)
    cpu = time.process_time() - before
    return {"documents": len(walls), "cpu": cpu, "best_wall": min(walls), "bytes": size}


def say(answer: dict) -> None:
    print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
