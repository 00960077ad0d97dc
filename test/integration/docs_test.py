"""What the documentation shows is what the examples are, and what it points to is there."""

import os
import pathlib
import re
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
BLOCK = re.compile(r"^```cpp\n(.*?)^```", re.DOTALL | re.MULTILINE)
LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")


def without_whitespace(code):
    return "".join(code.split())


def section(text, title):
    return re.search(rf"^## {re.escape(title)}\n(.*?)(?=^## |\Z)", text,
                     re.DOTALL | re.MULTILINE)[1]


class DocsQuoteExamplesTest(unittest.TestCase):
    def test_every_block_of_code_stands_in_an_example(self):
        examples = [without_whitespace(file.read_text(encoding="utf-8"))
                    for file in sorted((ROOT / "apps" / "examples").glob("*.cpp"))]
        texts = {file.name: file.read_text(encoding="utf-8")
                 for file in sorted((ROOT / "docs").glob("*.md"))}
        readme = (ROOT / "README.md").read_text(encoding="utf-8")
        texts["README.md"] = section(readme, "In your own program")
        blocks = [(name, block) for name, text in texts.items() for block in BLOCK.findall(text)]
        self.assertTrue(any(name == "README.md" for name, _ in blocks))
        for name, block in blocks:
            with self.subTest(file=name, code=block.strip().splitlines()[0]):
                quoted = without_whitespace(block)
                self.assertTrue(any(quoted in example for example in examples),
                                f"no example in apps/examples has this code:\n{block}")

    def test_every_example_is_named_in_the_documentation(self):
        texts = "".join(file.read_text(encoding="utf-8")
                        for file in [ROOT / "README.md", *(ROOT / "docs").glob("*.md")])
        for file in (ROOT / "apps" / "examples").glob("*.cpp"):
            self.assertIn(f"apps/examples/{file.name}", texts)

    def test_every_link_to_a_file_leads_to_one(self):
        for file in [ROOT / "README.md", *(ROOT / "docs").glob("*.md")]:
            for target in LINK.findall(file.read_text(encoding="utf-8")):
                if not re.match(r"[a-z]+:", target):
                    with self.subTest(file=file.name, link=target):
                        self.assertTrue(os.path.exists(file.parent / target))


class ProtocolCoverageTest(unittest.TestCase):
    def test_every_feature_that_is_announced_stands_on_its_page(self):
        code = (ROOT / "actors" / "router" / "admission.cpp").read_text(encoding="utf-8")
        page = (ROOT / "docs" / "protocol-coverage.md").read_text(encoding="utf-8")
        for role in ("broker", "dealer"):
            announced = re.search(rf"{role}_has\{{(.*?)\}}", code, re.DOTALL)[1]
            features = re.findall(r'"(\w+)"', announced)
            self.assertGreater(len(features), 5)
            listed = section(page, f"Advanced Profile: {role}")
            for feature in features:
                self.assertIn(f"| {feature} |", listed)
