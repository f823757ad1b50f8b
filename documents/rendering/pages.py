"""Page boxes of a paper as CSS: margins within Annex I, page numbers top centre, annexes from 1 again."""

from documents.content import PaperContent
from documents.rendering import fonts

NUMBER_SIZE = 13
"""Points of the page number (Annex I, II.2: 13 to 14, upright)."""


def page_styles(content: PaperContent) -> str:
    """The @page rules of one paper.

    Margins are those of the layout, on landscape sheets too. The number stands centred inside the top
    margin and is not shown on the first page of the paper, nor of an annex.
    """
    layout = content.layout
    margins = f"{layout.top}mm {layout.right}mm {layout.bottom}mm {layout.left}mm"
    family = fonts.family().replace('"', "")
    number = f'content: counter(page); font: {NUMBER_SIZE}pt "{family}"; padding-top: 3mm'
    rules = [
        f"@page {{ size: A4 portrait; margin: {margins}; @top-center {{ {number} }} }}",
        "@page :first { @top-center { content: none } }",
        "html, body { margin: 0; padding: 0 }",
        f'.paper {{ font-family: "{family}" }}',
    ]
    for index, annex in enumerate(content.annexes, start=1):
        name = f"annex-{index}"
        rules.append(f".paper.{name} {{ page: {name}; break-before: page }}")
        rules.append(f"@page {name} {{ size: A4 {annex.orientation} }}")
        first = "counter-reset: page 1; @top-center { content: none }"
        rules.append(f"@page :nth(1 of {name}) {{ {first} }}")
    return "\n".join(rules)
