# SPDX-License-Identifier: MIT
"""checks_find_faults.py TOOLS: each rule of the house is broken once, and its check must say so.

Knows the checks by what they print. Every test makes a small tree that keeps the rules, and changes
one thing in it.
"""
import os
import shutil
import subprocess
import sys
import tempfile
import unittest

TOOLS = sys.argv.pop() if len(sys.argv) > 1 else sys.exit(__doc__)

COMPILERS = ('gcc', 'g++', 'cmake')
AFTER = 'after tests/house/preamble.h -->\n'
LICENCE = '/* SPDX-License-Identifier: MIT */\n'
GOOD = {
    '.clang-format': 'ColumnLimit: 100\n',
    'CMakeLists.txt': '# SPDX-License-Identifier: MIT\n',
    'run': '# SPDX-License-Identifier: MIT\n  test [WORD]  run the tests\n',
    '.ci/run': '# SPDX-License-Identifier: MIT\n',
    'README.md': ('# One\n\n<!-- examples/first.c -->\n```c\nint one;\n```\n'
                  '[two](docs/two.md#a-head)\n'),
    'docs/two.md': '# A head\n',
    'examples/CMakeLists.txt': '# SPDX-License-Identifier: MIT\nadd_executable(first first.c)\n',
    'CMakePresets.json': '{"name": "dev"}\n',
    'tests/house/preamble.h': LICENCE + 'typedef struct node node;\n',
    'tests/house/preamble.cmake': '# SPDX-License-Identifier: MIT\n',
    'examples/first.c': LICENCE + '/* begin README */\n    int one;\n/* end README */\n',
    'src/FLOORS': '# SPDX-License-Identifier: MIT\nground\nfirst\n',
    'src/exports.map': LICENCE,
    'src/ground/ground.h': LICENCE,
    'src/ground/inner.h': LICENCE,
    'src/ground/ground.c': LICENCE + '#include "ground/inner.h"\nint\nhf_ground(void)\n{\n}\n',
    'src/first/first.h': LICENCE,
    'src/first/first.c': LICENCE + '#include "ground/ground.h"\n',
}


def write(root, path, text):
    path = os.path.join(root, path)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, 'w', encoding='utf-8') as file:
        file.write(text)


