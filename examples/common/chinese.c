#include <string.h>

#include "common/host.h"

/* What the programs themselves say, by its English. */
static const char *const WORDS[][2] = {
    { "this is none of the names that the field takes", "这不是该字段可取的名称" },
    { "the file is empty", "文件是空的" },
    { "the first line names the fields", "第一行写字段名" },
    { "there are two columns `id`", "有两列 `id`" },
    { "leave one out", "去掉一列" },
    { "this field is computed by the rules; it cannot be filled in", "这个字段由规则推算，不能填写" },
    { "leave the column out", "去掉这一列" },
    { "this field has two columns", "这个字段有两列" },
    { "the id is empty", "编号 id 是空的" },
    { "every row of a log with a column `id` has one", "有 `id` 列的记录表，每行都要有编号" },
    { "this is not NAME=VALUE", "这不是 名称=值" },
    { "put quotes around an assignment that holds blanks", "含空格的赋值要加引号" },
    { "this is not the header of a file of events", "这不是事件文件的表头" },
    { "the first line is id,at,field,value", "第一行是 id,at,field,value" },
    { "an event has four cells", "一个事件有四格" },
    { "they are id,at,field,value; the last one may be empty", "即 id,at,field,value；最后一格可以为空" },
    { "write the instant of an event as 2026-07-01T08:00:00+08:00", "事件的时间写作 2026-07-01T08:00:00+08:00" },
    { "no row of the log has the id of this event", "记录表中没有这个事件的编号" },
    { "the column `id` of the log names its records", "记录表的 `id` 列写明每条记录的编号" },
    { "the quote opened here is never closed", "从这里开始的引号没有结束" },
    { "a quote in the middle of a cell", "格子中间有引号" },
    { "quote the whole cell and double the quotes inside it", "给整格加引号，里面的引号写两个" },
    { "bytes that are not UTF-8", "有不是 UTF-8 的字节" },
    { "save the file as UTF-8", "请把文件另存为 UTF-8 编码" },
    { "this line is longer than 1 MiB", "这一行超过 1 MiB" },
    { "is a line break missing?", "是不是少了换行？" },
    { "more than 1,024 cells in a row", "一行超过 1,024 格" },
    { "text behind a closing quote", "结束引号后面还有文字" },
    { "quotes inside a cell are doubled", "格子里的引号写两个" },
    { "this row is longer than 1 MiB", "这一行超过 1 MiB" },
    { "is a quote never closed?", "是不是有引号没有结束？" },
};

const char *host_words(const char *english)
{
    for (size_t i = 0; host_lang() == AC_LANG_ZH && i < sizeof WORDS / sizeof *WORDS; i++)
        if (strcmp(WORDS[i][0], english) == 0)
            return WORDS[i][1];
    return english;
}
