/* A program that has the library as a dependency: it links, and header and library are of one version. */
#include <stdio.h>
#include <string.h>

#include <aftercare/base.h>

int main(void)
{
    char text[32];

    sprintf(text, "%d.%d.%d", AC_VERSION_MAJOR, AC_VERSION_MINOR, AC_VERSION_PATCH);
    printf("aftercare %s\n", ac_version());
    return strcmp(text, ac_version()) != 0;
}
