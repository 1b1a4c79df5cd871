/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Linked with the objects of pam_attest-authenticator so that, instead of
 * asking the security key for an assertion, its process tries what the RP ID
 * of the request names (see sandbox_attempts.c). It answers with a status:
 * what it tried worked, or was refused; or it is dead by then.
 *
 * Started under the name find=ATTEMPT, it is the process that looks for
 * devices that tries, and it answers with the device that it finds.
 */
#include <errno.h>
#include <string.h>

#include <fido.h>

#include "authenticator/supervisor.h"
#include "sandbox_attempts.h"

enum {
	IT_WORKED = FIDO_ERR_LIMIT_EXCEEDED,
	IT_WAS_REFUSED = FIDO_ERR_NOT_ALLOWED,
	NO_SUCH_ATTEMPT = FIDO_ERR_INVALID_COMMAND,
};

int __wrap_fido_dev_get_assert(
    fido_dev_t *dev, fido_assert_t *assert, const char *pin);

int
__wrap_fido_dev_get_assert(
    fido_dev_t *dev, fido_assert_t *assert, const char *pin)
{
	const struct attempt *attempt = attempt_find(fido_assert_rp_id(assert));

	(void)dev;
	(void)pin;
	if (attempt == NULL)
		return NO_SUCH_ATTEMPT;
	return attempt->run() == 0 ? IT_WORKED : IT_WAS_REFUSED;
}

int __wrap_fido_dev_info_manifest(
    fido_dev_info_t *infos, size_t max, size_t *count);

int
__wrap_fido_dev_info_manifest(fido_dev_info_t *infos, size_t max, size_t *count)
{
	static const char prefix[] = "find=";
	static const fido_dev_io_t io = { .open = NULL };
	const char *name = program_invocation_short_name;
	const struct attempt *attempt;
	bool has_worked;

	if (strncmp(name, prefix, sizeof(prefix) - 1) != 0 || max == 0)
		return FIDO_ERR_INTERNAL;
	if ((attempt = attempt_find(name + sizeof(prefix) - 1)) == NULL)
		return FIDO_ERR_INTERNAL;
	has_worked = attempt->run() == 0;
	*count = 1;
	return fido_dev_info_set(infos, 0,
	    has_worked ? "/dev/hidraw1" : "/dev/hidraw2", "maker", "product",
	    &io, NULL);
}

int
main(void)
{
	return att_supervisor_run(NULL) == ATT_OK ? 0 : 1;
}
