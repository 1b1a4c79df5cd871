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
	size_t max;
	enum att_err (*add)(struct att_token_trust *trust,
	    struct att_bytes bytes, const char *path, struct att_reason *why);
};

static enum att_err
add_keys(struct att_token_trust *trust, struct att_bytes bytes,
    const char *path, struct att_reason *why)
{
	enum att_err err;

	if ((err = att_jwks_new(&trust->jwks)) != ATT_OK)
		return err;
	return att_jwks_add(trust->jwks, bytes, path, why);
}

static enum att_err
add_authorities(struct att_token_trust *trust, struct att_bytes bytes,
    const char *path, struct att_reason *why)
{
	enum att_err err;

	if ((err = att_anchors_new(&trust->authorities)) != ATT_OK)
		return err;
	return att_anchors_add_pem(
	    trust->authorities, ATT_ROLE_ANCHOR, bytes, path, why);
}

/* Whether it is the default file, which may be missing. */
static bool
is_usual(const struct source *source)
{
	const size_t option = att_options_find(source->option);

	return strcmp(source->path, att_options_get_info(option)->initial) == 0;
}

static enum att_err
load(const struct source *source, struct att_token_trust *trust,
    struct att_reason *why)
{
	const struct att_file file = { AT_FDCWD, source->path, source->path,
		source->max };
	uint8_t *ptr;
	size_t len;
	enum att_err err;

	err = att_file_read(&file, &ptr, &len, why);
	if (err == ATT_ERR_FILE_NOT_FOUND && is_usual(source))
		return ATT_OK;
	if (err != ATT_OK)
		return att_refuse_within(why, err, "%s", source->option);
	err = source->add(trust, att_bytes(ptr, len), source->path, why);
	free(ptr);
	return att_refuse_plain(why, err);
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
	const struct source keys = { "host_jwks", opts->host_jwks, ATT_JWKS_MAX,
		add_keys };
	const struct source authorities = { "host_ca", opts->host_ca, CA_MAX,
		add_authorities };
	enum att_err err;

	*trust = (struct att_token_trust){ 0 };
	if ((err = load(&keys, trust, why)) != ATT_OK ||
	    (err = load(&authorities, trust, why)) != ATT_OK)
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
