#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""filter.py HEADER: writes a public header as Doxygen wants to read it.

Knows how the headers of this project are commented. A plain comment describes what stands below it,
up to the next blank line, or what stands before it on its line. Indented lines are code. "Owner:",
"Errors:", "Threads:", "Cost:" begin a part of their own. A comment that begins with `hf_name(p): `
is about a function that is declared elsewhere, and "---- words ----" heads a part of the page.
Lines that begin with the name of a header are a list of headers, in columns.
"""
import os
import re
import sys

FACT = re.compile(r'(?:^|(?<=[.;)])\s+)((?:Owner|Errors|Exactness|Threads|Cost|Overhead)'
                  r'(?:, \w+)*): ', re.M)
ELSEWHERE = re.compile(r'(hf_\w+)\(\w+\): ')
HEADING = re.compile(r'-{4} (.*) -{4}$')
LIST = re.compile(r' +(?:- |\d\. )')
NAME = re.compile(r'\b(?:hf|HF)_\w*[^\W_]\b(?!\()')
HEADERS = re.compile(r'\w+\.h(?:pp)? .* {2}|\w+\.h(?:pp)? {2}')
ENTRY = re.compile(r'(\w+\.h(?:pp)?) +(.*?)(?= {2}|$)', re.M)
NO_TEXT = re.compile(r'clang-format (?:on|off)|Declared here ')
COMMENT = re.compile(r'( *)/\*(.*)')
SEVERAL = re.compile(r'( +(?:\w+ )+)(\w+(?:, \w+)+);$')
ONE_VALUE = re.compile(r'enum \{ (\w+ = .*) \};$')
BEHIND = re.compile(r'(.*\S) +/\*(.*)')
DECLARES = re.compile(r' *(?:#define|(?!HF_(?:DECLARE|BEGIN|END))[A-Za-z\[])')
AROUND = re.compile(r'HF_(?:BEGIN|END)_\w+$')
IS_NO_BODY = re.compile(r' *(?:class|namespace|struct|union|enum)\b')


# ---- the text of a comment -----------------------------------------------------------------------

def escaped(text):
    """The text with what Doxygen takes for marks made plain, and names as links, outside code."""
    def plain(part):
        return NAME.sub(r'#\g<0>', re.sub(r'([\\@<>#%*])', r'\\\1', part))
    return ''.join(part if part.startswith('`') else plain(part)
                   for part in re.split(r'(`[^`]*`)', text))


def with_facts(text):
    return FACT.sub(lambda match: f'\n\n@par {match[1]}\n', text)


def kind_of(line, before):
    if not line.strip():
        return 'code' if before == 'code' else None
    if line.startswith('    ') and before in (None, 'code'):
        return 'code'
    if HEADERS.match(line):
        return 'headers'
    if LIST.match(line):
        return 'list'
    return before if before in ('list', 'text') else 'text'


def blocks(lines):
    """Yields (kind, lines) for each paragraph, list and piece of code."""
    kind, block = None, []
    for line in lines:
        now = kind_of(line, kind)
        if now != kind and block:
            yield kind, block
            block = []
        kind = now
        if kind:
            block.append(line)
    if block:
        yield kind, block


def text_for_doxygen(lines):
    parts = []
    for kind, block in blocks(lines):
        text = '\n'.join(block).strip('\n')
        if kind == 'code':
            parts.append(f'@code{{.c}}\n{text}\n@endcode')
        elif kind == 'headers':
            parts.append('\n'.join(f'- {name}: {what}' for name, what in ENTRY.findall(text)))
        elif kind == 'list':
            parts.append(escaped(text))
        else:
            parts.append(with_facts(escaped(text)))
    return '\n\n'.join(parts)


# ---- the header --------------------------------------------------------------------------------

def one_by_one(line):
    """What is declared together on a line, since a comment would be about the last, or the enum."""
    several, value = SEVERAL.match(line), ONE_VALUE.match(line)
    if value:
        return ['enum {', f'{value[1]} }};']
    return [f'{several[1]}{name};' for name in several[2].split(', ')] if several else [line]


class Header:
    """The lines of a header, and how far they are read."""

    def __init__(self, path):
        with open(path, encoding='utf-8') as file:
            self.lines = file.read().split('\n')
        self.is_main = os.path.basename(path) == 'holdfast.h'
        self.at, self.doc, self.depth, self.is_in_part = 0, None, 0, False

    def comment(self, first):
        """The lines of the comment of which this is the first; the last read line has its end."""
        lines = [first]
        while '*/' not in lines[-1]:
            self.at += 1
            lines.append(re.sub(r'^ *\*(?!/) ?', '', self.lines[self.at]))
        lines[-1] = lines[-1].split('*/')[0].rstrip()
        lines[0] = lines[0].removeprefix(' ')
        return lines

    def above(self, lines):
        """What a comment of its own becomes."""
        text = '\n'.join(lines)
        if lines[0].startswith('SPDX'):
            about = text_for_doxygen(lines[1:])
            main = f'\n/** @mainpage Reference\n{about} */' if self.is_main else ''
            return f'/** @file\n{about} */{main}'
        if NO_TEXT.match(text):
            return ''
        heading = HEADING.match(lines[0])
        if heading:
            end = '/** @} */\n' if self.is_in_part else ''
            self.is_in_part = True
            return (f'{end}/** @name {heading[1].capitalize()}\n'
                    f'{text_for_doxygen(lines[1:])} */\n/** @{{ */')
        elsewhere = ELSEWHERE.match(text)
        if elsewhere:
            about = text_for_doxygen(text[elsewhere.end():].split('\n'))
            return f'/** @fn void {elsewhere[1]}(void *object)\n{about[0].upper() + about[1:]} */'
        self.doc = f'/** {text_for_doxygen(lines)} */'
        return self.doc

    def body(self):
        """Yields the rest of a function or of a macro, unchanged."""
        line = self.lines[self.at]
        if line.endswith('\\'):
            def is_last(text):
                return not text.endswith('\\')
        else:
            last = line.replace('{', '}')

            def is_last(text):
                return text == last
        while True:
            yield self.lines[self.at]
            if is_last(self.lines[self.at]):
                return
            self.at += 1

    def statement(self):
        """Yields the lines of a declaration, with comments that stand behind its parts."""
        line = self.lines[self.at]
        before = self.lines[self.at - 1]
        behind = BEHIND.match(line)
        if line.endswith('\\') or (line.strip() == '{' and not IS_NO_BODY.match(before)):
            yield from self.body()
        elif behind and not line.startswith('#if'):
            about = text_for_doxygen([part.strip() for part in self.comment(behind[2])])
            for one in one_by_one(behind[1]):
                yield f'{one} /**< {about} */'
        elif AROUND.match(line):
            self.doc = None
            yield ''
        else:
            yield f'\n{self.doc}\n'.join(one_by_one(line))

    def __iter__(self):
        while self.at < len(self.lines):
            own = COMMENT.match(self.lines[self.at])
            if own:
                self.depth = 0
                yield self.above(self.comment(own[2]))
            else:
                first = self.at
                yield from self.statement()
                yield from self.again(self.lines[first:self.at + 1])
            self.at += 1
        if self.is_in_part:
            yield '/** @} */'

    def again(self, read):
        """Yields the comment once more, if a declaration ends here and it describes the next."""
        code = re.sub(r'/\*.*?(\*/|$)', '', '\n'.join(read)).rstrip()
        self.depth += len(re.findall('[{(]', code)) - len(re.findall('[})]', code))
        if not code or code.startswith('#endif'):
            self.doc = None
        is_end = code.endswith((';', '}')) or code.startswith('#define')
        following = self.lines[self.at + 1] if self.at + 1 < len(self.lines) else ''
        if self.doc and is_end and not self.depth and DECLARES.match(following):
            yield self.doc


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    print('\n'.join(Header(sys.argv[1])))


if __name__ == '__main__':
    main()
