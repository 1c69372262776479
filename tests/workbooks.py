"""Small workbooks for tests, written by hand: what the project reads it never writes."""

import datetime
import zipfile
from xml.sax.saxutils import escape

TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PART = "application/vnd.openxmlformats-officedocument.spreadsheetml"


def write_workbook(path, sheets, hidden=()):
    """Write sheets, rows by name, with numbers and datetimes typed; give the path."""
    numbered = list(enumerate(sheets, start=1))
    states = {True: "hidden", False: "visible"}
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{TYPES}"><Default Extension="rels" ContentType='
        '"application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{PART}.sheet.main+xml"/>'
        f'<Override PartName="/xl/styles.xml" ContentType="{PART}.styles+xml"/>'
        + "".join(
            f'<Override PartName="/xl/sheet{number}.xml" ContentType="{PART}.worksheet+xml"/>'
            for number, _ in numbered
        )
        + "</Types>",
        "_rels/.rels": f'<Relationships xmlns="{RELATIONS}"><Relationship Id="r1" '
        f'Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>'
        + "".join(
            f'<sheet name="{escape(name)}" sheetId="{number}" r:id="r{number}" '
            f'state="{states[name in hidden]}"/>'
            for number, name in numbered
        )
        + "</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{RELATIONS}"><Relationship Id="r0" '
        f'Type="{OFFICE}/styles" Target="styles.xml"/>'
        + "".join(
            f'<Relationship Id="r{number}" Type="{OFFICE}/worksheet" Target="sheet{number}.xml"/>'
            for number, _ in numbered
        )
        + "</Relationships>",
        # Style 1 is a date with a time, which is number format 22.
        "xl/styles.xml": f'<styleSheet xmlns="{MAIN}"><cellXfs count="2"><xf numFmtId="0"/>'
        '<xf numFmtId="22" applyNumberFormat="1"/></cellXfs></styleSheet>',
    }
    for number, name in numbered:
        rows = "".join(
            f"<row>{''.join(_cell(value) for value in row)}</row>" for row in sheets[name]
        )
        parts[f"xl/sheet{number}.xml"] = (
            f'<worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData></worksheet>'
        )
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for part, content in parts.items():
            archive.writestr(part, content)
    return path


def _cell(value):
    if value is None:
        return "<c/>"
    if isinstance(value, datetime.datetime):
        days = (value - datetime.datetime(1899, 12, 30)) / datetime.timedelta(days=1)
        return f'<c s="1"><v>{days!r}</v></c>'
    if isinstance(value, int | float):
        return f"<c><v>{value!r}</v></c>"
    return f'<c t="inlineStr"><is><t xml:space="preserve">{escape(value)}</t></is></c>'
