/* SPDX-License-Identifier: BSD-2-Clause */
/* Loading whom to believe about host tokens. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "conf/host_profile.h"
#include "conf/value.h"
#include "trust/anchors.h"
#include "token/token.h"

enum {
	CA_MAX = 1 << 20 /* bytes */
};

/* One of the two files. */
struct source {
	const char *option;
	const char *path;
	const char *usual; /* the default, which may be missing */
	size_t max;
};

/* *ptrp is NULL, and no error, for one that may be missing and is. */
static enum att_err
read_source(const struct source *source, uint8_t **ptrp, size_t *lenp,
    struct att_reason *why)
{
	const struct att_file file = { AT_FDCWD, source->path, source->path,
		source->max };
	enum att_err err;

	*ptrp = NULL;
	*lenp = 0;
	err = att_file_read(&file, ptrp, lenp, why);
	if (err == ATT_ERR_FILE_NOT_FOUND &&
	    strcmp(source->path, source->usual) == 0)
		return ATT_OK;
	return att_refuse_within(why, err, "%s", source->option);
}

static enum att_err
load_keys(const struct att_options *opts, struct att_token_trust *trust,
    struct att_reason *why)
{
	const struct source source = { "host_jwks", opts->host_jwks,
		ATT_CONFDIR "/maa-jwks.json", ATT_JWKS_MAX };
	uint8_t *ptr;
	size_t len;
	enum att_err err;

	err = read_source(&source, &ptr, &len, why);
	if (err != ATT_OK || ptr == NULL)
		return err;
	if ((err = att_jwks_new(&trust->jwks)) == ATT_OK)
		err = att_jwks_add(
		    trust->jwks, att_bytes(ptr, len), source.path, why);
	free(ptr);
	return err == ATT_OK ? ATT_OK : att_refuse_plain(why, err);
}

static enum att_err
load_authorities(const struct att_options *opts, struct att_token_trust *trust,
    struct att_reason *why)
{
	const struct source source = { "host_ca", opts->host_ca,
		ATT_CONFDIR "/maa-ca.pem", CA_MAX };
	uint8_t *ptr;
	size_t len;
	enum att_err err;

	err = read_source(&source, &ptr, &len, why);
	if (err != ATT_OK || ptr == NULL)
		return err;
	if ((err = att_anchors_new(&trust->authorities)) == ATT_OK)
		err = att_anchors_add_pem(trust->authorities, ATT_ROLE_ANCHOR,
		    att_bytes(ptr, len), source.path, why);
	free(ptr);
	return err == ATT_OK ? ATT_OK : att_refuse_plain(why, err);
}

/* CLOCK_BOOTTIME also runs while the host sleeps. */
static enum att_err
take_time(const struct att_options *opts, struct att_token_trust *trust,
    struct att_reason *why)
{
	struct timespec up;

	trust->now = time(NULL);
	if (!opts->host_same_boot)
		return ATT_OK;
	if (clock_gettime(CLOCK_BOOTTIME, &up) != 0)
		return att_refuse(why, ATT_ERR_SYSTEM,
		    "the time since the start of this host: %s",
		    strerror(errno));
	trust->boot = trust->now - up.tv_sec;
	return ATT_OK;
}

enum att_err
att_token_trust_open(const struct att_options *opts,
    struct att_token_trust *trust, struct att_reason *why)
{
	enum att_err err;

	*trust = (struct att_token_trust){ 0 };
	if ((err = load_keys(opts, trust, why)) != ATT_OK ||
	    (err = load_authorities(opts, trust, why)) != ATT_OK)
		goto out;
	if (trust->jwks == NULL && trust->authorities == NULL) {
		err = att_refuse(why, ATT_ERR_FILE_NOT_FOUND,
		    "there is neither %s (host_jwks) nor %s (host_ca), so no "
		    "host token can be believed: put the keys of the provider "
		    "into one of them",
		    opts->host_jwks, opts->host_ca);
		goto out;
	}
	if ((err = take_time(opts, trust, why)) != ATT_OK)
		goto out;
	trust->profile = att_host_profile_get(opts->host_profile);
	err = att_host_profile_parse(trust->profile, &trust->wanted, why);
out:
	if (err != ATT_OK)
		att_token_trust_close(trust);
	return err;
}

void
att_token_trust_close(struct att_token_trust *trust)
{
	att_jwks_free(&trust->jwks);
	att_anchors_free(&trust->authorities);
	att_value_free_requirements(&trust->wanted);
	*trust = (struct att_token_trust){ 0 };
}
