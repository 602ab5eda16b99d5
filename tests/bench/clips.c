#define _POSIX_C_SOURCE 200809L
#include <clips/clips.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* W1 on CLIPS through its C interface: one fact a ticket, rules ordered by salience, retracted when decided.
 *     clips DIR      reads facts.u32 and grades.u8 there */

enum { TICKETS = 100000, REPETITIONS = 5, SLOTS = 10 };

static uint8_t answers[TICKETS];
static void *env, *ticket_template;

static void store(void *environment)
{
    long long id = EnvRtnLong(environment, 1), grade = EnvRtnLong(environment, 2);
    answers[id] = (uint8_t)grade;
}

static void build(char *text)
{
    if (!EnvBuild(env, text)) {
        fprintf(stderr, "CLIPS refused: %s\n", text);
        exit(2);
    }
}

static const struct {
    const char *name;
    int shift, mask;
} SLOT[SLOTS] = { { "stopped", 0, 1 }, { "workaround", 1, 1 }, { "safety", 2, 1 },    { "repeat", 3, 1 }, { "vip", 4, 1 },
                  { "dataloss", 6, 1 }, { "escalated", 7, 1 }, { "scope", 8, 3 }, { "area", 10, 3 },  { "claim", 14, 3 } };

static void put(void *fact, const char *slot, long long number)
{
    DATA_OBJECT value;
    SetType(value, INTEGER);
    SetValue(value, EnvAddLong(env, number));
    EnvPutFactSlot(env, fact, slot, &value);
}

static void decide(uint32_t facts, int id)
{
    void *fact = EnvCreateFact(env, ticket_template);
    put(fact, "id", id);
    for (int k = 0; k < SLOTS; k++)
        put(fact, SLOT[k].name, (facts >> SLOT[k].shift) & (uint32_t)SLOT[k].mask);
    EnvAssignFactSlotDefaults(env, fact);
    EnvAssert(env, fact);
    EnvRun(env, -1);
}

static void define_rules(void)
{
    static const char *const when[8] = { "(safety 1)", "(stopped 1)(workaround 0)(scope ?s&:(>= ?s 2))", "(dataloss 1)(area 0)", "(stopped 1)(workaround 0)",
                                         "(scope ?s&:(>= ?s 2))(area 0)", "(repeat 1)(vip 1)(claim ?c&:(<= ?c 1))", "(area ?a&:(>= ?a 2))(escalated 0)", "" };
    static const int grade[8] = { 1, 1, 1, 2, 2, 2, 4, 3 };
    char text[1024] = "(deftemplate ticket (slot id)";
    for (int k = 0; k < SLOTS; k++)
        sprintf(text + strlen(text), "(slot %s)", SLOT[k].name);
    strcat(text, ")");
    build(text);
    for (int i = 0; i < 8; i++) {
        sprintf(text, "(defrule r%d (declare (salience %d)) ?f <- (ticket (id ?i) %s) => (store ?i %d) (retract ?f))", i, 100 - i, when[i], grade[i]);
        build(text);
    }
}

static void *read_all(const char *folder, const char *name, size_t size)
{
    char path[512];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *in = fopen(path, "rb");
    void *bytes = malloc(size);
    if (!in || fread(bytes, 1, size, in) != size) {
        perror(path);
        exit(2);
    }
    fclose(in);
    return bytes;
}

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

int main(int argc, char **argv)
{
    if (argc != 2)
        return 2;
    uint32_t *facts = read_all(argv[1], "facts.u32", TICKETS * sizeof *facts);
    uint8_t *grades = read_all(argv[1], "grades.u8", TICKETS);
    double ns[REPETITIONS];
    env = CreateEnvironment();
    EnvDefineFunction2(env, "store", 'v', PTIEF store, "store", "22i");
    define_rules();
    EnvReset(env);
    ticket_template = EnvFindDeftemplate(env, "ticket");
    for (int r = -1; r < REPETITIONS; r++) {
        struct timespec a, b;
        clock_gettime(CLOCK_MONOTONIC, &a);
        for (int i = 0; i < TICKETS; i++)
            decide(facts[i], i);
        clock_gettime(CLOCK_MONOTONIC, &b);
        if (r >= 0)
            ns[r] = (double)(b.tv_sec - a.tv_sec) * 1e9 + (double)(b.tv_nsec - a.tv_nsec);
    }
    size_t wrong = 0;
    for (int i = 0; i < TICKETS; i++)
        wrong += answers[i] != grades[i];
    qsort(ns, REPETITIONS, sizeof *ns, by_value);
    printf("{\"peer\":\"CLIPS\",\"workload\":\"W1 with filling\",\"ns\":%.2f,\"min\":%.2f,\"max\":%.2f,\"wrong\":%zu}\n", ns[REPETITIONS / 2] / TICKETS,
           ns[0] / TICKETS, ns[REPETITIONS - 1] / TICKETS, wrong);
    DestroyEnvironment(env);
    free(facts);
    free(grades);
    return 0;
}
