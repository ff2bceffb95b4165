#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""check_reference.py CC INCLUDE XML: the comments of the public headers answer what callers ask.

Each function, and each macro that is used like one, says what it returns, if it returns something;
of a pointer, who owns it and when it is NULL; of an int, what it means; and which threads may call
it, where the head of its header doesn't. "The same" and "as hf_new" take over what stands there.
XML is what Doxygen makes of the headers; CC tells what a macro amounts to.
"""
import os
import re
import subprocess
import sys
import xml.etree.ElementTree as ElementTree

from house import verdict

PROTOTYPE = re.compile(r'visibility\("default"\)[^;{}]*?\)\)\s*([^;{}()]*?)\b(hf_\w+)\s*\(')
MACRO = re.compile(r'^#define (hf_\w+)\([^)]*\) (.*)$', re.M)
IS_TYPE = re.compile(r'(?:union|struct)\b')
STANDS_THERE = re.compile(r'\b[Aa]s (?:\w+ )?(hf_\w+)')
ANSWERS = {
    'what it returns': re.compile(r'\b[Rr]eturn(?:s|ed)\b'),
    'who owns what it returns': re.compile(r'\b(?:[Oo]wne[dr]|borrowed|the library\'s)\b'),
    'when it returns NULL': re.compile(r'\bNULL\b|\bempty\b'),
    'what its number means': re.compile(r'errno|-1|\bwhether\b|\bor 0\b|can\'t fail|Returns 0\b'),
    'which threads may call it': re.compile(r'\b[Tt]hreads?\b'),
}
DESCRIPTIONS = ('briefdescription', 'detaileddescription', 'description')
QUESTIONS = {
    'void': (),
    'number': ('what it returns',),
    'int': ('what it returns', 'what its number means'),
    'view': ('what it returns', 'who owns what it returns'),
    'pointer': ('what it returns', 'who owns what it returns', 'when it returns NULL'),
}


def preprocessed(compiler, include, *options):
    return subprocess.run([compiler, '-E', f'-I{include}', *options, '-xc', '-'], check=True,
                          input='#include <holdfast/holdfast.h>\n', capture_output=True,
                          text=True).stdout


class Kinds:
    """What functions and macros return, by name."""

    def __init__(self, compiler, include):
        self.macros = dict(MACRO.findall(preprocessed(compiler, include, '-dM')))
        self.types = {name: kind for kind, name in
                      PROTOTYPE.findall(preprocessed(compiler, include, '-P'))}

    @staticmethod
    def of_type(words):
        if '*' in words:
            return 'pointer'
        if words.split()[-1:] == ['hf_slice']:
            return 'view'
        words = set(words.split()) - {'static', 'inline', 'const'}
        return words.pop() if words in ({'void'}, {'int'}) else 'number'

    def of_macro(self, name):
        """What the last thing that the macro does returns; None for a macro that is a type."""
        if name in self.types:
            return self.of_type(self.types[name])
        body = self.macros[name]
        if IS_TYPE.match(body):
            return None
        last = re.sub(r'^__extension__ ?\(\{(.*?);? *\}\)$', r'\1', body)
        last = re.split('[;}]', last)[-1].strip()
        if last.startswith('(('):
            return 'pointer'
        call = re.match(r'(hf_\w+)\(', last)
        if call and call[1] in self.macros:
            return self.of_macro(call[1])
        if call:
            return self.of_type(self.types[call[1]])
        return 'int' if re.search(rf'\bint {last} =', body) else 'pointer'


def text_of(element):
    words = ' '.join(' '.join(part.itertext()) for part in element if part.tag in DESCRIPTIONS)
    return ' '.join(words.split())


def members(folder):
    """Yields (header, its text, name, type, text) for all that is called, header by header."""
    for file in sorted(os.listdir(folder)):
        if not file.endswith('_8h.xml'):
            continue
        header = ElementTree.parse(os.path.join(folder, file)).getroot().find('compounddef')
        found = [(int(one.find('location').get('line')), one, part)
                 for part in header.findall('sectiondef') for one in part.findall('memberdef')
                 if one.get('kind') == 'function'
                 or one.get('kind') == 'define' and one.find('param') is not None]
        for _, one, part in sorted(found, key=lambda place: place[0]):
            kind = ''.join(one.find('type').itertext()) if one.find('type') is not None else None
            yield (header.findtext('compoundname'), text_of(header) + text_of(part),
                   one.findtext('name'), kind, text_of(one))


def check(kinds, folder):
    texts, before, count = {}, '', 0
    found = list(members(folder))
    for _, _, name, _, text in found:
        texts[name] = texts.get(name, '') + text
    for header, head, name, kind, text in found:
        if not name.startswith('hf_'):
            continue
        kind = kinds.of_macro(name) if kind is None else kinds.of_type(kind)
        if kind is None:
            continue
        count += 1
        all_of_it = text + ''.join(texts.get(other, '') for other in STANDS_THERE.findall(text))
        if re.match(r'\s*The same\b', text):
            all_of_it += before
        before = all_of_it
        for question in QUESTIONS[kind]:
            if not ANSWERS[question].search(all_of_it):
                yield f'{header}: {name} does not say {question}'
        if not ANSWERS['which threads may call it'].search(all_of_it + head):
            yield f'{header}: {name} does not say which threads may call it'
    if not count:
        yield f'{folder} has no functions'


def main():
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    compiler, include, folder = sys.argv[1:]
    verdict(check(Kinds(compiler, include), folder), 'every function answers what callers ask')


if __name__ == '__main__':
    main()
