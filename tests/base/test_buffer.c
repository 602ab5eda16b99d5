#include <criterion/criterion.h>

#include <string.h>

#include "base/buffer.h"
#include "base/hash.h"
#include "support/mem.h"

typedef struct catcher {
    char   text[4096];
    size_t size, calls, biggest;
    size_t fail_at;      /* the call that fails; 0: none */
} catcher;

static ac_status catch_text(void *user, const char *data, size_t size)
{
    catcher *c = user;

    c->calls++;
    if (c->calls == c->fail_at)
        return AC_E_HOST;
    c->biggest = size > c->biggest ? size : c->biggest;
    memcpy(c->text + c->size, data, size);
    c->size += size;
    return AC_OK;
}

static void write_samples(ac_writer *w)
{
    ac_write_i64(w, INT64_MIN);
    ac_write_char(w, ' ');
    ac_write_u64(w, UINT64_MAX);
    ac_write_char(w, ' ');
    ac_write_padded(w, 7, 4);
    ac_write_padded(w, 12345, 4);
    ac_write_char(w, ' ');
    ac_write_hex(w, 0xBEEF, 8);
    ac_write_repeat(w, '-', 3);
    ac_write_string(w, NULL);
    ac_write_ratio(w, (ac_ratio){ 5, 2 });
    ac_write_text(w, (ac_text){ NULL, 0 });
}

static const char samples[] = "-9223372036854775808 18446744073709551615 000712345 0000beef---2.5";

Test(writer, memory_grows)
{
    failing_mem  f = { .left = -1 };
    ac_allocator host = { sizeof host, failing_resize, &f };
    ac_mem       mem;
    ac_writer    w;
    ac_text      t;
    int          i;

    ac_mem_init(&mem, &host, 0, NULL);
    ac_writer_init_memory(&w, &mem);
    cr_expect_eq(ac_writer_text(&w).size, 0u);
    for (i = 0; i < 50; i++)
        write_samples(&w);
    cr_expect_eq(ac_writer_end(&w), AC_OK);
    t = ac_writer_text(&w);
    cr_assert_eq(t.size, 50 * (sizeof samples - 1));
    for (i = 0; i < 50; i++)
        cr_assert_eq(memcmp(t.data + (size_t)i * (sizeof samples - 1), samples, sizeof samples - 1), 0);
    ac_writer_reset(&w);
    cr_expect_eq(ac_writer_text(&w).size, 0u);
    ac_writer_free(&w);
    cr_expect_eq(f.live, 0u);
}

Test(writer, refused_memory_sticks)
{
    failing_mem  f = { .left = 1 };
    ac_allocator host = { sizeof host, failing_resize, &f };
    ac_mem       mem;
    ac_writer    w;

    ac_mem_init(&mem, &host, 0, NULL);
    ac_writer_init_memory(&w, &mem);
    write_samples(&w);
    cr_expect_eq(ac_writer_end(&w), AC_E_NOMEM);
    f.left = -1;
    ac_write_char(&w, 'x');
    cr_expect_eq(ac_writer_end(&w), AC_E_NOMEM);
    ac_writer_free(&w);
    cr_expect_eq(f.live, 0u);

    ac_mem_init(&mem, &host, 16, NULL);
    ac_writer_init_memory(&w, &mem);
    write_samples(&w);
    cr_expect_eq(ac_writer_end(&w), AC_E_LIMIT);
    ac_writer_free(&w);
}

Test(writer, a_fixed_array_is_filled_and_then_says_so)
{
    char      room[sizeof samples - 1];
    ac_writer w;

    ac_writer_init_fixed(&w, room, sizeof room);
    write_samples(&w);
    cr_expect_eq(ac_writer_end(&w), AC_OK);
    cr_expect_eq(memcmp(room, samples, sizeof room), 0);
    ac_write_char(&w, 'x');
    cr_expect_eq(ac_writer_end(&w), AC_E_RANGE);
    ac_writer_init_fixed(&w, room, 5);
    write_samples(&w);
    cr_expect_eq(ac_writer_end(&w), AC_E_RANGE);
    cr_expect_eq(w.size, 5u);
}

Test(writer, a_sink_gets_all_in_pieces)
{
    size_t room;

    for (room = 1; room <= 80; room++) {
        char      data[80];
        catcher   c = { .size = 0 };
        ac_writer w;

        ac_writer_init_sink(&w, catch_text, &c, data, room);
        write_samples(&w);
        cr_assert_eq(ac_writer_end(&w), AC_OK);
        cr_assert_eq(c.size, sizeof samples - 1);
        cr_assert_eq(memcmp(c.text, samples, c.size), 0);
        cr_assert_leq(c.biggest, room);
        cr_assert_eq(w.total, sizeof samples - 1);
    }
}

Test(writer, a_sink_that_fails_is_not_called_again)
{
    char      data[8];
    catcher   c = { .fail_at = 2 };
    ac_writer w;

    ac_writer_init_sink(&w, catch_text, &c, data, sizeof data);
    write_samples(&w);
    cr_expect_eq(ac_writer_end(&w), AC_E_HOST);
    cr_expect_eq(ac_writer_end(&w), AC_E_HOST);
    cr_expect_eq(c.calls, 2u);
    cr_expect_eq(c.size, 8u);
}

Test(writer, json_strings_are_always_valid)
{
    static const struct {
        const char *in, *out;
    } cases[] = {
        { "", "\"\"" },
        { "say \"no\" \\", "\"say \\\"no\\\" \\\\\"" },
        { "a\nb\tc\rd\x01\x1F\x7F", "\"a\\nb\\tc\\rd\\u0001\\u001f\\u007f\"" },
        { "\xE5\xA4\xA9", "\"\xE5\xA4\xA9\"" },
        { "x\xFF\xE5y", "\"x\xEF\xBF\xBD\xEF\xBF\xBDy\"" },
    };
    char      room[128];
    ac_writer w;
    size_t    i;

    for (i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        ac_writer_init_fixed(&w, room, sizeof room);
        ac_write_json_string(&w, ac_text_of(cases[i].in));
        cr_expect_eq(ac_writer_end(&w), AC_OK);
        cr_expect(ac_text_equal(ac_writer_text(&w), ac_text_of(cases[i].out)), "case %zu", i);
    }
}
