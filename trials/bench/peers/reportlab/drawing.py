"""Draws a sheet with ReportLab."""

from io import BytesIO
from pathlib import Path

from reportlab.lib.utils import ImageReader
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import FILL_NON_ZERO, Canvas

from sheet import Sheet

POINTS = 72 / 25.4
FONT = "NotoSerifSC"


class Drawing:
    """Holds the font, which is parsed once; each document takes its own subset."""

    def __init__(self, font: Path):
        pdfmetrics.registerFont(TTFont(FONT, str(font)))

    def draw(self, sheet: Sheet) -> BytesIO:
        out = BytesIO()
        size = (sheet.width * POINTS, sheet.height * POINTS)
        canvas = Canvas(out, pagesize=size, pageCompression=1, lang="zh-CN", initialFontName=FONT)
        canvas.setTitle(sheet.title)
        canvas.setAuthor(sheet.author)
        canvas.setSubject(sheet.subject)
        canvas.setKeywords(sheet.keywords)
        for item in sheet.items:
            if "text" in item:
                _text(canvas, sheet, item["text"])
            elif "path" in item:
                _path(canvas, sheet, item["path"])
            else:
                _image(canvas, sheet, item["image"])
        canvas.showPage()
        canvas.save()
        out.seek(0)
        return out


def _rgb(color):
    return [c / 255 for c in color]


def _text(canvas: Canvas, sheet: Sheet, text) -> None:
    canvas.setFillColorRGB(*_rgb(text["color"]))
    canvas.setFont(FONT, text["size"] * POINTS)
    canvas.drawString(text["x"] * POINTS, (sheet.height - text["y"]) * POINTS, text["body"])


def _path(canvas: Canvas, sheet: Sheet, shape) -> None:
    path = canvas.beginPath()
    for op in shape["ops"]:
        at = [(v if i % 2 == 0 else sheet.height - v) * POINTS for i, v in enumerate(op.get("at", ()))]
        if op["op"] == "M":
            path.moveTo(*at)
        elif op["op"] == "L":
            path.lineTo(*at)
        elif op["op"] == "B":
            path.curveTo(*at)
        else:
            path.close()
    fill, stroke = shape.get("fill"), shape.get("stroke")
    if fill:
        canvas.setFillColorRGB(*_rgb(fill))
    if stroke:
        canvas.setStrokeColorRGB(*_rgb(stroke))
        canvas.setLineWidth(shape["width"] * POINTS)
    canvas.drawPath(path, stroke=int(bool(stroke)), fill=int(bool(fill)), fillMode=FILL_NON_ZERO)


def _image(canvas: Canvas, sheet: Sheet, image) -> None:
    canvas.drawImage(
        ImageReader(BytesIO(sheet.pictures[image["file"]])),
        image["x"] * POINTS,
        (sheet.height - image["y"] - image["h"]) * POINTS,
        image["w"] * POINTS,
        image["h"] * POINTS,
        mask="auto",
    )
