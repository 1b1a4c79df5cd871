/* SPDX-License-Identifier: BSD-2-Clause */
/* Answers to prompts that a program gives, as SSH_ASKPASS does for ssh. */
#ifndef TESTS_MODULE_ASKING_H
#define TESTS_MODULE_ASKING_H

/*
 * The output of command, which gets the prompt as its argument, up to the
 * first newline; fresh, NULL on a failure or when it ends with another status
 * than 0.
 */
char *asking_run(const char *command, const char *prompt);

#endif
