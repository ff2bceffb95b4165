/* SPDX-License-Identifier: MIT
 *
 * The page of holdfast view, which the build makes of page/page.html, page.css and page.js.
 * Knows nothing. */
#ifndef PAGE_H
#define PAGE_H

/* HTML; the data goes where it says VIEW_DATA. */
extern const char view_page[];
#define VIEW_DATA "@DATA@"

#endif
