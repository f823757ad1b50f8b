"""Text of a `.docx` or `.pdf`, read piece by piece; run as a process of its own with little memory.

`python -m library.extract FILE KIND` writes the text to standard output. It imports nothing of the portal.
"""

import resource
import sys
import zipfile
from collections.abc import Iterator

MOST_LETTERS = 3_000_000
MOST_PAGES = 3000
MEMORY = 768 * 2**20
SECONDS = 100
WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def docx_lines(path: str) -> Iterator[str]:
    """The paragraphs of a Word file, those of tables included; each element is dropped once read."""
    from lxml import etree  # type: ignore[import-untyped]

    with zipfile.ZipFile(path) as archive, archive.open("word/document.xml") as member:
        parts: list[str] = []
        walk = etree.iterparse(
            member, events=("end",), resolve_entities=False, no_network=True, huge_tree=False
        )
        for _event, element in walk:
            if element.tag == f"{WORD}t":
                parts.append(element.text or "")
            elif element.tag in {f"{WORD}tab", f"{WORD}br"}:
                parts.append(" ")
            elif element.tag == f"{WORD}p":
                yield "".join(parts)
                parts = []
                element.clear()
                while element.getprevious() is not None:
                    del element.getparent()[0]


def pdf_lines(path: str) -> Iterator[str]:
    """The text of every page of a PDF, one page in memory at a time."""
    from pypdf import PdfReader

    reader = PdfReader(path)
    for number in range(min(len(reader.pages), MOST_PAGES)):
        yield reader.pages[number].extract_text()
        reader.resolved_objects.clear()


def main(path: str, kind: str) -> int:
    """Write the text, at most so many letters."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    left = MOST_LETTERS
    for line in docx_lines(path) if kind == "docx" else pdf_lines(path):
        line = line[:left].encode("utf-8", "replace").decode()
        sys.stdout.write(line + "\n")
        left -= len(line) + 1
        if left <= 0:
            break
    return 0


if __name__ == "__main__":
    raise SystemExit(main(*sys.argv[1:3]))
