/*
 * bench_model.h: small kernels that do one thing each, run on a simulated card; their modelled times are what `exosuit bench
 * --model` prints and bench/model.py holds against published measurements. Says nothing about a real card.
 */
#ifndef EXO_CLI_BENCH_MODEL_H
#define EXO_CLI_BENCH_MODEL_H

#include "cli/cli.h"

/* The whole command; returns its exit status. */
int bench_model_command(const struct cli_args *args);

#endif
