# SPDX-License-Identifier: MIT
"""The page that holdfast view writes, in a browser: what a user sees, types and clicks."""
import os
import sys
import unittest

import browser
from command import FOLDER, path, run

SKIPPED = 77


class Page(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        for name in 'server', 'large', 'nothing':
            status, _, err = run('view', path(name), '-o', cls.page(name))
            assert status == 0, err
        cls.browser = browser.Browser().__enter__()

    @classmethod
    def tearDownClass(cls):
        cls.browser.__exit__()

    @staticmethod
    def page(name):
        return os.path.join(FOLDER, name + '.html')

    def show(self, name, fragment=''):
        self.browser.open(self.page(name), fragment)
        self.browser.wait("document.getElementById('object')")

    def click(self, text, within='body'):
        """Clicks the first link or button that has the text, and waits for what it shows."""
        found = self.browser.tell(
            f"(() => {{ const all = [...document.querySelectorAll('{within} a, {within} button')];"
            f" const it = all.find(one => one.innerText.trim().startsWith('{text}'));"
            " it?.click(); return Boolean(it); })()")
        self.assertTrue(found, f'there is no {text} in {within}')

    def expect(self, selector, *parts):
        text = self.browser.text(selector)
        for part in parts:
            self.assertIn(part, text)

    def test_shows_sums_types_and_cycles_first(self):
        self.show('server')
        self.expect('#totals', '8 objects', '4.7 GiB', 'garbage: 3 objects')
        self.expect('#types', 'session', 'hf_array_items')
        self.expect('#cycles', 'analyzer.reporter -> reporter.owner -> analyzer',
                    'make reporter.owner weak')
        self.expect('#object', 'What retains most')
        self.expect('#sites', 'session_new (session.c:12)')

    def test_names_are_text_and_never_markup(self):
        self.show('server')
        self.expect('#types', 'text</script><!--<script>')

    def test_tells_the_way_to_an_object(self):
        self.show('server', '#object=11')
        self.expect('#object', 'session #11')
        self.expect('#path', 'hf_array_items.items[1]', 'server.sessions',
                    'server #1 is held from outside by 2 references', 'main (main.c:40)',
                    'global variable the_server')
        self.expect('#trail', 'server #1', 'hf_array_items #2')
        self.expect('#details', 'server (weak)')

    def test_follows_clicks(self):
        self.show('server')
        self.click('analyzer', '#types')
        self.browser.wait("document.getElementById('object').innerText.includes('1 object')")
        self.click('analyzer #3', '#details')
        self.browser.wait("document.getElementById('object').innerText === 'analyzer #3'")
        self.expect('#path', 'is in a garbage cycle')
        self.click('reporter #4', '#details')
        self.browser.wait("document.getElementById('object').innerText === 'reporter #4'")
        self.expect('#path', 'held by analyzer.reporter')

    def test_finds_what_is_typed(self):
        self.show('server')
        for typed, heading in [('#12', 'session #12'), ('0x1000', 'server #1'),
                               ('SESS', 'session: 3 objects')]:
            self.browser.tell(f"document.getElementById('query').value = '{typed}';"
                              "document.getElementById('search').requestSubmit()")
            self.browser.wait(f"document.getElementById('object').innerText === '{heading}'")

    def test_says_what_is_not_there(self):
        self.show('server', '#object=77')
        self.expect('#notice', 'There is nothing like 77')

    def test_sorts_tables(self):
        self.show('server')
        first = "document.querySelector('#types tbody tr').innerText"
        self.click('Objects', '#types')
        self.assertIn('session', self.browser.tell(first))
        self.click('Type', '#types')
        self.assertIn('analyzer', self.browser.tell(first))

    def test_of_a_large_heap_the_largest_are_there_and_the_rest_is_counted(self):
        self.show('large')
        self.expect('#notice', 'The 20,001 objects that retain most', '130,001 smaller ones')
        self.show('large', '#object=15000')
        self.expect('#path', 'held by link.next of link #14999', 'more steps',
                    'link #1 is held from outside by 1 reference')
        # What holds it is small, and here because it explains what is large.
        self.show('large', '#object=150002')
        self.expect('#path', 'held by leaf.partner of leaf #50072', 'owner.leaves[70]')
        self.show('large', '#object=50001')
        self.expect('#details', 'retains 8.3 MiB', 'that are not on this page')
        self.expect('#map', 'smaller objects')

    def test_of_nothing_is_a_page_as_well(self):
        self.show('nothing')
        self.expect('#totals', '0 objects', 'no garbage')

    def test_the_map_covers_what_it_should(self):
        self.show('server')
        area, tiles = self.browser.tell(
            "(() => { const map = document.getElementById('map');"
            " const box = map.getBoundingClientRect();"
            " const top = [...map.children].slice(0, 2).map(one => one.getBoundingClientRect());"
            " return [box.width * box.height,"
            " top.reduce((sum, one) => sum + one.width * one.height, 0)]; })()")
        self.assertGreater(tiles, 0.9 * area)


if __name__ == '__main__':
    if not browser.PROGRAM:
        print('skipped: there is no chromium here')
        sys.exit(SKIPPED)
    unittest.main()
