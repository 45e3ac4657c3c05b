"""The laid-out certificates, as the runner wrote them: lengths in millimetres
from the top left corner, y downwards, colours in sRGB."""

import json
from datetime import datetime
from pathlib import Path


class Sheet:
    """One certificate: its page, the data to attach, and its pictures."""

    def __init__(self, folder: Path):
        page = json.loads((folder / "page.json").read_text("utf-8"))
        self.width, self.height = page["width"], page["height"]
        self.title, self.author = page["title"], page["author"]
        self.subject, self.keywords = page["subject"], page["keywords"]
        self.at = datetime.fromisoformat(page["at"])
        self.items = page["items"]
        self.seal = page["seal"]
        self.data = (folder / "certificate.json").read_bytes()
        self.pictures = {
            item["image"]["file"]: (folder / item["image"]["file"]).read_bytes()
            for item in self.items
            if "image" in item
        }


def all_sheets(inputs: Path) -> list[Sheet]:
    return [Sheet(folder) for folder in sorted(inputs.glob("case-*"))]
