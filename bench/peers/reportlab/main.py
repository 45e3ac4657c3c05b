"""Makes the certificate with ReportLab and signs it with pyHanko: main.py INPUTS.

Obeys "make N" and "save I FILE" from the standard input, a line of JSON for each.
"""

import json
import sys
import time
from importlib.metadata import version
from pathlib import Path
from platform import python_version

from drawing import Drawing
from sheet import all_sheets
from signing import Signing


def main(inputs: Path) -> None:
    sheets = all_sheets(inputs)
    drawing, signing = Drawing(inputs / "font.ttf"), Signing(inputs)

    def make(i: int) -> bytes:
        sheet = sheets[i % len(sheets)]
        return signing.sign(sheet, drawing.draw(sheet))

    say({"version": f"ReportLab {version('reportlab')}, pyHanko {version('pyhanko')}, Python {python_version()}"})
    for line in sys.stdin:
        words = line.split()
        if words[0] == "make":
            say(measure(int(words[1]), make))
        elif words[0] == "save":
            Path(words[2]).write_bytes(make(int(words[1])))
            say({})
        else:
            raise SystemExit(f"what is {line!r}?")


def measure(n: int, make) -> dict:
    best, size, before = float("inf"), 0, time.process_time()
    for i in range(n):
        start = time.perf_counter()
        size += len(make(i))
        best = min(best, time.perf_counter() - start)
    return {"documents": n, "cpu": time.process_time() - before, "best_wall": best, "bytes": size}


def say(answer: dict) -> None:
    print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
