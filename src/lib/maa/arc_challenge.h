/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * How Azure Arc sees that its caller is privileged: it names a file that only
 * such callers can read, and wants to be told what is in it.
 *
 * Whoever has its port may name a file, too. So nothing is read but a file of
 * that folder, as Arc makes them.
 */
#ifndef ATT_MAA_ARC_CHALLENGE_H
#define ATT_MAA_ARC_CHALLENGE_H

#include <limits.h>

#include "base/err.h"

enum {
	ATT_ARC_FILE_MAX = 4096, /* bytes */
};

/*
 * Reads "Basic realm=FOLDER/NAME.key", with or without quotes around the path,
 * as a header WWW-Authenticate has it, where FOLDER is exactly folder and NAME
 * has no other characters than letters, digits, "-", "_" and ".", which is not
 * the first. ATT_ERR_MAA_CREDENTIAL.
 */
enum att_err att_arc_challenge_parse(const char *challenge, const char *folder,
    char name[NAME_MAX + 1], struct att_reason *why) ATT_MUST_USE;

/*
 * Reads the file of a challenge: a regular file without another name (hard
 * link) in a folder that is none but a folder, neither reached by a link;
 * others can write neither, and the file belongs to root or to whom the folder
 * belongs. One line of visible ASCII, at most ATT_ARC_FILE_MAX bytes. The
 * caller frees *secretp with att_secret_free(). ATT_ERR_MAA_CREDENTIAL, with
 * nothing of what is in the file, ATT_ERR_NO_MEMORY.
 */
enum att_err att_arc_challenge_read(const char *folder, const char *name,
    char **secretp, struct att_reason *why) ATT_MUST_USE;

#endif
