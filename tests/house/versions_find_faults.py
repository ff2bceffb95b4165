# SPDX-License-Identifier: MIT
"""versions_find_faults.py TOOLS: each place that names the version is wrong once, and is found.

Knows tools/check_versions.py by what it prints. Every test makes a small tree of one version, and
changes one thing in it.
"""
import os
import subprocess
import sys
import tempfile
import unittest

TOOLS = sys.argv.pop() if len(sys.argv) > 1 else sys.exit(__doc__)

GOOD = {
    'include/holdfast/version.h': ('#define HF_VERSION_MAJOR 1\n#define HF_VERSION_MINOR 2\n'
                                   '#define HF_VERSION_PATCH 3\n'),
    'CHANGELOG.md': '# Changes\n\n## 1.2.3, not yet released\n\n## 1.2.2, 2026-01-31\n',
    'README.md': '# One\n\nfind_package(holdfast 1.2)\n',
    'cmake/debian/changelog': 'holdfast (1.2.3-1) unstable\n\n -- Us <us@example.org>  then\n',
    'src/exports.map': 'HOLDFAST_1.2 {\n};\nHOLDFAST_1.2.3 {\n} HOLDFAST_1.2;\n',
}


class VersionsFindFaults(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = folder.name
        for path, text in GOOD.items():
            self.write(path, text)

    def write(self, path, text):
        path = os.path.join(self.root, path)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, 'w', encoding='utf-8') as file:
            file.write(text)

    def check(self, *options):
        """Returns the exit status and what the check wrote."""
        done = subprocess.run([sys.executable, '-B', os.path.join(TOOLS, 'check_versions.py'),
                               self.root, *options], capture_output=True, text=True, check=False)
        return done.returncode, done.stdout + done.stderr

    def finds(self, path, text, fault, *options):
        self.write(path, text)
        status, output = self.check(*options)
        self.assertIn(fault, output)
        self.assertEqual(status, 1)

    def test_one_version_is_praised(self):
        self.assertEqual(self.check(), (0, 'there is one version\n'))

    def test_another_version_in_the_changes_is_found(self):
        self.finds('CHANGELOG.md', '## 1.2.2, 2026-01-31\n', 'CHANGELOG.md: the newest')

    def test_another_version_of_the_packages_is_found(self):
        self.finds('cmake/debian/changelog', 'holdfast (1.2.2-1) unstable\n', 'changelog: the')

    def test_a_page_that_asks_for_another_version_is_found(self):
        self.finds('docs/two.md', 'find_package(holdfast 1.1)\n', 'docs/two.md: find_package')

    def test_a_name_of_another_version_is_found(self):
        self.finds('src/exports.map', 'HOLDFAST_1.1 {\n};\n', 'HOLDFAST_1.1 is no version')
        self.finds('src/exports.map', 'HOLDFAST_1.2.4 {\n};\n', 'HOLDFAST_1.2.4 is no version')

    def test_names_without_a_version_are_found(self):
        self.finds('src/exports.map', '{\n};\n', 'no name has a version')

    def test_a_release_without_a_date_is_found(self):
        self.finds('CHANGELOG.md', GOOD['CHANGELOG.md'], '1.2.3 has no date', '--release')

    def test_a_release_whose_maintainer_has_no_address_is_found(self):
        self.finds('CHANGELOG.md', '## 1.2.3, 2026-02-28\n', 'nobody can be reached', '--release')

    def test_a_release_with_date_and_address_is_praised(self):
        self.write('CHANGELOG.md', '## 1.2.3, 2026-02-28\n')
        self.write('cmake/debian/changelog', 'holdfast (1.2.3-1) u\n -- Us <us@here.net>  then\n')
        self.assertEqual(self.check('--release')[0], 0)


if __name__ == '__main__':
    unittest.main()
