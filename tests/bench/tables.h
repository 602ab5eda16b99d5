#ifndef BENCH_TABLES_H
#define BENCH_TABLES_H

/* What long tables cost: compiling them, and a decision by them for a hit in the last row and for no hit. Prints JSON lines like
 * those of main.c. `policy` is a rulebook to compile besides. */
void tables_run(const char *policy);

#endif