class ChecksFindFaults(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix='a blank ')
        self.addCleanup(folder.cleanup)
        self.root = folder.name
        for path, text in GOOD.items():
            write(self.root, path, text)

    def check(self, name, *arguments):
        """Returns the exit status and what the check wrote."""
        done = subprocess.run([sys.executable, '-B', os.path.join(TOOLS, name), *arguments],
                              cwd=self.root, capture_output=True, text=True, check=False)
        return done.returncode, done.stdout + done.stderr

    def finds(self, text, name, *arguments):
        status, output = self.check(name, *arguments)
        self.assertIn(text, output)
        self.assertEqual(status, 1)

    def test_a_good_tree_is_praised(self):
        for name, argument in (('check_floors.py', 'src'), ('check_atomics.py', '.'),
                               ('check_shape.py', '.'), ('check_docs.py', '.')):
            self.assertEqual(self.check(name, argument)[0], 0, self.check(name, argument))
        self.assertEqual(self.code('text', 'any;')[0], 0, self.code('text', 'any;'))

    def test_an_include_that_goes_up_is_found(self):
        write(self.root, 'src/ground/up.c', '#include "first/first.h"\n')
        self.finds('first is not on a lower floor', 'check_floors.py', 'src')

    def test_an_include_past_the_door_is_found(self):
        write(self.root, 'src/first/past.c', '#include "ground/inner.h"\n')
        self.finds('the door is ground/ground.h', 'check_floors.py', 'src')

    def test_an_include_from_beside_is_found(self):
        write(self.root, 'src/first/beside.c', '#include "first.h"\n')
        self.finds('write it from src', 'check_floors.py', 'src')

    def test_an_include_of_everything_is_found(self):
        write(self.root, 'src/first/all.c', '#include <holdfast/holdfast.h>\n')
        self.finds('the one header', 'check_floors.py', 'src')

    def test_a_room_without_a_floor_is_found(self):
        write(self.root, 'src/cellar/cellar.c', '')
        self.finds('cellar/ has no floor', 'check_floors.py', 'src')

    def compile(self, path, text):
        write(self.root, 'src/' + path, text)
        there = os.path.join(self.root, path + '.o')
        os.makedirs(os.path.dirname(there), exist_ok=True)
        subprocess.run(['gcc', '-c', os.path.join(self.root, 'src', path), '-o', there], check=True)
        return there

    def test_a_name_from_a_higher_floor_is_found(self):
        lower = self.compile('ground/a.c', 'void hfi_up(void); void hfi_a(void) { hfi_up(); }')
        upper = self.compile('first/b.c', 'void hfi_up(void) {}')
        self.finds('hfi_up lives in first', 'check_links.py', 'nm', 'src', lower, upper)

    def test_a_name_that_nobody_defines_is_found(self):
        lower = self.compile('ground/a.c', 'void hfi_up(void); void hfi_a(void) { hfi_up(); }')
        self.finds('nobody defines hfi_up', 'check_links.py', 'nm', 'src', lower)

    def shown(self, source, names):
        """What check_exports.py is called with for a library in which exports.map names these."""
        header = '__attribute__((visibility("default"))) void hf_a(void);'
        write(self.root, 'include/holdfast/holdfast.h', header)
        write(self.root, 'src/exports.map', f'V_1 {{ global: {names} local: *; }};\n')
        library = os.path.join(self.root, 'library.so')
        script = '-Wl,--version-script=' + os.path.join(self.root, 'src/exports.map')
        subprocess.run(['gcc', '-shared', '-fPIC', script, '-xc', '-', '-o', library],
                       input=source, text=True, check=True)
        return 'check_exports.py', 'nm', 'gcc', 'include', 'src/exports.map', library

    def test_a_library_that_shows_what_is_declared_is_praised(self):
        status, output = self.check(*self.shown('void hf_a(void) {}', 'hf_a;'))
        self.assertEqual(status, 0, output)

    def test_a_foreign_name_that_is_shown_is_found(self):
        source = 'void hf_a(void) {} void helper(void) {}'
        self.finds('helper is shown', *self.shown(source, 'hf_a; helper;'))

    def test_a_declared_name_that_is_not_shown_is_found(self):
        self.finds('hf_a is declared, and not shown', *self.shown('void hf_b(void) {}', 'hf_b;'))

    def test_a_name_that_the_list_of_exports_hides_in_a_wildcard_is_found(self):
        self.finds('exports.map does not name it', *self.shown('void hf_a(void) {}', 'hf_*;'))

    def test_a_name_that_is_listed_and_does_not_exist_is_found(self):
        self.finds('hf_c stands in exports.map', *self.shown('void hf_a(void) {}', 'hf_a; hf_c;'))

    def test_a_name_in_another_version_than_listed_is_found(self):
        library = self.shown('void hf_a(void) {}', 'hf_a;')
        write(self.root, 'src/exports.map', 'V_2 { global: hf_a; local: *; };\n')
        self.finds('hf_a is shown in version V_1, not in V_2', *library)

    def atomics(self, code):
        write(self.root, 'src/ground/atoms.c', LICENCE + code)
        return self.check('check_atomics.py', '.')

    def test_a_builtin_outside_its_file_is_found(self):
        self.assertEqual(self.atomics('int a = __atomic_load_n(&b, 0);\n')[0], 1)

    def test_a_prefetch_outside_its_file_is_found(self):
        self.assertEqual(self.atomics('void f(void) { __builtin_prefetch(p); }\n')[0], 1)

    def test_an_ordering_without_a_reason_is_found(self):
        self.assertEqual(self.atomics('int\nf(void)\n{\n    atomic_load_acquire(p);\n}\n')[0], 1)

    def test_a_reason_for_another_ordering_is_found(self):
        code = ('/* release: so; pairs with: g. */\nint\nf(void)\n{\n'
                '    atomic_load_acquire(p);\n}\n')
        self.assertEqual(self.atomics(code)[0], 1)

    def test_a_reason_in_another_function_is_found(self):
        code = ('/* acquire: so; pairs with: g. */\nint\nf(void)\n{\n}\n\n'
                'int\nh(void)\n{\n    atomic_load_acquire(p);\n}\n')
        self.assertEqual(self.atomics(code)[0], 1)

    def test_a_reason_without_a_partner_is_found(self):
        code = '/* acquire: so. */\nint\nf(void)\n{\n    atomic_load_acquire(p);\n}\n'
        self.assertEqual(self.atomics(code)[0], 1)

    def test_a_reason_above_the_use_or_the_function_is_enough(self):
        reason = '/* acquire: so.\n * pairs\n * with: g. */'
        above_use = f'int\nf(void)\n{{\n    {reason}\n    atomic_load_acquire(p);\n}}\n'
        above_function = f'{reason}\nint\nf(void)\n{{\n    atomic_load_acquire(p);\n}}\n'
        self.assertEqual(self.atomics(above_use)[0], 0)
        self.assertEqual(self.atomics(above_function)[0], 0)

    def shape(self, path, text, fault):
        write(self.root, path, text)
        self.finds(fault, 'check_shape.py', '.')

    def test_a_file_without_a_licence_is_found(self):
        self.shape('tests/a.c', 'int a;\n', 'the licence is missing')

    def test_a_long_file_is_found(self):
        self.shape('tests/a.c', LICENCE + '\n' * 400, '401 lines')

    def test_a_wide_line_is_found(self):
        self.shape('tests/a.c', LICENCE + '/' * 101 + '\n', '101 columns')

    def test_a_long_function_is_found(self):
        self.shape('tests/a.c', LICENCE + 'int\nf(void)\n{\n' + '\n' * 59 + '}\n', '61 lines')

    def test_a_long_function_of_python_is_found(self):
        self.shape('tests/a.py', '# ' + LICENCE + 'def f():\n' + '    pass\n' * 60, '61 lines')

    def test_files_of_all_kinds_are_looked_at(self):
        for path in ('include/a.hpp', 'tests/a.cc', 'tools/a.py', 'tools/a.sh', 'docs/man/a.1',
                     'tools/page/a.js', 'bench/a.rs'):
            with self.subTest(path):
                self.shape(path, 'nothing\n', f'{path}:1: the licence is missing')

    def test_long_functions_in_src_are_found(self):
        self.shape('src/ground/ground.c', LICENCE + 'int\nf(void)\n{\n' + '\n' * 24 + '}\n',
                   'has 26 lines')

    def test_a_debt_is_found(self):
        self.shape('tests/a.c', LICENCE + '/* TO' + 'DO */\n', 'do it')
        self.shape('tests/a.c', LICENCE + '#if ' + '0\n', 'do it')

    def test_two_files_of_one_name_are_found(self):
        self.shape('src/first/ground.c', LICENCE, 'has the same name')

    def docs(self, path, text, fault):
        write(self.root, path, text)
        self.finds(fault, 'check_docs.py', '.')

    def test_a_link_to_nothing_is_found(self):
        self.docs('docs/two.md', '# A head\n[three](three.md)\n', 'three.md does not exist')

    def test_a_link_to_no_heading_is_found(self):
        self.docs('docs/two.md', '# Another\n', 'no heading #a-head')

    def inside(self, rules, table, fault):
        write(self.root, 'docs/internals/word.md', rules)
        write(self.root, 'docs/internals/README.md', '# All\n\n' + table)
        if fault:
            self.finds(fault, 'check_docs.py', '.')
        else:
            self.assertEqual(self.check('check_docs.py', '.')[0], 0)

    def test_a_page_that_names_what_is_not_in_the_source_is_found(self):
        self.inside('`hf_ground` in `src/ground/ground.c`\n', '`src/ground`\n', None)
        self.inside('`hf_sky` in `src/ground/ground.c`\n', '', 'ground.c has no hf_sky')
        self.inside('`hf_sky`, `hf_ground` in\n`src/ground`\n', '', 'src/ground has no hf_sky')
        self.inside('`src/ground/grounds.c`\n', '', 'grounds.c does not exist')

    def test_a_rule_without_a_row_is_found(self):
        self.inside('## W.1 One\n**W.2 Two.**\n', '| W.1 |\n| W.2 |\n', None)
        self.inside('## W.1 One\n**W.2 Two.**\n', '| W.1 |\n', 'W.2 has no row')
        self.inside('## W.1 One\n', '| W.1 |\n| W.2 |\n', 'W.2 is stated nowhere')

    def code(self, language, text, mark=''):
        write(self.root, 'docs/two.md', f'# A head\n\n{mark}```{language}\n{text}\n```\n')
        return self.check('check_code.py', '.', *COMPILERS)

    def code_fails(self, fault, *block):
        status, output = self.code(*block)
        self.assertIn(fault, output)
        self.assertEqual(status, 1)

    def quoted(self, path, text, fault):
        write(self.root, path, text)
        self.finds(fault, 'check_code.py', '.', *COMPILERS)

    def test_code_that_differs_is_found(self):
        marked = '/* begin README */\nint two;\n/* end README */\n'
        self.quoted('examples/first.c', marked, 'not what examples/first.c marks')

    def test_all_marked_parts_are_compared(self):
        more = '/* begin README */\nint two;\n/* end README */\n'
        self.quoted('examples/first.c', GOOD['examples/first.c'] + more, 'not what')

    def test_code_of_a_file_that_is_not_built_is_found(self):
        self.quoted('examples/CMakeLists.txt', 'add_executable(second second.c)\n', 'names')

    def test_code_of_other_languages_is_compared(self):
        for path in ('examples/a.cc', 'examples/a.hpp', 'examples/a.py'):
            with self.subTest(path):
                write(self.root, path, '# begin README\none = 1\n# end README\n')
                self.code_fails(f'not what {path} marks', 'text', 'two', f'<!-- {path} -->\n')

    def test_code_without_a_file_is_found(self):
        self.code_fails('none.c does not exist', 'c', 'int one;', '<!-- examples/none.c -->\n')

    def test_output_that_differs_is_found(self):
        write(self.root, 'tests/said.txt', 'yes\n')
        self.assertEqual(self.code('text', 'yes', '<!-- tests/said.txt -->\n')[0], 0)
        self.code_fails('not what tests/said.txt', 'text', 'no', '<!-- tests/said.txt -->\n')

    def test_c_that_nobody_compiles_is_found(self):
        self.code_fails('neither quoted', 'c', 'int one;')

    def test_c_that_does_not_compile_is_found_with_its_line(self):
        mark = '<!-- compiled ' + AFTER
        self.assertEqual(self.code('c', 'node *first(void);', mark)[0], 0)
        self.code_fails('docs/two.md:5:', 'c', 'nodes *first(void);', mark)
        self.code_fails('does not exist', 'c', 'int one;', '<!-- compiled after none.h -->\n')

    def test_statements_that_do_not_compile_are_found(self):
        mark = '<!-- compiled in a function ' + AFTER
        self.assertEqual(self.code('c', 'node *n = 0; if (!n) return 1;', mark)[0], 0)
        self.code_fails('undeclared', 'c', 'm = 0;', mark)

    def test_cxx_that_does_not_compile_is_found(self):
        mark = '<!-- compiled ' + AFTER
        self.assertEqual(self.code('cpp', 'constexpr int two = 2;', mark)[0], 0)
        self.code_fails('two', 'cpp', 'constexpr int two;', mark)

    def test_commands_that_cannot_be_given_are_found(self):
        self.assertEqual(self.code('sh', './run test  # all\ncmake --preset dev')[0], 0)
        self.code_fails('./run knows no tset', 'sh', './run tset')
        self.code_fails('no preset devel', 'sh', 'cmake --preset devel')
        self.code_fails('syntax', 'sh', 'for a in b; done')

    def test_cmake_and_python_that_cannot_be_read_are_found(self):
        self.assertEqual(self.code('cmake', 'message(VERBOSE a)')[0], 0)
        self.code_fails('Unknown CMake command', 'cmake', 'find_packages(holdfast)')
        self.assertEqual(self.code('python', 'a = 1')[0], 0)
        self.code_fails('invalid syntax', 'python', 'a = = 1')

    def test_code_that_says_no_language_is_found(self):
        self.code_fails('checked by nobody', '', 'int one;')
        self.code_fails('checked by nobody', 'C', 'int one;')

    def test_code_that_is_only_indented_is_found(self):
        self.quoted('docs/two.md', '# A head\n\n    int one;\n', 'looks like code')
        self.quoted('docs/two.md', '# A head\n\n    ./run test\n', 'looks like code')

    def test_a_list_that_is_indented_is_no_code(self):
        write(self.root, 'docs/two.md', '# A head\n\n- one\n    and more of it;\n')
        self.assertEqual(self.check('check_code.py', '.', *COMPILERS)[0], 0)

    def reference(self, comment, declaration):
        """What the reference says of a header in which this comment stands above that."""
        shutil.copytree(TOOLS, os.path.join(self.root, 'tools'))
        head = LICENCE.replace(' */', '\n *\n * A page. */')
        write(self.root, 'include/holdfast/version.h', head)
        write(self.root, 'include/holdfast/holdfast.h',
              head + '/* Shown. */\n#define HF_API __attribute__((visibility("default")))\n'
              f'HF_API void *hf_get_(void);\n\n{comment}\n{declaration}\n')
        built = subprocess.run(['tools/reference/build.sh', 'out', 'gcc'], cwd=self.root,
                               capture_output=True, text=True, check=False)
        return built.returncode, built.stdout + built.stderr

    def unanswered(self, comment, declaration, fault):
        status, output = self.reference(comment, declaration)
        self.assertIn(fault, output)
        self.assertEqual(status, 1)

    def test_a_reference_that_answers_is_praised(self):
        said = self.reference('/* Returns whether it is so. Threads: any. */',
                              'HF_API int hf_is(void);')
        self.assertEqual(said, (0, 'every function answers what callers ask\n'))

    def test_a_function_without_a_comment_is_found(self):
        self.unanswered('', 'HF_API void hf_go(void);', 'hf_go(void) (function) of file')

    def test_a_name_that_is_none_is_found(self):
        self.unanswered('/* As hf_went. Threads: any. */', 'HF_API void hf_go(void);', "'hf_went'")

    def test_a_result_without_a_word_is_found(self):
        self.unanswered('/* Threads: any. */', 'HF_API size_t hf_count(void);',
                        'hf_count does not say what it returns')

    def test_a_number_without_a_meaning_is_found(self):
        self.unanswered('/* Returns it. Threads: any. */', 'HF_API int hf_is(void);',
                        'hf_is does not say what its number means')

    def test_a_pointer_without_an_owner_is_found_behind_a_macro(self):
        self.unanswered('/* Returns it, or NULL. Threads: any. */', '#define hf_get(p) hf_get_()',
                        'hf_get does not say who owns what it returns')

    def test_a_pointer_that_is_never_said_to_be_null_is_found(self):
        self.unanswered('/* Returns it, borrowed. Threads: any. */', 'HF_API int *hf_at(void);',
                        'hf_at does not say when it returns NULL')

    def test_a_function_without_threads_is_found(self):
        self.unanswered('/* Goes. */', 'HF_API void hf_go(void);',
                        'hf_go does not say which threads may call it')


if __name__ == '__main__':
    unittest.main()
