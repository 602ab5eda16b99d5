#include "aftercare/svg.h"

#include <string.h>

void svg_text(FILE *to, const char *text, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        unsigned char c = (unsigned char)text[i];
        switch (c) {
        case '&':  fputs("&amp;", to); break;
        case '<':  fputs("&lt;", to); break;
        case '>':  fputs("&gt;", to); break;
        case '"':  fputs("&quot;", to); break;
        case '\'': fputs("&#39;", to); break;
        default:
            if (c >= 0x20 || c == '\t' || c == '\n')
                fputc(c, to);
        }
    }
}

void svg_string(FILE *to, const char *text)
{
    svg_text(to, text, strlen(text));
}

void svg_open(FILE *to, int width, int height, const char *title)
{
    fprintf(to, "<svg viewBox=\"0 0 %d %d\" role=\"img\"><title>", width, height);
    svg_string(to, title);
    fputs("</title>\n", to);
}

void svg_close(FILE *to)
{
    fputs("</svg>\n", to);
}

void svg_box(FILE *to, const char *class, int x, int y, int width, int height, const char *tip)
{
    if (width <= 0 || height <= 0)
        return;
    fprintf(to, "<rect class=\"%s\" x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\"", class, x, y, width, height);
    if (!tip) {
        fputs("/>\n", to);
        return;
    }
    fputs("><title>", to);
    svg_string(to, tip);
    fputs("</title></rect>\n", to);
}

void svg_line(FILE *to, const char *class, int x1, int y1, int x2, int y2)
{
    fprintf(to, "<line class=\"%s\" x1=\"%d\" y1=\"%d\" x2=\"%d\" y2=\"%d\"/>\n", class, x1, y1, x2, y2);
}

void svg_label(FILE *to, const char *class, int x, int y, const char *anchor, const char *text)
{
    fprintf(to, "<text class=\"%s\" x=\"%d\" y=\"%d\" text-anchor=\"%s\">", class, x, y, anchor);
    svg_string(to, text);
    fputs("</text>\n", to);
}
