#include "policy/report.h"

#define ERROR  AC_SEVERITY_ERROR, 0
#define WARNING AC_SEVERITY_WARNING, 0
#define STRICT AC_SEVERITY_WARNING, 1
#define HINT   AC_SEVERITY_HINT, 0
#define NOTE   AC_SEVERITY_NOTE, 0

static const ac_msg_info messages[AC_MSG_COUNT] = {
#define AC_MSG(number, severity, name, words, way) { number, severity, words, way },
#include "base/messages.def"
#undef AC_MSG
};

const ac_msg_info *ac_msg_info_of(ac_msg msg)
{
    return &messages[msg];
}

/* A number taken twice does not compile here: duplicate case. */
const char *ac_msg_text(unsigned number)
{
    switch (number) {
#define AC_MSG(number, severity, name, words, way) case number: return messages[AC_MSG_##name].text;
#include "base/messages.def"
#undef AC_MSG
    default:
        return NULL;
    }
}
