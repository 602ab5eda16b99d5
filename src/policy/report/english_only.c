#include "policy/report/chinese.h"

/* In place of chinese.c when it is left out. */

const char *ac_chinese_text(ac_msg msg)
{
    (void)msg;
    return NULL;
}

const char *ac_chinese_hint(ac_msg msg)
{
    (void)msg;
    return NULL;
}

const char *ac_chinese_phrase(ac_text english)
{
    (void)english;
    return NULL;
}
