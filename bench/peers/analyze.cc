/* SPDX-License-Identifier: MIT
 *
 * The Analyzer's report as a C++ programmer writes it: values that are shared by std::shared_ptr,
 * and the containers of the standard library.
 * Knows nothing of Holdfast. analyze FILE: for each column its values, nulls, different values, the
 * least and the greatest, mean, deviation, quantiles and the five most frequent, exactly. */
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <memory>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

using text = std::shared_ptr<const std::string>;

struct hash_text {
    std::size_t
    operator()(const text &t) const
    {
        return std::hash<std::string>()(*t);
    }
};
struct same_text {
    bool
    operator()(const text &a, const text &b) const
    {
        return *a == *b;
    }
};

static bool
is_null(const std::string &s)
{
    static const std::unordered_set<std::string> nulls = {"",     "NA",   "N/A",  "n/a",  "#N/A",
                                                          "NaN",  "nan",  "NULL", "null", "Null",
                                                          "None", "none", "\\N"};
    return nulls.count(s) != 0;
}

struct column {
    text name;
    std::size_t nulls = 0;
    bool is_numeric = true;
    std::vector<double> numbers;
    std::unordered_map<text, std::size_t, hash_text, same_text> texts;

    void
    add(const text &value)
    {
        if (is_null(*value)) {
            nulls++;
            return;
        }
        texts[value]++;
        if (!is_numeric) return;
        char *end;
        double number = std::strtod(value->c_str(), &end);
        is_numeric = *end == 0;
        if (is_numeric) numbers.push_back(number);
        else std::vector<double>().swap(numbers);
    }

    void report_numbers();
    void report_texts() const;
};

void
column::report_numbers()
{
    std::sort(numbers.begin(), numbers.end());
    double sum = 0, squares = 0;
    for (double number : numbers) sum += number;
    double count = static_cast<double>(numbers.size()), mean = sum / count;
    for (double number : numbers) squares += (number - mean) * (number - mean);
    std::printf("  %g to %g, mean %g, deviation %g, quantiles %g %g %g\n", numbers.front(),
                numbers.back(), mean, std::sqrt(squares / count), numbers[numbers.size() / 4],
                numbers[numbers.size() / 2], numbers[numbers.size() * 3 / 4]);
}

void
column::report_texts() const
{
    std::vector<std::pair<text, std::size_t>> all(texts.begin(), texts.end());
    auto most = all.begin() + static_cast<std::ptrdiff_t>(std::min<std::size_t>(5, all.size()));
    std::partial_sort(all.begin(), most, all.end(),
                      [](const auto &a, const auto &b) { return a.second > b.second; });
    auto ends = std::minmax_element(
        all.begin(), all.end(), [](const auto &a, const auto &b) { return *a.first < *b.first; });
    if (all.empty()) return;
    std::printf("  %s to %s\n ", ends.first->first->c_str(), ends.second->first->c_str());
    for (auto it = all.begin(); it != most; ++it)
        std::printf(" %s: %zu", it->first->c_str(), it->second);
    std::printf("\n");
}

/* Reads one row; false at the end. Fields in quotes may have line ends in them. */
static bool
read_row(std::streambuf &in, std::vector<text> &row)
{
    std::string field;
    bool is_quoted = false, has_any = false;
    row.clear();
    for (int c; (c = in.sbumpc()) != EOF;) {
        has_any = true;
        if (c == '"') {
            if (is_quoted && in.sgetc() == '"') field += static_cast<char>(in.sbumpc());
            else is_quoted = !is_quoted;
        } else if (is_quoted || (c != ',' && c != '\n' && c != '\r')) {
            field += static_cast<char>(c);
        } else if (c != '\r') {
            row.push_back(std::make_shared<const std::string>(field));
            field.clear();
            if (c == '\n') return true;
        }
    }
    if (has_any) row.push_back(std::make_shared<const std::string>(field));
    return has_any;
}

int
main(int argc, char **argv)
{
    std::ifstream file;
    std::vector<text> row;
    std::vector<column> columns;
    std::size_t rows = 0;
    if (argc > 1) file.open(argv[1], std::ios::binary);
    if (!file || !read_row(*file.rdbuf(), row)) return EXIT_FAILURE;
    for (const text &name : row) {
        columns.emplace_back();
        columns.back().name = name;
    }
    for (; read_row(*file.rdbuf(), row); rows++) {
        for (std::size_t i = 0; i < row.size() && i < columns.size(); i++) columns[i].add(row[i]);
    }
    std::printf("%zu rows\n", rows);
    for (column &c : columns) {
        std::printf("%s: %zu nulls, %zu distinct\n", c.name->c_str(), c.nulls, c.texts.size());
        if (c.is_numeric && !c.numbers.empty()) c.report_numbers();
        c.report_texts();
    }
    return std::fflush(stdout) ? EXIT_FAILURE : EXIT_SUCCESS;
}
