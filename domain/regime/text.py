"""The stored text of law (法规文本): its wording exactly as printed, and how a place in it is cited and quoted.

A text is articles (条) of paragraphs (款) of items (项). Article 0 is what stands before article 1: the headnote
(题注), the promulgating order (公布令) or the circular (印发通知). A list of duties (权责清单) fits the same shape: its
duties are the articles, its named fields the paragraphs. Items are cited by ordinal, whatever label is printed.

The house's own text (`rank: house_rules`) says of each paragraph whether it is ours or drawn, by analogy, from general
law, and whether the wording of that law could be compared.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Literal, Self, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, Strict, model_validator
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

T = TypeVar("T")

PACKAGED = Path(__file__).parent / "texts"

_CITATION = re.compile(r"(?:([a-z]+-[a-z0-9]+):)?art\.(0|[1-9][0-9]*)(?:\.([1-9][0-9]*)(?:\.([1-9][0-9]*))?)?")


@dataclass(frozen=True, slots=True)
class Citation:
    """A place in a text by its numbers. `text` is the id of the text; None is the text at hand."""

    article: int
    paragraph: int | None = None
    item: int | None = None
    text: str | None = None

    def __post_init__(self) -> None:
        if self.item is not None and self.paragraph is None:
            raise ValueError(f"item {self.item} of article {self.article} is cited without its paragraph")

    def __str__(self) -> str:
        numbers = ".".join(str(n) for n in (self.article, self.paragraph, self.item) if n is not None)
        return f"{self.text}:art.{numbers}" if self.text else f"art.{numbers}"


def parse(written: str) -> Citation:
    """Read ``art.N``, ``art.N.P`` or ``art.N.P.I``, optionally after ``ID:``; ValueError for anything else."""
    found = _CITATION.fullmatch(written)
    if found is None:
        raise ValueError(f"not a citation: {written!r} (expected art.N, art.N.P or art.N.P.I, optionally after ID:)")
    text, article, paragraph, item = found.groups()
    return Citation(int(article), int(paragraph) if paragraph else None, int(item) if item else None, text)


@dataclass(frozen=True, slots=True)
class Quote:
    """The wording of a place, with its name.

    Attributes:
        citation: the place, with the id of its text.
        text: the wording cited and nothing else; lines joined by LF.
        label_zh: 第三十条第二款. The paragraph is left out where an article has only one, as drafting practice has it.
        label_en: art. 30.2, the numbers of the citation; preamble, preamble.1 for article 0.
        parts: the lines a reader needs to understand `text`: an item comes after its lead-in, with its printed label.
        en: English gloss, where the text has one; never law.
    """

    citation: Citation
    text: str
    label_zh: str
    label_en: str
    parts: tuple[str, ...]
    en: str | None = None


def _as_printed(wording: str) -> str:
    if not wording or wording != wording.strip() or not unicodedata.is_normalized("NFC", wording):
        raise ValueError("wording is not empty, has no space around it and is NFC")
    return wording


Wording = Annotated[str, AfterValidator(_as_printed)]
Day = Annotated[date, Strict()]


class _Stored(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Source(_Stored):
    """A provision of general law that a paragraph of ours is drawn from; `checked`: its wording could be compared."""

    cite: Wording
    checked: bool


class Item(_Stored):
    """An item (项) with its label as printed, e.g. （六）."""

    label: Wording
    text: Wording

    @property
    def line(self) -> str:
        """The item as printed."""
        return self.label + self.text


class Paragraph(_Stored):
    """A paragraph (款): its text, or the lead-in of its items. `name` is the field's name in a list of duties.

    Only such a field may hold items without a lead-in.
    """

    text: Wording | Literal[""] = ""
    items: tuple[Item, ...] = ()
    name: Wording | None = None
    en: Wording | None = None
    ours: bool | None = None
    sources: tuple[Source, ...] = ()

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if not self.text and not (self.name and self.items):
            raise ValueError("a paragraph has text; only a named field may hold nothing but items")
        return self

    @property
    def lead(self) -> tuple[str, ...]:
        """The line before the items, if there is one."""
        return (self.text,) if self.text else ()

    @property
    def lines(self) -> tuple[str, ...]:
        """The paragraph as printed, a line for the text and one for each item."""
        return (*self.lead, *(item.line for item in self.items))

    @property
    def checked(self) -> bool:
        """Whether the wording of every source could be compared."""
        return all(source.checked for source in self.sources)


class Article(_Stored):
    """An article (条), or a duty of a list. `heading` is what it is called besides its number."""

    n: int = Field(ge=0)
    heading: Wording | None = None
    paragraphs: tuple[Paragraph, ...] = Field(min_length=1)


class Chapter(_Stored):
    """A chapter (章): its heading as printed, and its first article."""

    heading: Wording
    first: int


class Origin(_Stored):
    """Metadata of the publication the text was taken from, as quoted there."""

    reference: Wording
    link: Wording


class LawText(_Stored):
    """One text in one version. `complete: false` means that wording is missing, and `articles` may be empty."""

    id: Annotated[str, Field(pattern=r"^[a-z]+-[a-z0-9]+$")]
    title: Wording
    title_en: Wording
    rank: Literal["law", "administrative_regulation", "government_rule", "normative_document", "house_rules"]
    numbering: Literal["article", "duty"] = "article"
    issuer: Wording | None = None
    number: Wording | None = None
    published_on: Day | None = None
    valid_from: Day | None = None
    complete: bool
    article_count: int
    source: Origin | None = None
    source_digest: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")] | None = None
    chapters: tuple[Chapter, ...] = ()
    articles: tuple[Article, ...] = ()

    @model_validator(mode="after")
    def _numbered_without_gap(self) -> Self:
        numbers = [article.n for article in self.articles]
        first = numbers[0] if numbers else 1
        if first > 1 or numbers != list(range(first, first + len(numbers))):
            raise ValueError(f"articles of {self.id} are not numbered in order: {numbers}")
        held = sum(n > 0 for n in numbers)
        if held > self.article_count or (self.complete and held != self.article_count):
            raise ValueError(f"{self.id} holds {held} articles of {self.article_count}; complete: {self.complete}")
        firsts = [chapter.first for chapter in self.chapters]
        if firsts != sorted(set(firsts)) or not set(firsts) <= set(numbers):
            raise ValueError(f"chapters of {self.id} do not start at its articles, in order: {firsts}")
        return self

    @model_validator(mode="after")
    def _says_what_is_ours(self) -> Self:
        house = self.rank == "house_rules"
        for paragraph in (each for article in self.articles for each in article.paragraphs):
            if (paragraph.ours is not None) != house or (paragraph.sources and not house):
                raise ValueError(f"our own text, and only that, says of each paragraph whether it is ours: {self.id}")
            if house and (paragraph.en is None or not (paragraph.ours or paragraph.sources)):
                raise ValueError(f"a paragraph of our own text has a gloss, and a source unless ours: {self.id}")
        return self

    def resolves(self, citation: Citation) -> bool:
        """Whether the place exists in this text."""
        try:
            return bool(self._find(citation))
        except LookupError:
            return False

    def quote(self, citation: Citation) -> Quote:
        """The wording of a place of this text; LookupError if there is no such place, or it is in another text."""
        article, paragraph, item = self._find(citation)
        cited = article.paragraphs if paragraph is None else (paragraph,)
        parts = tuple(line for each in cited for line in each.lines)
        if paragraph is not None and item is not None:
            parts = (*paragraph.lead, item.line)
        return Quote(
            citation=replace(citation, text=self.id),
            text="\n".join(parts) if item is None else item.text,
            label_zh=self._label_zh(article, paragraph, citation),
            label_en=_label_en(citation),
            parts=parts,
            en="\n".join(each.en for each in cited if each.en) or None,
        )

    def citations(self) -> Iterator[Citation]:
        """Every place of the text in printed order: each article, then its paragraphs, each followed by its items."""
        for article in self.articles:
            yield Citation(article.n, text=self.id)
            for p, paragraph in enumerate(article.paragraphs, 1):
                yield Citation(article.n, p, text=self.id)
                for i in range(1, len(paragraph.items) + 1):
                    yield Citation(article.n, p, i, self.id)

    def lines(self) -> Iterator[str]:
        """The text as printed, without indentation: what `source_digest` is the SHA-256 of, joined by LF, in UTF-8."""
        yield self.title
        chapters = {chapter.first: chapter.heading for chapter in self.chapters}
        for article in self.articles:
            if article.n in chapters:
                yield chapters[article.n]
            printed = [line for paragraph in article.paragraphs for line in paragraph.lines]
            if article.n > 0:
                if article.heading is not None:
                    printed.insert(0, article.heading)
                if self.numbering == "article":
                    printed[0] = f"第{chinese_number(article.n)}条\N{IDEOGRAPHIC SPACE}{printed[0]}"
            yield from printed

    def _find(self, citation: Citation) -> tuple[Article, Paragraph | None, Item | None]:
        paragraph = item = None
        articles = self.articles if citation.text in (None, self.id) else ()
        try:
            article = _nth(articles, citation.article + (1 - articles[0].n))
            if citation.paragraph is not None:
                paragraph = _nth(article.paragraphs, citation.paragraph)
                item = None if citation.item is None else _nth(paragraph.items, citation.item)
        except IndexError:
            raise LookupError(f"{self.id} holds no {citation}") from None
        return article, paragraph, item

    def _label_zh(self, article: Article, paragraph: Paragraph | None, citation: Citation) -> str:
        label = f"第{chinese_number(article.n)}{'条' if self.numbering == 'article' else '项职责'}"
        if article.n == 0:
            label = article.heading or "前言"
        if paragraph is not None and citation.paragraph is not None and len(article.paragraphs) > 1:
            label += f"“{paragraph.name}”" if paragraph.name else f"第{chinese_number(citation.paragraph)}款"
        return label if citation.item is None else f"{label}第{chinese_number(citation.item)}项"


def _label_en(citation: Citation) -> str:
    name = "art. {}" if citation.article else "preamble"
    below = "".join(f".{n}" for n in (citation.paragraph, citation.item) if n is not None)
    return name.format(citation.article) + below


def _nth(things: tuple[T, ...], ordinal: int) -> T:
    if ordinal < 1:
        raise IndexError(ordinal)
    return things[ordinal - 1]


def chinese_number(n: int) -> str:
    """An integer from 1 to 9999 as statutes print it: 10 is 十, 33 三十三, 101 一百零一."""
    printed, gap = "", False
    for size, unit in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit, n = divmod(n, size)
        if digit:
            printed += ("零" if gap else "") + "零一二三四五六七八九"[digit] + unit
        gap = bool(printed) and not digit
    return printed.removeprefix("一") if printed.startswith("一十") else printed


def read_text(source: str) -> LawText:
    """Read a text from YAML; ValueError if a key comes twice, a field is unknown or the text contradicts itself."""
    try:
        return LawText.model_validate(YAML(typ="safe").load(source))
    except YAMLError as error:
        raise ValueError(str(error)) from error


@cache
def texts() -> Mapping[str, LawText]:
    """The packaged texts by id."""
    found = (read_text(path.read_text(encoding="utf-8")) for path in sorted(PACKAGED.glob("*.yaml")))
    return MappingProxyType({text.id: text for text in found})


def load_text(text_id: str) -> LawText:
    """The packaged text of that id; LookupError if there is none."""
    try:
        return texts()[text_id]
    except KeyError:
        raise LookupError(f"no stored text {text_id!r}; there are {', '.join(texts())}") from None
