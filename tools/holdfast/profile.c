/* SPDX-License-Identifier: MIT
 *
 * holdfast profile: living bytes by who made them, for the viewers of profiles.
 * Knows pictures. */
#include <errno.h>
#include <string.h>

#include "command.h"

int
run_profile(const struct options *options)
{
    const char *format = options->format ? options->format : "collapsed";
    bool is_dhat = !strcmp(format, "dhat");
    if (!is_dhat && strcmp(format, "collapsed") != 0) {
        fail("profile writes dhat and collapsed, not %s", format);
    }
    struct picture picture;
    picture_open(&picture, options->operands[0]);
    picture_find_symbols(&picture, options);
    FILE *out = output_open(options);
    int result =
        is_dhat ? hfi_dhat_write(&picture.graph, out) : hfi_collapsed_write(&picture.graph, out);
    if (result && errno == ENOMEM) fail("not enough memory");
    output_close(options, out);
    picture_close(&picture);
    return FINE;
}
