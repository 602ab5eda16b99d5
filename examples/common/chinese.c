#include <string.h>

#include "common/host.h"

/* What the programs themselves say, by its English. */
static const char *const WORDS[][2] = {
    { "this is none of the names that the field takes", "这不是该字段可取的名称" },
    { "records of this kind come from --with", "这种记录由 --with 给出" },
    { "name one by its id: a link by its field, an owner as its records are called; leave their fields out", "请用编号指明：链接写在其字段里，上级记录写在以其记录名为名的列里；去掉它们的字段" },
    { "two records of one kind have this id", "同一种记录有两条用了这个编号" },
    { "leave one out; rows without a column `id` are told apart by their place", "去掉一条；没有 `id` 列的行按位置区分" },
    { "the file is empty", "文件是空的" },
    { "the first line names the fields", "第一行写字段名" },
    { "there are two columns `id`", "有两列 `id`" },
    { "leave one out", "去掉一列" },
    { "this field is computed by the rules; it cannot be filled in", "这个字段由规则推算，不能填写" },
    { "leave the column out", "去掉这一列" },
    { "this field has two columns", "这个字段有两列" },
    { "the id is empty", "编号 id 是空的" },
    { "every row of a log with a column `id` has one", "有 `id` 列的记录表，每行都要有编号" },
    { "this row has fewer cells than the header", "这一行的格数比表头少" },
    { "this row has more cells than the header", "这一行的格数比表头多" },
    { "this row has not as many cells as the header", "这一行的格数与表头不同" },
    { "an unknown value is an empty cell; a comma inside a value needs quotes around it", "未知的值留空；值里有逗号时要加引号" },
    { "the policy has no such role", "制度没有这个岗位" },
    { "aftercare list roles FILE shows them", "aftercare list roles FILE 列出全部岗位" },
    { "this is not NAME=VALUE", "这不是 名称=值" },
    { "put quotes around an assignment that holds blanks", "含空格的赋值要加引号" },
    { "this is not the header of a file of events", "这不是事件文件的表头" },
    { "the first line is id,at,field,value or id,at,field,value,actor,role", "第一行是 id,at,field,value 或 id,at,field,value,actor,role" },
    { "an event has four cells", "一个事件有四格" },
    { "they are id,at,field,value; the last one may be empty", "即 id,at,field,value；最后一格可以为空" },
    { "an event has six cells", "一个事件有六格" },
    { "they are id,at,field,value,actor,role; the last three may be empty", "即 id,at,field,value,actor,role；最后三格可以为空" },
    { "write the instant of an event as 2026-07-01T08:00:00+08:00", "事件的时间写作 2026-07-01T08:00:00+08:00" },
    { "no row of the log has the id of this event", "记录表中没有这个事件的编号" },
    { "the column `id` of the log names its records", "记录表的 `id` 列写明每条记录的编号" },
    { "the first line names the columns", "第一行写列名" },
    { "events need a column `id`", "事件要有 `id` 列" },
    { "it orders events of one instant, and an id twice is refused", "同一时刻的事件按编号排序，重复的编号不予接受" },
    { "the policy has no such offence or reward", "制度没有这种违规或奖励" },
    { "the policy has no offences and no rewards", "制度没有规定任何违规或奖励" },
    { "it has:", "制度规定了：" },
    { "aftercare penalties --help tells what they are for", "用途见 aftercare penalties --help" },
    { "the policy has no such record", "制度没有这种记录" },
    { "name the record type that an offence is of", "请填写违规所属的记录类型" },
    { "nothing says what kind of event this is", "看不出这是哪一种事件" },
    { "fill the column `offence` or `record`, or name the RECORD behind FILE", "填写 `offence` 列或 `record` 列，或在 FILE 后面写明 RECORD" },
    { "no version of the policy is in force when this happened", "事发时没有生效的制度版本" },
    { "give the file of that version too", "把那一版的文件也给上" },
    { "nothing says when this happened", "看不出这是什么时候发生的" },
    { "fill the column `time`, or that of the moment that dates the record", "填写 `time` 列，或记录据以确定日期的时刻那一列" },
    { "this event was given before", "这个事件前面已经有了" },
    { "an id stands for one event; nothing is charged twice", "一个编号对应一个事件；不会重复计算" },
    { "%.*s: no policy in force (judged at %s)\n", "%.*s：无生效制度（截至 %s）\n" },
    { "the quote opened here is never closed", "从这里开始的引号没有结束" },
    { "put \" behind the cell; a quote inside a cell is written \"\"", "在格子后面加上 \"；格子里的引号写作 \"\"" },
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
