#ifndef TOOL_SVG_H
#define TOOL_SVG_H

#include <stdio.h>

#include <aftercare/aftercare.h>

/* Text that stands in a page, and the few shapes that charts are made of. Coordinates are whole numbers, so that the same data give the
 * same bytes everywhere. */

/* Escapes what means something in XML, inside quotes too, and leaves out what XML cannot hold. */
void svg_text(FILE *to, const char *text, size_t size);
void svg_string(FILE *to, const char *text);

/* An open tag <svg> that scales with the page; `title` is what is read aloud. */
void svg_open(FILE *to, int width, int height, const char *title);
void svg_close(FILE *to);
/* A box of a CSS class. A tip, when not NULL, is shown under the pointer. Boxes without a size are left out. */
void svg_box(FILE *to, const char *class, int x, int y, int width, int height, const char *tip);
void svg_line(FILE *to, const char *class, int x1, int y1, int x2, int y2);
/* A label; `anchor` is start, middle or end. */
void svg_label(FILE *to, const char *class, int x, int y, const char *anchor, const char *text);

#endif
