/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Whether a certificate can serve as an anchor or as an intermediate: what a
 * path would be refused for, whoever stands below, and what was hardly meant.
 * For who configures it; paths are judged by their own rules (trust/rules.h).
 */
#ifndef ATT_TRUST_FITNESS_H
#define ATT_TRUST_FITNESS_H

#include <time.h>

#include "base/err.h"
#include "trust/anchors.h"
#include "trust/certificate.h"

enum att_fitness {
	ATT_FITNESS_TLS_SERVER, /* it is for TLS servers, and no CA */
	ATT_FITNESS_CA,		/* it is no CA otherwise */
	ATT_FITNESS_STRENGTH,	/* its key, or who signed it, is too weak */
	ATT_FITNESS_EXTENSION,	/* a critical one is not understood */
	ATT_FITNESS_DATE,	/* it has expired, or does not begin yet */
	ATT_FITNESS_COUNT
};

/*
 * "tls-server", "not-ca", "weak", "extension", "date": what is wrong when the
 * check fails. Static.
 */
const char *att_fitness_name(enum att_fitness fitness);

struct att_fitness_question {
	const struct att_certificate *cert;
	enum att_anchor_role role;
	time_t at;
};

/*
 * One of them. *why names the certificate, what is wrong with it and what it
 * would do all the same. ATT_ERR_CERTIFICATE_NOT_CA, _PATH, _DATE.
 */
enum att_err att_fitness_check(const struct att_fitness_question *question,
    enum att_fitness fitness, struct att_reason *why) ATT_MUST_USE;

#endif
